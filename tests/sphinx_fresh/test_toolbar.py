"""The tools under a figure: its table as its tooltips, its files on their own, its sources, its citation."""

from __future__ import annotations

import csv
import functools
import io
import json
import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import altair
import pytest
from altair.utils.schemapi import validate_jsonschema
from bs4 import BeautifulSoup
from places import ROOT
from playwright.sync_api import expect
from pybtex.database import parse_string
from site_helpers import Visit

from ceg.analysis import analysis, provenance
from sphinx_fresh import files
from sphinx_fresh.figures import cite, hover, standalone

TOC = re.findall(r"book/([\w/-]+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = [f"book/{name}.html" for name in TOC]
SAMPLE = ["book/index.html", "book/paper/03-1-tools.html", "book/paper/05-combining.html"]
EACH = [pytest.param(page, marks=[] if page in SAMPLE else pytest.mark.verify) for page in PAGES]


# --- the table --------------------------------------------------------------------------------------


def tip(*fields: str) -> dict:
    return {"tooltip": [{"field": f, "title": f.upper()} for f in fields]}


def test_the_table_has_the_tooltips_fields_in_their_order():
    dots = [{"a": 1.0, "b": None, "c": "x"}, {"a": 1.0, "b": None, "c": "x"}, {"a": 2.5, "b": True, "c": "y"}]
    spec = {
        "title": "T",
        "datasets": {"more": [{"a": 3, "c": "z", "hidden": 1}]},
        "data": {"values": dots},
        "layer": [
            {"mark": "point", "encoding": tip("a", "b", "c")},
            {"mark": "rule", "data": {"values": [{"a": 9}]}},
            {"encoding": tip("a", "c"), "layer": [{"mark": "point", "data": {"name": "more"}}]},
        ],
    }
    (view,) = hover.views(spec)
    assert (view.title, view.columns) == ("T", ("A", "B", "C"))
    assert [[hover.text(v) for v in row] for row in view.rows] == [
        ["1", "", "x"],
        ["2.5", "true", "y"],
        ["3", "", "z"],
    ]
    assert [v.title for v in hover.views([spec, {"mark": "bar"}, {**spec, "title": ""}])] == ["T", "Panel 3"]
    assert hover.views(None) == []


def test_tooltips_that_contradict_each_other_are_refused():
    assert hover.in_order([["a", "c"], ["a", "b", "c"], ["d"]]) == ["a", "b", "c", "d"]
    with pytest.raises(ValueError, match="different orders"):
        hover.in_order([["a", "b"], ["b", "a"]])


# --- the files --------------------------------------------------------------------------------------


def test_panels_are_one_drawing():
    box = '<svg class="marks" width="100" height="{}" viewBox="0 0 100 10" xmlns="http://www.w3.org/2000/svg"><g/></svg>'
    free = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" style="max-width:9px"><g/></svg>'
    text = standalone.svg_file([box.format(30), box.format(50), free], 2, "A <b> & c", "Said.")
    root = ElementTree.fromstring(text)
    assert [root.get(k) for k in ("width", "height", "viewBox")] == ["216", "86", "0 0 216 86"]
    title, said, paper, *parts = root
    assert (title.text, said.text, paper.get("fill")) == ("A <b> & c", "Said.", "#ffffff")
    places = [tuple(p.get(k) for k in ("x", "y", "width", "height")) for p in parts]
    assert places == [("0", "0", "100", "30"), ("116", "0", "100", "50"), ("0", "66", "40", "20")]
    assert parts[2].get("style") is None
    with pytest.raises(ValueError, match="viewBox"):
        standalone.size("<svg>")


def test_panels_are_one_specification():
    panel = {
        "$schema": "s",
        "config": {"a": 1},
        "width": "container",
        "layer": [{"data": {"name": "d"}}],
        "mark": "bar",
    }
    one, two = (panel | {"datasets": {"d": [{"x": n}]}} for n in (1, 2))
    whole = standalone.spec_file([one, two], 2, 335, "Said.")
    assert (whole["$schema"], whole["config"], whole["columns"], whole["description"]) == (
        "s",
        {"a": 1},
        2,
        "Said.",
    )
    assert [p["layer"][0]["data"] for p in whole["concat"]] == [
        {"values": [{"x": 1}]},
        {"values": [{"x": 2}]},
    ]
    assert all(
        p["width"] == 335 and not {"config", "datasets", "$schema"} & p.keys() for p in whole["concat"]
    )
    assert standalone.spec_file(one, 1, 680, "Said.")["width"] == 680


def test_a_spreadsheet_runs_no_cell():
    rows = [
        ["=1+1", "+cmd", "-x", "@sum", "\tx", "a=b"],
        [-1, -1.5, "-1.5", "+3e-2", None, "−2"],
        ["-", "+1-1", "-1e", "", True, "1-2"],
    ]
    written = list(csv.reader(io.StringIO(files.csv_text(["=c", *"bcdef"], rows))))
    assert written == [
        ["'=c", *"bcdef"],
        ["'=1+1", "'+cmd", "'-x", "'@sum", "'\tx", "a=b"],
        ["-1", "-1.5", "-1.5", "+3e-2", "", "−2"],
        ["'-", "'+1-1", "'-1e", "", "True", "1-2"],
    ]


# --- sources and citations --------------------------------------------------------------------------

BIB = """@article{b2020, author={Bee, Ann and others}, title={On <i> \\& {GPT}}, journal={J}, year={2020}, eprint={2005.14165}}
@misc{a2021, author={Ant, Al}, title={T}, year={2021}, url={javascript:alert(1)}}
@misc{c2022, author={Cat, Cy}, title={U}, year={2022}, url={https://example.org/"><script>alert(1)</script>}}"""


def bibliography() -> SimpleNamespace:
    domain = SimpleNamespace(bibdata=SimpleNamespace(data=parse_string(BIB, "bibtex")))
    return SimpleNamespace(
        get_domain=lambda _: domain,
        config=SimpleNamespace(bibtex_bibfiles=["r.bib"]),
        srcdir="/s",
        note_dependency=lambda _: None,
    )


def test_sources_are_grouped_and_cited_in_full():
    named = [
        ("b2020", "Table 1", "verified"),
        ("b2020", "Fig. <2>", "readoff"),
        ("b2020", "Table 3", "verified"),
        ("b2020", "Table 1", "verified"),
        ("a2021", "", ""),
    ]
    parsed = BeautifulSoup(cite.sources(bibliography(), named).replace("&nbsp;", " "), "html.parser")
    first, second = parsed.ul.find_all("li", recursive=False)
    assert (
        first.get_text().startswith("Al Ant") and first.ul is None and first.a is None
    )  # no address of the web
    assert "Ann Bee and others. On <i> & GPT. J, 2020." in second.get_text()
    assert second.a["href"] == "https://arxiv.org/abs/2005.14165"
    assert [li.get_text() for li in second.ul.find_all("li")] == [
        "verified: Table 1; Table 3",
        "readoff: Fig. <2>",
    ]
    assert cite.sources(bibliography(), []) == ""
    with pytest.raises(ValueError, match="'nobody' is not in the bibliography"):
        cite.sources(bibliography(), [("nobody", "", "")])


def test_a_hostile_address_stays_an_address():
    parsed = BeautifulSoup(cite.sources(bibliography(), [("c2022", "", "")]), "html.parser")
    assert parsed.script is None and parsed.a["href"].startswith('https://example.org/"><script>')


def test_a_part_of_the_book_is_cited():
    book = {
        "authors": [{"name": "The Makers"}, {"family-names": "Bee", "given-names": "Ann"}],
        "title": "A & B",
        "version": "1.2",
        "year": "2026",
    }
    sentence, bibtex = cite.citation(
        book, "Figure 7: 5% {more}", "fig-7", "https://example.org/a_b.html#fig-7"
    )
    assert (
        sentence
        == "The Makers; Bee, Ann (2026). Figure 7: 5% {more}. In: A & B, version 1.2. https://example.org/a_b.html#fig-7"
    )
    fields = parse_string(bibtex, "bibtex").entries["fig-7"]
    assert [str(p) for p in fields.persons["author"]] == ["{The Makers}", "Bee, Ann"]
    assert (
        fields.fields["title"] == "Figure 7: 5\\% more"
        and fields.fields["url"] == "https://example.org/a_b.html#fig-7"
    )
    assert (
        cite.citation(book, "x", "k", "")[0].endswith("version 1.2.")
        and "url" not in cite.citation(book, "x", "k", "")[1]
    )


def test_rows_behind_a_figure():
    book = analysis.open(enhancements=["webgpt"])
    result = "nakano2021.truthfulqa-truthful-informative.gpt-3-13b"
    row = next(
        r for key, r in book.evidence.results.items() if key.startswith(result) or r.model == "GPT-3 13B"
    )
    model = book.evidence.models["GPT-3 13B"]
    of_result = provenance.behind(book, [row.result, None, row.result])
    assert of_result == (
        (row.source, row.locator, row.provenance),
        (model.source, model.locator, model.provenance),
    )
    c = next(iter(book.evidence.comparisons))
    places = provenance.behind(book, [c])
    assert provenance.place(book.evidence.results[book.evidence.comparisons[c].enhanced]) in places
    assert provenance.of_comparison(book, None) == {"source": "", "provenance": ""}
    with pytest.raises(KeyError):
        provenance.behind(book, ["nothing"])


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
    for figure in soup(html, page).select(".site-figure"):
        drawn = [json.loads(s.string) for s in figure.select(".site-chart script[type='application/json']")]
        found = downloads(html, page, figure)
        assert set(found) == ({"csv", "svg", "vl.json"} if drawn else {"svg"}), found
        words = [item.get_text() for item in figure.select(".site-tools > ul > li")]
        assert words == [
            *(["Data (CSV)"] if drawn else []),
            "SVG",
            "PNG",
            *(["Vega-Lite"] if drawn else []),
            "Code",
            "Sources",
            "Cite",
            "Link",
        ]
        for button in figure.select("button[popovertarget]"):
            assert figure.find(id=button["popovertarget"]).has_attr("popover")
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
    """The table says what the tooltips say, and what they have in common with the CSV stands in one row there."""
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
            assert got.value.path().stat().st_size > 100
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
    figure.get_by_role("link", name="Code").click()
    expect(page.locator(":target pre")).to_be_visible()
    assert [
        p for p in visit.problems if not p.startswith("failed: ") or "/downloads/" not in p
    ] == []  # saved, not shown


@pytest.mark.browser
def test_every_tool_works_from_disk(chromium, html):
    visit = Visit(
        chromium,
        f"{html.as_uri()}/book/paper/03-1-tools.html",
        permissions=["clipboard-read", "clipboard-write"],
    )
    for name in ("fig-4", "fig-5"):  # panels, and a drawing
        check_tools(visit, visit.page.locator(f".site-figure:has(#{name})"))
    visit.context.close()


@pytest.mark.browser
@pytest.mark.verify
@pytest.mark.parametrize("page", PAGES)
def test_every_tool_of_every_figure_works(chromium, html, page):
    visit = Visit(chromium, f"{html.as_uri()}/{page}", permissions=["clipboard-read", "clipboard-write"])
    for figure in visit.page.locator(".site-figure").all():
        check_tools(visit, figure)
    visit.context.close()


@pytest.mark.browser
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
