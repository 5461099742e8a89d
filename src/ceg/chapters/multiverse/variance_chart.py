"""How much of the variance of each result each choice makes up."""

import altair as alt
import pandas as pd

from ceg.exhibits.theme import CATEGORY, INK, MUTED
from ceg.formatting import part, six
from ceg.multiverse.survey import Multiverse, moved

SUBTITLE = "share of the differences between analyses"

MATTERS = 0.01
"""Share of the variance from which on a choice is said to move something."""


def shares(multiverse: Multiverse) -> pd.DataFrame:
    """The share of each choice in the variance of what each enhancement's headline gives.

    what: its ``number``, or the ``verdict`` whether it exceeds the threshold. Nothing where it is constant.
    """
    titles = [f.title for f in multiverse.factors[:-1]]
    rows = [
        (enhancement, what, *shares)
        for enhancement, found in moved(multiverse, multiverse.analysis.assumptions.threshold_large).items()
        for what, both in found.items()
        for shares in zip(titles, *both, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["enhancement", "what", "choice", "first_order", "total"])
    frame = frame.dropna(ignore_index=True)
    numbers = ["first_order", "total"]
    return frame.assign(**frame[numbers].round(6).map(six))


def bars(shares: pd.DataFrame, what: str, title: str) -> alt.LayerChart:
    """A bar a choice: its total share in the variance, the mean over the headlines in which anything varies.

    shares: as the function above gives them; of one what. The greatest comes first; what moves nothing is
    left out.
    """
    means = shares.groupby(["what", "choice"], sort=False)["total"].mean()
    mean = means[what] if what in means else means.iloc[:0].droplevel("what")
    found = mean[mean >= MATTERS].sort_values(ascending=False, kind="stable").reset_index()
    found["label"] = found["total"].map(part)
    left = alt.Axis(ticks=False, domain=False, labelPadding=6)
    y = alt.Y("choice:N", sort=list(found["choice"]), title=None, axis=left)
    x = alt.X("total:Q", axis=None, scale=alt.Scale(domain=[0, 1.2 * means.max()], nice=False))
    said = "; ".join(found["choice"] + ": " + found["label"])
    base = alt.Chart(found).encode(x, y)
    return alt.layer(
        base.mark_bar(color=CATEGORY["tool use"], opacity=0.6, height=14),
        base.mark_text(align="left", dx=5, fontSize=12, color=INK).encode(text="label:N"),
    ).properties(
        title=alt.TitleParams(
            title, subtitle="share of the differences between analyses", subtitleColor=MUTED
        ),
        height=24 * max(len(found), 1),
        padding={"left": 10, "top": 4, "bottom": 4, "right": 8},
        description=f"{title}. {said or 'Nothing'}.",
    )
