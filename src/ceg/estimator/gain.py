"""The compute-equivalent gain (CEG) of one comparison.

CEG = C'/C_e: C' is the smallest training compute at which the unenhanced family reaches the enhanced score,
C_e the training compute of the enhanced model. The rules are those of the Methodology page, in its order.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from ceg.estimator.scaling import SIGNIFICANT, Point, Scale, bounds, isotonic, line, reach

STATUSES = ("inconsistent", "interpolated", "extrapolated", "bound", "not-meaningful", "not-available")

PROBABLE = 0.9
"""Probability that a lower bound must have to count."""


@dataclass(frozen=True)
class Estimate:
    """What one comparison says. Absent is None; ``ceg`` is never a bound.

    ceg, lower_bound, upper_bound: ratios of training compute. low, high: a 90% interval. extrapolation_oom: orders of
    magnitude of compute by which C' lies outside the baselines. one_time_fraction: of pre-training compute.
    runtime_multiple: FLOP an answered query against the same model without the enhancement.
    quartile_low, quartile_high: a 50% interval. share_unbounded: of the draws behind the intervals, those without a rising
    curve. bound_probability: that the enhanced model truly scores at least what the model of the lower bound does;
    None where no items are known. low of a bound: its 5th percentile if that lead is real, None where the lead is below ``PROBABLE``.
    sure_bound: the largest lower bound of which that is 95% sure. partial: a score's sampling error is not known, so the
    intervals are too narrow. These five and low, high are None until ``ceg.uncertainty.intervals`` works them out.
    rows: ids of every result, model and cost behind the numbers. reason: why there is no number, if there is none.
    """

    enhancement: str | None = None
    comparison: str | None = None
    headline: bool = False
    status: str = "not-meaningful"
    ceg: float | None = None
    low: float | None = None
    high: float | None = None
    lower_bound: float | None = None
    upper_bound: float | None = None
    quartile_low: float | None = None
    quartile_high: float | None = None
    share_unbounded: float | None = None
    bound_probability: float | None = None
    sure_bound: float | None = None
    partial: bool | None = None
    extrapolation_oom: float | None = None
    n_baseline: int = 0
    flags: tuple[str, ...] = ()
    one_time_fraction: float | None = None
    runtime_multiple: float | None = None
    assumptions: dict[str, object] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    reason: str | None = None


def gain(
    enhanced: Point,
    baselines: Sequence[Point],
    scale: Scale,
    *,
    transform: str = "logit",
    estimate_order: str = "interpolate_first",
    extrapolate_from: str = "edge",
    min_points: int = 3,
    max_extrapolation_oom: float = 1.0,
    bounds_only: bool = False,
) -> Estimate:
    """The CEG of an enhanced point against its unenhanced family.

    Parameters: ``enhanced`` and ``baselines`` with oriented scores (``Scale.oriented``) and FLOP above 0; at least one
    baseline. ``bounds_only``: no curve is drawn through the baselines (they are of different families);
    a slope is fitted all the same, only to say whether the baseline is flat.
    Returns an ``Estimate`` without names and costs. Raises ValueError on an empty family or compute not above 0.
    Valid as far as the flags say: extrapolations lean on one slope; a flat baseline makes any bound empty of meaning.
    """
    if not baselines:
        raise ValueError("a comparison needs at least one baseline")
    if min(p.flop for p in (enhanced, *baselines)) <= 0:
        raise ValueError("training compute must be above 0 FLOP")
    t = scale.transform(transform)
    flags = {edge for p in (enhanced, *baselines) if (edge := scale.at_edge(p.score))}
    below, above = bounds(enhanced, baselines)
    if below and above and below.flop > above.flop:
        if _beyond_noise(above, below):
            return _estimate("inconsistent", enhanced, below, above, baselines, flags)
        flags.add("non_monotone")
        # C' is the smallest compute that attains the score: the upper bound wins over a bigger model that scores lower.
        below, _ = bounds(enhanced, [p for p in baselines if p.flop <= above.flop])

    inner = [p for p in baselines if scale.at_edge(p.score) is None]
    fit = line(inner, t)
    if len({p.flop for p in baselines}) == 1:
        flags.add("single_baseline")
    elif fit is None or not fit.rises:
        flags.add(
            "flat_baseline"
        )  # also where all but one of several models stand at the edge: there is no slope to see
    usable = fit if fit and fit.rises and len({p.flop for p in inner}) >= min_points else None

    status, log10_required, from_line = None, None, False
    curve = isotonic(baselines)
    if (
        not bounds_only and scale.at_edge(enhanced.score) is None
    ):  # at the edge T is held, and C' is not to be had
        inside = reach(curve, enhanced.score, t)
        if inside is not None and estimate_order == "fit_first" and usable:
            log10_required, from_line = usable.invert(t(enhanced.score)), True
            status = "interpolated" if _outside(log10_required, curve) == 0 else "extrapolated"
        elif inside is not None:
            log10_required, status = inside, "interpolated"
        elif usable:
            status, from_line = "extrapolated", extrapolate_from == "line"
            flop, edge = curve[0] if enhanced.score < curve[0][1] else curve[-1]
            from_edge = math.log10(flop) + (t(enhanced.score) - t(edge)) / usable.slope
            log10_required = usable.invert(t(enhanced.score)) if from_line else from_edge
    if log10_required is not None:
        within = _within(log10_required, below, above)
        if abs(within - log10_required) > 1e-9:
            # pooling carries a curve past a raw score: held to the bounds; a line is shown as it is
            flags.add("breaks_bound" if from_line else "held_to_bound")
            log10_required = log10_required if from_line else within
        oom = _outside(log10_required, curve)
        log10_ceg = log10_required - math.log10(enhanced.flop)
        if oom <= max_extrapolation_oom and abs(log10_ceg) < 300:
            return _estimate(status, enhanced, below, above, baselines, flags, ceg=10**log10_ceg, oom=oom)
    status = "bound" if below or above else "not-meaningful"
    return _estimate(status, enhanced, below, above, baselines, flags)


def _estimate(status, enhanced, below, above, baselines, flags, *, ceg=None, oom=None) -> Estimate:
    return Estimate(
        status=status,
        ceg=ceg,
        lower_bound=below.flop / enhanced.flop if below else None,
        upper_bound=above.flop / enhanced.flop if above else None,
        extrapolation_oom=oom,
        n_baseline=len(baselines),
        flags=tuple(sorted(flags)),
    )


def _beyond_noise(above: Point, below: Point) -> bool:
    """Whether a smaller model beats a bigger one by more than 1.645 standard errors; unknown errors count as noise."""
    if above.se is None or below.se is None:
        return False
    return above.score - below.score > SIGNIFICANT * math.hypot(above.se, below.se)


def _outside(log10_flop: float, curve: Sequence[tuple[float, float]]) -> float:
    """Orders of magnitude by which a compute lies outside the curve."""
    gap = max(log10_flop - math.log10(curve[-1][0]), math.log10(curve[0][0]) - log10_flop)
    return gap if gap > 1e-9 else 0.0


def _within(log10_flop: float, below: Point | None, above: Point | None) -> float:
    """The compute moved into its own bounds: pooling may carry a curve past a raw score."""
    if below:
        log10_flop = max(log10_flop, math.log10(below.flop))
    if above:
        log10_flop = min(log10_flop, math.log10(above.flop))
    return log10_flop


def exceeds(estimate: Estimate, threshold: float) -> bool | None:
    """Whether the CEG exceeds a threshold: True, False (it fails), or None (undetermined).

    A point: ceg > X. A bound: lower_bound >= X on a baseline that is not flat, and with a probability of at least
    ``PROBABLE`` where it has been worked out. Fails: upper_bound < X, or a point at or below X.
    """
    if estimate.ceg is not None:
        return estimate.ceg > threshold
    if estimate.status != "bound":
        return None
    probable = estimate.bound_probability is None or estimate.bound_probability >= PROBABLE
    if (estimate.lower_bound or 0) >= threshold and "flat_baseline" not in estimate.flags and probable:
        return True
    return False if (estimate.upper_bound or math.inf) < threshold else None
