"""What becomes of the conclusions, drawn: in which share of the specifications each of them holds."""

import altair as alt
import pandas as pd

from ceg.chapters.multiverse.tables import PICKED
from ceg.exhibits.marks_and_axes import bare_axis, tips
from ceg.exhibits.theme import CATEGORY, INK, RULE
from ceg.formatting import part

VERDICT = {"holds": CATEGORY["tool use"], "undetermined": RULE, "fails": CATEGORY["prompting"]}
WAYS = {
    PICKED: "by any of its comparisons",
    "headline": "by the headline of each",
    "median": "by the median of each",
    "median, rising": "by the median, rising baselines",
}
"""What readers see for what stands for an enhancement."""

HEAD, ROW, GAP, BAR = 24, 44, 10, 22
"""Height of a conclusion's heading, of a bar with its label, of a gap; from a row's top to its bar; in px."""


def chart(shares: pd.DataFrame) -> alt.LayerChart:
    """A bar for each way to stand for an enhancement, in three parts; shares: of ``tables.shares``."""
    number, way = (pd.factorize(shares[column])[0] for column in ("conclusion", "stands_for"))
    whole = HEAD + ROW * (way.max() + 1) + GAP
    top = whole * number + HEAD + ROW * way
    end = shares.groupby(["conclusion", "stands_for"])["share"].cumsum()
    bars = shares.assign(x=end - shares["share"], x2=end, y=top + BAR, label=_parts(shares))
    rows = bars[bars["verdict"] == "holds"].assign(
        top=lambda f: f["y"] - BAR + 5, way=lambda f: f["stands_for"].map(WAYS)
    )
    heads = rows.drop_duplicates("conclusion").assign(y=lambda f: f["top"] - HEAD + 2)
    inside = bars[bars["label"] != ""].assign(x=(bars["x"] + bars["x2"]) / 2)
    marks = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format="%", grid=False, domain=False)
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("x:Q", title="share of all analyses", scale=scale, axis=marks)
    height = whole * (number.max() + 1)
    y, above = (bare_axis(alt.Y, field, (height, 0)) for field in ("y", "top"))
    tones = alt.Scale(domain=list(VERDICT), range=list(VERDICT.values()))
    colour = alt.Color("verdict:N", scale=tones, legend=None)
    shown = tips("conclusion", "stands_for", "verdict", "share")
    told = shares["conclusion"] + " (" + shares["stands_for"] + "): " + shares["verdict"] + " in "
    told += shares["share"].map(part)
    left, right = ({"align": side, "baseline": "middle", "fontSize": 12} for side in ("left", "right"))
    holds = rows.assign(said="holds in " + rows["share"].map(part))
    return alt.layer(
        alt.Chart(bars[bars["share"] > 0])
        .mark_bar(height=15, opacity=0.5)
        .encode(x, y, alt.X2("x2:Q"), colour, tooltip=shown),
        alt.Chart(inside).mark_text(fontSize=12, color=INK).encode(x, y, text="label:N"),
        alt.Chart(rows).mark_text(color=INK, **left).encode(x=alt.value(0), y=above, text="way:N"),
        alt.Chart(holds)
        .mark_text(color=VERDICT["holds"], fontWeight="bold", **right)
        .encode(x=alt.value("width"), y=above, text="said:N"),
        alt.Chart(heads)
        .mark_text(color=INK, fontWeight="bold", **left)
        .encode(x=alt.value(0), y=y, text="short:N"),
    ).properties(
        height=int(height),
        description="Share of the specifications in which each conclusion holds, is undetermined or fails. "
        f"{'; '.join(told)}.",
    )


def _parts(shares: pd.DataFrame) -> pd.Series:
    """What stands in a part of a bar that does not hold, where there is room."""
    room = shares["verdict"].map({"holds": 2, "undetermined": 0.4, "fails": 0.25})
    return (shares["verdict"] + " " + shares["share"].map(part)).where(shares["share"] > room, "")
