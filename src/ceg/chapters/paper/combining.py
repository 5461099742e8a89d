"""Two enhancements at once: the gain of each part, of the whole, and how far the parts' product is from it.

Gains multiply if they are independent, so they are compared as log10 CEG. Where they do not add up, the
second enhancement met another model than the first: its gain depends on what is already there.
"""

import math
from collections.abc import Sequence

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import axis, bare_axis, layer, times, tips
from ceg.exhibits.scores_against_compute import DASHES, ENDS
from ceg.exhibits.theme import CATEGORY, INK, RULE
from ceg.prose import wording
from ceg.survey.combinations import Combination

TICKS = (1, 10, 100, 1e3, 1e4)


def gains(combinations: Sequence[Combination]) -> pd.DataFrame:
    """The gain of each part and of the whole, a row for each combination.

    ``log10_excess``: log10 CEG of the whole less the sum of the parts'.
    """
    rows = [
        {
            "benchmark": c.name,
            "model": c.model,
            "ceg_data": formatting.six(c.data.ceg),
            "ceg_vote": formatting.six(c.vote.ceg),
            "ceg_both": formatting.six(c.both.ceg),
            "lower_bound_both": formatting.six(c.both.lower_bound),
            "status_both": c.both.status,
            "vote_on": c.vote_on,
            "log10_parts": formatting.six(c.log10_parts),
            "log10_excess": formatting.six(c.log10_excess),
        }
        for c in combinations
    ]
    return pd.DataFrame(rows)


def in_words(book: Analysis, combinations: Sequence[Combination]) -> pd.DataFrame:
    """The same as texts, which lead to the workings where ``book`` gives the same estimate."""
    rows = [
        {
            "on": f"{c.name}, {c.model}",
            "data": wording.link(book, c.data),
            "vote": wording.link(book, c.vote),
            "vote_on": c.vote_on,
            "product": formatting.times(c.product, 2) if c.product is not None else "",
            "both": wording.link(book, c.both),
            "excess": wording.oom(c.log10_excess),
        }
        for c in combinations
    ]
    return pd.DataFrame(rows, dtype=object)  # as str, texts would lose where they lead


def against_product(combinations: Sequence[Combination]) -> str:
    """How far the whole is from the product of the parts, as a sentence."""
    compared = [c for c in combinations if c.log10_excess is not None]
    if not compared:
        return "With the vote on top of Minerva's data no product can be compared under these assumptions."
    excess = [c.log10_excess or 0.0 for c in compared]
    worst = max(compared, key=lambda c: abs(c.log10_excess or 0.0))
    return (
        "With the vote on top of Minerva's data, the whole differs from the product by "
        f"{wording.oom(max(excess))} to {wording.oom(min(excess))} orders of magnitude of compute, in the "
        f"worst case, {worst.both.status}, a factor of {formatting.times(10 ** max(map(abs, excess)), 2)}."
    )


def chart(book: Analysis, combinations: Sequence[Combination]) -> alt.Chart | alt.LayerChart:
    """Log CEG, a row a model: data and then vote end to end, the whole below them.

    The end of the whole says its status, as in ``against_compute``.
    """
    bars, wholes, words = [], [], []
    for i, c in enumerate(combinations):
        start = 0.0
        for part, estimate in (("data", c.data), ("vote", c.vote)):
            if estimate.ceg is not None:
                end = start + math.log10(estimate.ceg)
                ends = {"from": round(start, 6), "to": round(end, 6)}
                bars.append({"y": i, **ends, **_tip(book, c, part, estimate)})
                start = end
        worth = c.both.ceg or c.both.lower_bound
        if worth is not None:
            ends = {"from": 0, "to": round(math.log10(worth), 6)}
            wholes.append({"y": i + 0.3, **ends, **_tip(book, c, "both", c.both)})
        words.append({"y": i - 0.34, "from": 0, "says": f"{c.name} {c.model.rpartition(' ')[2]}: {_sum(c)}"})
    if not bars and not wholes:
        return left_out.panel("", 58)
    top = max(r["to"] for r in (*bars, *wholes)) + 0.25
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
            line = {"color": INK, "strokeWidth": 1.5, "strokeDash": DASHES[status]}
            layers.append(layer(some, "rule", x, to, y, **line))
            layers.append(layer(some, "point", alt.X("to:Q"), y, tooltip=shown, **style))
    layers.append(layer(words, "text", x, y, text="says", align="left", color=INK, fontSize=12))
    said = "; ".join(w["says"] for w in words)
    return alt.layer(*layers).properties(
        height=58 * len(combinations),
        description="Compute-equivalent gains on a log scale: data, then vote, end to end, and below "
        f"them both as measured. {said}.",
    )


def _tip(book: Analysis, c: Combination, part: str, estimate: Estimate) -> dict[str, str]:
    """What a bar or line says when it is pointed at."""
    return {
        "benchmark": c.name,
        "model": c.model,
        "part": part,
        "CEG": wording.ceg(estimate),
        "status": estimate.status,
        **provenance.of_comparison(book, estimate.comparison),
    }


def _sum(c: Combination) -> str:
    """6.3 × 2.8 = 18x; both 9.7x."""
    parts = " × ".join(formatting.significant(e.ceg) if e.ceg is not None else "?" for e in (c.data, c.vote))
    whole = f" = {formatting.times(c.product, 2)}" if c.product is not None else ""
    both = (
        formatting.times(c.both.ceg, 2) if c.both.ceg is not None else formatting.at_least(c.both.lower_bound)
    )
    return f"{parts}{whole}; both {both}"
