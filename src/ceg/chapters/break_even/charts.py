"""Break-even drawn: up to how many queries each enhancement is cheaper than its bigger model."""

import math
from collections.abc import Sequence
from dataclasses import replace

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.chapters.break_even import tables as break_even_tables
from ceg.exhibits import controls, named_rows
from ceg.exhibits.marks_and_axes import POWER, axis, layer, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE
from ceg.survey import break_even
from ceg.survey.break_even import DOMINATED, DOMINATES, FROM, UP_TO, VERDICTS, Entry, Use
from sphinx_fresh.show import Figure, Live, Table

AXIS, LANE, END = (5.5, 14.0), 14.6, 15.0
"""Powers of ten of queries on the axis of break-evens, where what is never dearer stands, and the edge.

The axis holds every combination of the controls.
"""

MEETING = (UP_TO, FROM)
"""Verdicts with a break-even."""
BLUE = CATEGORY["tool use"]
CHEAPER, DEARER = {"color": BLUE, "opacity": 0.16}, {"color": RULE, "opacity": 0.55}
"""How the part of a row is filled in which the enhancement is cheaper, and the one in which it is dearer."""
SHAPES = {
    "interpolated": ("circle", True),
    "extrapolated": ("circle", False),
    "bound": ("triangle-right", True),
}
COLUMNS = (
    "enhancement",
    "relation",
    "break_even_flop",
    "break_even_usd",
    "break_even_usd_low",
    "break_even_usd_high",
)

GROUPS = {
    "The model": {"pretraining_flop": "Pre-training FLOP", "tokens_per_query": "Tokens a query"},
    "What compute costs": {
        "price_year": "Prices of",
        "training_utilisation": "Utilisation in training",
        "inference_utilisation": "Utilisation in answering",
    },
}
"""The controls of the page."""


def chart(analysis: Analysis, entries: Sequence[Entry]) -> alt.LayerChart:
    """A row an enhancement: the queries up to which it is cheaper than its bigger model.

    Its data sets are those of ``_sets``, which the page's controls move.
    """
    ordered = break_even_tables.ordered(analysis, entries)
    ticks = {"values": [*range(6, 14)], "labelExpr": POWER, "grid": False}
    ticks |= {"labelOverlap": "greedy", "labelSeparation": 6}
    x = axis(alt.X, "x", "queries to break even", (AXIS[0], END), **ticks)
    y = named_rows.rows([e.enhancement.name for e in ordered])
    shown = tips("name=enhancement", "label=break-even, queries", "status")

    interval, meet = (alt.Chart(alt.NamedData(name)) for name in ("meet_interval", "meet_meet"))
    apart = [e for e in ordered if e.verdict not in MEETING]
    faint = {"color": BLUE, "opacity": 0.45}
    layers = []
    for style, up_to, whole in ((CHEAPER, UP_TO, DOMINATES), (DEARER, FROM, DOMINATED)):
        whole_rows = [{"name": e.enhancement.name, "x": AXIS[0]} for e in apart if e.verdict == whole]
        layers.append(layer(whole_rows, "bar", x, y, alt.X2Datum(END), size=named_rows.ROW - 6, **style))
        for edge, is_here in ((AXIS[0], "==="), (END, "!==")):
            some = meet.transform_filter(f"datum.verdict {is_here} '{up_to}'")
            layers.append(some.mark_bar(size=named_rows.ROW - 6, **style).encode(x, y, alt.X2Datum(edge)))
    layers += [
        interval.mark_rule(strokeWidth=2, **faint).encode(x, y, alt.X2("x2:Q")),
        interval.transform_filter("datum.open")
        .mark_point(shape="triangle-right", filled=True, size=35, **faint)
        .encode(alt.X("x2:Q"), y),
    ]
    for status, (shape, filled) in SHAPES.items():
        style = {"shape": shape, "filled": filled, "size": 75, "opacity": 1, "strokeWidth": 2, "color": BLUE}
        points = meet.transform_filter(f"datum.status === '{status}'").mark_point(**style)
        layers.append(points.encode(x, y, tooltip=shown))
        some = [e for e in apart if e.headline and e.headline.status == status]
        still = [{"name": e.enhancement.name, "x": _place(e.verdict, None)} for e in some]
        layers.append(layer(still, "point", x, y, **style))
    number = {"align": "left", "dx": 8, "fontSize": 12, "color": INK}
    words = {DOMINATES: "any volume", DOMINATED: "none"}
    still = [{"name": e.enhancement.name, "label": words[e.verdict]} for e in apart]
    layers += [
        meet.mark_text(**number).encode(y=y, x=alt.value("width"), text="label:N"),
        layer(still, "text", alt.X(value="width"), y, text="label", **number),
        *headed("cheaper", "dearer"),
    ]
    return alt.layer(*layers, datasets=_sets(analysis, ordered)).properties(
        height=named_rows.ROW * len(ordered),
        padding={"left": 8, "top": 4, "bottom": 4, "right": 30},
        description=_said(analysis, ordered),
    )


def headed(cheaper: str, dearer: str) -> list[alt.Chart]:
    """What the two sides mean, above the first row."""
    at = {"fontSize": 12, "fontWeight": "bold", "y": -9}
    sides = ((cheaper, 2, "left", BLUE), (dearer, "width", "right", MUTED))
    return [
        layer([{"says": s}], "text", alt.X(value=x), text="says", align=align, color=colour, **at)
        for s, x, align, colour in sides
    ]


def data(analysis: Analysis, entries: Sequence[Entry]) -> pd.DataFrame:
    """The table under the chart."""
    return pd.DataFrame(_rows(analysis, break_even_tables.ordered(analysis, entries)), columns=COLUMNS)


def live(analysis: Analysis, entries: Sequence[Entry], *, name: str, figure: Figure, table: Table) -> Live:
    """The controls, and what ``ceg`` finds for every combination of them.

    Gains and verdicts are the same in all.
    """
    ordered = break_even_tables.ordered(analysis, entries)
    drawn: dict[tuple, Figure] = {}

    def made(under: Analysis) -> controls.Outcome:
        a = under.assumptions
        key = a.pretraining_flop, a.tokens_per_query, a.inference_utilisation / a.training_utilisation
        if key not in drawn:  # no price moves a break-even
            said = _said(under, ordered)
            spec = figure.spec | {"datasets": _sets(under, ordered), "description": said}
            drawn[key] = replace(figure, spec=spec, description=said, rows=_rows(under, ordered))
        said = break_even_tables.sentence(under, entries)
        rows = break_even_tables.table(under, entries, name=table.name, caption=table.caption)
        return controls.Outcome(said, [drawn[key]], rows)

    return controls.live(analysis, made, GROUPS, name=name, command="ceg break-even")


def _sets(analysis: Analysis, ordered: Sequence[Entry]) -> dict[str, list[dict]]:
    """Data set -> records of what is drawn under an analysis' assumptions.

    Places are powers of ten of queries. open: the gain's interval has no upper end.
    """
    usd = break_even.in_usd(analysis)
    intervals, meet = [], []
    for e in ordered:
        name = e.enhancement.name
        if e.ends is not None:
            low, high = (_place(*e.at(g, usd)) for g in e.ends)
            if low < high:
                intervals.append({"name": name, "x": low, "x2": high, "open": math.isinf(e.ends[1])})
        if e.verdict in MEETING:
            x = _place(e.verdict, e.of(break_even.break_even, usd))
            said = {"status": e.headline.status, "label": _short(e, usd), "verdict": e.verdict}
            meet.append({"name": name, "x": x, **said})
    return {"meet_interval": intervals, "meet_meet": meet}


def _said(analysis: Analysis, ordered: Sequence[Entry]) -> str:
    """The chart, read aloud."""
    usd = break_even.in_usd(analysis)
    said = "; ".join(f"{e.enhancement.name}: {_short(e, usd) or VERDICTS[e.verdict]}" for e in ordered)
    return f"Queries at which each enhancement and its bigger model have cost the same dollars. {said}."


def _rows(analysis: Analysis, ordered: Sequence[Entry]) -> list[list]:
    flop, usd = break_even.in_flop(analysis), break_even.in_usd(analysis)
    records = [break_even_tables.row(e, flop, usd, analysis.assumptions.lifetime_queries) for e in ordered]
    return [[float(f"{v:.3g}") if isinstance(v := r[c], float) else v for c in COLUMNS] for r in records]


def _short(e: Entry, use: Use) -> str:
    """What stands beside a mark: its own number."""
    at = e.of(break_even.break_even, use)
    if at is None:
        return ""
    rounded = formatting.significant if e.relation == "=" else formatting.rounded_down
    return ("≥ " if e.relation == ">=" else "") + formatting.amount(at, rounded)


def _place(verdict: str, at: float | None) -> float:
    if at is None:
        return LANE if verdict == DOMINATES else AXIS[0]
    return round(min(max(math.log10(at), AXIS[0]), AXIS[1]), 3)
