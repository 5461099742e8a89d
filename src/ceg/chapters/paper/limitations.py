"""The other definition of the gain: how much less compute an enhanced model needs to match a plain one.

Extra compute needed to match: C'/C, at the enhanced score of a model trained with C. Reduction possible:
C/C'', where C'' is the smallest compute at which the *enhanced* family reaches the unenhanced score of that
model. Both are the horizontal distance between two curves, read at different heights: they agree where the
curves are parallel in log compute.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis, Sample
from ceg.estimator.gain import Estimate, gain
from ceg.estimator.scaling import Point, Scale, isotonic
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import axis, compute_axis, layer, measured, tips
from ceg.exhibits.scores_against_compute import DASHES, bound_first
from ceg.exhibits.theme import CATEGORY, INK, MUTED
from ceg.prose import wording

HEIGHT = 290


@dataclass(frozen=True)
class Both:
    """One model of a family, without and with the enhancement, and the gain by either definition."""

    unenhanced: Sample
    enhanced: Sample
    extra: Estimate
    reduction: Estimate


def reduction(
    unenhanced: Point, enhanced_family: Sequence[Point], scale: Scale, **choices: object
) -> Estimate:
    """C/C'' of an unenhanced point against the enhanced family.

    ``gain`` with the arms swapped, then inverted.

    Parameters: as for ``gain``; ``choices`` are its keywords. Returns an ``Estimate`` whose ``ceg`` and
    bounds are C/C'' (an upper bound of C''/C is a lower bound of the reduction).
    """
    swapped = gain(unenhanced, enhanced_family, scale, **choices)
    return replace(
        swapped,
        ceg=_inverse(swapped.ceg),
        lower_bound=_inverse(swapped.upper_bound),
        upper_bound=_inverse(swapped.lower_bound),
    )


def both(book: Analysis, comparisons: Sequence[str]) -> list[Both]:
    """Either definition for every model of one family on one benchmark, in order of compute.

    ``comparisons``: the same enhancement, benchmark and baselines, one for each model; those that the
    assumptions leave without a case are left out. Raises ValueError where they differ, or where a model was
    not scored without the enhancement.
    """
    cases = [case for c in comparisons if (case := book.find(c))]
    if len({tuple(s.result.result for s in case.baselines) for case in cases}) > 1:
        raise ValueError(f"the comparisons {', '.join(comparisons)} do not share their baselines")
    family = [case.enhanced.point for case in cases]
    found = []
    for case in cases:
        own = [s for s in case.baselines if s.model.model == case.enhanced.model.model]
        if not own:
            raise ValueError(f"{case.enhanced.model.model} was not scored without the enhancement")
        less = reduction(own[0].point, family, case.scale, **book.assumptions.reading)
        found.append(Both(own[0], case.enhanced, book.estimate(case.comparison.comparison), less))
    return sorted(found, key=lambda b: b.enhanced.point.flop)


def definitions(book: Analysis, comparisons: Sequence[str]) -> pd.DataFrame:
    """Both definitions in words, a row for each model, also of those that the assumptions leave out."""
    about = book.comparisons.loc[list(comparisons)]
    rows = [
        {
            "model": b.enhanced.model.model,
            "without": f"{b.unenhanced.result.score:g}",
            "with": f"{b.enhanced.result.score:g}",
            "extra": wording.gain_link(b.extra),
            "reduction": wording.ceg(b.reduction),
        }
        for b in both(book, comparisons)
    ]
    for comparison, model in about["model"].items():
        if book.find(comparison) is None:
            said = wording.ceg(book.estimate(comparison))
            rows.append({"model": model, "without": "", "with": "", "extra": said, "reduction": said})
    # as str, texts would lose where they lead
    found = pd.DataFrame(rows, dtype=object).set_index("model")
    return found.assign(on=(about["enhancement_name"] + ", " + about["benchmark_name"]).iloc[0])


def scores(book: Analysis, comparisons: Sequence[str]) -> pd.DataFrame:
    """The scores that ``two_definitions`` draws, with the gain by either definition."""
    pairs = both(book, comparisons)
    rows = [
        {
            "result": sample.result.result,
            "arm": arm,
            "model": sample.model.model,
            "score": float(sample.result.score),
            "training_flop": formatting.six(sample.point.flop),
            "extra_compute": wording.ceg(b.extra),
            "reduction": wording.ceg(b.reduction),
        }
        for arm in ("unenhanced", "enhanced")
        for b in pairs
        for sample in [getattr(b, arm)]
    ]
    return pd.DataFrame(rows)


def two_definitions(
    book: Analysis, comparisons: Sequence[str], *, extra_of: str, reduction_of: str
) -> alt.Chart | alt.LayerChart:
    """Both families against compute, with one arrow for each definition.

    Grey: without the enhancement; in colour: with it. The arrow to the right is the extra compute of one
    model, the one to the left the reduction of another.
    """
    pairs = {b.enhanced.model.model: b for b in both(book, comparisons)}
    c = book.evidence.comparisons[comparisons[0]]
    benchmark = book.evidence.benchmarks[book.evidence.results[c.enhanced].benchmark]
    enhancement = book.evidence.enhancements[c.enhancement]
    title = f"{enhancement.name}, {benchmark.name}"
    if not {extra_of, reduction_of} <= set(pairs):
        return left_out.panel(title, HEIGHT)
    extra, less = pairs[extra_of], pairs[reduction_of]
    said = "; ".join(
        f"{model} {b.unenhanced.result.score:g} without, {b.enhanced.result.score:g} with"
        for model, b in pairs.items()
    )
    chart = _chart(
        book, list(pairs.values()), extra, less, CATEGORY[enhancement.category], measured(benchmark)
    )
    return chart.properties(
        title=title,
        height=HEIGHT,
        description=f"{title}, score against training compute: {said}. Extra compute that {extra_of} would "
        f"need to match its enhanced self: {wording.ceg(extra.extra)}. Reduction possible for the enhanced "
        f"family at the level of {reduction_of} without: {wording.ceg(less.reduction)}.",
    )


def slope_in_words(book: Analysis, comparison: str) -> str:
    """What the slope of the unenhanced models says, and what it would ask for."""
    case, steps = book.find(comparison), book.estimate(comparison).steps
    if case is None or steps is None or steps.fit is None:
        return (
            "The slope between the two unenhanced models, and what it would ask for, are not available under "
            "these assumptions."
        )
    line, transform = steps.fit, case.scale.transform(book.assumptions.transform)
    missing = transform(case.enhanced.point.score) - transform(case.baselines[-1].point.score)
    unit = "log odds" if book.assumptions.transform == "logit" else "points"
    error = formatting.significant(line.slope_se)
    return (
        f"The slope between the two unenhanced models is {formatting.significant(line.slope)} ± {error} in "
        f"{unit} a decade of compute: "
        f"{'two points only, whatever their error' if line.rises else 'it cannot be told from zero'}. Taken "
        f"at face value it asks for {formatting.significant(missing / line.slope)} more orders of magnitude "
        "of training compute. That is not an estimate of anything."
    )


def _inverse(ratio: float | None) -> float | None:
    return None if ratio is None else 1 / ratio


def _chart(
    book: Analysis, pairs: Sequence[Both], extra: Both, less: Both, colour: str, score_title: str
) -> alt.LayerChart:
    right = _arrow(extra.enhanced, extra.extra, 1)
    left = _arrow(less.unenhanced, less.reduction, -1)
    reached = [math.log10(b.enhanced.point.flop) for b in pairs]
    reached += [a[k] for a in (right, left) for k in ("to", "bound") if a[k] is not None]
    low, high = min(reached), max(reached)
    span = high - low
    x = compute_axis("x", (low - 0.1 * span, high + 0.12 * span), (low, high))
    scores = [s.point.score for b in pairs for s in (b.unenhanced, b.enhanced)]
    pad = 0.12 * (max(scores) - min(scores))
    y = axis(alt.Y, "y", score_title, (min(scores) - pad, max(scores) + pad), tickCount=5)
    layers = []
    for arm, ink in (("unenhanced", MUTED), ("enhanced", colour)):
        samples = [getattr(b, arm) for b in pairs]
        curve = [{"x": math.log10(f), "y": s} for f, s in isotonic([s.point for s in samples])]
        points = [
            {
                "x": math.log10(s.point.flop),
                "y": s.point.score,
                "model": s.model.model,
                "arm": arm,
                "label": s.model.model.rpartition(" ")[2],
                **provenance.said(book, s.result.result),
            }
            for s in samples
        ]
        shown = tips("model", "arm", "y:Q=score", "source", "provenance")
        layers.append(layer(curve, "line", x, y, color=ink, strokeWidth=1.5))
        layers.append(layer(points, "point", x, y, tooltip=shown, filled=True, size=65, opacity=1, color=ink))
        place = {"dy": 16} if arm == "unenhanced" else {"align": "right", "dx": -8, "dy": -3}
        layers.append(layer(points, "text", x, y, text="label", color=ink, fontSize=12, **place))
    for arrow, ink, word in ((right, colour, "extra"), (left, INK, "reduction")):
        if arrow["to"] is not None:
            layers += _drawn(arrow | {"beside": arrow["to"] < arrow["x"] < low + 0.6 * span}, ink, word, x, y)
    return alt.layer(*layers)


def _arrow(start: Sample, estimate: Estimate, direction: int) -> dict:
    """From a point to C' (direction 1) or C'' (-1), or as far as the bound holds, in log10 FLOP."""
    at = math.log10(start.point.flop)
    ratio = estimate.ceg or estimate.lower_bound
    return {
        "x": at,
        "y": start.point.score,
        "to": at + direction * math.log10(ratio) if ratio else None,
        "bound": at + direction * math.log10(estimate.lower_bound) if estimate.lower_bound else None,
        "status": estimate.status,
        "says": bound_first(estimate),
    }


def _drawn(arrow: dict, colour: str, word: str, x, y) -> list[alt.Chart]:
    dash = DASHES[arrow["status"]]
    end = {"shape": "circle", "filled": False} if arrow["status"] == "extrapolated" else {"filled": True}
    if arrow["status"] != "extrapolated":
        end["shape"] = "triangle-right" if arrow["to"] > arrow["x"] else "triangle-left"
    row = [arrow | {"middle": (arrow["x"] + arrow["to"]) / 2, "label": f"{word} {arrow['says']}"}]
    to = alt.X("to:Q")
    # an arrow to the left lies between two curves: its number stands behind its start, where there is room
    at, place = (
        (x, {"align": "left", "dx": 12, "dy": 5}) if arrow["beside"] else (alt.X("middle:Q"), {"dy": -10})
    )
    layers = [
        layer(row, "rule", x, alt.X2("to:Q"), y, color=colour, strokeWidth=2, strokeDash=dash),
        layer(row, "point", to, y, size=75, color=colour, opacity=1, strokeWidth=2, **end),
        layer(row, "text", at, y, text="label", **place, color=colour, fontWeight="bold"),
    ]
    if arrow["status"] == "extrapolated" and arrow["bound"] is not None:
        layers.append(layer(row, "tick", alt.X("bound:Q"), y, thickness=2, size=9, color=colour))
    return layers
