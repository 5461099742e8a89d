"""What was foretold and what is found, drawn: a row a test."""

import math

import altair as alt
import numpy as np
import pandas as pd

from ceg.exhibits import left_out, named_rows
from ceg.exhibits.gain_rows import GAIN, SHAPES
from ceg.exhibits.marks_and_axes import axis, losses, multiples, tips
from ceg.exhibits.theme import CATEGORY, MUTED
from ceg.typical.derived import NOT_COMPUTED

TICKS = (0.001, 0.01, 0.1, 1, 10, 100, 1000)
FORETOLD, OUTSIDE = CATEGORY["tool use"], CATEGORY["prompting"]
SHORT = {
    "logical deduction three objects": "deduction, 3 objects",
    "logical deduction five objects": "deduction, 5 objects",
    "logical deduction seven objects": "deduction, 7 objects",
    "tracking shuffled objects three objects": "tracking, 3 objects",
    "tracking shuffled objects five objects": "tracking, 5 objects",
    "tracking shuffled objects seven objects": "tracking, 7 objects",
    "reasoning about colored objects": "colored objects",
    "salient translation error detection": "translation errors",
}
"""Names of tasks that are too long for a row."""

SHAPE = {"value": "point", "at least": "least", "at most": "most"}


def rows(frame: pd.DataFrame, by: str, title: str, reach: tuple[float, float]) -> alt.LayerChart | alt.Chart:
    """A row a benchmark or a family, that with the greatest middle gain first; a panel of a figure.

    Pale bars hold half and nine in ten of what was foretold; marks are what is found. frame: rows of
    ``tables.compared``. by: its column that makes the rows. reach: least and greatest gain on the axis.
    """
    if frame.empty:
        return left_out.panel(title, 100, NOT_COMPUTED)
    left, right = (math.log10(end) for end in reach)
    some = frame[frame["kind"] != ""]
    some = some.assign(name=some[by].replace(SHORT), x=np.log10(some["gain"]).clip(left, right).round(3))
    at = some[["name", "model", "benchmark", "says", "kind", "outside", "x"]]
    order = list(at.groupby("name")["x"].median().sort_values(ascending=False, kind="stable").index)
    ends = ["low", "quartile_low", "quartile_high", "high"]
    bands = np.log10(some.groupby("name")[ends].median()).clip(left, right).round(3).reset_index()
    ticks = multiples(TICKS, ",.3~r", labelOverlap="greedy", labelSeparation=6)
    x, low, middle = (axis(alt.X, f, GAIN, (left, right), **ticks) for f in ("x", "low", "quartile_low"))
    y = named_rows.rows(order)
    band = alt.Chart(bands).encode(y=y)
    base = alt.Chart(at).encode(x, y, tooltip=tips("model", "benchmark=test", "says=found"))
    layers = [
        *losses(x, left),
        band.mark_bar(color=FORETOLD, opacity=0.15, height=14).encode(low, alt.X2("high:Q")),
        band.mark_bar(color=FORETOLD, opacity=0.25, height=14).encode(middle, alt.X2("quartile_high:Q")),
    ]
    for outside, colour in ((False, MUTED), (True, OUTSIDE)):
        for kind, shape in SHAPE.items():
            test = f"datum.kind == '{kind}' && {'' if outside else '!'}datum.outside"
            if ((at["kind"] == kind) & (at["outside"] == outside)).any():
                style = SHAPES[shape] | {"size": 42, "color": colour, "opacity": 0.85}
                layers.append(base.transform_filter(test).mark_point(**style))
    counts = at.groupby("name")["outside"].agg(["size", "sum"]).loc[order]
    said = "; ".join(f"{name}: {r['size']} found, {r['sum']} outside" for name, r in counts.iterrows())
    return alt.layer(*layers).properties(
        title=title,
        height=named_rows.ROW * len(order),
        padding={"left": 10, "top": 4, "bottom": 4, "right": 8},
        description=f"{title}: what was foretold and what is found, a row each. {said}.",
    )


def reach(frame: pd.DataFrame) -> tuple[float, float]:
    """Least and greatest gain on the axis, which all panels share."""
    if frame.empty:
        return 0.1, 10.0
    least, most = min(frame["gain"].min(), frame["low"].min()), max(frame["gain"].max(), frame["high"].max())
    return least / 1.5, most * 1.5
