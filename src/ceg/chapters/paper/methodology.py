"""The two methods of Appendix A walked through on one comparison each, in three panels."""

import math

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis, Case
from ceg.estimator.scaling import Line, line
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import axis, compute_axis, layer, measured, of_panels, tips
from ceg.exhibits.theme import CATEGORY, MUTED, theme
from sphinx_fresh.show import Figure

HEIGHT = 230
COLUMNS = ("result", "arm", "model", "score", "training_flop", "drawn_at")


def lower_bound_steps(analysis: Analysis, comparison: str, **figure: object) -> Figure:
    """The unenhanced family; the enhanced model on its level; the bigger model that it beats.

    With the ratio of their compute.
    """
    titles = ("1. Score the family without it", "2. Score a model with it", "3. Divide the compute")
    case, estimate = analysis.find(comparison), analysis.estimate(comparison)
    if case is None or estimate.lower_bound is None:
        return _empty(analysis, comparison, titles, **figure)
    biggest = max(
        (s for s in case.baselines if s.point.score <= case.enhanced.point.score), key=lambda s: s.point.flop
    )
    said = (
        f"The unenhanced family: {_family(case)}.",
        (
            f"{case.enhanced.model.model} with the enhancement scores "
            f"{case.enhanced.result.score:g}: compare at this level."
        ),
        (
            f"{biggest.model.model} lies below that level, so the gain is at least the ratio of "
            f"their training compute: {formatting.at_least(estimate.lower_bound)}."
        ),
    )
    to = math.log10(biggest.point.flop)
    end = {
        "to": to,
        "shape": "triangle-right",
        "filled": True,
        "dash": [5, 3],
        "says": formatting.at_least(estimate.lower_bound),
    }
    return _walk(analysis, case, titles, said, end, None, **figure)


def scaling_fit_steps(analysis: Analysis, comparison: str, **figure: object) -> Figure:
    """The transformed scores with a straight line; the enhanced model on its level; C' where the two meet."""
    titles = ("1. Fit the family without it", "2. Score a model with it", "3. Invert the fit")
    case, fit = analysis.find(comparison), fitted(analysis, comparison)
    if case is None or fit is None:
        return _empty(analysis, comparison, titles, **figure)
    transform = case.scale.transform(analysis.assumptions.transform)
    required = fit.invert(transform(case.enhanced.point.score))
    ratio = 10**required / case.enhanced.point.flop
    said = (
        f"The unenhanced family, {_family(case)}, with the straight line through its transformed scores.",
        (
            f"{case.enhanced.model.model} with the enhancement scores "
            f"{case.enhanced.result.score:g}: compare at this level."
        ),
        (
            f"The line reaches that level at {formatting.flop(10**required)} FLOP, "
            f"{formatting.times(ratio, 2)} the compute of {case.enhanced.model.model}."
        ),
    )
    end = {
        "to": required,
        "shape": "circle",
        "filled": False,
        "dash": [2, 2],
        "says": formatting.times(ratio, 2),
    }
    return _walk(analysis, case, titles, said, end, fit, **figure)


def fitted(analysis: Analysis, comparison: str) -> Line | None:
    """The straight line through a comparison's unenhanced models.

    Transformed score on log10 compute; None without a case or two models.
    """
    case = analysis.find(comparison)
    if case is None:
        return None
    inner = [s.point for s in case.baselines if case.scale.at_edge(s.point.score) is None]
    return line(inner, case.scale.transform(analysis.assumptions.transform))


def _empty(analysis: Analysis, comparison: str, titles, **figure: object) -> Figure:
    """The three panels of a comparison that the assumptions leave without the number walked to."""
    specs = [left_out.panel(t, HEIGHT) for t in titles]
    return of_panels(specs, COLUMNS, [], **left_out.noted(figure, analysis, [comparison]))


def _family(case: Case) -> str:
    return ", ".join(f"{s.model.model} {s.result.score:g}" for s in case.baselines)


def _walk(
    analysis: Analysis, case: Case, titles, said, end: dict, fit: Line | None, **figure: object
) -> Figure:
    ev = analysis.evidence
    benchmark = ev.benchmarks[case.enhanced.result.benchmark]
    colour = CATEGORY[ev.enhancements[case.comparison.enhancement].category]
    transform = case.scale.transform(analysis.assumptions.transform) if fit else float
    family = [_row(analysis, s, transform) for s in case.baselines]
    enhanced = _row(analysis, case.enhanced, transform)
    xs = [*(r["x"] for r in family), enhanced["x"], end["to"]]
    ys = [*(r["y"] for r in family), enhanced["y"]]
    low, high = min(xs) - 0.25, max(xs) + 0.45
    x = compute_axis("x", (low, high), (low, high))
    pad = 0.18 * (max(ys) - min(ys))
    is_odds = fit and benchmark.scale == "proportion" and analysis.assumptions.transform == "logit"
    title = f"log odds of {benchmark.metric}" if is_odds else measured(benchmark)
    y = axis(alt.Y, "y", title, (min(ys) - pad, max(ys) + pad), tickCount=5)
    shown = tips("model", "score", "compute", "source", "provenance")
    grey = [
        layer(family, "point", x, y, tooltip=shown, filled=True, size=60, color=MUTED, opacity=1),
        *(
            layer(some, "text", x, y, text="label", color=MUTED, fontSize=12, align=side, dx=dx, dy=dy)
            for some, side, dx, dy in ((family[:-1], "left", 6, 13), (family[-1:], "right", -7, -7))
            if some
        ),
    ]
    if fit:
        reach = max(min(high, end["to"] + 0.1), max(r["x"] for r in family))
        ends = [{"x": v, "y": fit.predict(v)} for v in (min(r["x"] for r in family), reach)]
        grey.insert(0, layer(ends, "line", x, y, color=MUTED, strokeWidth=1.5))
    level = [
        layer([{"y": enhanced["y"]}], "rule", y, color=colour, strokeWidth=1, opacity=0.5, strokeDash=[2, 3]),
        layer([enhanced], "point", x, y, tooltip=shown, filled=True, size=80, color=colour, opacity=1),
        layer([enhanced], "text", x, y, text="label", color=colour, fontSize=12, align="left", dx=-4, dy=-12),
    ]
    middle = (enhanced["x"] + end["to"]) / 2
    row = [enhanced | {"to": end["to"], "middle": middle, "says": end["says"], "floor": min(ys) - pad}]
    to, tip = alt.X("to:Q"), {"shape": end["shape"], "filled": end["filled"]}
    gain = [
        layer(row, "rule", x, alt.X2("to:Q"), y, color=colour, strokeWidth=2, strokeDash=end["dash"]),
        layer(row, "point", to, y, size=75, color=colour, opacity=1, strokeWidth=2, **tip),
        layer(row, "rule", to, y, alt.Y2("floor:Q"), color=MUTED, strokeWidth=1, strokeDash=[2, 3]),
        layer(row, "text", alt.X("middle:Q"), y, text="says", dy=14, color=colour, fontWeight="bold"),
    ]
    specs = []
    for title, words, layers in zip(titles, said, (grey, grey + level, grey + level + gain), strict=True):
        specs.append(theme(alt.layer(*layers).properties(title=title), HEIGHT, f"{title}. {words}"))
    rows = [
        [r["result"], arm, r["model"], r["score"], r["training_flop"], formatting.six(r["y"])]
        for arm, some in (("unenhanced", family), ("enhanced", [enhanced]))
        for r in some
    ]
    sources = provenance.behind(analysis, [r["result"] for r in (*family, enhanced)])
    return of_panels(specs, COLUMNS, rows, sources=sources, **figure)


def _row(analysis: Analysis, sample, transform) -> dict:
    return {
        "result": sample.result.result,
        "model": sample.model.model,
        "score": float(sample.result.score),
        "training_flop": formatting.six(sample.point.flop),
        "compute": formatting.flop(sample.point.flop) + " FLOP",
        "x": math.log10(sample.point.flop),
        "y": transform(sample.point.score),
        "label": sample.model.model.rpartition(" ")[2],
        **provenance.said(analysis, sample.result.result),
    }
