"""How a comparison's number comes about, step by step: the bounds, the curve or the line, C' and its distance from C_e.

The steps are those of ``ceg.estimator.gain``, kept apart from it so that it stays a page of arithmetic; the tests hold the two together.
"""

from dataclasses import dataclass

from ceg.analysis.analysis import Case
from ceg.estimator.gain import Estimate
from ceg.estimator.scaling import Line, Point, bounds, isotonic, line, reach
from ceg.evidence.assumptions import Assumptions


@dataclass(frozen=True)
class Path:
    """The way to C'. Computes in FLOP, scores oriented (higher is better), ``T`` their transform.

    below, above: the points of the lower and the upper bound. way: ``at`` (a point of the curve itself), ``between`` (two points of the
    curve), ``from edge`` (the line's slope carried on from the curve's end), ``on line`` (the line inverted), or None without a point.
    ends: the curve's points used, (FLOP, fitted score): one or two. fit: the straight line, where one is used or would have been.
    log10_required: log10 C' before it is held to the bounds. held: whether it was.
    """

    below: Point | None
    above: Point | None
    way: str | None = None
    ends: tuple[tuple[float, float], ...] = ()
    fit: Line | None = None
    n_fit: int = 0
    log10_required: float | None = None
    held: bool = False


def path(case: Case, estimate: Estimate, a: Assumptions) -> Path:
    """The steps behind the estimate of a case under assumptions."""
    e, baselines, scale = case.enhanced.point, [s.point for s in case.baselines], case.scale
    below, above = bounds(e, baselines)
    if below and above and below.flop > above.flop and estimate.status != "inconsistent":
        below, _ = bounds(e, [p for p in baselines if p.flop <= above.flop])
    t = scale.transform(a.transform)
    inner = [p for p in baselines if scale.at_edge(p.score) is None]
    fit, n_fit = line(inner, t), len({p.flop for p in inner})
    if estimate.ceg is None:
        return Path(below, above, fit=fit, n_fit=n_fit)
    curve = isotonic(baselines)
    inside = reach(curve, e.score, t)
    ends: tuple[tuple[float, float], ...]
    if inside is not None and not (
        a.estimate_order == "fit_first" and fit and fit.rises and n_fit >= a.min_points
    ):
        at = next(
            i for i, (_, fitted) in enumerate(curve) if fitted >= e.score * (1 - 1e-12) or fitted > e.score
        )
        exact = reach(curve[at : at + 1], e.score, t) is not None
        way, ends, found = (
            ("at", curve[at : at + 1], inside) if exact else ("between", curve[at - 1 : at + 1], inside)
        )
    elif inside is not None or a.extrapolate_from == "line":
        way, ends, found = "on line", (), fit.invert(t(e.score))
    else:
        edge = curve[0] if e.score < curve[0][1] else curve[-1]
        way, ends = "from edge", (edge,)
        found = reach([edge], edge[1], t) + (t(e.score) - t(edge[1])) / fit.slope
    return Path(below, above, way, tuple(ends), fit, n_fit, found, "held_to_bound" in estimate.flags)
