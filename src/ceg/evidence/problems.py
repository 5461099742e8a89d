"""What is wrong with the input, said so that it can be mended: file, row, field, found, allowed, fix."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong. ``row`` is the line in the file, or the row of a table, the header being row 1.

    line: where that row begins, if not on the line of its number because a cell above holds a line break.
    """

    file: str
    found: str
    allowed: str
    fix: str
    row: int | None = None
    field: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        where = self.file
        if (line := self.line or self.row) is not None:
            where += f", line {line}"
        if self.field:
            where += f", field {self.field}"
        return f"{where}: found {self.found}; allowed: {self.allowed}; fix: {self.fix}"


class InputError(Exception):
    """The input is wrong; ``problems`` lists everything that is."""

    def __init__(self, problems: Problem | Iterable[Problem]):
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


EXTRAS = {
    "altair": "charts",
    "arviz_stats": "typical",
    "bs4": "pdf",
    "distributed": "cluster",
    "frictionless": "check",
    "playwright": "pdf",
    "pypdf": "pdf",
    "scipy": "typical",
}
"""Library -> the extra of ``pyproject.toml`` that brings it; what is not named here comes with ``book``."""


def absent(library: str) -> Problem:
    """The message for a library that only a part of this package needs."""
    extra = EXTRAS.get(library, "book")
    fix = f"pip install 'compute-equivalent-gain[{extra}]'"
    return Problem(library, "nothing installed by that name", f"the extra {extra}", fix)


def quoted(value: object) -> str:
    """The value as found, on one line in quotation marks, cut at 60 characters."""
    if value is None or value == "":
        return "nothing"
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(value)[:61])
    return f'"{text}"' if len(text) <= 60 else f'"{text[:59]}…"'


def same_numbers(name: str, known: Iterable[str]) -> list[str]:
    """The known names with the numbers of this one: Llama 2 33B is not meant by LLaMA 33B."""
    return [k for k in known if re.findall(r"\d+", k) == re.findall(r"\d+", name)]


def nearest(name: str, known: Iterable[str], otherwise: str) -> str:
    """``did you mean "…"?`` for the most similar known name, or ``otherwise``."""
    known = list(known)
    folded = {k.casefold(): k for k in known}
    match = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f'did you mean "{folded[match[0]]}"? Otherwise {otherwise}' if match else otherwise
