"""Limitations shown on real scores: baselines that do not rise, and the other definition of the gain.

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
from ceg.exhibits.scores_against_compute import DASHES, ENDS
from ceg.exhibits.theme import CATEGORY, MUTED
from ceg.prose import wording

HEIGHT = 290
SAVED = CATEGORY["tool use"]
"""The colour of compute that is saved, apart from that of any enhancement drawn here."""


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
    """Both definitions in words, a row for each model, also of those that the assumptions leave out.

    By model: name, extra and reduction as observed, and each ``_beyond``: what continues the curve past the
    last model, empty where nothing does.
    """
    pairs = {b.extra.comparison: b for b in both(book, comparisons)}
    about = book.comparisons.loc[list(comparisons)]
    rows = []
    for comparison, model, benchmark in zip(
        comparisons, about["model"], about["benchmark_name"], strict=True
    ):
        pair, row = pairs.get(comparison), {"model": model, "name": f"{model}, {benchmark}"}
        extra = pair.extra if pair else book.estimate(comparison)
        for kind, e in (("extra", extra), ("reduction", pair.reduction if pair else extra)):
            row |= {kind: observed(e), f"{kind}_beyond": beyond(e)}
        rows.append(row)
    return pd.DataFrame(rows, dtype=object).set_index("model")  # as str, texts would lose where they lead


def observed(estimate: Estimate) -> str:
    """What the models that were trained say: the bound of an estimate that goes past them, else the estimate.

    It leads to the workings, where there are any.
    """
    if estimate.status != "extrapolated":
        return wording.gain_link(estimate)
    has_bound = estimate.lower_bound or estimate.upper_bound
    said = wording.ceg(replace(estimate, status="bound")) if has_bound else "no bound"
    return wording.gain_link(estimate, said) if estimate.lower_bound and not estimate.upper_bound else said


def beyond(estimate: Estimate) -> str:
    """What the curve gives past the last model: 58x; empty where it is not continued."""
    said = formatting.times(estimate.ceg, 2)
    return wording.gain_link(estimate, said) if estimate.status == "extrapolated" else ""


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


def flat_baseline(book: Analysis, comparisons: Sequence[str]) -> alt.Chart | alt.LayerChart:
    """A family that does not rise with compute, and its smallest model enhanced, with its bound."""
    pairs = both(book, comparisons)
    if not pairs or not pairs[0].extra.lower_bound:
        return left_out.panel("", HEIGHT)
    arrow = _arrow(pairs[0].enhanced, pairs[0].extra, 1, observed(pairs[0].extra))
    return _chart(book, pairs, pairs[:1], [arrow])


def two_definitions(book: Analysis, comparisons: Sequence[str], model: str) -> alt.Chart | alt.LayerChart:
    """Both families against compute, with an arrow for each definition, from one model.

    To the right, at its enhanced score: the extra compute. To the left, at its other score: the reduction.
    """
    pairs = both(book, comparisons)
    one = next((b for b in pairs if b.enhanced.model.model == model), None)
    if one is None:
        return left_out.panel("", HEIGHT)
    further, seen = beyond(one.extra), observed(one.extra)
    extra = f"{further} to match ({seen})" if further else f"{seen} to match"
    less = f"saves {beyond(one.reduction) or observed(one.reduction)}"
    arrows = [_arrow(one.enhanced, one.extra, 1, extra), _arrow(one.unenhanced, one.reduction, -1, less)]
    return _chart(book, pairs, pairs, arrows)


def slope_in_words(book: Analysis, comparison: str) -> str:
    """What the slope of the unenhanced models says, and what it would ask for."""
    case, steps = book.find(comparison), book.estimate(comparison).steps
    if case is None or steps is None or steps.fit is None:
        return "How fast the score rises with compute is not available under these assumptions."
    line, transform = steps.fit, case.scale.transform(book.assumptions.transform)
    missing = transform(case.enhanced.point.score) - transform(case.baselines[-1].point.score)
    unit = (
        "in log odds (the logarithm of right over wrong)"
        if book.assumptions.transform == "logit"
        else "points"
    )
    error = formatting.significant(line.slope_se)
    known = "two points, which is little to go by" if line.rises else "which cannot be told from no rise"
    return (
        f"From the smaller to the larger, the score rises by {formatting.significant(line.slope)} ± {error} "
        f"{unit} for each tenfold of training compute, {known}. Taken at face value, that slope would need "
        f"{formatting.significant(missing / line.slope)} more factors of ten in compute to get there, a "
        "number that estimates nothing."
    )


def _inverse(ratio: float | None) -> float | None:
    return None if ratio is None else 1 / ratio


def _arrow(start: Sample, estimate: Estimate, direction: int, says: str) -> dict:
    """From a point to C' (direction 1) or C'' (-1), or as far as the bound holds, in log10 FLOP."""
    at = math.log10(start.point.flop)
    ratio = estimate.ceg or estimate.lower_bound
    bound = estimate.lower_bound if estimate.status == "extrapolated" else None
    return {
        "x": at,
        "y": start.point.score,
        "to": at + direction * math.log10(ratio) if ratio else None,
        "bound": at + direction * math.log10(bound) if bound else None,
        "status": estimate.status,
        "says": says,
        "to_right": direction > 0,
    }


def _chart(
    book: Analysis, family: Sequence[Both], enhanced: Sequence[Both], arrows: Sequence[dict]
) -> alt.LayerChart:
    """The unenhanced scores of a family against compute, some of the enhanced ones, and arrows between."""
    c = book.evidence.comparisons[family[0].extra.comparison]
    benchmark = book.evidence.benchmarks[book.evidence.results[c.enhanced].benchmark]
    enhancement = book.evidence.enhancements[c.enhancement]
    colour = CATEGORY[enhancement.category]
    arrows = [a for a in arrows if a["to"] is not None]
    arms = {"unenhanced": [b.unenhanced for b in family], "enhanced": [b.enhanced for b in enhanced]}
    every = [s.point for some in arms.values() for s in some]
    ends = [a[k] for a in arrows for k in ("to", "bound") if a[k] is not None]
    reached = [*(math.log10(p.flop) for p in every), *ends]
    low, high = min(reached), max(reached)
    span, pad = high - low, 0.14 * (max(p.score for p in every) - min(p.score for p in every))
    x = compute_axis("x", (low - 0.14 * span, high + 0.12 * span), (low, high))
    scores = (min(p.score for p in every) - pad, max(p.score for p in every) + pad)
    y = axis(alt.Y, "y", measured(benchmark), scores, tickCount=5)
    with_it = (
        enhancement.name if enhancement.name[1:] != enhancement.name[1:].lower() else enhancement.name.lower()
    )
    layers = [
        *_arm(book, arms["unenhanced"], "unenhanced", "alone", MUTED, high - 0.1 * span, x, y),
        *_arm(book, arms["enhanced"], "enhanced", f"with {with_it}", colour, high, x, y),
    ]
    for arrow in arrows:
        layers += _drawn(arrow, colour if arrow["to_right"] else SAVED, x, y)
    said = "; ".join(f"{s.model.model} {arm} {s.result.score!r}" for arm, some in arms.items() for s in some)
    gains = "; ".join(a["says"] for a in arrows)
    return alt.layer(*layers).properties(
        height=HEIGHT,
        description=f"{enhancement.name}, {benchmark.name}, score against training compute: {said}. "
        f"Training compute: {gains}.",
    )


def _arm(
    book: Analysis, samples: Sequence[Sample], arm: str, name: str, ink: str, edge: float, x, y
) -> list[alt.Chart]:
    """Points of one arm with their curve and sizes; ``name`` beside the last, to its left past ``edge``."""
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
    last = points[-1]["x"] > edge
    in_full = len(points) == 1 if arm == "enhanced" else not last  # where there is room
    points[-1]["label"] = f"{points[-1]['model' if in_full else 'label']} {name}"
    if arm == "unenhanced":
        own, ending = {"dy": 17}, {"dy": 17, "align": "right" if last else "left", "dx": 10 if last else -8}
    else:
        own = {"align": "right", "dx": -9, "dy": -3}
        ending = own if len(points) > 1 else {"align": "left", "dx": -6, "dy": -13}
    layers = [layer(curve, "line", x, y, color=ink, strokeWidth=1.5)] if len(points) > 1 else []
    layers.append(layer(points, "point", x, y, tooltip=shown, filled=True, size=65, opacity=1, color=ink))
    for some, place in ((points[:-1], own), (points[-1:], ending)):
        if some:
            layers.append(layer(some, "text", x, y, text="label", color=ink, fontSize=12, **place))
    return layers


def _drawn(arrow: dict, colour: str, x, y) -> list[alt.Chart]:
    """An arrow with its words: below its end where it goes to the right, else below its start."""
    row, to = [arrow], alt.X("to:Q")
    shape, filled = ENDS[arrow["status"]]
    shape = shape if arrow["to_right"] else shape.replace("right", "left")
    end = {"shape": shape, "filled": filled, "size": 75, "color": colour, "opacity": 1, "strokeWidth": 2}
    line = {"color": colour, "strokeWidth": 2, "strokeDash": DASHES[arrow["status"]]}
    at, place = (to, {"align": "right", "dx": 6}) if arrow["to_right"] else (x, {"align": "left", "dx": 18})
    layers = [
        layer(row, "rule", x, alt.X2("to:Q"), y, **line),
        layer(row, "point", to, y, **end),
        layer(row, "text", at, y, text="says", dy=18, color=colour, fontWeight="bold", **place),
    ]
    if arrow["bound"] is not None:
        bound = {"shape": "triangle-right", "filled": True, "size": 75, "opacity": 1}
        layers.append(layer(row, "point", alt.X("bound:Q"), y, color=colour, **bound))
    return layers
