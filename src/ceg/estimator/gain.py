"""The compute-equivalent gain (CEG) of one comparison.

CEG = C'/C_e: C' is the smallest training compute at which the unenhanced family reaches the enhanced score,
C_e the training compute of the enhanced model. The rules are those of the Methodology page, in its order.
"""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ceg.estimator.scaling import SIGNIFICANT, Line, Point, Scale, bounds, isotonic, line, reach

STATUSES = ("inconsistent", "interpolated", "extrapolated", "bound", "not-meaningful", "not-available")

SAYING = ("interpolated", "extrapolated", "bound")
"""The statuses with a number."""

READING = ("transform", "estimate_order", "extrapolate_from", "min_points", "max_extrapolation_oom")
"""The options of ``gain`` that say how a curve is read, by their names as assumptions."""


@dataclass(frozen=True)
class Steps:
    """How C' was found. Computes in FLOP, scores oriented (higher is better), T their transform.

    - below, above: the unenhanced models behind the lower and the upper bound
    - fit: the straight line through the models off the edges of the scale, which have ``n_fit`` different
      computes
    - way: how the enhanced score was reached: ``at`` a point of the curve, ``between`` two points of it,
      ``from edge`` (the line's slope carried on from the curve's end), ``on line`` (the line inverted); None
      without a point. ``held``: between two points of which one is at an edge of the scale, where T is held:
      a bracket, and no point
    - ends: the points of the curve used, (FLOP, fitted score), one or two
    - log10_required: log10 C' before it is held to the bounds
    """

    below: Point | None
    above: Point | None
    fit: Line | None = None
    n_fit: int = 0
    way: str | None = None
    ends: tuple[tuple[float, float], ...] = ()
    log10_required: float | None = None


@dataclass(frozen=True)
class Estimate:
    """What one comparison says. Absent is None; ``ceg`` is never a bound.

    - ceg, lower_bound, upper_bound: ratios of training compute
    - extrapolation_oom: orders of magnitude of compute by which C' lies outside the baselines
    - one_time_fraction: of pre-training compute
    - runtime_multiple: FLOP for an answered query over those of the same model without the enhancement
    - rows: ids of every result, model and cost behind the numbers
    - reason: why there is no number, if there is none

    The following are None until ``ceg.uncertainty.intervals`` works them out, from draws of all errors. All
    are of the CEG on the family's latent curve, points and bounds alike:

    - low, high: a 90% interval; None at an end that is open, as over 5% of the draws are censored there: the
      other one is then a one-sided 95% limit
    - quartile_low, quartile_high: a 50% interval, in the same way
    - count_low, count_high: the CEG is above count_low, and at most count_high, with the probability that
      counts ask for (``count_probability``); None where it is above, or below, nothing
    - partial: the sampling error of a score is not stated; ``unknown_error`` stands for it, where it can
    - draws: how many there were
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
    count_low: float | None = None
    count_high: float | None = None
    partial: bool | None = None
    draws: int = 0
    extrapolation_oom: float | None = None
    n_baseline: int = 0
    flags: tuple[str, ...] = ()
    one_time_fraction: float | None = None
    runtime_multiple: float | None = None
    assumptions: dict[str, object] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    reason: str | None = None
    steps: Steps | None = field(default=None, repr=False, compare=False)

    @property
    def comparison_id(self) -> str:
        """``comparison``, where there is one. Raises ValueError if the estimate is of no single one."""
        if self.comparison is None:
            raise ValueError("the estimate is of no single comparison")
        return self.comparison

    @property
    def beaten(self) -> str | None:
        """The result behind the lower bound: that of the biggest unenhanced model which scores no more."""
        return self.steps.below.name if self.steps and self.steps.below else None

    def record(self) -> dict[str, object]:
        """All fields but the steps, as JSON and tables have them."""
        fields = dataclasses.asdict(replace(self, steps=None))
        return {name: value for name, value in fields.items() if name != "steps"}


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

    enhanced, baselines: oriented scores (``Scale.oriented``) and FLOP above 0; at least one baseline.
    bounds_only: no curve is drawn through the baselines, as they are of different families; a slope is
    fitted all the same, only to say whether the baseline is flat.

    Returns an ``Estimate`` without names and costs. It is valid as far as its flags say: an extrapolation
    rests on one slope, and on a flat baseline no bound means anything.

    Raises ValueError on an empty family or compute not above 0.
    """
    if not baselines:
        raise ValueError("a comparison needs at least one baseline")
    if min(p.flop for p in (enhanced, *baselines)) <= 0:
        raise ValueError("training compute must be above 0 FLOP")
    t = scale.transform(transform)
    flags = {edge for p in (enhanced, *baselines) if (edge := scale.at_edge(p.score))}
    below, above = bounds(enhanced, baselines)
    inner = [p for p in baselines if scale.at_edge(p.score) is None]
    fit, n_fit = line(inner, t), len({p.flop for p in inner})
    if below and above and below.flop > above.flop:
        if _beyond_noise(above, below):
            return _estimate("inconsistent", enhanced, baselines, flags, Steps(below, above, fit, n_fit))
        flags.add("non_monotone")
        # C' is the smallest compute that attains the score:
        # the upper bound wins over a bigger model that scores lower
        below, _ = bounds(enhanced, [p for p in baselines if p.flop <= above.flop])
    steps = Steps(below, above, fit, n_fit)

    if len({p.flop for p in baselines}) == 1:
        flags.add("single_baseline")
    elif (
        fit is None or not fit.rises
    ):  # also where all models but one stand at the edge: there is no slope to see
        flags.add("flat_baseline")
    usable = fit if fit and fit.rises and n_fit >= min_points else None

    curve = isotonic(baselines)
    if (
        not bounds_only and scale.at_edge(enhanced.score) is None
    ):  # at the edge T is held: C' is not to be had
        reached = reach(curve, enhanced.score, t)
        if usable and (estimate_order == "fit_first" if reached else extrapolate_from == "line"):
            steps = replace(steps, way="on line", log10_required=usable.invert(t(enhanced.score)))
        elif reached:
            log10_required, ends = reached
            way = "at" if len(ends) == 1 else "between"
            if way == "between" and any(scale.at_edge(fitted) for _, fitted in ends):
                # T is held at one end: how far along the score lies is not to be had
                steps = replace(steps, way="held", ends=ends)
            else:
                steps = replace(steps, way=way, ends=ends, log10_required=log10_required)
        elif usable:
            end = curve[0] if enhanced.score < curve[0][1] else curve[-1]
            from_edge = math.log10(end[0]) + (t(enhanced.score) - t(end[1])) / usable.slope
            steps = replace(steps, way="from edge", ends=(end,), log10_required=from_edge)
        if steps.log10_required is not None:
            return _point(enhanced, baselines, flags, steps, curve, bool(reached), max_extrapolation_oom)
    return _estimate("bound" if below or above else "not-meaningful", enhanced, baselines, flags, steps)


def _point(enhanced, baselines, flags, steps, curve, inside, max_extrapolation_oom) -> Estimate:
    """The estimate where C' was reached: held to its bounds, and given up if too far outside the curve."""
    log10_required = within = _within(steps.log10_required, steps.below, steps.above)
    if abs(within - steps.log10_required) > 1e-9:
        # pooling carries a curve past a raw score: held to the bounds; a line is shown as it is
        flags.add("breaks_bound" if steps.way == "on line" else "held_to_bound")
    if steps.way == "on line":
        log10_required = steps.log10_required
    oom = _outside(log10_required, curve)
    log10_ceg = log10_required - math.log10(enhanced.flop)
    if oom <= max_extrapolation_oom and abs(log10_ceg) < 300:
        status = "interpolated" if inside and oom == 0 else "extrapolated"
        return _estimate(status, enhanced, baselines, flags, steps, ceg=10**log10_ceg, oom=oom)
    steps = replace(steps, way=None, ends=(), log10_required=None)
    status = "bound" if steps.below or steps.above else "not-meaningful"
    return _estimate(status, enhanced, baselines, flags, steps)


def _estimate(status, enhanced, baselines, flags, steps, *, ceg=None, oom=None) -> Estimate:
    lower = steps.below.flop / enhanced.flop if steps.below else None
    upper = steps.above.flop / enhanced.flop if steps.above else None
    if ceg is not None and steps.way != "on line":  # a logarithm there and back is off by a last digit
        ceg = min(max(ceg, lower or 0.0), upper or math.inf)
    return Estimate(
        status=status,
        ceg=ceg,
        lower_bound=lower,
        upper_bound=upper,
        extrapolation_oom=oom,
        n_baseline=len(baselines),
        flags=tuple(sorted(flags)),
        steps=steps,
    )


def _beyond_noise(above: Point, below: Point) -> bool:
    """Whether a smaller model beats a bigger one by over 1.645 standard errors; not where one is unknown."""
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
    """Whether the CEG exceeds a threshold: True, False (it does not), or None (undetermined).

    It does if the CEG is above the threshold with the probability that counts ask for
    (``count_probability``), and does not if it is at most the threshold with that probability; points and
    bounds alike. On a flat baseline nothing is decided, nor without a number.

    Raises ValueError for an estimate with a number whose interval has not been worked out, and TypeError for
    anything that is no estimate, such as the row of a DataFrame.
    """
    if not isinstance(estimate, Estimate):
        fix = "[ceg.exceeds(e, 10) for e in ceg.with_intervals(book, book.estimate_all())]"
        raise TypeError(f"exceeds takes an Estimate, not a {type(estimate).__name__}; for many: {fix}")
    if estimate.status not in SAYING or "flat_baseline" in estimate.flags:
        return None
    low, high = estimate.count_low, estimate.count_high
    if not estimate.draws and low is None and high is None:
        raise ValueError("an estimate counts by its draws: make it with ceg.with_intervals(book, [estimate])")
    if low is not None and low > threshold:
        return True
    return False if high is not None and high <= threshold else None
