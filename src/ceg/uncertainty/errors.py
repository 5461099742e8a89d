"""The errors of a comparison's numbers: what its rows and the assumptions say of each score and compute."""

import math

from ceg.analysis.analysis import Analysis, Case, Sample
from ceg.analysis.scores import maximum, standard_error
from ceg.evidence.rows import Result
from ceg.uncertainty.draws import Arm, Compute, Score, rounding


def arms(analysis: Analysis, case: Case) -> tuple[Arm, tuple[Arm, ...]]:
    """The enhanced arm of a case and its baselines."""
    fine_tuned = {"enhanced": (True, False), "both": (True, True)}.get(
        case.comparison.charged_to, (False, False)
    )
    cost = case.comparison.one_time_cost if analysis.assumptions.charge_finetuning else None
    made = [
        _arm(analysis, s, cost if fine_tuned[i > 0] else None)
        for i, s in enumerate((case.enhanced, *case.baselines))
    ]
    return made[0], tuple(made[1:])


def _arm(analysis: Analysis, sample: Sample, cost: str | None) -> Arm:
    ev, a, model = analysis.evidence, analysis.assumptions, sample.model
    certainty = model.certainty if a.compute_rule == "reported" or model.certainty != "printed" else "6nd"
    center = model.training_flop
    if certainty == "speculative" and center and model.flop_low and model.flop_high:
        down, up = math.log10(center / model.flop_low), math.log10(model.flop_high / center)
    else:
        kind = "estimated" if certainty == "speculative" else certainty
        down = up = math.log10(getattr(a, f"width_{kind}"))
    charged = None
    if cost:
        c = ev.costs[cost]
        below, above = (abs((c.value if end is None else end) - c.value) for end in (c.low, c.high))
        charged = (cost, c.value, below, above)
    flop = math.log10(sample.point.flop)
    return Arm(
        score(analysis, sample.result),
        Compute(model.model, model.family, flop, down, up, a.compute_error_shared, charged),
    )


def score(analysis: Analysis, result: Result) -> Score:
    """A result's score with its errors.

    Where no sampling error is stated, ``unknown_error`` stands for it, a share of the maximum: for
    proportions, and for points that have a maximum. Other scales have none, only their rounding.
    """
    benchmark = analysis.evidence.benchmarks[result.benchmark]
    items = (result.items or benchmark.items) if benchmark.scale == "proportion" else None
    most = maximum(benchmark)
    se = None if items else standard_error(result, benchmark, items)
    bounded = benchmark.scale == "proportion" or (benchmark.scale == "points" and benchmark.maximum)
    assumed = not items and se is None and bool(bounded)
    if assumed:
        se = analysis.assumptions.unknown_error / 100 * most
    return Score(
        result.result,
        float(result.score),
        result.readoff_error or rounding(result.score, items, most),
        items,
        se,
        most,
        assumed,
    )
