"""The book on paper: the page to print fits on one sheet, and the sheets of the whole book are filled."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from places import ROOT, pages
from pypdf import PageObject, PdfReader
from site_helpers import Visit

KEY_FINDINGS = "book/about/key-findings.html"
PAGES = [f"{name}.html" for name in pages()]

ROOM = 30
"""Points above the margin that stay free below the page to print: other machines have other fonts."""

MARGIN = 45
"""Points at the foot of a sheet, where its number is."""

EMPTY = 0.12
"""The greatest share of sheets that may be over a third empty: before a part, or before a large figure."""


def parsed(html: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((html / page).read_text(encoding="utf-8"), "html.parser")


def words(text: str) -> str:
    """Text on one line, without ligatures."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def lowest(sheet: PageObject) -> float:
    """How high the last text of a sheet stands, in points above its foot."""
    heights: list[float] = []

    def note(text: str, user: list[float], matrix: list[float], *_: object) -> None:
        height = user[1] * matrix[4] + user[3] * matrix[5] + user[5]
        if text.strip() and height > MARGIN:
            heights.append(height)

    sheet.extract_text(visitor_text=note)
    return min(heights, default=float(sheet.mediabox.height))


@pytest.mark.browser
@pytest.mark.verify
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_key_findings_are_one_sheet(chromium, html, paper):
    visit = Visit(chromium, (html / KEY_FINDINGS).as_uri())
    made = PdfReader(io.BytesIO(visit.page.pdf(format=paper, print_background=True)))
    visit.context.close()
    assert len(made.pages) == 1
    text, page = words(made.pages[0].extract_text()), parsed(html, KEY_FINDINGS)
    rows = page.select("#key-findings-table tbody tr")
    assert rows and "Cite it as" in text
    assert [name for row in rows if (name := row.find(["th", "td"]).get_text(strip=True)) not in text] == []
    assert lowest(made.pages[0]) > MARGIN + ROOM


def test_the_start_page_leads_to_the_key_findings(html):
    assert parsed(html, "book/index.html").select_one('article a[href="about/key-findings.html"]')


@pytest.mark.browser
@pytest.mark.verify
def test_the_whole_book_on_paper(html, tmp_path):
    command = [Path(sys.executable).parent / "ceg", "pdf", tmp_path / "book.pdf"]
    subprocess.run(command, cwd=ROOT, check=True, timeout=600)
    made = PdfReader(tmp_path / "book.pdf")
    text = words(" ".join(page.extract_text() for page in made.pages))
    titles = [words(each.title) for each in made.outline if not isinstance(each, list)]
    for page in PAGES:
        site = parsed(html, page)
        for number in site.select(".caption-number"):
            assert re.search(rf"{number.get_text(strip=True)}\b", text), (page, number)
        title = words(site.select_one("article h1").get_text().removesuffix("#"))
        assert title in titles, page  # with its number, if it has one
    assert any(title.startswith("3.1") for title in titles)
    assert {tuple(round(side) for side in page.mediabox[2:]) for page in made.pages} == {(595, 842)}  # A4
    empty = [n for n, page in enumerate(made.pages, 1) if lowest(page) > float(page.mediabox.height) / 3]
    assert len(empty) <= EMPTY * len(made.pages), empty
