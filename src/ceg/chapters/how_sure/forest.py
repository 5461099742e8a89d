"""How sure the headlines are, drawn: their intervals and bounds, the sources of error, the counts."""

import math
from collections.abc import Sequence

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import PROBABLE, Estimate
from ceg.exhibits.marks_and_axes import axis, by_category, layer, multiples, tips
from ceg.exhibits.theme import INK, MUTED, RULE, theme
from ceg.prose import wording
from ceg.survey import survey
from sphinx_fresh.show import Figure

EDGE = 3.65
"""Decades of CEG at which the forest ends; what goes on is drawn to there, with an arrow."""

TICKS = (1, 3, 10, 30, 100, 300, 1000, 3000)
ARROW, ROW, LANE = 0.16, 46, 10
"""Length of a bound's arrow in decades; height of a row and distance of its lanes in pixels."""

COLUMNS = (
    "enhancement",
    "comparison",
    "status",
    "ceg",
    "low",
    "quartile_low",
    "quartile_high",
    "high",
    "partial",
    "lower_bound",
    "upper_bound",
    "bound_probability",
    "reported",
)


def forest(analysis: Analysis, headlines: Sequence[Estimate], **figure: object) -> Figure:
    """A row a headline, greatest on top, in three lanes.

    What is reported, the estimate with its bracket, the intervals.
    """
    some = [e for e in headlines if e.status in survey.SAYING]
    rows = [_row(analysis, e) for e in sorted(some, key=lambda e: -(e.ceg or e.lower_bound or e.upper_bound))]
    marks: dict[str, list[dict]] = {}
    for r in rows:
        for mark, ends in _marks(r).items():
            for x, *x2 in ends if isinstance(ends, list) else [ends]:
                marks.setdefault(mark, []).append(
                    {k: r[k] for k in ("name", "category", "says", "source", "provenance")}
                    | {"x": round(x, 4)}
                    | ({"x2": round(x2[0], 4)} if x2 else {})
                )
    ticks = multiples(TICKS, labelOverlap="greedy")
    x = axis(alt.X, "x", "compute-equivalent gain", (-0.15, EDGE + 0.05), **ticks)
    y = alt.Y(
        "name:N",
        title=None,
        sort=[r["name"] for r in rows],
        axis=alt.Axis(labelLimit=150, ticks=False, domain=False, labelPadding=8),
    )
    colour = by_category()
    shown = tips("name=enhancement", "says=CEG", "source", "provenance")
    a = analysis.assumptions
    lines = [{"x": math.log10(v)} for v in (1, a.threshold_large, a.threshold_very_large)]
    layers = [layer(lines, "rule", alt.X("x:Q"), color=RULE)]
    for mark, (kind, style) in _STYLES.items():
        if mark in marks:
            drawn = layer(marks[mark], kind, x, y, **style)
            if kind == "rule":
                drawn = drawn.encode(alt.X2("x2:Q"))
            layers.append(drawn if "color" in style else drawn.encode(colour, tooltip=shown))
    probable = [
        r | {"x": _end(r), "label": _lead(r["bound_probability"])}
        for r in rows
        if r["ceg"] is None and r["lower_bound"]
    ]
    layers.append(layer(probable, "text", x, y, text="label", align="left", dx=9, fontSize=12, color=MUTED))
    said = "; ".join(
        f"{r['name']}: {r['says']}" + (f", the paper {r['reported']}" if r["reported"] else "") for r in rows
    )
    return Figure(
        description=f"Headline gains with their intervals. {said}.",
        columns=COLUMNS,
        rows=[[formatting.six(v) if isinstance(v := r[c], float) else v for c in COLUMNS] for r in rows],
        spec=theme(alt.layer(*layers), ROW * len(rows)),
        panel="large",
        sources=provenance.behind(analysis, [r["comparison"] for r in rows]),
        **figure,
    )


_STYLES = {
    "reported_line": ("rule", {"strokeWidth": 1, "yOffset": -LANE, "color": MUTED}),
    "reported": (
        "point",
        {
            "shape": "diamond",
            "filled": False,
            "size": 60,
            "opacity": 1,
            "strokeWidth": 1.5,
            "yOffset": -LANE,
            "color": INK,
        },
    ),
    "bracket": ("rule", {"strokeWidth": 1.5, "strokeDash": [2, 2]}),
    "bar": ("tick", {"thickness": 3, "size": 13}),
    "interpolated": ("point", {"filled": True, "size": 70, "opacity": 1}),
    "extrapolated": ("point", {"filled": False, "size": 70, "opacity": 1, "strokeWidth": 2}),
    "arrow": ("point", {"shape": "triangle-right", "filled": True, "size": 70, "opacity": 1}),
    "unsure": (
        "point",
        {"shape": "triangle-right", "filled": False, "size": 70, "opacity": 1, "strokeWidth": 1.5},
    ),
    "ninety": ("rule", {"strokeWidth": 1.2, "yOffset": LANE}),
    "fifty": ("rule", {"strokeWidth": 5, "opacity": 0.55, "yOffset": LANE}),
    "beyond": (
        "point",
        {"shape": "triangle-right", "filled": True, "size": 30, "opacity": 1, "yOffset": LANE},
    ),
}
"""Marks from back to front, each with its kind and style."""


def _row(analysis: Analysis, e: Estimate) -> dict:
    row = analysis.evidence.enhancements[e.enhancement]
    claims = [
        c
        for c in analysis.evidence.paper_claims.values()
        if (c.enhancement, c.quantity) == (e.enhancement, "ceg")
    ]
    found = {c: getattr(e, c) for c in COLUMNS if c != "reported"} | {
        "name": row.name,
        "category": row.category,
        "says": wording.sure(e),
        "reported": " or ".join(map(wording.claim, claims)),
        "claims": [(c.value, c.value_high) for c in claims],
        **provenance.of_comparison(analysis, e.comparison),
    }
    return (
        found if e.ceg is not None else found | dict.fromkeys(("low", "high"))
    )  # of a bound, no interval of the gain


def _lead(p: float | None) -> str:
    return (
        "not known" if p is None else formatting.probability(p) + ("" if p >= PROBABLE else ", not counted")
    )


def _end(r: dict) -> float:
    """Where the line of a bound ends."""
    return math.log10(r["upper_bound"]) if r["upper_bound"] else math.log10(r["lower_bound"]) + ARROW


def _marks(r: dict) -> dict[str, tuple | list[tuple]]:
    """Mark -> its place, both ends of its line, or several of these, in decades."""
    found: dict[str, tuple | list[tuple]] = {}
    ends = [[math.log10(v) for v in pair if v] for pair in r["claims"]]
    found["reported"] = [(v,) for pair in ends for v in pair]
    found["reported_line"] = [tuple(pair) for pair in ends if len(pair) > 1]
    bounds = [(math.log10(b),) for b in (r["lower_bound"], r["upper_bound"]) if b]
    if r["ceg"] is not None:
        point = math.log10(r["ceg"])
        found |= {r["status"]: (point,), "bar": bounds, "bracket": [(*b, point) for b in bounds]}
    elif r["lower_bound"]:
        unsure = (r["bound_probability"] or 1) < PROBABLE
        found |= {"bar": bounds, "bracket": (math.log10(r["lower_bound"]), _end(r))}
        found |= {} if r["upper_bound"] else {"unsure" if unsure else "arrow": (_end(r),)}
    else:
        found["bar"] = bounds
    for mark, low, high in (("ninety", "low", "high"), ("fifty", "quartile_low", "quartile_high")):
        if r["ceg"] is not None and (r[low] or r[high]):
            last = math.log10(r[high]) if r[high] else math.inf
            found[mark] = (math.log10(r[low]) if r[low] else -0.15, min(last, EDGE))
            found |= {"beyond": (EDGE,)} if last > EDGE and mark == "ninety" else {}
    return found
