"""The whole book on hostile rows: their text stays text, and nothing of it is run."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import hostile
import pytest
from places import ROOT
from site_helpers import Visit

from ceg.evidence import check
from sphinx_fresh import files


def test_nothing_is_unpickled_and_yaml_is_read_safely():
    unsafe = re.compile(
        r"\b(?:pickle|marshal|shelve|dill|joblib)\b|yaml\.(?:load|unsafe_load|full_load)\(|(?<![\w.])(?:eval|exec)\("
    )
    for path in [
        *(ROOT / "src").rglob("*.py"),
        *(ROOT / "book").rglob("*.md"),
        *(ROOT / "bench").glob("*.py"),
    ]:
        assert not unsafe.search(path.read_text(encoding="utf-8")), path


# --- the whole book on hostile rows -----------------------------------------------------------------


@pytest.fixture(scope="module")
def poisoned_book(tmp_path_factory) -> Path:
    """The book built from hostile rows."""
    folder = tmp_path_factory.mktemp("hostile")
    for name in (
        "_config.yml",
        "_toc.yml",
        "CHANGELOG.md",
        "CITATION.cff",
        "README.md",
        "requirements.txt",
        "pyproject.toml",
        "headline.svg",
    ):
        shutil.copy(ROOT / name, folder)
    for name in ("book", "data", "examples", "src"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    code = "\n".join(
        p.read_text(encoding="utf-8")
        for p in [*folder.glob("src/**/*.py"), *folder.glob("book/**/*.md"), *folder.glob("examples/*")]
    )
    hostile.poisoned(folder / "data", code)
    assert check.check(folder / "data") == []
    command = [Path(sys.executable).parent / "jupyter-book", "build", "."]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.mark.verify
def test_the_whole_book_shows_hostile_rows_as_text(poisoned_book, chromium):
    html = poisoned_book / "_build/html"
    seen = set()
    for path in sorted(html.glob("book/**/*.html")):
        assert hostile.taken(path.read_text(encoding="utf-8")) == [], path
        visit = Visit(chromium, path.as_uri())
        assert visit.problems == [] and visit.page.evaluate(
            "document.documentElement.scrollWidth <= innerWidth"
        ), path
        assert hostile.taken(visit.page.content()) == [], path  # as scripts have made it
        seen |= set(hostile.MARK.findall(visit.page.content()))
        visit.context.close()
    assert len(seen) == len(hostile.PAYLOADS)
    visit = Visit(chromium, (html / "book/paper/03-1-tools.html").as_uri())
    for chart in visit.page.locator(".site-chart[data-library]").all():
        chart.scroll_into_view_if_needed()
        chart.and_(visit.page.locator("[data-drawn]")).wait_for(timeout=60_000)
        chart.locator(".site-chart-live .mark-symbol path").last.hover(force=True)
        visit.page.wait_for_timeout(100)
        assert hostile.taken(visit.page.content()) == []
    assert "hx" in visit.page.locator("#vg-tooltip-element").inner_text() and visit.problems == []
    visit.context.close()
    for path in html.glob("downloads/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [c for c in cells if c.startswith(files.FORMULA) and not files.NUMBER.fullmatch(c)], path
    for words in ("hx00", "WizardMath", "hx16"):
        visit = Visit(chromium, f"{(html / 'search.html').as_uri()}?q={words}")
        visit.page.locator("ul.search li").first.wait_for()
        assert hostile.taken(visit.page.content()) == [] and visit.problems == []
        visit.context.close()
