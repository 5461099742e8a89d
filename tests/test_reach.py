"""Every page for everyone: heard, seen in either light, at any width, by keyboard alone."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from site_helpers import Visit

from ceg.site import charts, spoken

ROOT = Path(__file__).parents[1]
TOC = re.findall(r"book/([\w/-]+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = [*(f"book/{name}.html" for name in TOC), "search.html", "genindex.html"]
VIEWS = list(product(("light", "dark"), (390, 1280)))
WIDTHS = (360, 390, 640, 768, 1280, 1920)  # 640 is what is left of 1280 at a zoom of 200%
ONCE = [(page, *VIEWS[i % len(VIEWS)]) for i, page in enumerate(PAGES)]
"""Each page once; in turns as a phone and as a desk shows it, in either light."""

NOTHING_ELSE = {"resultTypes": ["violations"], "selectors": False}


# --- what is heard --------------------------------------------------------------------------------


def test_what_the_theme_leaves_unsaid():
    fold = '<a class="x" href="a.html">3. A &amp; B</a><details open="open"><summary><span class="toctree-toggle"></span>'
    assert '<summary aria-label="Sections of 3. A &amp; B"><span' in spoken.spoken(fold)
    panels = '<div class="site-panels site-panels-large docutils container">'
    assert spoken.spoken(panels).count('tabindex="0"') == 1 and 'role="group"' in spoken.spoken(panels)
    small = '<div class="site-panels site-panels-small docutils container">'
    assert spoken.spoken(small) == small  # it does not scroll


def test_a_drawing_is_said_as_a_whole():
    drawn = charts.silent('<svg width="1"><g role="graphics-symbol" aria-label="a > b" class="c"><text>role="x"</text></g></svg>')  # fmt: skip
    assert drawn == '<svg aria-hidden="true" width="1"><g class="c"><text>role="x"</text></g></svg>'


def serious(page) -> list[str]:
    """What axe finds serious or critical, each with where it is."""
    found = Axe().run(page, options=NOTHING_ELSE).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]


def sideways(page) -> str | None:
    """The width of a page that has to be scrolled sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    return None if width <= page.viewport_size["width"] else f"{width} px at {page.viewport_size['width']}"


def opened(chromium, html: Path, page: str, scheme: str, width: int, **options) -> Visit:
    """The page as a phone or a desk shows it. Its policy is set aside: it would refuse what axe itself writes."""
    size = {"width": width, "height": 844}
    return Visit(
        chromium, f"{html.as_uri()}/{page}", viewport=size, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce", **options
    )  # fmt: skip


@pytest.mark.browser
def test_axe_finds_nothing_serious(chromium, html):
    wrong = {}
    for page, scheme, width in ONCE:
        visit = opened(chromium, html, page, scheme, width)
        found = serious(visit.page)
        for other in (width, 360, 1280):
            visit.page.set_viewport_size({"width": other, "height": 844})
            found.append(sideways(visit.page))
        wrong[page, scheme, width] = list(filter(None, found))
        visit.context.close()
    assert {view: found for view, found in wrong.items() if found} == {}


@pytest.mark.browser
@pytest.mark.verify
@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_axe_finds_nothing_serious_in_any_view(chromium, html, scheme, width):
    for page in PAGES:
        visit = opened(chromium, html, page, scheme, width)
        for chart in visit.page.locator(".site-chart[data-library]").all():  # drawn, as for those who scroll by
            chart.scroll_into_view_if_needed()
            chart.locator(".site-chart-live:not(.site-chart-unready)").wait_for(timeout=60_000)
        assert serious(visit.page) == [], page
        visit.context.close()


@pytest.mark.browser
@pytest.mark.verify
def test_no_page_is_scrolled_sideways(chromium, html):
    for page in PAGES:
        visit = opened(chromium, html, page, "light", 1280)
        for width in WIDTHS:
            visit.page.set_viewport_size({"width": width, "height": 844})
            visit.page.wait_for_timeout(150)  # the charts follow
            assert sideways(visit.page) is None, page
        visit.context.close()
