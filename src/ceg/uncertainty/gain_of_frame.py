"""The estimator on one's own scores, from a DataFrame::

import ceg
import pandas as pd

scores = pd.read_csv("examples/scores.csv")  # columns model, arm, training_flop, score
gains = ceg.gain_of(scores, items=1319)
print(gains[["model", "status", "ceg", "low", "high"]])
"""

import dataclasses
from collections.abc import Iterable, Sequence

import pandas as pd

from ceg.analysis.frames import of_estimates
from ceg.analysis.scores import binomial_error
from ceg.estimator.gain import Estimate, gain
from ceg.estimator.scaling import UNITS, Point, Scale
from ceg.evidence.problems import InputError, Problem, nearest, quoted
from ceg.uncertainty import intervals, own_family, own_rows
from ceg.uncertainty.draws import CHUNK, SEED, streams_of
from ceg.uncertainty.own_rows import Row
from ceg.uncertainty.scatter import pooled

CHOICES = {
    "scale": tuple(UNITS),
    "transform": ("logit", "linear"),
    "estimate_order": ("interpolate_first", "fit_first"),
    "extrapolate_from": ("edge", "line"),
}
"""Arguments that take one of some words."""

ADDED = (
    *("status", "ceg", "low", "high", "count_low", "count_high", "lower_bound", "upper_bound"),
    *("partial", "extrapolation_oom", "n_baseline", "flags"),
)
"""The columns that ``gain_of`` adds, by their names in ``Estimate``."""


def gain_of(
    frame: pd.DataFrame,
    *,
    compute: str = "training_flop",
    score: str = "score",
    arm: str = "arm",
    by: str | Iterable[str] = (),
    scale: str = "percent",
    higher_is_better: bool | None = None,
    chance: float | str | None = None,
    maximum: float | str | None = None,
    items: float | str | None = None,
    se: float | str | None = None,
    transform: str = "logit",
    estimate_order: str = "interpolate_first",
    extrapolate_from: str = "edge",
    min_points: int = 3,
    max_extrapolation_oom: float = 1.0,
    bounds_only: bool = False,
    draws: int = CHUNK,
    seed: int = SEED,
) -> pd.DataFrame:
    """The compute-equivalent gain of each enhanced row of a DataFrame, against the baseline rows beside it.

    - compute, score, arm: columns. Training compute is in FLOP, or in any other unit that all rows share.
      An arm is ``enhanced`` or ``baseline``.
    - by: the columns that say which rows are compared, such as the benchmark; default: all rows are
    - scale: ``percent``, ``fraction``, ``loss`` (nats), ``bits``, ``perplexity``, ``elo`` or ``points``
    - higher_is_better: default: not for a loss, bits and perplexity
    - chance, maximum: of a percentage or fraction, the score of a guess and the greatest score: numbers, or
      columns
    - items, se: of how many items a percentage or fraction is, or else the standard error of a score:
      numbers, or columns, which may have empty cells
    - transform … bounds_only: as in ``gain``
    - draws, seed: of the intervals

    Returns the enhanced rows with these columns, which replace others of the same names:

    - status: ``interpolated``, ``extrapolated``, ``bound``, ``inconsistent`` or ``not-meaningful``
    - ceg: the ratio of training compute, missing where there is no point
    - low, high: its 90% interval, of a bound too; with one end missing, the other is a 95% limit
    - count_low, count_high: the gain is above the one, and at most the other, with a probability of 90%;
      missing where it is above, or below, nothing
    - lower_bound, upper_bound: ratios of training compute, as observed; scores have errors, so the
      interval may pass them
    - partial: a score's sampling error is not known, so the interval is too narrow
    - extrapolation_oom: orders of magnitude of compute by which the point lies outside the baselines
    - n_baseline: the number of baselines
    - flags: what limits the estimate, separated by spaces

    The intervals are worked out where ``items`` or ``se`` is given. They have the errors of the scores, their
    rounding, and how far models lie off their line, as the book's have; compute is taken as exact. Scores
    are taken to be rounded to the decimals of the longest in the column; a column of text keeps its zeros.

    Raises InputError, which names the row and the column, where the numbers cannot be compared.
    """
    words = {
        "scale": scale,
        "transform": transform,
        "estimate_order": estimate_order,
        "extrapolate_from": extrapolate_from,
    }
    for argument, word in words.items():
        if word not in CHOICES[argument]:
            allowed = " · ".join(CHOICES[argument])
            fix = nearest(str(word), CHOICES[argument], "choose one of these")
            raise InputError(Problem(f"gain_of({argument}=…)", quoted(word), allowed, fix))
    kind, rises, most = UNITS[scale]
    if items is not None and kind != "proportion":
        fix = "leave out items=…, and give the standard errors with se=…"
        raise InputError(Problem("gain_of(items=…)", f"scale {quoted(scale)}", "percent · fraction", fix))
    rows = own_rows.read(
        frame, compute=compute, score=score, items=items, se=se, chance=chance, maximum=maximum, most=most
    )
    families = own_rows.families(frame, arm, [by] if isinstance(by, str) else list(by))
    curve = {k: words[k] for k in ("transform", "estimate_order", "extrapolate_from")}
    found: dict[int, Estimate] = {}
    drawn: dict[int, intervals.Uncertain] = {}
    for family in families:
        for place in family.enhanced:
            compared = [rows[i] for i in (place, *family.baselines)]
            measured = _scale(compared, kind, rises if higher_is_better is None else higher_is_better, score)
            points = [_point(r, measured, f"model {n}") for n, r in enumerate(compared)]
            found[place] = gain(
                points[0],
                points[1:],
                measured,
                min_points=min_points,
                max_extrapolation_oom=max_extrapolation_oom,
                bounds_only=bounds_only,
                **curve,
            )
            drawn[place] = own_family.uncertain(
                points,
                [r.score for r in compared],
                [r.items for r in compared],
                measured,
                furthest=0.0 if found[place].status == "bound" else max_extrapolation_oom,
                bounds_only=bounds_only,
                **curve,
            )
    if draws and (items is not None or se is not None):
        # as in the book: families of fewer than five models lend each other their spread, each family once
        spreads = {u.baselines: u.spread for u in drawn.values()}
        spread, streams = pooled(spreads.values()), streams_of(seed)
        for place, u in drawn.items():
            u = u if u.spread.dof >= 3 else dataclasses.replace(u, spread=spread)
            found[place] = intervals.filled(found[place], intervals.of(u, found[place], draws, streams))
    places = sorted(found)
    columns = of_estimates([found[i] for i in places], ADDED)
    return frame.iloc[places].assign(**{name: columns[name].array for name in ADDED})


def _scale(compared: Sequence[Row], kind: str, higher_is_better: bool, score: str) -> Scale:
    """The scale that an enhanced row, which comes first, and its baselines share. Raises InputError."""
    own = compared[0]
    for row in compared:
        where, limits = f"row {row.label} of the frame", (row.chance, row.maximum)
        if limits != (own.chance, own.maximum):
            found = "a chance of {:g} and a maximum of {:g}".format(*limits)
            allowed = f"{own.chance:g} and {own.maximum:g}, as in row {own.label}"
            raise InputError(Problem(where, found, allowed, "correct them, or compare within by=…"))
        if kind == "proportion" and not row.chance < row.maximum:
            allowed = f"below the maximum of {row.maximum:g}"
            raise InputError(
                Problem(where, f"a chance of {row.chance:g}", allowed, "correct chance or maximum")
            )
    scale = Scale(kind, higher_is_better, own.chance, own.maximum, own.items, own.score.half_digit)
    for row in compared:
        if allowed := scale.refused(row.score):
            fix = "correct the score, scale=… or maximum=…"
            raise InputError(
                Problem(f"row {row.label} of the frame", quoted(row.score), allowed, fix, field=score)
            )
    return scale


def _point(row: Row, scale: Scale, name: str) -> Point:
    se = binomial_error(row.score, scale.maximum, row.items) if row.items else row.se
    return Point(row.flop, scale.oriented(row.score), se, float(row.items or 1), name)
