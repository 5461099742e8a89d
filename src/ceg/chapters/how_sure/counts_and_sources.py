"""How sure the headlines are: which error does how much, and how probable each count is."""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, Estimate
from ceg.exhibits.marks_and_axes import axis, multiples, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED
from ceg.prose import wording
from ceg.survey.chances import SOURCES, Chances, Stability
from ceg.uncertainty.uncertain import uncertain
from sphinx_fresh.show import Column


def limits_chart(limits: pd.DataFrame) -> list[alt.LayerChart]:
    """The lower end of each interval with all errors, and without each source in turn.

    A chart an enhancement. limits: with name, category, the source left out, and low.
    """
    named = {"": "all errors"} | {source: f"without {source}" for source in SOURCES}
    reached = np.log10(limits["low"].dropna())
    domain = (min(0.0, reached.min()) - 0.1, max(1.0, reached.max()) + 0.8)
    x = axis(
        alt.X, "drawn", "lower end of the gain", domain, **multiples((0.3, 1, 3, 10, 30, 100), grid=True)
    )
    left = alt.Axis(ticks=False, domain=False, labelPadding=6)
    y = alt.Y("errors:N", title=None, sort=list(named.values()), axis=left)
    charts = []
    for (name, category), rows in limits.groupby(["name", "category"], sort=False, observed=True):
        drawn = rows[["low"]].assign(
            errors=rows["without"].map(named),
            drawn=np.log10(rows["low"]).fillna(domain[0]).round(4),
            label=rows["low"].map(lambda low: "none" if np.isnan(low) else formatting.times(low, 2)),
        )
        base = alt.Chart(drawn).encode(x, y)
        opacity = alt.when(alt.datum.errors == named[""]).then(alt.value(1)).otherwise(alt.value(0.5))
        known = alt.Chart(drawn.dropna(subset="low")).encode(x, y)
        points = known.mark_point(color=CATEGORY[category], filled=True, size=60)
        absent = alt.Chart(drawn[drawn["low"].isna()]).encode(x, y)
        crosses = absent.mark_point(color=MUTED, shape="cross", filled=True, size=30, angle=45, opacity=1)
        labels = base.mark_text(align="left", dx=8, fontSize=12, color=INK).encode(text="label:N")
        said = "; ".join(drawn["errors"] + " " + drawn["label"])
        charts.append(
            alt.layer(
                points.encode(opacity=opacity, tooltip=tips("errors", "label=lower end")), crosses, labels
            ).properties(
                title=name, height=24 * len(rows), description=f"{name}, lower end of the gain: {said}."
            )
        )
    return charts


def counts_chart(chances: Chances, counted: int) -> alt.LayerChart:
    """The probability of every number of enhancements that exceed a threshold.

    counted: the number that the book counts as exceeding it.
    """
    rows = pd.DataFrame({"n": range(len(chances.count)), "p": chances.count})
    rows["label"] = rows["p"].map(lambda p: f"{p:.2f}" if p >= 0.01 else "<0.01")
    likely = rows.query("p >= 0.005")
    title = f"how many of {len(chances.estimated)} exceed {chances.threshold:g}x"
    x = alt.X("n:O", title=title, axis=alt.Axis(labelAngle=0, ticks=False))
    up = alt.Axis(values=[0, 0.5, 1], grid=False)
    y = alt.Y("p:Q", title="probability", scale=alt.Scale(domain=[0, 1]), axis=up)
    said = "; ".join(f"{n}: {formatting.part(p)}" for n, p in zip(likely["n"], likely["p"], strict=True))
    of = f"Probability of each number of enhancements above {chances.threshold:g}x, of"
    return alt.layer(
        alt.Chart(rows).mark_bar(color=MUTED).encode(x, y),
        alt.Chart(rows.query("n == @counted")).mark_bar(color=CATEGORY["tool use"]).encode(x, y),
        alt.Chart(likely).mark_text(dy=-7, fontSize=12, color=INK).encode(x, y, text="label:N"),
    ).properties(
        title=f"{counted} are counted above {chances.threshold:g}x",
        height=190,
        description=f"{of} {len(chances.estimated)}. {said}.",
    )


def each(
    analysis: Analysis,
    headlines: Sequence[Estimate],
    chances: Sequence[Chances],
    stable: Mapping[str, Stability],
) -> pd.DataFrame:
    """A row a headline: what is known of it, how it is counted, its probability to exceed each threshold."""
    rows = []
    for e in headlines:
        if e.status not in SAYING:
            continue
        row = {
            "name": analysis.evidence.enhancements[e.enhancement].name,
            "ceg": wording.gain_link(e),
            "within": wording.within(e),
            "stable": formatting.part(stable[e.enhancement].same),
        }
        exceeds = {f"over_{c.threshold:g}": _exceeds(e, c) for c in chances}
        rows.append(row | exceeds)
    return pd.DataFrame(rows, dtype=object)  # cells that lead to the workings stay so


def _exceeds(e: Estimate, chances: Chances) -> str:
    """The probability of a gain above the threshold; two where draws are censored below it."""
    if "flat_baseline" in e.flags:
        return "flat baseline"
    at = chances.estimated.index(e.enhancement)
    low, high = (
        "under 0.01" if p < 0.01 else formatting.probability(p)
        for p in (chances.each[at], chances.perhaps[at])
    )
    return low if low == high else f"{low} to {high}"


def columns(thresholds: Sequence[float]) -> dict[str, Column]:
    """The headings of ``each``."""
    within = "90%, or a 95% limit where one end is open"
    exceeds = "probability: surely, and perhaps, where what lies beyond the last model is open"
    headings = {
        "name": ("Enhancement", "left"),
        "ceg": ("CEG", "right"),
        "within": ("Interval", "right", within),
        "stable": ("Status stable in", "right", "of the draws, with whether the baseline is flat"),
        **{f"over_{x:g}": (f"Exceeds {x:g}x", "right", exceeds) for x in thresholds},
    }
    return {key: Column(key, *heading) for key, heading in headings.items()}


def scatter(analysis: Analysis, headlines: Sequence[Estimate]) -> str:
    """From how many families the scatter of models about their line was estimated, for each headline."""
    said = []
    for e in headlines:
        if e.status in SAYING:
            spread = uncertain(analysis, e.comparison, status=e.status).spread
            families = "1 family" if spread.families == 1 else f"{spread.families} families"
            said.append(f"{analysis.evidence.enhancements[e.enhancement].name} {families}, {spread.dof}")
    head = "Scatter estimated from so many families, with so many degrees of freedom"
    return f"{head}: {'; '.join(said)}." if said else ""
