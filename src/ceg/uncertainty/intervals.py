"""How far an estimate can be trusted: sampling, rounding, read-off, compute and scatter errors, all drawn.

The intervals say what these errors do to an estimate under one set of assumptions; what other assumptions
would do is another question. Both arms are drawn independently, though they answer the same items: that
widens the intervals.
"""

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ceg.analysis.analysis import Analysis, Case, NotAvailable
from ceg.estimator.gain import PROBABLE, Estimate
from ceg.estimator.gain_on_arrays import log10_required
from ceg.estimator.scaling import Scale
from ceg.estimator.scaling_on_arrays import Scales, oriented
from ceg.evidence.assumptions import ERRORS
from ceg.uncertainty.draws import CHUNK, Arm, Draws
from ceg.uncertainty.errors import arms
from ceg.uncertainty.scatter import Spread, excess, pooled, scattered
from sphinx_fresh import reads

SEED = 2023
"""Of the book's draws."""

SURE = 0.95
"""Probability of the bound that stands beside one that is less sure."""

FAR = 3.0
"""Orders of magnitude beyond the models' compute where an interval is called open."""

WITH_INTERVAL = ("interpolated", "extrapolated", "bound")
"""The statuses that have a number."""

Pools = Callable[[str], Mapping[tuple[str, str], Spread]]
"""enhancement -> type of benchmark (``scale`` and ``unit``) -> spread."""


@dataclass(frozen=True)
class Interval:
    """What the draws say of one comparison; fields as in ``Estimate``. ``draws``: how many there were."""

    low: float | None = None
    high: float | None = None
    quartile_low: float | None = None
    quartile_high: float | None = None
    share_unbounded: float | None = None
    bound_probability: float | None = None
    sure_bound: float | None = None
    partial: bool | None = None
    draws: int = 0


_FIELDS = tuple(f.name for f in dataclasses.fields(Interval) if f.name != "draws")


@dataclass(frozen=True)
class Uncertain:
    """A comparison ready to be drawn. ``weights``: one a baseline, for the isotonic curve."""

    enhanced: Arm
    baselines: tuple[Arm, ...]
    scale: Scale
    weights: tuple[float, ...]
    spread: Spread
    transform: str = "logit"
    estimate_order: str = "interpolate_first"
    extrapolate_from: str = "edge"

    @property
    def partial(self) -> bool:
        """Whether the sampling error of a score is not known."""
        return not all(a.score.sampled for a in (self.enhanced, *self.baselines))


def interval(analysis: Analysis, comparison: str, draws: int = CHUNK, seed: int = SEED) -> Interval:
    """The 90% and 50% intervals of a comparison's CEG, or how probable its bound is.

    draws: rounded up to whole chunks. The same seed gives the same intervals. Of a comparison without a
    number every field is None, and ``draws`` is 0.
    """
    return _interval(analysis, analysis.estimate(comparison), draws, Draws(seed), pools(analysis))


def with_intervals(
    analysis: Analysis, estimates: Iterable[Estimate], draws: int = CHUNK, seed: int = SEED
) -> list[Estimate]:
    """The estimates with their intervals, and the assumptions that these depend on.

    ``estimates`` are of this analysis. A comparison's interval does not depend on which others are given
    with it.
    """
    streams, spreads = Draws(seed), pools(analysis)
    errors = {k: getattr(analysis.assumptions, k) for k in ERRORS}
    done = []
    for estimate in estimates:
        found = _interval(analysis, estimate, draws, streams, spreads)
        done.append(filled(estimate, found, assumptions=estimate.assumptions | errors))
    return done


def filled(estimate: Estimate, found: Interval, **more: object) -> Estimate:
    """The estimate with an interval in its fields."""
    return dataclasses.replace(estimate, **{f: getattr(found, f) for f in _FIELDS}, **more)


def draws(analysis: Analysis, comparison: str, count: int = CHUNK, seed: int = SEED) -> np.ndarray:
    """Draws of log10 CEG, in whole chunks.

    A draw is +inf (-inf) where the curve does not rise and the score lies above (below) it. Raises
    NotAvailable where the assumptions leave the comparison no results.
    """
    return _drawn(uncertain(analysis, comparison), Draws(seed), count)


def _drawn(u: Uncertain, streams: Draws, count: int) -> np.ndarray:
    return np.concatenate([chunk(u, streams, i) for i in range(math.ceil(count / streams.size))])


def chunk(u: Uncertain, streams: Draws, index: int, first: int | None = None) -> np.ndarray:
    """Chunk ``index`` of the draws of log10 CEG, (streams.size,), or the ``first`` of them.

    Chunks may be worked out in any order, anywhere.
    """
    x, s, xe, e = sample(u, streams, index)
    s = scattered(s, u.baselines, u.scale, u.transform, u.spread, streams, index)
    x, s, xe, e = (v[..., :first] for v in (x, s, xe, e))
    required = log10_required(
        x,
        s,
        e,
        Scales.of(u.scale),
        u.transform,
        weight=np.array(u.weights)[:, None],
        estimate_order=u.estimate_order,
        extrapolate_from=u.extrapolate_from,
    )
    return required - xe


def sample(u: Uncertain, streams: Draws, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A chunk of log10 compute and oriented scores: baselines (n, size), enhanced model (size,)."""
    x = np.stack([streams.log10_flop(a.compute, index) for a in u.baselines])
    s = np.stack([oriented(u.scale, streams.score(a.score, index)) for a in u.baselines])
    own = oriented(u.scale, streams.score(u.enhanced.score, index))
    return x, s, streams.log10_flop(u.enhanced.compute, index), own


def uncertain(analysis: Analysis, comparison: str, spreads: Pools | None = None) -> Uncertain:
    """A comparison's numbers with their errors, under the analysis' assumptions.

    spreads: what ``pools`` gives, to share it between many comparisons. Raises NotAvailable.
    """
    case, a = analysis.case(comparison), analysis.assumptions
    enhanced, baselines = arms(analysis, case)
    own = excess(baselines, case.scale, a.transform)
    if own.dof < 3:  # fewer than five models: what their own residuals say is too little
        own = (spreads or pools(analysis))(case.comparison.enhancement)[_type(analysis, case)]
    weights = tuple(s.point.weight for s in case.baselines)
    return Uncertain(
        enhanced, baselines, case.scale, weights, own, a.transform, a.estimate_order, a.extrapolate_from
    )


def pools(analysis: Analysis) -> Pools:
    """The pooled spreads of the families that an enhancement's comparisons lean on."""

    @reads.cached
    def of(enhancement: str) -> dict[tuple[str, str], Spread]:
        families: dict[tuple, dict] = {}
        for c in analysis.evidence.of(enhancement):
            try:
                case = analysis.case(c.comparison)
            except NotAvailable:
                continue
            of_type = families.setdefault(_type(analysis, case), {})
            key = tuple(s.result.result for s in case.baselines)
            if key not in of_type:
                baselines = () if c.cross_family else arms(analysis, case)[1]
                of_type[key] = excess(baselines, case.scale, analysis.assumptions.transform)
        return {kind: pooled(some.values()) for kind, some in families.items()}

    return of


def _type(analysis: Analysis, case: Case) -> tuple[str, str]:
    """What kind of number a benchmark's scores are: residuals are alike only within it."""
    benchmark = analysis.evidence.benchmarks[case.enhanced.result.benchmark]
    return benchmark.scale, benchmark.unit


def _interval(analysis: Analysis, estimate: Estimate, count: int, streams: Draws, spreads: Pools) -> Interval:
    """See ``interval``."""
    if estimate.status not in WITH_INTERVAL:
        return Interval()
    return of(uncertain(analysis, estimate.comparison_id, spreads), estimate, count, streams)


def of(u: Uncertain, estimate: Estimate, count: int = CHUNK, streams: Draws | None = None) -> Interval:
    """The interval of an estimate that has been made from the same numbers without their errors."""
    streams = streams or Draws(SEED)
    if estimate.status not in WITH_INTERVAL:
        return Interval()
    if estimate.status == "bound":
        return _bound(u, estimate.beaten, streams, count)
    found = _drawn(u, streams, count)
    low, q1, q3, high = ends(u, found)
    return Interval(
        _outward(low, math.floor),
        _outward(high, math.ceil),
        _outward(q1, math.floor),
        _outward(q3, math.ceil),
        float(np.isinf(found).mean()),
        partial=u.partial,
        draws=found.size,
    )


def bound(analysis: Analysis, comparison: str, draws: int = CHUNK, seed: int = SEED) -> Interval:
    """How sure the lower bound of a comparison is, whatever its status; see ``Interval``.

    low: the 5th percentile of the ratio of the two computes if the lead is real; None where that is too
    improbable to count. Without a lower bound, only ``partial`` is set.
    """
    beaten = analysis.estimate(comparison).beaten
    return _bound(uncertain(analysis, comparison), beaten, Draws(seed), draws)


def _bound(u: Uncertain, beaten: str | None, streams: Draws, count: int) -> Interval:
    if beaten is None:
        return Interval(partial=u.partial)
    samples = [sample(u, streams, i) for i in range(math.ceil(count / streams.size))]
    x, s, xe, e = (np.concatenate(parts, axis=-1) for parts in zip(*samples, strict=True))
    ratios = np.array([a.compute.log10_flop for a in u.baselines]) - u.enhanced.compute.log10_flop
    which = [a.score.name for a in u.baselines].index(beaten)
    wins = (e >= s).mean(1)
    sampled = [u.enhanced.score.sampled and a.score.sampled for a in u.baselines]
    sure = [r for r, p, known in zip(ratios, wins, sampled, strict=True) if r > 0 and p >= SURE and known]
    probability = lead(float(wins[which]), sampled[which])
    return Interval(
        low=quantiles(x[which] - xe)[0] if probability is None or probability >= PROBABLE else None,
        bound_probability=probability,
        sure_bound=float(f"{10 ** max(sure):.6g}") if sure else None,
        partial=u.partial,
        draws=e.size,
    )


def lead(won: float, sampled: bool) -> float | None:
    """The probability of a lead from the share of draws that have it.

    None (not known) where it is high but the sampling error of a score is not known.
    """
    return won if sampled or won < PROBABLE else None


def ends(u: Uncertain, log10_ceg: np.ndarray) -> tuple[float | None, ...]:
    """``quantiles``, but None for those further than ``FAR`` beyond every model's compute.

    Out there an end is the length of a line that nothing was measured on, and it changes with the seed.
    """
    x = [a.compute.log10_flop - u.enhanced.compute.log10_flop for a in u.baselines]
    near = 10 ** (min(x) - FAR), 10 ** (max(x) + FAR)
    return tuple(v if v and near[0] <= v <= near[1] else None for v in quantiles(log10_ceg))


def _outward(value: float | None, to: Callable[[float], int]) -> float | None:
    """An end with two digits, rounded away from the point: further ones change with the seed."""
    if value is None:
        return None
    places = 1 - math.floor(math.log10(value))
    return float(f"{to(round(value * 10.0**places, 6)) / 10.0**places:.6g}")


def quantiles(log10_ceg: np.ndarray) -> tuple[float | None, ...]:
    """The 5th, 25th, 75th and 95th percentile as ratios with four digits; None where it is unbounded.

    Each is a drawn value, the outer one of the two nearest: nothing is interpolated, so infinity is a value
    like any other.
    """
    n = len(log10_ceg)
    at = [math.floor(q * (n - 1)) for q in (0.05, 0.25)] + [math.ceil(q * (n - 1)) for q in (0.75, 0.95)]
    values = np.partition(log10_ceg, at)[at]
    return tuple(float(f"{10**v:.4g}") if abs(v) < 300 else None for v in values)
