"""Break-even drawn: each enhancement's cost against its bigger model's, and where the two meet."""

import json
import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.chapters.break_even import tables as break_even_tables
from ceg.exhibits import controls
from ceg.exhibits.marks_and_axes import POWER, axis, layer, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE
from ceg.survey import break_even
from ceg.survey.break_even import DOMINATED, DOMINATES, FROM, UNKNOWN, UP_TO, VERDICTS, Entry, Use
from sphinx_fresh.show import Figure, Live, Table

AXIS, LANE = (5.5, 14.0), 14.6
"""Powers of ten of queries on the axis of break-evens, and where what is never dearer stands.

The axis holds every combination of the controls.
"""

ROW, WRAP = 33, 26
"""Height of a row in pixels, and letters in a line of its name."""
MEETING = (UP_TO, FROM)
"""Verdicts with a break-even."""
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


def known(entries: Sequence[Entry]) -> list[Entry]:
    """Those with a verdict."""
    return [e for e in entries if e.verdict != UNKNOWN]


def _order(analysis: Analysis, entries: Sequence[Entry]) -> list[Entry]:
    """By the volume up to which they are cheaper; what is never dearer last. No control changes the order."""
    use = break_even.in_usd(analysis)
    return sorted(
        known(entries),
        key=lambda e: e.of(break_even.break_even, use) or (0.0 if e.verdict == DOMINATED else math.inf),
    )


def chart(analysis: Analysis, entries: Sequence[Entry]) -> alt.LayerChart:
    """A row an enhancement: the queries at which it and its bigger model have cost the same.

    Its data sets are those of ``_sets``, which the page's controls move.
    """
    ordered = _order(analysis, entries)
    label = f"datum.value > {AXIS[1]} ? 'any' : {POWER}"
    ticks = {"values": [*range(6, 14), LANE], "labelExpr": label, "grid": False}
    ticks |= {"labelOverlap": "greedy", "labelSeparation": 6}
    ends, title = (AXIS[0], LANE + 0.4), "queries to break even"
    x, x_flop = (axis(alt.X, field, title, ends, **ticks) for field in ("x", "flop"))
    is_long, names = f"length(datum.label) > {WRAP}", [e.enhancement.name for e in ordered]
    between = {"condition": {"test": is_long, "value": "bottom"}, "value": "middle"}  # of two lines
    left = {"labelExpr": _broken(names), "labelLimit": 0, "labelBaseline": between, "labelPadding": 8}
    y = alt.Y("name:N", title=None, sort=names, axis=alt.Axis(ticks=False, domain=False, **left))
    scale = alt.Scale(domain=names, range=[CATEGORY[e.enhancement.category] for e in ordered])
    colour = alt.Color("name:N", legend=None, scale=scale)
    shown = tips("name=enhancement", "label=break-even, queries", "status")

    interval, meet = (alt.Chart(alt.NamedData(name)) for name in ("meet_interval", "meet_meet"))
    apart = [e for e in ordered if e.verdict not in MEETING]
    layers = [
        layer([{"x": LANE}], "rule", x, color=RULE),
        interval.mark_rule(strokeWidth=1).encode(x, y, alt.X2("x2:Q"), colour),
        meet.mark_tick(thickness=2, size=11, color=MUTED).encode(x_flop, y),
    ]
    for status, (shape, filled) in SHAPES.items():
        style = {"shape": shape, "filled": filled, "size": 70, "opacity": 1, "strokeWidth": 2}
        points = meet.transform_filter(f"datum.status === '{status}'").mark_point(**style)
        layers.append(points.encode(x, y, colour, tooltip=shown))
        some = [e for e in apart if e.headline.status == status]
        still = [{"name": e.enhancement.name, "x": _place(e.verdict, None)} for e in some]
        layers.append(layer(still, "point", x, y, colour, **style))
    # the amounts on the right stand left of their marks: a phone cuts none
    for align, dx, where in (("left", 9, "<="), ("right", -9, ">")):
        place = {"align": align, "dx": dx, "dy": -13, "fontSize": 12, "color": INK}
        some = meet.transform_filter(f"datum.x {where} {LANE - 5}").mark_text(**place)
        layers.append(some.encode(x, y, text="label:N"))
    return alt.layer(*layers, datasets=_sets(analysis, ordered)).properties(
        height=ROW * len(ordered), description=_said(analysis, ordered)
    )


def data(analysis: Analysis, entries: Sequence[Entry]) -> pd.DataFrame:
    """The table under the chart."""
    return pd.DataFrame(_rows(analysis, _order(analysis, entries)), columns=COLUMNS)


def live(analysis: Analysis, entries: Sequence[Entry], *, name: str, figure: Figure, table: Table) -> Live:
    """The controls, and what ``ceg`` finds for every combination of them.

    Gains and verdicts are the same in all.
    """
    ordered = _order(analysis, entries)
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

    Places are powers of ten of queries.
    """
    flop, usd = break_even.in_flop(analysis), break_even.in_usd(analysis)
    intervals, meet = [], []
    for e in ordered:
        name = e.enhancement.name
        if e.ends is not None:
            low, high = (_place(*e.at(g, usd)) for g in e.ends)
            if low < high:
                intervals.append({"name": name, "x": low, "x2": high})
        if e.verdict in MEETING:
            x, x_flop = (_place(e.verdict, e.of(break_even.break_even, use)) for use in (usd, flop))
            said = {"status": e.headline.status, "label": _short(e, usd)}
            meet.append({"name": name, "x": x, "flop": x_flop, **said})
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


def _broken(names: Sequence[str]) -> str:
    """The Vega expression that sets long names in two lines: a phone has no room for one."""
    lines = {n: textwrap.wrap(_unbroken(n), WRAP) for n in names if len(n) > WRAP}
    return f"({json.dumps(lines, ensure_ascii=False)})[datum.label] || datum.label"


def _unbroken(name: str) -> str:
    return re.sub(r"\(.*\)", lambda part: part[0].replace(" ", "\u00a0"), name)
