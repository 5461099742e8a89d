"""The tools under a figure: its table as its tooltips, its files on their own, its sources, its citation."""

from __future__ import annotations

import csv
import functools
import json
from pathlib import Path
from xml.etree import ElementTree

import altair
import pytest
from altair.utils.schemapi import validate_jsonschema
from bs4 import BeautifulSoup
from places import pages
from playwright.sync_api import expect
from site_helpers import Visit

from sphinx_fresh.figures import hover

TOC = [name.removeprefix("book/") for name in pages()]
PAGES = [f"book/{name}.html" for name in TOC]
SAMPLE = ["book/index.html", "book/paper/03-1-tools.html", "book/paper/05-combining.html"]
EACH = [pytest.param(page, marks=[] if page in SAMPLE else pytest.mark.verify) for page in PAGES]

FIGURES = ".site-figure:has(figure[id])"
"""Those with a name."""


# --- on every page ----------------------------------------------------------------------------------


@functools.cache
def soup(html: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((html / page).read_text(encoding="utf-8"), "html.parser")


def downloads(html: Path, page: str, figure) -> dict[str, Path]:
    links = [link["href"] for link in figure.select(".site-tools > ul a[download]")]
    return {
        link.partition(".")[2].rpartition("/")[2].partition(".")[2]: ((html / page).parent / link)
        for link in links
    }


def agree(shown: object, written: str) -> bool:
    """Whether a value of the chart is that of a cell."""
    if isinstance(shown, (int, float)) and not isinstance(shown, bool):
        return written != "" and float(written) == shown
    return written.removeprefix("'") == hover.text(shown).removeprefix("'")


@pytest.mark.parametrize("page", EACH)
def test_every_figure_has_its_tools(html, page):
    for figure in soup(html, page).select(".site-figure:not(:has(figure[id]))"):  # a cell's last expression
        words = {item.get_text() for item in figure.select(".site-tools > ul > li")}
        assert {"SVG", "PNG", "Code"} <= words <= {"Key", "Data (CSV)", "Vega-Lite", "SVG", "PNG", "Code"}
    for figure in soup(html, page).select(FIGURES):
        drawn = [json.loads(s.string) for s in figure.select(".site-chart script[type='application/json']")]
        found = downloads(html, page, figure)
        of_code = page.startswith("book/enhancements/") is False  # those have no cells
        assert set(found) >= ({"csv", "svg", "vl.json"} if drawn else {"svg"}), found
        words = [item.get_text() for item in figure.select(".site-tools > ul > li")]
        assert words == [
            *(["Key"] if drawn else []),
            *(["Data (CSV)"] if "csv" in found else []),
            "SVG",
            "PNG",
            *(["Vega-Lite"] if drawn else []),
            *(["Code"] if of_code else []),
            "Sources",
            "Cite",
            *([] if "(Copy of" in figure.figcaption.get_text() else ["Embed"]),
            "Link",
        ]
        for button in figure.select("button[popovertarget]"):
            assert soup(html, page).find(id=button["popovertarget"]).has_attr("popover")
        if of_code:
            code = figure.find("a", string="Code")["href"]
            assert code[0] == "#" and soup(html, page).select_one(f"details.hide {code} pre")
        target, _, anchor = figure.find("a", string="Link")["href"].partition("#")
        assert soup(html, str(Path(page).parent / target) if target else page).find(id=anchor)
        svg = ElementTree.parse(found["svg"]).getroot()
        assert svg[0].tag.endswith("title") and svg[0].text and len(svg[1].text) > 40
        assert "var(" not in found["svg"].read_text(encoding="utf-8")
        if drawn:
            spec = json.loads(found["vl.json"].read_text(encoding="utf-8"))
            assert len(spec.get("concat", [spec])) == len(drawn)
            check_data(figure, drawn, list(csv.DictReader(found["csv"].open(encoding="utf-8", newline=""))))


def check_data(figure, drawn: list[dict], rows: list[dict[str, str]]) -> None:
    """The table says what the tooltips say, and what they have in common with the CSV stands in one row
    there.
    """
    views = [t for t in figure.select("details.site-data table")]
    panels = [list(hover.tips(spec, spec.get("datasets", {}))) for spec in drawn]
    panels = [p for p in panels if p]
    assert len(views) == max(len(panels), 1)
    for table, tips in zip(views, panels, strict=False):
        heads = [th.get_text() for th in table.select("thead th")]
        cells = {tuple(c.get_text() for c in tr.children if c.name) for tr in table.select("tbody tr")}
        for fields, records in tips:
            names = [name for _, name in fields]
            assert [h for h in heads if h in names] == names
            for record in records:
                said = {name: hover.text(record.get(field)) for field, name in fields}
                assert tuple(said.get(h, "") for h in heads) in cells
                common = [f for f, _ in fields if f in rows[0] and f in record]
                heap = (
                    record.get("count") or record.get("shape") == "median"
                )  # one mark for several rows, or for all
                assert heap or any(all(agree(record[f], row[f]) for f in common) for row in rows), record


@pytest.mark.verify
@pytest.mark.parametrize("page", PAGES)
def test_every_specification_is_vega_lite(html, page):
    for figure in soup(html, page).select(".site-figure:has(script)"):
        spec = json.loads(downloads(html, page, figure)["vl.json"].read_text(encoding="utf-8"))
        validate_jsonschema(spec, altair.vegalite.load_schema())


# --- in a browser -----------------------------------------------------------------------------------


def check_tools(visit: Visit, figure) -> None:
    """Every tool of a figure works; nothing is asked of another host, nothing complains."""
    page = visit.page
    name = figure.locator(".site-png").get_attribute("data-name")
    for link in figure.locator(".site-tools > ul a[download]").all():
        address = link.get_attribute("href")
        if address.endswith((".svg", ".json")):  # from disk the browser shows them
            other = page.context.new_page()
            other.goto(link.evaluate("a => a.href"))
            assert other.locator("svg > title" if address.endswith(".svg") else "pre").text_content()
            other.close()
        else:
            with page.expect_download() as got:
                link.click()
            assert got.value.path().stat().st_size > 50  # two short columns
    with page.expect_download() as got:
        figure.get_by_role("button", name="PNG").click()
    picture = got.value.path().read_bytes()
    box = figure.locator(".site-chart-static svg").first.evaluate(
        "s => parseFloat(s.getAttribute('width')) || s.viewBox.baseVal.width"
    )
    assert got.value.suggested_filename == name and picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") >= 2 * box - 1 and len(picture) > 3000
    for tool in ("Sources", "Cite"):
        button = figure.get_by_role("button", name=tool)
        button.focus()
        page.keyboard.press("Enter")
        opened = page.locator(".site-popover:popover-open")
        expect(opened).to_have_count(1)
        assert len(opened.inner_text()) > 40
        if tool == "Cite":
            opened.locator(".site-copy").nth(1).click()
            expect(opened.locator(".site-copy").nth(1)).to_have_text("Copied")
            assert "@misc{" in page.evaluate("navigator.clipboard.readText()")
        page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
    table = figure.locator(".site-data")
    if table.count():
        table.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(table.locator("table").first).to_be_visible()
        page.keyboard.press("Enter")
    code = figure.get_by_role("link", name="Code")
    if code.count():
        code.click()
        expect(page.locator(":target pre")).to_be_visible()
    assert [
        p for p in visit.problems if not p.startswith("failed: ") or "/downloads/" not in p
    ] == []  # saved, not shown


def test_every_tool_works_from_disk(chromium, html):
    visit = Visit(
        chromium,
        f"{html.as_uri()}/book/paper/03-1-tools.html",
        permissions=["clipboard-read", "clipboard-write"],
    )
    for name in ("fig-6", "fig-5"):  # panels, and a drawing
        check_tools(visit, visit.page.locator(f".site-figure:has(#{name})"))
    visit.context.close()


@pytest.mark.verify
@pytest.mark.parametrize("page", PAGES)
def test_every_tool_of_every_figure_works(chromium, html, page):
    visit = Visit(chromium, f"{html.as_uri()}/{page}", permissions=["clipboard-read", "clipboard-write"])
    for figure in visit.page.locator(FIGURES).all():
        check_tools(visit, figure)
    visit.context.close()


def test_without_a_script_the_tools_are_there(chromium, html):
    visit = Visit(chromium, f"{html.as_uri()}/book/paper/03-1-tools.html", java_script_enabled=False)
    figure = visit.page.locator(".site-figure:has(#fig-4)")
    expect(figure.get_by_role("button", name="PNG")).to_be_hidden()
    figure.get_by_role("button", name="Sources").click()
    expect(visit.page.get_by_role("dialog")).to_be_visible()
    visit.page.keyboard.press("Escape")
    figure.get_by_role("link", name="Code").click()
    expect(visit.page.locator("#code-fig-4 pre")).to_be_visible()
    visit.context.close()
