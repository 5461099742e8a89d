"""The tables of every page, as they are shown on a wide screen and on a phone."""

import pytest
from places import pages
from site_helpers import Visit
from table_shapes import tall_rows, wide_tables, wrong_facets

VIEWS = {1280: tall_rows, 390: wide_tables}


@pytest.mark.verify
def test_rows_are_low_tables_fit_and_facets_choose_the_right_rows(chromium, html):
    wrong = {}
    for name in pages():
        for width, look in VIEWS.items():
            size = {"width": width, "height": 844}
            visit = Visit(chromium, f"{(html / name).as_uri()}.html", viewport=size)
            found = look(visit.page)
            if width == max(VIEWS):
                found += wrong_facets(visit.page, html)
            wrong[name, width] = found + visit.problems
            visit.context.close()
    assert {view: found for view, found in wrong.items() if found} == {}
