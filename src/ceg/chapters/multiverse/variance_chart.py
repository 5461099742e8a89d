"""How much of the variance of each result each choice makes up."""

import altair as alt
import pandas as pd

from ceg.exhibits.theme import CATEGORY, INK
from ceg.formatting import listed, six
from ceg.multiverse.survey import Multiverse, moved

MATTERS = 0.01
"""Share of the variance from which on a choice is drawn."""


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


def heat_map(multiverse: Multiverse, shares: pd.DataFrame, what: str, title: str) -> alt.LayerChart:
    """Enhancement by choice: the total share of a choice in the variance. A dash: nothing changes it.

    shares: as the function above gives them; of one what.
    """
    names = {key: multiverse.analysis.evidence.enhancements[key].name for key in multiverse.standing}
    matter = shares[shares["total"] >= MATTERS]
    used = [f.title for f in multiverse.factors if f.title in set(matter["choice"])]
    varied = shares.query("what == @what")["enhancement"].map(names)
    constant = [name for name in names.values() if name not in set(varied)]
    drawn = matter.query("what == @what")[["enhancement", "choice", "total"]]
    drawn = drawn.assign(
        enhancement=drawn["enhancement"].map(names), label=drawn["total"].map("{:.0%}".format)
    )
    drawn["label"] = drawn["label"].str.removesuffix("%")
    said = "; ".join(drawn["enhancement"] + ", " + drawn["choice"] + ": " + drawn["label"])
    still = pd.DataFrame({"enhancement": constant, "choice": used[0], "total": 0.0, "label": "–"})
    drawn = pd.concat([drawn, still])

    bare, order = {"domain": False, "ticks": False}, list(names.values())
    above = alt.Axis(orient="top", labelAngle=-40, labelLimit=120, labelFontSize=12, **bare)
    x = alt.X("choice:N", sort=used, title=None, scale=alt.Scale(domain=used), axis=above)
    left = alt.Axis(labelLimit=135, **bare)
    y = alt.Y("enhancement:N", sort=order, title=None, scale=alt.Scale(domain=order), axis=left)
    scale = alt.Scale(domain=[0, 1], range=[0.04, 0.6], clamp=True)
    base = alt.Chart(drawn).encode(x, y)
    unmoved = f" Nothing changes it for {listed(constant)}." if constant else ""
    return alt.layer(
        base.mark_rect(color=CATEGORY["tool use"]).encode(alt.Opacity("total:Q", scale=scale, legend=None)),
        base.mark_text(fontSize=12, color=INK).encode(text="label:N"),
    ).properties(title=title, height=24 * len(order), description=f"{title}. {said}.{unmoved}")
