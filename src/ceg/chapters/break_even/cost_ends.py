"""Cost with an enhancement over that of the bigger model: at few queries, and at many."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.chapters.break_even.charts import BLUE, CHEAPER, DEARER, headed
from ceg.chapters.break_even.tables import known
from ceg.exhibits import named_rows
from ceg.exhibits.marks_and_axes import axis, layer, multiples, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED
from ceg.survey import break_even
from ceg.survey.break_even import Entry

TICKS = (0.001, 0.01, 0.1, 1, 10, 100, 1000)
"""Multiples on the axis."""

FEW, MANY = CATEGORY["prompting"], BLUE


def ends(analysis: Analysis, entries: Sequence[Entry]) -> pd.DataFrame:
    """A row an enhancement, the cheapest at many queries first: the ratio of costs at either end."""
    a = break_even.in_flop(analysis).size_exponent
    rows = [
        {
            "name": e.enhancement.name,
            "enhancement": e.enhancement.enhancement,
            "cost_ratio_at_few_queries": formatting.six((1 + e.charges[0]) / e.gain),
            "cost_ratio_at_many_queries": formatting.six(e.charges[1] / e.gain**a),
        }
        for e in known(entries)
        if e.gain
    ]
    columns = ["name", "enhancement", "cost_ratio_at_few_queries", "cost_ratio_at_many_queries"]
    made = pd.DataFrame(rows, columns=columns)
    return made.sort_values("cost_ratio_at_many_queries", kind="stable", ignore_index=True)


def chart(found: pd.DataFrame) -> alt.LayerChart:
    """The rows of ``ends``: two dots, joined; left of 1x the enhancement is cheaper."""
    at = found.assign(
        few=np.log10(found.cost_ratio_at_few_queries.astype(float)).round(3),
        many=np.log10(found.cost_ratio_at_many_queries.astype(float)).round(3),
        says=[formatting.times(v, 2) for v in found.cost_ratio_at_many_queries],
        before=[formatting.times(v, 2) for v in found.cost_ratio_at_few_queries],
    )
    least, most = at[["few", "many"]].min().min() - 0.25, max(at[["few", "many"]].max().max(), 0.3) + 0.25
    ticks = multiples(TICKS, ",.3~r", labelOverlap="greedy")
    x, other = (
        axis(alt.X, field, "cost, against the bigger model", (least, most), **ticks)
        for field in ("few", "many")
    )
    y = named_rows.rows(list(at["name"]))
    shown = tips("name=enhancement", "before=at few queries", "says=at many queries")
    base = alt.Chart(at).encode(y=y, tooltip=shown)
    whole = {"y": alt.value(0), "y2": alt.value("height")}
    sides = [
        alt.Chart(pd.DataFrame({"few": [a], "to": [b]})).mark_rect(**style).encode(x, alt.X2("to:Q"), **whole)
        for a, b, style in ((least, 0.0, CHEAPER), (0.0, most, DEARER))
    ]
    named = {"fontSize": 12, "fontWeight": "bold", "align": "left", "y": -26}
    point = {"filled": True, "size": 80, "opacity": 1}
    number = {"align": "left", "dx": 8, "fontSize": 12, "color": MANY}
    said = "; ".join(f"{r.name}: {r.before}, then {r.says}" for r in at.itertuples())
    return alt.layer(
        *sides,
        layer([{"few": 0.0}], "rule", x, color=MUTED),
        base.mark_rule(strokeWidth=2, color=INK, opacity=0.3).encode(x, alt.X2("many:Q")),
        base.mark_point(color=FEW, **point).encode(x),
        base.mark_point(color=MANY, **point).encode(other),
        alt.Chart(at).mark_text(**number).encode(y=y, x=alt.value("width"), text="says:N"),
        layer([{"says": "few queries"}], "text", alt.X(value=2), text="says", color=FEW, **named),
        layer([{"says": "many queries"}], "text", alt.X(value=88), text="says", color=MANY, **named),
        *headed("cheaper", "dearer"),
    ).properties(
        height=named_rows.ROW * max(len(at), 1),
        padding={"left": 8, "top": 4, "bottom": 4, "right": 4},
        description=f"Cost against the bigger model, at few queries and at many: {said}.",
    )
