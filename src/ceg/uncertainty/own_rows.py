"""The rows of a DataFrame of one's own, read for the estimator; a wrong cell is one message that names it."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import pandas as pd

from ceg.evidence.csv_cells import Printed, printed
from ceg.evidence.problems import InputError, Problem, nearest, quoted

ARMS = ("enhanced", "baseline")

DECIMALS = 12
"""The most decimals that a number is taken to be rounded to."""


@dataclass(frozen=True)
class Row:
    """One model's numbers, and where they stand."""

    label: str
    flop: float
    score: Printed
    items: int | None
    se: float | None
    chance: float
    maximum: float


@dataclass(frozen=True)
class Family:
    """The places, from 0, of the rows that are compared with each other."""

    enhanced: tuple[int, ...]
    baselines: tuple[int, ...]


def read(
    frame: pd.DataFrame,
    *,
    compute: str,
    score: str,
    items: float | str | None,
    se: float | str | None,
    chance: float | str | None,
    maximum: float | str | None,
    most: float,
) -> list[Row]:
    """The rows. Those arguments that are no column hold for every row; ``most`` is the usual maximum.

    Raises InputError.
    """
    number, some = "a number", "a number, or nothing"
    flops = _cells(frame, "compute", compute, lambda v: v > 0, "training compute above 0", filled=True)
    scores = _cells(frame, "score", score, math.isfinite, number, filled=True)
    counts = _cells(
        frame, "items", items, lambda v: v >= 1 and v == int(v), "a whole number from 1, or nothing"
    )
    errors = _cells(frame, "se", se, lambda v: v >= 0, "a number from 0, or nothing")
    guesses = _cells(frame, "chance", chance, math.isfinite, some)
    tops = _cells(frame, "maximum", maximum, lambda v: v > 0, "a number above 0, or nothing")
    return [
        Row(str(label), flop, said, int(n) if n else None, error, guess or 0.0, top or most)
        for label, flop, said, n, error, guess, top in zip(
            frame.index, flops, _as_printed(scores), counts, errors, guesses, tops, strict=True
        )
    ]


def families(frame: pd.DataFrame, arm: str, by: Sequence[str]) -> list[Family]:
    """The rows that share the values of ``by``, where there is an enhanced one. Raises InputError."""
    arms = _column(frame, "arm", arm)
    for label, value in zip(frame.index, arms, strict=True):
        if value not in ARMS:
            fix = nearest(str(value), ARMS, "correct the cell")
            raise _wrong(label, arm, value, '"enhanced" or "baseline"', fix)
    keys = [_column(frame, "by", name) for name in by]
    for name, key in zip(by, keys, strict=True):
        for label in frame.index[key.isna()]:
            raise _wrong(
                label, name, None, "what the row is compared within", "fill the cell, or drop the row"
            )
    found: dict[tuple, dict[str, list[int]]] = {}
    for place, (value, *key) in enumerate(zip(arms, *keys, strict=True)):
        found.setdefault(tuple(key), {a: [] for a in ARMS})[value].append(place)
    compared = {key: places for key, places in found.items() if places["enhanced"]}
    for key, places in compared.items():
        if not places["baseline"]:
            where = ", ".join(f"{name} {value}" for name, value in zip(by, key, strict=True))
            fix = "add the same family without the enhancement, or drop these rows"
            raise InputError(
                Problem(
                    f"the frame, {where}" if by else "the frame", "no baseline", "one or more", fix, field=arm
                )
            )
    if not compared:
        fix = 'set arm to "enhanced" in the rows whose gain is wanted'
        raise InputError(Problem("the frame", "no enhanced row", "one or more", fix, field=arm))
    return [Family(tuple(p["enhanced"]), tuple(p["baseline"])) for p in compared.values()]


def _column(frame: pd.DataFrame, argument: str, name: str) -> pd.Series:
    if name not in frame.columns:
        fix = nearest(str(name), map(str, frame.columns), f"say which column it is: {argument}=…")
        raise InputError(Problem("the frame", f"no column {quoted(name)}", f"a column for {argument}", fix))
    return frame.loc[:, name]


def _cells(
    frame: pd.DataFrame,
    argument: str,
    given: float | str | None,
    right: Callable[[Any], bool],
    allowed: str,
    filled: bool = False,
) -> list[Any]:
    """The numbers of an argument, one a row: those of a column, or the same for all; None where empty.

    Text is a number as it is printed.
    """
    if not isinstance(given, str):
        if given is not None and not (math.isfinite(given) and right(given)):
            raise InputError(Problem(f"gain_of({argument}=…)", quoted(given), allowed, "correct it"))
        return [given] * len(frame)
    values = [_number(v) for v in _column(frame, argument, given)]
    for label, value, cell in zip(frame.index, values, frame[given], strict=True):
        if value is None and not filled:
            continue
        if value is None or not (math.isfinite(value) and right(value)):
            raise _wrong(
                label, given, None if value is None else cell, allowed, "correct the cell, or drop the row"
            )
    return values


def _number(cell: Any) -> float | None:
    """The number that a cell has; None if it is empty, and not a number (NaN) if it has none."""
    if isinstance(cell, str):
        try:
            return printed(cell)
        except ValueError:
            return math.nan
    if pd.isna(cell):
        return None
    return float(cell) if isinstance(cell, Real) else math.nan


def _as_printed(scores: Iterable[float]) -> list[Printed]:
    """The scores as their source prints them: with the decimals of the longest, unless they are text."""
    scores = list(scores)
    texts = [f"{s:.{DECIMALS}f}".rstrip("0") for s in scores]
    decimals = max((len(t.partition(".")[2]) for t in texts), default=0)
    return [s if isinstance(s, Printed) else Printed(f"{s:.{decimals}f}") for s in scores]


def _wrong(label: object, column: str, cell: object, allowed: str, fix: str) -> InputError:
    return InputError(Problem(f"row {label} of the frame", quoted(cell), allowed, fix, field=column))
