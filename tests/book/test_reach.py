"""Every page for everyone: heard, seen in either light, at any width, by keyboard alone."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from places import pages
from site_helpers import Visit

TOC = [name.removeprefix("book/") for name in pages()]
PAGES = [*(f"book/{name}.html" for name in TOC), "search.html", "genindex.html"]
VIEWS = list(product(("light", "dark"), (390, 1280)))
WIDTHS = (360, 390, 640, 768, 1280, 1920)  # 640 is what is left of 1280 at a zoom of 200%
KINDS = (
    "book/index",
    "book/paper/01-executive-summary",
    "book/paper/03-1-tools",
    "book/beyond/what-if",
    "book/beyond/calculator",
    "book/about/evidence",
    "book/about/workings",
    "book/about/api",
    "book/about/references",
    "search",
)
ONCE = [(f"{page}.html", *VIEWS[i % len(VIEWS)]) for i, page in enumerate(KINDS)]
"""A page of each kind once; in turns as a phone and as a desk shows it, in either light. All pages in all
views: make verify.
"""

NOTHING_ELSE = {"resultTypes": ["violations"], "selectors": False}
PARTS = {"exclude": [[".site-chart svg"], [".site-fold:nth-of-type(n + 4)"]]}
"""Not looked at again and again: what drawings hold, which is not read out, and entries that are like the
three before.
"""


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
    """The page as a phone or a desk shows it. Its policy is set aside: it would refuse what axe itself
    writes.
    """
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


@pytest.mark.verify
@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_axe_finds_nothing_serious_in_an_open_preview(chromium, html, scheme, width):
    visit = opened(chromium, html, "book/paper/03-1-tools.html", scheme, width)
    for address in ("#fig-3", "../about/evidence.html"):
        visit.page.locator(f'.bd-article p a[href="{address}"]').first.hover()
        visit.page.locator(".site-preview:popover-open").wait_for()
        found = Axe().run(visit.page, context=".site-preview:popover-open").response["violations"]
        assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
        assert sideways(visit.page) is None
        visit.page.keyboard.press("Escape")


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


SCROLLED = """() => [...document.querySelectorAll('.site-panels')]
  .filter(e => e.scrollWidth > e.clientWidth).map(e => e.closest('figure').id)"""
"""Figures that do not show all of themselves."""


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
  const ring = e.matches('summary') && e.querySelector('.toctree-toggle') ?
      getComputedStyle(e.querySelector('.toctree-toggle')) : s;
  return {
    what: e.outerHTML.slice(0, 120), body: e === document.body, text: e.textContent.trim(),
    seen: (ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) > 0) || s.boxShadow !== 'none',
    inside: box.bottom > 0 && box.top < innerHeight,
        popover: !!document.querySelector('[popover]:popover-open'),
  };
}"""


@pytest.mark.parametrize("page", ["paper/02-conceptual-framework", "beyond/what-if", "beyond/calculator"])
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
    assert popovers >= 2 or not visit.page.locator(".site-figure").count()
    visit.context.close()


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
