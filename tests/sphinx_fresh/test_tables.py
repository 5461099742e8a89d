"""Tables on a page of their own: notes, tags, cards, facets; and that what checks the book's can fail."""

from __future__ import annotations

import csv
import re

import pytest
from playwright.sync_api import expect
from site_helpers import Book, Visit
from table_shapes import tall_rows, wide_tables, wrong_facets

from sphinx_fresh.outputs import cells, searchable
from sphinx_fresh.show import Column, Rounded, Table

CELL = """
```{code-cell}
import pandas as pd
from sphinx_fresh.show import Column, Linked, Rounded, Table as Made, table

means = {"new": "not <seen> before", "odd": "not even"}
beasts = pd.DataFrame({
    "name": ["ant", "bee", "cat"],
    "weight": [1.5, 2.25, 3.0],
    "flags": ["new, odd", "", "rare"],
    "why": ["because **it** is " + "very " * 40 + "small", "", Linked("see there", "entry:cat")],
    "more": ["", "", "as well"],
})
table(beasts, name="tab-notes", caption="Notes.", markdown=True, note="Under it.", columns={
    "name": "Beast", "weight": "Weight", "flags": Column("flags", "Flags", tags=means),
    "why": Column("why", "Why", "note"), "more": Column("more", "Further", "note"),
})
```

```{code-cell}
many = [Column("n", "N"), Column("square", "Square", "right")]
Made("tab-many", "Many.", many, [[f"n{n}", n * n] for n in range(20)])
```

```{code-cell}
kinds = [Column("key", "Key"), Column("share", "Share", "right"), Column("kind", "Kind", facet=True),
         Column("flags", "Flags", tags=means, facet=True), Column("place", "Place", hidden=True, facet=True),
         Column("note", "Note", "note")]
rows = [[f"k{n}", Rounded(n / 7, f"{n / 7:.2f}"), ["up", "down"][n % 2], ["new", "odd, new", ""][n % 3],
         f"p{n % 5}", "" if n % 4 else f"note {n}"] for n in range(1100)]
Made("tab-kinds", "Kinds.", kinds, rows, searchable=True)
```
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The fixture book, with the tables above on a page."""
    book = Book(tmp_path_factory.mktemp("tables"))
    before = "```{code-cell}\n:tags: [remove-input]\n\nwide ="
    book.edit("book/tables.md", before, f"{CELL}\n{before}")
    result = book.build()
    assert result.code == 0, result.errors
    return book


@pytest.fixture
def visit(chromium, site):
    """Opens the page."""
    opened = []

    def go(fragment: str = "", width: int = 1280, scripts: bool = True) -> Visit:
        address, size = f"{site.site.as_uri()}/book/tables.html{fragment}", {"width": width, "height": 844}
        opened.append(Visit(chromium, address, viewport=size, java_script_enabled=scripts))
        if not scripts:
            opened[-1].problems.clear()  # scripts that were announced and are not loaded
        return opened[-1]

    yield go
    for each in opened:
        assert each.problems == []
        each.context.close()


# --- markup -----------------------------------------------------------------------------------------


def table_of(page: str, name: str) -> str:
    [table] = re.findall(rf'<table class="[^"]*" id="{name}">.*?</table>', page, flags=re.DOTALL)
    return table


def test_a_row_has_its_name_its_labels_and_its_notes(site):
    page = site.page("book/tables")
    table = table_of(page, "tab-notes")
    assert re.findall(r'<th scope="row">(\w+)', table) == ["ant", "bee", "cat"]
    assert '<td class="site-right" data-label="Weight">1.5</td>' in table
    heads = re.findall(r"<th class=\"head[^>]*>(?:<p>)?(.*?)(?:</p>)?</th>", table)
    assert heads == ["Beast", "Weight", "Flags"]
    ant, cat = re.findall(r'<tr class="site-note[^"]*"><td colspan="3">(.*?)</td>', table, flags=re.DOTALL)
    assert "<strong>Why</strong> <span>because <strong>it</strong> is" in ant and "Further" not in ant
    assert 'href="#cat.1-b"' in cat and "<strong>Further</strong> <span>as well</span>" in cat
    assert '<p class="site-table-note">Under it.</p>' in page


def test_a_tag_leads_to_what_it_means(site):
    page = site.page("book/tables")
    cell = re.findall(r'data-label="Flags">(.*?)</td>', table_of(page, "tab-notes"))[0]
    [target] = re.findall(r'popovertarget="([^"]*)">new</button> <button[^>]*>odd</button>', cell)
    assert '<span class="site-tag">rare</span>' in table_of(page, "tab-notes")
    assert page.count(f'id="{target}"') == 1
    assert f'<div popover class="site-tag-text" id="{target}">new: not &lt;seen&gt; before</div>' in page


def test_the_file_has_the_numbers_the_page_what_is_shown(site):
    with (site.site / "downloads/tab-kinds.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[1]["share"]) == 1 / 7
    page = site.page("book/tables")
    assert '<td class="site-right" data-label="Share">0.14</td>' in page
    assert 'data-label="Place"' not in page and '<th scope="col" hidden>Place</th>' in page


def test_values_of_a_column():
    plain, tags = {"tags": None}, {"tags": {"a": "t"}}
    assert searchable.facet_values(plain, ["b", "", "a, b", "b"]) == [("a, b", 1), ("b", 2)]
    assert searchable.facet_values(tags, ["b", "", "a, b", "B"]) == [("a", 1), ("B", 1), ("b", 2)]
    assert cells.tag("<x>", None) == '<span class="site-tag">&lt;x&gt;</span>'


def test_a_shown_number_in_a_notebook():
    made = Table("t", "T", [Column("a", "A")], [[Rounded(0.935577, "0.936")]])
    fields = made._repr_mimebundle_()["application/vnd.site.table+json"]
    assert '"rows":[[{"text":"0.936","value":0.935577}]]' in fields


# --- in a browser -----------------------------------------------------------------------------------


def test_notes_open_below_their_row_and_are_there_without_scripts_and_on_paper(visit):
    page = visit().page
    note = page.locator("#tab-notes .site-note").first
    buttons = page.locator("#tab-notes .site-note-button")
    assert buttons.all_inner_texts() == ["Why", "More"]
    assert buttons.last.get_attribute("aria-label") == "More: cat"
    expect(note).to_be_hidden()
    button = page.get_by_role("button", name="Why: ant")
    button.press("Enter")
    expect(note).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    button.click()
    expect(note).to_be_hidden()
    page.emulate_media(media="print")
    expect(note).to_be_visible()
    expect(button).to_be_hidden()
    plain = visit(scripts=False).page
    expect(plain.locator("#tab-notes .site-note").first).to_be_visible()
    assert plain.locator(".site-note-button").count() == 0
    expect(plain.locator("[data-table=tab-kinds] .site-note").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_tag_explains_itself_when_pressed(visit, scripts):
    page = visit(scripts=scripts).page
    tag, text = page.locator("#tab-notes button.site-tag").first, page.locator(".site-tag-text").first
    expect(text).to_be_hidden()
    tag.click()
    expect(text).to_be_visible()
    page.keyboard.press("Escape")
    expect(text).to_be_hidden()
    if not scripts:
        return
    page.mouse.move(1, 1)
    tag.hover()
    expect(text).to_be_visible()
    at, said = tag.bounding_box(), text.bounding_box()
    assert abs(said["y"] - at["y"] - at["height"]) < 2 and abs(said["x"] - at["x"]) < 2
    page.mouse.move(1, 1)
    expect(text).to_be_hidden()


def test_on_a_phone_a_row_is_a_card(visit):
    page = visit(width=390).page
    ant = page.locator("#tab-notes tbody tr").first
    name, weight = ant.locator("th"), ant.locator("td").first
    assert weight.bounding_box()["y"] >= name.bounding_box()["y"] + name.bounding_box()["height"] - 1
    said = weight.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert said == '"Weight" ": "' or said == '"Weight: "'
    expect(page.locator("#tab-notes thead")).to_be_hidden()
    assert page.get_by_role("rowheader", name="ant").count() == 1  # still a table to those who hear it
    rows = page.locator("#tab-many tbody tr:visible")
    assert rows.count() == 12
    page.get_by_role("button", name="Show all 20 rows").click()
    expect(rows).to_have_count(20)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = visit(width=1280).page
    expect(wide.locator("#tab-many tbody tr:visible")).to_have_count(20)
    expect(wide.get_by_role("button", name="Show all 20 rows")).to_be_hidden()


def test_on_a_phone_a_search_table_is_sorted_by_a_list(visit):
    page = visit(width=390).page
    place = page.locator("[data-table=tab-kinds]")
    place.get_by_label("Sort by: Kinds.").select_option("-share")
    expect(place.locator("tbody th").first).to_contain_text("k1099")
    assert page.url.endswith("#table=tab-kinds&sort=-share")


def test_the_name_stays_in_its_place(visit):
    page = visit(width=700).page
    box = page.locator(".pst-scrollable-table-container", has=page.locator("th", has_text="A wide column 11"))
    name = box.locator("tbody th").first
    before = name.bounding_box()["x"]
    box.evaluate("box => { box.scrollLeft = 400; }")
    assert box.evaluate("box => box.scrollLeft") > 100
    assert abs(name.bounding_box()["x"] - before) <= 1


def test_facets_columns_and_the_address(visit):
    page = visit().page
    place = page.locator("[data-table=tab-kinds]")
    count = place.locator(".site-search-count")
    expect(count).to_have_text("1,100 of 1,100 rows")
    place.scroll_into_view_if_needed()  # then the values are loaded
    place.locator("select[data-key=kind]").select_option("up")
    expect(count).to_have_text("550 of 1,100 rows")
    place.locator("select[data-key=flags]").select_option("odd")
    expect(count).to_have_text("183 of 1,100 rows")
    expect(place.locator("select[data-key=place] option").nth(1)).to_have_text("p0 (37)")
    place.locator(".site-search-columns summary").click()
    place.get_by_label("Place", exact=True).check()
    expect(place.locator("thead th", has_text="Place")).to_be_visible()
    expect(place.locator("tbody tr").first.locator("td").last).to_have_text("p4")
    assert page.url.endswith("#table=tab-kinds&is-kind=up&is-flags=odd&columns=share+kind+flags+place")
    again = visit("#" + page.url.partition("#")[2]).page.locator("[data-table=tab-kinds]")
    expect(again.locator(".site-search-count")).to_have_text("183 of 1,100 rows")
    expect(again.locator("select[data-key=flags]")).to_have_value("odd")
    expect(again.locator("tbody tr").first.locator("td").last).to_have_text("p4")
    again.locator("select[data-key=kind]").select_option("")
    again.locator("select[data-key=flags]").select_option("")
    expect(again.locator(".site-search-count")).to_have_text("1,100 of 1,100 rows")


def test_an_unknown_address_shows_no_wrong_rows(visit):
    place = visit("#table=tab-kinds&is-kind=%&sort=none&columns=").page.locator("[data-table=tab-kinds]")
    expect(place.locator(".site-search-count")).to_have_text("0 of 1,100 rows")
    assert place.locator("thead th:visible").all_inner_texts() == ["Key"]


# --- what checks the book's tables finds what is wrong -----------------------------------------------


def test_right_tables_pass(visit, site):
    page = visit().page
    assert tall_rows(page) == [] and wrong_facets(page, site.site) == []
    assert wide_tables(visit(width=390).page) == []


def test_a_tall_row_is_found(visit):
    page = visit().page
    page.evaluate("document.querySelector('#tab-many td').innerHTML = 'a<br>'.repeat(4) + 'a'")
    assert tall_rows(page) == ["n0\naaaaa: 5 lines"]


def test_a_wide_table_is_found(visit):
    page = visit(width=390).page
    page.evaluate("document.querySelector('#tab-many td').textContent = '\\u00a0a'.repeat(200)")
    page.evaluate("document.querySelector('#tab-many td').style.setProperty('white-space', 'nowrap')")
    page.evaluate("document.querySelector('#tab-many td').style.setProperty('width', '600px')")
    assert wide_tables(page) == ["tab-many"]


def test_a_facet_with_wrong_rows_is_found(visit, site):
    page = visit().page
    page.evaluate(
        """() => { window.siteTables = { "tab-kinds": { set 0(rows) { rows[4][2] = "down"; this._0 = rows; },
        get 0() { return this._0; } } }; }"""
    )
    assert wrong_facets(page, site.site) == ["tab-kinds, kind = up: 549 of 1,100 rows, ['k0', 'k2', 'k6']"]
