"""A built site as one PDF, printed by Chromium: with contents and bookmarks, the same bytes every time."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bs4 import BeautifulSoup
from playwright.sync_api import Browser, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, PdfObject, TextStringObject

from sphinx_fresh.deliver.joined import anchor, contents, joined, read
from sphinx_fresh.files import write_whole

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FOOTER = (
    '<div style="width: 100%; font: 8px sans-serif; color: #59636e; text-align: center">'
    '<span class="pageNumber"></span></div>'
)


def browser_path() -> str:
    """The machine's Chromium. FileNotFoundError: it has none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise FileNotFoundError(f"none of {', '.join(BROWSERS)} is on this machine")
    return found


def write(site: Path, home: str, title: str, about: str, author: str, path: Path) -> int:
    """Print the site whose opening page is ``home`` into a PDF; its number of sheets.

    ``about`` is HTML for the first.
    """
    parts = contents(site, home)
    articles = read(site, parts)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        first = printed(browser, joined(articles, parts, title, about, {}))
        numbers = sheets(first, [anchor(chapter.file) for part in parts for chapter in part.chapters])
        page = joined(articles, parts, title, about, numbers)
        second = printed(browser, page)
        browser.close()
    if sheets(second, numbers) != numbers:
        raise ValueError("the page numbers of the contents moved what they number")
    content = lasting(second, {"/Title": title, "/Author": author}, headings(page))
    write_whole(path, content)
    return len(PdfReader(io.BytesIO(content)).pages)


def printed(browser: Browser, page: str) -> bytes:
    """A page on A4, with bookmarks from its headings and tags for screen readers.

    It runs no script and reaches no host.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "book.html")
        path.write_text(page, encoding="utf-8")
        context = browser.new_context(offline=True, color_scheme="light")
        shown = context.new_page()
        shown.goto(path.as_uri(), timeout=120_000)
        made = shown.pdf(
            prefer_css_page_size=True,
            print_background=True,
            outline=True,
            tagged=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
        )
        context.close()
    return made


def sheets(pdf: bytes, names: Mapping[str, object] | list[str]) -> dict[str, int]:
    """On which sheet, from 1, each named place stands. KeyError: no link leads there."""
    reader = PdfReader(io.BytesIO(pdf))
    places = reader.named_destinations
    found = {}
    for name in names:
        number = reader.get_destination_page_number(places[f"/{name}" if f"/{name}" in places else name])
        if number is None:
            raise KeyError(name)
        found[name] = number + 1
    return found


def headings(page: str) -> list[str]:
    """The headings of a page, in order, each on one line."""
    found = BeautifulSoup(page, "html.parser").find_all(re.compile("^h[1-6]$"))
    return [" ".join(heading.get_text().split()) for heading in found]


def _bookmarks(parent: PdfObject | None) -> Iterator[DictionaryObject]:
    """The bookmarks below an outline or a bookmark, in order."""
    within = parent.get_object() if parent else None
    child = within.get("/First") if isinstance(within, DictionaryObject) else None
    while child is not None:
        bookmark = child.get_object()
        yield bookmark
        yield from _bookmarks(bookmark)
        child = bookmark.get("/Next")


def lasting(pdf: bytes, about: Mapping[str, str], titles: list[str]) -> bytes:
    """The same PDF without the time of its making, with what it says of itself, and these bookmarks.

    Chromium's own repeat a heading that begins a sheet and join words over the end of a line. ValueError:
    there are more or fewer bookmarks.
    """
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for bookmark, title in zip(_bookmarks(writer.root_object.get("/Outlines")), titles, strict=True):
        bookmark[NameObject("/Title")] = TextStringObject(title)
    writer.metadata = dict(about)
    writer._ID = None  # a digest of the time, where there is one
    writer.root_object.pop(NameObject("/Metadata"), None)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
