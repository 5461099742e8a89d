"""Score against training compute, with the CEG drawn as the horizontal distance to the unenhanced family."""

import math
import re
from collections.abc import Sequence

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis, Case, Sample
from ceg.estimator.gain import Estimate
from ceg.estimator.scaling import isotonic
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import compute_axis, layer, measured, of_panels, tips
from ceg.exhibits.theme import CATEGORY, MUTED, theme
from ceg.prose import wording
from sphinx_fresh.show import Figure

ENDS = {
    "interpolated": ("triangle-right", True),
    "extrapolated": ("circle", False),
    "bound": ("triangle-right", True),
}
"""How the arrow of each status ends: shape, and whether it is filled."""

COLUMNS = (
    "result",
    "arm",
    "model",
    "variant",
    "benchmark",
    "score",
    "unit",
    "training_flop",
    "compute_certainty",
    "compute",
    "ceg",
    "source",
    "provenance",
)
"""What the table under a figure has."""

TIP = ("model", "variant", "score", "compute", "source", "provenance")
"""What the tooltip of a model says; an enhanced one has its CEG besides."""

DASHES = {"interpolated": [], "extrapolated": [2, 2], "bound": [5, 3]}


def against_compute(
    analysis: Analysis,
    comparisons: Sequence[str],
    *,
    titles: Sequence[str] | None = None,
    score_title: str = "",
    height: int = 300,
    **figure: object,
) -> Figure:
    """Score against training compute, a panel for each benchmark of the comparisons.

    Or titled as ``titles``.

    Grey: the unenhanced models, joined by the isotonic curve of each family. In colour: the
    enhanced models, with an arrow to C' (interpolated), a ring at C' and a tick at the bound (extrapolated),
    or a dashed arrow to the bound. What the assumptions leave out is named in the note; a panel of which
    nothing is left says so.
    """
    ev = analysis.evidence
    groups: dict[str, list[tuple[Case, Estimate]]] = {}
    for comparison in comparisons:
        group = groups.setdefault(ev.results[ev.comparisons[comparison].enhanced].benchmark, [])
        if case := analysis.find(comparison):
            group.append((case, analysis.estimate(comparison)))
    drawn = [pair for group in groups.values() for pair in group]
    reached = [math.log10(s.point.flop) for case, _ in drawn for s in (case.enhanced, *case.baselines)]
    reached += [arrow["to"] for case, estimate in drawn if (arrow := _arrow(case, estimate))]
    titles = titles or [ev.benchmarks[b].name for b in groups]
    specs, rows = [], []
    for title, group in zip(titles, groups.values(), strict=True):
        if not group:
            specs.append(left_out.panel(title if len(groups) > 1 else "", height))
            continue
        if all("flat_baseline" in estimate.flags for _, estimate in group):
            title += " (flat baseline)"
        unenhanced, enhanced = _rows(analysis, group)
        chart = _panel(analysis, group, unenhanced, enhanced, (min(reached), max(reached)), score_title)
        chart = chart.properties(title=title) if len(groups) > 1 else chart
        specs.append(theme(chart, height, _said(analysis, title, group)))
        rows += [*unenhanced, *enhanced]
    sources = provenance.behind(analysis, [r["result"] for r in rows])
    figure = left_out.noted(figure, analysis, comparisons)
    return of_panels(specs, COLUMNS, [[r[k] for k in COLUMNS] for r in rows], sources=sources, **figure)


def _rows(analysis: Analysis, group: Sequence[tuple[Case, Estimate]]) -> tuple[list[dict], list[dict]]:
    """The unenhanced samples, each once, and the enhanced ones, as rows to draw and to download."""
    size_only = len(_families(group)) == 1

    def labelled(sample: Sample, arm: str, ceg: str = "") -> dict:
        made = row(analysis, sample.result, sample.point.flop, arm, ceg)
        return made | {"label": _label(sample.result.model, size_only)}

    baselines = {s.result.result: s for case, _ in group for s in case.baselines}
    unenhanced = [labelled(s, "unenhanced") for s in baselines.values()]
    return unenhanced, [labelled(case.enhanced, "enhanced", wording.ceg(e)) for case, e in group]


def _families(group: Sequence[tuple[Case, Estimate]]) -> dict[str, Case | None]:
    """The families of a panel's models, each with a case that has its baselines; None across families."""
    found: dict[str, Case | None] = {}
    for case, _ in group:
        for sample in (case.enhanced, *case.baselines):
            found.setdefault(sample.model.family, None)
        if not case.comparison.cross_family and not found[case.enhanced.model.family]:
            found[case.enhanced.model.family] = case
    return found


def row(analysis: Analysis, result: tuple, flop: float, arm: str, ceg: str = "") -> dict:
    """A score as it is drawn and downloaded; ``flop``: its model's training compute."""
    benchmark = analysis.evidence.benchmarks[result.benchmark]
    return {
        "result": result.result,
        "arm": arm,
        "model": result.model,
        "variant": result.variant,
        "benchmark": benchmark.name,
        "score": float(result.score),
        "unit": benchmark.unit,
        "training_flop": formatting.six(flop),
        "compute_certainty": analysis.evidence.models[result.model].certainty,
        "compute": formatting.flop(flop) + " FLOP",
        "ceg": ceg,
        **provenance.said(analysis, result.result),
        "log10_flop": round(math.log10(flop), 6),
    }


def _label(model: str, size_only: bool) -> str:
    """The model's size where all are of one family, else its name."""
    size = model.rpartition(" ")[2]
    return size if size_only and re.fullmatch(r"[\d.]+[MBT]", size) else model


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
        *_unenhanced(_families(group), unenhanced, x, y, low + 0.7 * (high - low)),
        *_gains(arrows, colour, x, y),
        *_enhanced(len(_families(group)) > 1, enhanced, colour, x, y),
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


def _said(analysis: Analysis, title: str, group: Sequence[tuple[Case, Estimate]]) -> str:
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
