"""The costs of the enhancements since 2023 beside those of the survey's."""

import math
from collections.abc import Sequence

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.chapters.since_2023 import model as since
from ceg.exhibits import label_placement
from ceg.exhibits.marks_and_axes import axis, by_category, labelled, layer, times, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE, theme
from ceg.survey.survey import Entry
from sphinx_fresh.show import Figure

GRADES = {"read": "circle", "estimated": "square", "recalled": "triangle-up"}
"""Grade of the worse of two costs -> its shape; read: verified, read off a drawing, or secondary."""


PERIODS = {
    "survey": {"filled": False, "size": 130, "strokeWidth": 1.5},
    "later": {"filled": True, "size": 60},
}
"""The survey's marks are hollow, so that one of each on the same place can be told."""

COLUMNS = [
    *("enhancement", "period", "category", "one_time_fraction", "one_time_grade"),
    *("runtime_multiple", "runtime_grade", "comparison"),
]
HEIGHT = 420
PLACED = {"free": False, "low": None}


def grade(*rows: tuple | None) -> str:
    """The worst of the grades of costs, one of ``GRADES``."""
    found = {r.provenance for r in rows if r}
    return next((g for g in ("recalled", "estimated") if g in found), "read")


def costs(analysis: Analysis, before: Sequence[Entry], after: Sequence[Entry], **figure: object) -> Figure:
    """Runtime multiple against one-time share of each headline.

    Lanes at the left for none and for what is not known.
    """
    drawn, rows, unknown = [], [], []
    for period, entries in (("survey", before), ("later", after)):
        for entry in entries:
            e = entry.headline
            if e is None:
                continue
            once, runtime = since.costs(analysis, e)
            known = [c for c in (once, runtime) if c]
            graded = [v for c in (once, runtime) for v in (c and formatting.six(c.value), c and c.provenance)]
            rows.append([entry.enhancement.name, period, entry.enhancement.category, *graded, e.comparison])
            if runtime is None:
                unknown.append(entry.enhancement.name)
                continue
            share = formatting.percent(once and once.value)
            drawn.append(
                {
                    "name": entry.enhancement.name.partition(" (")[0],
                    "period": period,
                    "category": entry.enhancement.category if period == "later" else "survey",
                    "once": once and once.value,
                    "y": math.log10(runtime.value),
                    "grade": grade(*known),
                    "says": f"once {share}, runtime {formatting.multiple(runtime.value)}",
                    "grades": "; ".join(
                        f"{c.quantity.split('_')[0].replace('one', 'one-time')}: {c.provenance}"
                        for c in known
                    ),
                }
            )
    least = math.floor(math.log10(min(d["once"] for d in drawn if d["once"])))
    none_at, unknown_at = least - 1.2, least - 2.6
    lanes = {unknown_at: "not known", none_at: "none"}
    for d in drawn:
        d["x"] = unknown_at if d["once"] is None else math.log10(d["once"]) if d["once"] else none_at
        d |= {"foot": d["y"], "top": d["y"], **PLACED}
    ticks = lanes | {float(v): formatting.percent(10.0**v) for v in range(least, 0)}
    xs = unknown_at - 0.7, 0.2
    ys = min(d["y"] for d in drawn) - 0.25, max(d["y"] for d in drawn) + 0.4
    shares = {"values": list(ticks), "labelExpr": labelled(ticks), "grid": False}
    x = axis(alt.X, "x", "one-time cost, share of pre-training", xs, **shares)
    whole = {"values": list(range(math.ceil(ys[1]))), "labelExpr": times(","), "grid": False}
    y = axis(alt.Y, "y", "FLOP an answer, against the same model without it", ys, **whole)
    shown = tips("name=enhancement", "period=period", "says=cost", "grades=how known")
    layers = [layer([{"x": (least + none_at) / 2}], "rule", x, color=RULE)]
    for g, shape in GRADES.items():
        for period, style in PERIODS.items():
            if some := [d for d in drawn if (d["grade"], d["period"]) == (g, period)]:
                style = {"shape": shape, "opacity": 1, **style}
                layers.append(layer(some, "point", x, y, colour(), tooltip=shown, **style))
    placed, at = label_placement.beside(drawn, xs, ys, (680, HEIGHT)), (alt.X("lx:Q"), alt.Y("ly:Q"))
    layers.append(layer(placed, "text", *at, colour(), text="name", align="left", fontSize=12))
    said = "; ".join(
        f"{d['name']} ({d['period']}): {d['says']} ({d['grades'] or 'not known'})" for d in drawn
    )
    said = f"Runtime multiple against one-time cost. {said}."
    names = formatting.literal(formatting.listed(unknown))
    note = f"Not drawn: {len(unknown)} whose runtime is not known, {names}." if unknown else ""
    return Figure(
        description=said,
        columns=COLUMNS,
        rows=rows,
        spec=[theme(alt.layer(*layers), HEIGHT, said)],
        panel="large",
        note=note,
        sources=provenance.behind(analysis, [r[-1] for r in rows]),
        **figure,
    )


def colour() -> alt.Color:
    """Grey for the survey's, the category's colour for the later ones.

    Black for a combination, which is grey elsewhere.
    """
    return by_category({"survey": MUTED} | CATEGORY | {"combination": INK})
