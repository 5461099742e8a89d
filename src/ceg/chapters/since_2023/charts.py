"""Gains by benchmark and model: a heat map, dots that show gain and loss, and what could be seen at all."""

import math
from collections.abc import Iterable, Sequence

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.chapters.since_2023 import model as since
from ceg.chapters.since_2023.heat_map import COLUMNS, described, headed
from ceg.chapters.since_2023.model import Row
from ceg.estimator.gain import Estimate
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import layer
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE, theme
from ceg.prose import wording
from ceg.survey import survey
from sphinx_fresh.show import Figure


def dots(analysis: Analysis, found: Sequence[Row], *, name: str, caption: str, **figure: object) -> Figure:
    """A row a benchmark, a mark a model, bigger for bigger ones.

    Left of 1x the enhanced model does worse than its compute buys.
    """
    models = list(since.by_model(found))
    order, marks, rows = [], [], []
    for row in found:
        order += [d for d in [row.domain] if d not in order] + [row.benchmark.name]
        for model, e in row.estimates.items():
            rows.append(
                [
                    row.domain,
                    row.benchmark.name,
                    model,
                    e.status,
                    *(formatting.six(v) for v in (e.ceg, e.lower_bound, e.upper_bound)),
                    " ".join(e.flags),
                    e.comparison,
                ]
            )
            if e.status not in survey.SAYING:
                continue
            sure = e.ceg if e.status == "interpolated" else e.lower_bound or e.upper_bound or e.ceg
            kind = (
                "point"
                if e.status == "interpolated"
                else "more"
                if e.lower_bound
                else "less"
                if e.upper_bound
                else "ring"
            )
            mark = {
                "benchmark": row.benchmark.name,
                "model": model,
                "size": 35 + 55 * models.index(model),
                "says": wording.ceg(e),
                "tone": CATEGORY["prompting"]
                if since.sign(analysis, e) < 0
                else CATEGORY["tool use"]
                if since.rises(e)
                else MUTED,
                "noted": ", ".join(e.flags).replace("_", " ") or "none",
                **provenance.of_comparison(analysis, e.comparison),
            }
            marks.append(mark | {"kind": kind, "x": round(math.log10(sure), 4)})
            if e.status == "extrapolated" and (e.lower_bound or e.upper_bound):
                marks.append(mark | {"kind": "ring", "x": round(math.log10(e.ceg), 4)})
    columns = ["domain", "benchmark", "model", *COLUMNS[6:]]
    if not marks:
        spec = left_out.panel("", 20 * len(order))
        return Figure(name, caption, spec["description"], columns, rows, spec=spec, **figure)
    ticks = [math.log10(t) for t in (0.1, 0.3, 1, 3, 10, 30, 100)]
    ends = [m["x"] for m in marks]
    x = alt.X(
        "x:Q",
        title="compute-equivalent gain",
        scale=alt.Scale(domain=[min(ends) - 0.1, max(ends) + 0.1], nice=False),
        axis=alt.Axis(
            values=ticks,
            labelExpr="format(pow(10, datum.value), '.1~r') + 'x'",
            grid=False,
            labelOverlap="greedy",
        ),
    )
    y = headed("benchmark:N", order, {r.domain for r in found})
    tips = [
        alt.Tooltip(f"{k}:N", title=t)
        for k, t in (
            ("benchmark", "benchmark"),
            ("model", "model"),
            ("says", "CEG"),
            ("noted", "flags"),
            ("source", "source"),
            ("provenance", "provenance"),
        )
    ]
    layers = [layer([{"x": 0}], "rule", color=MUTED).encode(x)]
    for kind, style in KINDS.items():
        if some := [m for m in marks if m["kind"] == kind]:
            drawn = layer(some, "point", opacity=0.85, **style)
            size = alt.Size("size:Q", scale=None)
            layers.append(drawn.encode(x, y, size, color=alt.Color("tone:N", scale=None), tooltip=tips))
    return Figure(
        name,
        caption,
        described("Dots", found),
        columns,
        rows,
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


def ceiling(
    analysis: Analysis, estimates: Iterable[Estimate], *, name: str, caption: str, **figure: object
) -> Figure:
    """The gain found against the greatest bound that the family allows, on baselines that rise.

    Equal ones are one mark.
    """
    known = [e for e in estimates if since.rises(e) and e.status in survey.SAYING]
    marks = _gathered(analysis, known)
    ids = [e.comparison for e in known]
    columns = ["most", "found", "kind", "comparisons", "enhancements"]
    rows = [[m["most"], m["found"], m["kind"], m["n"], m["of"]] for m in marks]
    if not marks:
        spec = left_out.panel("", CEILING)
        return Figure(name, caption, spec["description"], columns, rows, spec=spec, **figure)
    classes = since.by_room(analysis, known)
    said = "; ".join(
        f"{c.size} with {span(c)}, of which {formatting.part(c.censored)} have no value inside the family"
        for c in classes
        if c.size
    )
    spec = theme(_ceiling(analysis, marks), CEILING)
    sources = provenance.behind(analysis, ids)
    return Figure(
        name,
        caption,
        f"Gain found against the most that could be found. {said}.",
        columns,
        rows,
        spec=spec,
        sources=sources,
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
    ticks = [math.log10(t) for t in (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)]
    axis = {"values": ticks, "labelExpr": "format(pow(10, datum.value), ',.1~r') + 'x'", "grid": False}
    x = alt.X(
        "x:Q",
        title="biggest plain compute over the enhanced",
        scale=alt.Scale(domain=[low, high], nice=False),
        axis=alt.Axis(labelOverlap="greedy", **axis),
    )
    y = alt.Y(
        "y:Q",
        title="compute-equivalent gain found",
        scale=alt.Scale(domain=[min(ys) - 0.15, max(ys) + 0.2], nice=False),
        axis=alt.Axis(**axis),
    )
    tips = [
        alt.Tooltip(f"{k}:N", title=t)
        for k, t in (("of", "enhancement"), ("says", "CEG"), ("room", "at most"), ("n", "comparisons"))
    ]
    a = analysis.assumptions
    lines = [
        {"y": math.log10(v), "x": high, "says": f"{v:g}x"}
        for v in (1, a.threshold_large, a.threshold_very_large)
    ]
    layers = [
        layer(lines, "rule", color=RULE).encode(y=y),
        layer(lines, "text", align="right", dy=-6, color=MUTED, fontSize=12).encode(x, y, text="says:N"),
        layer(
            [{"x": low, "y": low}, {"x": high, "y": high}],
            "line",
            color=INK,
            strokeWidth=1,
            strokeDash=[4, 3],
        ).encode(x, y),
    ]
    tones = {"point": MUTED, "ring": CATEGORY["tool use"], "more": INK, "less": MUTED}
    for kind, style in UPRIGHT.items():
        if some := [m for m in marks if m["kind"] == kind]:
            drawn = layer(some, "point", opacity=0.6 if kind == "point" else 0.9, color=tones[kind], **style)
            layers.append(drawn.encode(x, y, alt.Size("size:Q", scale=None), tooltip=tips))
    return alt.layer(*layers)


def span(c: since.Class) -> str:
    """A class of room in words."""
    if c.up_to is None:
        return f"room above {c.above:g}x"
    return "nothing bigger" if not c.above else f"room from {c.above:g}x to {c.up_to:g}x"
