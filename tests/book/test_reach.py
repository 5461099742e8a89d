"""Every page for everyone: heard, seen in either light, at any width, by keyboard alone."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from places import ROOT
from pypdf import PdfReader
from site_helpers import Visit

from sphinx_fresh.deliver import joined
from sphinx_fresh.figures import charts
from sphinx_fresh.theme import spoken

TOC = re.findall(r"book/([\w/-]+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = [*(f"book/{name}.html" for name in TOC), "search.html", "genindex.html"]
VIEWS = list(product(("light", "dark"), (390, 1280)))
WIDTHS = (360, 390, 640, 768, 1280, 1920)  # 640 is what is left of 1280 at a zoom of 200%
KINDS = (
    "book/index",
    "book/paper/01-executive-summary",
    "book/paper/03-1-tools",
    "book/beyond/what-if",
    "book/about/evidence",
    "book/about/workings",
    "book/about/api",
    "book/about/references",
    "search",
)
ONCE = [(f"{page}.html", *VIEWS[i % len(VIEWS)]) for i, page in enumerate(KINDS)]
"""A page of each kind once; in turns as a phone and as a desk shows it, in either light. All pages in all views: make verify."""

NOTHING_ELSE = {"resultTypes": ["violations"], "selectors": False}
PARTS = {"exclude": [[".site-chart svg"], [".site-fold:nth-of-type(n + 4)"]]}
"""Not looked at again and again: what drawings hold, which is not read out, and entries that are like the three before."""


# --- what is heard --------------------------------------------------------------------------------


def test_what_the_theme_leaves_unsaid():
    fold = '<a class="x" href="a.html">3. A &amp; B</a><details open="open"><summary><span class="toctree-toggle"></span>'
    assert '<summary aria-label="Sections of 3. A &amp; B"><span' in spoken.spoken(fold)
    panels = '<div class="site-panels site-panels-large docutils container">'
    assert spoken.spoken(panels).count('tabindex="0"') == 1 and 'role="group"' in spoken.spoken(panels)
    small = '<div class="site-panels site-panels-small docutils container">'
    assert spoken.spoken(small) == small  # it does not scroll


def test_a_drawing_is_said_as_a_whole():
    drawn = charts.silent(
        '<svg width="1"><g role="graphics-symbol" aria-label="a &gt; b" class="c"><text>role="x"</text></g></svg>'
    )
    assert drawn == '<svg aria-hidden="true" width="1"><g class="c"><text>role="x"</text></g></svg>'


def serious(page) -> list[str]:
    """What axe finds serious or critical, each with where it is."""
    found = Axe().run(page, context=PARTS, options=NOTHING_ELSE).response["violations"]
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")
    ]


def sideways(page) -> str | None:
    """The width of a page that has to be scrolled sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    return None if width <= page.viewport_size["width"] else f"{width} px at {page.viewport_size['width']}"


def opened(chromium, html: Path, page: str, scheme: str, width: int, **options) -> Visit:
    """The page as a phone or a desk shows it. Its policy is set aside: it would refuse what axe itself writes."""
    size = {"width": width, "height": 844}
    return Visit(
        chromium,
        f"{html.as_uri()}/{page}",
        viewport=size,
        color_scheme=scheme,
        bypass_csp=True,
        reduced_motion="reduce",
        **options,
    )


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
        for chart in visit.page.locator(
            ".site-chart[data-library]"
        ).all():  # drawn, as for those who scroll by
            chart.scroll_into_view_if_needed()
            chart.locator(".site-chart-live:not(.site-chart-unready)").wait_for(timeout=60_000)
        assert serious(visit.page) == [], page
        visit.context.close()


SCROLLED = """() => [...document.querySelectorAll('.site-panels')].filter(e => e.scrollWidth > e.clientWidth).map(e => e.closest('figure').id)"""
"""Figures that do not show all of themselves."""


@pytest.mark.browser
@pytest.mark.verify
def test_no_page_is_scrolled_sideways(chromium, html):
    for page in PAGES:
        visit = opened(chromium, html, page, "light", 1280)
        for width in WIDTHS:
            visit.page.set_viewport_size({"width": width, "height": 844})
            visit.page.wait_for_timeout(150)  # the charts follow
            assert sideways(visit.page) is None, page
            if width >= 1280:
                assert visit.page.evaluate(SCROLLED) == [], page
        visit.context.close()


# --- by keyboard ----------------------------------------------------------------------------------

FOCUS = """() => {
  const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
  const ring = e.matches('summary') && e.querySelector('.toctree-toggle') ? getComputedStyle(e.querySelector('.toctree-toggle')) : s;
  return {
    what: e.outerHTML.slice(0, 120), body: e === document.body, text: e.textContent.trim(),
    seen: (ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) > 0) || s.boxShadow !== 'none',
    inside: box.bottom > 0 && box.top < innerHeight, popover: !!document.querySelector('[popover]:popover-open'),
  };
}"""


@pytest.mark.browser
@pytest.mark.parametrize("page", ["paper/02-conceptual-framework", "beyond/what-if"])
def test_every_control_is_reached_and_shows_it(chromium, html, page):
    visit = opened(chromium, html, f"book/{page}.html", "light", 1280)
    keyboard, first, popovers = visit.page.keyboard, "", 0
    for step in range(200):
        keyboard.press("Tab")
        at = visit.page.evaluate(FOCUS)
        if at["body"]:
            continue  # the browser's own controls, between the last and the first of the page
        assert at["seen"] and at["inside"], at
        if step == 0:
            assert at["text"] == "Skip to main content"
            first = at["what"]
        elif at["what"] == first:
            break
        if at["text"] in ("Sources", "Cite") and "popovertarget" in at["what"]:
            keyboard.press("Enter")
            assert visit.page.evaluate(FOCUS)["popover"]
            keyboard.press("Escape")
            back = visit.page.evaluate(FOCUS)
            assert not back["popover"] and back["what"] == at["what"]  # where the reader was
            popovers += 1
    else:
        raise AssertionError("the page has no end for the keyboard")
    assert popovers >= 2
    visit.context.close()


@pytest.mark.browser
def test_the_skip_link_leads_to_the_text(chromium, html):
    visit = opened(chromium, html, "book/paper/02-conceptual-framework.html", "light", 1280)
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.querySelector('main').contains(document.activeElement)")
    visit.context.close()


def test_every_table_has_headers_and_a_name(html):
    for page in PAGES:
        parsed = BeautifulSoup((html / page).read_text(encoding="utf-8"), "html.parser")
        assert parsed.html["lang"] == "en"
        for table in parsed.select("article table:not(.indextable)"):
            assert table.select("thead th"), page
            named = table.caption or table.get("aria-label")
            assert named or "site-table" not in table["class"], (
                page
            )  # a list in the text needs no name of its own


# --- on paper -------------------------------------------------------------------------------------


def site_of_two(folder: Path) -> Path:
    """A site with an opening page and another, each with a link to the other and to a file."""
    nav = '<nav class="bd-links"><div class="bd-toc-item"><p class="caption">Part</p><ul><li><a href="{}">2. Two</a></li></ul></div></nav>'
    page = '<!DOCTYPE html><html><head><link rel="stylesheet" href="{0}print.css?v=1"></head><body>{1}<article class="bd-article">{2}</article></body></html>'
    one = '<h1 id="one">One<a class="headerlink" href="#one">#</a></h1><a id="go" href="sub/two.html#x">to two</a><a href="a.csv">file</a><div class="site-tools">tools</div>'
    two = '<h1>2. Two</h1><p id="x"><a href="../one.html">back</a> <a href="#x">here</a> <a href="https://a.b/">far</a></p><svg><g clip-path="url(#c)"></g></svg>'
    (folder / "sub").mkdir(parents=True)
    (folder / "print.css").write_text("@page { size: A4 } .site-sheet-chapter { break-before: page }")
    (folder / "one.html").write_text(page.format("", nav.format("sub/two.html"), one))
    (folder / "sub/two.html").write_text(page.format("../", "", two))
    return folder


def test_pages_are_joined_with_links_that_stay_within(tmp_path):
    site = site_of_two(tmp_path)
    parts = joined.contents(site, "one.html")
    assert [(p.title, [c.file for c in p.chapters]) for p in parts] == [
        ("", ["one.html"]),
        ("Part", ["sub/two.html"]),
    ]
    parsed = BeautifulSoup(joined.joined(site, parts, "A <b>", "", {"sub-two": 7}), "html.parser")
    assert parsed.title.get_text() == "A <b>" and "tools" not in parsed.get_text()
    assert parsed.select_one("#one-go")["href"] == "#sub-two-x"
    assert [a.get("href") for a in parsed.select("#sub-two-x a")] == ["#one", "#sub-two-x", "https://a.b/"]
    assert "href" not in parsed.find("a", string="file").attrs  # paper does not have it
    assert parsed.select_one("g")["clip-path"] == "url(#sub-two-c)"
    assert parsed.select_one(".site-sheet-line:last-child span").get_text() == "7"


@pytest.mark.browser
def test_a_site_as_a_pdf(browser_path, tmp_path):
    site = site_of_two(tmp_path / "site")
    script = "import sys; from pathlib import Path; from sphinx_fresh.deliver import pdf; pdf.write(Path(sys.argv[1]), 'one.html', 'T', '<p>by</p>', 'A', Path(sys.argv[2]))"
    for name in ("a.pdf", "b.pdf"):  # a process of its own: this one drives a browser already
        subprocess.run([sys.executable, "-c", script, site, tmp_path / name], check=True)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    made = PdfReader(tmp_path / "a.pdf")
    texts = [page.extract_text() for page in made.pages]
    assert dict(made.metadata) == {"/Title": "T", "/Author": "A"}
    assert (
        "2. Two" in texts[-1] and str(len(texts)) in texts[0].split("2. Two")[-1]
    )  # the contents say on which sheet
    assert b"file:" not in (tmp_path / "a.pdf").read_bytes()


@pytest.mark.browser
@pytest.mark.verify
def test_the_whole_book_on_paper(html, tmp_path):
    command = [Path(sys.executable).parent / "ceg", "pdf", tmp_path / "book.pdf"]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    made = PdfReader(tmp_path / "book.pdf")
    text = " ".join(" ".join(page.extract_text() for page in made.pages).split())
    for page in PAGES[: len(TOC)]:
        for number in BeautifulSoup((html / page).read_text(encoding="utf-8"), "html.parser").select(
            ".caption-number"
        ):
            assert re.search(rf"{number.get_text(strip=True)}\b", text), (page, number)
    upright = {tuple(round(side) for side in page.mediabox[2:]) for page in made.pages}
    assert upright == {(595, 842)}  # A4
    assert len(made.outline) > len(TOC) / 2
