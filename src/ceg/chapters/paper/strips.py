"""One enhancement over many tasks: how its CEG is distributed over them, by model and by kind of task."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import axis, layer, times, tips
from ceg.exhibits.tables import numbers
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE
from ceg.prose import wording
from ceg.survey import survey

APART = {"flat": "flat baseline", "floor": "at the floor"}
ROW, LEVEL, DOT = 54, 6, 0.12
"""Height of a strip and of a level in it, in pixels; least distance of two dots on one level, in decades."""


@dataclass(frozen=True)
class Strip:
    """A row of a distribution: its label, the line under it, gains by task, their median.

    gains: rows of ``gains_by_task``. quiet: apart, in grey.
    """

    label: str
    under: str
    gains: pd.DataFrame
    median: Estimate | None = None
    quiet: bool = False

    @property
    def with_number(self) -> list[tuple[str, Estimate]]:
        """The tasks with their estimates, where there is a number."""
        return list(self.gains.loc[self.gains["with_number"], ["task", "estimate"]].itertuples(index=False))


def by_size(gains: pd.DataFrame) -> list[Strip]:
    """A strip for each model, the biggest on top: tasks whose baseline rises.

    The biggest has no median: nothing bounds it.
    """
    rising = gains.query("yardstick == 'rises'")
    sizes = list(rising["size"].unique())
    strips = []
    for size in reversed(sizes):
        some = rising[rising["size"] == size]
        median = None if size == sizes[-1] else survey.median(list(some["estimate"]))
        strips.append(Strip(size, f"median {wording.ceg(median)}" if median else "none bigger", some, median))
    return strips


def by_kind(gains: pd.DataFrame) -> list[Strip]:
    """A strip for each kind of task, the greatest median on top; below, the tasks without a yardstick."""
    strips = []
    for kind, some in gains.query("yardstick == 'rises'").groupby("kind", sort=False, observed=True):
        median = survey.median(list(some["estimate"]))
        under = f"median {wording.ceg(median)}" if len(some) > 1 else "one task"
        strips.append(Strip(str(kind), under, some, median))
    strips.sort(key=lambda s: -((s.median and (s.median.ceg or s.median.lower_bound)) or 0))
    for yardstick, label in APART.items():
        some = gains[gains["yardstick"] == yardstick]
        if len(some):
            strips.append(Strip(label, "no meaning", some, quiet=True))
    return strips


Panels = Mapping[str, Sequence[Strip]]
"""Title of a chart -> its strips, from top to bottom."""


def charts(panels: Panels, *, category: str, thresholds: Sequence[float]) -> list[alt.LayerChart | alt.Chart]:
    """A chart for each panel: the CEG of every task, a mark each, on a log axis with the thresholds.

    Equal bounds are one arrow.
    """
    drawn = {k: [m for at, s in enumerate(reversed(v)) for m in _marks(s, at)] for k, v in panels.items()}
    reached = [m["x"] for marks in drawn.values() for m in marks]
    domain = (min(-1.1, min(reached, default=0) - 0.6), max(1.6, max(reached, default=0) + 0.5))
    made = []
    for title, strips in panels.items():
        if drawn[title]:
            chart = _panel(strips, drawn[title], domain, [1.0, *thresholds], CATEGORY[category])
            said, height = f"{title}. " + " ".join(_said(s) for s in strips), ROW * len(strips)
        else:
            chart, said, height = left_out.chart(), f"{title}: {left_out.WORDS}.", ROW
        made.append(chart.properties(title=title, height=height, description=said))
    return made


def evidence(book: Analysis, panels: Panels, note: str) -> dict[str, Any]:
    """What ``show`` takes beside the charts: the estimates, their sources, and a note on what is left out."""
    rows = [
        {"panel": title, "strip": s.label, "task": r.task, "kind": r.kind, "baseline": r.yardstick}
        | {"status": r.estimate.status}
        | dict(zip(("ceg", "lower_bound", "upper_bound"), numbers(r.estimate), strict=True))
        | {"comparison": r.Index}
        for title, strips in panels.items()
        for s in strips
        for r in s.gains.itertuples()
    ]
    data = pd.DataFrame(rows)
    drawn = [e for strips in panels.values() for s in strips for e in s.gains["estimate"]]
    sources = provenance.behind(book, data["comparison"])
    return {"data": data, "sources": sources, "note": left_out.joined(note, _left_out(drawn))}


def _left_out(estimates: Sequence[Estimate]) -> str:
    """How many comparisons the assumptions leave out, and why; empty if none."""
    out = {e.comparison: e for e in estimates if e.status == "not-available"}
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
    for name, e in strip.with_number:
        if e.status == "bound":
            value = (
                formatting.rounded_down(e.lower_bound)
                if e.lower_bound
                else formatting.rounded_up(e.upper_bound)
            )
            gathered.setdefault((bool(e.lower_bound), value), []).append((name, e))
    where = strip.gains[["source", "provenance"]]
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
                **_where(where.loc[[e.comparison for _, e in some]]),
            }
        )
    placed = [(m["x"] + d, 0) for m in marks for d in (-0.1, 0, 0.1)]
    for x, name, e in sorted((math.log10(e.ceg), n, e) for n, e in strip.with_number if e.ceg is not None):
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
                **_where(where.loc[[e.comparison]]),
            }
        )
    centre = strip.median and (strip.median.ceg or strip.median.lower_bound or strip.median.upper_bound)
    if centre:
        marks.append(
            {
                "shape": "median",
                "x": round(math.log10(centre), 4),
                "y": at,
                "task": "median",
                "CEG": wording.ceg(strip.median),
                "status": f"of {len(strip.with_number)} tasks",
                "tone": "median",
                "source": "",
                "provenance": "",
            }
        )
    return marks


def _where(places: pd.DataFrame) -> dict[str, str]:
    """Source and provenance of what one mark stands for, each once."""
    return {column: "; ".join(places[column].unique()) for column in places}


def _said(strip: Strip) -> str:
    """A strip read aloud."""
    points = [e.ceg for _, e in strip.with_number if e.ceg is not None]
    words = [f"{strip.label}: {strip.under}"]
    if points:
        words.append(
            f"{len(points)} points from {formatting.times(min(points), 2)} to "
            f"{formatting.times(max(points), 2)}"
        )
    words += [f"{n} {wording.ceg(e)}" for n, e in strip.with_number if e.status == "bound"]
    words += [f"{absent} without a number"] if (absent := len(strip.gains) - len(strip.with_number)) else []
    return ", ".join(words) + "."
