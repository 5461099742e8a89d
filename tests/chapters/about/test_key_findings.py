"""The page to print says what the start page says."""

import pytest
from chapter_runs import run

from ceg.chapters.about import key_findings
from sphinx_fresh.mime import FIGURE, TABLE

pytestmark = pytest.mark.slow

START, PAGE = "book/index.md", "book/about/key-findings.md"


@pytest.mark.parametrize("setting", ["", "transform=linear", "provenance_admitted=verified+readoff"])
def test_it_says_what_the_start_page_says(setting):
    start, page = run(START, setting), run(PAGE, setting)
    shared = page.values.keys() & start.values.keys()
    assert len(shared) >= 10
    assert {text: page.values[text] for text in shared} == {text: start.values[text] for text in shared}
    drawn = next(bundle[FIGURE] for bundle in start.shown if FIGURE in bundle)
    told = next(bundle[TABLE] for bundle in page.shown if TABLE in bundle)
    at = [drawn["columns"].index(key) for key in ("name", "short", "one_time", "runtime")]
    kept = [
        [c["key"] for c in told["columns"]].index(key) for key in ("name", "short", "one_time", "runtime")
    ]
    assert [[row[i] for i in kept] for row in told["rows"]] == [[row[i] for i in at] for row in drawn["rows"]]


def test_the_edition_is_that_of_the_citation_file(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "CITATION.cff").write_text(
        "title: A book\nversion: 1.1.0\ndate-released: 2031-02-03\n"
        "authors:\n  - name: A group\n  - {given-names: A, family-names: Person}\n"
        "references:\n  - {title: A paper, doi: 10.48550/arXiv.3101.00001}\n"
    )
    monkeypatch.setattr(key_findings, "find_data", lambda: tmp_path / "data")
    assert key_findings.edition() == {
        "authors": "A group, A Person",
        "title": "A book",
        "year": "2031",
        "version": "1.1.0",
        "released": "2031-02-03",
        "paper": "3101.00001",
    }
