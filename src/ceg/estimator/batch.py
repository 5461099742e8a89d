"""The estimator over many cases at once: the steps of ``ceg.estimator.scaling`` and ``ceg.estimator.gain``, on arrays.

A case is a family of n baselines and an enhanced point; a batch has B cases of the same n. ``gains`` equals
``ceg.estimator.gain.gain`` case by case, which the tests hold it to. Arrays inside are (n, B), baselines in rising order of compute,
so that every step is a handful of operations on vectors of length B.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ceg.estimator.gain import STATUSES
from ceg.estimator.scaling import SIGNIFICANT, Scale

FLAGS = (
    "breaks_bound",
    "ceiling",
    "flat_baseline",
    "floor",
    "held_to_bound",
    "non_monotone",
    "single_baseline",
)
"""Flag i of a case is bit i of ``Gains.flags``."""

_BIT = {name: np.uint8(1 << i) for i, name in enumerate(FLAGS)}
_INCONSISTENT, _INTERPOLATED, _EXTRAPOLATED, _BOUND, _NOT_MEANINGFUL = range(5)


@dataclass(frozen=True)
class Scales:
    """``ceg.estimator.scaling.Scale`` as arrays: one kind; oriented score of a guess, span and edge are scalars or (B,)."""

    kind: str
    floor: np.ndarray | float
    span: np.ndarray | float
    edge: np.ndarray | float

    @classmethod
    def of(cls, scale: "Scale | Sequence[Scale] | Scales") -> "Scales":
        """From one Scale for the whole batch, or one a case. Raises ValueError where they are of several kinds."""
        if isinstance(scale, Scales):
            return scale
        if isinstance(scale, Scale):
            if scale.kind != "proportion":
                return cls(scale.kind, 0.0, 1.0, 0.0)
            floor = scale.oriented(scale.chance) if scale.higher_is_better or scale.chance else 0.0
            return cls(scale.kind, floor, scale.maximum - floor, scale.edge)
        each = [cls.of(s) for s in scale]
        if len({s.kind for s in each}) != 1:
            raise ValueError(
                f"a batch has one kind of scale, not {', '.join(sorted({s.kind for s in each}))}"
            )
        return cls(
            each[0].kind, *(np.array([getattr(s, f) for s in each]) for f in ("floor", "span", "edge"))
        )

    def share(self, score: np.ndarray) -> np.ndarray:
        """q = (s - g)/(m - g)."""
        return (score - self.floor) / self.span

    def at_floor(self, score: np.ndarray) -> np.ndarray:
        """Whether a proportion lies at or below h."""
        return (
            self.share(score) <= self.edge * (1 + 1e-9)
            if self.kind == "proportion"
            else np.zeros(score.shape, bool)
        )

    def at_ceiling(self, score: np.ndarray) -> np.ndarray:
        """Whether a proportion lies at or above 1 - h."""
        if self.kind != "proportion":
            return np.zeros(score.shape, bool)
        return (self.share(score) >= 1 - self.edge * (1 + 1e-9)) & ~self.at_floor(score)

    def inner(self, score: np.ndarray) -> np.ndarray:
        """Whether a score lies off both edges: those count for slopes."""
        if self.kind != "proportion":
            return np.ones(score.shape, bool)
        q, near = self.share(score), self.edge * (1 + 1e-9)
        return (q > near) & (q < 1 - near)

    def transform(self, score: np.ndarray, name: str) -> np.ndarray:
        """T of oriented scores (…, B); as ``Scale.transform``."""
        if name not in ("logit", "linear"):
            raise ValueError(f"transform is {name!r}; it must be logit or linear")
        if name == "linear" or self.kind not in ("proportion", "perplexity"):
            return score
        if self.kind == "perplexity":
            return -np.log(-score)
        q = np.minimum(np.maximum(self.share(score), self.edge), 1 - self.edge)
        return np.log(q / (1 - q))

    def raised(self, score: np.ndarray, by: np.ndarray, name: str) -> np.ndarray:
        """The oriented scores with T raised by so much; a proportion at or beyond none or all stays."""
        if name == "linear" or self.kind not in ("proportion", "perplexity"):
            return score + by
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            less = np.exp(-by)
            if self.kind == "perplexity":
                return score * less
            q = self.share(score)
            raised = self.floor + self.span * (q / (q + (1 - q) * less))
        return np.where((q > 0) & (q < 1), raised, score)


@dataclass(frozen=True)
class Gains:
    """What B cases say, each array (B,); NaN where there is no number.

    status: index into ``ceg.estimator.gain.STATUSES``. log10_ceg, log10_lower, log10_upper: log10 of the ratios of training compute.
    extrapolation_oom: as in ``Estimate``. flags: bits, see ``FLAGS``.
    """

    status: np.ndarray
    log10_ceg: np.ndarray
    log10_lower: np.ndarray
    log10_upper: np.ndarray
    extrapolation_oom: np.ndarray
    flags: np.ndarray

    def names(self, i: int) -> tuple[str, tuple[str, ...]]:
        """Status and flags of case i, as ``Estimate`` spells them."""
        bits = self.flags[i]
        return STATUSES[self.status[i]], tuple(name for name in FLAGS if bits & _BIT[name])


def gains(
    log10_flop: np.ndarray,
    score: np.ndarray,
    enhanced_log10_flop: np.ndarray,
    enhanced_score: np.ndarray,
    scale: Scale | Sequence[Scale] | Scales,
    *,
    se: np.ndarray | None = None,
    weight: np.ndarray | None = None,
    transform: str = "logit",
    estimate_order: str = "interpolate_first",
    extrapolate_from: str = "edge",
    min_points: int = 3,
    max_extrapolation_oom: float = 1.0,
    bounds_only: bool = False,
) -> Gains:
    """``ceg.estimator.gain.gain`` of every case of a batch.

    log10_flop, score: (B, n) or (n,), oriented scores of the baselines. enhanced_log10_flop, enhanced_score: (B,) or one
    number. se, weight: (B, n) or (n,); NaN where a standard error is not known. Options: as in ``gain``, one for the batch.
    Raises ValueError on an unknown transform, or an empty family.
    """
    x, s, se, weight, xe, e = _batch(log10_flop, score, se, weight, enhanced_log10_flop, enhanced_score)
    scale = Scales.of(scale)
    floor, ceiling = (edge(s).any(0) | edge(e) for edge in (scale.at_floor, scale.at_ceiling))
    flags = floor * _BIT["floor"] | ceiling * _BIT["ceiling"]

    below, above = bounds(x, s, xe, e)
    conflict = (below >= 0) & (above >= 0) & (at(x, below) > at(x, above))
    noise = SIGNIFICANT * np.hypot(at(se, above), at(se, below))  # NaN where unknown: not beyond it
    inconsistent = conflict & (at(s, above) - at(s, below) > noise)
    lower, upper = at(x, below), at(x, above)
    resolved, _ = bounds(x, np.where(x <= upper, s, np.inf), xe, e)
    lower = np.where(conflict & ~inconsistent, at(x, resolved), lower)
    go = ~inconsistent
    flags |= (conflict & go) * _BIT["non_monotone"]

    inner = scale.inner(s)
    t, te = scale.transform(s, transform), scale.transform(e, transform)
    step = np.fmax(se, 1e-9) * 1e-3
    se_t = (scale.transform(s + step, transform) - scale.transform(s - step, transform)) / (2 * step) * se
    intercept, slope, slope_se, different = line(x, t, inner, se_t)
    rises = (different > 1) & (slope > 0) & (slope > SIGNIFICANT * slope_se)
    single = x[0] == x[-1]
    flags |= (go & single) * _BIT["single_baseline"] | (go & ~single & ~rises) * _BIT["flat_baseline"]
    usable = rises & (different >= min_points)

    fitted = isotonic(x, s, weight)
    inside = reach(x, fitted, e, scale, transform)
    may = go & scale.inner(e) & (not bounds_only)
    has = np.isfinite(inside)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        on_line = (te - intercept) / slope
        low_end = e < fitted[0]
        from_edge = np.where(low_end, x[0], x[-1])
        from_edge = (
            from_edge + (te - scale.transform(np.where(low_end, fitted[0], fitted[-1]), transform)) / slope
        )
    by_line = usable & (has & (estimate_order == "fit_first") | ~has & (extrapolate_from == "line"))
    required = np.where(by_line, on_line, np.where(has, inside, from_edge))
    found = may & (has | usable)
    interpolated = has & (~by_line | (_outside(required, x) == 0))

    within = np.fmin(np.fmax(required, lower), upper)  # fmin and fmax pass over an absent bound
    with np.errstate(invalid="ignore"):
        broken = found & (np.abs(within - required) > 1e-9)
    flags |= (broken & by_line) * _BIT["breaks_bound"] | (broken & ~by_line) * _BIT["held_to_bound"]
    required = np.where(broken & ~by_line, within, required)
    oom = _outside(required, x)
    estimated = found & (oom <= max_extrapolation_oom) & (np.abs(required - xe) < 300)
    status = np.where(estimated, np.where(interpolated, _INTERPOLATED, _EXTRAPOLATED), _NOT_MEANINGFUL)
    status = np.where(~estimated & ((below >= 0) | (above >= 0)), _BOUND, status)
    status = np.where(inconsistent, _INCONSISTENT, status).astype(np.int8)
    number = np.where(estimated, required - xe, np.nan)
    return Gains(status, number, lower - xe, upper - xe, np.where(estimated, oom, np.nan), flags)


def bounds(x: np.ndarray, s: np.ndarray, xe: np.ndarray, e: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of the baseline that bounds C' from below and from above, (B,); -1 where there is none.

    x, s: (n, B) in rising order of x. Of baselines at one compute it is the first.
    """
    below, above = np.full(e.shape, -1), np.full(e.shape, -1)
    most = np.full(e.shape, -np.inf)
    for i in range(len(x)):
        takes = (x[i] > xe) & (s[i] <= e) & (x[i] > most)
        below[takes], most = i, np.where(takes, x[i], most)
        above[(above < 0) & (s[i] >= e)] = i
    return below, above


def isotonic(x: np.ndarray, s: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Non-decreasing fit (n, B) of s on x, weighted: max over j <= i of min over k >= i of the mean of s[j..k].

    x in rising order; baselines at one compute get one value. Only cases that fall somewhere, or have two baselines at one
    compute, are worked on: the rest are their own fit.
    """
    work = np.flatnonzero(((s[1:] < s[:-1]) | (x[1:] == x[:-1])).any(0))
    if not work.size:
        return s
    x, part, weight = x[:, work], s[:, work], weight[:, work]
    n = len(part)
    tied = x[1:] == x[:-1]
    fitted = np.full(part.shape, -np.inf)
    for j in range(n):
        total, mass = part[j] * weight[j], weight[j].copy()
        means = [part[j]]  # overwritten below: no later j needs it
        for k in range(j + 1, n):
            total += part[k] * weight[k]
            mass += weight[k]
            means.append(total / mass)
        for i in range(n - 1, j - 1, -1):  # a running minimum from the right, over blocks j..k with k >= i
            mean = means[i - j]
            if i < n - 1:
                mean[tied[i]] = np.inf  # a block ends, and starts, where the compute changes
                np.minimum(mean, means[i + 1 - j], out=mean)
            if j:
                np.maximum(fitted[i], np.where(tied[j - 1], -np.inf, mean), out=fitted[i])
            else:
                fitted[i] = mean
    whole = s.copy()
    whole[:, work] = fitted
    return whole


def reach(x: np.ndarray, fitted: np.ndarray, e: np.ndarray, scale: Scales, transform: str) -> np.ndarray:
    """log10 of the smallest C (B,) at which the curve reaches e; NaN where e lies outside the curve."""
    close = np.abs(fitted - e) <= np.maximum(1e-12 * np.maximum(np.abs(fitted), np.abs(e)), 1e-12)
    hit = close | (fitted > e)
    first = hit.argmax(0)
    some = hit.any(0)
    before = np.maximum(first - 1, 0)
    x0, x1, s0, s1 = at(x, before), at(x, first), at(fitted, before), at(fitted, first)
    t0, t1, te = (scale.transform(v, transform) for v in (s0, s1, e))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(t1 > t0, (te - t0) / (t1 - t0), (e - s0) / (s1 - s0))
        between = np.where(first > 0, x0 + share * (x1 - x0), np.nan)
    return np.where(some, np.where(at(close, first), x1, between), np.nan)


def line(
    x: np.ndarray, t: np.ndarray, inner: np.ndarray, se_t: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Least squares of t on x over the ``inner`` points, all (n, B): intercept, slope, its standard error, computes.

    The error is 0 where none can be had; it needs ``se_t``, the standard errors of t. The last is the number of
    different computes among the points: with fewer than two, the slope means nothing.
    """
    k = inner.sum(0)
    different, last = np.zeros(k.shape, int), np.full(k.shape, np.nan)
    for i in range(len(x)):
        different += inner[i] & (x[i] != last)
        last = np.where(inner[i], x[i], last)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mean_x, mean_t = (np.where(inner, v, 0.0).sum(0) / k for v in (x, t))
        dx = np.where(inner, x - mean_x, 0.0)
        sxx = (dx * dx).sum(0)
        slope = np.where(inner, dx * (t - mean_t), 0.0).sum(0) / sxx
        intercept = mean_t - slope * mean_x
        rss = np.where(inner, (t - intercept - slope * x) ** 2, 0.0).sum(0)
        residual = np.where(k > 2, np.sqrt(rss / (k - 2) / sxx), 0.0)
        sampled = 0.0 if se_t is None else np.sqrt(np.where(inner, (dx / sxx * se_t) ** 2, 0.0).sum(0))
    return intercept, slope, np.fmax(residual, sampled), different


def _batch(log10_flop, score, se, weight, enhanced_log10_flop, enhanced_score):
    """The inputs as (n, B) and (B,) floats, baselines in rising order of compute."""
    x, s = (np.atleast_2d(np.asarray(v, float)) for v in (log10_flop, score))
    se = np.full((1, 1), np.nan) if se is None else np.atleast_2d(np.asarray(se, float))
    weight = np.ones((1, 1)) if weight is None else np.atleast_2d(np.asarray(weight, float))
    xe, e = (np.atleast_1d(np.asarray(v, float)) for v in (enhanced_log10_flop, enhanced_score))
    shape = np.broadcast_shapes(x.shape, s.shape, se.shape, weight.shape, (*xe.shape, 1), (*e.shape, 1))
    if not shape[1]:
        raise ValueError("a comparison needs at least one baseline")
    parts = rising(*(np.ascontiguousarray(np.broadcast_to(v, shape).T) for v in (x, s, se, weight)))
    return (*parts, *(np.broadcast_to(v, shape[:1]) for v in (xe, e)))


def rising(x: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
    """Arrays (n, B) put into rising order of x, case by case; of equals the first stays first."""
    fall = np.flatnonzero((x[1:] < x[:-1]).any(0))
    if not fall.size:
        return x, *others
    order = np.argsort(x[:, fall], axis=0, kind="stable")
    parts = [np.array(v) for v in (x, *others)]
    for v in parts:
        v[:, fall] = np.take_along_axis(v[:, fall], order, 0)
    return tuple(parts)


def at(values: np.ndarray, index: np.ndarray) -> np.ndarray:
    """values[index[b], b]; NaN (False for truths) where the index is -1."""
    taken = np.take_along_axis(values, np.maximum(index, 0)[None], 0)[0]
    return np.where(index < 0, values.dtype.type(np.nan) if values.dtype.kind == "f" else False, taken)


def _outside(required: np.ndarray, x: np.ndarray) -> np.ndarray:
    gap = np.maximum(required - x[-1], x[0] - required)
    return np.where(gap > 1e-9, gap, 0.0)
