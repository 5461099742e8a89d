"""The arithmetic behind one comparison's number, a line of text a step, with the numbers in it."""

import math

from ceg import formatting
from ceg.analysis.analysis import Analysis, Case
from ceg.estimator.gain import Estimate, Steps
from ceg.estimator.scaling import Point


def steps(analysis: Analysis, case: Case, estimate: Estimate) -> tuple[str, ...]:
    """The steps in order: C_e and s_e, the bounds, C', the gain."""
    a, e = analysis.assumptions, case.enhanced.point
    way = estimate.steps
    assert way is not None  # what has a case has steps
    found = [
        f"Enhanced: {case.enhanced.model.model}, Cₑ = {five_digits(e.flop)} FLOP, score {_score(e.score)}"
        + ("" if case.scale.higher_is_better else " (turned round: higher is better)")
        + ".",
        _bound(
            case, way.below, "Lower bound", "no bigger unenhanced model scores as little", "scores no more"
        ),
        _bound(case, way.above, "Upper bound", "no unenhanced model scores as much", "scores no less"),
    ]
    if estimate.ceg is None:
        return (*found, _without_point(case, estimate, way, analysis))
    if way.way != "at":
        found.append(_transform(case, a.transform))
    found.append(_required(case, way, a.transform))
    required = math.log10(estimate.ceg * e.flop)
    if "held_to_bound" in estimate.flags:
        found.append(f"Held to the bound: log₁₀ C′ = {required:.4f}.")
    return (
        *found,
        f"CEG = C′ / Cₑ = 10^({required:.4f} − {math.log10(e.flop):.4f}) = "
        f"{formatting.significant(estimate.ceg, 4)}.",
    )


def _bound(case: Case, point: Point | None, what: str, none: str, scores: str) -> str:
    if point is None:
        return f"{what}: none; {none}."
    e, sample = case.enhanced.point, next(s for s in case.baselines if s.result.result == point.name)
    ratio = point.flop / e.flop
    shown = formatting.rounded_down(ratio) if what.startswith("Lower") else formatting.rounded_up(ratio)
    return (
        f"{what}: {sample.model.model} {scores} ({_score(point.score)}); "
        f"{five_digits(point.flop)} / {five_digits(e.flop)} = {shown}."
    )


def _transform(case: Case, name: str) -> str:
    scale = case.scale
    if name == "linear" or scale.kind not in ("proportion", "perplexity"):
        return "Transform: none, T(s) = s."
    if scale.kind == "perplexity":
        return "Transform: T = −ln(perplexity)."
    floor = (
        scale.chance if scale.higher_is_better else (scale.maximum - scale.chance if scale.chance else 0.0)
    )
    return f"Transform: T(s) = ln(q / (1 − q)), q = (s − {floor:g}) / ({scale.maximum:g} − {floor:g})."


def _required(case: Case, way: Steps, transform: str) -> str:
    """How C' is found, with its numbers."""
    t, s = case.scale.transform(transform), case.enhanced.point.score
    x = [math.log10(flop) for flop, _ in way.ends]
    fitted = [score for _, score in way.ends]
    if way.way == "at":
        return (
            f"The curve passes {_score(s)} at {_at(case, way.ends[0])}: log₁₀ C′ = {way.log10_required:.4f}."
        )
    if way.way == "between":
        (x0, x1), (s0, s1) = x, fitted
        rises = t(s1) > t(s0)
        share = [_signed(t(v)) if rises else _score(v) for v in (s, s0, s1)]
        return (
            f"Interpolated between {_at(case, way.ends[0])} and {_at(case, way.ends[1])}: "
            f"log₁₀ C′ = {x0:.4f} + ({share[0]} − {_bracketed(share[1])}) / "
            f"({share[2]} − {_bracketed(share[1])}) × ({x1:.4f} − {x0:.4f}) = {way.log10_required:.4f}."
        )
    fit = way.fit
    assert fit is not None  # the ways that are left lean on it
    error = f", standard error {fit.slope_se:.4g}" if fit.slope_se is not None else ""
    slope = f"slope b = {fit.slope:.5g} in T a power of ten of compute ({fit.n} models{error})"
    if way.way == "on line":
        return (
            f"Straight line through the unenhanced models: {slope}, T at C = 1: {fit.intercept:.5g}; "
            f"log₁₀ C′ = ({_signed(t(s))} − {_bracketed(_signed(fit.intercept))}) / {fit.slope:.5g} "
            f"= {way.log10_required:.4f}."
        )
    return (
        f"Extrapolated from {_at(case, way.ends[0])} with the {slope}: log₁₀ C′ = {x[0]:.4f} + "
        f"({_signed(t(s))} − {_bracketed(_signed(t(fitted[0])))}) / {fit.slope:.5g} "
        f"= {way.log10_required:.4f}."
    )


def _without_point(case: Case, estimate: Estimate, way: Steps, analysis: Analysis) -> str:
    """Why there is no point."""
    a = analysis.assumptions
    if estimate.status == "inconsistent":
        return (
            "No value: a smaller model beats a bigger one by more than their errors, on either side of the "
            "enhanced score."
        )
    if case.comparison.cross_family:
        return "No point: the unenhanced models are of another family, so no curve is drawn."
    if case.scale.at_edge(case.enhanced.point.score):
        return "No point: the enhanced score stands at the edge of the scale."
    if way.n_fit < a.min_points:
        return (
            "No point: the score lies outside the curve, and an extrapolation asks for "
            f"{a.min_points} unenhanced models, with scores off the edges of the scale; there "
            f"{'is' if way.n_fit == 1 else 'are'} {way.n_fit or 'none'}."
        )
    if way.fit is None or not way.fit.rises:
        return (
            "No point: the score lies outside the curve, and the slope of the unenhanced scores is not above "
            "1.645 standard errors."
        )
    return (
        f"No point: C′ would lie further than a factor of {10**a.max_extrapolation_oom:.4g} beyond the "
        "models measured."
    )


def _at(case: Case, end: tuple[float, float]) -> str:
    """A point of the curve: the models at its compute and the fitted score."""
    here = [s for s in case.baselines if s.point.flop == end[0]]
    names = formatting.listed(list(dict.fromkeys(s.model.model for s in here)))
    pooled = not any(math.isclose(s.point.score, end[1], rel_tol=1e-9) for s in here)
    return f"{names} ({_score(end[1])}{', pooled' if pooled else ''})"


def _score(value: float) -> str:
    return f"{value:.5g}".replace("-", "−")


def _signed(value: float) -> str:
    return f"{value:.4f}".replace("-", "−")


def _bracketed(value: str) -> str:
    return f"({value})" if value.startswith("−") else value


def five_digits(value: float | None) -> str:
    """Training compute with five digits: what a reader can divide."""
    if value is None:
        return "not known"
    exponent = math.floor(math.log10(value))
    power = str(exponent).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
    return f"{value / 10**exponent:.5g} × 10{power}"
