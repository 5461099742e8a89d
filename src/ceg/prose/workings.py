"""A comparison's workings: its rows, the arithmetic, what bears on it, and commands that print the same."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.evidence import assumptions as choices
from ceg.evidence.rows import Cost
from ceg.evidence.tables import Evidence
from ceg.prose import wording
from ceg.prose.arithmetic import five_digits, steps

FLAGS = {
    "breaks_bound": "the line breaks a bound of the raw scores",
    "ceiling": "a score stands at the upper edge of the scale",
    "cost_not_charged": "the one-time cost is to be charged, and is not known",
    "cross_family": "the unenhanced models are of another family: bounds only, no curve",
    "flat_baseline": (
        "the unenhanced scores do not rise with compute: a bound on them counts towards no total"
    ),
    "floor": "a score is no better than a guess, or stands at the lower edge of the scale",
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
    ev, c = analysis.evidence, analysis.evidence.comparisons[estimate.comparison_id]
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
    return [
        (key, choices.written(o), replace(analysis, assumptions=analysis.assumptions.but(**{key: o})))
        for key, choice in choices.estimating(analysis.evidence.folder).items()
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
    found = other.estimate(estimate.comparison_id)
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
            f"{r.score!r} {ev.benchmarks[r.benchmark].unit or ''}".strip(),
            five_digits(flop),
            ev.sources[r.source].label,
            r.locator or "",
            r.provenance,
        )
        for i, (r, flop) in enumerate(zip(rows, flops, strict=True))
    )


def errors(estimate: Estimate) -> str:
    """What errors of scores, compute and fit leave of the number; nothing where that is not worked out."""
    if not estimate.draws:
        return ""
    return (
        f"With errors of scores, compute and fit: {wording.within(estimate)} (a closed interval is one of "
        "90%, an open one a limit of 95%)."
    )


def _charge(ev: Evidence, cost: Cost) -> Charge:
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
