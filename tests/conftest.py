"""The browser, and the book built once for all tests that look at it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LONGEST_FIRST = (
    "test_book",
    "test_site",
    "test_notebooks",
    "test_multiverse",
    "test_chapters",
    "test_what_if",
    "test_rebuild",
)
skipped_for_browser: list[str] = []


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The machine's Chromium. Without one the test is not run, unless CEG_REQUIRE_BROWSER=1: then it fails."""
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

    Each of pytest's workers asks for it: one builds, the others wait for the folder's lock and find nothing to do.
    """
    command = [Path(sys.executable).parent / "jupyter-book", "build", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return ROOT / "_build" / "html"


def pytest_collection_modifyitems(items):
    """Files that take long come first, one of them with the build of the book, so that no worker is left alone at the end."""
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


def pytest_runtest_logreport(report):
    """Remember what was not run for want of a browser."""
    if report.skipped and "no Chromium" in str(report.longrepr):
        skipped_for_browser.append(report.nodeid)


def pytest_terminal_summary(terminalreporter):
    """One line on what was not run and how to get it."""
    if skipped_for_browser:
        terminalreporter.write_line(
            f"not run: {len(skipped_for_browser)} tests that open the site in a browser. To run them, install Chromium "
            "(Debian: apt-get install chromium) and call the tests again."
        )
