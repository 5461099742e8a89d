"""Gains in rows: a row a comparison, one mark, one interval and the number; losses stand in a shaded part."""

import math
from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING
from ceg.exhibits.marks_and_axes import axis, multiples, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE
from ceg.prose import wording
from ceg.uncertainty.intervals import with_intervals

ROW, HEAD = 26, 18
"""Height of a row, and of the room above the first for what the lines are called, in pixels."""

TICKS = (0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000, 10_000)
GAIN = "gain (times the training compute)"
SHAPES = {
    "point": {"shape": "circle", "filled": True, "size": 80},
    "beyond": {"shape": "circle", "filled": False, "size": 70, "strokeWidth": 2},
    "least": {"shape": "triangle-right", "filled": True, "size": 90},
    "most": {"shape": "triangle-left", "filled": True, "size": 90},
}
"""The mark of an estimate within the models, of one beyond the last, of a lower and of an upper bound."""


def rows(book: Analysis, named: Mapping[str, str]) -> pd.DataFrame:
    """A row for each comparison that has a number, in the order given.

    named: id of a comparison -> what its row is called. Columns: comparison, name, value (the CEG, or the
    bound), shape (of ``SHAPES``), observed (the lower bound of an estimate beyond the last model), low and
    high (the 90% interval, NaN where it is open), short and says (in words), status, source, provenance.
    """
    found = []
    for e in with_intervals(book, [book.estimate(c) for c in named]):
        if e.status not in SAYING:
            continue
        shape = "point" if e.status == "interpolated" else "beyond"
        found.append(
            {
                "comparison": e.comparison,
                "name": named[e.comparison],
                "value": formatting.six(e.ceg or e.lower_bound or e.upper_bound),
                "shape": shape if e.ceg else "least" if e.lower_bound else "most",
                "observed": formatting.six(e.lower_bound) if e.ceg and shape == "beyond" else None,
                "low": e.low,
                "high": e.high,
                "short": wording.short(e),
                "says": wording.sure(e),
                "status": e.status,
                **provenance.of_comparison(book, e.comparison),
            }
        )
    columns = ["comparison", "name", "value", "shape", "observed", "low", "high", "short", "says", "status"]
    frame = pd.DataFrame(found, columns=[*columns, "source", "provenance"])
    return frame.astype(dict.fromkeys(("value", "observed", "low", "high"), float))


def chart(
    frame: pd.DataFrame,
    *,
    category: str,
    thresholds: Sequence[float] = (),
    reach: tuple[float, float] | None = None,
) -> alt.LayerChart:
    """The rows of ``rows`` on a log axis, from the first at the top.

    category: of ``CATEGORY``, for the colour. thresholds: gains at which a line is drawn. reach: least and
    greatest gain on the axis, to share it between charts; left out, what there is. Intervals that go further
    end at the edge, in an arrow where nothing bounds them.
    """
    values, seen = np.log10(frame["value"]), np.log10(frame["observed"])
    low, high = map(math.log10, reach) if reach else (np.fmin(values, seen).min(), values.max())
    left, right = min(low, 0) - 0.35, max(high, 0.3) + 0.35
    at = frame.assign(
        x=values.round(4),
        from_=np.log10(frame["low"]).clip(left, right).fillna(left).round(4),
        to=np.log10(frame["high"]).clip(left, right).fillna(right).round(4),
    )
    limited = at[frame["low"].notna() | frame["high"].notna()]
    goes_on = limited[limited["high"].isna()].assign(x=right)
    ticks = multiples(_apart(left, right), ",.2~r", labelOverlap="greedy", labelSeparation=6)
    x = axis(alt.X, "x", GAIN, (left, right), **ticks)
    names = alt.Axis(labelLimit=170, ticks=False, domain=False, labelPadding=8)
    y = alt.Y("name:N", title=None, sort=list(frame["name"]), axis=names)
    shown = tips("name", "says=gain", "source", "provenance")
    colour, whole = CATEGORY[category], {"y": alt.value(-HEAD), "y2": alt.value("height")}
    lines = pd.DataFrame({"x": [0.0, *map(math.log10, thresholds)], "says": ["1x", *_called(thresholds)]})
    faint = {"color": colour, "opacity": 0.45}
    layers = [
        alt.Chart(pd.DataFrame({"x": [left], "x2": [0.0]}))
        .mark_rect(color=RULE, opacity=0.3)
        .encode(x, alt.X2("x2:Q"), **whole),
        alt.Chart(lines).mark_rule(color=MUTED, opacity=0.6).encode(x, **whole),
        alt.Chart(lines)
        .mark_text(color=MUTED, align="left", dx=4, fontSize=11)
        .encode(x, y=alt.value(-HEAD + 5), text="says:N"),
        alt.Chart(limited)
        .mark_rule(strokeWidth=2, **faint)
        .encode(axis(alt.X, "from_", GAIN, (left, right), **ticks), y, alt.X2("to:Q"), tooltip=shown),
        alt.Chart(goes_on).mark_point(shape="triangle-right", filled=True, size=35, **faint).encode(x, y),
    ]
    for shape, style in SHAPES.items():
        some = at[at["shape"] == shape]
        if len(some):
            layers.append(
                alt.Chart(some).mark_point(color=colour, opacity=1, **style).encode(x, y, tooltip=shown)
            )
    bounds = alt.Chart(at.assign(x=seen.round(4)).dropna(subset="x"))
    layers.append(bounds.mark_point(color=colour, opacity=1, **SHAPES["least"]).encode(x, y, tooltip=shown))
    number = {"align": "left", "dx": 8, "fontSize": 12, "color": INK}
    layers.append(alt.Chart(at).mark_text(**number).encode(y=y, x=alt.value("width"), text="short:N"))
    said = "; ".join(frame["name"] + " " + frame["says"])
    return alt.layer(*layers).properties(
        height=ROW * max(len(frame), 1),
        padding={"left": 10, "top": HEAD, "bottom": 4, "right": 4},
        description=f"Gains, a row each: {said}.",
    )


def _apart(left: float, right: float, distance: float = 0.25) -> list[float]:
    """Ticks within the axis; 1 is among them, and no two are too near each other."""
    within = [t for t in TICKS if left <= math.log10(t) <= right]
    return [t for t in within if t == 1 or abs(math.log10(t)) >= distance * (right - left) / 3]


def _called(thresholds: Sequence[float]) -> list[str]:
    return [formatting.times(t) for t in thresholds]
