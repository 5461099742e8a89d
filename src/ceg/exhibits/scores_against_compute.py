"""Score against training compute, with the CEG drawn as the horizontal distance to the unenhanced family."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis, Case
from ceg.estimator.gain import Estimate
from ceg.estimator.scaling import isotonic
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import compute_axis, layer, measured, tips
from ceg.exhibits.theme import CATEGORY, MUTED
from ceg.prose import wording
from ceg.prose.compared_scores import Group, by_benchmark, compared_scores, families, rows_of

ENDS = {
    "interpolated": ("triangle-right", True),
    "extrapolated": ("circle", False),
    "bound": ("triangle-right", True),
}
"""How the arrow of each status ends: shape, and whether it is filled."""

TIP = ("model", "variant", "score", "compute", "source", "provenance")
"""What the tooltip of a model says; an enhanced one has its CEG besides."""

DASHES = {"interpolated": [], "extrapolated": [2, 2], "bound": [5, 3]}


def against_compute(
    book: Analysis,
    comparisons: Sequence[str],
    *,
    title: str | None = None,
    score_title: str = "",
) -> alt.LayerChart:
    """Score against training compute: comparisons on one benchmark.

    Grey: the unenhanced models, joined by the isotonic curve of each family. In colour: the enhanced models,
    with an arrow to C' (interpolated), a ring at C' and a tick at the bound (extrapolated), or a dashed arrow
    to the bound. A chart of which the assumptions leave nothing says so.

    Args:
        book: the evidence under its assumptions.
        comparisons: ids of comparisons on the same benchmark.
        title: above the chart.
        score_title: of the axis; left out, the benchmark's metric.

    Raises:
        ValueError: the comparisons are on several benchmarks.
    """
    groups = by_benchmark(book, comparisons)
    if len(groups) != 1:
        named = formatting.listed([book.evidence.benchmarks[b].name for b in groups]) or "none"
        raise ValueError(f"against_compute takes comparisons on one benchmark; these are on {named}")
    [(benchmark, group)] = groups.items()
    name = title or book.evidence.benchmarks[benchmark].name
    chart = _chart(book, name, group, _reach(group), score_title)
    return chart.properties(title=_flagged(title, group)) if title else chart


def panels(
    book: Analysis,
    comparisons: Sequence[str],
    *,
    titles: Iterable[str] = (),
    score_title: str = "",
    height: int | None = None,
) -> list[alt.LayerChart]:
    """Score against training compute on several benchmarks: a chart for each, with one range of compute.

    Args:
        book: the evidence under its assumptions.
        comparisons: ids of comparisons.
        titles: of the charts, in the order of the benchmarks; left out, the benchmarks' names.
        score_title: of the axis; left out, each benchmark's metric.
        height: of each chart, in px; left out, that of the book's charts.

    Raises:
        ValueError: as many titles are needed as there are benchmarks.
    """
    groups = by_benchmark(book, comparisons)
    ends = _reach([pair for group in groups.values() for pair in group])
    names = [book.evidence.benchmarks[b].name for b in groups]
    titles = list(titles) or names
    if len(titles) != len(names):
        raise ValueError(f"titles: {len(titles)} for {len(names)} benchmarks ({formatting.listed(names)})")
    charts = [
        _chart(book, title, group, ends, score_title).properties(title=_flagged(title, group))
        for title, group in zip(titles, groups.values(), strict=True)
    ]
    return [chart.properties(height=height) for chart in charts] if height else charts


def evidence(book: Analysis, comparisons: Sequence[str], note: str = "") -> dict[str, Any]:
    """What ``show`` takes beside the charts of comparisons: their scores, their sources and a note.

    The note names what the assumptions leave out, after the figure's own.
    """
    scores = compared_scores(book, comparisons)
    return {
        "data": scores,
        "sources": provenance.behind(book, scores["result"]),
        "note": left_out.note(book, comparisons, note),
    }


def _reach(group: Group) -> tuple[float, float] | None:
    """The ends of what is drawn, in log10 FLOP."""
    found = [math.log10(s.point.flop) for case, _ in group for s in (case.enhanced, *case.baselines)]
    found += [arrow["to"] for case, estimate in group if (arrow := _arrow(case, estimate))]
    return (min(found), max(found)) if found else None


def _chart(book: Analysis, name: str, group: Group, ends, score_title: str) -> alt.LayerChart:
    """The chart without its title, with what it says, read aloud."""
    if not group or ends is None:
        return alt.layer(left_out.chart()).properties(description=f"{name}: {left_out.WORDS}.")
    unenhanced, enhanced = rows_of(book, group)
    chart = _panel(book, group, unenhanced, enhanced, ends, score_title)
    return chart.properties(description=_said(book, _flagged(name, group), group))


def _flagged(title: str, group: Group) -> str:
    """The title, marked where all the estimates are."""
    flat = group and all("flat_baseline" in estimate.flags for _, estimate in group)
    return f"{title} (flat baseline)" if flat else title


def _panel(analysis, group, unenhanced, enhanced, domain, score_title) -> alt.LayerChart:
    first = group[0][0]
    evidence = analysis.evidence
    benchmark = evidence.benchmarks[first.enhanced.result.benchmark]
    colour = CATEGORY[evidence.enhancements[first.comparison.enhancement].category]
    low, high = domain
    ends = low - 0.17 * (high - low) - 0.1, high + 0.2 * (high - low)
    x = compute_axis("log10_flop", ends, domain)
    y = alt.Y(
        "score:Q",
        title=score_title or measured(benchmark),
        scale=alt.Scale(zero=False, nice=True, padding=14, reverse=not benchmark.higher_is_better),
        axis=alt.Axis(tickCount=5),
    )
    arrows = [arrow for case, estimate in group if (arrow := _arrow(case, estimate))]
    return alt.layer(
        *_unenhanced(families(group), unenhanced, x, y, low + 0.7 * (high - low)),
        *_gains(arrows, colour, x, y),
        *_enhanced(len(families(group)) > 1, enhanced, colour, x, y),
    )


def _unenhanced(families: dict[str, Case | None], rows: list[dict], x, y, turn: float) -> list[alt.Chart]:
    """The unenhanced models, named where there is room, and a curve for each family."""
    layers = []
    for case in families.values():
        if case and len(case.baselines) > 1:
            fitted = isotonic([s.point for s in case.baselines])
            curve = [{"log10_flop": math.log10(f), "score": case.scale.oriented(s)} for f, s in fitted]
            layers.append(layer(curve, "line", x, y, color=MUTED, strokeWidth=1.5))
    shown = tips(*(f"{f}={f}" for f in TIP))
    layers.append(layer(rows, "point", x, y, tooltip=shown, filled=True, size=55, color=MUTED, opacity=1))
    named = _spread(rows)
    for some, align, dx in (
        ([r for r in named if r["log10_flop"] <= turn], "left", 6),
        ([r for r in named if r["log10_flop"] > turn], "right", 22 if len(families) > 1 else 10),
    ):
        if some:
            style = {"align": align, "dx": dx, "dy": 13, "color": MUTED, "fontSize": 12}
            layers.append(layer(some, "text", x, y, text="label", **style))
    return layers


def _spread(rows: list[dict], gap: float = 0.25) -> list[dict]:
    """Labels only where there is room: of models closer than ``gap`` decades the bigger one is named."""
    kept: list[dict] = []
    for row in sorted(rows, key=lambda r: -r["log10_flop"]):
        if all(abs(row["log10_flop"] - k["log10_flop"]) >= gap for k in kept):
            kept.append(row)
    return kept


def _enhanced(long: bool, rows: list[dict], colour: str, x, y) -> list[alt.Chart]:
    """The enhanced models, named beside their points (below, where the name is long)."""
    beside = {"align": "left", "dx": -4, "dy": 14} if long else {"align": "right", "dx": -9, "dy": 4}
    shown = tips(*(f"{f}={f}" for f in TIP[:-2]), "ceg=CEG", *(f"{f}={f}" for f in TIP[-2:]))
    return [
        layer(rows, "point", x, y, tooltip=shown, filled=True, size=75, color=colour, opacity=1),
        layer(rows, "text", x, y, text="label", color=colour, fontSize=12, **beside),
    ]


def _gains(arrows: list[dict], colour: str, x, y) -> list[alt.Chart]:
    """The CEG of each enhanced model: a line to C', its end by status, the bracket, and the number."""
    to = alt.X("to:Q")
    layers = []
    for status, (shape, filled) in ENDS.items():
        some = [a for a in arrows if a["status"] == status]
        if some:
            line = {"strokeWidth": 2, "strokeDash": DASHES[status]}
            end = {"shape": shape, "filled": filled, "size": 70, "opacity": 1, "strokeWidth": 2}
            layers.append(layer(some, "rule", x, alt.X2("to:Q"), y, color=colour, **line))
            layers.append(layer(some, "point", to, y, color=colour, **end))
    open_ended = [a for a in arrows if a["ceiling"] is not None]
    if open_ended:  # how far a bound can reach at most
        rest = {"color": colour, "strokeWidth": 1, "opacity": 0.8}
        layers.append(layer(open_ended, "rule", to, alt.X2("ceiling:Q"), y, **rest))
    ticks = [a | {"tick": a[k]} for a in arrows for k in ("floor", "ceiling") if a[k] is not None]
    if ticks:
        layers.append(layer(ticks, "tick", alt.X("tick:Q"), y, thickness=2, size=11, color=colour))
    if arrows:
        bold = {"align": "center", "dy": -9, "color": colour, "fontWeight": "bold"}
        layers.append(layer(arrows, "text", alt.X("middle:Q"), y, text="says", **bold))
    return layers


def _arrow(case: Case, estimate: Estimate) -> dict | None:
    """From the enhanced point to C' or to the model that bounds it, in log10 FLOP, with the number."""
    ratio = estimate.ceg or estimate.lower_bound
    if ratio is None:
        return None
    start = math.log10(case.enhanced.point.flop)
    end = start + math.log10(ratio)
    low, high = (b and round(start + math.log10(b), 6) for b in (estimate.lower_bound, estimate.upper_bound))
    return {
        "comparison": estimate.comparison,
        "status": estimate.status,
        "log10_flop": round(start, 6),
        "to": round(end, 6),
        "middle": round((start + end) / 2, 6),
        "floor": low if estimate.status == "extrapolated" else None,
        "ceiling": high if estimate.status == "bound" else None,
        "score": float(case.enhanced.result.score),
        "says": bound_first(estimate),
    }


def bound_first(estimate: Estimate) -> str:
    """A CEG beside its arrow; of an extrapolated one the bound first: ≥3.2x (to 7x)."""
    if estimate.status == "extrapolated" and estimate.lower_bound:
        return f"{formatting.at_least(estimate.lower_bound)} (to {formatting.times(estimate.ceg, 2)})"
    return wording.ceg(estimate)


def _said(analysis: Analysis, title: str, group: Group) -> str:
    first = group[0][0]
    evidence = analysis.evidence
    unit = evidence.benchmarks[first.enhanced.result.benchmark].unit
    family = ", ".join(f"{s.model.model} {s.result.score:g}" for s in first.baselines)
    enhanced = "; ".join(
        f"{case.enhanced.model.model} with {evidence.enhancements[case.comparison.enhancement].name} "
        f"{case.enhanced.result.score:g}, CEG {wording.ceg(estimate)}"
        for case, estimate in group
    )
    return (
        f"{title}, score ({unit}) against training compute. Without the enhancement: {family}. "
        f"With it: {enhanced}."
    )
