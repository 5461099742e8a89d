"""What a page's code is, under which name its runs are kept, and when this is worked out again."""

from __future__ import annotations

import json

import pytest

from sphinx_fresh.notebooks.fingerprint import Explainer, Settings, changes, digest
from sphinx_fresh.notebooks.runs import Run

HEAD = "---\nfile_format: mystnb\n---\n\n# A\n\n"
CELL = "```{code-cell}\nimport counted.used\n```\n"


def test_digest_has_no_order():
    assert digest({"a": "1", "b": "2"}) == digest({"b": "2", "a": "1"}) != digest({"a": "2", "b": "1"})


@pytest.fixture
def counted(tmp_path, monkeypatch):
    """A package of the book, and builds one after the other: what each leaves is there for the next."""
    folder = tmp_path / "counted"
    folder.mkdir()
    for name in ("__init__", "used", "other"):
        (folder / f"{name}.py").write_text("")
    (folder / "rows.csv").write_text("1")
    monkeypatch.syspath_prepend(tmp_path)
    record: dict = {}

    def build() -> Explainer:
        nonlocal record
        made = Explainer(Settings(("counted",)), tmp_path, tmp_path / ".site", json.loads(json.dumps(record)))
        record = made.record
        return made

    return folder, build


def modules(explainer: Explainer, page: str) -> set[str]:
    return {name for name in explainer.code(page) if name.startswith("module counted")}


def test_the_code_of_a_page_is_worked_out_again_only_when_what_decides_it_changed(counted):
    folder, build = counted
    first = build()
    assert modules(first, HEAD + CELL) == {"module counted", "module counted.used"} and first.moved
    again = build()
    assert again.code(HEAD + CELL) == first.code(HEAD + CELL) and not again.moved
    (folder / "used.py").write_text("import counted.other")
    reached = build()
    assert "module counted.other" in modules(reached, HEAD + CELL) and reached.moved
    assert build().code(f"{HEAD}Only words.\n") == {} == build().code("# No code\n")


def test_a_page_is_right_while_its_code_and_all_that_it_read_are_the_same(counted):
    folder, build = counted
    page, other = HEAD + CELL, HEAD + CELL.replace("used", "used  # again")
    first = build()
    assert first.run("", page) is None and first.run("", f"{HEAD}Only words.\n") == ""
    one = first.add("", page, Run.of({"file counted/rows.csv": first.now.digest("file counted/rows.csv")}))
    assert build().run("", page) == one and build().run("", other) is None
    assert build().run("elsewhere", page) is None  # what is beside it there is other
    assert build().run("", page.replace("# A", "# B\n\nMore words.")) == one
    (folder / "rows.csv").write_text("2")
    second = build()
    assert second.run("", page) is None
    assert second.differences(page, second.code(page), one) == "file counted/rows.csv"
    two = second.add("", page, Run.of({"file counted/rows.csv": second.now.digest("file counted/rows.csv")}))
    assert one != two == build().run("", page)
    (folder / "rows.csv").write_text("1")
    assert build().run("", page) == one  # an edit taken back
    code = build().code(page)
    (folder / "used.py").write_text("1")
    moved = build()
    assert moved.run("", page) is None and moved.differences(page, code, one) == "module counted.used"
    assert moved.differences(page, {}, None) == "first time"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"a": "1"}, {"a": "1"}, "its own code"),
        ({"a": "1"}, {"a": "2", "b": "1"}, "a, b"),
        ({"a": "1"}, {}, "a"),
        ({}, {str(n): "" for n in range(9)}, "0, 1, 2, 3, 4, 5, 6, 7 and 1 more"),
    ],
)
def test_what_differs_is_said_in_words(before, after, said):
    assert changes(before, after) == said
