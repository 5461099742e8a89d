"""Editions of the site beside each other: a folder a version, one list, a switch in the header."""

import hashlib
import re

import pytest
from playwright.sync_api import expect
from site_helpers import Book, Visit

from ceg.build import editions
from ceg.evidence.problems import InputError

PLAIN = {
    "index.html": "first",
    "book/a.html": "page",
    editions.SCRIPT: "site();",
    editions.SWITCH: "choose();",
}


def site(place, files):
    """A built site that has these files, by name."""
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return {name: place / name for name in files}


def digests(folder):
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


def test_an_edition_joins_and_those_before_stay_as_they_are(tmp_path):
    out = tmp_path / "dist"
    first = editions.write(site(tmp_path / "one", PLAIN), "0.9.0", out, ".part-")
    before = digests(first)
    assert (first / editions.SCRIPT).read_text() == "site();\nchoose();"
    editions.write(site(tmp_path / "two", PLAIN | {"book/b.html": "new"}), "0.10.0", out, ".part-")
    assert digests(first) == before
    assert (out / "editions/editions.js").read_text() == (
        'window.siteEditions = [{"version":"0.10.0","pages":["book/a.html","book/b.html"]},'
        '{"version":"0.9.0","pages":["book/a.html"]}];\n'
    )
    editions.write(site(tmp_path / "three", PLAIN), "0.10.0", out, ".part-")  # before it is published
    assert not (out / "editions/0.10.0/book/b.html").exists() and digests(first) == before
    assert {path.name for path in out.iterdir()} == {"editions"}


def test_versions_have_their_order():
    wanted = ["0.9", "0.10rc1", "0.10", "0.10.1", "1.0"]
    assert sorted(reversed(wanted), key=editions.order) == wanted


def test_where_nothing_can_be_written_is_said(tmp_path):
    (tmp_path / "editions").write_text("a file")
    with pytest.raises(InputError, match="allowed: a folder of editions"):
        editions.write(site(tmp_path / "one", PLAIN), "1.0", tmp_path, ".part-")


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two editions of the fixture book; the newer one lacks a page."""
    book = Book(tmp_path_factory.mktemp("editions"))
    result = book.build()
    assert result.code == 0, result.errors
    files = {p.relative_to(book.site).as_posix(): p for p in book.site.rglob("*") if p.is_file()}
    out = book.folder / "dist"
    editions.write(files, "0.1.0", out, ".part-")
    alone = book.folder / "alone"
    editions.write(files, "0.1.0", alone, ".part-")
    editions.write({n: p for n, p in files.items() if n != "book/tables.html"}, "0.2.0", out, ".part-")
    return book, out / "editions", alone / "editions"


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"}])
def test_a_switch_leads_to_the_same_page_of_another_edition(two, chromium, options):
    visit = Visit(chromium, (two[1] / "0.1.0/book/charts.html").as_uri(), **options)
    switch = visit.page.locator(".site-editions")
    expect(switch.locator("summary")).to_have_text("Version 0.1.0: not the newest")
    switch.locator("summary").click()
    expect(switch.locator("a")).to_have_text("Version 0.2.0 (newest)")
    box = switch.locator("ul").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= visit.page.viewport_size["width"]
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visit.page.keyboard.press("Escape")
    expect(switch.locator("a")).not_to_be_visible()
    visit.page.keyboard.press("Enter")
    switch.locator("a").click()
    visit.page.wait_for_url("**/0.2.0/book/charts.html")
    expect(visit.page.locator(".site-editions summary")).to_have_text("Version 0.2.0")
    assert visit.problems == []
    visit.page.goto((two[1] / "0.1.0/book/tables.html").as_uri())
    visit.page.locator(".site-editions summary").click()
    assert visit.page.locator(".site-editions a").evaluate("a => a.href").endswith("/0.2.0/index.html")
    visit.context.close()


def test_an_edition_alone_has_no_switch_and_a_site_asks_for_no_list(two, chromium):
    book, _, alone = two
    for place in (book.site, alone / "0.1.0"):
        visit = Visit(chromium, (place / "book/charts.html").as_uri())
        visit.page.wait_for_timeout(200)
        assert visit.page.locator(".site-editions").count() == 0
        assert visit.problems == []
        visit.context.close()
    assert not re.search(r"editions\.js", book.page("book/charts"))
