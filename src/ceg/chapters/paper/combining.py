"""Two enhancements at once: the gain of each part, of the whole, and how far the parts' product is from it.

Gains multiply if they are independent, so they are compared as log10 CEG. Where they do not add up, the
second enhancement met another model than the first: its gain depends on what is already there.
"""

import math
from collections.abc import Sequence

import altair as alt

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.exhibits import left_out
from ceg.exhibits.against_compute import DASHES, ENDS
from ceg.exhibits.marks_and_axes import axis, bare_axis, layer, times, tips
from ceg.exhibits.theme import CATEGORY, INK, RULE, theme
from ceg.prose import wording
from ceg.prose.wording import link, oom
from ceg.survey.combinations import Combination
from sphinx_fresh.show import Column, Figure, Table

TICKS = (1, 10, 100, 1e3, 1e4)


def chart(combinations: Sequence[Combination], **figure: object) -> Figure:
    """Log CEG, a row a model: data and then vote end to end, the whole below them.

    The end of the whole says its status, as in ``against_compute``.
    """
    bars, wholes, words, rows = [], [], [], []
    for i, c in enumerate(combinations):
        start = 0.0
        for part, estimate in (("data", c.data), ("vote", c.vote)):
            if estimate.ceg is not None:
                end = start + math.log10(estimate.ceg)
                bars.append({"y": i, "from": round(start, 6), "to": round(end, 6), **_tip(c, part, estimate)})
                start = end
        worth = c.both.ceg or c.both.lower_bound
        if worth is not None:
            to = round(math.log10(worth), 6)
            wholes.append({"y": i + 0.3, "from": 0, "to": to, **_tip(c, "both", c.both)})
        words.append({"y": i - 0.34, "from": 0, "says": f"{c.name} {c.model.rpartition(' ')[2]}: {_sum(c)}"})
        rows.append(
            [
                c.name,
                c.model,
                *(formatting.six(v) for v in (c.data.ceg, c.vote.ceg, c.both.ceg, c.both.lower_bound)),
                c.both.status,
                c.vote_on,
                formatting.six(c.log10_parts),
                formatting.six(c.log10_excess),
            ]
        )
    top = max((r["to"] for r in (*bars, *wholes)), default=1.0) + 0.25
    marks = [math.log10(t) for t in TICKS if math.log10(t) <= top]
    ticks = {"values": marks, "labelExpr": times(",~r"), "gridColor": RULE}
    x = axis(alt.X, "from", "compute-equivalent gain", (-0.03, top), **ticks)
    y = bare_axis(alt.Y, "y", (len(combinations) - 0.45, -0.7))
    to = alt.X2("to:Q")
    shown = tips("benchmark", "model", "part", "CEG", "status", "source", "provenance")
    layers = []
    for part, colour in (("data", CATEGORY["data"]), ("vote", CATEGORY["solution choice"])):
        some = [b for b in bars if b["part"] == part]
        if some:
            layers.append(layer(some, "rule", x, to, y, tooltip=shown, color=colour, strokeWidth=9))
    for status, (shape, filled) in ENDS.items():
        some = [w for w in wholes if w["status"] == status]
        style = {"shape": shape, "filled": filled, "size": 75, "color": INK, "opacity": 1, "strokeWidth": 2}
        if some:
            layers.append(
                layer(some, "rule", x, to, y, color=INK, strokeWidth=1.5, strokeDash=DASHES[status])
            )
            layers.append(layer(some, "point", alt.X("to:Q"), y, tooltip=shown, **style))
    layers.append(layer(words, "text", x, y, text="says", align="left", color=INK, fontSize=12))
    said = "; ".join(w["says"] for w in words)
    return Figure(
        description="Compute-equivalent gains on a log scale: data, then vote, end to end, and below "
        f"them both as measured. {said}.",
        columns=[
            "benchmark",
            "model",
            "ceg_data",
            "ceg_vote",
            "ceg_both",
            "lower_bound_both",
            "status_both",
            "vote_on",
            "log10_parts",
            "log10_excess",
        ],
        rows=rows,
        spec=theme(alt.layer(*layers), 58 * len(combinations))
        if layers[1:]
        else theme(left_out.panel("", 58), 58),
        panel="large",
        sources=list(dict.fromkeys(place for c in combinations for place in c.places)),
        **figure,
    )


def _tip(c: Combination, part: str, estimate: Estimate) -> dict[str, str]:
    """What a bar or line says when it is pointed at."""
    said = {
        "benchmark": c.name,
        "model": c.model,
        "part": part,
        "CEG": wording.ceg(estimate),
        "status": estimate.status,
    }
    return said | c.where.get(part, dict.fromkeys(("source", "provenance"), ""))


def _sum(c: Combination) -> str:
    """6.3 × 2.8 = 18x; both 9.7x."""
    parts = " × ".join(formatting.significant(e.ceg) if e.ceg is not None else "?" for e in (c.data, c.vote))
    whole = f" = {formatting.times(c.product, 2)}" if c.product is not None else ""
    both = (
        formatting.times(c.both.ceg, 2) if c.both.ceg is not None else formatting.at_least(c.both.lower_bound)
    )
    return f"{parts}{whole}; both {both}"


def table(analysis: Analysis, combinations: Sequence[Combination], *, name: str, caption: str) -> Table:
    """The parts, their product, the whole, and the difference in orders of magnitude."""
    columns = [
        Column("on", "Benchmark and model"),
        Column("data", "Data", "right"),
        Column("vote", "Vote", "right"),
        Column("vote_on", "Vote measured on"),
        Column("product", "Product", "right"),
        Column("both", "Both", "right"),
        Column("excess", "Whole against product", "right", "log10 CEG of both less the sum of the parts'"),
    ]
    rows = [
        [
            f"{c.name}, {c.model}",
            link(analysis, c.data),
            link(analysis, c.vote),
            c.vote_on,
            formatting.times(c.product, 2) if c.product is not None else "",
            link(analysis, c.both),
            oom(c.log10_excess),
        ]
        for c in combinations
    ]
    return Table(name, caption, columns, rows)
