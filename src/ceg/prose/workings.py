"""A comparison's workings: its rows, the formula with the numbers in it, what bears on it.

And the commands that print the same.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ceg import formatting
from ceg.analysis.analysis import Analysis, Case
from ceg.estimator.gain import Estimate, Steps
from ceg.evidence import assumptions as choices
from ceg.evidence.tables import Evidence
from ceg.prose import wording

FLAGS = {
    "breaks_bound": "the line breaks a bound of the raw scores",
    "ceiling": "a score stands at the upper edge of the scale",
    "cost_not_charged": "the one-time cost is to be charged, and is not known",
    "cross_family": "the unenhanced models are of another family: bounds only, no curve",
    "flat_baseline": (
        "the unenhanced scores do not rise with compute: a bound on them counts towards no total"
    ),
    "floor": "a score stands at the lower edge of the scale",
    "held_to_bound": "the curve, pooled over models, passed a raw score: C′ is held to the bound",
    "metric_mismatch": "the two arms were not measured in the same way",
    "non_monotone": "a bigger model scores less, within noise",
    "oracle_feedback": "the enhancement sees whether an answer is right",
    "single_baseline": "one unenhanced model alone",
    "speculative_compute": "a model's compute is a guess with a wide range",
}
QUANTITIES = {
    "one_time_fraction": "One-time cost, of pre-training",
    "runtime_multiple": "Compute of an answer",
}


@dataclass(frozen=True)
class Arm:
    """A model in a comparison.

    The ids of its result and model rows, score and training compute as shown, and where the score is from.
    """

    arm: str
    result: str
    model: str
    score: str
    flop: str
    source: str
    locator: str
    provenance: str


@dataclass(frozen=True)
class Charge:
    """A cost of a comparison: what it is of, its row's id, and its formula with the numbers, as text."""

    what: str
    cost: str
    said: str


@dataclass(frozen=True)
class Workings:
    """Everything behind one comparison's number, in words.

    assumptions: (key, value). changes: (``key=value``, what it gives).
    """

    estimate: Estimate
    benchmark: str
    title: str
    said: str
    arms: tuple[Arm, ...]
    steps: tuple[str, ...]
    errors: str
    flags: tuple[tuple[str, str], ...]
    costs: tuple[Charge, ...]
    assumptions: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """The estimate's status with its flags, in words."""
        return wording.status(self.estimate)

    @property
    def commands(self) -> tuple[str, ...]:
        """What prints the same at the command line, for the assumptions of ``data/`` as they are."""
        return (f"ceg explain {self.estimate.comparison}", f"ceg estimate {self.estimate.enhancement}")


def workings(
    analysis: Analysis, estimate: Estimate, vary: Iterable[tuple[str, str, Analysis]] = ()
) -> Workings:
    """The workings of an estimate of this analysis.

    vary: as ``alternatives`` gives them; each is tried where it bears on the comparison.
    """
    ev, c = analysis.evidence, analysis.evidence.comparisons[estimate.comparison]
    case = analysis.find(c.comparison)
    first = ev.results[c.enhanced]
    measured = ev.benchmarks[first.benchmark]
    keys = bearing(analysis, c.comparison)
    return Workings(
        estimate,
        measured.benchmark,
        f"{' '.join(filter(None, (measured.name, measured.subset)))}, {first.model}",
        wording.sure(estimate),
        arms(analysis, c.comparison),
        steps(analysis, case, estimate) if case else (f"Not available: {estimate.reason}.",),
        errors(estimate),
        tuple((f.replace("_", " "), FLAGS[f]) for f in estimate.flags),
        tuple(_charge(ev, ev.costs[i]) for i in (c.one_time_cost, c.runtime_cost) if i),
        tuple((k, choices.written(getattr(analysis.assumptions, k))) for k in keys),
        tuple(
            (f"{k}={v}", _then(other, estimate))
            for k, v, other in vary
            if k in keys and _then(other, estimate)
        ),
        tuple(
            f"{n.rstrip('.')}." for n in (c.headline_reason and f"Headline: {c.headline_reason}", c.note) if n
        ),
    )


def alternatives(analysis: Analysis) -> list[tuple[str, str, Analysis]]:
    """Every other option of each assumption that can change a point, one change at a time.

    Each is (key, option as written, the analysis under it).
    """
    known = {
        k: c for k, c in choices.choices(analysis.evidence.folder).items() if k not in choices.NO_ESTIMATE
    }
    return [
        (key, choices.written(o), replace(analysis, assumptions=analysis.assumptions.but(**{key: o})))
        for key, choice in known.items()
        for o in choice.options
        if o != getattr(analysis.assumptions, key)
    ]


def bearing(analysis: Analysis, comparison: str) -> list[str]:
    """The assumptions that can change a comparison's point or bounds, in the order of the file."""
    ev, c, a = analysis.evidence, analysis.evidence.comparisons[comparison], analysis.assumptions
    models = {ev.results[i].model for i in (c.enhanced, *c.baseline)}
    curve = not c.cross_family
    matters = {
        "compute_optimal_law": a.compute_rule == "compute_optimal",
        "transform": curve,
        "estimate_order": curve,
        "extrapolate_from": curve,
        "min_points": curve,
        "max_extrapolation_oom": curve,
        "baseline_prompt": bool(c.baseline_weakest or c.baseline_strongest),
        "aggregation": bool(c.enhanced_single_sample or c.enhanced_vote),
        "charge_finetuning": c.charged_to != "none",
        "gpt35_flop": "GPT-3.5" in models,
        "gpt4_flop": "GPT-4" in models,
        "include_cross_family": c.cross_family,
    }
    return [k for k in choices.KEYS if matters.get(k, k not in choices.NO_ESTIMATE)]


def _then(other: Analysis, estimate: Estimate) -> str:
    """What another analysis gives in place of an estimate; nothing where it is the same."""
    found = other.estimate(estimate.comparison)
    said = wording.ceg(found) + (f" ({found.reason})" if found.reason else "")
    same = (found.status, found.ceg, found.lower_bound, found.upper_bound)
    return "" if same == (estimate.status, estimate.ceg, estimate.lower_bound, estimate.upper_bound) else said


def arms(analysis: Analysis, comparison: str) -> tuple[Arm, ...]:
    """The rows of a comparison: with the enhancement first, then without it in order of compute."""
    ev, case = analysis.evidence, analysis.find(comparison)
    enhanced, baselines = analysis.printed(comparison)
    rows = [s.result for s in (case.enhanced, *case.baselines)] if case else [enhanced, *baselines]
    flops = (
        [s.point.flop for s in (case.enhanced, *case.baselines)]
        if case
        else [analysis.training_flop(r.model) for r in rows]
    )
    return tuple(
        Arm(
            "without" if i else "with",
            r.result,
            r.model,
            f"{r.score:g} {ev.benchmarks[r.benchmark].unit or ''}".strip(),
            _flop(flop),
            ev.sources[r.source].label,
            r.locator or "",
            r.provenance,
        )
        for i, (r, flop) in enumerate(zip(rows, flops, strict=True))
    )


def steps(analysis: Analysis, case: Case, estimate: Estimate) -> tuple[str, ...]:
    """The arithmetic in order: C_e and s_e, the bounds, C', the gain; each a line of text with numbers."""
    a, e = analysis.assumptions, case.enhanced.point
    way = estimate.steps
    found = [
        f"Enhanced: {case.enhanced.model.model}, Cₑ = {_flop(e.flop)} FLOP, score {_score(e.score)}"
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


def errors(estimate: Estimate) -> str:
    """What errors of scores, compute and fit leave of the number; nothing where that is not worked out."""
    said = []
    if within := wording.within(estimate):
        said.append(f"90% interval from errors of scores, compute and fit: {within}.")
    p = estimate.bound_probability
    if estimate.status == "bound" and p is not None:
        said.append(
            f"The lead behind the lower bound is real with a probability of {formatting.probability(p)}"
            + (": not counted." if wording.unsure(estimate) else ".")
        )
    return " ".join(said)


def _bound(case: Case, point, what: str, none: str, scores: str) -> str:
    if point is None:
        return f"{what}: none; {none}."
    e, sample = case.enhanced.point, next(s for s in case.baselines if s.result.result == point.name)
    ratio = point.flop / e.flop
    shown = formatting.rounded_down(ratio) if what.startswith("Lower") else formatting.rounded_up(ratio)
    return (
        f"{what}: {sample.model.model} {scores} ({_score(point.score)}); "
        f"{_flop(point.flop)} / {_flop(e.flop)} = {shown}."
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
    error = f", standard error {way.fit.slope_se:.4g}" if way.fit.slope_se is not None else ""
    slope = f"slope b = {way.fit.slope:.5g} in T a power of ten of compute ({way.fit.n} models{error})"
    if way.way == "on line":
        return (
            f"Straight line through the unenhanced models: {slope}, T at C = 1: {way.fit.intercept:.5g}; "
            f"log₁₀ C′ = ({_signed(t(s))} − {_bracketed(_signed(way.fit.intercept))}) / {way.fit.slope:.5g} "
            f"= {way.log10_required:.4f}."
        )
    return (
        f"Extrapolated from {_at(case, way.ends[0])} with the {slope}: log₁₀ C′ = {x[0]:.4f} + "
        f"({_signed(t(s))} − {_bracketed(_signed(t(fitted[0])))}) / {way.fit.slope:.5g} "
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
        n = f"{way.n_fit} unenhanced model{'' if way.n_fit == 1 else 's'} off the edge of the scale"
        return (
            "No point: the score lies outside the curve, and an extrapolation asks for "
            f"{a.min_points} models, not {n}."
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


def _charge(ev: Evidence, cost) -> Charge:
    said = (
        formatting.percent(cost.value)
        if cost.quantity == "one_time_fraction"
        else formatting.multiple(cost.value)
    )
    if cost.formula and not cost.formula.strip().isidentifier() and cost.formula.strip() != "0":
        said = f"{cost.formula} = {said}" + (
            f", with {', '.join(cost.inputs.split())}" if cost.inputs else ""
        )
    where = ", ".join(filter(None, (ev.sources[cost.source].label, cost.locator)))
    return Charge(QUANTITIES[cost.quantity], cost.cost, f"{said} ({where}; {cost.provenance})")


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


def _flop(value: float | None) -> str:
    """Training compute with five digits: what a reader can divide."""
    if value is None:
        return "not known"
    exponent = math.floor(math.log10(value))
    power = str(exponent).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
    return f"{value / 10**exponent:.5g} × 10{power}"
