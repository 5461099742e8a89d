"""The enhancements since 2023 beside the survey's: their costs, and when they were published."""

import math
from collections.abc import Mapping, Sequence

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.chapters.since_2023 import model as since
from ceg.chapters.since_2023.charts import headed
from ceg.evidence.references import Reference
from ceg.exhibits import label_placement
from ceg.exhibits.marks_and_axes import layer
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE, theme
from ceg.prose import wording
from ceg.survey import survey
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


def costs(
    analysis: Analysis,
    before: Sequence[Entry],
    after: Sequence[Entry],
    *,
    name: str,
    caption: str,
    **figure: object,
) -> Figure:
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
    x = alt.X(
        "x:Q",
        title="one-time cost, share of pre-training",
        scale=alt.Scale(domain=list(xs), nice=False),
        axis=alt.Axis(values=list(ticks), labelExpr=shown, grid=False),
    )
    y = alt.Y(
        "y:Q",
        title="FLOP an answer, against the same model without it",
        scale=alt.Scale(domain=list(ys), nice=False),
        axis=alt.Axis(
            values=list(range(math.ceil(ys[1]))),
            labelExpr="format(pow(10, datum.value), ',') + 'x'",
            grid=False,
        ),
    )
    tips = [
        alt.Tooltip(f"{k}:N", title=t)
        for k, t in (("name", "enhancement"), ("period", "period"), ("says", "cost"), ("grades", "how known"))
    ]
    layers = [layer([{"x": (least + none_at) / 2}], "rule", color=RULE).encode(x)]
    for g, shape in GRADES.items():
        for period, style in PERIODS.items():
            if some := [d for d in drawn if (d["grade"], d["period"]) == (g, period)]:
                points = layer(some, "point", shape=shape, opacity=1, **style)
                layers.append(points.encode(x, y, _colour(), tooltip=tips))
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
        name,
        caption,
        said,
        [
            "enhancement",
            "period",
            "category",
            "one_time_fraction",
            "one_time_grade",
            "runtime_multiple",
            "runtime_grade",
            "comparison",
        ],
        rows,
        spec=[theme(alt.layer(*layers), HEIGHT) | {"description": said}],
        panel="large",
        note=note,
        sources=provenance.behind(analysis, [r[-1] for r in rows]),
        **figure,
    )


def _colour() -> alt.Color:
    """Grey for the survey's, the category's colour for the later ones.

    Black for a combination, which is grey elsewhere.
    """
    tones = {"survey": MUTED} | CATEGORY | {"combination": INK}
    return alt.Color(
        "category:N", scale=alt.Scale(domain=list(tones), range=list(tones.values())), legend=None
    )


def _names(drawn: Sequence[dict], xs: tuple[float, float], ys: tuple[float, float]) -> alt.Chart:
    placed = label_placement.beside(drawn, xs, ys, (680, HEIGHT))
    return layer(placed, "text", align="left", fontSize=12).encode(
        alt.X("lx:Q"), alt.Y("ly:Q"), _colour(), text="name:N"
    )


def when(
    analysis: Analysis,
    before: Sequence[Entry],
    after: Sequence[Entry],
    references: Mapping[str, Reference],
    *,
    name: str,
    caption: str,
    **figure: object,
) -> Figure:
    """Each headline by year and date of first publication.

    Behind it, the range over all comparisons.
    """
    drawn, rows = [], []
    for period, entries in (("survey", before), ("later", after)):
        for entry in entries:
            e, row = entry.headline, entry.enhancement
            if e is None or e.status not in survey.SAYING:
                continue
            start, end = since.published(entry, references)
            ends = [since.rank(v) for v in survey.span(entry.estimates) or ()]
            sure = e.ceg if e.status == "interpolated" else e.lower_bound or e.upper_bound or e.ceg
            rows.append(
                [
                    row.name,
                    period,
                    row.category,
                    round(start, 2),
                    round(end, 2),
                    e.status,
                    *(formatting.six(v) for v in (e.ceg, e.lower_bound, e.upper_bound, *ends)),
                    e.comparison,
                ]
            )
            drawn.append(
                {
                    "name": row.name,
                    "period": period,
                    "category": row.category if period == "later" else "survey",
                    "start": start,
                    "x": round(math.log10(sure), 4),
                    "status": e.status,
                    "reached": round(math.log10(e.ceg or sure), 4),
                    "least": round(max(math.log10(ends[0]), LEAST), 4),
                    "greatest": round(math.log10(ends[1]), 4),
                    "date": str(row.year)
                    if end - start > 0.5
                    else f"{row.year}-{round(12 * (start - row.year)) + 1:02}",
                    "says": wording.sure(e),
                    "range": wording.spread(survey.span(entry.estimates)),
                }
            )
    drawn.sort(key=lambda d: (d["start"], d["name"]))
    order: list[str] = []
    for d in drawn:
        order += [y for y in [d["date"][:4]] if y not in order] + [d["name"]]
    a = analysis.assumptions
    lines = [{"x": round(math.log10(v), 4)} for v in (1, a.threshold_large, a.threshold_very_large)]
    x = alt.X(
        "x:Q",
        title="compute-equivalent gain",
        scale=alt.Scale(domain=[LEAST, max(d["greatest"] for d in drawn) + 0.1], nice=False),
        axis=alt.Axis(
            values=[math.log10(t) for t in (0.03, 0.1, 0.3, 1, 5, 20, 100, 1000)],
            labelExpr="format(pow(10, datum.value), ',.1~r') + 'x'",
            grid=False,
            labelOverlap="greedy",
        ),
    )
    y = headed("name:N", order, {d["date"][:4] for d in drawn}, 270)
    tips = [
        alt.Tooltip(f"{k}:N", title=t)
        for k, t in (
            ("name", "enhancement"),
            ("date", "published"),
            ("says", "CEG"),
            ("range", "all comparisons"),
        )
    ]
    layers = [
        layer(lines, "rule", color=RULE).encode(x),
        layer(drawn, "rule", strokeWidth=1, opacity=0.6).encode(
            alt.X("least:Q"), alt.X2("greatest:Q"), y, color=_colour()
        ),
    ]
    for status, style in SHAPES.items():
        if some := [d for d in drawn if d["status"] == status]:
            layers.append(layer(some, "point", opacity=1, **style).encode(x, y, _colour(), tooltip=tips))
            if status == "extrapolated":
                ring = layer(some, "point", filled=False, size=60, opacity=1, strokeWidth=2)
                layers.append(ring.encode(alt.X("reached:Q"), y, _colour(), tooltip=tips))
    said = "; ".join(
        f"{d['date']} {d['name']} ({d['period']}): {d['says']}, all comparisons {d['range']}" for d in drawn
    )
    columns = [
        "enhancement",
        "period",
        "category",
        "from",
        "to",
        "status",
        "ceg",
        "lower_bound",
        "upper_bound",
        "least",
        "greatest",
        "comparison",
    ]
    return Figure(
        name,
        caption,
        said,
        columns,
        rows,
        spec=[theme(alt.layer(*layers), 21 * len(order)) | {"description": said}],
        panel="large",
        sources=provenance.behind(analysis, [r[-1] for r in rows]),
        **figure,
    )


LEAST = math.log10(0.03)
"""Where the axis of gains begins, in decades; what is less is drawn there."""

SHAPES = {
    "interpolated": {"shape": "circle", "filled": True, "size": 70},
    "extrapolated": {"shape": "stroke", "angle": 90, "size": 130, "strokeWidth": 3},
    "bound": {"shape": "triangle-right", "filled": True, "size": 80},
}
"""A headline's mark by its status; of an extrapolated one the bound, and beside it a ring for the value."""
