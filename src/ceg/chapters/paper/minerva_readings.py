"""What an analyst's choices make of one reported number: every reading of Minerva with a vote.

A value that some choices give is consistent with them. It is identified only if the text says which were
made.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis.alternatives import analysis
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import gain
from ceg.exhibits.marks_and_axes import axis, bare_axis, layer, times, tips
from ceg.exhibits.theme import CATEGORY, INK, RULE

FORMS = ("logit above chance", "logit", "linear")
CURVES = (("all models", "edge"), ("all models", "line"), ("two largest", "edge"))
"""Models fitted, and where an extrapolation starts. Through two models the edge and the line are the same."""

RULES = ("reported", "compute_optimal")
SIZES = ("8b", "62b", "540b")
CHOICES = ["form", "fitted", "continued_from", "compute_rule", "continued_training"]
"""Columns of the choices."""

SHOWN = 1e5
"""Largest CEG that the chart reaches."""


def readings(book: Analysis, comparisons: Mapping[str, str]) -> pd.DataFrame:
    """Every CEG that the choices give, at each model size and as the median over sizes.

    comparisons: what to call some scores -> their comparisons, such as ``minerva-voting.math.palm-{}`` ({}:
    the size). The choices: form of the curve; models fitted, and where it is continued from; compute rule;
    the continued training charged or not. No limit on extrapolation; recalled scores let in; a vote whatever
    the book's choice. Choices without a rising curve give nothing. ``of``: the size whose value it is.
    """
    rows, open_to_all = [], {"provenance_admitted": "all", "aggregation": "as_headline"}
    books = {
        (rule, "charged" if charged else "not charged"): analysis(
            book, compute_rule=rule, charge_finetuning=charged, **open_to_all
        )
        for rule, charged in product(RULES, (False, True))
    }
    for (title, named), form, curve, (counted, under) in product(
        comparisons.items(), FORMS, CURVES, books.items()
    ):
        cegs = {size: _read(under, named.format(size), form, *curve) for size in SIZES}
        found = {size: ceg for size, ceg in cegs.items() if ceg is not None}
        of = [(size, size) for size in found]
        if len(found) == len(SIZES):
            of.append(("median", sorted(found, key=lambda size: found[size])[1]))
        choices = (form, *curve, *counted)
        rows += [(title, name, *choices, found[size], size) for name, size in of]
    return pd.DataFrame(rows, columns=["benchmark", "size", *CHOICES, "ceg", "of"])


def _read(book: Analysis, comparison: str, form: str, fitted: str, start: str) -> float | None:
    case = book.find(comparison)
    if case is None:
        return None
    return gain(
        case.enhanced.point,
        [s.point for s in (case.baselines if fitted == "all models" else case.baselines[-2:])],
        replace(case.scale, chance=0.0) if form == "logit" else case.scale,
        transform=form.partition(" ")[0],
        estimate_order="fit_first" if start == "line" else "interpolate_first",
        extrapolate_from=start,
        min_points=2,
        max_extrapolation_oom=math.inf,
    ).ceg


def pairs(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Readings of two benchmarks that share size and all choices."""
    return left.merge(right, on=["size", *CHOICES], suffixes=("_maths", "_stem"))


def in_words(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs of readings as texts."""
    two = pairs["fitted"] == "two largest"
    return pairs.assign(
        scores=pairs["benchmark_maths"] + " and " + pairs["benchmark_stem"],
        size=pairs["size"].str.replace("b", "B"),
        fitted=pairs["fitted"].where(two, pairs["fitted"] + ", from the " + pairs["continued_from"]),
        compute_rule=pairs["compute_rule"].str.replace("_", "-"),
        maths=pairs["ceg_maths"].map(formatting.times),
        stem=pairs["ceg_stem"].map(formatting.times),
    )


def chart(readings: pd.DataFrame) -> alt.LayerChart:
    """A row a benchmark, a tick a reading from 1x to ``SHOWN``, a hollow diamond the paper's value."""
    groups = readings.groupby("benchmark", sort=False)
    reported = groups["reported"].first()
    place = {title: i for i, title in enumerate(reported.index)}
    drawn = readings[readings["ceg"].between(1, SHOWN)]
    ticks = pd.DataFrame(
        {
            "x": drawn["ceg"].map(math.log10).round(6),
            "y": drawn["benchmark"].map(place),
            "benchmark": drawn["benchmark"],
            "size": drawn["size"],
            "choices": drawn[CHOICES].agg(", ".join, axis=1).str.replace("_", "-"),
            "CEG": drawn["ceg"].map(formatting.times),
        }
    ).to_dict("records")
    diamonds = [
        {"x": math.log10(value), "y": place[title], "benchmark": title, "reported": value}
        for title, value in reported.items()
    ]
    words = [{"x": 0, "y": place[title] - 0.36, "says": _span(title, some)} for title, some in groups["ceg"]]
    marks = range(round(math.log10(SHOWN)) + 1)
    ticks_at = {"values": list(marks), "labelExpr": times(",~r"), "gridColor": RULE}
    title = "compute-equivalent gain of Minerva with a vote"
    x = axis(alt.X, "x", title, (-0.03, marks[-1] + 0.05), **ticks_at)
    y = bare_axis(alt.Y, "y", (len(place) - 0.5, -0.65))
    thin = {"color": CATEGORY["data"], "thickness": 1.5, "size": 16, "opacity": 0.6}
    hollow = {"shape": "diamond", "filled": False, "size": 170, "color": INK, "strokeWidth": 2}
    said = "; ".join(
        f"{word['says']} (paper {value:g}x)" for word, value in zip(words, reported, strict=True)
    )
    return alt.layer(
        layer(ticks, "tick", x, y, tooltip=tips("benchmark", "size", "choices", "CEG"), **thin),
        layer(diamonds, "point", x, y, tooltip=tips("benchmark", "reported"), **hollow),
        layer(words, "text", x, y, text="says", align="left", color=INK, fontSize=12),
    ).properties(
        height=64 * len(place) + 30,
        description="The CEG of Minerva with a vote under different analysis choices, a row a benchmark, "
        f"log scale. {said}.",
    )


def _span(title: str, cegs: pd.Series) -> str:
    """The least, the greatest and the median reading of a benchmark."""
    high = formatting.times(cegs.max(), 2) if cegs.max() < 1e6 else "over a million x"
    middle = cegs.quantile(0.5, interpolation="lower")
    return f"{title}: {formatting.times(cegs.min(), 2)} to {high}, median {formatting.times(middle, 2)}"
