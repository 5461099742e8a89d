"""The page "Your own numbers" in a browser: typed, pasted into, by keyboard, on a phone, copied from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from calculator_cases import STATES, payload
from places import ROOT
from site_helpers import Visit, served, wait_until

from ceg.chapters.calculator import page as calculator

pytestmark = pytest.mark.slow

PAGE = "book/beyond/calculator.html"


def opened(chromium, html: Path, fragment: str = "", **options) -> Visit:
    visit = Visit(chromium, f"{html.as_uri()}/{PAGE}{fragment}", **options)
    wait_until(visit.page, "document.querySelector('#calculator-form').hasAttribute('data-shown')")
    return visit


def settle(visit: Visit) -> None:
    """Until what was typed is worked out."""
    visit.page.wait_for_timeout(600)


def said(visit: Visit) -> str:
    return visit.page.inner_text(".calculator-sentence")


def test_the_page_shows_an_example_and_asks_for_nothing(chromium, html):
    visit = opened(chromium, html, viewport={"width": 1280, "height": 900})
    page, asked = visit.page, []
    page.on("request", lambda request: asked.append(request.url))
    assert "does no worse than PaLM 540B" in said(visit)
    assert "#" not in page.url  # until something is typed
    assert page.locator(".calculator-chart svg circle").count() == 3
    label = page.get_attribute(".calculator-chart svg", "aria-label")
    assert "PaLM 8B, 4.9 at 4.04 × 10²² FLOP" in label
    page.get_by_role("button", name="RETRO on C4").click()
    settle(visit)
    assert "RETRO" in said(visit) and "give the standard error" in page.inner_text(".calculator-numbers")
    page.fill("#calculator-se", "0.005")
    settle(visit)
    assert "With the errors of the scores the gain is" in said(visit)
    page.get_by_role("button", name="an empty table").click()
    settle(visit)
    assert said(visit).startswith("Type or paste") and "#" not in page.url
    assert [url for url in asked if not url.startswith(html.as_uri())] == []
    assert visit.problems == []
    visit.context.close()


def test_a_link_opens_with_the_same(chromium, html):
    visit = opened(chromium, html)
    page = visit.page
    page.get_by_role("button", name="Minerva").click()
    page.fill('[data-row="1"][data-field="score"]', "4.6")
    page.click("summary:has-text('How the curve is read')")
    page.select_option("#calculator-min_points", "2")
    settle(visit)
    before = (said(visit), page.inner_text(".calculator-numbers"))
    address = page.url
    assert "min_points=2" in address
    with served(html) as url:
        other = Visit(chromium, f"{url}/{PAGE}#{address.partition('#')[2]}")
        wait_until(other.page, "document.querySelector('#calculator-form').dataset.shown")
        assert (said(other), other.page.inner_text(".calculator-numbers")) == before
        assert other.page.input_value('[data-row="1"][data-field="score"]') == "4.6"
        other.page.evaluate("location.hash = '#how-to-read-it'")  # a link to a heading leaves the numbers
        settle(other)
        assert said(other) == before[0]
        assert other.problems == []
        other.context.close()
    assert visit.problems == []
    visit.context.close()


def test_by_keyboard_alone(chromium, html):
    visit = opened(chromium, html, viewport={"width": 1280, "height": 900})
    page = visit.page
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "an empty table":
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # the kind of score
    for key in ("Tab", "4", "0", "0", "Tab", "Tab", "Tab"):
        page.keyboard.press(key)
    for row in ("A\t1e22\t30", "B\t1e21\t10", "C\t1e22\t20"):
        for cell in row.split("\t"):
            page.keyboard.type(cell)
            page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            page.keyboard.press("Tab")
    page.keyboard.type("D")
    page.keyboard.press("Tab")
    page.keyboard.type("1e23")
    page.keyboard.press("Tab")
    page.keyboard.type("40")
    settle(visit)
    assert "A with the enhancement scores what models without it reach with about 3.5x" in said(visit)
    assert page.input_value("#calculator-items") == "400"
    page.get_by_role("button", name="Add a model").press("Enter")
    assert page.evaluate("document.activeElement.dataset.row") == "3"
    page.get_by_role("button", name="Remove row 4").press("Enter")
    assert page.evaluate("document.activeElement.dataset.row") == "2"
    assert visit.problems == []
    visit.context.close()


PASTE = """text => {
  const cell = document.querySelector('[data-row="0"][data-field="name"]'), data = new DataTransfer();
  data.setData('text', text);
  cell.focus();
  cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_rows_are_pasted_into_a_cell_or_the_box(chromium, html):
    visit = opened(chromium, html)
    page = visit.page
    page.evaluate(
        PASTE,
        "GPT-3 350M\t2.1e20\t10\nGPT-3 1.3B\t1.3B x 300B\t20\n"
        "GPT-3 6.7B\t1.2e22\t33\nGPT-3 13B\t2.3e22\t41\n",
    )
    settle(visit)
    assert page.locator('[data-field="name"]').count() == 5
    assert page.input_value('[data-row="3"][data-field="compute"]') == "2.3e22"
    # nothing is left of the example that the page began with
    own = page.input_value('[data-row="-1"][data-field="score"]')
    assert (own, page.input_value("#calculator-items")) == ("", "")
    page.fill('[data-row="-1"][data-field="name"]', "GPT-3 1.3B")
    page.fill('[data-row="-1"][data-field="score"]', "30")
    settle(visit)
    assert "GPT-3 1.3B with the enhancement scores what" in said(visit)  # its compute stands below
    assert page.inner_text('tr:has([data-row="1"]) .calculator-reading >> nth=1') == "2.34 × 10²¹ FLOP"
    page.click("summary:has-text('Paste a table')")
    page.fill(".calculator textarea", (ROOT / "examples/scores.csv").read_text(encoding="utf-8"))
    page.get_by_role("button", name="Use these rows").click()
    settle(visit)
    assert "3 rows without the enhancement, one with it; 2 more with it left out" in page.inner_text(
        ".calculator-form"
    )
    assert page.locator('[data-field="name"]').count() == 4
    assert page.input_value('[data-row="-1"][data-field="score"]') == "4.1"
    page.fill(".calculator textarea", "A\t1\t2\nB\t3")
    page.get_by_role("button", name="Use these rows").click()
    assert "Row 2 has 2 cells" in page.inner_text(".calculator-form")
    assert visit.problems == []
    visit.context.close()


def test_what_is_wrong_is_marked_and_nothing_is_worked_out(chromium, html):
    visit = opened(chromium, html)
    page = visit.page
    page.fill('[data-row="1"][data-field="compute"]', "62.5B")
    settle(visit)
    assert "Row 2 (PaLM 62B), training compute: found “62.5B”" in page.inner_text(".calculator-problems")
    assert page.get_attribute('[data-row="1"][data-field="compute"]', "aria-invalid") == "true"
    assert said(visit).startswith("Nothing is worked out")
    assert not page.is_visible(".calculator-chart") and not page.is_visible(".calculator-elsewhere")
    page.fill('[data-row="1"][data-field="compute"]', "62.5B x 795B")
    settle(visit)
    assert page.locator("[aria-invalid]").count() == 0 and page.is_visible(".calculator-chart")
    visit.context.close()


def test_a_fraction_among_percents_is_pointed_out(chromium, html):
    visit = opened(chromium, html)
    assert "less than one of 100" not in visit.page.inner_text(".calculator-result")
    visit.page.fill("#calculator-chance", "0.25")
    settle(visit)
    assert "0.25 counts as less than one of 100." in visit.page.inner_text(".calculator-result")
    visit.context.close()


def test_it_is_copied(chromium, html):
    visit = opened(chromium, html)
    page = visit.page
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for button, text in {
        "Copy the link": "#kind=accuracy&items=1319",
        "Copy the command": "ceg gain --enhanced 2.98125e23:29.9",
        "Copy the Python": "import ceg",
        "Copy the YAML": "benchmark: my-benchmark",
    }.items():
        page.get_by_role("button", name=button).click()
        wait_until(
            page, "document.querySelector('.calculator-elsewhere .calculator-said').textContent === 'Copied.'"
        )
        shown = page.evaluate(
            "[...document.querySelectorAll('.calculator-elsewhere pre')].map(p => p.textContent)"
        )
        assert any(text in each for each in shown), button
    assert visit.problems == []
    visit.context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_for_everyone(chromium, html, scheme, width):
    """Nothing serious for axe, in a result and in a problem; nothing is wider than the page."""
    visit = Visit(
        chromium,
        f"{html.as_uri()}/{PAGE}",
        viewport={"width": width, "height": 844},
        color_scheme=scheme,
        bypass_csp=True,
    )
    page = visit.page
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")

    def serious() -> list[str]:
        found = Axe().run(page, context={"include": [["#calculator-form"]]}).response["violations"]
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:150]}"
            for v in found
            if v["impact"] in ("serious", "critical")
        ]

    assert serious() == []
    for label in ("Minerva", "RETRO", "Chain of thought"):
        page.get_by_role("button", name=label).click()
        settle(visit)
        drawing = page.inner_html(".calculator-chart")
        assert not re.search(r"NaN|Infinity|undefined", drawing)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(
            "document.querySelector('.calculator-chart svg').getBoundingClientRect().right <= innerWidth"
        )
    page.fill("#calculator-items", "x")
    settle(visit)
    assert serious() == []
    visit.context.close()


def test_any_family_is_drawn(chromium, html):
    visit = opened(chromium, html, viewport={"width": 390, "height": 844})
    for name, given in STATES.items():
        link = visit.page.evaluate("([s, d]) => calculatorInput.toHash(s, d)", [given, payload(())])
        visit.page.evaluate("link => { location.hash = '#' + link; }", link)
        settle(visit)
        drawing = visit.page.inner_html(".calculator-chart")
        assert "<svg" in drawing and not re.search(r"NaN|Infinity|undefined", drawing), name
        assert len(said(visit)) > 40, name
    assert visit.problems == []
    visit.context.close()


def test_the_page_is_light_and_says_without_scripts_what_to_do(chromium, html):
    asked: list[str] = []
    context = chromium.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{html.as_uri()}/{PAGE}")
    page.mouse.move(5, 5)
    page.wait_for_timeout(500)
    context.close()
    files = {Path(url.removeprefix("file://").split("?")[0]) for url in asked}
    assert not [f for f in files if "vega" in f.name]
    own = [
        f for f in files if f.name.startswith(("calculator", "estimator", "choices")) and f.suffix != ".html"
    ]
    assert len(own) == len(calculator.SCRIPTS) + 2  # their styles, and the data
    assert sum(f.stat().st_size for f in own) < 160_000
    static = BeautifulSoup((html / PAGE).read_text(encoding="utf-8"), "html.parser")
    assert static.select_one("#calculator-form p").get_text() == calculator.WITHOUT_SCRIPTS
    start = BeautifulSoup((html / "book/index.html").read_text(encoding="utf-8"), "html.parser")
    assert start.select_one("article a[href='beyond/calculator.html']")
