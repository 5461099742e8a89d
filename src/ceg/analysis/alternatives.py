"""One enhancement's CEG under several sets of choices, beside each other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.prose import wording
from sphinx_fresh.show import Column, Table


def analysis(book: Analysis, **changes: object) -> Analysis:
    """The same evidence with some assumptions changed."""
    return replace(book, assumptions=book.assumptions.but(**changes))


def under(book: Analysis, comparison: str, **changes: object) -> Estimate:
    """The estimate of a comparison with some assumptions changed."""
    return analysis(book, **changes).estimate(comparison)


def table(book: Analysis, rows: Sequence[tuple[str, str, Mapping[str, object]]], *, name: str, caption: str) -> Table:
    """The CEG under each set of choices: rows of (what is chosen, comparison, changed assumptions)."""
    columns = [
        Column("choice", "Choice", "wide"),
        Column("ceg", "CEG", "right", "≥: a lower bound, rounded down"),
        Column("status", "Status"),
        Column("assumptions", "Assumptions changed", "left", "keys of data/assumptions.yml"),
    ]
    cells = []
    for label, comparison, changes in rows:
        found = under(book, comparison, **changes)
        now = {k: getattr(book.assumptions, k) for k in changes}
        changed = ", ".join(f"{k}: {v}" for k, v in changes.items() if v != now[k]) or "none"
        cells.append([label, wording.ceg(found), found.status.replace("-", " "), changed])
    return Table(name, caption, columns, cells, markdown=False)
