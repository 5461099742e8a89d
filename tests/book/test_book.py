"""The whole book, built: numbering, captions, downloads, and each page in a real browser with the network
blocked.
"""

import csv
import functools
import itertools
import json
import math
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import altair
import pytest
from altair.utils.schemapi import validate_jsonschema
from bs4 import BeautifulSoup
from places import pages
from playwright.sync_api import expect
from site_helpers import Visit, served, wait_for_charts

from ceg import formatting
from ceg.analysis import analysis
from ceg.exhibits import scores_against_compute, tables
from ceg.exhibits.scores_against_compute import plainly
from ceg.prose import wording
from ceg.survey import survey

TOC = [name.removeprefix("book/") for name in pages()]
PAGES = [f"book/{name}.html" for name in TOC]
SYSTEM_PAGES = ["index.html", "search.html", "genindex.html"]
PAPER = ["index", *(name for name in TOC if name.startswith("paper/"))]


@functools.cache
def soup(html: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((html / page).read_text(encoding="utf-8"), "html.parser")


@functools.cache
def anchors(page: Path) -> set[str]:
    """The ids on a page."""
    return set(map(unescape, re.findall(r'\bid="([^"]*)"', page.read_text(encoding="utf-8"))))


@functools.cache
def rows_of(page: Path) -> set[str]:
    """What stands first in the rows of a page's searchable tables."""
    found = set()
    for name in re.findall(r'data-table="([^"]*)"', page.read_text(encoding="utf-8")):
        file = next(
            folder / "downloads" / f"{name}.csv" for folder in page.parents if (folder / "downloads").exists()
        )
        with file.open(encoding="utf-8", newline="") as opened:
            found |= {row[0] for row in csv.reader(opened)}
    return found


@pytest.fixture(scope="module")
def book():
    return analysis.open()


def data(html: Path, page: str, link: str) -> list[dict[str, str]]:
    """The rows of a figure's CSV, as a page links to it or carries it itself."""
    if link.startswith("data:"):
        return list(csv.DictReader(unquote(link.partition(",")[2]).splitlines()))
    with ((html / page).parent / link).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbered(html: Path, tag: str) -> list[tuple[str, str]]:
    """(page, caption number) of every numbered figure or table in the paper part, in the book's order."""
    found = []
    for page in PAPER:
        for element in soup(html, f"book/{page}.html").select(f"{tag} .caption-number"):
            found.append((page, element.get_text(strip=True)))
    return found


def test_figures_and_tables_stand_where_the_paper_s_do(html, book):
    for kind, tag, word in (("figures", "figure", "Figure"), ("tables", "table", "Table")):
        rebuilt = [r for r in getattr(book.evidence, kind).values() if r.page]
        assert len(rebuilt) == {"figures": 26, "tables": 3}[kind]
        assert numbered(html, tag) == [(r.page, f"{word} {r[0]}") for r in rebuilt]
        for r in rebuilt:
            assert soup(html, f"book/{r.page}.html").find(id=r.label) is not None


def test_sections_have_their_page(html, book):
    assert len(book.evidence.sections) == 17
    for section in book.evidence.sections.values():
        headings = [h.get_text() for h in soup(html, f"book/{section.page}.html").select("h1, h2")]
        if section.section != "Abstract":  # the index stands for it
            assert any(re.match(rf"(Appendix )?{re.escape(section.section)}[.:]? ", h) for h in headings), (
                section
            )


@pytest.mark.parametrize("page", PAGES)
def test_every_figure_has_caption_description_and_data(html, page):
    for figure in soup(html, page).select(".site-figure"):
        for chart in figure.select(".site-chart-static"):
            assert len(chart["aria-label"]) > 40
        if not figure.find("figure").get("id"):
            continue  # a chart that a cell gives by itself, as in a notebook
        assert figure.find("figcaption").get_text(strip=True)
        rows = figure.select("details.site-data tbody tr")
        live = figure.select("script[type='application/json']")
        links = [
            link["href"] for link in figure.select(".site-tools a[download]") if link["href"].endswith(".csv")
        ]
        assert bool(rows) == bool(links)
        assert rows or not live  # a chart has data, a drawing may have
        for link in links:
            assert data(html, page, link)


@pytest.mark.parametrize("page", PAGES)
def test_wide_cells_move_the_contents_beside_them_away(html, page):
    """The theme hides its contents beside full-width alone, and without contents its script fails on that."""
    found = soup(html, page)
    wrong = ".tag_page-width" if found.select_one(".bd-sidebar-secondary") else ".tag_full-width"
    assert found.select(wrong) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_chart_is_vega_lite(html, page):
    for script in soup(html, page).select(".site-chart script[type='application/json']"):
        validate_jsonschema(
            json.loads(script.string), altair.vegalite.load_schema()
        )  # drawn without a check, for speed


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_whose_it_is_and_leads_on(html, page):
    parsed = soup(html, page)
    assert "not by the paper's authors" in " ".join(f.get_text() for f in parsed.select("footer")).replace(
        "’", "'"
    )
    for link in parsed.select("a[href]"):
        target, _, fragment = link["href"].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        place = ((html / page).parent / target).resolve() if target else html / page
        assert place.exists(), target
        if fragment.startswith("row="):
            assert unquote(fragment.removeprefix("row=")) in rows_of(place), link["href"]
        elif fragment and place.suffix == ".html":
            assert unquote(fragment) in anchors(place), link["href"]


def test_no_page_names_another_host(html):
    wants = re.compile(r"""(?:src|href|import|url\()\s*[=(]?\s*["']?(https?:)?//""")
    for page in [*PAGES, *SYSTEM_PAGES]:
        parsed = soup(html, page)
        for element in parsed.select("script[src], link[href], img[src], iframe[src]"):
            address = element.get("src") or element.get("href")
            assert not re.match(r"(https?:)?//", address), (page, address)
        for element in parsed.select("style, script:not([src]):not([type='application/json'])"):
            assert not wants.search(element.get_text()), page


def test_headlines_on_the_tools_page_are_those_of_the_estimator(html, book):
    words = " ".join(soup(html, "book/paper/03-1-tools.html").get_text(" ", strip=True).split())
    headlines = {e.enhancement.enhancement: e.headline for e in survey.entries(book)}
    for name in ("webgpt", "retro", "toolformer"):
        assert plainly(headlines[name]) in words
    assert f"above {formatting.times(headlines['retro'].low, 2)} in 95 of 100 draws" in words


def test_table_2_has_all_fourteen(html, book):
    rows = soup(html, "book/paper/01-executive-summary.html").select("#tbl-2 tbody tr:not(.site-note)")
    surveyed = [e for e in book.evidence.enhancements.values() if e.in_survey]
    assert [r.th.find(string=True) for r in rows] == [e.name for e in surveyed]
    for row, e in zip(rows, surveyed, strict=True):
        headline = book.headline(e.enhancement)
        note = row.find_next_sibling("tr")
        said = " ".join(f"{row.get_text(' ', strip=True)} {note.get_text(' ', strip=True)}".split())
        gains = tables.gain_cells(headline) if headline else [e.no_estimate_reason]
        assert all(gain in said for gain in gains)


def in_words(e) -> set[str]:
    """A gain as the pages of enhancements say it, and a bound of it as sentences do."""
    found = {f"about {formatting.times(e.ceg, 2)}"} if e.ceg is not None else set()
    found |= {f"at least {formatting.rounded_down(e.lower_bound, 2)}x"} if e.lower_bound else set()
    if e.upper_bound:
        found |= {f"at most {formatting.rounded_up(e.upper_bound, 2)}x"}
        found |= {f"≤ {formatting.rounded_up(e.upper_bound)}x"}
    return found


def test_every_linked_number_is_one_of_its_comparison(html, book):
    every = [*survey.entries(book), *survey.entries(book, False), *survey.later(book)]
    sure = {e.headline.comparison: e.headline for e in every if e.headline}
    checked, surveyed = 0, set()
    for page in PAGES:
        for link in soup(html, page).select(
            ".site-number a[href*='about/workings.html#'], .site-number a[href^='workings.html#']"
        ):
            name = unquote(link["href"].partition("#")[2])
            if name.startswith(("count-", "workings-")):
                continue
            e = book.estimate(name)
            known = {
                wording.ceg(e),
                wording.sure(sure.get(name, e)),
                formatting.times(e.ceg),
                formatting.times(e.ceg, 2),
                formatting.at_least(e.lower_bound),
                formatting.at_least(e.lower_bound).removeprefix("≥ "),
                formatting.percent(book.one_time(name)),
                formatting.multiple(e.runtime_multiple),
            }
            known |= {wording.short(e), scores_against_compute.plainly(e), *in_words(e)}
            known |= {"none"} if e.ceg is None and e.lower_bound is None else set()  # it leads to why
            assert " ".join(link.get_text().split()) in known, (page, name)
            checked += 1
            surveyed |= {name} & set(sure)
    assert checked > 100 and len(surveyed) >= 12


def test_table_2_leads_to_the_workings_of_its_headlines(html, book):
    entries = [e for e in survey.entries(book) if e.headline]
    links = soup(html, "book/paper/01-executive-summary.html").select(
        "#tbl-2 .site-number a[href*='workings.html#']"
    )
    led = [name for name, _ in itertools.groupby(unquote(a["href"].partition("#")[2]) for a in links)]
    assert led[::2] == [e.headline.comparison for e in entries]
    assert led[1::2] == [f"workings-{e.enhancement.enhancement}" for e in entries]
    folds = soup(html, "book/about/workings.html")
    for e in entries:
        fold = folds.find("details", id=e.headline.comparison)
        assert (
            wording.sure(e.headline) in fold.summary.get_text()
            and f"ceg explain {e.headline.comparison}" in fold.get_text()
        )


def test_from_table_2_to_the_workings_to_the_row(chromium, html, book):
    visit = Visit(chromium, f"{html.as_uri()}/book/paper/01-executive-summary.html")
    page, headline = visit.page, book.headline("retro")
    page.locator(f"#tbl-2 a[href$='#{headline.comparison}']").first.click()
    fold = page.locator("details.site-fold[open]")
    expect(fold).to_have_count(1)
    expect(fold.locator("summary")).to_be_in_viewport()
    result = headline.rows[0].removeprefix("results/")
    fold.locator(f"a[href$='row={result}']").click()
    expect(page.locator(".site-marked th")).to_have_text(result)
    expect(page.locator(".site-marked")).to_be_in_viewport()
    # a page that is left stops loading what draws its charts
    assert [problem for problem in visit.problems if "vega-bundle" not in problem] == []
    page.context.close()


@pytest.fixture(params=["file", pytest.param("http", marks=pytest.mark.verify)])
def address(request, html):
    if request.param == "file":
        yield html.as_uri()
    else:
        with served(html) as url:
            yield url


SUMMED = {"fig-multiverse-variance"}
"""Figures that draw means over the rows of their data."""

MARKS = """() => [...document.querySelectorAll('.site-figure')]
  .filter(f => f.querySelector('.site-chart-live')).map(f => ({
  charts: [...f.querySelectorAll('.site-chart')].map(c => {
    const svg = c.querySelector('.site-chart-live svg');
    return {
      drawn: !!svg,
      label: svg && (svg.getAttribute('aria-label')
        || svg.closest('[aria-label]')?.getAttribute('aria-label')),
      points: svg ? svg.querySelectorAll('.mark-symbol path, .mark-rect path').length
        + [...svg.querySelectorAll('.mark-line path[stroke-dasharray]')]
          .reduce((n, p) => n + p.getAttribute('d').match(/[ML]/g).length, 0)
        + [...svg.querySelectorAll('.mark-text.role-mark text')]
        .map(t => t.textContent).filter(t => /^[1-9]\\d*$/.test(t))
        .reduce((n, t) => n + Number(t) - 1, 0) : 0,
      texts: svg ? [...svg.querySelectorAll('.mark-text text')].map(t => t.textContent) : [],
      broken: svg ? /NaN|Infinity|undefined/.test(svg.outerHTML) : true,
      width: svg ? svg.getBoundingClientRect().width : 0,
    }}),
  name: f.querySelector('figure')?.id,
  omitted: Number((f.textContent.match(/Not drawn: (\\d+)/) || [0, 0])[1]),
  data: [...f.querySelectorAll('.site-tools a[download]')].map(a => a.getAttribute('href'))
      .find(h => /\\.csv$|^data:/.test(h)),
}))"""


def test_every_page_is_quiet_and_every_chart_is_drawn(chromium, address, html):
    for page in [*PAGES, *SYSTEM_PAGES]:
        visit = Visit(chromium, f"{address}/{page}", viewport={"width": 1280, "height": 900})
        shown = "book/index.html" if page == "index.html" else page  # index.html leads there at once
        charts = len(soup(html, shown).select(".site-chart script[type='application/json']"))
        wait_for_charts(visit, charts)
        for figure in visit.page.evaluate(MARKS):
            for chart in figure["charts"]:
                assert chart["drawn"] and not chart["broken"] and chart["width"] > 100, page
                assert len(chart["label"]) > 40, page
            if not figure["name"]:
                continue  # a chart that a cell gives by itself
            # an overview shows each row in each panel where its cost is known; other figures show each row
            # once, as a point, a bar, a corner of a dashed line, or one of a counted heap
            points = [c["points"] for c in figure["charts"]]
            rows = data(html, shown, figure["data"])
            plotted = [row for row in rows if not {"not-meaningful", "inconsistent"} & set(row.values())]
            # a part of a bar; a share of nothing has no length
            plotted = [row for row in plotted if row.get("share", "").strip("%") not in ("0", "0.0")]
            costs = [cost for cost in ("one_time_fraction", "runtime_multiple") if cost in rows[0]]
            known = [sum(row[cost] != "" for row in plotted) for cost in costs]
            least = max(known) if costs else len(plotted) - figure["omitted"]
            in_each = costs and "period" not in rows[0]  # else a panel has some of the rows
            drawn = max(points) if in_each else sum(points)
            assert drawn >= least or figure["name"] in SUMMED, (page, figure["name"])
        assert visit.problems == [], page
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page
        visit.page.context.close()


@pytest.mark.parametrize("page", ["paper/02-conceptual-framework", "paper/03-1-tools"])
def test_numbers_on_arrows_are_those_of_the_estimator(chromium, html, book, page):
    visit = Visit(chromium, f"{html.as_uri()}/book/{page}.html")
    wait_for_charts(
        visit, len(soup(html, f"book/{page}.html").select(".site-chart script[type='application/json']"))
    )
    by_result = {}
    for c in book.evidence.comparisons.values():
        by_result.setdefault(c.enhanced, []).append(book.estimate(c.comparison))
    checked = 0
    for figure in visit.page.evaluate(MARKS):
        texts = [t for c in figure["charts"] for t in c["texts"]]
        for cell in data(html, f"book/{page}.html", figure["data"]):
            if "ceg" not in cell or cell["arm"] != "enhanced":
                continue
            estimates = [e for e in by_result[cell["result"]] if wording.ceg(e) == cell["ceg"]]
            assert estimates, cell
            for e in estimates[:1]:
                if e.ceg is not None or e.lower_bound is not None:
                    assert plainly(e) in texts, (cell["result"], plainly(e))
                    checked += 1
    assert checked >= (5 if "tools" in page else 1)


@pytest.mark.verify
def test_without_javascript_every_chart_is_visible(chromium, html):
    for page in PAGES:
        visit = Visit(chromium, f"{html.as_uri()}/{page}", java_script_enabled=False)
        charts = visit.page.locator(".site-chart-static")
        for i in range(charts.count()):
            box = charts.nth(i).bounding_box()
            assert box and box["height"] > 60 and box["width"] > 100, page
        visit.page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "dark")])
@pytest.mark.verify
def test_every_page_in_every_view(chromium, html, width, scheme):
    for page in PAGES:
        visit = Visit(
            chromium, f"{html.as_uri()}/{page}", viewport={"width": width, "height": 844}, color_scheme=scheme
        )
        charts = len(soup(html, page).select(".site-chart script[type='application/json']"))
        wait_for_charts(visit, charts)
        assert visit.problems == [], page
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page
        visit.page.context.close()


def test_estimates_in_the_evidence_browser_are_those_of_the_estimator(html, book):
    file = next(html.rglob("ev-comparisons.csv"))
    with file.open(encoding="utf-8", newline="") as opened:
        shown = {r["comparison"]: r for r in csv.DictReader(opened)}
    assert list(shown) == list(book.evidence.comparisons)
    for name in ("minerva.math.palm-8b", "toolformer.asdiv.gpt-j-6b", "retro.c4.retro-172m"):
        e = book.estimate(name)
        for column, value in (("ceg", e.ceg), ("lower", e.lower_bound), ("upper", e.upper_bound)):
            assert (shown[name][column] == "") == (value is None)
            assert value is None or math.isclose(float(shown[name][column]), value, rel_tol=1e-5)


def test_a_page_s_specs_are_json(html):
    for script in soup(html, "book/paper/03-1-tools.html").select("script[type='application/json']"):
        assert "layer" in json.loads(script.get_text())
