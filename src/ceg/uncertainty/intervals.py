"""How far an estimate can be trusted: sampling, rounding, read-off, compute and scatter errors, all drawn.

Everything is of one quantity: the gain on the family's latent curve, for points and bounds alike. The
intervals say what these errors do to an estimate under one set of assumptions; what other assumptions would
do is another question. Both models are drawn independently, though they answer the same items: that widens
the intervals.
"""

import dataclasses
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, Estimate
from ceg.evidence.assumptions import COUNTING, ERRORS
from ceg.uncertainty.draws import CHUNK, SEED, Draws, streams_of
from ceg.uncertainty.gain_draws import drawn
from ceg.uncertainty.uncertain import Pools, Uncertain, pools, uncertain

COUNT_PROBABILITY = 0.9
"""How probable a gain above a threshold must be to count, unless told otherwise."""


@dataclass(frozen=True)
class Interval:
    """What the draws say of one comparison; fields as in ``Estimate``."""

    low: float | None = None
    high: float | None = None
    quartile_low: float | None = None
    quartile_high: float | None = None
    count_low: float | None = None
    count_high: float | None = None
    partial: bool | None = None
    draws: int = 0


_FIELDS = tuple(f.name for f in dataclasses.fields(Interval))


def interval(analysis: Analysis, comparison: str, draws: int = CHUNK, seed: int = SEED) -> Interval:
    """The 90% and 50% intervals of a comparison's CEG, and what it counts for.

    draws: rounded up to whole chunks. The same seed gives the same intervals. Of a comparison without a
    number every field is None, and ``draws`` is 0.
    """
    return _interval(analysis, analysis.estimate(comparison), draws, streams_of(seed), pools(analysis))


def with_intervals(
    analysis: Analysis, estimates: Iterable[Estimate], draws: int = CHUNK, seed: int = SEED
) -> list[Estimate]:
    """The estimates with their intervals, and the assumptions that these depend on.

    ``estimates`` are of this analysis. A comparison's interval does not depend on which others are given
    with it.
    """
    streams, spreads = streams_of(seed), pools(analysis)
    errors = {k: getattr(analysis.assumptions, k) for k in (*ERRORS, *COUNTING)}
    done = []
    for estimate in estimates:
        found = _interval(analysis, estimate, draws, streams, spreads)
        done.append(filled(estimate, found, assumptions=estimate.assumptions | errors))
    return done


def filled(estimate: Estimate, found: Interval, **more: object) -> Estimate:
    """The estimate with an interval in its fields."""
    return dataclasses.replace(estimate, **{f: getattr(found, f) for f in _FIELDS}, **more)


def _interval(analysis: Analysis, estimate: Estimate, count: int, streams: Draws, spreads: Pools) -> Interval:
    """See ``interval``."""
    if estimate.status not in SAYING:
        return Interval()
    u = uncertain(analysis, estimate.comparison_id, spreads, estimate.status)
    return of(u, estimate, count, streams, analysis.assumptions.count_probability)


def of(
    u: Uncertain,
    estimate: Estimate,
    count: int = CHUNK,
    streams: Draws | None = None,
    probability: float = COUNT_PROBABILITY,
) -> Interval:
    """The interval of an estimate that has been made from the same numbers without their errors."""
    if estimate.status not in SAYING:
        return Interval()
    low, high = drawn(u, streams or streams_of(SEED), count)
    least, quartile_low, count_low = lower(low, (0.05, 0.25), probability)
    quartile_high, greatest, count_high = upper(high, (0.75, 0.95), probability)
    return Interval(
        outward(least, math.floor),
        outward(greatest, math.ceil),
        outward(quartile_low, math.floor),
        outward(quartile_high, math.ceil),
        ratio(count_low),
        ratio(count_high),
        u.partial,
        low.size,
    )


def lower(low: np.ndarray, shares: Iterable[float], probability: float) -> list[float]:
    """Quantiles of the draws' lower ends, and the log10 CEG above which draws surely lie so probably.

    -inf where nothing is that probable.
    """
    return _ranked(low, [*_ranks(low, shares), low.size - _enough(low, probability)])


def upper(high: np.ndarray, shares: Iterable[float], probability: float) -> list[float]:
    """Quantiles of the draws' upper ends, and the log10 CEG up to which draws surely lie so probably.

    +inf where nothing is that probable.
    """
    return _ranked(high, [*_ranks(high, shares), _enough(high, probability) - 1])


def ratio(log10_ceg: float) -> float | None:
    """The CEG; None where its logarithm is infinite."""
    return 10**log10_ceg if math.isfinite(log10_ceg) else None


def outward(log10_ceg: float, to: Callable[[float], int]) -> float | None:
    """An end with two digits, rounded away from the middle: further ones change with the seed."""
    value = ratio(log10_ceg)
    if value is None:
        return None
    places = 1 - math.floor(math.log10(value))
    return float(f"{to(round(value * 10.0**places, 6)) / 10.0**places:.6g}")


def quantiles(log10_ceg: np.ndarray, shares: Iterable[float]) -> list[float]:
    """The quantiles of draws: each a drawn value, of the two nearest the one away from the middle.

    Nothing is interpolated, so infinity is a value like any other.
    """
    return _ranked(log10_ceg, _ranks(log10_ceg, shares))


def _ranks(log10_ceg: np.ndarray, shares: Iterable[float]) -> list[int]:
    last = log10_ceg.size - 1
    return [math.floor(q * last) if q < 0.5 else math.ceil(q * last) for q in shares]


def _enough(log10_ceg: np.ndarray, probability: float) -> int:
    """How many draws are that probable."""
    return math.ceil(round(probability * log10_ceg.size, 6))


def _ranked(log10_ceg: np.ndarray, ranks: list[int]) -> list[float]:
    return np.partition(log10_ceg, ranks)[ranks].tolist()
