"""Where gains turn to loss, a mark a model; and what was found against what could be found at all."""

import math
from collections.abc import Iterable, Sequence

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.chapters.since_2023 import model as since
from ceg.chapters.since_2023.heat_map import BENCHMARK, HOW_KNOWN, OUTCOME, described, exported, headed
from ceg.chapters.since_2023.model import Row
from ceg.estimator.gain import Estimate
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import axis, layer, multiples, of_panels, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE, theme
from ceg.prose import wording
from ceg.survey import survey
from sphinx_fresh.show import Figure


def dots(analysis: Analysis, found: Sequence[Row], **figure: object) -> Figure:
    """A row a benchmark, a mark a model, bigger for bigger ones.

    Left of 1x the enhanced model does worse than its compute buys.
    """
    models = list(since.by_model(found))
    order, marks, rows = [], [], []
    for row in found:
        order += [d for d in [row.domain] if d not in order] + [row.benchmark.name]
        for model, e in row.estimates.items():
            rows.append([row.domain, row.benchmark.name, model, *exported(e)])
            if e.status not in survey.SAYING:
                continue
            bounded = "more" if e.lower_bound else "less" if e.upper_bound else "ring"
            kind = "point" if e.status == "interpolated" else bounded
            quiet = CATEGORY["tool use"] if since.rises(e) else MUTED
            mark = {
                "benchmark": row.benchmark.name,
                "model": model,
                "size": 35 + 55 * models.index(model),
                "says": wording.ceg(e),
                "tone": CATEGORY["prompting"] if since.sign(analysis, e) < 0 else quiet,
                "noted": since.noted(e),
                **provenance.of_comparison(analysis, e.comparison),
            }
            marks.append(mark | {"kind": kind, "x": round(math.log10(since.sure(e)), 4)})
            if e.status == "extrapolated" and (e.lower_bound or e.upper_bound):
                marks.append(mark | {"kind": "ring", "x": round(math.log10(e.ceg), 4)})
    columns = ["domain", "benchmark", "model", *OUTCOME]
    if not marks:
        return of_panels([left_out.panel("", 20 * len(order))], columns, rows, **figure)
    ticks = multiples((0.1, 0.3, 1, 3, 10, 30, 100), ".1~r", labelOverlap="greedy")
    ends = [m["x"] for m in marks]
    x = axis(alt.X, "x", "compute-equivalent gain", (min(ends) - 0.1, max(ends) + 0.1), **ticks)
    y = headed("benchmark:N", order, {r.domain for r in found})
    shown = tips(*BENCHMARK, *HOW_KNOWN)
    size, tone = alt.Size("size:Q", scale=None), alt.Color("tone:N", scale=None)
    layers = [layer([{"x": 0}], "rule", x, color=MUTED)]
    for kind, style in KINDS.items():
        if some := [m for m in marks if m["kind"] == kind]:
            layers.append(layer(some, "point", x, y, size, tone, tooltip=shown, opacity=0.85, **style))
    return Figure(
        description=described("Dots", found),
        columns=columns,
        rows=rows,
        spec=theme(alt.layer(*layers), 20 * len(order)),
        sources=provenance.behind(analysis, [r[-1] for r in rows]),
        **figure,
    )


KINDS = {
    "ring": {"shape": "circle", "filled": False, "strokeWidth": 1.5},
    "point": {"shape": "circle", "filled": True},
    "more": {"shape": "triangle-right", "filled": True},
    "less": {"shape": "triangle-left", "filled": True},
}
"""Marks from back to front: extrapolated, interpolated, at least, at most."""


def ceiling(analysis: Analysis, estimates: Iterable[Estimate], **figure: object) -> Figure:
    """The gain found against the greatest bound that the family allows, on baselines that rise.

    Equal ones are one mark.
    """
    known = [e for e in estimates if since.rises(e) and e.status in survey.SAYING]
    marks = _gathered(analysis, known)
    columns = ["most", "found", "kind", "comparisons", "enhancements"]
    rows = [[m["most"], m["found"], m["kind"], m["n"], m["of"]] for m in marks]
    if not marks:
        return of_panels([left_out.panel("", CEILING)], columns, rows, **figure)
    said = "; ".join(
        f"{c.size} with {span(c)}, of which {formatting.part(c.censored)} have no value inside the family"
        for c in since.by_room(analysis, known)
        if c.size
    )
    return Figure(
        description=f"Gain found against the most that could be found. {said}.",
        columns=columns,
        rows=rows,
        spec=theme(_ceiling(analysis, marks), CEILING),
        sources=provenance.behind(analysis, [e.comparison for e in known]),
        **figure,
    )


CEILING = 380
UPRIGHT = KINDS | {
    "more": {"shape": "triangle-up", "filled": True},
    "less": {"shape": "triangle-down", "filled": True},
}


def _gathered(analysis: Analysis, known: Iterable[Estimate]) -> list[dict]:
    """A mark for each place in hundredths of a decade and each kind of estimate there."""
    heaps: dict[tuple, list[Estimate]] = {}
    for e in known:
        place = (since.room(analysis, e.comparison), since.rank(e))
        heaps.setdefault((_kind(e), *(round(math.log10(v), 2) for v in place)), []).append(e)
    return [
        {
            "kind": kind,
            "x": x,
            "y": y,
            "size": 22 + 14 * len(some),
            "n": len(some),
            "most": formatting.six(10**x),
            "found": formatting.six(10**y),
            "room": f"{formatting.significant(10**x)}x",
            "says": wording.ceg(some[0]) if len(some) == 1 else f"about {formatting.significant(10**y)}x",
            "of": formatting.listed(
                sorted({analysis.evidence.enhancements[e.enhancement].name for e in some})
            ),
        }
        for (kind, x, y), some in sorted(heaps.items())
    ]


def _kind(estimate: Estimate) -> str:
    """One of ``KINDS``."""
    if estimate.status == "bound":
        return "more" if estimate.lower_bound else "less"
    return "point" if estimate.status == "interpolated" else "ring"


def _ceiling(analysis: Analysis, marks: Sequence[dict]) -> alt.LayerChart:
    xs, ys = [m["x"] for m in marks], [m["y"] for m in marks]
    low, high = min(xs) - 0.15, max(xs) + 0.15
    ticks = multiples((0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000))
    title = "biggest plain compute over the enhanced"
    x = axis(alt.X, "x", title, (low, high), labelOverlap="greedy", **ticks)
    y = axis(alt.Y, "y", "compute-equivalent gain found", (min(ys) - 0.15, max(ys) + 0.2), **ticks)
    shown = tips("of=enhancement", "says=CEG", "room=at most", "n=comparisons")
    a = analysis.assumptions
    lines = [
        {"y": math.log10(v), "x": high, "says": f"{v:g}x"}
        for v in (1, a.threshold_large, a.threshold_very_large)
    ]
    layers = [
        layer(lines, "rule", y, color=RULE),
        layer(lines, "text", x, y, text="says", align="right", dy=-6, color=MUTED, fontSize=12),
        layer(
            [{"x": low, "y": low}, {"x": high, "y": high}],
            "line",
            x,
            y,
            color=INK,
            strokeWidth=1,
            strokeDash=[4, 3],
        ),
    ]
    tones = {"point": MUTED, "ring": CATEGORY["tool use"], "more": INK, "less": MUTED}
    for kind, style in UPRIGHT.items():
        if some := [m for m in marks if m["kind"] == kind]:
            drawn = layer(some, "point", opacity=0.6 if kind == "point" else 0.9, color=tones[kind], **style)
            layers.append(drawn.encode(x, y, alt.Size("size:Q", scale=None), tooltip=shown))
    return alt.layer(*layers)


def span(c: since.Class) -> str:
    """A class of room in words."""
    if c.up_to is None:
        return f"room above {c.above:g}x"
    return "nothing bigger" if not c.above else f"room from {c.above:g}x to {c.up_to:g}x"
