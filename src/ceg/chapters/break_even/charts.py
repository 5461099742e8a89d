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
from ceg.evidence.tables import LATER
from ceg.exhibits import controls
from ceg.exhibits.marks_and_axes import POWER, layer
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE, theme
from ceg.prose import break_even_words
from ceg.survey import break_even
from ceg.survey.break_even import DOMINATED, DOMINATES, FROM, UNKNOWN, UP_TO, VERDICTS, Entry, Use
from sphinx_fresh.show import Figure, Live, Table

CURVES, NAMES = (5.0, 14.0), 6.2
"""Powers of ten of queries over which costs are drawn, and as many again for the names of the lines."""

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


def _colour() -> alt.Color:
    return alt.Color(
        "category:N", scale=alt.Scale(domain=list(CATEGORY), range=list(CATEGORY.values())), legend=None
    )


# --- cost against queries ---------------------------------------------------------------------------


def curves(
    analysis: Analysis, entries: Sequence[Entry], *, name: str, caption: str, **figure: object
) -> Figure:
    """Total dollars with the enhancement over those of the bigger model, against queries.

    A panel for the survey and one for what came later.
    """
    use, specs, rows = break_even.in_usd(analysis), [], []
    for title, later in (("Surveyed in 2023", False), ("Since 2023", True)):
        some = [e for e in known(entries) if (e.enhancement.section == LATER) == later]
        if not some:
            continue
        spec, drawn = _panel(analysis, some, use, title)
        specs.append(spec)
        rows += drawn
    return Figure(
        name,
        caption,
        " ".join(s["description"] for s in specs),
        ["enhancement", "cost_ratio_at_few_queries", "cost_ratio_at_many_queries", "break_even_usd"],
        rows,
        spec=specs,
        panel="large",
        sources=provenance.behind(analysis, [e.headline.comparison for e in known(entries)]),
        **figure,
    )


def _panel(analysis: Analysis, entries: Sequence[Entry], use: Use, title: str) -> tuple[dict, list[list]]:
    points, ends, meets, rows = [], [], [], []
    steps = [CURVES[0] + i / 4 for i in range(int(4 * (CURVES[1] - CURVES[0])) + 1)]
    for e in entries:
        about = {"name": e.enhancement.name, "category": e.enhancement.category}
        line = [(x, e.of(break_even.ratio, use, 10**x)) for x in steps]
        points += [about | {"x": x, "y": round(math.log10(y), 3)} for x, y in line]
        ends.append(about | {"x": line[-1][0], "y": round(math.log10(line[-1][1]), 3)})
        at = e.of(break_even.break_even, use)
        few, many = (1 + e.one_time) / e.gain, e.runtime / e.gain**use.size_exponent
        rows.append([e.enhancement.enhancement, *map(formatting.six, (few, many, at))])
        if at is not None:
            said = break_even_words.queries(e, use)
            where = provenance.of_comparison(analysis, e.headline.comparison)
            meets.append(
                about
                | {"x": round(math.log10(at), 3), "y": 0, "says": said, "status": e.headline.status, **where}
            )
    low, high = (f(p["y"] for p in points) for f in (min, max))
    ys = low - 0.25, max(high, 0.2) + 0.25
    height = 420
    labels = _apart(ends, 15 * (ys[1] - ys[0]) / height)
    x = alt.X(
        "x:Q",
        title="queries over the model's life",
        scale=alt.Scale(domain=[CURVES[0], CURVES[1] + NAMES], nice=False),
        axis=alt.Axis(values=list(range(5, 15)), labelExpr=POWER, grid=False),
    )
    ticks = [v for v in range(-3, 4) if ys[0] <= v <= ys[1]]
    y = alt.Y(
        "y:Q",
        title="cost of the enhancement / cost of the bigger model",
        scale=alt.Scale(domain=list(ys), nice=False),
        axis=alt.Axis(values=ticks, labelExpr="format(pow(10, datum.value), ',.3~r') + 'x'", grid=False),
    )
    rule = [{"x": CURVES[0], "x2": CURVES[1], "y": 0}]
    tips = [
        alt.Tooltip("name:N", title="enhancement"),
        alt.Tooltip("says:N", title="break-even, queries"),
        alt.Tooltip("status:N"),
        alt.Tooltip("source:N"),
        alt.Tooltip("provenance:N"),
    ]
    layers = [
        layer(rule, "rule", color=MUTED, strokeWidth=1).encode(x, y, alt.X2("x2:Q")),
        layer(points, "line", strokeWidth=1.8).encode(x, y, _colour(), detail="name:N"),
    ]
    for status, (shape, filled) in SHAPES.items():
        some = [m for m in meets if m["status"] == status]
        if some:
            layers.append(
                layer(some, "point", shape=shape, filled=filled, size=70, opacity=1, strokeWidth=2).encode(
                    x, y, color=_colour(), tooltip=tips
                )
            )
    layers.append(layer(ends, "point", filled=True, size=18, opacity=1).encode(x, y, color=_colour()))
    layers.append(
        layer(labels, "text", align="left", dx=6, fontSize=12).encode(x, y, _colour(), text="name:N")
    )
    said = "; ".join(
        (
            f"{e.enhancement.name}: "
            f"{VERDICTS[e.verdict]}{' of ' + q if (q := break_even_words.queries(e, use)) else ''}"
        )
        for e in entries
    )
    described = f"{title}: cost with the enhancement over that of the bigger model, against queries. {said}."
    return theme(alt.layer(*layers).properties(title=title), height) | {"description": described}, rows


def _apart(ends: Sequence[dict], least: float) -> list[dict]:
    """Labels at the ends of lines, in their order, no two closer than the least distance.

    A group of labels that had to move stays centred on its lines.
    """
    placed = sorted(ends, key=lambda e: e["y"])
    groups = [[e["y"], [e]] for e in placed]  # centre, members
    i = 0
    while i + 1 < len(groups):
        (a, some), (b, more) = groups[i], groups[i + 1]
        if b - a >= least * (len(some) + len(more)) / 2:
            i += 1
            continue
        both = some + more
        groups[i : i + 2] = [[sum(e["y"] for e in both) / len(both), both]]
        i = max(i - 1, 0)
    return [
        e | {"y": round(centre + least * (j - (len(some) - 1) / 2), 3)}
        for centre, some in groups
        for j, e in enumerate(some)
    ]


# --- the break-evens, which follow the controls ------------------------------------------------------


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
    return ("≥ " if e.relation == ">=" else "") + formatting.amount(
        at, formatting.significant if e.relation == "=" else formatting.rounded_down
    )


def _place(verdict: str, at: float | None) -> float:
    if at is None:
        return LANE if verdict == DOMINATES else AXIS[0]
    return round(min(max(math.log10(at), AXIS[0]), AXIS[1]), 3)


def _spec(ordered: Sequence[Entry], sets: Mapping[str, list[dict]]) -> dict:
    label = f"datum.value > {AXIS[1]} ? 'any' : {POWER}"
    scale = alt.Scale(domain=[AXIS[0], LANE + 0.4], nice=False)
    x, x_flop = (
        alt.X(
            f"{field}:Q",
            title="queries to break even",
            scale=scale,
            axis=alt.Axis(
                values=[*range(6, 14), LANE],
                labelExpr=label,
                grid=False,
                labelOverlap="greedy",
                labelSeparation=6,
            ),
        )
        for field in ("x", "flop")
    )
    between = {
        "condition": {"test": f"length(datum.label) > {WRAP}", "value": "bottom"},
        "value": "middle",
    }  # of two lines
    y = alt.Y(
        "name:N",
        title=None,
        sort=[e.enhancement.name for e in ordered],
        axis=alt.Axis(
            labelExpr=_broken([e.enhancement.name for e in ordered]),
            labelLimit=0,
            labelBaseline=between,
            ticks=False,
            domain=False,
            labelPadding=8,
        ),
    )
    tips = [
        alt.Tooltip("name:N", title="enhancement"),
        alt.Tooltip("label:N", title="break-even, queries"),
        alt.Tooltip("status:N"),
    ]
    colour = alt.Color(
        "name:N",
        legend=None,
        scale=alt.Scale(
            domain=[e.enhancement.name for e in ordered],
            range=[CATEGORY[e.enhancement.category] for e in ordered],
        ),
    )
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
    bars, points = (
        alt.Chart(alt.Data(name=f"meet_{name}", values=sets[name])) for name in ("interval", "meet")
    )
    layers = [
        layer([{"x": LANE}], "rule", color=RULE).encode(x),
        bars.mark_rule(strokeWidth=1).encode(x, y, alt.X2("x2:Q"), colour),
        points.mark_tick(thickness=2, size=11, color=MUTED).encode(x_flop, y),
    ]
    for status, (shape, filled) in SHAPES.items():
        style = {"shape": shape, "filled": filled, "size": 70, "opacity": 1, "strokeWidth": 2}
        some = points.transform_filter(f"datum.status === '{status}'").mark_point(**style)
        layers.append(some.encode(x, y, color=colour, tooltip=tips))
        still = layer([r for r in apart if r["status"] == status], "point", **style)
        layers.append(still.encode(x, y, color=colour))
    for align, dx, where in (
        ("left", 9, "<="),
        ("right", -9, ">"),
    ):  # the amounts on the right stand left of their marks: a phone cuts none
        some = points.transform_filter(f"datum.x {where} {LANE - 5}").mark_text(
            align=align, dx=dx, dy=-13, fontSize=12, color=INK
        )
        layers.append(some.encode(x, y, text="label:N"))
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


def meeting(
    analysis: Analysis, entries: Sequence[Entry], *, name: str, caption: str, **figure: object
) -> Figure:
    """A row an enhancement: the queries at which it and its bigger model have cost the same."""
    ordered = _order(entries, break_even.in_usd(analysis))
    spec = _spec(ordered, _sets(analysis, ordered))
    sources = provenance.behind(analysis, [e.headline.comparison for e in ordered])
    return _meeting(analysis, ordered, spec, name=name, caption=caption, sources=sources, **figure)


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
