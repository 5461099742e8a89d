"""What the book says of its own state: versions, tests, and what was measured; from files, never from the moment."""

import ast
import hashlib
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path

from ceg import formatting
from ceg.evidence import edition
from ceg.evidence.tables import find_data
from sphinx_fresh.show import Column, Table

LIBRARIES = (
    "jupyter-book",
    "sphinx",
    "myst-nb",
    "numpy",
    "scipy",
    "pandas",
    "altair",
    "vl-convert-python",
    "frictionless",
)
BENCH = "bench/results.md"


@dataclass(frozen=True)
class Tests:
    """How many test functions there are in how many files; of them slow ones (``verify``) and those that open a browser."""

    functions: int
    files: int
    slow: int
    browser: int


@dataclass(frozen=True)
class Measured:
    """A table of the committed benchmark: the heading that it stands under, its head and its rows."""

    heading: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def contents(folder: Path | None = None) -> dict[str, str]:
    """Everything that the page on the book's state is made from beside the rows of ``data/``, by name, with a digest of each file."""
    folder = folder or find_data()
    found = {
        p.relative_to(folder.parent).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in files(folder)
    }
    found["data"] = edition.input_sha256(folder)
    return found | {f"version {name}": said for name, said in versions().items()}


def files(folder: Path) -> list[Path]:
    """The files that it is made from, beside those of ``data/``."""
    root = folder.parent
    paths = [*sorted((root / "tests").glob("test_*.py")), root / BENCH, root / "pyproject.toml"]
    return [path for path in paths if path.is_file()]


def versions() -> dict[str, str]:
    """Library -> version; of Python the two first parts, as the pages are."""
    return {"Python": ".".join(platform.python_version_tuple()[:2])} | {n: installed(n) for n in LIBRARIES}


def tests(root: Path) -> Tests | None:
    """The tests in a book's ``tests``; None where there are none. A function counts once, however many cases it has."""
    paths = sorted((root / "tests").glob("test_*.py"))
    found = [marks for path in paths for marks in _marks(path)]
    if not found:
        return None
    slow, browser = (sum(mark in marks for marks in found) for mark in ("mark.verify", "mark.browser"))
    return Tests(len(found), len(paths), slow, browser)


def _marks(path: Path) -> Iterator[str]:
    module = ast.parse(path.read_text(encoding="utf-8"))
    of_all = [
        ast.unparse(n.value)
        for n in module.body
        if isinstance(n, ast.Assign) and "pytestmark" in ast.unparse(n)
    ]
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield " ".join([*of_all, *map(ast.unparse, node.decorator_list)])


def measured(root: Path) -> list[Measured]:
    """The tables of the committed benchmark; none where it is not there."""
    path = root / BENCH
    if not path.is_file():
        return []
    found, heading, lines = [], "", []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            lines.append(tuple(cell.strip() for cell in line.strip().strip("|").split("|")))
            continue
        if len(lines) > 2:
            head, _, *rows = lines
            found.append(Measured(heading, head, tuple((*r, *[""] * len(head))[: len(head)] for r in rows)))
        lines = []
        if line.startswith("#"):
            heading = line.lstrip("# ")
    return found


def tests_said(folder: Path) -> str:
    """The tests beside a data folder, in words."""
    found = tests(folder.parent)
    if found is None:
        return "no tests beside this copy of the book"
    return f"{found.functions} tests in {found.files} files, {found.slow} of them slow, {found.browser} in a browser"


def versions_table(*, name: str, caption: str) -> Table:
    """What the book is built with."""
    columns = [Column("what", "Built with"), Column("version", "Version")]
    return Table(name, caption, columns, list(versions().items()), markdown=False)


def measured_tables(folder: Path, *, name: str) -> list[Table]:
    """The tables of the benchmark that is committed beside a data folder, as they stand there."""
    return [
        Table(
            f"{name}-{n}",
            formatting.literal(m.heading),
            [Column(str(i), h) for i, h in enumerate(m.head)],
            m.rows,
            markdown=False,
        )
        for n, m in enumerate(measured(folder.parent), 1)
    ]
