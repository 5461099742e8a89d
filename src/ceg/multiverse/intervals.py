"""Errors of scores, compute and fit in every specification: intervals beside the points.

They are never mixed with the choices. The draws are those of ``ceg.uncertainty.intervals`` under the same
assumptions, the first ones of its streams. These are keyed by what is drawn, so a model or a score has the
same draws in every specification.
"""

import dataclasses
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import PROBABLE
from ceg.multiverse import distribution, outcomes
from ceg.multiverse.outcomes import BOUND, READING, Outcomes
from ceg.multiverse.specifications import Factor
from ceg.multiverse.variance_shares import weights_of
from ceg.uncertainty import intervals as uncertainty
from ceg.uncertainty import lead_probability
from ceg.uncertainty.draws import CHUNK, Draws


@dataclass(frozen=True)
class Intervals:
    """90% intervals of one comparison's points, in the shape of its outcomes.

    low, high: log10 CEG; NaN where there is no point. high is +inf where more than one draw in twenty has no
    rising curve. probability: that of the bound, where there is only a bound.
    """

    low: np.ndarray
    high: np.ndarray
    probability: np.ndarray


def intervals(
    analysis: Analysis, comparison: str, made: Outcomes, factors: Sequence[Factor], draws: int, seed: int
) -> Intervals:
    """The intervals of a comparison in every specification, from the first ``draws`` draws of each stream."""
    streams, known, pools = Draws(seed), {}, {}
    low, high = (np.full(made.status.shape, np.nan) for _ in range(2))
    read = [i for i, f in enumerate(factors) if set(f.keys) & set(READING)]
    drawn = [i for i in read if set(factors[i].keys) & {"transform", "estimate_order", "extrapolate_from"}]
    for index, values in _cells(made, factors, set(range(len(factors))) - set(read) | set(drawn)):
        at = tuple(slice(None) if i in read and i not in drawn else j for i, j in enumerate(index))
        if np.isnan(made.log10_ceg[at]).all():
            continue
        session = dataclasses.replace(analysis, assumptions=analysis.assumptions.but(**values))
        u = uncertainty.uncertain(
            session, comparison, pools.setdefault(_of_pool(values), uncertainty.pools(session))
        )
        if u not in known:
            known[u] = _ends(u, streams, draws)
        point = ~np.isnan(made.log10_ceg[at])
        low[at] = np.where(point, known[u][0], np.nan)
        high[at] = np.where(point, known[u][1], np.nan)
    with_bound = with_probability(analysis, made, streams)
    return Intervals(low, high, with_bound.probability)


def with_probability(analysis: Analysis, made: Outcomes, streams: Draws | None = None) -> Outcomes:
    """The outcomes with the probability of their bounds, from one chunk of draws.

    It is that of ``ceg.uncertainty.intervals.interval``.
    """
    streams = streams or Draws(uncertainty.SEED)
    lead = np.where((made.status == BOUND) & ~np.isnan(made.log10_lower), made.lead, -1)
    probability = np.full(lead.shape, np.nan)
    for number in np.unique(lead[lead >= 0]):
        enhanced, beaten = made.pairs[number]
        found = lead_probability.probability(analysis, enhanced, beaten, streams)
        probability[lead == number] = np.nan if found is None else found
    return dataclasses.replace(made, probability=probability)


def _cells(
    made: Outcomes, factors: Sequence[Factor], axes: set[int]
) -> Iterator[tuple[tuple[int, ...], dict[str, Any]]]:
    """Every cell of these axes of the outcomes (the others at 0), with its assumptions."""
    shape = tuple(n if i in axes else 1 for i, n in enumerate(made.status.shape))
    for index in itertools.product(*map(range, shape)):
        yield index, outcomes.settings(factors, index, shape)


def _of_pool(values: dict[str, Any]) -> tuple:
    """The values that residuals pooled over an enhancement's families depend on.

    How a curve is read matters only by its transform.
    """
    return tuple(v for k, v in values.items() if k not in ("estimate_order", "extrapolate_from"))


def _ends(u: uncertainty.Uncertain, streams: Draws, draws: int) -> tuple[float, float]:
    """log10 of the ends of the 90% interval of the first draws; infinite where there is none."""
    found = [
        uncertainty.chunk(u, streams, i, min(CHUNK, draws - i * CHUNK))
        for i in range(math.ceil(draws / CHUNK))
    ]
    low, _, _, high = uncertainty.ends(u, np.concatenate(found))
    return math.log10(low) if low else -math.inf, math.log10(high) if high else math.inf


def summary(
    analysis: Analysis,
    comparison: str,
    made: Outcomes,
    factors: Sequence[Factor],
    draws: int,
    seed: int,
    threshold: float,
) -> dict:
    """What the intervals add to a comparison's distribution, as plain values.

    - interval_low, interval_high: the median of the intervals' ends over the specifications, as CEG; None
      without points, or where it is unbounded
    - interval_oom: the median width of the intervals, in powers of ten
    - choices_oom: the width of the middle 90% of the points over the specifications, in powers of ten
    - surely_exceeds, surely_below: share of all specifications whose whole interval, or probable bound,
      lies on that side of the threshold
    """
    found = intervals(analysis, comparison, made, factors, draws, seed)
    w = weights_of([f.weights for f in factors], made.status.shape)
    point = ~np.isnan(found.low)
    x = math.log10(threshold)
    ends = [_middle(v[point], w[point]) for v in (found.low, found.high)]
    width = _middle((found.high - found.low)[point], w[point])
    first, last = (distribution.quantiles(made.log10_ceg[point], w[point], (q,))[0] for q in (0.05, 0.95))
    with np.errstate(invalid="ignore"):
        by_bound = (
            (made.log10_lower >= x - 1e-9)
            & ~made.flat
            & (found.probability >= PROBABLE)
            & (made.status == BOUND)
        )
        above = np.where(point, found.low > x, by_bound)
        below = np.where(point, found.high <= x, (made.log10_upper < x) & (made.status == BOUND))
    return {
        "interval_low": None if ends[0] is None else formatting.six(10 ** ends[0]),
        "interval_high": None if ends[1] is None else formatting.six(10 ** ends[1]),
        "interval_oom": None if width is None else formatting.six(width),
        "choices_oom": None if first is None or last is None else formatting.six(round(last - first, 9)),
        "surely_exceeds": formatting.six(round(float(w[above].sum()), 9)),
        "surely_below": formatting.six(round(float(w[below].sum()), 9)),
    }


def _middle(values: np.ndarray, weights: np.ndarray) -> float | None:
    """The weighted median; None without values or where it is infinite."""
    found = distribution.quantiles(values, weights, (0.5,))[0]
    return None if found is None or not math.isfinite(found) else found
