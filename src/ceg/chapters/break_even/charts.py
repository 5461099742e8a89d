"""Break-even drawn: each enhancement's cost against its bigger model's, and where the two meet."""

import json
import math
import re
import textwrap
from collections.abc import Mapping, Sequence

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.chapters.break_even import tables as break_even_tables
from ceg.exhibits import controls
from ceg.exhibits.marks_and_axes import POWER, axis, layer, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE, theme
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


def _order(entries: Sequence[Entry], use: Use) -> list[Entry]:
    """By the volume up to which they are cheaper; what is never dearer last. No control changes the order."""
    return sorted(
        known(entries),
        key=lambda e: e.of(break_even.break_even, use) or (0.0 if e.verdict == DOMINATED else math.inf),
    )


def _sets(analysis: Analysis, ordered: Sequence[Entry]) -> dict[str, list[dict]]:
    """Data set -> records of what is drawn under an analysis' assumptions.

    Places are powers of ten of queries.
    """
    flop, usd = break_even.in_flop(analysis), break_even.in_usd(analysis)
    found: dict[str, list[dict]] = {"interval": [], "meet": []}
    for e in ordered:
        name = e.enhancement.name
        if e.ends is not None and e.relation == "=":
            low, high = (_place(*e.at(g, usd)) for g in e.ends)
            if low < high:
                found["interval"].append({"name": name, "x": low, "x2": high})
        if e.verdict in MEETING:
            places = (_place(e.verdict, e.of(break_even.break_even, use)) for use in (usd, flop))
            record = dict(zip(("x", "flop"), places, strict=True))
            found["meet"].append(
                {"name": name, **record, "status": e.headline.status, "label": _short(e, usd)}
            )
    return found


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


def _spec(ordered: Sequence[Entry], sets: Mapping[str, list[dict]]) -> dict:
    label = f"datum.value > {AXIS[1]} ? 'any' : {POWER}"
    ticks = {"values": [*range(6, 14), LANE], "labelExpr": label, "grid": False}
    ticks |= {"labelOverlap": "greedy", "labelSeparation": 6}
    ends, title = (AXIS[0], LANE + 0.4), "queries to break even"
    x, x_flop = (axis(alt.X, field, title, ends, **ticks) for field in ("x", "flop"))
    is_long, names = f"length(datum.label) > {WRAP}", [e.enhancement.name for e in ordered]
    between = {"condition": {"test": is_long, "value": "bottom"}, "value": "middle"}  # of two lines
    y = alt.Y(
        "name:N",
        title=None,
        sort=names,
        axis=alt.Axis(
            labelExpr=_broken(names),
            labelLimit=0,
            labelBaseline=between,
            ticks=False,
            domain=False,
            labelPadding=8,
        ),
    )
    shown = tips("name=enhancement", "label=break-even, queries", "status")
    scale = alt.Scale(domain=names, range=[CATEGORY[e.enhancement.category] for e in ordered])
    colour = alt.Color("name:N", legend=None, scale=scale)
    apart = [
        {
            "name": e.enhancement.name,
            "x": _place(e.verdict, None),
            "label": VERDICTS[e.verdict],
            "status": e.headline.status,
        }
        for e in ordered
        if e.verdict not in MEETING
    ]

    def moving(name: str, mark: str, *channels: alt.SchemaBase, **style: object) -> alt.Chart:
        return layer(sets[name], mark, *channels, name=f"meet_{name}", **style)

    layers = [
        layer([{"x": LANE}], "rule", x, color=RULE),
        moving("interval", "rule", x, y, alt.X2("x2:Q"), colour, strokeWidth=1),
        moving("meet", "tick", x_flop, y, thickness=2, size=11, color=MUTED),
    ]
    for status, (shape, filled) in SHAPES.items():
        style = {"shape": shape, "filled": filled, "size": 70, "opacity": 1, "strokeWidth": 2}
        some = moving("meet", "point", x, y, colour, tooltip=shown, **style)
        layers.append(some.transform_filter(f"datum.status === '{status}'"))
        still = [r for r in apart if r["status"] == status]
        layers.append(layer(still, "point", x, y, colour, **style))
    # the amounts on the right stand left of their marks: a phone cuts none
    for align, dx, where in (("left", 9, "<="), ("right", -9, ">")):
        place = {"align": align, "dx": dx, "dy": -13, "fontSize": 12, "color": INK}
        some = moving("meet", "text", x, y, text="label", **place)
        layers.append(some.transform_filter(f"datum.x {where} {LANE - 5}"))
    return theme(alt.layer(*layers), ROW * len(ordered))


def _broken(names: Sequence[str]) -> str:
    """The Vega expression that sets long names in two lines: a phone has no room for one."""
    lines = {n: textwrap.wrap(_unbroken(n), WRAP) for n in names if len(n) > WRAP}
    return f"({json.dumps(lines, ensure_ascii=False)})[datum.label] || datum.label"


def _unbroken(name: str) -> str:
    return re.sub(r"\(.*\)", lambda part: part[0].replace(" ", "\u00a0"), name)


def _filled(spec: dict, sets: Mapping[str, list[dict]], description: str) -> dict:
    """The chart with other data sets."""
    layers = []
    for unit in spec["layer"]:
        name = unit["data"].get("name", "").removeprefix("meet_")
        layers.append(unit | {"data": unit["data"] | {"values": sets[name]}} if name in sets else unit)
    return spec | {"layer": layers, "description": description}


def meeting(analysis: Analysis, entries: Sequence[Entry], **figure: object) -> Figure:
    """A row an enhancement: the queries at which it and its bigger model have cost the same."""
    ordered = _order(entries, break_even.in_usd(analysis))
    spec = _spec(ordered, _sets(analysis, ordered))
    sources = provenance.behind(analysis, [e.headline.comparison for e in ordered])
    return _meeting(analysis, ordered, spec, sources=sources, **figure)


def _meeting(analysis: Analysis, ordered: Sequence[Entry], spec: dict, **figure: object) -> Figure:
    flop, usd = break_even.in_flop(analysis), break_even.in_usd(analysis)
    said = "; ".join(f"{e.enhancement.name}: {_short(e, usd) or VERDICTS[e.verdict]}" for e in ordered)
    described = f"Queries at which each enhancement and its bigger model have cost the same dollars. {said}."
    volume = analysis.assumptions.lifetime_queries
    records = [break_even_tables.row(e, flop, usd, volume) for e in ordered]
    rows = [[float(f"{v:.3g}") if isinstance(v := r[c], float) else v for c in COLUMNS] for r in records]
    filled = _filled(spec, _sets(analysis, ordered), described)
    return Figure(description=described, columns=COLUMNS, rows=rows, spec=filled, panel="large", **figure)


def live(analysis: Analysis, entries: Sequence[Entry], *, name: str, figure: Figure, table: Table) -> Live:
    """The controls, and what ``ceg`` finds for every combination of them.

    Gains and verdicts are the same in all.
    """
    ordered = _order(entries, break_even.in_usd(analysis))
    drawn: dict[tuple, Figure] = {}

    def made(under: Analysis) -> controls.Outcome:
        a = under.assumptions
        key = a.pretraining_flop, a.tokens_per_query, a.inference_utilisation / a.training_utilisation
        if key not in drawn:  # no price moves a break-even
            drawn[key] = _meeting(under, ordered, figure.spec, name=figure.name, caption=figure.caption)
        said = break_even_tables.sentence(under, entries)
        rows = break_even_tables.table(under, entries, name=table.name, caption=table.caption)
        return controls.Outcome(said, [drawn[key]], rows)

    return controls.live(analysis, made, GROUPS, name=name, command="ceg break-even")
