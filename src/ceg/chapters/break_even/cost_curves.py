"""Cost with an enhancement over that of the bigger model, against queries."""

import math
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.chapters.break_even.charts import SHAPES
from ceg.exhibits.marks_and_axes import POWER, axis, by_category, times, tips
from ceg.exhibits.theme import MUTED
from ceg.prose import break_even_words
from ceg.survey import break_even
from ceg.survey.break_even import VERDICTS, Entry

CURVES, NAMES = (5.0, 14.0), 6.2
"""Powers of ten of queries over which costs are drawn, and as many again for the names of the lines."""

HEIGHT, LABEL = 420, 15
"""Of the chart and of a label, in pixels."""


def chart(analysis: Analysis, entries: Sequence[Entry], title: str) -> alt.LayerChart:
    """Total dollars with each enhancement over those of its bigger model, against queries."""
    use = break_even.in_usd(analysis)
    steps = np.arange(CURVES[0], CURVES[1] + 0.1, 0.25)
    lines, meets = [], []
    for e in entries:
        about = {"name": e.enhancement.name, "category": e.enhancement.category}
        ratios = np.log10(break_even.ratio(use, e.gain, *e.charges, 10**steps))
        lines.append(pd.DataFrame({**about, "x": steps, "y": ratios.round(3)}))
        if at := e.of(break_even.break_even, use):
            said = {"says": break_even_words.queries(e, use), "status": e.headline.status}
            where = provenance.of_comparison(analysis, e.headline.comparison)
            meets.append(about | {"x": round(math.log10(at), 3), "y": 0} | said | where)
    points, meets = pd.concat(lines, ignore_index=True), pd.DataFrame(meets)
    ends = points[points["x"] == CURVES[1]]

    low, high = points["y"].min() - 0.25, max(points["y"].max(), 0.2) + 0.25
    labels = ends.assign(y=_apart(ends["y"], LABEL * (high - low) / HEIGHT))
    decades = {"values": list(range(5, 15)), "labelExpr": POWER, "grid": False}
    x = axis(alt.X, "x", "queries over the model's life", (CURVES[0], CURVES[1] + NAMES), **decades)
    inside = [v for v in range(-3, 4) if low <= v <= high]
    ratios = {"values": inside, "labelExpr": times(",.3~r"), "grid": False}
    y = axis(alt.Y, "y", "cost of the enhancement / cost of the bigger model", (low, high), **ratios)
    rule = pd.DataFrame({"x": [CURVES[0]], "x2": [CURVES[1]], "y": [0]})
    shown = tips("name=enhancement", "says=break-even, queries", "status", "source", "provenance")
    coloured = [alt.Chart(points).mark_line(strokeWidth=1.8).encode(detail="name:N")]
    for status, (shape, filled) in SHAPES.items():
        style = {"shape": shape, "filled": filled, "size": 70, "opacity": 1, "strokeWidth": 2}
        coloured.append(alt.Chart(meets[meets["status"] == status]).mark_point(**style).encode(tooltip=shown))
    coloured.append(alt.Chart(ends).mark_point(filled=True, size=18, opacity=1))
    coloured.append(alt.Chart(labels).mark_text(align="left", dx=6, fontSize=12).encode(text="name:N"))
    said = "; ".join(f"{e.enhancement.name}: {_said(e, break_even_words.queries(e, use))}" for e in entries)
    return alt.layer(
        alt.Chart(rule).mark_rule(color=MUTED, strokeWidth=1).encode(x, y, alt.X2("x2:Q")),
        *(layer.encode(x, y, by_category()) for layer in coloured),
    ).properties(
        title=title,
        height=HEIGHT,
        description=f"{title}: cost with the enhancement over that of the bigger model, against queries. "
        f"{said}.",
    )


def _said(entry: Entry, queries: str) -> str:
    return VERDICTS[entry.verdict] + (f" of {queries}" if queries else "")


def _apart(places: pd.Series, least: float) -> pd.Series:
    """Places for labels in the order of their lines' ends, no two closer than the least distance.

    A group of labels that had to move stays centred on its lines.
    """
    ordered = places.sort_values(kind="stable")
    groups = [[place] for place in ordered]
    i = 0
    while i + 1 < len(groups):
        one, other = groups[i], groups[i + 1]
        if np.mean(other) - np.mean(one) >= least * (len(one) + len(other)) / 2:
            i += 1
        else:
            groups[i : i + 2] = [one + other]
            i = max(i - 1, 0)
    spread = [np.mean(g) + least * (j - (len(g) - 1) / 2) for g in groups for j in range(len(g))]
    return pd.Series(spread, ordered.index).round(3)
