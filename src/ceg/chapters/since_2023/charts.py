"""Gains by benchmark and model, and gains against the most that could be found."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.chapters.since_2023.gains import by_headroom
from ceg.estimator.gain import SAYING, Estimate
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import axis, multiples, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, PAPER, RULE

TONES = (  # up to, fill, ink; the site's style has the fills for dark pages
    (0.2, "#9c4a00", PAPER),
    (0.5, "#f0a850", INK),
    (1 / 1.1, "#fbe3c4", INK),
    (1.1, "#e8eaed", INK),
    (2, "#d6e8f5", INK),
    (5, "#9ccbe8", INK),
    (20, "#5aa5d6", INK),
    (math.inf, "#0b4f85", PAPER),
)
"""Loss in browns, no change in grey, gain in blues; steps at even ratios."""

OUTCOME = ("status", "ceg", "lower_bound", "upper_bound", "flags", "comparison")
BY_BENCHMARK = ("domain", "benchmark", "model", *OUTCOME)
IN_HEAT_MAP = ("part", *BY_BENCHMARK[:3], "cell", "extrapolated", *OUTCOME)
AGAINST_HEADROOM = ("most", "found", "kind", "comparisons", "enhancements")
"""What the tables under the figures have."""

BENCHMARK = ("benchmark", "model", "says=CEG")
HOW_KNOWN = ("noted=flags", "source", "provenance")
"""What a tooltip begins and ends with."""

RING, DOT = {"shape": "circle", "filled": False, "strokeWidth": 1.5}, {"shape": "circle", "filled": True}
SIDEWAYS = {"ring": RING, "point": DOT}
SIDEWAYS |= {
    kind: {"shape": f"triangle-{to}", "filled": True} for kind, to in (("more", "right"), ("less", "left"))
}
UPRIGHT = {"ring": RING, "point": DOT}
UPRIGHT |= {
    kind: {"shape": f"triangle-{to}", "filled": True} for kind, to in (("more", "up"), ("less", "down"))
}
"""Marks from back to front: extrapolated, interpolated, at least, at most."""


def heat_map(gains: pd.DataFrame, models: Sequence[str], title: str) -> alt.LayerChart:
    """Benchmarks down, by domain, models across in this order, the gain written in every cell.

    On flat baselines, where a gain means little, a cell has no fill. title: what it shows, read aloud.
    """
    sizes = [model.rpartition(" ")[2] for model in models]
    found = with_cells(gains)
    tones = [_tone(g) for g in found.itertuples()]
    found[["fill", "ink"]] = pd.DataFrame(tones, index=found.index, columns=["fill", "ink"])
    found["size"] = [model.rpartition(" ")[2] for model in found.model]
    x = alt.X(
        "size:N",
        title=None,
        sort=sizes,
        scale=alt.Scale(domain=sizes, paddingInner=0.05, paddingOuter=0.02),
        axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False, grid=False),
    )
    order = with_headings(found, "domain", "benchmark")
    y = headed("benchmark:N", order, found.domain, paddingInner=0.07, paddingOuter=0.02)
    pointed = tips(*BENCHMARK, "score=score with it", *HOW_KNOWN)
    columns = [
        "size",
        "cell",
        "extrapolated",
        "fill",
        "ink",
        *(tip.shorthand.partition(":")[0] for tip in pointed),
    ]
    base = alt.Chart(found[columns]).encode(x, y)

    def written(column: str, where: str, **style: object) -> alt.Chart:
        text = base.mark_text(fontSize=12, baseline="middle", **style)
        return text.encode(alt.Color("ink:N", scale=None), text=f"{column}:N").transform_filter(where)

    return alt.layer(
        base.mark_rect().encode(alt.Fill("fill:N", scale=None)).transform_filter("datum.fill"),
        base.mark_rect(fill="transparent", stroke=RULE, strokeDash=[3, 3]).transform_filter("!datum.fill"),
        written("cell", "datum.cell && !datum.extrapolated"),
        written("cell", "datum.cell && datum.extrapolated", dy=-6),
        written("extrapolated", "datum.cell && datum.extrapolated", dy=7, fontStyle="italic"),
        written("extrapolated", "!datum.cell", fontStyle="italic"),
        base.mark_rect(fill="transparent").encode(tooltip=pointed),  # on top, so that all of a cell answers
    ).properties(height=30 * len(order), description=described(title, gains))


def with_cells(gains: pd.DataFrame) -> pd.DataFrame:
    """The gains with what a cell says of each: ``cell``, known for sure, and ``extrapolated``, after a ~."""
    said = pd.DataFrame(map(cell, gains.estimate), index=gains.index, columns=["cell", "extrapolated"])
    return gains.join(said)


def cell(estimate: Estimate) -> tuple[str, str]:
    """What is known of an estimate for sure, without the x, and the extrapolation; either may be empty."""
    e = estimate
    if e.status not in SAYING:
        return "–", ""
    if e.status == "interpolated":
        return formatting.significant(e.ceg), ""
    low, high = e.lower_bound, e.upper_bound
    if low and high:
        sure = f"{formatting.rounded_down(low, 2)}–{formatting.rounded_up(high, 2)}"
    elif low or high:
        sure = f"≥{formatting.rounded_down(low, 2)}" if low else f"≤{formatting.rounded_up(high, 2)}"
    else:
        sure = ""
    return sure, f"~{formatting.significant(e.ceg)}" if e.status == "extrapolated" else ""


def _tone(gain) -> tuple[str, str]:
    """Fill and ink of a cell, by what is known; no fill where a gain means little."""
    if not gain.rises or gain.status not in SAYING:
        return "", MUTED
    return next((fill, ink) for up_to, fill, ink in TONES if gain.known <= up_to)


def dots(gains: pd.DataFrame) -> alt.LayerChart | alt.Chart:
    """A row a benchmark, a mark a model, bigger for later ones.

    Left of 1x the enhanced model does worse than its compute buys.
    """
    order = with_headings(gains, "domain", "benchmark")
    said = gains[gains.status.isin(SAYING)]
    described_as = {"height": 20 * len(order), "description": described("Dots", gains)}
    if said.empty:
        return left_out.chart().properties(**described_as)
    low, high = said.lower_bound.notna(), said.upper_bound.notna()
    kinds = np.select([said.status == "interpolated", low, high], ["point", "more", "less"], "ring")
    tones = np.select([said.worse, said.rises], [CATEGORY["prompting"], CATEGORY["tool use"]], MUTED)
    sizes = {model: 35 + 55 * i for i, model in enumerate(gains.model.unique())}
    marks = said.assign(kind=kinds, tone=tones, size=said.model.map(sizes), x=np.log10(said.known).round(4))
    beyond = marks[(said.status == "extrapolated") & (low | high)]
    marks = pd.concat([marks, beyond.assign(kind="ring", x=np.log10(beyond.ceg).round(4))])

    ticks = multiples((0.1, 0.3, 1, 3, 10, 30, 100), ".1~r", labelOverlap="greedy")
    ends = marks.x.min() - 0.1, marks.x.max() + 0.1
    x = axis(alt.X, "x", "compute-equivalent gain", ends, **ticks)
    y = headed("benchmark:N", order, gains.domain)
    size, tone = alt.Size("size:Q", scale=None), alt.Color("tone:N", scale=None)
    pointed = tips(*BENCHMARK, *HOW_KNOWN)
    columns = ["benchmark", "model", "says", "noted", "source", "provenance", "kind", "x", "size", "tone"]
    base = alt.Chart(marks[columns]).encode(x, y, size, tone, tooltip=pointed)
    no_gain = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=MUTED).encode(x)
    drawn = (
        base.mark_point(opacity=0.85, **style).transform_filter(f"datum.kind == '{kind}'")
        for kind, style in SIDEWAYS.items()
    )
    return alt.layer(no_gain, *drawn).properties(**described_as)


def with_headings(gains: pd.DataFrame, heading: str, name: str) -> list[str]:
    """The names in their order, each group of them after its heading."""
    return list(
        dict.fromkeys(each for pair in zip(gains[heading], gains[name], strict=True) for each in pair)
    )


def headed(field: str, order: Sequence[str], headings: pd.Series, limit: int = 150, **scale: float) -> alt.Y:
    """Names down the side in order, ``headings`` in bold."""
    is_heading = f"indexof({sorted(set(headings))!r}, datum.value) >= 0"
    axis = alt.Axis(
        ticks=False,
        domain=False,
        grid=False,
        labelPadding=6,
        labelLimit=limit,
        labelFontWeight={"condition": {"test": is_heading, "value": "bold"}, "value": "normal"},
        labelColor={"condition": {"test": is_heading, "value": MUTED}, "value": INK},
    )
    return alt.Y(field, title=None, sort=list(order), scale=alt.Scale(domain=list(order), **scale), axis=axis)


def described(title: str, gains: pd.DataFrame) -> str:
    """Gains by benchmark and model, read aloud."""
    groups = gains.groupby(["benchmark", "domain"], sort=False)
    said = "; ".join(
        f"{benchmark} ({domain}): " + ", ".join(f"{g.model} {g.says}" for g in some.itertuples())
        for (benchmark, domain), some in groups
    )
    return f"{title}, gain by benchmark and model. {said}."


# --- against the most that could be found -----------------------------------------------------------


def heaps(gains: pd.DataFrame) -> pd.DataFrame:
    """Gain found and most that could be found, equal ones together, on baselines that rise."""
    known = gains[gains.rises & gains.status.isin(SAYING)]
    bounds = np.where(known.lower_bound.notna(), "more", "less")
    kinds = np.select(
        [known.status == "interpolated", known.status == "extrapolated"], ["point", "ring"], bounds
    )
    placed = known.assign(kind=kinds, x=np.log10(known.headroom).round(2), y=np.log10(known.value).round(2))
    made = placed.groupby(["kind", "x", "y"]).agg(
        comparisons=("says", "size"),
        says=("says", "first"),
        enhancements=("enhancement", lambda some: formatting.listed(sorted(set(some)))),
    )
    made = made.reset_index()
    made["most"], made["found"] = 10**made.x, 10**made.y
    made["room"] = [f"{formatting.significant(most)}x" for most in made.most]
    about = [f"about {formatting.significant(found)}x" for found in made.found]
    return made.assign(size=22 + 14 * made.comparisons, says=made.says.where(made.comparisons == 1, about))


def found_against_headroom(gains: pd.DataFrame, thresholds: Sequence[float]) -> alt.LayerChart | alt.Chart:
    """The gain found against the greatest bound that the family allows, on baselines that rise.

    Equal ones are one mark.
    """
    marks = heaps(gains)
    if marks.empty:
        words = f"{left_out.WORDS[0].upper()}{left_out.WORDS[1:]}."
        return left_out.chart().properties(height=380, description=words)
    low, high = marks.x.min() - 0.15, marks.x.max() + 0.15
    ticks = multiples((0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000))
    across = {"labelOverlap": "greedy", **ticks}
    x = axis(alt.X, "x", "biggest plain compute over the enhanced", (low, high), **across)
    heights = marks.y.min() - 0.15, marks.y.max() + 0.2
    y = axis(alt.Y, "y", "compute-equivalent gain found", heights, **ticks)
    pointed = tips("enhancements=enhancement", "says=CEG", "room=at most", "comparisons")
    lines = pd.DataFrame([{"y": math.log10(v), "x": high, "says": f"{v:g}x"} for v in (1, *thresholds)])
    bounds = alt.Chart(pd.DataFrame({"x": [low, high], "y": [low, high]}))
    tones = {"point": MUTED, "ring": CATEGORY["tool use"], "more": INK, "less": MUTED}
    base = alt.Chart(marks).encode(x, y, alt.Size("size:Q", scale=None), tooltip=pointed)
    drawn = (
        base.mark_point(opacity=0.6 if kind == "point" else 0.9, color=tones[kind], **style).transform_filter(
            f"datum.kind == '{kind}'"
        )
        for kind, style in UPRIGHT.items()
    )
    label = {"align": "right", "dy": -6, "color": MUTED, "fontSize": 12}
    said = "; ".join(
        f"{c.comparisons} with {c.Index}, of which {formatting.part(c.censored)} have no value inside "
        "the family"
        for c in by_headroom(gains[gains.rises & gains.status.isin(SAYING)]).itertuples()
        if c.comparisons
    )
    return alt.layer(
        alt.Chart(lines).mark_rule(color=RULE).encode(y),
        alt.Chart(lines).mark_text(**label).encode(x, y, text="says:N"),
        bounds.mark_line(color=INK, strokeWidth=1, strokeDash=[4, 3]).encode(x, y),
        *drawn,
    ).properties(height=380, description=f"Gain found against the most that could be found. {said}.")
