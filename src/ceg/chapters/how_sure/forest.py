"""The headlines with their bounds, intervals and reported values, as rows and as a chart."""

from collections.abc import Iterable, Sequence

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, Estimate
from ceg.exhibits.marks_and_axes import axis, by_category, multiples, tips
from ceg.exhibits.theme import INK, MUTED, RULE
from ceg.prose import wording

LEFT, RIGHT = -0.55, 3.65
"""Where the axis begins, and where what goes on ends in an arrow, in powers of ten of the CEG."""

TICKS = (0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)
ARROW, ROW, LANE = 0.16, 46, 10
"""Length of a bound's arrow in powers of ten; height of a row and distance of its lanes in pixels."""

NUMBERS = [
    *("ceg", "low", "quartile_low", "quartile_high", "high"),
    *("lower_bound", "upper_bound"),
]
COLUMNS = ["enhancement", "comparison", "status", *NUMBERS[:5], "partial", *NUMBERS[5:], "reported"]
"""What the table under the figure has."""

DRAWN = ["enhancement_name", "category", "says", "source", "provenance"]
"""What the marks say of a headline."""


def rows(book: Analysis, headlines: Iterable[Estimate]) -> pd.DataFrame:
    """The headlines with a number, the greatest first: ``COLUMNS``, and what a chart says of each."""
    some = [e for e in headlines if e.status in SAYING]
    some.sort(key=lambda e: -(e.ceg or e.lower_bound or e.upper_bound))
    frame = book.estimates(some).reset_index()
    claims = book.evidence.paper_claims.values()
    reported = pd.Series({c.claim: wording.claim(c) for c in claims if c.quantity == "ceg"}, dtype=object)
    reported = reported.groupby(book.claims["enhancement"]).agg(" or ".join)
    frame["reported"] = frame["enhancement"].map(reported).fillna("")
    frame["says"] = [wording.sure(e) for e in some]
    frame = frame.join(pd.DataFrame([provenance.of_comparison(book, e.comparison) for e in some]))
    frame[NUMBERS] = frame[NUMBERS].map(formatting.six)
    return frame


def forest(frame: pd.DataFrame, claims: pd.DataFrame, thresholds: Sequence[float]) -> alt.LayerChart:
    """A row a headline in three lanes: what is reported, the estimate with its bracket, the intervals.

    Args:
        frame: as ``rows`` gives it.
        claims: the gains that the paper states, as ``book.claims`` has them.
        thresholds: CEGs at which a line is drawn.
    """
    gain, lower, upper, low, quartile_low, quartile_high, high = (
        np.log10(frame[c])
        for c in ("ceg", "lower_bound", "upper_bound", "low", "quartile_low", "quartile_high", "high")
    )
    at_least = lower[gain.isna()]
    end = upper.fillna(lower + ARROW)[gain.isna()]
    arrow = end[upper.isna()]
    claimed = frame.merge(claims[["enhancement", "value", "value_high"]], on="enhancement")
    stated, stated_high = np.log10(claimed["value"]), np.log10(claimed["value_high"])

    ticks = multiples(TICKS, labelOverlap="greedy")
    x = axis(alt.X, "x", "compute-equivalent gain", (LEFT, RIGHT + 0.05), **ticks)
    names = alt.Axis(labelLimit=190, ticks=False, domain=False, labelPadding=8)
    order = list(frame["enhancement_name"])
    y = alt.Y("enhancement_name:N", title=None, sort=order, axis=names)
    shown = tips("enhancement_name=enhancement", "says=CEG", "source", "provenance")

    def at(places: pd.Series, to: pd.Series | None = None, of: pd.DataFrame = frame) -> alt.Chart:
        """Marks at places, or lines from there, where they are known."""
        if to is None:
            return alt.Chart(of[DRAWN].assign(x=places.round(4)).dropna(subset="x")).encode(x, y)
        ends = of[DRAWN].assign(x=places.round(4), x2=to.round(4)).dropna(subset=["x", "x2"])
        return alt.Chart(ends).encode(x, y, alt.X2("x2:Q"))

    def interval(low: pd.Series, high: pd.Series) -> alt.Chart:
        known = low.notna() | high.notna()
        return at(low.clip(lower=LEFT).fillna(LEFT)[known], high.clip(upper=RIGHT).fillna(RIGHT))

    dashed = {"strokeWidth": 1.5, "strokeDash": [2, 2]}
    diamond = {"shape": "diamond", "filled": False, "size": 60, "opacity": 1, "strokeWidth": 1.5}
    point, right = {"size": 70, "opacity": 1}, "triangle-right"
    goes_on = pd.Series(RIGHT, frame.index)[quartile_low.notna() & ~(high <= RIGHT)]
    coloured = [
        *(at(bound, gain).mark_rule(**dashed) for bound in (lower, upper)),
        at(at_least, end).mark_rule(**dashed),
        *(at(bound).mark_tick(thickness=3, size=13) for bound in (lower, upper)),
        at(gain[frame["status"] == "interpolated"]).mark_point(filled=True, **point),
        at(gain[frame["status"] == "extrapolated"]).mark_point(filled=False, strokeWidth=2, **point),
        at(arrow).mark_point(shape=right, filled=True, **point),
        interval(low, high).mark_rule(strokeWidth=1.2, yOffset=LANE),
        interval(quartile_low, quartile_high).mark_rule(strokeWidth=5, opacity=0.55, yOffset=LANE),
        at(goes_on).mark_point(shape=right, filled=True, size=30, opacity=1, yOffset=LANE),
    ]
    lines = pd.DataFrame({"x": np.log10([1, *thresholds])})
    said = frame["enhancement_name"] + ": " + frame["says"]
    said += frame["reported"].map(lambda reported: f", the paper {reported}" if reported else "")
    return alt.layer(
        alt.Chart(lines).mark_rule(color=RULE).encode(alt.X("x:Q")),
        at(stated, stated_high, claimed).mark_rule(strokeWidth=1, yOffset=-LANE, color=MUTED),
        *(at(s, of=claimed).mark_point(yOffset=-LANE, color=INK, **diamond) for s in (stated, stated_high)),
        *(layer.encode(by_category(), tooltip=shown) for layer in coloured),
    ).properties(
        height=ROW * len(frame), description=f"Headline gains with their intervals. {'; '.join(said)}."
    )
