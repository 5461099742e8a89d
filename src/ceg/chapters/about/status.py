"""What the book says of its own state: versions and what was measured; from files, never from the moment."""

import platform
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path

from ceg import formatting
from sphinx_fresh import reads
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
class Measured:
    """A table of the committed benchmark: the heading that it stands under, its head and its rows."""

    heading: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def versions() -> dict[str, str]:
    """Library -> version; of Python the two first parts, as the pages are."""
    found = {name: installed(name) for name in LIBRARIES}
    for name, number in found.items():
        reads.note(f"version {name}", number)
    return {"Python": ".".join(platform.python_version_tuple()[:2])} | found


def measured(root: Path) -> list[Measured]:
    """The tables of the committed benchmark; none where it is not there."""
    path = root / BENCH
    if not path.is_file():
        return []
    found, heading, lines = [], "", []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            lines.append(tuple(cell.replace("**", "").strip() for cell in line.strip().strip("|").split("|")))
            continue
        if len(lines) > 2:
            head, _, *rows = lines
            found.append(Measured(heading, head, tuple((*r, *[""] * len(head))[: len(head)] for r in rows)))
        lines = []
        if line.startswith("#"):
            heading = line.lstrip("# ")
    return found


def versions_table(*, name: str, caption: str) -> Table:
    """What the book is built with."""
    columns = [Column("what", "Built with"), Column("version", "Version")]
    return Table(name, caption, columns, list(versions().items()))


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
