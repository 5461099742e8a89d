"""Two enhancements at once: the gain of each part, of the whole, and how far the parts' product is from it.

Gains multiply if they are independent, so they are compared as log10 CEG. Where they do not add up, the
second enhancement met another model than the first: its gain depends on what is already there.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import product

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.exhibits import left_out
from ceg.exhibits.gain_rows import SHAPES
from ceg.exhibits.marks_and_axes import axis, layer, multiples, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE
from ceg.prose import wording
from ceg.survey.combinations import Combination

TICKS = (1, 10, 100, 1e3, 1e4, 1e5, 1e6)
TITLE = "gain (times the training compute)"
KINDS = ("expected", "measured")
ROW = 42
"""Height of a row, in pixels."""


def gains(named: Mapping[str, Combination]) -> pd.DataFrame:
    """The gain of each part and of the whole, a row for each combination.

    named: what a row is called -> its combination. ``log10_excess``: log10 CEG of the whole less the sum of
    the parts'.
    """
    rows = [
        {
            "name": name,
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
        for name, c in named.items()
    ]
    return pd.DataFrame(rows)


def in_words(book: Analysis, named: Mapping[str, Combination]) -> pd.DataFrame:
    """The same as texts; ``observed``: what the models that were trained guarantee of the whole.

    The whole leads to the workings where ``book`` gives the same estimate.
    """
    rows = [
        {
            "name": name,
            "data": wording.short(c.data),
            "vote": wording.short(c.vote),
            "product": formatting.times(c.product, 2) if c.product is not None else "",
            "both": wording.link(book, c.both) if c.both.status != "extrapolated" else wording.short(c.both),
            "observed": formatting.at_least(c.both.lower_bound) if c.both.lower_bound else "",
        }
        for name, c in named.items()
    ]
    return pd.DataFrame(rows, dtype=object)  # as str, texts would lose where they lead


def chart(book: Analysis, named: Mapping[str, Combination]) -> alt.Chart | alt.LayerChart:
    """The product of the parts and the whole as measured, a row each, furthest apart first.

    A line joins the two where both are estimates; a bound leaves open how far they are apart.
    """
    rows = [row for name, c in named.items() if (row := _row(book, name, c))]
    if not rows:
        return left_out.panel("", 58)
    rows.sort(key=lambda r: (r["shape"] == "least", r["expected"] is None, r["apart"]))
    ends = [r[k] for r in rows for k in KINDS if r[k] is not None]
    reach = (min(0.0, *ends) - 0.5, max(ends) + 0.1)
    ticks = multiples([t for t in TICKS if math.log10(t) <= reach[1]], ",~r", grid=True, gridColor=RULE)
    x, start = (axis(alt.X, field, TITLE, reach, **ticks) for field in ("x", "expected"))
    y = alt.Y("name:N", axis=None, sort=[r["name"] for r in rows])
    marks = _marks(rows, sum(reach) / 2)
    joined = [r for r in rows if r["expected"] is not None and r["shape"] != "least"]
    line = {"color": MUTED, "strokeWidth": 2, "opacity": 0.45}
    layers = [layer(joined, "rule", start, alt.X2("measured:Q"), y, **line)] if joined else []
    shown = tips("name", "parts", "both", "source", "provenance")
    inks = dict(zip(KINDS, (MUTED, CATEGORY["solution choice"]), strict=True))
    for kind, shape, is_left in product(KINDS, SHAPES, (True, False)):
        some = [m for m in marks if (m["kind"], m["shape"], m["left"]) == (kind, shape, is_left)]
        if some:
            style, ink = SHAPES[shape], inks[kind]
            beside = {"align": "right", "dx": -9} if is_left else {"align": "left", "dx": 9}
            layers.append(layer(some, "point", x, y, tooltip=shown, color=ink, opacity=1, **style))
            layers.append(layer(some, "text", x, y, text="says", color=ink, fontSize=12, **beside))
    above = {"align": "left", "dy": -17, "color": INK, "fontSize": 12}
    layers.append(layer(rows, "text", alt.XValue(0), y, text="name", **above))
    said = "; ".join(f"{r['name']}: {r['parts']}, together {r['both']}" for r in rows)
    return alt.layer(*layers).properties(
        height=ROW * len(rows),
        padding={"left": 4, "top": 4, "bottom": 4, "right": 52},
        description=f"Gains of better data times a vote, and of both as measured, log scale. {said}.",
    )


def _row(book: Analysis, name: str, c: Combination) -> dict | None:
    """Both ends of a row in log10 CEG, with words; None where neither the parts nor the whole have any."""
    worth, product = c.both.ceg or c.both.lower_bound, c.log10_parts
    if worth is None and product is None:
        return None
    return {
        "name": name,
        "expected": product and round(product, 4),
        "measured": worth and round(math.log10(worth), 4),
        "apart": c.log10_excess or 0.0,
        "expected_says": formatting.times(c.product, 2),
        "measured_says": wording.short(c.both),
        "shape": _shape(c.both),
        "parts": f"data {wording.short(c.data)}, vote {wording.short(c.vote)}",
        "both": wording.ceg(c.both),
        **provenance.of_comparison(book, c.both.comparison if worth else None),
    }


def _marks(rows: Sequence[dict], middle: float) -> list[dict]:
    """A row for each end of the rows, with its number on the side away from the other end.

    The numbers of one row, that nearest to the middle of the axis, say what they are.
    """
    found, told = [], min(rows, key=lambda r: (r["expected"] is None, abs((r["measured"] or 0) - middle)))
    for row, kind in product(rows, KINDS):
        one, other = row[kind], row[KINDS[kind == KINDS[0]]]
        if one is None:
            continue
        is_left = other is not None and (one < other or (one == other and kind == "measured"))
        number = row[f"{kind}_says"]
        called = {"expected": "expected", "measured": "together"}[kind] if row is told else ""
        words = f"{called} {number}" if is_left else f"{number} {called}"
        shape = row["shape"] if kind == "measured" else "point"
        found.append(row | {"kind": kind, "x": one, "says": words.strip(), "left": is_left, "shape": shape})
    return found


def _shape(estimate: Estimate) -> str:
    if estimate.ceg is None:
        return "least"
    return "point" if estimate.status == "interpolated" else "beyond"
