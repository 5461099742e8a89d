"""One enhancement over many tasks and models: how its CEG is distributed over the tasks."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from ceg import formatting
from ceg.estimator.gain import Estimate
from ceg.exhibits import left_out
from ceg.exhibits.columns import numbers
from ceg.exhibits.marks_and_axes import axis, layer, of_panels, times, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE, theme
from ceg.prose import wording
from ceg.survey import survey
from ceg.survey.tasks import Task, counted
from sphinx_fresh.show import Figure

APART = {"flat": "flat baseline", "floor": "at the floor"}
COLUMNS = [
    *("panel", "strip", "task", "kind", "baseline", "status"),
    *("ceg", "lower_bound", "upper_bound", "comparison"),
]
ROW, LEVEL, DOT = 54, 6, 0.12
"""Height of a strip and of a level in it, in pixels; least distance of two dots on one level, in decades."""


@dataclass(frozen=True)
class Strip:
    """A row of a distribution: label, the line under it, tasks with estimates, their median.

    quiet: apart, in grey.
    """

    label: str
    under: str
    estimates: Sequence[tuple[Task, Estimate]]
    centre: Estimate | None = None
    quiet: bool = False

    @property
    def said(self) -> list[tuple[str, Estimate]]:
        """The tasks' names with their estimates, where there is a number."""
        return [
            (t.name, e) for t, e in self.estimates if e.status in ("interpolated", "extrapolated", "bound")
        ]

    @property
    def no_gain(self) -> int:
        """On how many tasks the CEG is at most 1."""
        return sum((e.ceg or e.upper_bound or math.inf) <= 1 for _, e in self.said)

    @property
    def unbounded(self) -> list[str]:
        """The tasks on which the model beats the unenhanced ones however big."""
        return [n for n, e in self.said if e.status == "bound" and e.lower_bound and not e.upper_bound]


def by_model(found: Sequence[Task]) -> list[Strip]:
    """A strip for each model, the biggest on top: tasks whose baseline rises.

    The biggest has no median: nothing bounds it.
    """
    rising = [t for t in found if t.yardstick == "rises"]
    models = list(dict.fromkeys(m for t in rising for m in t.estimates))
    strips = []
    for model in reversed(models):
        some = [(t, counted(t.estimates[model])) for t in rising if model in t.estimates]
        centre = None if model == models[-1] else survey.median([e for _, e in some])
        under = f"median {wording.ceg(centre)}" if centre else "none bigger"
        label = model.rpartition(" ")[2].removeprefix("text-").removesuffix("-001")
        strips.append(Strip(label, under, some, centre))
    return strips


def by_kind(found: Sequence[Task], model: str) -> list[Strip]:
    """A strip for each kind of task, the greatest median on top, for one model.

    Below, the tasks without a yardstick.
    """
    strips = []
    for kind in dict.fromkeys(t.kind for t in found if t.yardstick == "rises"):
        some = [(t, counted(t.estimates[model])) for t in found if t.kind == kind and t.yardstick == "rises"]
        centre = survey.median([e for _, e in some])
        strips.append(
            Strip(kind, f"median {wording.ceg(centre)}" if len(some) > 1 else "one task", some, centre)
        )
    strips.sort(key=lambda s: -((s.centre and (s.centre.ceg or s.centre.lower_bound)) or 0))
    for yardstick, label in APART.items():
        some = [(t, counted(t.estimates[model])) for t in found if t.yardstick == yardstick]
        if some:
            strips.append(Strip(label, "no meaning", some, quiet=True))
    return strips


def distribution(
    panels: Mapping[str, Sequence[Strip]],
    *,
    category: str,
    thresholds: Sequence[float],
    **figure: object,
) -> Figure:
    """Panels of strips: the CEG of every task, a mark each, on a log axis with the thresholds.

    Equal bounds are one arrow.
    """
    drawn = {k: [m for at, s in enumerate(reversed(v)) for m in _marks(s, at)] for k, v in panels.items()}
    reached = [m["x"] for marks in drawn.values() for m in marks]
    domain = (min(-1.1, min(reached, default=0) - 0.6), max(1.6, max(reached, default=0) + 0.5))
    specs, rows = [], []
    for title, strips in panels.items():
        if drawn[title]:
            chart = _panel(strips, drawn[title], domain, [1.0, *thresholds], CATEGORY[category])
            said = f"{title}. " + " ".join(_said(s) for s in strips)
            specs.append(theme(chart.properties(title=title), ROW * len(strips), said))
        else:
            specs.append(left_out.panel(title, ROW))
        rows += [
            [title, s.label, t.name, t.kind, t.yardstick, e.status, *numbers(e), e.comparison]
            for s in strips
            for t, e in s.estimates
        ]
    every = [s for strips in panels.values() for s in strips]
    figure["note"] = left_out.joined(figure.get("note", ""), _left_out(every))
    sources = list(dict.fromkeys(place for s in every for t, _ in s.estimates for place in t.places))
    return of_panels(specs, COLUMNS, rows, sources=sources, **figure)


def _left_out(strips: Sequence[Strip]) -> str:
    """What the assumptions leave out of strips: how many comparisons, and why; empty if nothing."""
    out = {e.comparison: e for s in strips for _, e in s.estimates if e.status == "not-available"}
    reasons = formatting.literal("; ".join(dict.fromkeys(e.reason for e in out.values())))
    return f"{len(out)} {left_out.WORDS} ({reasons}); the data name them." if out else ""


def _panel(strips: Sequence[Strip], marks: list, domain: tuple, lines: list, colour: str) -> alt.LayerChart:
    ticks = range(math.ceil(domain[0]), math.floor(domain[1]) + 1)
    ticked = {"values": list(ticks), "labelExpr": times(".1~r"), "grid": False, "labelFontSize": 12}
    x = axis(alt.X, "x", "compute-equivalent gain", domain, **ticked, labelOverlap="greedy")
    n = len(strips)
    named = " : ".join(
        f"datum.value == {n - 1 - i} ? {json.dumps([s.label, s.under])}" for i, s in enumerate(strips)
    )
    still = {"grid": False, "ticks": False, "domain": False, "labelLimit": 200}
    y = axis(alt.Y, "y", None, (-0.5, n - 0.5), values=list(range(n)), labelExpr=f"{named} : ''", **still)
    guides = [{"x": math.log10(v), "says": f"{v:g}x" if v > 1 else "", "y": n - 0.5} for v in lines]
    layers = [
        layer(guides[:1], "rule", x, color=MUTED, strokeWidth=1),
        layer(guides[1:], "rule", x, color=RULE, strokeWidth=1),
        layer(guides, "text", x, y, text="says", color=MUTED, fontSize=12, dy=-6),
    ]
    shown = tips("task", "CEG", "status", "source", "provenance")
    tones = alt.Scale(domain=["median", "apart", "counted"], range=[INK, MUTED, colour])
    tone = alt.Color("tone:N", scale=tones, legend=None)
    for shape, style in SHAPES.items():
        some = [m for m in marks if m["shape"] == shape]
        if some:
            layers.append(layer(some, "point", x, y, tone, tooltip=shown, opacity=1, **style))
        if some and "count" in some[0]:
            beside = {"align": "left", "dx": 8} if shape == "more" else {"align": "right", "dx": -8}
            layers.append(layer(some, "text", x, y, tone, text="count", fontWeight="bold", **beside))
    return alt.layer(*layers)


SHAPES = {
    "median": {"shape": "stroke", "angle": 90, "size": 900, "strokeWidth": 3},
    "dot": {"shape": "circle", "filled": True, "size": 30},
    "ring": {"shape": "circle", "filled": False, "size": 30, "strokeWidth": 1.5},
    "more": {"shape": "triangle-right", "filled": True, "size": 80},
    "less": {"shape": "triangle-left", "filled": True, "size": 80},
}
"""Marks from back to front, with their style."""


def _marks(strip: Strip, at: int) -> list[dict]:
    """The marks of a strip: bounds gathered by value, dots and rings moved off each other, the median."""
    tone = "apart" if strip.quiet else "counted"
    gathered: dict[tuple[bool, str], list[tuple[str, Estimate]]] = {}
    for name, e in strip.said:
        if e.status == "bound":
            value = (
                formatting.rounded_down(e.lower_bound)
                if e.lower_bound
                else formatting.rounded_up(e.upper_bound)
            )
            gathered.setdefault((bool(e.lower_bound), value), []).append((name, e))
    where = {e.comparison: t.where[e.comparison] for t, e in strip.estimates if e.comparison in t.where}
    marks = []
    for (is_lower, value), some in gathered.items():
        x = round(math.log10(some[0][1].lower_bound or some[0][1].upper_bound), 4)
        marks.append(
            {
                "shape": "more" if is_lower else "less",
                "x": x,
                "y": at,
                "task": formatting.listed([n for n, _ in some]),
                "CEG": f"{'≥' if is_lower else '≤'} {value}x",
                "status": "bound",
                "count": str(len(some)) if some[1:] else "",
                "tone": tone,
                **_where([where.get(e.comparison, {}) for _, e in some]),
            }
        )
    placed = [(m["x"] + d, 0) for m in marks for d in (-0.1, 0, 0.1)]
    for x, name, e in sorted((math.log10(e.ceg), n, e) for n, e in strip.said if e.ceg is not None):
        free = lambda k, x=x: all(abs(x - px) >= DOT or pk != k for px, pk in placed)  # noqa: E731
        level = next(k for k in sorted(range(-30, 31), key=abs) if free(k))
        placed.append((x, level))
        marks.append(
            {
                "shape": "dot" if e.status == "interpolated" else "ring",
                "x": round(x, 4),
                "y": at + level * LEVEL / ROW,
                "task": name,
                "CEG": wording.ceg(e),
                "status": e.status,
                "tone": tone,
                **_where([where.get(e.comparison, {})]),
            }
        )
    centre = strip.centre and (strip.centre.ceg or strip.centre.lower_bound or strip.centre.upper_bound)
    if centre:
        marks.append(
            {
                "shape": "median",
                "x": round(math.log10(centre), 4),
                "y": at,
                "task": "median",
                "CEG": wording.ceg(strip.centre),
                "status": f"of {len(strip.said)} tasks",
                "tone": "median",
                **_where([]),
            }
        )
    return marks


def _where(some: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Source and provenance of what one mark stands for, each once."""
    return {k: "; ".join(dict.fromkeys(w[k] for w in some if k in w)) for k in ("source", "provenance")}


def _said(strip: Strip) -> str:
    """A strip read aloud."""
    points = [e.ceg for _, e in strip.said if e.ceg is not None]
    words = [f"{strip.label}: {strip.under}"]
    if points:
        words.append(
            f"{len(points)} points from {formatting.times(min(points), 2)} to "
            f"{formatting.times(max(points), 2)}"
        )
    words += [f"{n} {wording.ceg(e)}" for n, e in strip.said if e.status == "bound"]
    words += [f"{absent} without a number"] if (absent := len(strip.estimates) - len(strip.said)) else []
    return ", ".join(words) + "."
