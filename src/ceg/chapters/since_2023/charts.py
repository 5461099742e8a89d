"""Gains by benchmark and model, and how far they could be measured."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.estimator.gain import SAYING, Estimate
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import axis, layer, losses, multiples, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, PAPER, RULE

NONE = "–"
"""What a cell without a number says."""

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
IN_HEAT_MAP = ("part", *BY_BENCHMARK[:3], "cell", *OUTCOME)
"""What the tables under the figures have."""

BENCHMARK = ("benchmark", "model", "says=CEG")
HOW_KNOWN = ("noted=flags", "source", "provenance")
"""What a tooltip begins and ends with."""

GAIN, LOSS = CATEGORY["tool use"], CATEGORY["prompting"]

MARKS = {
    "ring": {"shape": "circle", "filled": False, "strokeWidth": 1.5},
    "point": {"shape": "circle", "filled": True},
    "more": {"shape": "triangle-right", "filled": True},
    "less": {"shape": "triangle-left", "filled": True},
}
"""Marks from back to front: extrapolated, interpolated, at least, at most."""


def readable(gains: pd.DataFrame) -> pd.DataFrame:
    """The rows that a heat map has, with what their ``cell`` says.

    Left out: models with no bigger one to compare with, and benchmarks without any number.
    """
    found = gains[gains.headroom > 1.01]
    found = found.assign(cell=[cell(g.estimate) if g.rises else NONE for g in found.itertuples()])
    return found[(found.cell != NONE).groupby(found.benchmark).transform("any")]


def heat_map(found: pd.DataFrame, title: str) -> alt.LayerChart | alt.Chart:
    """The rows of ``readable``: benchmarks down, by domain, models across, a number in every cell.

    title: what it shows, read aloud.
    """
    if found.empty:
        return left_out.panel(title, 100)
    sizes = [m.rpartition(" ")[2] for m in found.sort_values("reported_flop", kind="stable").model.unique()]
    tones = [_tone(g) for g in found.itertuples()]
    found = found.assign(size=found.model.str.rpartition(" ")[2])
    found[["fill", "ink"]] = pd.DataFrame(tones, index=found.index, columns=["fill", "ink"])
    x = alt.X(
        "size:N",
        title="parameters of the model",
        sort=sizes,
        scale=alt.Scale(domain=sizes, paddingInner=0.05, paddingOuter=0.02),
        axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False, grid=False),
    )
    order = with_headings(found, "domain", "benchmark")
    y = headed("benchmark:N", order, found.domain, paddingInner=0.07, paddingOuter=0.02)
    pointed = tips(*BENCHMARK, "score=score with it", *HOW_KNOWN)
    columns = ["size", "cell", "fill", "ink", *(tip.shorthand.partition(":")[0] for tip in pointed)]
    base = alt.Chart(found[columns]).encode(x, y)
    return alt.layer(
        base.mark_rect().encode(alt.Fill("fill:N", scale=None)).transform_filter("datum.fill"),
        base.mark_rect(fill="transparent", stroke=RULE, strokeDash=[3, 3]).transform_filter("!datum.fill"),
        base.mark_text(fontSize=12, baseline="middle").encode(alt.Color("ink:N", scale=None), text="cell:N"),
        base.mark_rect(fill="transparent").encode(tooltip=pointed),  # on top, so that all of a cell answers
    ).properties(
        height=26 * len(order),
        padding={"left": 16, "top": 4, "bottom": 4, "right": 4},
        description=described(title, found),
    )


def cell(estimate: Estimate) -> str:
    """What is known of an estimate for sure, without the x; after a ~ an extrapolation without a bound."""
    e = estimate
    if e.status not in SAYING:
        return NONE
    if e.status == "interpolated":
        return formatting.significant(e.ceg)
    low, high = e.lower_bound, e.upper_bound
    if low and high:
        return f"{formatting.rounded_down(low, 2)}–{formatting.rounded_up(high, 2)}"
    if low or high:
        return f"≥{formatting.rounded_down(low, 2)}" if low else f"≤{formatting.rounded_up(high, 2)}"
    return f"~{formatting.significant(e.ceg)}"


def _tone(gain) -> tuple[str, str]:
    """Fill and ink of a cell, by what is known; no fill where a gain means little."""
    if gain.cell == NONE:
        return "", MUTED
    known = min(gain.known, 1.0) if gain.cell[0] == "≤" else gain.known
    return next((fill, ink) for up_to, fill, ink in TONES if known <= up_to)


def dots(gains: pd.DataFrame) -> alt.LayerChart | alt.Chart:
    """A row a benchmark, a mark a model, on baselines that rise. Losses stand in a shaded part."""
    said = gains[gains.status.isin(SAYING) & gains.rises]
    order = with_headings(said, "domain", "benchmark")
    described_as = {"height": 20 * max(len(order), 1), "description": described("Dots", said)}
    if said.empty:
        return left_out.chart().properties(**described_as)
    marks = said.assign(kind=kinds(said), x=np.log10(said.value).round(4))
    ticks = multiples((0.01, 0.1, 1, 10, 100, 1000), labelOverlap="greedy")
    ends = min(marks.x.min(), 0) - 0.1, marks.x.max() + 0.1
    x = axis(alt.X, "x", "gain (times)", ends, **ticks)
    y = headed("benchmark:N", order, said.domain)
    tone = alt.Color("tone:N", scale=None)
    marks["tone"] = np.where(marks.worse, LOSS, GAIN)
    columns = ["benchmark", "model", "says", "noted", "source", "provenance", "kind", "x", "tone"]
    base = alt.Chart(marks[columns]).encode(x, y, tone, tooltip=tips(*BENCHMARK, *HOW_KNOWN))
    drawn = (
        base.mark_point(opacity=0.85, size=70, **style).transform_filter(f"datum.kind == '{kind}'")
        for kind, style in MARKS.items()
    )
    named = {"fontSize": 12, "fontWeight": "bold", "y": -8}
    return alt.layer(
        *losses(x, ends[0]),
        layer([{"x": 0}], "text", x, color=LOSS, align="right", dx=-6, **named).encode(
            text=alt.value("loses")
        ),
        layer([{"x": 0}], "text", x, color=GAIN, align="left", dx=6, **named).encode(text=alt.value("gains")),
        *drawn,
    ).properties(**described_as, padding={"left": 16, "top": 4, "bottom": 4, "right": 4})


def kinds(gains: pd.DataFrame) -> np.ndarray:
    """Which of ``MARKS`` stands for each gain with a number."""
    bounds = np.where(gains.lower_bound.notna(), "more", "less")
    inside, beyond = (gains.status == status for status in ("interpolated", "extrapolated"))
    return np.select([inside, beyond], ["point", "ring"], bounds)


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


# --- how far a gain can be measured -----------------------------------------------------------------


def measured_by_headroom(classes: pd.DataFrame) -> alt.LayerChart:
    """A bar a class: the share of its comparisons whose gain lies between models that were scored.

    classes: as ``gains.by_headroom`` gives them, those with comparisons.
    """
    rows = classes.reset_index().assign(share=1 - classes.censored.values)
    rows["headroom"] = rows.headroom.astype(str)
    rows["says"] = [f"{formatting.part(r.share)} of {r.comparisons}" for r in rows.itertuples(index=False)]
    rows = rows[["headroom", "share", "says"]]
    names = alt.Axis(ticks=False, domain=False, grid=False, labelPadding=8)
    whole = alt.Axis(values=[0, 0.5, 1], format="%", grid=False, domain=False)
    scale = alt.Scale(domain=[0, 1], nice=False)
    y = alt.Y("headroom:N", title=None, sort=list(rows.headroom), axis=names)
    x = alt.X("share:Q", title="share of the gains that could be measured", scale=scale, axis=whole)
    base, number = alt.Chart(rows).encode(x, y), {"fontSize": 12, "color": INK}
    said_in_bar = base.encode(text="says:N")
    said = "; ".join(rows.headroom + ": " + rows.says)
    return alt.layer(
        alt.Chart(rows).mark_bar(color=RULE, opacity=0.5, height=22).encode(y=y, x=alt.datum(1, scale=scale)),
        base.mark_bar(color=GAIN, opacity=0.6, height=22).encode(tooltip=tips("headroom", "says=measured")),
        said_in_bar.transform_filter("datum.share <= 0.6").mark_text(align="left", dx=6, **number),
        said_in_bar.transform_filter("datum.share > 0.6").mark_text(align="right", dx=-6, **number),
    ).properties(
        title=alt.TitleParams(
            "Compute of the biggest plain model", subtitle="times that of the enhanced one"
        ),
        height=38 * max(len(rows), 1),
        padding={"left": 12, "top": 4, "bottom": 4, "right": 8},
        description=f"Share of gains that could be measured, by how much bigger a plain model was. {said}.",
    )
