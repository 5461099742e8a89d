"""How far an estimate can be trusted: sampling, rounding, read-off, compute and fit error, drawn together.

The intervals say what these errors do to an estimate under one set of assumptions; what other assumptions would do is
another question. Both arms are drawn independently, though they answer the same items: that widens the intervals.
"""

import dataclasses
import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ceg.analysis import Analysis, Case, NotAvailable, Sample, standard_error
from ceg.assumptions import ERRORS
from ceg.gain import Estimate
from ceg.inversion import log10_required
from ceg.sampling import CHUNK, Compute, Draws, Score
from ceg.scaling import Scale
from ceg.vector import Scales

SEED = 2023
"""Of the book's draws."""

SURE = 0.95
"""Probability of the bound that stands beside one that is less sure."""

_FIELDS = ("low", "high", "quartile_low", "quartile_high", "share_unbounded", "bound_probability", "sure_bound", "partial")  # fmt: skip


@dataclass(frozen=True)
class Interval:
    """What the draws say of one comparison; the fields are those of ``Estimate``. ``draws``: how many there were."""

    low: float | None = None
    high: float | None = None
    quartile_low: float | None = None
    quartile_high: float | None = None
    share_unbounded: float | None = None
    bound_probability: float | None = None
    sure_bound: float | None = None
    partial: bool | None = None
    draws: int = 0


@dataclass(frozen=True)
class Spread:
    """Squared residuals of T about a family's line beyond what known errors explain, with their degrees of freedom.

    The known errors are drawn already: with the full residuals the intervals of simulated extrapolations were too wide.
    """

    excess: float
    dof: int


@dataclass(frozen=True)
class Arm:
    """One model of a comparison: its printed score and its training compute, with their errors."""

    score: Score
    compute: Compute


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

    draws: rounded up to whole chunks. Nothing but ``draws`` = 0 for a comparison without a number. The seed decides all.
    """
    return _interval(analysis, analysis.estimate(comparison), draws, Draws(seed), _pools(analysis))


def with_intervals(
    analysis: Analysis, estimates: Iterable[Estimate], draws: int = CHUNK, seed: int = SEED
) -> list[Estimate]:
    """The estimates with their intervals, and the assumptions that these lean on.

    ``estimates`` are of this analysis; the same comparison has the same interval whatever others stand beside it.
    """
    streams, pools = Draws(seed), _pools(analysis)
    errors = {k: getattr(analysis.assumptions, k) for k in ERRORS}
    done = []
    for estimate in estimates:
        found = _interval(analysis, estimate, draws, streams, pools)
        values = {f: getattr(found, f) for f in _FIELDS}
        done.append(dataclasses.replace(estimate, **values, assumptions=estimate.assumptions | errors))
    return done


def draws(analysis: Analysis, comparison: str, count: int = CHUNK, seed: int = SEED) -> np.ndarray:
    """Draws of log10 CEG, in whole chunks: +inf (-inf) where the curve does not rise and the score lies above (below) it.

    Raises NotAvailable where the assumptions leave the comparison without.
    """
    u, streams = uncertain(analysis, comparison), Draws(seed)
    return np.concatenate([chunk(u, streams, i) for i in range(math.ceil(count / streams.size))])


def chunk(u: Uncertain, streams: Draws, index: int) -> np.ndarray:
    """Chunk ``index`` of the draws of log10 CEG, (streams.size,). Chunks may be worked out in any order, anywhere."""
    x, s, xe, e = sample(u, streams, index)
    slope_error, offset_error = _fit_error(u, streams, index)
    required = log10_required(
        x, s, e, Scales.of(u.scale), u.transform, weight=np.array(u.weights)[:, None],
        estimate_order=u.estimate_order, extrapolate_from=u.extrapolate_from,
        slope_error=slope_error, offset_error=offset_error,
    )  # fmt: skip
    return required - xe


def sample(u: Uncertain, streams: Draws, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A chunk of log10 compute and oriented scores: of the baselines, (n, size) each, and of the enhanced model."""
    x = np.stack([streams.log10_flop(a.compute, index) for a in u.baselines])
    s = np.stack([u.scale.oriented(streams.score(a.score, index)) for a in u.baselines])
    enhanced = streams.log10_flop(u.enhanced.compute, index), u.scale.oriented(streams.score(u.enhanced.score, index))
    return x, s, *enhanced


def uncertain(analysis: Analysis, comparison: str, pools=None) -> Uncertain:
    """A comparison's numbers with their errors, under the analysis' assumptions. Raises NotAvailable."""
    case, a = analysis.case(comparison), analysis.assumptions
    enhanced, baselines = arms(analysis, case)
    own = excess(baselines, case.scale, a.transform)
    if own.dof < 3:  # fewer than five models: what their own residuals say is too little
        own = (pools or _pools(analysis))(case.comparison.enhancement)[_type(analysis, case)]
    weights = tuple(s.point.weight for s in case.baselines)
    return Uncertain(enhanced, baselines, case.scale, weights, own, a.transform, a.estimate_order, a.extrapolate_from)


def arms(analysis: Analysis, case: Case) -> tuple[Arm, tuple[Arm, ...]]:
    """The enhanced arm of a case and its baselines."""
    fine_tuned = {"enhanced": (True, False), "both": (True, True)}.get(case.comparison.charged_to, (False, False))
    cost = case.comparison.one_time_cost if analysis.assumptions.charge_finetuning else None
    made = [
        _arm(analysis, s, cost if fine_tuned[i > 0] else None) for i, s in enumerate((case.enhanced, *case.baselines))
    ]
    return made[0], tuple(made[1:])


def _arm(analysis: Analysis, sample: Sample, cost: str | None) -> Arm:
    ev, a, result, model = analysis.evidence, analysis.assumptions, sample.result, sample.model
    benchmark = ev.benchmarks[result.benchmark]
    items = (result.items or benchmark.items) if benchmark.scale == "proportion" else None
    score = Score(
        result.result, float(result.score), result.readoff_error or result.score.half_digit, items,
        None if items else standard_error(result, benchmark, items),
    )  # fmt: skip
    certainty = model.certainty if a.compute_rule == "reported" or model.certainty != "printed" else "6nd"
    if certainty == "speculative" and model.flop_low and model.flop_high:
        down, up = math.log10(model.training_flop / model.flop_low), math.log10(model.flop_high / model.training_flop)
    else:
        down = up = math.log10(getattr(a, "width_" + {"speculative": "estimated"}.get(certainty, certainty)))
    charged = None
    if cost and (c := ev.costs[cost]).value is not None:
        ends = (c.value if end is None else end for end in (c.low, c.high))
        charged = (cost, c.value, *(abs(end - c.value) for end in ends))
    flop = math.log10(sample.point.flop)
    return Arm(score, Compute(model.model, model.family, flop, down, up, a.compute_error_shared, charged))


def excess(baselines: Sequence[Arm], scale: Scale, transform: str) -> Spread:
    """The residual sum of squares of a family less its expected value from scores and compute, and n - 2.

    E[RSS] = sum (1 - leverage) (T'^2 var(score) + slope^2 var(own log10 C)), over the models off the edges.
    """
    t, se = scale.transform(transform), [math.sqrt(a.score.variance) for a in baselines]
    rows = [(a, scale.oriented(a.score.value), e) for a, e in zip(baselines, se, strict=True)]
    rows = [(a.compute, s, e) for a, s, e in rows if scale.at_edge(s) is None]
    if len({c.log10_flop for c, _, _ in rows}) < 3:
        return Spread(0.0, 0)
    x, y = np.array([c.log10_flop for c, _, _ in rows]), np.array([t(s) for _, s, _ in rows])
    dx = x - x.mean()
    sxx = (dx**2).sum()
    slope = (dx * y).sum() / sxx
    rss = ((y - y.mean() - slope * dx) ** 2).sum()
    scores = [((t(s + e * 1e-3) - t(s - e * 1e-3)) / 2e-3) ** 2 for _, s, e in rows]
    known = np.array(scores) + slope**2 * np.array([c.own_variance for c, _, _ in rows])
    return Spread(float(rss - ((1 - 1 / len(x) - dx**2 / sxx) * known).sum()), len(x) - 2)


def pooled(spreads: Iterable[Spread]) -> Spread:
    """Sums of squares and degrees of freedom of several families together."""
    spreads = list(spreads)
    return Spread(sum(s.excess for s in spreads), sum(s.dof for s in spreads))


def _pools(analysis: Analysis):
    """enhancement -> type of benchmark -> the pooled spread of the families that its comparisons lean on."""

    @functools.cache
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


def _fit_error(u: Uncertain, streams: Draws, index: int) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Errors of the slope and of the height where the line is read, each Student t, correlated as least squares has it.

    The height counts because the model that the line is continued from lies off the line like the others: with an error of
    the slope alone, intervals of simulated families with scatter held the truth in about 70% of cases, not 90%.
    """
    if u.spread.excess <= 0:
        return None, None
    scores = [u.scale.oriented(a.score.value) for a in u.baselines]
    x = np.array([a.compute.log10_flop for a, s in zip(u.baselines, scores, strict=True) if u.scale.at_edge(s) is None])
    dx = x - x.mean() if x.size else x
    sxx = float((dx**2).sum())
    if sxx <= 0:
        return None, None
    sd, n = math.sqrt(u.spread.excess / u.spread.dof), len(x)
    rng = streams.generator("fit", "\0".join(a.score.name for a in u.baselines), index)
    heavy = np.sqrt(u.spread.dof / 2 / rng.standard_gamma(u.spread.dof / 2, streams.size))
    slope, height = rng.standard_normal((2, streams.size)) * heavy
    if u.extrapolate_from == "line" or u.estimate_order == "fit_first":
        return sd / math.sqrt(sxx) * slope, sd / math.sqrt(n) * height
    edge = dx.min() if u.scale.oriented(u.enhanced.score.value) < min(scores) else dx.max()
    share = edge / math.sqrt(sxx)
    return sd / math.sqrt(sxx) * slope, sd * (share * slope + math.sqrt(max(1 - share**2, 0)) * height)


def _interval(analysis: Analysis, estimate: Estimate, count: int, streams: Draws, pools) -> Interval:
    """See ``interval``."""
    if estimate.status not in ("interpolated", "extrapolated", "bound"):
        return Interval()
    u = uncertain(analysis, estimate.comparison, pools)
    if estimate.status == "bound":
        return _bound(u, estimate.lower_bound, streams, count)
    found = np.concatenate([chunk(u, streams, i) for i in range(math.ceil(count / streams.size))])
    low, q1, q3, high = quantiles(found)
    return Interval(low, high, q1, q3, float(np.isinf(found).mean()), partial=u.partial, draws=found.size)


def bound(analysis: Analysis, comparison: str, draws: int = CHUNK, seed: int = SEED) -> Interval:
    """How sure the lower bound of a comparison is, whatever its status; see ``Interval``.

    low: the 5th percentile of the ratio of the two computes. Without a lower bound, only ``partial`` is set.
    """
    lower = analysis.estimate(comparison).lower_bound
    return _bound(uncertain(analysis, comparison), lower, Draws(seed), draws)


def _bound(u: Uncertain, lower_bound: float | None, streams: Draws, count: int) -> Interval:
    if lower_bound is None:
        return Interval(partial=u.partial)
    samples = [sample(u, streams, i) for i in range(math.ceil(count / streams.size))]
    x, s, xe, e = (np.concatenate(parts, axis=-1) for parts in zip(*samples, strict=True))
    ratios = np.array([a.compute.log10_flop for a in u.baselines]) - u.enhanced.compute.log10_flop
    scores = np.array([u.scale.oriented(a.score.value) for a in u.baselines])
    below = scores <= u.scale.oriented(u.enhanced.score.value)
    which = int(np.argmin(np.where(below, np.abs(ratios - math.log10(lower_bound)), np.inf)))
    wins = (e >= s).mean(1)
    sure = [r for r, p in zip(ratios, wins, strict=True) if r > 0 and p >= SURE]
    return Interval(
        low=quantiles(x[which] - xe)[0],
        bound_probability=float(wins[which]),
        sure_bound=float(f"{10 ** max(sure):.6g}") if sure else None,
        partial=u.partial,
        draws=e.size,
    )


def quantiles(log10_ceg: np.ndarray) -> tuple[float | None, ...]:
    """The 5th, 25th, 75th and 95th percentile as ratios with four digits; None where it is unbounded.

    Drawn values themselves, the outer ones of two: nothing is interpolated, so infinity is a value like others.
    """
    n = len(log10_ceg)
    at = [math.floor(0.05 * (n - 1)), math.floor(0.25 * (n - 1)), math.ceil(0.75 * (n - 1)), math.ceil(0.95 * (n - 1))]
    values = np.partition(log10_ceg, at)[at]
    return tuple(float(f"{10**v:.4g}") if abs(v) < 300 else None for v in values)
