"""How sure the headlines are: which error does how much, and how probable each count is."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, Estimate
from ceg.exhibits.marks_and_axes import axis, layer, multiples
from ceg.exhibits.theme import CATEGORY, INK, MUTED
from ceg.prose import wording
from ceg.survey.chances import Chances, Stability
from ceg.uncertainty.uncertain import uncertain
from sphinx_fresh.show import Column

CALLED = {"sampling": "test items", "printing": "rounding", "compute": "compute", "fit": "model scatter"}
"""The sources of error in a few words."""

RAISES = 1.1
"""By what factor a limit has to rise without a source to be said to hang on it."""

HEAD = "with all errors →\nwithout this one"
"""Above the column of limits."""

TICKS = (1, 10, 100)


def raised(widths: pd.DataFrame) -> pd.DataFrame:
    """A row a headline: the source of error without which its lower limit rises most.

    widths: with name, the source left out ("" for none), and low. Columns: name, source ("" where nothing
    raises the limit by ``RAISES``), all and without: the limits, 0 where there is none. The source that leads
    most often comes first, in it the highest limits.
    """
    limits = widths.pivot(index="name", columns="without", values="low").fillna(0.0)
    bare, every = limits.drop(columns=""), limits[""]
    found = pd.DataFrame({"all": every, "without": bare.max(axis=1)})
    found["source"] = bare.idxmax(axis=1).where(found["without"] > RAISES * every, "")
    often = found["source"].map(found["source"].value_counts()).where(found["source"] != "", 0)
    found = found.assign(often=often).reset_index()
    order = ["often", "source", "without", "name"]
    found = found.sort_values(order, ascending=[False, True, False, True], ignore_index=True)
    return found[["name", "source", "all", "without"]]


def limits_chart(found: pd.DataFrame) -> alt.LayerChart:
    """A row a headline: its lower limit in grey, and in blue what it is without the source that matters most.

    found: as ``raised`` gives it.
    """
    both = np.log10(found[["all", "without"]].replace(0, np.nan)).round(4)
    known = both.stack().dropna()
    domain = (min(0, *known) - 0.35, max(1, *known) + 0.25)
    moved = found["source"] != ""
    then = found["all"].map(_limit) + (" → " + found["without"].map(_limit)).where(moved, "")
    drawn = both.assign(
        name=[textwrap.fill(name, 19) for name in found["name"]],
        from_=both["all"].fillna(domain[0]),
        short=then + "\n" + found["source"].map(CALLED).fillna("no single one"),
    )
    ticks = multiples(TICKS, ",.2~r", orient="top", domain=False, labelPadding=2)
    ticks["values"] = [v for v in ticks["values"] if domain[0] <= v <= domain[1]]
    x, x_from, x_to = (
        axis(alt.X, field, None, domain, **ticks | {"grid": True}) for field in ("all", "from_", "without")
    )
    names = {"labelExpr": "split(datum.label, '\\n')", "ticks": False, "domain": False, "labelPadding": 8}
    y = alt.Y("name:N", title=None, sort=list(drawn["name"]), axis=alt.Axis(**names))
    triangle, blue = {"shape": "triangle-right", "filled": True, "opacity": 1}, CATEGORY["tool use"]
    text = {"align": "left", "dx": 8, "fontSize": 12, "color": INK, "lineBreak": "\n", "baseline": "middle"}
    head = {"color": MUTED, "y": -27}
    said = found["name"] + ": " + drawn["short"].str.replace("\n", ", ")
    return alt.layer(
        alt.Chart(drawn[moved])
        .mark_rule(color=blue, opacity=0.5, strokeWidth=2)
        .encode(x_from, y, alt.X2("without:Q")),
        alt.Chart(drawn.dropna(subset="all")).mark_point(color=MUTED, size=60, **triangle).encode(x, y),
        alt.Chart(drawn[moved]).mark_point(color=blue, size=90, **triangle).encode(x_to, y),
        alt.Chart(drawn).mark_text(dy=-7, **text).encode(y=y, x=alt.value("width"), text="short:N"),
        layer([{"says": HEAD}], "text", alt.X(value="width"), text="says", **text | head),
    ).properties(
        height=36 * max(len(found), 1),
        padding={"left": 10, "top": 4, "bottom": 4, "right": 8},
        description="Lower limit of each headline with all errors, and without the one it hangs on most. "
        f"{'; '.join(said)}.",
    )


def _limit(low: float) -> str:
    return formatting.times(low, 2) if low else "none"


def counts_chart(chances: Chances, counted: int) -> alt.LayerChart:
    """The probability of every number of enhancements that exceed a threshold.

    counted: the number that the book counts as exceeding it.
    """
    rows = pd.DataFrame({"n": range(len(chances.count)), "p": chances.count})
    rows["label"] = rows["p"].map(lambda p: f"{100 * p:.0f}" if p >= 0.01 else "<1")
    likely = rows.query("p >= 0.005")
    over = formatting.times(chances.threshold)
    title = f"how many of {len(chances.estimated)} lie above {over}"
    x = alt.X("n:O", title=title, axis=alt.Axis(labelAngle=0, ticks=False))
    scale = alt.Scale(domain=[0, max(0.1, 1.5 * rows["p"].max())], nice=False)
    up = alt.Axis(format="%", tickCount=3, grid=False)
    y = alt.Y("p:Q", title="probability", scale=scale, axis=up)
    own, blue = rows.query("n == @counted"), CATEGORY["tool use"]
    own = own.assign(says=f"very likely one by one: {counted}")
    side = (
        {"align": "left", "dx": 5} if 2 * counted < len(chances.estimated) else {"align": "right", "dx": -5}
    )
    said = "; ".join(f"{n}: {formatting.part(p)}" for n, p in zip(likely["n"], likely["p"], strict=True))
    of = f"Probability of each number of enhancements above {over}, of"
    return alt.layer(
        alt.Chart(own)
        .mark_rule(color=blue, strokeDash=[2, 2])
        .encode(x, y=alt.value(0), y2=alt.value("height")),
        alt.Chart(rows).mark_bar(color=MUTED, opacity=0.6).encode(x, y),
        alt.Chart(own).mark_bar(color=blue).encode(x, y),
        alt.Chart(likely.query("n != @counted"))
        .mark_text(dy=-7, fontSize=12, color=INK)
        .encode(x, y, text="label:N"),
        alt.Chart(own).mark_text(color=blue, **side).encode(x, y=alt.value(6), text="says:N"),
    ).properties(title=f"Above {over}", height=190, description=f"{of} {len(chances.estimated)}. {said}.")


def each(
    analysis: Analysis,
    headlines: Sequence[Estimate],
    chances: Sequence[Chances],
    stable: Mapping[str, Stability],
) -> pd.DataFrame:
    """A row a headline, the greatest first: estimate, bound, interval, probability to exceed each threshold.

    And in what share of the draws the estimator says the same kind of thing.
    """
    rows = []
    some = [e for e in headlines if e.status in SAYING]
    for e in sorted(some, key=lambda e: -(e.ceg or e.lower_bound or e.upper_bound)):
        bound = wording.ceg(replace(e, status="bound", ceg=None)) if e.lower_bound or e.upper_bound else ""
        row = {
            "name": analysis.evidence.enhancements[e.enhancement].name,
            "ceg": wording.gain_link(e, formatting.times(e.ceg, 2)) if e.ceg else "",
            "bound": wording.gain_link(e, bound) if bound else "",
            "within": wording.within(e),
            **{f"over_{c.threshold:g}": _exceeds(e, c) for c in chances},
            "stable": formatting.part(stable[e.enhancement].same),
        }
        rows.append(row)
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
        "ceg": ("Estimate", "right"),
        "bound": ("Bound", "right", "what two trained models show without any curve"),
        "within": ("Interval", "right", within),
        **{f"over_{x:g}": (f"Above {x:g}x", "right", exceeds) for x in thresholds},
        "stable": ("Same in", "right", "share of the draws with the same status, and as flat a baseline"),
    }
    return {key: Column(key, *heading) for key, heading in headings.items()}


def scatter(analysis: Analysis, headlines: Sequence[Estimate]) -> pd.DataFrame:
    """From how many families, with how many degrees of freedom, each headline's scatter is estimated."""
    rows = []
    for e in headlines:
        if e.status in SAYING:
            spread = uncertain(analysis, e.comparison_id, status=e.status).spread
            rows.append((analysis.evidence.enhancements[e.enhancement].name, spread.families, spread.dof))
    found = pd.DataFrame(rows, columns=["name", "families", "freedom"])
    return found.sort_values(["freedom", "families"], ascending=False, kind="stable", ignore_index=True)
