"""Figure 2, the book's face: every surveyed and every added enhancement, by its CEG against its costs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import PROBABLE, Estimate
from ceg.evidence.tables import LATER
from ceg.exhibits import labels
from ceg.exhibits.theme import CATEGORY, MUTED, RULE, theme
from ceg.prose import wording
from ceg.survey import survey
from sphinx_fresh.show import Figure

CEG_TICKS = (0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)
PANEL = (640, 400)
"""Width and height in pixels that labels are laid out for."""

CROWDED = (640, 620)
"""The same with those that came later."""

ARROW = 0.16
"""Length of the arrow of a lower bound, in decades: it says up, not how far."""

COLUMNS = (
    "enhancement",
    "category",
    "status",
    "ceg",
    "lower_bound",
    "upper_bound",
    "one_time_fraction",
    "runtime_multiple",
    "comparison",
    "bound_probability",
)
"""What a row of the figure's data has."""

INTERVALS = ("low", "quartile_low", "quartile_high", "high", "partial")
"""What it has besides where intervals are drawn: the ends of the 90% and of the 50% interval."""


@dataclass(frozen=True)
class Panel:
    """A cost against which gains are drawn.

    Its field in an estimate, the axis' title and ticks, how it is said.
    """

    key: str
    title: str
    ticks: tuple[float, ...]
    show: Callable[[float | None], str]

    @property
    def cost(self) -> str:
        """The cost's name without its unit."""
        return self.title.split(" (")[0]


PANELS = (
    Panel(
        "one_time_fraction",
        "one-time cost (share of pre-training)",
        (1e-4, 1e-3, 1e-2, 1e-1),
        formatting.percent,
    ),
    Panel(
        "runtime_multiple",
        "runtime cost (multiple of the baseline's answer)",
        (1, 10, 100, 1e3, 1e4, 1e5),
        formatting.multiple,
    ),
)


@dataclass(frozen=True)
class Frame:
    """A panel with its axes, in decades.

    slots: where those without cost stand, side by side left of the least cost.
    """

    panel: Panel
    xs: tuple[float, float]
    ys: tuple[float, float]
    ticks: Mapping[float, str]
    slots: Mapping[str, float]
    size: tuple[int, int] = PANEL

    def x(self, row: Mapping) -> float | None:
        """Where a row stands; None if its cost is not known."""
        cost = row[self.panel.key]
        if cost is None:
            return None
        return round(math.log10(cost) if cost else self.slots[row["enhancement"]], 4)


def shown(analysis: Analysis) -> list[tuple[tuple, Estimate | None]]:
    """The enhancements that Figure 2 and its companions show, each with its headline, in the file's order."""
    return survey.headlines(analysis)


ADDED = " (added)"
"""What follows the name of an enhancement that is not in the survey but was added."""


def called(enhancement) -> str:
    """An enhancement's name as figures show it.

    Marked if it was added. If it came after the survey: with its year, and without what its name has in
    brackets.
    """
    if enhancement.section == LATER:
        return f"{enhancement.name.partition(' (')[0]} ({enhancement.year})"
    return enhancement.name + (ADDED if enhancement.added else "")


def gains_against_costs(
    analysis: Analysis,
    *,
    name: str,
    caption: str,
    note: str = "",
    later: bool | None = None,
    **figure: object,
) -> Figure:
    """CEG of each surveyed or added enhancement with an estimate, against one-time cost and runtime cost.

    Added ones are marked as such in their names, and named in the note. later: True draws those since the
    survey too, with their year; False leaves room for them on the same axes.

    Shape says the status, colour the category; a thin line is the bracket [lower bound, upper bound], open
    ends have an arrow. Beside it, apart from it, the intervals of points: thick 50%, thin 90%. Enhancements
    without one of the two costs are left out of that panel and named in the note.
    """
    entries, since = survey.shown(analysis), [] if later is None else survey.later(analysis)
    reached, rows = (
        [r for e in some if (r := row(e.enhancement, e.headline, where(analysis, e.headline)))]
        for some in ([*entries, *since], [*entries, *since] if later else entries)
    )
    added = [r["name"].removesuffix(ADDED) for r in rows if r["added"]]
    thresholds = (analysis.assumptions.threshold_large, analysis.assumptions.threshold_very_large)
    specs, absent = [], []
    for panel in PANELS:
        some = [r for r in reached if r[panel.key] is not None]
        absent += [f"{r['name']} ({panel.cost} not known)" for r in rows if r[panel.key] is None]
        specs.append(
            spec(frame(some, panel, thresholds, PANEL if later is None else CROWDED), rows, thresholds)
        )
    return Figure(
        name=name,
        caption=caption,
        description=" ".join(s["description"] for s in specs),
        columns=[*COLUMNS, *INTERVALS],
        rows=[exported(r, (*COLUMNS, *INTERVALS)) for r in rows],
        spec=specs,
        panel="large",
        sources=provenance.behind(analysis, [r["comparison"] for r in rows]),
        note=" ".join(
            filter(
                None,
                (
                    note,
                    f"Not drawn: {formatting.literal(formatting.listed(absent))}." if absent else "",
                    (
                        "Not in the survey, [added here](/book/about/added.md): "
                        f"{formatting.literal(formatting.listed(added))}."
                    )
                    if added
                    else "",
                ),
            )
        ),
        **figure,
    )


def exported(row: Mapping, columns: Sequence[str] = COLUMNS) -> list[object]:
    """A row of the figure's data, numbers with six digits."""
    return [formatting.six(v) if isinstance(v := row[c], float) else v for c in columns]


def where(analysis: Analysis, e: Estimate | None) -> dict[str, str]:
    """Source and grade of the score behind an estimate, as a tooltip says them."""
    return provenance.of_comparison(analysis, e and e.comparison)


def row(enhancement, e: Estimate | None, where: Mapping[str, str] | None = None) -> dict | None:
    """What the figure needs of an estimate; None for one without a number.

    y, best: in decades. where: source and provenance.
    """
    if e is None or e.status not in survey.SAYING:
        return None
    best = e.ceg or e.lower_bound or e.upper_bound
    return {
        "enhancement": enhancement.enhancement,
        "name": called(enhancement),
        "added": enhancement.added,
        "category": enhancement.category,
        "status": e.status,
        "ceg": e.ceg,
        "lower_bound": e.lower_bound,
        "upper_bound": e.upper_bound,
        "one_time_fraction": e.one_time_fraction,
        "runtime_multiple": e.runtime_multiple,
        "comparison": e.comparison,
        "bound_probability": e.bound_probability,
        **{c: getattr(e, c) if e.ceg is not None else None for c in INTERVALS},
        "says": wording.sure(e),
        **(where or dict.fromkeys(("source", "provenance"), "")),
        # an extrapolated estimate is shown with its bound, bound first
        "y": math.log10(e.lower_bound if e.status == "extrapolated" and e.lower_bound else best),
        "best": math.log10(best),
    }


def frame(
    rows: Sequence[Mapping], panel: Panel, thresholds: Sequence[float], size: tuple[int, int] = PANEL
) -> Frame:
    """Axes that hold these rows and thresholds."""
    costs = [r[panel.key] for r in rows if r[panel.key] is not None]
    positive = [c for c in costs if c]
    none_at = math.log10(min([*positive, *panel.ticks])) - 2
    free = dict.fromkeys(r["enhancement"] for r in sorted(rows, key=lambda r: r["y"]) if r[panel.key] == 0)
    slots = {n: none_at + 0.6 * (i - (len(free) - 1) / 2) for i, n in enumerate(free)}
    ticks = {none_at: "none"} if free else {}
    ticks |= {math.log10(t): panel.show(t) for t in panel.ticks}
    reached = (*thresholds, *(r["upper_bound"] or 1 for r in rows), *(r["quartile_high"] or 1 for r in rows))
    tops = [math.log10(v) for v in reached] + [r["best"] for r in rows]
    xs = min([*ticks, *slots.values()]) - 0.4, math.log10(max([*positive, *panel.ticks])) + 1.1
    return Frame(
        panel, xs, (min([-0.15, *(r["y"] - 0.2 for r in rows)]), max(tops) + 0.35), ticks, slots, size
    )


def marks(row: Mapping) -> dict[str, tuple[float, ...]]:
    """Layer -> its height, or both ends of its line, of what is drawn for a row whatever the cost."""
    low, high = row["lower_bound"], row["upper_bound"]
    found = {}
    if low and high:
        found["bracket"] = (math.log10(low), math.log10(high))
    elif low:
        found["tail"] = (row["y"], top(row))
    if row["status"] in ("interpolated", "extrapolated"):
        found[row["status"]] = (row["best"],)
    elif low and not high:
        found["unsure" if (row["bound_probability"] or 1) < PROBABLE else "arrow"] = (top(row),)
    if low and row["status"] != "interpolated":
        found["bar"] = (row["y"],)
    return {name: tuple(round(y, 4) for y in ys) for name, ys in found.items()}


def intervals(row: Mapping, ys: tuple[float, float]) -> dict[str, tuple[float, ...]]:
    """The same of the 90% and the 50% interval, as far as the axis reaches.

    ``beyond``: where the first leaves it, or has no end.
    """
    found = {}
    for name, low, high in (("ninety", "low", "high"), ("fifty", "quartile_low", "quartile_high")):
        if row[low] is None and row[high] is None:
            continue
        ends = [math.log10(v) if v else edge for v, edge in ((row[low], ys[0]), (row[high], math.inf))]
        if name == "ninety" and ends[1] > ys[1]:
            found["beyond"] = (round(ys[1] - 0.05, 4),)
        found[name] = tuple(round(min(max(y, ys[0]), ys[1] - 0.05), 4) for y in ends)
    return found


def top(row: Mapping) -> float:
    """Where an enhancement's line ends: the extrapolated point, the upper bound, or the arrow of a bound."""
    if row["status"] == "bound" and not row["upper_bound"]:
        return row["y"] + ARROW
    return max(row["best"], math.log10(row["upper_bound"] or 1))


def layers(frame: Frame, rows: Sequence[Mapping], thresholds: Sequence[float]) -> dict[str, list[dict]]:
    """Layer -> records, of everything that a panel draws."""
    found: dict[str, list[dict]] = {name: [] for name in LAYERS}
    found["line"] = [{"x": frame.xs[1], "y": y, "says": says} for y, says in lines(thresholds)]
    drawn = [
        dict(r)
        | {
            "x": frame.x(r),
            "top": top(r),
            "free": not r[frame.panel.key],
            "cost": frame.panel.show(r[frame.panel.key]),
        }
        for r in rows
        if r[frame.panel.key] is not None
    ]
    for r in drawn:
        beside = intervals(r, frame.ys).get("fifty", ())  # a name may cross the thin line
        r |= {"foot": min([r["y"], *beside]), "top": max([r["top"], *beside])}
        said = {
            k: r[k]
            for k in ("name", "category", "says", "status", "cost", "comparison", "source", "provenance")
        }
        for name, ys in (
            marks(r) | intervals(r, frame.ys) | ({"free": (round(r["y"], 4),)} if r["free"] else {})
        ).items():
            found[name].append(said | {"x": r["x"]} | dict(zip(("y", "y2"), ys, strict=False)))
    return found | {"label": labels.beside(drawn, frame.xs, frame.ys, frame.size)}


def lines(thresholds: Sequence[float]) -> list[tuple[float, str]]:
    """The quiet lines at no gain and at the thresholds: height and what is written on them."""
    return [(0.0, ""), *((round(math.log10(t), 4), f"{t:g}x") for t in thresholds)]


LAYERS = {
    "line": {},
    "before": {"shape": "circle", "filled": True, "opacity": 0.3},
    "bracket": {"strokeWidth": 1.5, "opacity": 0.7},
    "tail": {"strokeWidth": 1.5, "strokeDash": [2, 2]},
    "ninety": {"strokeWidth": 1, "xOffset": 6},
    "fifty": {"strokeWidth": 4, "xOffset": 6, "opacity": 0.5},
    "beyond": {"shape": "triangle-up", "filled": False, "xOffset": 6, "size": 25},
    "interpolated": {"shape": "circle", "filled": True},
    "extrapolated": {"shape": "circle", "filled": False, "strokeWidth": 2},
    "arrow": {"shape": "triangle-up", "filled": True},
    "unsure": {"shape": "triangle-up", "filled": False, "strokeWidth": 1.5},
    "bar": {"shape": "stroke", "strokeWidth": 3},
    "free": {"shape": "triangle-left", "filled": True, "xOffset": -11},
    "label": {},
}
"""Layers of a panel from back to front, with their style; ``before`` is for pages that move points."""


def spec(frame: Frame, rows: Sequence[Mapping], thresholds: Sequence[float]) -> dict:
    """A panel as Vega-Lite.

    Its data sets are named ``<field of the cost>_<layer>``, for a page that moves them.
    """
    some = [r for r in rows if r[frame.panel.key] is not None]
    data = layers(frame, rows, thresholds)
    key = frame.panel.key

    def layer(name: str, mark: str, **style: object) -> alt.Chart:
        return getattr(alt.Chart(alt.Data(name=f"{key}_{name}", values=data[name])), f"mark_{mark}")(**style)

    label = (
        " : ".join(f"abs(datum.value - ({v:.4f})) < 0.01 ? '{n}'" for v, n in frame.ticks.items()) + " : ''"
    )
    x = alt.X(
        "x:Q",
        title=frame.panel.title,
        scale=alt.Scale(domain=list(frame.xs), nice=False),
        axis=alt.Axis(values=list(frame.ticks), labelExpr=label, grid=False),
    )
    heights = [math.log10(t) for t in CEG_TICKS if frame.ys[0] <= math.log10(t) <= frame.ys[1]]
    y = alt.Y(
        "y:Q",
        title="compute-equivalent gain",
        scale=alt.Scale(domain=list(frame.ys), nice=False),
        axis=alt.Axis(values=heights, labelExpr="format(pow(10, datum.value), ',.1~r') + 'x'", grid=False),
    )
    colour = alt.Color(
        "category:N", scale=alt.Scale(domain=list(CATEGORY), range=list(CATEGORY.values())), legend=None
    )
    tips = [
        alt.Tooltip("name:N", title="enhancement"),
        alt.Tooltip("says:N", title="CEG"),
        alt.Tooltip("status:N"),
        alt.Tooltip("cost:N", title=frame.panel.cost),
        alt.Tooltip("comparison:N"),
        alt.Tooltip("source:N"),
        alt.Tooltip("provenance:N"),
    ]
    drawn = [
        layer("line", "rule", color=RULE, strokeWidth=1).encode(y=y),
        layer("line", "text", align="right", dy=-5, color=MUTED, fontSize=12).encode(x, y, text="says:N"),
    ]
    for name, style in LAYERS.items():
        if name in ("bracket", "tail", "ninety", "fifty"):
            drawn.append(layer(name, "rule", **style).encode(x, y, alt.Y2("y2:Q"), colour))
        elif style:
            points = layer(name, "point", **({"size": 70, "opacity": 1} | style))
            drawn.append(points.encode(x, y, color=colour, tooltip=tips))
    drawn.append(
        layer("label", "text", align="left", fontSize=12).encode(
            alt.X("lx:Q"), alt.Y("ly:Q"), colour, text="name:N"
        )
    )
    return theme(alt.layer(*drawn), frame.size[1]) | {"description": described(some, frame.panel)}


def described(rows: Sequence[Mapping], panel: Panel) -> str:
    """A panel read aloud."""
    listed = "; ".join(
        (
            f"{r['name']} ({r['category']}): CEG {r['says']}, "
            f"{panel.show(r[panel.key]) if r[panel.key] else 'none'}"
        )
        for r in rows
    )
    return f"Compute-equivalent gain against {panel.title}. {listed}."
