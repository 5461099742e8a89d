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
    on_line, from_edge = _by_slope(x, fitted, e, scale, transform, intercept, slope)
    required = np.where(by_line, on_line, np.where(has, inside, from_edge))
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


@dataclass(frozen=True)
class DrawnCurves:
    """The curves of B draws of one comparison, read once for all the ways to follow their lines.

    Arrays (B,) of log10 compute: ``first`` and ``last`` of the models, ``low`` and ``high`` of the two points
    between which the curve reaches the score, ``inside`` where it does (NaN outside the models, and between
    two points of which one is at an edge of the scale), ``by_line`` and ``from_edge`` where the line reaches
    it, and where the curve does that is carried on with the line's slope (NaN where no line may be followed).
    Truths (B,): ``is_inside``; ``rises``; ``open_below`` and ``open_above``, whether a value there is a
    greatest or a least one, as the score lies at an edge of the scale.
    """

    first: np.ndarray
    last: np.ndarray
    low: np.ndarray
    high: np.ndarray
    inside: np.ndarray
    by_line: np.ndarray
    from_edge: np.ndarray
    is_inside: np.ndarray
    rises: np.ndarray
    open_below: np.ndarray
    open_above: np.ndarray

    @classmethod
    def of(
        cls,
        x: np.ndarray,
        s: np.ndarray,
        e: np.ndarray,
        scale: Scales,
        transform: str = "logit",
        *,
        weight: np.ndarray | float = 1.0,
        bounds_only: bool = False,
    ) -> "DrawnCurves":
        """From log10 compute x and oriented scores s, (n, B), in any order, and the enhanced score e, (B,).

        weight: (n, 1) or a number. bounds_only: nothing is read between two models, and no line followed.
        """
        x, s, weight = rising(x, s, np.broadcast_to(weight, s.shape))
        fitted = isotonic(x, s, weight)
        is_inside, inner = (fitted[0] <= e) & (e <= fitted[-1]), scale.inner(e)
        inside, by_line, from_edge = (np.full(e.shape, np.nan) for _ in range(3))
        intercept, slope, different = line(x, scale.transform(s, transform), scale.inner(s))
        if not bounds_only:
            reached, held = reach(x, fitted, e, scale, transform)
            inside = np.where(held | ~inner, np.nan, reached)  # at an edge T is held
            may = (different > 1) & (slope > 0) & (inner | ~is_inside)
            by_line, from_edge = (
                np.where(may, v, np.nan) for v in _by_slope(x, fitted, e, scale, transform, intercept, slope)
            )
        return cls(
            x[0],
            x[-1],
            *between(x, fitted, e),
            inside,
            by_line,
            from_edge,
            is_inside,
            (x[0] == x[-1]) | np.where(different > 1, slope > 0, fitted[-1] > fitted[0]),
            ~inner & (e <= fitted[-1]),
            ~inner & (e >= fitted[0]),
        )

    def required(
        self, estimate_order: str = "interpolate_first", extrapolate_from: str = "edge", furthest: float = 0.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Between which two values every draw puts log10 C', each (B,).

        Equal where the draw has a value. Where the score lies above the curve, or below it, the line's slope
        is followed over up to ``furthest`` orders of magnitude; what lies beyond is censored there, the other
        end infinite. Between two points of which one is at an edge of the scale the two points are the ends.
        A score at an edge lies there or beyond. A draw whose line does not rise decides nothing: both ends
        are infinite.
        """
        low, high, value = self.low, self.high, self.inside
        if furthest:
            within = self.by_line if estimate_order == "fit_first" else self.inside
            beyond = self.by_line if extrapolate_from == "line" else self.from_edge
            value = np.where(self.is_inside, within, beyond)
            value = np.where(np.isnan(value), self.inside, value)
            least, most = self.first - furthest, self.last + furthest
            below, above = value < least, value > most
            low = np.where(below, -np.inf, np.where(above, most, low))
            high = np.where(below, least, np.where(above, np.inf, high))
            value = np.where(below | above, np.nan, value)
        known = np.isfinite(value)
        low = np.where(known & ~self.open_below, value, low)
        high = np.where(known & ~self.open_above, value, high)
        return np.where(self.rises, low, -np.inf), np.where(self.rises, high, np.inf)


def _by_slope(x, fitted, e, scale, transform, intercept, slope) -> tuple[np.ndarray, np.ndarray]:
    """log10 C' (B,) from a slope: the line inverted, and the slope carried on from the curve's end."""
    te, low_end = scale.transform(e, transform), e < fitted[0]
    edge = scale.transform(np.where(low_end, fitted[0], fitted[-1]), transform)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        from_edge = np.where(low_end, x[0], x[-1]) + (te - edge) / slope
        return (te - intercept) / slope, from_edge


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
