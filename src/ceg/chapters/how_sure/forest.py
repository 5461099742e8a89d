"""The headlines as the start page draws them, and below each what the paper reports."""

import textwrap
from collections.abc import Iterable, Sequence

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, Estimate, exceeds
from ceg.exhibits.gain_rows import SHAPES
from ceg.exhibits.marks_and_axes import axis, multiples, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE
from ceg.prose import wording

LEFT, RIGHT = -0.55, 3.3
"""Where the axis begins and at least ends, in powers of ten of the gain."""

TICKS = (1, 5, 20, 100, 1000)
ROW, BELOW = 46, 13
"""Height of a row, and how far below its line the reported value stands, in pixels."""

ROOM = 0.7
"""From where on, in powers of ten, there is room for a word on the left of a mark."""

NUMBERS = [
    *("ceg", "low", "quartile_low", "quartile_high", "high"),
    *("lower_bound", "upper_bound"),
]
COLUMNS = ["enhancement", "comparison", "status", *NUMBERS[:5], "partial", *NUMBERS[5:], "reported"]
"""What the table under the figure has."""

DRAWN = ["name", "counted", "says", "source", "provenance"]
"""What the marks say of a headline."""


def rows(book: Analysis, headlines: Iterable[Estimate], threshold: float) -> pd.DataFrame:
    """The headlines with a number, the greatest first: ``COLUMNS``, and what a chart says of each.

    counted: whether it counts as above the threshold. name: with a line break where it is long.
    """
    some = [e for e in headlines if e.status in SAYING]
    some.sort(key=lambda e: -(e.ceg or e.lower_bound or e.upper_bound))
    frame = book.estimates(some).reset_index()
    claims = book.evidence.paper_claims.values()
    reported = pd.Series({c.claim: wording.claim(c) for c in claims if c.quantity == "ceg"}, dtype=object)
    reported = reported.groupby(book.claims["enhancement"]).agg(" or ".join)
    frame["reported"] = frame["enhancement"].map(reported).fillna("")
    frame["name"] = [textwrap.fill(name, 19) for name in frame["enhancement_name"]]
    frame["counted"] = [exceeds(e, threshold) is True for e in some]
    frame["short"], frame["says"] = zip(*((wording.short(e), wording.sure(e)) for e in some), strict=True)
    frame = frame.join(pd.DataFrame([provenance.of_comparison(book, e.comparison) for e in some]))
    frame[NUMBERS] = frame[NUMBERS].map(formatting.six)
    return frame


def forest(frame: pd.DataFrame, claims: pd.DataFrame, thresholds: Sequence[float]) -> alt.LayerChart:
    """A row a headline: its mark and number, its interval, below these the reported value as a diamond.

    Args:
        frame: as ``rows`` gives it.
        claims: the gains that the paper states, as ``book.claims`` has them.
        thresholds: gains at which a line is drawn.
    """
    stated = frame[[*DRAWN, "enhancement"]].merge(claims[["enhancement", "value", "value_high"]])
    stated = stated.assign(x=np.log10(stated["value"]), x2=np.log10(stated["value_high"])).round(4)
    ends = pd.concat([stated, stated.assign(x=stated["x2"])]).dropna(subset="x")
    right = max(RIGHT, ends["x"].max() + 0.1)
    value = frame["ceg"].fillna(frame["lower_bound"]).fillna(frame["upper_bound"])
    at = frame[[*DRAWN, "short"]].assign(
        x=np.log10(value).clip(LEFT, right).round(4),
        from_=np.log10(frame["low"]).clip(LEFT, right).fillna(LEFT).round(4),
        to=np.log10(frame["high"]).clip(LEFT, right).fillna(right).round(4),
    )
    shape = frame["status"].map({"interpolated": "point", "extrapolated": "beyond"})
    shape = shape.fillna(frame["lower_bound"].notna().map({True: "least", False: "most"}))
    limited = at[frame["low"].notna() | frame["high"].notna()]
    unlimited = at[~at.index.isin(limited.index)]
    goes_on = limited[frame["high"].isna().loc[limited.index]].assign(x=right)

    ticks = multiples(TICKS, orient="top", domain=False, labelPadding=2)
    x, x_from = (axis(alt.X, field, None, (LEFT, right + 0.05), **ticks) for field in ("x", "from_"))
    names = {"labelExpr": "split(datum.label, '\\n')", "ticks": False, "domain": False, "labelPadding": 8}
    y = alt.Y("name:N", title=None, sort=list(at["name"]), axis=alt.Axis(**names))
    tones = alt.Scale(domain=[True, False], range=[CATEGORY["tool use"], MUTED])
    how = {"color": alt.Color("counted:N", scale=tones, legend=None)}
    how["tooltip"] = tips("name=enhancement", "says=gain", "source", "provenance")
    pale, below = {"opacity": 0.5}, {"yOffset": BELOW}
    diamond = {"shape": "diamond", "filled": False, "size": 45, "opacity": 1, "strokeWidth": 1.3, **below}
    marks = [
        alt.Chart(goes_on).mark_point(shape="triangle-right", filled=True, size=40, **pale),
        *(alt.Chart(at[shape == s]).mark_point(opacity=1, **SHAPES[s]) for s in dict.fromkeys(shape)),
        alt.Chart(at).mark_text(dy=-11, fontSize=11, fontWeight="bold").encode(text="short:N"),
    ]
    said = frame["enhancement_name"] + ": " + frame["says"]
    said += frame["reported"].map(lambda reported: f", the paper {reported}" if reported else "")
    return alt.layer(
        alt.Chart(pd.DataFrame({"x": np.log10([1, *thresholds])})).mark_rule(color=RULE).encode(x),
        alt.Chart(limited).mark_rule(strokeWidth=2, **pale).encode(x_from, y, alt.X2("to:Q"), **how),
        *(each.encode(x, y, **how) for each in marks),
        alt.Chart(stated.dropna(subset="x2")).mark_rule(color=INK, **below).encode(x, y, alt.X2("x2:Q")),
        alt.Chart(ends).mark_point(color=INK, **diamond).encode(x, y),
        *(each.encode(x, y) for each in (*_words(ends), *_no_limit(unlimited))),
    ).properties(
        height=ROW * max(len(frame), 1),
        padding={"left": 10, "top": 4, "bottom": 4, "right": 8},
        description=f"Headline gains with their intervals. {'; '.join(said)}.",
    )


def _words(ends: pd.DataFrame) -> list[alt.Chart]:
    """The word "reported", left of a row's least diamond, or right of its greatest for want of room."""
    by_row = ends.groupby("name", sort=False)["x"]
    left = by_row.min()[lambda x: x >= ROOM]
    right = by_row.max()[lambda x: ~x.index.isin(left.index)]
    return [
        alt.Chart(side.reset_index().assign(word="reported"))
        .mark_text(align=align, dx=dx, dy=BELOW, fontSize=11, color=MUTED)
        .encode(text="word:N")
        for side, align, dx in ((left, "right", -7), (right, "left", 7))
    ]


def _no_limit(rows: pd.DataFrame) -> list[alt.Chart]:
    """What stands beside a mark without an interval, on the side where there is room."""
    right = rows["x"] < 2 * ROOM
    return [
        alt.Chart(some.assign(word="no limit known")[["name", "x", "word"]])
        .mark_text(align=align, dx=dx, fontSize=11, color=MUTED)
        .encode(text="word:N")
        for some, align, dx in ((rows[right], "left", 9), (rows[~right], "right", -9))
    ]
