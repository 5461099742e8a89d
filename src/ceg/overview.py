"""Figure 2, the book's face: every surveyed enhancement, and every added one, by its CEG against what it costs."""

import math
from collections.abc import Sequence

import altair as alt

from ceg import survey, text
from ceg.analysis import Analysis
from ceg.charts import CATEGORY, MUTED, RULE, layer, theme
from ceg.show import Figure

CEG_TICKS = (0.3, 1, 3, 10, 30, 100, 300, 1000)
PANEL = (640, 400)
"""Width and height in pixels that labels are laid out for."""

ARROW = 0.16
"""Length of the arrow of a lower bound, in decades: it says up, not how far."""


ADDED = " (added)"
"""What follows the name of an enhancement that is not in the survey but was added."""


def gains_against_costs(analysis: Analysis, *, name: str, caption: str, note: str = "", **figure: object) -> Figure:
    """CEG of each surveyed or added enhancement with an estimate, against one-time cost and against runtime cost.

    Added ones are marked as such in their names, and named in the note.

    Shape says the status, colour the category; a thin line is the bracket [lower bound, upper bound], open ends have an
    arrow. Enhancements without one of the two costs are left out of that panel and named in the note.
    """
    rows = [r for e in survey.shown(analysis) if (r := _row(e))]
    added = [r["name"].removesuffix(ADDED) for r in rows if r["added"]]
    a = analysis.assumptions
    panels = [
        ("one_time_fraction", "one-time cost (share of pre-training)", (1e-4, 1e-3, 1e-2, 1e-1), text.percent),
        (
            "runtime_multiple",
            "runtime cost (multiple of the baseline's answer)",
            (1, 10, 100, 1e3, 1e4, 1e5),
            text.multiple,
        ),
    ]
    specs, absent = [], []
    for key, title, ticks, show in panels:
        some = [r for r in rows if r[key] is not None]
        absent += [f"{r['name']} ({title.split(' (')[0]} not known)" for r in rows if r[key] is None]
        spec = theme(_panel(some, key, title, ticks, show, (a.threshold_large, a.threshold_very_large)), PANEL[1])
        specs.append(spec | {"description": _said(some, key, title, show)})
    columns = ["enhancement", "category", "status", "ceg", "lower_bound", "upper_bound", "one_time_fraction", "runtime_multiple", "comparison"]  # fmt: skip
    return Figure(
        name=name,
        caption=caption,
        description=" ".join(s["description"] for s in specs),
        columns=columns,
        rows=[[_exported(r[c]) for c in columns] for r in rows],
        spec=specs,
        panel="large",
        note=" ".join(
            filter(
                None,
                (
                    note,
                    f"Not drawn: {text.literal(text.listed(absent))}." if absent else "",
                    f"Not in the survey, [added here](/book/about/added.md): {text.literal(text.listed(added))}."
                    if added
                    else "",
                ),
            )
        ),
        **figure,
    )


def _exported(value: object) -> object:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _row(entry: survey.Entry) -> dict | None:
    e = entry.headline
    if e is None or e.status not in ("interpolated", "extrapolated", "bound"):
        return None
    best = e.ceg or e.lower_bound or e.upper_bound
    return {
        "enhancement": entry.enhancement.enhancement,
        "name": entry.enhancement.name + (ADDED if entry.enhancement.added else ""),
        "added": entry.enhancement.added,
        "category": entry.enhancement.category,
        "status": e.status,
        "ceg": e.ceg,
        "lower_bound": e.lower_bound,
        "upper_bound": e.upper_bound,
        "one_time_fraction": e.one_time_fraction,
        "runtime_multiple": e.runtime_multiple,
        "comparison": e.comparison,
        "says": text.ceg(e),
        # an extrapolated estimate is shown with its bound, bound first
        "y": math.log10(e.lower_bound if e.status == "extrapolated" and e.lower_bound else best),
        "best": math.log10(best),
    }


def _panel(rows, key, title, ticks, show, thresholds) -> alt.LayerChart:
    positive = [r[key] for r in rows if r[key]]
    low = min([*positive, *ticks])
    free = [r["enhancement"] for r in sorted(rows, key=lambda r: r["y"]) if not r[key]]
    none_at = math.log10(low) - 2
    band = {n: none_at + 0.6 * (i - (len(free) - 1) / 2) for i, n in enumerate(free)}  # side by side, all without cost
    values = [*([none_at] if free else []), *(math.log10(t) for t in ticks)]
    names = [*(["none"] if free else []), *(show(t) for t in ticks)]
    label = (
        " : ".join(f"abs(datum.value - ({v:.4f})) < 0.01 ? '{n}'" for v, n in zip(values, names, strict=True)) + " : ''"
    )
    left = min([values[0], *band.values()]) - 0.4
    right = math.log10(max([*positive, *ticks])) + 1.1
    x = alt.X("x:Q", title=title, scale=alt.Scale(domain=[left, right], nice=False),
              axis=alt.Axis(values=values, labelExpr=label, grid=False))  # fmt: skip
    top = (
        max(
            [math.log10(t) for t in thresholds]
            + [r["best"] for r in rows]
            + [math.log10(r["upper_bound"] or 1) for r in rows]
        )
        + 0.35
    )
    bottom = min([-0.15, *(r["y"] - 0.2 for r in rows)])
    marks = [math.log10(t) for t in CEG_TICKS if bottom <= math.log10(t) <= top]
    y = alt.Y("y:Q", title="compute-equivalent gain", scale=alt.Scale(domain=[bottom, top], nice=False),
              axis=alt.Axis(values=marks, labelExpr="format(pow(10, datum.value), ',.1~r') + 'x'", grid=False))  # fmt: skip
    drawn = [r | {"x": math.log10(r[key]) if r[key] else band[r["enhancement"]], "cost": show(r[key])} for r in rows]
    lines = [{"y": 0.0, "says": ""}, *({"y": math.log10(t), "says": f"{t:g}x"} for t in thresholds)]
    layers = [
        layer(lines, "rule", color=RULE, strokeWidth=1).encode(y=y),
        layer([r | {"x": right} for r in lines], "text", align="right", dy=-5, color=MUTED, fontSize=11).encode(
            x, y, text="says:N"
        ),
    ]
    colour = alt.Color("category:N", scale=alt.Scale(domain=list(CATEGORY), range=list(CATEGORY.values())), legend=None)
    brackets = [
        r | {"y": math.log10(r["lower_bound"]), "y2": math.log10(r["upper_bound"])}
        for r in drawn
        if r["lower_bound"] and r["upper_bound"]
    ]
    tails = [r | {"y2": _top(r)} for r in drawn if r["lower_bound"] and not r["upper_bound"]]
    layers.append(layer(brackets, "rule", strokeWidth=1.5, opacity=0.7).encode(x, y, alt.Y2("y2:Q"), colour))
    layers.append(layer(tails, "rule", strokeWidth=1.5, strokeDash=[2, 2]).encode(x, y, alt.Y2("y2:Q"), colour))
    tips = [alt.Tooltip("name:N", title="enhancement"), alt.Tooltip("says:N", title="CEG"), alt.Tooltip("status:N"), alt.Tooltip("cost:N", title=title.split(" (")[0]), alt.Tooltip("comparison:N")]  # fmt: skip
    shapes = (
        ([r | {"y": r["best"]} for r in drawn if r["status"] == "interpolated"], {"shape": "circle", "filled": True}),
        (
            [r | {"y": r["best"]} for r in drawn if r["status"] == "extrapolated"],
            {"shape": "circle", "filled": False, "strokeWidth": 2},
        ),
        ([r | {"y": r["y2"]} for r in tails if r["status"] == "bound"], {"shape": "triangle-up", "filled": True}),
        (
            [r for r in drawn if r["lower_bound"] and r["status"] != "interpolated"],
            {"shape": "stroke", "strokeWidth": 3},
        ),
        ([r for r in drawn if not r[key]], {"shape": "triangle-left", "filled": True, "xOffset": -11}),
    )
    for some, style in shapes:
        if some:
            layers.append(layer(some, "point", size=70, opacity=1, **style).encode(x, y, color=colour, tooltip=tips))
    labels = _labels(drawn, (left, right), (bottom, top))
    layers.append(
        layer(labels, "text", align="left", fontSize=11.5).encode(
            x=alt.X("lx:Q"), y=alt.Y("ly:Q"), text="name:N", color=colour
        )
    )
    return alt.layer(*layers)


def _top(row: dict) -> float:
    """Where the line of an enhancement ends: the extrapolated point, the upper bound, or the arrow of a bound."""
    if row["status"] == "bound" and not row["upper_bound"]:
        return row["y"] + ARROW
    return max(row["best"], math.log10(row["upper_bound"] or 1))


def _labels(rows: Sequence[dict], xs: tuple[float, float], ys: tuple[float, float]) -> list[dict]:
    """Names beside their points, moved up or down until none covers another name or another's line."""
    per_x, per_y = (PANEL[0] - 60) / (xs[1] - xs[0]), (PANEL[1] - 60) / (ys[1] - ys[0])
    lines = [(r["x"] * per_x, r["y"] * per_y, _top(r) * per_y) for r in rows]
    placed: list[tuple[float, float, float]] = []
    found = []

    def is_free(left: float, width: float, at: float) -> bool:
        if left < xs[0] * per_x + 4 or left + width > xs[1] * per_x:
            return False
        names = all(abs(at - m) >= 13 or left > lo + w or lo > left + width for lo, w, m in placed)
        return names and not any(left - 4 < x < left + width + 4 and y0 - 9 < at < y1 + 13 for x, y0, y1 in lines)

    for row, (x, y, top) in sorted(zip(rows, lines, strict=True), key=lambda pair: (-pair[1][0], pair[1][1])):
        width = 6.4 * len(row["name"])
        beside = [(9, 0), (-width / 2, top - y + 15), (-9 - width, 0), (-6, -13), (-6, top - y + 15)]
        tries = [(dx, dy + 4 * t) for t in sorted(range(-20, 21), key=abs) for dx, dy in beside]
        dx, dy = next((t for t in tries if is_free(x + t[0], width, y + t[1])), beside[0])
        placed.append((x + dx, width, y + dy))
        spot = {"lx": (x + dx) / per_x, "ly": (y + dy) / per_y}
        found.append({"name": row["name"], "category": row["category"], **spot})
    return found


def _said(rows: Sequence[dict], key: str, title: str, show) -> str:
    listed = "; ".join(
        f"{r['name']} ({r['category']}): CEG {r['says']}, {show(r[key]) if r[key] else 'none'}" for r in rows
    )
    return f"Compute-equivalent gain against {title}. {listed}."
