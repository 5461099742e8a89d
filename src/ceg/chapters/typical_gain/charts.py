"""Typical gains drawn: a row an enhancement, beside its headline."""

import math

import altair as alt
import numpy as np
import pandas as pd

from ceg.exhibits import left_out, named_rows
from ceg.exhibits.gain_rows import GAIN, SHAPES
from ceg.exhibits.marks_and_axes import axis, layer, losses, multiples, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED
from ceg.typical.derived import NOT_COMPUTED

TICKS = (0.1, 1, 5, 20, 100, 1000)
BLUE = CATEGORY["tool use"]


def rows(gains: pd.DataFrame, title: str, reach: tuple[float, float]) -> alt.LayerChart | alt.Chart:
    """A row an enhancement, the greatest typical gain first; a panel of a figure.

    The dot is the typical gain, the thick line holds half of new benchmarks, the thin one nine in ten. The
    grey mark is the headline. gains: as ``tables.beside_headlines`` gives them. reach: least and greatest
    gain on the axis.
    """
    if gains.empty:
        return left_out.panel(title, 100, NOT_COMPUTED)
    left, right = (math.log10(end) for end in reach)
    some = gains.sort_values("typical", ascending=False, kind="stable")
    at = pd.DataFrame({"name": some["name"], "says": some["says"], "short": some["typical_short"]})
    ends = ("typical_low", "typical_quartile_low", "typical", "typical_quartile_high", "typical_high")
    for end, column in zip(("low", "from_", "x", "to", "high"), ends, strict=True):
        at[end] = np.log10(some[column]).clip(left, right).round(4)
    heads = pd.DataFrame(
        {
            "name": some["name"],
            "x": np.log10(some["headline_value"]).clip(left, right).round(4),
            "shape": some["headline_shape"],
            "says": some["headline_says"],
        }
    ).dropna(subset="x")
    ticks = multiples(TICKS, ",.1~r", labelOverlap="greedy", labelSeparation=6)
    x, low, from_ = (axis(alt.X, field, GAIN, (left, right), **ticks) for field in ("x", "low", "from_"))
    y = named_rows.rows(list(at["name"]))
    whole = {"y": alt.value(0), "y2": alt.value("height")}
    base = alt.Chart(at).encode(y=y, tooltip=tips("name=enhancement", "says=typical gain"))
    number = {"align": "left", "dx": 8, "fontSize": 12, "color": INK}
    layers = [
        *losses(x, left),
        layer([{"x": math.log10(5)}], "rule", x, color=MUTED, opacity=0.6).encode(**whole),
        base.mark_rule(color=BLUE, opacity=0.4, strokeWidth=1.5).encode(low, alt.X2("high:Q")),
        base.mark_rule(color=BLUE, opacity=0.55, strokeWidth=5).encode(from_, alt.X2("to:Q")),
        base.mark_point(color=BLUE, opacity=1, **SHAPES["point"]).encode(x),
    ]
    for shape, style in SHAPES.items():
        of_shape = heads[heads["shape"] == shape]
        if len(of_shape):
            marks = alt.Chart(of_shape).mark_point(color=MUTED, opacity=0.9, **style | {"size": 45})
            layers.append(marks.encode(x, y, tooltip=tips("name=enhancement", "says=headline")))
    layers.append(base.mark_text(**number).encode(x=alt.value("width"), text="short:N"))
    said = "; ".join(at["name"] + " " + at["says"])
    return alt.layer(*layers).properties(
        title=title,
        height=named_rows.ROW * len(at),
        padding={"left": 10, "top": 4, "bottom": 4, "right": 4},
        description=f"{title}: typical gains, a row each, with the headline beside. {said}.",
    )


def reach(gains: pd.DataFrame) -> tuple[float, float]:
    """Least and greatest gain that the axis shows, so that all panels share it."""
    if gains.empty:
        return 0.1, 10.0
    low = gains["typical_low"].min()
    high = max(gains["typical_high"].max(), gains["headline_value"].max())
    return max(min(low, 0.5), 0.02), min(max(high * 1.3, 10), 5000)
