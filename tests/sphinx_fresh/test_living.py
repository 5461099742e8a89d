"""What leads from a page to other parts of the site, and from elsewhere to it."""

from __future__ import annotations

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from playwright.sync_api import expect
from site_helpers import Book, Visit

from sphinx_fresh.outputs import words

ABOUT = """def about(folder):
    return {"licence": "free", "inputs": folder.name, "sources": {"ants1999": {"licence": "none"}}}


def more(folder):
    return f"Read {folder.name}."
"""
LONG = "Ants carry " + "much " * 100


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> Book:
    """The fixture book; a figure has a title, a section a long text."""
    book = Book(tmp_path_factory.mktemp("living"))
    book.edit("book/charts.md", 'note="From the', 'title="Ants & more", note="From the')
    sums = f"(sums)=\n\n## Sums\n\n{LONG}\n\nSee {{ref}}`sums`.\n\n"
    book.edit("book/index.md", "```{bibliography}", sums + "```{bibliography}")
    (book.folder / "toybook/about.py").write_text(ABOUT, encoding="utf-8")
    with (book.folder / "_config.yml").open("a", encoding="utf-8") as config:
        config.write("    site_about: toybook.about:about\n    site_row_ids: [name, other]\n")
        config.write("    site_llms: toybook.about:more\n")
        config.write("    site_redirects: {old/ants: 'book/charts#fig-ants', bees: book/charts}\n")
    result = book.build()
    assert result.code == 0, result.errors
    return book


@pytest.fixture
def visit(chromium):
    """Opens pages, and closes them after the test."""
    visits = []
    yield lambda address, **options: visits.append(Visit(chromium, address, **options)) or visits[-1]
    for opened in visits:
        opened.context.close()


# --- previews -------------------------------------------------------------------------------------


def shown(toy: Book, page: str) -> dict[str, Tag]:
    """The previews of a page by the addresses that they are of."""
    found = BeautifulSoup(toy.page(page), "html.parser").select(".site-preview")
    return {str(each["data-for"]): each for each in found}


def test_a_page_has_a_preview_of_each_figure_table_section_and_reference_that_it_names(toy):
    found = shown(toy, "book/index")
    assert found.keys() == {"#id4", "charts.html#fig-ants", "tables.html#tab-short", "#sums"}
    figure, picture = found["charts.html#fig-ants"], found["charts.html#fig-ants"].img
    assert figure.a.get_text() == "Figure 1: Ants & more" and "see the start" in figure.get_text()
    assert figure.math is not None and picture["loading"] == "lazy"
    drawn = (toy.site / "book" / str(picture["src"])).read_text(encoding="utf-8")
    height = re.search(r'<svg [^>]*height="(\d+)', drawn)
    assert height and float(str(picture["height"])) == float(height[1]) - 22 - 16  # without its heading
    rows = [
        [cell.get_text() for cell in row.find_all(["th", "td"])]
        for row in found["tables.html#tab-short"]("tr")
    ]
    assert rows == [["Name", "Value"], ["a bold cat, Figure 1", "3.125"], ["**4** <5>", "1"]]
    assert found["#id4"].p.find_next("p").get_text() == "Flora Forel. On Ants. Nobody, 1999."
    text = found["#sums"].get_text()
    assert text.startswith("SumsAnts carry much") and text.endswith(" …") and len(text) < 310
    page = BeautifulSoup(toy.page("book/index"), "html.parser")
    assert not page.select("a.internal[title]")
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_a_long_text_is_cut_behind_a_word_and_a_formula_stays_whole():
    formula = nodes.math("", "x^2")
    text = nodes.paragraph("", "", nodes.Text("a " * 148), formula, nodes.Text(" <b> c"))
    made = words.html(text, 300)
    assert made.startswith("a a ") and made.endswith("</math> …") and "<mn>2</mn>" in made
    assert words.html(nodes.paragraph("", "", nodes.Text("1 <\n2"))) == "1 &lt; 2"
    assert "<code>" in words.html(nodes.paragraph("", "", nodes.math("", r"\nowhere{")))
    assert [words.short("one\n two", n) for n in (7, 6, 2)] == ["one two", "one …", "on …"]


@pytest.mark.verify
def test_an_edit_reaches_the_pages_that_show_it(toy):
    before = toy.pages()
    assert "stand on other pages" in shown(toy, "book/charts")["index.html"].get_text()
    toy.edit("book/index.md", "stand on other pages", "stand elsewhere")
    result = toy.build()
    assert (result.code, result.executed) == (0, {}), result.errors
    assert "stand elsewhere" in shown(toy, "book/charts")["index.html"].get_text()
    assert toy.page("book/tables") == before["book/tables.html"]
    toy.edit("book/index.md", "stand elsewhere", "stand on other pages")
    assert toy.build().code == 0 and toy.pages() == before


def test_a_preview_shows_beside_its_link_and_goes_on_escape(visit, toy):
    for options in ({"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}):
        opened = visit(f"{toy.site.as_uri()}/book/index.html", **options)
        page, open_ = opened.page, opened.page.locator(".site-preview:popover-open")
        link = page.locator('.bd-article p a[href="charts.html#fig-ants"]').first
        assert open_.count() == 0
        link.hover()
        expect(open_).to_contain_text("Ants & more")
        box, at = open_.bounding_box(), link.bounding_box()
        assert box["y"] >= at["y"] + at["height"] or box["y"] + box["height"] <= at["y"]
        assert box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]
        open_.hover()  # the pointer may go to it
        page.wait_for_timeout(400)
        expect(open_).to_have_count(1)
        page.keyboard.press("Escape")
        expect(open_).to_have_count(0)
        page.mouse.move(1, 1)
        page.keyboard.press("Tab")
        link.focus()
        expect(open_).to_have_count(1)
        assert link.get_attribute("aria-describedby") == open_.get_attribute("id")
        page.keyboard.press("Tab")
        expect(open_).to_contain_text("Table 1")
        page.emulate_media(media="print")
        expect(open_).not_to_be_visible()
        page.emulate_media(media="screen")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tables.html#tab-short")
        assert opened.problems == []


def test_a_tap_shows_a_preview_and_another_follows_the_link(visit, toy):
    opened = visit(
        f"{toy.site.as_uri()}/book/index.html", has_touch=True, viewport={"width": 390, "height": 844}
    )
    page, open_ = opened.page, opened.page.locator(".site-preview:popover-open")
    link = page.locator('.bd-article p a[href="charts.html#fig-ants"]').first
    link.tap()
    expect(open_).to_contain_text("Ants & more")
    page.locator("h1:visible").first.tap()
    expect(open_).to_have_count(0)
    link.tap()
    link.tap()
    page.wait_for_url("**/charts.html#fig-ants")
    assert opened.problems == []


def test_without_a_script_links_are_links(visit, toy):
    opened = visit(f"{toy.site.as_uri()}/book/index.html", java_script_enabled=False)
    assert opened.page.locator(".site-preview:visible").count() == 0
    opened.page.locator('.bd-article p a[href="charts.html#fig-ants"]').first.click()
    opened.page.wait_for_url("**/charts.html#fig-ants")


# --- figures elsewhere ----------------------------------------------------------------------------


def test_a_figure_s_files_say_what_it_rests_on(toy):
    said = json.loads((toy.site / "downloads/fig-ants.metadata.json").read_text(encoding="utf-8"))
    assert (said["number"], said["title"], said["licence"], said["inputs"]) == (
        "Figure 1",
        "Ants & more",
        "free",
        "book",
    )
    assert said["caption"] == "One ant, x^2, see the start." and said["rows"] == {"name": ["ant"]}
    assert said["page"] == "../book/charts.html#fig-ants" and said["embed"] == "../embed/fig-ants.html"
    assert said["files"] == ["fig-ants.csv", "fig-ants.svg", "fig-ants.vl.json"]
    (source,) = said["sources"]
    assert source["reference"] == "Flora Forel. On Ants. Nobody, 1999." and source["licence"] == "none"
    assert source["places"][0] == {"grade": "verified", "places": ["Table 1", "Table <2>"]}
    names = {path.name for path in (toy.site / "downloads").glob("*.metadata.json")}
    assert names == {f"{name}.metadata.json" for name in ("fig-ants", "fig-bees", "fig-square")}


def test_a_figure_stands_in_another_site(visit, toy, tmp_path):
    charts = visit(f"{toy.site.as_uri()}/book/charts.html", viewport={"width": 1280, "height": 800})
    charts.page.get_by_role("button", name="Embed").first.click()
    frame = charts.page.locator(".site-popover:popover-open pre").inner_text()
    address = f"{toy.site.as_uri()}/embed/fig-ants.html"
    assert f'src="{address}"' in frame and 'title="Figure 1: One ant' in frame
    other = tmp_path / "other.html"
    for width, scheme, ink in ((1280, "light", "rgb(27, 31, 36)"), (390, "dark", "rgb(230, 237, 243)")):
        other.write_text(f"<!DOCTYPE html><title>Another site</title>{frame}", encoding="utf-8")
        opened = visit(other.as_uri(), viewport={"width": width, "height": 900}, color_scheme=scheme)
        inside = opened.page.frame_locator("iframe")
        inside.locator("h1").hover()
        inside.locator(".site-chart-live svg").wait_for()
        text = inside.locator("body")
        assert "Ants & more" in text.inner_text() and "Figure 1" in text.inner_text()
        assert text.evaluate("node => getComputedStyle(node).color") == ink
        assert text.evaluate("node => document.documentElement.scrollWidth <= innerWidth")
        if width > 1000:  # the frame is as high as its page
            assert text.evaluate("node => document.documentElement.scrollHeight - innerHeight") <= 0
        assert opened.problems == []
    alone = visit(f"{address}#dark", viewport={"width": 700, "height": 700}, bypass_csp=True)
    found = Axe().run(alone.page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    alone.page.get_by_text("Toy book").click()
    back = alone.context.wait_for_event("page") if len(alone.context.pages) < 2 else alone.context.pages[1]
    assert back.url == f"{toy.site.as_uri()}/book/charts.html#fig-ants"


def test_a_figure_elsewhere_has_a_policy_and_none_of_the_theme(toy):
    page = (toy.site / "embed/fig-bees.html").read_text(encoding="utf-8")
    loaded = re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"]*_static[^"]*)', page)
    assert [name.rpartition("/")[2] for name in loaded] == ["site.css", "embed.css", "embed.js", "site.js"]
    assert "default-src 'none'" in page and "pydata" not in page


# --- for programs that read -----------------------------------------------------------------------


def test_an_index_names_every_page_and_all_data(toy):
    text = (toy.site / "llms.txt").read_text(encoding="utf-8")
    blocks = text.split("\n\n")
    assert blocks[0] == "# Toy book" and blocks[1].startswith("> Figure 1 and Table 1 stand on other pages")
    assert blocks[2] == "Read book." and blocks[3] == "## Pages"
    linked = dict(re.findall(r"^- \[(.*)\]\(([^()]*)\)(?:: .+)?$", text, flags=re.MULTILINE))
    assert text.count("\n- ") == len(linked)
    assert linked["Charts"] == "book/charts.html" and linked["fig-bees.csv"] == "downloads/fig-bees.csv"
    assert {p.name for p in (toy.site / "downloads").glob("*.csv")} <= linked.keys()
    assert all((toy.site / place).is_file() for place in linked.values())
    assert "Ants & more (about it: downloads/fig-ants.metadata.json)" in text


# --- pages that moved -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("old/ants.html", "charts.html#fig-ants"),
        ("old/ants.html#fig-bees", "charts.html#fig-bees"),
        ("bees.html", "charts.html"),
    ],
)
def test_an_old_address_leads_to_the_page(visit, toy, asked, reached):
    opened = visit(f"{toy.site.as_uri()}/{asked}")
    opened.page.wait_for_url(f"**/book/{reached}")
    assert opened.problems == []
    plain = visit(f"{toy.site.as_uri()}/{asked}", java_script_enabled=False)
    plain.page.wait_for_url("**/book/charts.html*")


@pytest.mark.verify
def test_a_wrong_table_of_redirects_ends_the_build(toy):
    before = (toy.folder / "_config.yml").read_text(encoding="utf-8")
    toy.edit(
        "_config.yml", "bees: book/charts}", "book/tables: book/charts, bees: book/gone, ../a: book/charts}"
    )
    result = toy.build()
    assert result.code == 1
    for said in ("'book/tables' is a page of the book", "leads to 'book/gone'", "'../a' is no page's name"):
        assert said in result.errors
    (toy.folder / "_config.yml").write_text(before.replace(", bees: book/charts", ""), encoding="utf-8")
    assert toy.build().code == 0
    assert (toy.site / "old/ants.html").exists() and not (toy.site / "bees.html").exists()


# --- last, as it changes the book ----------------------------------------------------------------


@pytest.mark.verify
def test_the_page_of_a_figure_goes_with_it(toy):
    toy.edit("book/charts.md", 'figure("fig-bees",', 'figure("fig-wasps",')
    for page in ("charts", "index", "tables"):
        path = toy.folder / f"book/{page}.md"
        path.write_text(
            path.read_text(encoding="utf-8").replace("`fig-bees`", "`fig-wasps`"), encoding="utf-8"
        )
    assert toy.build().code == 0
    assert {p.stem for p in (toy.site / "embed").iterdir()} == {"fig-ants", "fig-square", "fig-wasps"}
    assert not (toy.site / "downloads/fig-bees.metadata.json").exists()
