"""The steps of ``ceg.estimator.scaling`` and ``ceg.estimator.gain`` on arrays: many cases at once.

A case is a family of n baselines and an enhanced point; a batch has B cases of the same n. ``gains`` equals
``ceg.estimator.gain.gain`` case by case, which the tests check. Arrays inside are (n, B), baselines in rising
order of compute, so that every step is a handful of operations on vectors of length B.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ceg.estimator.gain import STATUSES
from ceg.estimator.scaling import SIGNIFICANT, Scale
from ceg.estimator.scaling_on_arrays import (
    Scales,
    at,
    between,
    bounds,
    isotonic,
    line,
    reach,
    rising,
    slope_error,
)

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
class Gains:
    """What B cases say, each array (B,); NaN where there is no number.

    - status: index into ``ceg.estimator.gain.STATUSES``
    - log10_ceg, log10_lower, log10_upper: log10 of the ratios of training compute
    - extrapolation_oom: as in ``Estimate``
    - flags: bits, see ``FLAGS``
    - beaten: which baseline, in rising order of compute, gives the lower bound; -1 where there is none
    """

    status: np.ndarray
    log10_ceg: np.ndarray
    log10_lower: np.ndarray
    log10_upper: np.ndarray
    extrapolation_oom: np.ndarray
    flags: np.ndarray
    beaten: np.ndarray

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

    log10_flop, score: (B, n) or (n,); of the baselines, their scores oriented. se, weight: (B, n) or (n,);
    NaN where a standard error is not known. enhanced_log10_flop, enhanced_score: (B,) or one number. The
    options are those of ``gain``, the same for the whole batch.

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
    upper = at(x, above)
    resolved, _ = bounds(x, np.where(x <= upper, s, np.inf), xe, e)
    beaten = np.where(conflict & ~inconsistent, resolved, below)
    lower = at(x, beaten)
    go = ~inconsistent
    flags |= (conflict & go) * _BIT["non_monotone"]

    inner = scale.inner(s)
    t = scale.transform(s, transform)
    step = np.fmax(se, 1e-9) * 1e-3
    se_t = (scale.transform(s + step, transform) - scale.transform(s - step, transform)) / (2 * step) * se
    intercept, slope, different = line(x, t, inner)
    slope_se = slope_error(x, t, inner, intercept, slope, se_t)
    rises = (different > 1) & (slope > 0) & (slope > SIGNIFICANT * slope_se)
    single = x[0] == x[-1]
    flags |= (go & single) * _BIT["single_baseline"] | (go & ~single & ~rises) * _BIT["flat_baseline"]
    usable = rises & (different >= min_points)

    fitted = isotonic(x, s, weight)
    may = go & scale.inner(e) & (not bounds_only)
    inside, held = reach(x, fitted, e, scale, transform)
    has = np.isfinite(inside)
    by_line = usable & np.where(has, estimate_order == "fit_first", extrapolate_from == "line")
    leant = _by_slope(x, fitted, e, scale, transform, intercept, slope, by_line)
    required = np.where(has & ~by_line, inside, leant)
    found = may & np.where(by_line, usable, np.where(has, ~held, usable))
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
    return Gains(status, number, lower - xe, upper - xe, np.where(estimated, oom, np.nan), flags, beaten)


def required_ends(
    x: np.ndarray,
    s: np.ndarray,
    e: np.ndarray,
    scale: Scales,
    transform: str = "logit",
    *,
    weight: np.ndarray | float = 1.0,
    estimate_order: str = "interpolate_first",
    extrapolate_from: str = "edge",
    furthest: float = 0.0,
    bounds_only: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Between which two values every draw of one comparison puts log10 C', each (B,).

    Equal where the draw has a value. Where the score lies above the curve, or below it, the line's slope is
    followed over up to ``furthest`` orders of magnitude; what lies beyond is censored there, the other end
    infinite. Between two points of which one is at an edge of the scale, and everywhere if ``bounds_only``,
    the two points are the ends. A score at an edge lies there or beyond. A draw whose line does not rise
    decides nothing: both ends are infinite.

    x, s: (n, B) log10 compute and oriented scores, in any order; e: (B,); weight: (n, 1) or a number.
    """
    x, s, weight = rising(x, s, np.broadcast_to(weight, s.shape))
    fitted = isotonic(x, s, weight)
    low, high = between(x, fitted, e)
    inside, inner = (fitted[0] <= e) & (e <= fitted[-1]), scale.inner(e)
    value = np.full(e.shape, np.nan)
    if not bounds_only:
        reached, held = reach(x, fitted, e, scale, transform)
        value = np.where(held | ~inner, np.nan, reached)  # at an edge T is held
    intercept, slope, different = line(x, scale.transform(s, transform), scale.inner(s))
    if furthest and not bounds_only:
        may = (different > 1) & (slope > 0) & (inner | ~inside)
        on_line = may & np.where(inside, estimate_order == "fit_first", extrapolate_from == "line")
        leans = np.flatnonzero(may & (on_line | ~inside))
        x_of, fitted_of, e_of, intercept, along, on_line = (
            v[..., leans] for v in (x, fitted, e, intercept, slope, on_line)
        )
        some = scale.of_cases(leans)
        value[leans] = _by_slope(x_of, fitted_of, e_of, some, transform, intercept, along, on_line)
        least, most = x[0] - furthest, x[-1] + furthest
        low = np.where(value < least, -np.inf, np.where(value > most, most, low))
        high = np.where(value < least, least, np.where(value > most, np.inf, high))
        value[(value < least) | (value > most)] = np.nan
    known = np.isfinite(value)
    rises = (x[0] == x[-1]) | np.where(different > 1, slope > 0, fitted[-1] > fitted[0])
    # a score at an edge may lie anywhere beyond it
    low = np.where(known & (inner | (e > fitted[-1])), value, low)
    high = np.where(known & (inner | (e < fitted[0])), value, high)
    return np.where(rises, low, -np.inf), np.where(rises, high, np.inf)


def _by_slope(x, fitted, e, scale, transform, intercept, slope, on_line) -> np.ndarray:
    """log10 C' (B,) from a slope: the line inverted (``on_line``), or carried on from the curve's end."""
    te, low_end = scale.transform(e, transform), e < fitted[0]
    edge = scale.transform(np.where(low_end, fitted[0], fitted[-1]), transform)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        from_edge = np.where(low_end, x[0], x[-1]) + (te - edge) / slope
        return np.where(on_line, (te - intercept) / slope, from_edge)


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


def _outside(required: np.ndarray, x: np.ndarray) -> np.ndarray:
    gap = np.maximum(required - x[-1], x[0] - required)
    return np.where(gap > 1e-9, gap, 0.0)
