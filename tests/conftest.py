"""The browser, the book built once for all tests that look at it, and which tests need either."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings
from places import DATA, ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WHOLE_BOOK = {"html", "copy", "poisoned_book"}
"""Fixtures that build the whole book."""
BUILDERS = WHOLE_BOOK | {"cold", "toy", "alone", "serving", "reading"}
"""Fixtures that build a book, this one or the small one of ``fixture_book/``."""
skipped_for_browser: list[str] = []

settings.register_profile("book", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("book")


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The machine's Chromium. Without one the test is not run, unless CEG_REQUIRE_BROWSER=1: then it
    fails.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and os.environ.get("CEG_REQUIRE_BROWSER") == "1":
        pytest.fail("CEG_REQUIRE_BROWSER=1 and no Chromium on this machine: install Debian's chromium")
    return found or pytest.skip("no Chromium")


@pytest.fixture(scope="session")
def chromium(browser_path):
    """A running Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def html() -> Path:
    """The whole book, built as a reader of the README would.

    Each of pytest's workers asks for it: one builds, the others wait for the folder's lock and find
    nothing to do.
    """
    command = [Path(sys.executable).parent / "jupyter-book", "build", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return ROOT / "_build" / "html"


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    """The fixture book with pages that read in many ways, built."""
    from reading_book import PAGES, ReadingBook

    book = ReadingBook(tmp_path_factory.mktemp("reading"))
    result = book.build()
    assert (result.code, result.executed) == (0, dict.fromkeys(PAGES, "first time")), result.errors
    return book


@pytest.fixture(scope="session")
def right() -> dict[str, str]:
    """The states of the repository's tables, found without a problem: ``check`` need not validate them
    again.
    """
    from ceg.evidence import check

    assert check.check(DATA) == []
    return check.states(DATA)


@pytest.fixture(scope="session")
def small() -> dict[str, bytes]:
    """The files of a small data folder."""
    import small_data

    return small_data.files()


@pytest.fixture(scope="session")
def small_states(small, tmp_path_factory) -> dict[str, str]:
    """The states of the small data's tables, found without a problem."""
    import small_data

    from ceg.evidence import check

    folder = small_data.filled(tmp_path_factory.mktemp("small") / "data", small)
    assert check.check(folder) == []
    return check.states(folder)


@pytest.fixture
def checked_once(monkeypatch, request):
    """Commands validate only what is not as in the repository; no setting of this terminal holds."""
    from ceg.cli import estimate, shared
    from ceg.evidence import assumptions, check

    def problems(folder):
        whole = folder is None or Path(folder).resolve() == DATA
        return assumptions.problems(DATA) if whole else check.check(folder, request.getfixturevalue("right"))

    for module in (estimate, shared):
        monkeypatch.setattr(module, "check_folder", problems)
    monkeypatch.delenv("CEG_SET", raising=False)


@pytest.fixture
def unchecked(monkeypatch):
    """Commands read the data afresh and take it for whole, under no setting of this terminal."""
    from ceg.cli import shared
    from ceg.evidence import tables

    monkeypatch.setattr(shared, "check_folder", lambda folder: tables.forget() or [])
    monkeypatch.delenv("CEG_SET", raising=False)
    tables.forget()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what builds a book or opens a browser, and put first the files that take long.

    One file on the whole book comes first and builds it; beside it those that build the small one take
    longest. So no worker is left alone at the end.
    """
    for item in items:
        names, used = set(item.fixturenames), set(item.function.__code__.co_names)
        if "browser_path" in names:
            item.add_marker("browser")
        if BUILDERS & names or "Book" in used:
            item.add_marker("build")
    whole = list(dict.fromkeys(i.path for i in items if WHOLE_BOOK & set(i.fixturenames)))
    small = list(
        dict.fromkeys(i.path for i in items if i.get_closest_marker("build") and i.path not in whole)
    )
    slow = [i.path for i in items if i.get_closest_marker("slow")]
    first = dict.fromkeys([*whole[:1], *small, *whole[1:], *slow])
    order = {path: place for place, path in enumerate(first)}
    items.sort(key=lambda item: order.get(item.path, len(order)))


def pytest_runtest_logreport(report):
    """Remember what was not run for want of a browser."""
    if report.skipped and "no Chromium" in str(report.longrepr):
        skipped_for_browser.append(report.nodeid)


def pytest_terminal_summary(terminalreporter):
    """One line on what was not run and how to get it."""
    if skipped_for_browser:
        terminalreporter.write_line(
            f"not run: {len(skipped_for_browser)} tests that open the site in a browser. "
            "To run them, install Chromium (Debian: apt-get install chromium) and call the tests again."
        )
