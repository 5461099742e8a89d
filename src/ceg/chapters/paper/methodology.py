"""The two methods of Appendix A walked through on one comparison each, in three charts."""

import math
from collections.abc import Sequence

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis, Case, Sample
from ceg.estimator.scaling import Line
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import axis, compute_axis, layer, measured, tips
from ceg.exhibits.scores_against_compute import DASHES, ENDS
from ceg.exhibits.theme import CATEGORY, MUTED

HEIGHT = 230


def lower_bound_steps(book: Analysis, comparison: str) -> list[alt.LayerChart]:
    """The unenhanced family; the enhanced model on its level; the bigger model that it beats."""
    titles = ("1. Score the family without it", "2. Score a model with it", "3. Divide the compute")
    case, estimate = book.find(comparison), book.estimate(comparison)
    if case is None or estimate.lower_bound is None:
        return [left_out.panel(title, HEIGHT) for title in titles]
    beaten = next(s for s in case.baselines if s.result.result == estimate.beaten)
    says = formatting.at_least(estimate.lower_bound)
    words = (
        f"The unenhanced family: {_family(case)}.",
        f"{beaten.model.model} lies below that level, so the gain is at least the ratio of "
        f"their training compute: {says}.",
    )
    return _charts(book, case, titles, words, math.log10(beaten.point.flop), says)


def scaling_fit_steps(book: Analysis, comparison: str) -> list[alt.LayerChart]:
    """The transformed scores with a straight line; the enhanced model on its level; C' where the two meet."""
    titles = ("1. Fit the family without it", "2. Score a model with it", "3. Invert the fit")
    case, steps = book.find(comparison), book.estimate(comparison).steps
    if case is None or steps is None or steps.fit is None:
        return [left_out.panel(title, HEIGHT) for title in titles]
    required = steps.fit.invert(case.scale.transform(book.assumptions.transform)(case.enhanced.point.score))
    says = formatting.times(10**required / case.enhanced.point.flop, 2)
    words = (
        f"The unenhanced family, {_family(case)}, with the straight line through its transformed scores.",
        f"The line reaches that level at {formatting.flop(10**required)} FLOP, "
        f"{says} the compute of {case.enhanced.model.model}.",
    )
    return _charts(book, case, titles, words, required, says, steps.fit)


def scores(book: Analysis, comparison: str, *, transformed: bool = False) -> pd.DataFrame:
    """The scores that the charts show; ``drawn_at``: the score, or what the transform makes of it."""
    case = book.find(comparison)
    rows = [row for some in _rows(book, case, transformed) for row in some] if case else []
    frame = pd.DataFrame(rows, columns=["result", "arm", "model", "score", "training_flop", "y"])
    frame["y"] = frame["y"].map(formatting.six)
    return frame.rename(columns={"y": "drawn_at"})


def _family(case: Case) -> str:
    return ", ".join(f"{s.model.model} {s.result.score!r}" for s in case.baselines)


def _charts(
    book: Analysis,
    case: Case,
    titles: Sequence[str],
    words: Sequence[str],
    to: float,
    says: str,
    fit: Line | None = None,
) -> list[alt.LayerChart]:
    """A chart for each title.

    words: what the first and the last say, read aloud. to, says: where the arrow of the last ends, in log10
    FLOP, and its number. fit: a line to draw, for which scores are transformed.
    """
    ev = book.evidence
    benchmark = ev.benchmarks[case.enhanced.result.benchmark]
    colour = CATEGORY[ev.enhancements[case.comparison.enhancement].category]
    family, [enhanced] = _rows(book, case, transformed=fit is not None)
    xs = [*(r["x"] for r in family), enhanced["x"], to]
    ys = [*(r["y"] for r in family), enhanced["y"]]
    low, high = min(xs) - 0.25, max(xs) + 0.45
    x = compute_axis("x", (low, high), (low, high))
    pad = 0.18 * (max(ys) - min(ys))
    is_odds = fit and benchmark.scale == "proportion" and book.assumptions.transform == "logit"
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
        reach = max(min(high, to + 0.1), max(r["x"] for r in family))
        ends = [{"x": v, "y": fit.predict(v)} for v in (min(r["x"] for r in family), reach)]
        grey.insert(0, layer(ends, "line", x, y, color=MUTED, strokeWidth=1.5))
    level = [
        layer([{"y": enhanced["y"]}], "rule", y, color=colour, strokeWidth=1, opacity=0.5, strokeDash=[2, 3]),
        layer([enhanced], "point", x, y, tooltip=shown, filled=True, size=80, color=colour, opacity=1),
        layer([enhanced], "text", x, y, text="label", color=colour, fontSize=12, align="left", dx=-4, dy=-12),
    ]
    middle = (enhanced["x"] + to) / 2
    row = [enhanced | {"to": to, "says": says, "middle": middle, "floor": min(ys) - pad}]
    status = "extrapolated" if fit else "bound"
    end, (shape, filled) = alt.X("to:Q"), ENDS[status]
    tip = {"shape": shape, "filled": filled, "size": 75, "opacity": 1, "strokeWidth": 2}
    gain = [
        layer(row, "rule", x, alt.X2("to:Q"), y, color=colour, strokeWidth=2, strokeDash=DASHES[status]),
        layer(row, "point", end, y, color=colour, **tip),
        layer(row, "rule", end, y, alt.Y2("floor:Q"), color=MUTED, strokeWidth=1, strokeDash=[2, 3]),
        layer(row, "text", alt.X("middle:Q"), y, text="says", dy=14, color=colour, fontWeight="bold"),
    ]
    at_level = (
        f"{case.enhanced.model.model} with the enhancement scores "
        f"{case.enhanced.result.score!r}: compare at this level."
    )
    said = (words[0], at_level, words[1])
    return [
        alt.layer(*layers).properties(title=title, height=HEIGHT, description=f"{title}. {said}")
        for title, said, layers in zip(titles, said, (grey, grey + level, grey + level + gain), strict=True)
    ]


def _rows(book: Analysis, case: Case, transformed: bool) -> tuple[list[dict], list[dict]]:
    """The unenhanced family and the enhanced model, as rows to draw."""
    drawn_at = case.scale.transform(book.assumptions.transform) if transformed else float

    def row(sample: Sample, arm: str) -> dict:
        return {
            "result": sample.result.result,
            "arm": arm,
            "model": sample.model.model,
            "score": float(sample.result.score),
            "training_flop": formatting.six(sample.point.flop),
            "compute": formatting.flop(sample.point.flop) + " FLOP",
            "x": math.log10(sample.point.flop),
            "y": drawn_at(sample.point.score),
            "label": sample.model.model.rpartition(" ")[2],
            **provenance.said(book, sample.result.result),
        }

    return [row(s, "unenhanced") for s in case.baselines], [row(case.enhanced, "enhanced")]
