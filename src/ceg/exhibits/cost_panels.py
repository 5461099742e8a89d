"""A panel of gains against one cost: its axes, a mark for each enhancement, and where the names stand."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from ceg import formatting
from ceg.exhibits import label_placement
from ceg.exhibits.marks_and_axes import axis, by_category, labelled, layer, times, tips
from ceg.exhibits.theme import CATEGORY, MUTED, RULE, theme

CEG_TICKS = (0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)
HEIGHT = 400
"""Of the plot, in pixels."""

PLOTS = {True: (540, HEIGHT), False: (270, HEIGHT)}
"""Width and height in pixels of the plots that names are laid out for: a wide one, a phone's."""

WIDE = "width > 520"
"""Which of them a plot is, in Vega's language."""

LANE = 1.6
"""How wide the lane of those without cost is, in decades."""

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
        (1e-4, 1e-3, 1e-2, 1e-1, 1),
        formatting.percent,
    ),
    Panel(
        "runtime_multiple",
        "cost of an answer (against one without it)",
        (1, 10, 100, 1e3, 1e4, 1e5),
        formatting.multiple,
    ),
)


@dataclass(frozen=True)
class Frame:
    """A panel with its axes, in decades.

    slots: where those without cost stand, side by side left of the least cost. lane: where their lane ends,
    None without one.
    """

    panel: Panel
    xs: tuple[float, float]
    ys: tuple[float, float]
    ticks: Mapping[float, str]
    slots: Mapping[str, float]
    lane: float | None

    def x(self, row: Mapping) -> float | None:
        """Where a row stands; None if its cost is not known."""
        cost = row[self.panel.key]
        if cost is None:
            return None
        return round(math.log10(cost) if cost else self.slots[row["enhancement"]], 4)


def frame(rows: Sequence[Mapping], panel: Panel, thresholds: Sequence[float]) -> Frame:
    """Axes that hold these rows and thresholds."""
    costs = [r[panel.key] for r in rows if r[panel.key] is not None]
    reached = [math.log10(c) for c in costs if c] or [math.log10(panel.ticks[0])]
    low, high = min(reached) - 0.3, max(reached) + 0.4
    free = dict.fromkeys(r["enhancement"] for r in rows if r[panel.key] == 0)
    step, lane = LANE / max(len(free), 4), low if free else None
    slots = {n: low - LANE + step * (i + 0.5 + (4 - min(len(free), 4)) / 2) for i, n in enumerate(free)}
    ticks = {low - LANE / 2: "none"} if free else {}
    ticks |= {at: panel.show(t) for t in panel.ticks if low <= (at := math.log10(t)) <= high}
    xs = low - LANE if free else low, high
    heights = [r["y"] for r in rows]
    ys = min([0, *heights]) - 0.15, max([*heights, *map(math.log10, thresholds)]) + 0.2
    return Frame(panel, xs, ys, ticks, slots, lane)


def mark(row: Mapping) -> str:
    """Which mark a row has, a name of ``SHAPES``."""
    if row["status"] in SHAPES:
        return row["status"]
    return "least" if row["lower_bound"] else "most"


def layers(frame: Frame, rows: Sequence[Mapping], thresholds: Sequence[float]) -> dict[str, list[dict]]:
    """Layer -> records, of everything that a panel draws."""
    found: dict[str, list[dict]] = {name: [] for name in LAYERS}
    found["line"] = [{"x": frame.xs[1], "y": y, "says": says} for y, says in lines(thresholds)]
    drawn = [
        dict(r) | {"x": frame.x(r), "y": round(r["y"], 3), "cost": frame.panel.show(r[frame.panel.key])}
        for r in rows
        if r[frame.panel.key] is not None
    ]
    for r in drawn:
        found[mark(r)].append({k: r[k] for k in (*SAID, "x", "y")})
    return found | named(frame, drawn, [y for y, says in lines(thresholds) if says])


def named(frame: Frame, drawn: Sequence[dict], heights: Sequence[float]) -> dict[str, list[dict]]:
    """The names and their lines, for a wide plot and for a phone's. heights: where the lines' names stand."""
    found: dict[str, list[dict]] = {"leader": [], "label": []}
    for wide, (width, height) in PLOTS.items():
        lines = [(frame.ys[1] - y) * height / (frame.ys[1] - frame.ys[0]) for y in heights]
        taken = [(width - 30, at - 15, width, at) for at in lines]
        for spot in label_placement.beside(drawn, frame.xs, frame.ys, (width, height), taken):
            at = {k: spot[k] for k in ("name", "category", "x", "y")} | {"wide": wide}
            found["label"].append(at | {k: spot[k] for k in ("dx", "dy", "align")})
            if spot["tx"] is not None:
                found["leader"].append(at | {k: spot[k] for k in ("tx", "ty")})
    return found


def lines(thresholds: Sequence[float]) -> list[tuple[float, str]]:
    """The quiet lines at no gain and at the thresholds: height and what is written on them."""
    return [(0.0, ""), *((round(math.log10(t), 4), f"{t:g}x") for t in thresholds)]


SHAPES = {
    "interpolated": {"shape": "circle", "filled": True},
    "extrapolated": {"shape": "circle", "filled": False, "strokeWidth": 2},
    "least": {"shape": "triangle-up", "filled": True},
    "most": {"shape": "triangle-down", "filled": True},
}
"""The mark of an estimate between models, of one beyond the last, of a lower and of an upper bound."""

LAYERS = ("line", "leader", "before", *SHAPES, "label")
"""Layers of a panel from back to front; ``before`` is for pages that move points."""


def spec(frame: Frame, rows: Sequence[Mapping], thresholds: Sequence[float]) -> dict:
    """A panel as Vega-Lite, with all that the book says of charts."""
    return theme(chart(frame, rows, thresholds), HEIGHT)


def chart(frame: Frame, rows: Sequence[Mapping], thresholds: Sequence[float]) -> alt.LayerChart:
    """A panel.

    Its data sets are named ``<field of the cost>_<layer>``, for a page that moves them.
    """
    some = [r for r in rows if r[frame.panel.key] is not None]
    data = layers(frame, rows, thresholds)

    def drawn(name: str, mark: str, *channels: alt.SchemaBase, **more: object) -> alt.Chart:
        return layer(data[name], mark, *channels, name=f"{frame.panel.key}_{name}", **more)

    ticks = {"values": list(frame.ticks), "labelExpr": labelled(frame.ticks), "grid": False}
    x = axis(alt.X, "x", frame.panel.title, frame.xs, labelSeparation=6, **ticks)
    heights = [math.log10(t) for t in CEG_TICKS if frame.ys[0] <= math.log10(t) <= frame.ys[1]]
    gain = {"values": heights, "labelExpr": times(), "grid": False}
    y = axis(alt.Y, "y", "compute-equivalent gain", frame.ys, **gain)
    colour, cost = by_category(), f"cost={frame.panel.cost}"
    shown = tips("name=enhancement", "says=CEG", "status", cost, "comparison", "source", "provenance")
    fits = f"datum.wide == ({WIDE})"
    made = [
        drawn("line", "rule", y, color=RULE, strokeWidth=1),
        drawn("line", "text", x, y, text="says", align="right", dy=-6, color=MUTED, fontSize=12),
        drawn(
            "leader",
            "rule",
            x,
            y,
            alt.X2("x"),
            alt.Y2("y"),
            colour,
            x2Offset=alt.ExprRef("datum.tx"),
            y2Offset=alt.ExprRef("datum.ty"),
            strokeWidth=1,
            opacity=0.6,
        ).transform_filter(fits),
    ]
    if frame.lane is not None:
        lane = alt.Chart(alt.Data(values=[{"x": frame.lane}]))
        made.insert(0, lane.mark_rule(color=RULE, strokeDash=[2, 3]).encode(x))
    if frame.panel == PANELS[0]:
        made.append(_categories(rows))
    for name, style in {"before": {"shape": "circle", "filled": True, "opacity": 0.3}, **SHAPES}.items():
        points = {"size": 75, "opacity": 1} | style
        made.append(drawn(name, "point", x, y, colour, tooltip=shown, **points))
    at = {k: alt.ExprRef(f"datum.{k}") for k in ("dx", "dy", "align")}
    size = alt.ExprRef(f"{WIDE} ? 12 : 11")
    names = drawn("label", "text", x, y, colour, text="name", fontSize=size, baseline="middle", **at)
    made.append(names.transform_filter(fits))
    return alt.layer(*made).properties(height=HEIGHT, description=described(some, frame.panel))


def _categories(rows: Sequence[Mapping]) -> alt.Chart:
    """The categories in their colours, above the panel."""
    at, words = -45.0, []
    for category in (c for c in CATEGORY if any(r["category"] == c for r in rows)):
        words.append({"category": category, "at": at})
        at += 6.7 * len(category) - 3 * sum(letter in " filt" for letter in category) + 9
    place = alt.ExprRef("datum.at")
    text = {"align": "left", "fontSize": 11, "y": -14}
    return layer(words, "text", by_category(), text="category", x=place, **text)


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
