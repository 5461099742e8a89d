"""Pages are run again by what they read, in a book that is built by the real command."""

from __future__ import annotations

import json
import re
import sys

import pytest
from reading_book import CODE, PAGES, page
from tiers import sampled


def said(book) -> list[str]:
    """The message that ends a build."""
    return book.errors[book.errors.index("The book was not built:") :].splitlines()[1:]


def shown(book, name: str) -> str:
    """What the last cell of a page gave."""
    text = re.sub(r"<[^>]*>", "", book.page(name).replace("\n", " "))
    return " ".join(text.split())


@pytest.fixture
def book(reading, monkeypatch):
    """The book; files that a test edits are as before again, and what it sets too."""
    before = {p: p.read_bytes() for p in reading.folder.rglob("*") if p.is_file() and "_build" not in p.parts}
    for name in ("TOY_PAGE", "TOY_MODULE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    yield reading
    for path in [p for p in reading.folder.rglob("*") if p.is_file() and "_build" not in p.parts]:
        if path not in before:
            path.unlink()
    for path, content in before.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


def ran(book, **environment: str) -> dict[str, str]:
    """The pages that a build executes, and why."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        result = book.build()
    assert result.code == 0, result.errors
    return result.executed


EDITS = {
    "a row that only moves a sum": ("data/rows.csv", "ant,1,2.5", "ant,1,3.5", ["charts", "index", "table"]),
    "a row that moves the highest": (
        "data/rows.csv",
        "cat,3,3.125",
        "cat,3,9",
        ["highest", "table", "tables"],
    ),
    "a file made that was looked for": ("notes/more.txt", None, "found", ["sought"]),
    "a file in a folder that is listed": ("lists/two.csv", None, "", ["listed"]),
    "what an editor keeps there": ("lists/.two.csv.swp", None, "", []),
    "another such file": ("lists/two.csv~", None, "", []),
    "what is inside of a listed file": ("lists/one.csv", "", "changed", []),
    "what a program reads, and a value kept while warm": (
        "total/numbers.txt",
        "1 2",
        "1 3",
        ["cached", "printed"],
    ),
    "a helper's constant": ("toybook/scale.py", "FACTOR = 2", "FACTOR = 3", ["charts"]),
    "a file that the page wrote": ("made.txt", "made", "made by hand", []),
    "a file of a page with settings": ("data/choices.csv", "other,3", "other,4", ["settings"]),
    "a row that none takes by name": ("data/rows.csv", "dog,4,7", "dog,4,7\neel,5,1", ["table"]),
}
"""What -> file, text, another text, and the pages that run."""


def test_nothing_runs_for_nothing(book):
    assert ran(book) == {}


AT_ONCE = "a row that moves the highest", "a file in a folder that is listed"
"""The edits that are tried before each merge."""


@pytest.mark.parametrize("what", sampled(EDITS, AT_ONCE))
def test_an_edit_runs_who_reads_it_and_undoing_it_runs_none(book, what):
    path, old, new, pages = EDITS[what]
    before = None if old is None else (book.folder / path).read_text()
    if old:
        book.edit(path, old, new)
    else:
        book.write(path, new)
    assert set(ran(book)) == {f"book/{name}" for name in pages}
    book.write(path, before)
    assert ran(book) == {}


def test_pages_of_the_same_code_in_two_folders_are_two(book):
    assert "is here" in shown(book, "here/read-here") and "is there" in shown(book, "there/read-there")
    book.write("here/own.txt", "was here")
    assert ran(book) == {"here/read-here": "file here/own.txt"}
    assert "was here" in shown(book, "here/read-here") and "is there" in shown(book, "there/read-there")


@pytest.mark.verify
def test_a_module_reads_as_it_is_imported(book):
    """In the warm process it may be imported for other pages too; these then run once too often."""
    book.write("total/constant.txt", "8")
    assert "book/imported" in ran(book) and "8" in shown(book, "book/imported")
    book.write("total/constant.txt", "7")
    assert ran(book) == {}


@pytest.mark.parametrize(
    ("setting", "pages"),
    [
        ("TOY_PAGE", ["variable"]),
        pytest.param("TOY_MODULE", ["variable"], marks=pytest.mark.verify),
        pytest.param("COLUMNS", [], marks=pytest.mark.verify),
    ],
)
def test_a_setting_runs_who_asks_for_it(book, setting, pages):
    found = ran(book, **{setting: "61"})
    assert found == {f"book/{name}": f"variable {setting}" for name in pages}
    assert ran(book, **{setting: "61"}) == {}
    assert ran(book) == {}


def test_why_a_page_runs_is_said(book):
    book.edit("data/rows.csv", "bee,2,4.25", "bee,2,9")
    assert ran(book) == {
        "book/charts": "row bee",
        "book/highest": "highest animal",
        "book/table": "file data/rows.csv",
    }


PROGRAM = "import subprocess\n\nsubprocess.run(['cat', '../data/rows.csv'])"


def test_a_page_that_starts_a_program_is_refused(book):
    book.write("book/cached.md", page("cached", PROGRAM))
    for _ in range(2):
        result = book.build()
        assert (result.code, result.executed.keys()) == (1, {"book/cached"})
        assert said(result) == [
            "  book/cached: a cell starts cat, and what that reads is not seen; "
            "start it inside of `with reads.reading(name, digest):` (sphinx_fresh.reads)"
        ]


SETTINGS = {
    "force": ("mystnb:\n  execution_mode: force\n", {"book/cached"}, 1, True),
    "off": (  # myst-nb then asks the page for its language
        'mystnb:\n  execution_mode: "off"\nlanguage_info:\n  name: python\n',
        set(),
        0,
        False,
    ),
    "others": ("mystnb:\n  merge_streams: true\n  execution_timeout: 40\n", set(), 0, True),
}


@pytest.mark.verify
@pytest.mark.parametrize("kind", SETTINGS)
def test_a_page_follows_settings_of_its_own(book, kind):
    """Executed by myst-nb each time, or never; else as ever."""
    head, each_time, alone, result_shown = SETTINGS[kind]
    book.write("book/cached.md", page("cached", f"{CODE['cached']} * 1111  # {kind}", head))
    ran(book)
    result = book.build()
    assert (result.code, set(result.executed), result.alone) == (0, each_time, alone), result.errors
    assert ("3333" in shown(book, "book/cached").replace("1111", "")) == result_shown


@pytest.mark.verify
def test_a_kernel_that_cannot_say_what_it_reads_runs_each_time(book, tmp_path, monkeypatch):
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Odd",
        "language": "odd",
    }
    (tmp_path / "kernels" / "odd").mkdir(parents=True)
    (tmp_path / "kernels" / "odd" / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    book.write("book/cached.md", page("cached", "print(6 * 7)").replace("name: python3", "name: odd"))
    for _ in range(2):
        assert set(ran(book)) == {"book/cached"} and "42" in shown(book, "book/cached")


@pytest.mark.verify
def test_damaged_runs_are_as_none(book):
    """Pages run again, without a word; what was shown stays."""
    ran(book)
    before = book.files()
    runs = book.folder / "_build/.site/runs"
    for number, path in enumerate(sorted(p for p in runs.rglob("*.json"))):
        content = [b"", path.read_bytes()[:40], b"{}", b"\0\0", None][number % 5]
        path.unlink() if content is None else path.write_bytes(content)
    result = book.build()
    assert (result.code, set(result.executed)) == (0, PAGES), result.errors
    assert "Traceback" not in result.errors and book.files() == before
    assert ran(book) == {}
