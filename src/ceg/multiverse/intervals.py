"""Errors of scores, compute and fit in every specification: intervals beside the points, and what counts.

They are never mixed with the choices. The draws are those of ``ceg.uncertainty.intervals`` under the same
assumptions, the first ones of its streams. These are keyed by what is drawn, so a model or a score has the
same draws in every specification.
"""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import READING
from ceg.multiverse import distribution, outcomes
from ceg.multiverse.outcomes import BOUND, SAYING, Outcomes
from ceg.multiverse.specifications import Factor
from ceg.multiverse.variance_shares import weights_of
from ceg.uncertainty.draws import CHUNK, SEED, Draws, streams_of
from ceg.uncertainty.gain_draws import curves
from ceg.uncertainty.intervals import Interval, lower, outward, ratio, upper
from ceg.uncertainty.uncertain import Uncertain, pools, uncertain


@dataclass(frozen=True)
class Intervals:
    """What the draws say of one comparison, in the shape of its outcomes.

    NaN where there is no number. log10 CEG: the ends of the 90% interval, infinite where they are open, and
    what the comparison counts for. partial: 1 or 0. See ``Estimate``.
    """

    low: np.ndarray
    high: np.ndarray
    count_low: np.ndarray
    count_high: np.ndarray
    partial: np.ndarray

    def at(self, index: tuple[int, ...], draws: int = CHUNK) -> Interval:
        """The interval at one specification, without quartiles."""
        low, high, count_low, count_high, partial = (float(v[index]) for v in vars(self).values())
        if math.isnan(low):
            return Interval()
        return Interval(
            low=outward(low, math.floor),
            high=outward(high, math.ceil),
            count_low=ratio(count_low),
            count_high=ratio(count_high),
            partial=bool(partial),
            draws=draws,
        )

    def counted(self, made: Outcomes) -> Outcomes:
        """The outcomes with what they count for."""
        return dataclasses.replace(made, count_low=self.count_low, count_high=self.count_high)


def intervals(
    analysis: Analysis,
    comparison: str,
    made: Outcomes,
    factors: Sequence[Factor],
    draws: int = CHUNK,
    seed: int = SEED,
) -> Intervals:
    """The intervals of a comparison in every specification, from this many draws of each stream."""
    streams, found = streams_of(seed), np.full((5, *made.status.shape), np.nan)
    reading, probability = analysis.assumptions.reading, analysis.assumptions.count_probability
    asked: dict[tuple, dict[Followed | None, list[tuple[int, ...]]]] = {}
    for index in zip(*np.nonzero(np.isin(made.status, SAYING)), strict=True):
        values = outcomes.settings(factors, [int(i) for i in index], made.status.shape)
        of_data = {k: v for k, v in values.items() if k not in READING or k == "transform"}
        if of_data.get("compute_rule", analysis.assumptions.compute_rule) != "compute_optimal":
            of_data.pop("compute_optimal_law", None)  # no other rule reads it
        read = reading | values
        # without a point no line is followed, so how it would be does not matter
        followed = None if made.status[index] == BOUND else tuple(read[k] for k in FOLLOWED)
        asked.setdefault(tuple(of_data.items()), {}).setdefault(followed, []).append(index)
    for of_data, ways in asked.items():
        u = _ready(analysis, comparison, dict(of_data))
        said = partial(_said, u, tuple(ways), streams, draws, probability)
        said = analysis.once("drawn", u, tuple(ways), draws, seed, probability, make=said)
        for followed, places in ways.items():
            found[(slice(None), *zip(*places, strict=True))] = np.array(said[followed])[:, None]
    return Intervals(*found)


def _ready(analysis: Analysis, comparison: str, values: dict[str, Any]) -> Uncertain:
    """The comparison under some assumptions, as if it had a point."""

    def make() -> Uncertain:
        session = dataclasses.replace(analysis, assumptions=analysis.assumptions.but(**values))
        enhancement = analysis.evidence.comparisons[comparison].enhancement
        pool = analysis.once("pools", enhancement, *values.items(), make=partial(pools, session))
        return uncertain(session, comparison, pool, "extrapolated")

    return analysis.once("uncertain", comparison, *values.items(), make=make)


FOLLOWED = ("estimate_order", "extrapolate_from", "max_extrapolation_oom")
"""The assumptions that say how a draw's line is followed."""

Followed = tuple[str, str, float]
"""Their values."""


def _said(
    u: Uncertain, ways: tuple[Followed | None, ...], streams: Draws, draws: int, probability: float
) -> dict[Followed | None, tuple[float, ...]]:
    """What ``Intervals`` has, for each way to follow a line; None: it is not followed."""
    chunks = [curves(u, streams, i) for i in range(math.ceil(draws / streams.size))]
    found = {}
    for way in ways:
        order, start, furthest = way or ("interpolate_first", "edge", 0.0)
        ends = [(end - xe for end in drawn.required(order, start, furthest)) for drawn, xe in chunks]
        low, high = (np.concatenate(parts)[:draws] for parts in zip(*ends, strict=True))
        least, count_low = lower(low, (0.05,), probability)
        most, count_high = upper(high, (0.95,), probability)
        found[way] = least, most, count_low, count_high, u.partial
    return found


def with_counts(analysis: Analysis, comparison: str, made: Outcomes, factors: Sequence[Factor]) -> Outcomes:
    """The outcomes of a comparison with what they count for: that of ``ceg.uncertainty.intervals``."""
    return intervals(analysis, comparison, made, factors).counted(made)


def summary(made: Outcomes, found: Intervals, factors: Sequence[Factor]) -> dict:
    """What the intervals add to a comparison's distribution, as plain values.

    - interval_low, interval_high: the median of the intervals' ends over the specifications, as CEG; None
      without a number, or where it is open
    - interval_oom: the median width of the intervals that are closed, in powers of ten
    - choices_oom: the width of the middle 90% of the points over the specifications, in powers of ten
    """
    w = weights_of([f.weights for f in factors], made.status.shape)
    says, point, closed = made.says, ~np.isnan(made.log10_ceg), np.isfinite(found.high - found.low)
    ends = [_middle(v[says], w[says]) for v in (found.low, found.high)]
    width = _middle((found.high - found.low)[closed], w[closed])
    first, last = (distribution.quantiles(made.log10_ceg[point], w[point], (q,))[0] for q in (0.05, 0.95))
    return {
        "interval_low": None if ends[0] is None else formatting.six(10 ** ends[0]),
        "interval_high": None if ends[1] is None else formatting.six(10 ** ends[1]),
        "interval_oom": None if width is None else formatting.six(width),
        "choices_oom": None if first is None or last is None else formatting.six(round(last - first, 9)),
    }


def _middle(values: np.ndarray, weights: np.ndarray) -> float | None:
    """The weighted median; None without values or where it is infinite."""
    found = distribution.quantiles(values, weights, (0.5,))[0]
    return None if found is None or not math.isfinite(found) else found
