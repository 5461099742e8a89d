"""Specification curves: the numbers that the choices give an enhancement, and which options give them."""

import math
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from ceg.exhibits.marks_and_axes import bare_axis, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE
from ceg.formatting import part, six, times
from ceg.multiverse.outcomes import BOUND
from ceg.multiverse.specifications import Factor
from ceg.multiverse.survey import Multiverse, moved
from ceg.multiverse.variance_shares import weights_of

TICKS = (0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)
MATTERS = 0.01
"""Share of the variance from which on a choice is drawn under a curve."""

COLUMNS = ["enhancement", "status", "number", "share", "options"]
"""What the table under the figure has."""

LEFT, ROW, GAP, DECADE = -0.62, 13, 18, 110
"""Where the names of choices begin, with the curve from 0 to 1; heights in pixels, of the curve too."""


def numbers(multiverse: Multiverse, enhancement: str) -> pd.DataFrame:
    """The different numbers that the specifications give an enhancement's headline, in rising order.

    Besides ``COLUMNS``: log10 of the number, and a column for each choice that moves it, with the part that
    each of its options has in the number.
    """
    factors, used = multiverse.factors[:-1], moving(multiverse, enhancement)
    made = multiverse.standing[enhancement][0]
    weights = weights_of([f.weights for f in factors], made.status.shape)
    is_point, shown = ~np.isnan(made.log10_ceg), np.round(made.shown, 6)
    rows = []
    for point in (False, True):
        said = made.says & (is_point == point)
        for value in np.unique(shown[said]):
            here = said & (shown == value)
            inside = weights * here
            lower = made.log10_lower[here & (made.status == BOUND)]
            bound = "upper bound" if np.isnan(lower).all() else "lower bound"
            parts = {f.title: _parts(inside, factors.index(f), f) for f in used}
            rows.append(
                {
                    "enhancement": enhancement,
                    "status": "point" if point else bound,
                    "number": six(10**value),
                    "share": six(round(float(inside.sum()), 9)),
                    "options": "; ".join(f"{f.title}: {_named(f, parts[f.title])}" for f in used),
                    "log10": float(value),
                    **parts,
                }
            )
    return pd.DataFrame(rows).sort_values(["log10", "status"], ignore_index=True)


def moving(multiverse: Multiverse, enhancement: str) -> list[Factor]:
    """The choices that move the number shown for an enhancement's headline."""
    threshold = multiverse.analysis.assumptions.threshold_large
    total = moved(multiverse, threshold, [enhancement])[enhancement]["number"][1]
    return [f for f, share in zip(multiverse.factors[:-1], total, strict=True) if share >= MATTERS]


def _parts(inside: np.ndarray, axis: int, factor: Factor) -> np.ndarray:
    """The part that each level of a factor has in the specifications inside."""
    part = inside.sum(tuple(i for i in range(inside.ndim) if i != axis)) / inside.sum()
    return part if part.size > 1 else np.array(factor.weights)


def _named(factor: Factor, parts: Sequence[float]) -> str:
    some = [factor.label(i) for i, share in enumerate(parts) if share > 1e-9]
    return "any" if len(some) == len(factor.levels) else " or ".join(some)


def curve(multiverse: Multiverse, enhancement: str, numbers: pd.DataFrame) -> alt.LayerChart:
    """An enhancement's numbers, each as wide as its share of the specifications with a number.

    Below, a row an option, the darker the more of the specifications above have it. All on one pair of axes,
    so that the chart takes the width of its panel. numbers: as the function above gives them.
    """
    row = multiverse.analysis.evidence.enhancements[enhancement]
    colour, whole = CATEGORY[row.category], numbers["share"].sum()
    low, high = min(0.0, numbers["log10"].min()) - 0.15, max(1.0, numbers["log10"].max()) + 0.25
    pixel = (high - low) / DECADE
    ends = numbers["share"].cumsum() / whole
    drawn = numbers[["status"]].assign(
        x=(ends - numbers["share"] / whole).round(5),
        x2=ends.round(5),
        y=numbers["log10"].round(4),
        says=numbers["number"].map(times),
        part=numbers["share"].map(part),
    )
    options, labels, bottom = _options(
        numbers, drawn, moving(multiverse, enhancement), low - 16 * pixel, pixel
    )

    x, y = bare_axis(alt.X, "x", (LEFT, 1)), bare_axis(alt.Y, "y", (bottom + 6 * pixel, high))
    across = x, y, alt.X2("x2:Q")
    ticks = pd.DataFrame({"tick": [t for t in TICKS if low <= math.log10(t) <= high]})
    ticks = ticks.assign(
        x=0, x2=1, beside=-0.03, y=np.log10(ticks["tick"]), label=ticks["tick"].map("{:g}x".format)
    )
    shown = tips("says=CEG", "status", "part=share of specifications")
    is_point = drawn["status"] == "point"
    wide = drawn[~is_point & (drawn["x2"] - drawn["x"] > 0.02)]
    layers = [
        alt.Chart(ticks).mark_rule(color=RULE).encode(*across),
        _texts(ticks, bare_axis(alt.X, "beside", (LEFT, 1)), y, align="right", color=MUTED),
        alt.Chart(drawn[is_point]).mark_rule(strokeWidth=4, color=colour).encode(*across, tooltip=shown),
        alt.Chart(drawn[~is_point])
        .mark_rule(strokeWidth=2, strokeDash=[2, 2], color=colour)
        .encode(*across, tooltip=shown),
    ]
    for status, shape, up in (("lower bound", "triangle-up", 6), ("upper bound", "triangle-down", -6)):
        marks = wide[wide["status"] == status]
        marks = marks.assign(x=(marks["x"] + marks["x2"]) / 2, y=marks["y"] + up * pixel)
        points = {"shape": shape, "filled": True, "size": 28, "opacity": 1, "color": colour}
        layers.append(alt.Chart(marks).mark_point(**points).encode(x, y))
    if len(options):
        dark = alt.Opacity("part:Q", scale=alt.Scale(domain=[0, 1], range=[0.08, 0.9]), legend=None)
        rows = alt.Chart(options).mark_rect(color=colour).encode(*across, alt.Y2("y2:Q"), dark)
        heads, names = labels.query("x == @LEFT"), labels.query("x != @LEFT")
        layers += [rows, _texts(heads, x, y, align="left", fontWeight="bold", color=INK)]
        layers.append(_texts(names, x, y, align="right", color=INK))
    title = row.name if whole > 1 - 1e-6 else f"{row.name}: a number in {part(whole)}"
    said = "; ".join(drawn["says"] + " (" + drawn["status"] + ") in " + drawn["part"])
    return alt.layer(*layers).properties(
        title=title,
        height=round((high - bottom) / pixel),
        description=f"{title} over the specifications: {said}.",
    )


def _texts(frame: pd.DataFrame, x: alt.X, y: alt.Y, **style: object) -> alt.Chart:
    return alt.Chart(frame).mark_text(fontSize=12, **style).encode(x, y, text="label:N")


def _options(
    numbers: pd.DataFrame, drawn: pd.DataFrame, used: Sequence[Factor], y: float, pixel: float
) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """The rows below the curve, from y on: marks, one for neighbours with the same part; names; the end."""
    marks, labels = [], []
    for factor in used:
        labels.append({"x": LEFT, "y": y, "label": factor.title})
        for level in range(len(factor.levels)):
            y -= ROW * pixel
            labels.append({"x": -0.03, "y": y, "label": factor.label(level)})
            parts = numbers[factor.title].map(lambda parts, level=level: round(float(parts[level]), 3))
            same = drawn.assign(part=parts).groupby((parts != parts.shift()).cumsum())
            joined = same.agg(x=("x", "first"), x2=("x2", "last"), part=("part", "first"))
            marks.append(joined.assign(y=round(y - 5 * pixel, 4), y2=round(y + 5 * pixel, 4)))
        y -= GAP * pixel
    some = pd.concat(marks).query("part > 0") if marks else pd.DataFrame()
    return some, pd.DataFrame(labels), y
