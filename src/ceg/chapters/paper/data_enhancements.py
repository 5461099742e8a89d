"""One-time costs as shares of pre-training compute, and taken apart into the terms of their formulas."""

import ast
import math
from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.evidence.cost_formula import evaluate
from ceg.exhibits.marks_and_axes import axis, bare_axis, labelled, layer, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED

TICKS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)


def terms(cost: Any) -> list[float]:
    """The values of the formula's top-level summands, in its order: fractions of pre-training compute.

    cost: a row of ``book.costs``.
    """
    summands, node = [], ast.parse(cost.formula, mode="eval").body
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        summands.insert(0, node.right)
        node = node.left
    return [evaluate(ast.unparse(n), cost.inputs) for n in (node, *summands)]


def sums(book: Analysis, costs: pd.DataFrame) -> pd.DataFrame:
    """Those of the costs that have several terms: the terms, their sum, its range, and the source."""
    found = costs.assign(terms=[terms(cost) for cost in costs.itertuples()])
    found = found[found["terms"].map(len) > 1].copy()
    low, high = (found[end].fillna(found["value"]).map(formatting.percent) for end in ("low", "high"))
    found["range"] = (low + " to " + high).where(low != high, "")
    found["terms"] = [" + ".join(map(formatting.percent, some)) for some in found["terms"]]
    found["sum"] = found["value"].map(formatting.percent)
    found["source"] = _sources(book, found) + " (" + found["provenance"].astype(str) + ")"
    return found


def shares(book: Analysis, called: Mapping[str, str]) -> pd.DataFrame:
    """One-time costs as shares of pre-training compute, dearest first.

    called: id of a cost -> what to call it.
    """
    found = book.costs.loc[list(called)].sort_values("value", ascending=False, kind="stable").reset_index()
    return pd.DataFrame(
        {
            "cost": found["cost"],
            "model": found["model"],
            "trained": found["variant"],
            "share": found["value"].map(formatting.percent),
            "source": _sources(book, found),
            "provenance": found["provenance"].astype(str),
            "fraction": found["value"],
            "low": found["low"].fillna(found["value"]),
            "high": found["high"].fillna(found["value"]),
            "called": found["cost"].map(called),
        }
    )


def _sources(book: Analysis, costs: pd.DataFrame) -> pd.Series:
    """The source of each cost and the place in it."""
    return costs["source"].map(lambda key: book.evidence.sources[key].label) + ", " + costs["locator"]


def chart(shares: pd.DataFrame, limit: float) -> alt.LayerChart:
    """The shares on a log scale, each with its range; a rule at ``limit``, a fraction."""
    rows = shares.assign(
        y=range(len(shares)),
        x=shares["fraction"].map(math.log10).round(6),
        low=shares["low"].map(math.log10),
        high=shares["high"].map(math.log10),
        says=shares["called"] + ": " + shares["share"],
    ).drop(columns=["fraction", "called"])
    left, at = rows["low"].min(), math.log10(limit)
    names = {math.log10(tick): formatting.percent(tick) for tick in TICKS}
    ticks = {"values": list(names), "labelExpr": labelled(names), "grid": False}
    x = axis(alt.X, "x", "one-time cost (share of pre-training)", (left - 0.1, 0.1), **ticks)
    y = bare_axis(alt.Y, "y", (len(rows) - 0.5, -0.9))
    colour = CATEGORY["data"]
    beside = rows.assign(x=left - 0.08, y=rows["y"] - 0.36)
    points, ranges, words = (some.to_dict("records") for some in (rows, rows.query("low != high"), beside))
    shown = tips("model", "trained", "share", "source", "provenance")
    over, under = ("; ".join(rows.loc[some, "says"]) for some in (rows["x"] >= at, rows["x"] < at))
    return alt.layer(
        layer([{"x": at}], "rule", x, color=MUTED, strokeDash=[4, 3]),
        layer(ranges, "rule", alt.X("low:Q"), alt.X2("high:Q"), y, color=colour, strokeWidth=1.5),
        layer(points, "point", x, y, tooltip=shown, filled=True, size=70, color=colour, opacity=1),
        layer(words, "text", x, y, text="says", align="left", color=INK, fontSize=12),
    ).properties(
        height=36 * len(rows) + 40,
        description="One-time cost as a share of pre-training, log scale, a rule at "
        f"{formatting.percent(limit)}. Above it: {over}. Below it: {under}.",
    )
