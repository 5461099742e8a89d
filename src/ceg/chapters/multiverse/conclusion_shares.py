"""What becomes of the conclusions, drawn: in which share of the specifications each of them holds."""

import altair as alt
import pandas as pd

from ceg.exhibits.marks_and_axes import bare_axis, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE
from ceg.formatting import part

VERDICT = {"holds": CATEGORY["tool use"], "undetermined": RULE, "fails": CATEGORY["prompting"]}


def chart(shares: pd.DataFrame) -> alt.LayerChart:
    """A bar for each way to stand for an enhancement, in three parts.

    Below it, the range of the share that holds when options are weighted otherwise. shares: as
    ``tables.shares`` gives them.
    """
    end = shares.groupby(["conclusion", "stands_for"])["share"].cumsum()
    bars = shares[["conclusion", "stands_for", "verdict", "share"]].assign(
        x=end - shares["share"], x2=end, label=shares["verdict"] + " " + shares["share"].map(part)
    )
    number, stands_for = (pd.factorize(shares[column])[0] for column in ("conclusion", "stands_for"))
    height = 2.7 + 1.4 * stands_for.max()  # of a conclusion: its heading, a bar for each, and a gap
    bars["y"] = height * number + 1 + 1.4 * stands_for
    rows = bars.join(shares["holds_5_to_95"])[bars["verdict"] == "holds"]
    heads = pd.DataFrame({"x": -0.3, "y": height * number, "label": shares["short"]}).drop_duplicates()
    shown = rows[rows["holds_5_to_95"].str.contains(" to |not")]
    said = shown["holds_5_to_95"].where(
        shown["holds_5_to_95"] == "not varied", "holds " + shown["holds_5_to_95"]
    )
    ranges = pd.DataFrame({"x": 1, "y": shown["y"] + 0.62, "label": said})
    sides = pd.DataFrame({"x": -0.01, "y": rows["y"], "label": rows["stands_for"]})
    wide = bars["share"] > bars["verdict"].map({"holds": 0.2, "undetermined": 0.36, "fails": 0.2})
    inside = bars[wide].assign(x=(bars["x"] + bars["x2"]) / 2)

    marks = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format="%", grid=False, domain=False)
    scale = alt.Scale(domain=[-0.3, 1], nice=False)
    x = alt.X("x:Q", title="share of specifications", scale=scale, axis=marks)
    y = bare_axis(alt.Y, "y", (height * (number.max() + 1) - 0.6, -0.6))
    colour = alt.Color(
        "verdict:N", scale=alt.Scale(domain=list(VERDICT), range=list(VERDICT.values())), legend=None
    )

    def texts(frame: pd.DataFrame, **style: object) -> alt.Chart:
        return alt.Chart(frame).mark_text(fontSize=12, **style).encode(x, y, text="label:N")

    told = shares["conclusion"] + " (" + shares["stands_for"] + "): " + shares["verdict"] + " in "
    told += shares["share"].map(part)
    return alt.layer(
        alt.Chart(bars[bars["share"] > 0])
        .mark_bar(height=13, opacity=0.5)
        .encode(x, y, alt.X2("x2:Q"), colour, tooltip=tips("conclusion", "stands_for", "verdict", "share")),
        texts(inside, color=INK),
        *(texts(frame, align="right", color=MUTED) for frame in (sides, ranges)),
        texts(heads, align="left", fontWeight="bold", color=INK),
    ).properties(
        height=round(25 * height * (number.max() + 1)),
        description="Share of the specifications in which each conclusion holds, is undetermined or fails. "
        f"{'; '.join(told)}.",
    )
