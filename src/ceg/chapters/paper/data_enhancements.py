"""One-time costs taken apart: the terms of each formula in ``costs.csv``, worked out from its inputs."""

import ast
import math
from collections.abc import Mapping, Sequence

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.evidence.cost_formula import evaluate
from ceg.exhibits.marks_and_axes import axis, bare_axis, layer, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, theme
from sphinx_fresh.show import Column, Figure, Table

TICKS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)


def terms(cost) -> list[float]:
    """The values of the formula's top-level summands, in its order.

    Fractions of pre-training compute, which add up to the cost.
    """
    summands, node = [], ast.parse(cost.formula, mode="eval").body
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        summands.insert(0, node.right)
        node = node.left
    return [evaluate(ast.unparse(n), cost.inputs) for n in (node, *summands)]


def table(analysis: Analysis, costs: Sequence[str], *, name: str, caption: str) -> Table:
    """Model, what was trained, the terms, their sum, what the sum leaves out, and the source."""
    columns = [
        Column("model", "Model"),
        Column("variant", "Trained"),
        Column("terms", "Terms", "right"),
        Column("sum", "One-time cost", "right", "share of pre-training compute"),
        Column("range", "Range", "right"),
        Column("boundary", "Counted, and left out", "wide"),
        Column("source", "Source"),
    ]
    rows = []
    for c in _of(analysis, costs):
        parts = terms(c)
        ends = [v if v is not None else c.value for v in (c.low, c.high)]
        source = f"{analysis.evidence.sources[c.source].label}, {c.locator} ({c.provenance})"
        rows.append(
            [
                c.model,
                c.variant,
                " + ".join(map(formatting.percent, parts)) if len(parts) > 1 else "",
                formatting.percent(c.value),
                " to ".join(map(formatting.percent, ends)) if ends[0] != ends[1] else "",
                c.boundary,
                source,
            ]
        )
    return Table(name, caption, columns, rows)


def chart(
    analysis: Analysis, costs: Mapping[str, str], *, limit: float, name: str, caption: str, **figure: object
) -> Figure:
    """One-time costs as shares of pre-training on a log scale, dearest first.

    limit: where a rule stands, a fraction.

    costs: what to call each -> its id in costs.csv.
    """
    names = {cost: name for name, cost in costs.items()}
    found = sorted(_of(analysis, list(names)), key=lambda c: -c.value)
    rows = [
        {
            "cost": c.cost,
            "y": i,
            "x": round(math.log10(c.value), 6),
            "low": math.log10(c.low or c.value),
            "high": math.log10(c.high or c.value),
            "model": c.model,
            "trained": c.variant,
            "share": formatting.percent(c.value),
            "source": f"{analysis.evidence.sources[c.source].label}, {c.locator}",
            "provenance": c.provenance,
            "says": f"{names[c.cost]}: {formatting.percent(c.value)}",
        }
        for i, c in enumerate(found)
    ]
    left = min(r["low"] for r in rows)
    label = (
        " : ".join(
            f"abs(datum.value - ({math.log10(t):g})) < 0.01 ? '{formatting.percent(t)}'" for t in TICKS
        )
        + " : ''"
    )
    ticks = {"values": [math.log10(t) for t in TICKS], "labelExpr": label, "grid": False}
    x = axis(alt.X, "x", "one-time cost (share of pre-training)", (left - 0.1, 0.1), **ticks)
    y = bare_axis(alt.Y, "y", (len(rows) - 0.5, -0.9))
    colour = CATEGORY["data"]
    words = [r | {"x": left - 0.08, "y": r["y"] - 0.36} for r in rows]
    pointed = tips("model", "trained", "share", "source", "provenance")
    at = math.log10(limit)
    spread = [r for r in rows if r["low"] != r["high"]]
    layers = [
        layer([{"x": at}], "rule", x, color=MUTED, strokeDash=[4, 3]),
        *(
            [layer(spread, "rule", alt.X("low:Q"), alt.X2("high:Q"), y, color=colour, strokeWidth=1.5)]
            if spread
            else []
        ),
        layer(rows, "point", x, y, tooltip=pointed, filled=True, size=70, color=colour, opacity=1),
        layer(words, "text", x, y, text="says", align="left", color=INK, fontSize=12),
    ]
    over = [r["says"] for r in rows if r["x"] >= at]
    under = [r["says"] for r in rows if r["x"] < at]
    shown = ("cost", "model", "trained", "share", "source", "provenance")
    return Figure(
        name=name,
        caption=caption,
        description="One-time cost as a share of pre-training, log scale, a rule at "
        f"{formatting.percent(limit)}. Above it: {'; '.join(over)}. Below it: "
        f"{'; '.join(under)}.",
        columns=[*shown, "fraction"],
        rows=[[*(r[k] for k in shown), c.value] for r, c in zip(rows, found, strict=True)],
        spec=theme(alt.layer(*layers), 36 * len(rows) + 40),
        sources=provenance.behind(analysis, [c.cost for c in found]),
        panel="large",
        numbered=False,
        **figure,
    )


def _of(analysis: Analysis, costs: Sequence[str]) -> list[tuple]:
    return [analysis.evidence.costs[c] for c in costs]
