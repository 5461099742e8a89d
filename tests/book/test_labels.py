"""No label of a chart lies on another or is cut, on a screen, on a phone and on paper."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from places import pages
from site_helpers import Visit, wait_for_charts

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390)
PAPER = 680
"""Pixels between the margins of a sheet of A4."""

BLANK = """() => [...document.querySelectorAll('.site-figure figure')]
  .filter(figure => ![...figure.querySelectorAll('svg')].some(svg => svg.getClientRects().length))
  .map(figure => `${figure.id} is blank`)"""

TOC = [name.removeprefix("book/") for name in pages()]

LABELS = """() => {
  const found = [];
  const shown = (text) => text.textContent.trim() && text.getClientRects().length > 0
    && text.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !text.closest('[opacity="0"]');
  for (const svg of document.querySelectorAll('.site-chart svg')) {
    if (!svg.getClientRects().length) continue;
    const chart = svg.closest('.site-figure, .site-chart');
    const name = chart.querySelector('figure')?.id || chart.id;
    const room = svg.getBoundingClientRect();
    const labels = [...svg.querySelectorAll('text')].filter(shown).map(text => {
      const box = text.getBoundingClientRect();
      const rest = box.height * 0.18;  // above and below the letters
      return { says: text.textContent.trim(), left: box.left + 1, right: box.right - 1,
               top: box.top + rest, bottom: box.bottom - rest };
    });
    labels.forEach((a, i) => {
      const within = a.left >= room.left - 2 && a.right <= room.right + 2
        && a.top >= room.top - 2 && a.bottom <= room.bottom + 2;
      if (!within || a.says.endsWith('…')) found.push(`${name}: ${a.says} is cut`);
      for (const b of labels.slice(i + 1)) {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 1 && wide * high > 4) found.push(`${name}: ${a.says} lies on ${b.says}`);
      }
    });
  }
  return found;
}"""


def of_page(chromium, html, page: str, width: int, paper: bool = False) -> list[str]:
    """What is wrong with the labels of a page's charts, once all are drawn; on paper also figures without."""
    text = BeautifulSoup((html / page).read_text("utf-8"), "html.parser")
    charts = len(text.select(".site-chart script[type='application/json']"))
    visit = Visit(chromium, f"{html.as_uri()}/{page}", viewport={"width": width, "height": 900})
    wait_for_charts(visit, charts)
    if paper:
        visit.page.emulate_media(media="print")
        visit.page.wait_for_timeout(500)  # charts follow the new width
    found = visit.page.evaluate(LABELS) + (visit.page.evaluate(BLANK) if paper else [])
    visit.context.close()
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_no_label_of_the_start_page_lies_on_another_or_is_cut(chromium, html, width):
    assert of_page(chromium, html, "book/index.html", width) == []


@pytest.mark.verify
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", TOC)
def test_no_label_lies_on_another_or_is_cut(chromium, html, name, width):
    assert of_page(chromium, html, f"book/{name}.html", width) == []


@pytest.mark.verify
@pytest.mark.parametrize("name", TOC)
def test_on_paper_no_label_lies_on_another_or_is_cut_and_no_figure_is_blank(chromium, html, name):
    assert of_page(chromium, html, f"book/{name}.html", PAPER, paper=True) == []


def test_planted_faults_are_found(chromium, tmp_path):
    chart = '<div class="site-chart" id="c"><svg width="200" height="100">{}</svg></div>'.format
    texts = {
        "apart": ('<text x="10" y="40">one</text><text x="10" y="80">two</text>', []),
        "on": ('<text x="10" y="40">one</text><text x="20" y="44">two</text>', ["c: one lies on two"]),
        "cut": ('<text x="180" y="40">number</text>', ["c: number is cut"]),
        "short": ('<text x="10" y="40">num…</text>', ["c: num… is cut"]),
        "hidden": ('<text x="10" y="40">one</text><text x="9" y="40" opacity="0">two</text>', []),
    }
    for name, (inside, wanted) in texts.items():
        (tmp_path / f"{name}.html").write_text(chart(inside), encoding="utf-8")
        visit = Visit(chromium, (tmp_path / f"{name}.html").as_uri())
        assert visit.page.evaluate(LABELS) == wanted, name
        visit.context.close()
