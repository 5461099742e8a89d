"""Random single edits, one after the other: each time the site is that of a clean build of the same sources.

More edits: CEG_RANDOM_EDITS=100 (of the whole book a fifth); other ones: CEG_RANDOM_SEED=2.
"""

from __future__ import annotations

import csv
import io
import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from reading_book import CODE, PAGES, ReadingBook
from whole_book import Copy, different

EDITS = int(os.environ.get("CEG_RANDOM_EDITS", "10"))
SEED = int(os.environ.get("CEG_RANDOM_SEED", "1"))
PLAIN = re.compile(r"\d+(\.\d+)?")
WORDS = r"\n\n[A-Z][a-z]+ [a-z]+( )[a-z]+ "
DRAWN = ("drawings", "vega-bundle*")
"""What a clean copy may keep: it takes long to make, and pages do not run for it."""


def emptied(folder: Path) -> None:
    """Take away all that builds have left, but for what is drawn."""
    build = folder / "_build"
    for path in build.glob("*"):
        if path.name != ".site":
            shutil.rmtree(path)
    kept = {path for name in DRAWN for path in (build / ".site").glob(name)}
    for path in set((build / ".site").glob("*")) - kept:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def sources(source: Path, target: Path) -> None:
    """Make a folder hold the sources of another, and nothing else beside its build."""
    for path in target.iterdir() if target.exists() else ():
        if path.name != "_build":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(
        source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("_build", "__pycache__", "made.txt")
    )


def changed_cell(path: Path, chance: random.Random, columns: dict[str, Callable[[dict], str | None]]) -> str:
    """Give a cell of a CSV file another value; a column's function gives it, or None where there is none."""
    text = path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    while True:
        row, column = chance.choice(rows), chance.choice(list(columns))
        before, value = row[column], columns[column](row)
        if value is not None and value != before:
            break
    row[column] = value
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return f"{path.name}, {next(iter(row.values()))}: {column} {before} is {value}"


def put(path: Path, pattern: str, value: str) -> str:
    """Give the first place that a pattern's group matches another text."""
    text = path.read_text(encoding="utf-8")
    found = re.search(pattern, text, flags=re.MULTILINE)
    assert found is not None, (path, pattern)
    path.write_text(text[: found.start(1)] + value + text[found.end(1) :], encoding="utf-8")
    return f"{path.name}: {found[1]!r} is {value!r}"


def state(folder: Path) -> list:
    """What an edit can change: each source, and the settings of this process."""
    files = (p for p in folder.rglob("*") if p.is_file() and "_build" not in p.parts and p.suffix != ".pyc")
    return [sorted((p, p.read_bytes()) for p in files), dict(os.environ)]


def edited(edits: Small | Whole, number: int) -> str:
    """Make one edit, with what it was in words; one that changes nothing is none."""
    before = state(edits.folder)
    while True:
        said = getattr(edits, edits.chance.choice(edits.KINDS))()
        if state(edits.folder) != before:
            return f"edit {number}, seed {SEED}: {said}"


# --- the fixture book -----------------------------------------------------------------------------


class Small:
    """The edits of the fixture book; all may follow each other."""

    KINDS = (
        *("row", "choice", "constant", "at_import", "total", "helper", "prose", "title", "cell"),
        *("reference", "variable", "note", "listing", "put_back"),
    )

    def __init__(self, book: ReadingBook, chance: random.Random, patch: pytest.MonkeyPatch):
        self.book, self.chance, self.patch, self.folder = book, chance, patch, book.folder
        files = (
            p for name in ("data", "toybook", "total", "lists") for p in (self.folder / name).glob("*.*")
        )
        self.first = {
            p.relative_to(self.folder).as_posix(): p.read_text(encoding="utf-8")
            for p in files
            if p.suffix in (".csv", ".py", ".txt")
        }

    def number(self) -> str:
        """From a few, so that what was before comes back."""
        return str(self.chance.choice([1, 2, 3, 4.5, 6.25]))

    def row(self) -> str:
        return changed_cell(
            self.book.folder / "data/rows.csv",
            self.chance,
            {"x": lambda row: self.number(), "y": lambda row: self.number()},
        )

    def choice(self) -> str:
        return changed_cell(
            self.book.folder / "data/choices.csv", self.chance, {"value": lambda row: self.number()}
        )

    def constant(self) -> str:
        return put(self.book.folder / "toybook/scale.py", r"FACTOR = (\S+)", self.number())

    def at_import(self) -> str:
        return put(self.book.folder / "total/constant.txt", r"(.+)", self.number())

    def total(self) -> str:
        return put(self.book.folder / "total/numbers.txt", r"^(\d+)", str(self.chance.randint(1, 3)))

    def helper(self) -> str:
        return put(self.book.folder / "toybook/said.py", r"'TOY_MODULE', '(\w+)'", self.word())

    def word(self) -> str:
        return self.chance.choice(["one", "two", "three"])

    def prose(self) -> str:
        name = self.chance.choice(list(CODE))
        return put(self.book.folder / f"book/{name}.md", r"^A (\w+)\.$", self.word())

    def title(self) -> str:
        name = self.chance.choice(list(CODE))
        return put(self.book.folder / f"book/{name}.md", r"^# (\w+)$", self.word())

    def cell(self) -> str:
        name = self.chance.choice(list(CODE))
        return put(self.book.folder / f"book/{name}.md", r"```{code-cell}\n(# \w+\n|)", f"# {self.word()}\n")

    def reference(self) -> str:
        return put(
            self.book.folder / "data/references.bib", r"year\s*=\s*{(\d+)}", self.chance.choice("789") * 4
        )

    def variable(self) -> str:
        name, value = self.chance.choice(["TOY_PAGE", "TOY_MODULE"]), self.chance.choice(["", "a", "b"])
        self.patch.setenv(name, value) if value else self.patch.delenv(name, raising=False)
        return f"{name}={value}"

    def note(self) -> str:
        text = self.chance.choice([None, "one", "two"])
        self.book.write("notes/more.txt", text)
        return f"notes/more.txt: {text}"

    def listing(self) -> str:
        name = self.chance.choice(["two.csv", "three.csv", ".two.csv.swp", "one.csv~", "other.txt"])
        gone = (self.book.folder / "lists" / name).exists()
        self.book.write(f"lists/{name}", None if gone else "")
        return f"lists/{name} is {'gone' if gone else 'there'}"

    def put_back(self) -> str:
        """A whole file, as it was at first."""
        path = self.chance.choice(sorted(self.first))
        self.book.write(path, self.first[path])
        return f"{path} is as at first"


@pytest.mark.verify
def test_after_each_edit_of_the_fixture_book_the_site_is_that_of_a_clean_build(
    reading, tmp_path, monkeypatch
):
    chance, clean = random.Random(SEED), ReadingBook(tmp_path)
    edits = Small(reading, chance, monkeypatch)
    ran = []
    for number in range(EDITS):
        said = edited(edits, number)
        result = reading.build()
        assert result.code == 0, f"{said}\n{result.errors}"
        sources(reading.folder, clean.folder)
        emptied(clean.folder)
        whole = clean.build()
        assert whole.code == 0 and len(whole.executed) > len(PAGES) / 2, f"{said}\n{whole.errors}"
        print(said, sorted(result.executed), flush=True)
        assert different(reading.files(), clean.files()) == set(), said
        ran.append(len(result.executed))
    assert sum(ran) < 0.5 * len(PAGES) * EDITS  # or nothing was kept, and this proves nothing


# --- the whole book -------------------------------------------------------------------------------


class Whole:
    """Edits of the whole book that leave it valid."""

    KINDS = (
        *("score", "other_field", "compute", "enhancement", "assumption", "constant", "word"),
        *("reference", "setting"),
    )

    def __init__(self, copy: Copy, chance: random.Random, patch: pytest.MonkeyPatch):
        self.copy, self.chance, self.patch, self.folder = copy, chance, patch, copy.folder
        self.data = copy.folder / "data"
        text = (self.data / "assumptions.yml").read_text(encoding="utf-8")
        self.options = {key: entry["options"] for key, entry in yaml.safe_load(text).items()}

    def score(self) -> str:
        """A little lower: within any scale, and of as many digits."""

        def lower(row: dict) -> str | None:
            if row["provenance"] != "verified" or row["score_low"] or not PLAIN.fullmatch(row["score"]):
                return None
            made = f"{float(row['score']) * 0.97:.{len(row['score'].partition('.')[2])}f}"
            return made if float(made) > 0 else None

        return changed_cell(self.data / "results.csv", self.chance, {"score": lower})

    def other_field(self) -> str:
        return changed_cell(
            self.data / "results.csv",
            self.chance,
            {"locator": lambda row: f"{row['locator']}, again" if row["locator"] else None},
        )

    def compute(self) -> str:
        def more(row: dict) -> str | None:
            if row["flop_method"] != "reported" or row["flop_low"]:
                return None
            return f"{float(row['training_flop']) * 1.01:.4g}"

        return changed_cell(self.data / "models.csv", self.chance, {"training_flop": more})

    def enhancement(self) -> str:
        return changed_cell(
            self.data / "enhancements.csv",
            self.chance,
            {"description": lambda row: f"{row['description']} Again." if row["description"] else None},
        )

    def assumption(self) -> str:
        key = self.chance.choice(sorted(self.options))
        value = str(self.chance.choice(self.options[key])).lower()
        return f"{key}: " + put(self.data / "assumptions.yml", rf"^{key}:\n(?:  .*\n)*?  value: (\S+)", value)

    def constant(self) -> str:
        path, pattern, value = self.chance.choice(
            [
                ("exhibits/schematics.py", r"^_CURVE = (\S+)", "5.5"),
                ("uncertainty/intervals.py", r"^SEED = (\d+)", "7"),
                ("chapters/safety_buffer/model.py", r"^SEED = (\d+)", "7"),
            ]
        )
        return put(self.copy.folder / "src/ceg" / path, pattern, value)

    def word(self) -> str:
        pages = sorted((self.copy.folder / "book").rglob("*.md"))
        path = self.chance.choice([p for p in pages if re.search(WORDS, p.read_text(encoding="utf-8"))])
        return put(path, WORDS, f" really {self.chance.choice(['so', 'then', 'now'])} ")

    def reference(self) -> str:
        return put(self.data / "references.bib", r"^\s*title\s*=\s*{+(\w+)", self.chance.choice("ABC") * 5)

    def setting(self) -> str:
        key = self.chance.choice(sorted(self.options))
        value = str(self.chance.choice(self.options[key])).lower()
        self.patch.setenv("CEG_SET", f"{key}={value}")
        return f"CEG_SET={key}={value}"


@pytest.mark.verify
def test_after_each_edit_of_the_book_the_site_is_that_of_a_clean_build(tmp_path, monkeypatch):
    monkeypatch.delenv("CEG_SET", raising=False)
    chance, copy, clean = random.Random(SEED), Copy(tmp_path / "copy"), Copy(tmp_path / "clean")
    copy.build()
    shutil.copytree(copy.folder / "_build", clean.folder / "_build")
    edits = Whole(copy, chance, monkeypatch)
    for number in range(EDITS // 5):
        said = edited(edits, number)
        print(said, flush=True)
        executed, _ = copy.build()
        sources(copy.folder, clean.folder)
        emptied(clean.folder)
        everything, _ = clean.build()
        print(f"{len(executed)} of {len(everything)} executed", sorted(executed), flush=True)
        assert different(copy.digest(), clean.digest()) == set(), said
