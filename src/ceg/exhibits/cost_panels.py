"""A panel of gains against one cost: its axes, what is drawn on them, and where the names stand."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from ceg import formatting
from ceg.exhibits import label_placement
from ceg.exhibits.marks_and_axes import axis, by_category, labelled, layer, times, tips
from ceg.exhibits.theme import MUTED, RULE, theme

CEG_TICKS = (0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)
PANEL = (640, 400)
"""Width and height in pixels that labels are laid out for."""

ARROW = 0.16
"""Length of the arrow of a lower bound, in decades: it says up, not how far."""

SAID = ("name", "category", "says", "status", "cost", "comparison", "source", "provenance")
"""What every mark has of its enhancement, beside its place."""


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
        found["arrow"] = (top(row),)
    if low and row["status"] != "interpolated":
        found["bar"] = (row["y"],)
    return {name: tuple(round(y, 3) for y in ys) for name, ys in found.items()}


def intervals(row: Mapping, ys: tuple[float, float]) -> dict[str, tuple[float, ...]]:
    """The same of the 90% and the 50% interval, as far as the axis reaches.

    ``beyond``: where the first leaves it, or has no end. Nothing where that has neither end.
    """
    found = {}
    if row["low"] is None and row["high"] is None:
        return found
    for name, low, high in (("ninety", "low", "high"), ("fifty", "quartile_low", "quartile_high")):
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
        said = {k: r[k] for k in SAID}
        free = {"free": (round(r["y"], 3),)} if r["free"] else {}
        for name, ys in (marks(r) | intervals(r, frame.ys) | free).items():
            found[name].append(said | {"x": r["x"]} | dict(zip(("y", "y2"), ys, strict=False)))
    return found | {"label": label_placement.beside(drawn, frame.xs, frame.ys, frame.size)}


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
    "bar": {"shape": "stroke", "strokeWidth": 3},
    "free": {"shape": "triangle-left", "filled": True, "xOffset": -11},
    "label": {},
}
"""Layers of a panel from back to front, with their style; ``before`` is for pages that move points."""


def spec(frame: Frame, rows: Sequence[Mapping], thresholds: Sequence[float]) -> dict:
    """A panel as Vega-Lite, with all that the book says of charts."""
    return theme(chart(frame, rows, thresholds), frame.size[1])


def chart(frame: Frame, rows: Sequence[Mapping], thresholds: Sequence[float]) -> alt.LayerChart:
    """A panel.

    Its data sets are named ``<field of the cost>_<layer>``, for a page that moves them.
    """
    some = [r for r in rows if r[frame.panel.key] is not None]
    data = layers(frame, rows, thresholds)

    def drawn(name: str, mark: str, *channels: alt.SchemaBase, **more: object) -> alt.Chart:
        return layer(data[name], mark, *channels, name=f"{frame.panel.key}_{name}", **more)

    ticks = {"values": list(frame.ticks), "labelExpr": labelled(frame.ticks), "grid": False}
    x = axis(alt.X, "x", frame.panel.title, frame.xs, **ticks)
    heights = [math.log10(t) for t in CEG_TICKS if frame.ys[0] <= math.log10(t) <= frame.ys[1]]
    gain = {"values": heights, "labelExpr": times(), "grid": False}
    y = axis(alt.Y, "y", "compute-equivalent gain", frame.ys, **gain)
    colour, cost = by_category(), f"cost={frame.panel.cost}"
    shown = tips("name=enhancement", "says=CEG", "status", cost, "comparison", "source", "provenance")
    made = [
        drawn("line", "rule", y, color=RULE, strokeWidth=1),
        drawn("line", "text", x, y, text="says", align="right", dy=-5, color=MUTED, fontSize=12),
    ]
    for name, style in LAYERS.items():
        if name in ("bracket", "tail", "ninety", "fifty"):
            made.append(drawn(name, "rule", x, y, alt.Y2("y2:Q"), colour, **style))
        elif style:
            points = {"size": 70, "opacity": 1} | style
            made.append(drawn(name, "point", x, y, colour, tooltip=shown, **points))
    at = alt.X("lx:Q"), alt.Y("ly:Q")
    made.append(drawn("label", "text", *at, colour, text="name", align="left", fontSize=12))
    return alt.layer(*made).properties(height=frame.size[1], description=described(some, frame.panel))


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
