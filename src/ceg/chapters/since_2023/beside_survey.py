"""The enhancements since 2023 beside the survey's: their costs, and when they were published."""

import math
from collections.abc import Sequence

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.chapters.since_2023 import model as since
from ceg.exhibits import label_placement
from ceg.exhibits.marks_and_axes import axis, layer, times, tips
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
            rows.append(
                [
                    entry.enhancement.name,
                    period,
                    entry.enhancement.category,
                    once and formatting.six(once.value),
                    once and once.provenance,
                    runtime and formatting.six(runtime.value),
                    runtime and runtime.provenance,
                    e.comparison,
                ]
            )
            if runtime is None:
                unknown.append(entry.enhancement.name)
                continue
            drawn.append(
                {
                    "name": entry.enhancement.name.partition(" (")[0],
                    "period": period,
                    "category": entry.enhancement.category if period == "later" else "survey",
                    "once": once and once.value,
                    "y": math.log10(runtime.value),
                    "grade": grade(*known),
                    "says": (
                        f"once {formatting.percent(once and once.value)}, runtime "
                        f"{formatting.multiple(runtime.value)}"
                    ),
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
    shown = " : ".join(f"abs(datum.value - ({v:.4f})) < 0.01 ? '{n}'" for v, n in ticks.items()) + " : ''"
    x = axis(
        alt.X,
        "x",
        "one-time cost, share of pre-training",
        xs,
        values=list(ticks),
        labelExpr=shown,
        grid=False,
    )
    y = axis(
        alt.Y,
        "y",
        "FLOP an answer, against the same model without it",
        ys,
        values=list(range(math.ceil(ys[1]))),
        labelExpr=times(","),
        grid=False,
    )
    pointed = tips("name=enhancement", "period=period", "says=cost", "grades=how known")
    layers = [layer([{"x": (least + none_at) / 2}], "rule", x, color=RULE)]
    for g, shape in GRADES.items():
        for period, style in PERIODS.items():
            if some := [d for d in drawn if (d["grade"], d["period"]) == (g, period)]:
                points = layer(some, "point", shape=shape, opacity=1, **style)
                layers.append(points.encode(x, y, colour(), tooltip=pointed))
    layers.append(_names(drawn, xs, ys))
    said = "; ".join(
        f"{d['name']} ({d['period']}): {d['says']} ({d['grades'] or 'not known'})" for d in drawn
    )
    said = f"Runtime multiple against one-time cost. {said}."
    note = (
        (
            f"Not drawn: {len(unknown)} whose runtime is not known, "
            f"{formatting.literal(formatting.listed(unknown))}."
        )
        if unknown
        else ""
    )
    return Figure(
        description=said,
        columns=[
            "enhancement",
            "period",
            "category",
            "one_time_fraction",
            "one_time_grade",
            "runtime_multiple",
            "runtime_grade",
            "comparison",
        ],
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
    tones = {"survey": MUTED} | CATEGORY | {"combination": INK}
    return alt.Color(
        "category:N", scale=alt.Scale(domain=list(tones), range=list(tones.values())), legend=None
    )


def _names(drawn: Sequence[dict], xs: tuple[float, float], ys: tuple[float, float]) -> alt.Chart:
    placed = label_placement.beside(drawn, xs, ys, (680, HEIGHT))
    return layer(
        placed, "text", alt.X("lx:Q"), alt.Y("ly:Q"), colour(), text="name", align="left", fontSize=12
    )
