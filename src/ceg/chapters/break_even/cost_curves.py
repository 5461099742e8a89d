"""Cost with an enhancement over that of the bigger model, against queries."""

import math
from collections.abc import Sequence

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.chapters.break_even.charts import SHAPES, known
from ceg.evidence.tables import LATER
from ceg.exhibits.marks_and_axes import POWER, axis, by_category, layer, of_panels, times, tips
from ceg.exhibits.theme import MUTED, theme
from ceg.prose import break_even_words
from ceg.survey import break_even
from ceg.survey.break_even import VERDICTS, Entry, Use
from sphinx_fresh.show import Figure

CURVES, NAMES = (5.0, 14.0), 6.2
"""Powers of ten of queries over which costs are drawn, and as many again for the names of the lines."""


def curves(analysis: Analysis, entries: Sequence[Entry], **figure: object) -> Figure:
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
    return of_panels(
        specs,
        ["enhancement", "cost_ratio_at_few_queries", "cost_ratio_at_many_queries", "break_even_usd"],
        rows,
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
    decades = {"values": list(range(5, 15)), "labelExpr": POWER, "grid": False}
    x = axis(alt.X, "x", "queries over the model's life", (CURVES[0], CURVES[1] + NAMES), **decades)
    inside = [v for v in range(-3, 4) if ys[0] <= v <= ys[1]]
    ratios = {"values": inside, "labelExpr": times(",.3~r"), "grid": False}
    y = axis(alt.Y, "y", "cost of the enhancement / cost of the bigger model", ys, **ratios)
    rule = [{"x": CURVES[0], "x2": CURVES[1], "y": 0}]
    shown = tips("name=enhancement", "says=break-even, queries", "status", "source", "provenance")
    layers = [
        layer(rule, "rule", x, y, alt.X2("x2:Q"), color=MUTED, strokeWidth=1),
        layer(points, "line", x, y, by_category(), alt.Detail("name:N"), strokeWidth=1.8),
    ]
    for status, (shape, filled) in SHAPES.items():
        some = [m for m in meets if m["status"] == status]
        if some:
            style = {"shape": shape, "filled": filled, "size": 70, "opacity": 1, "strokeWidth": 2}
            layers.append(layer(some, "point", x, y, by_category(), tooltip=shown, **style))
    layers.append(layer(ends, "point", x, y, by_category(), filled=True, size=18, opacity=1))
    layers.append(layer(labels, "text", x, y, by_category(), text="name", align="left", dx=6, fontSize=12))
    said = "; ".join(
        f"{e.enhancement.name}: {VERDICTS[e.verdict]}{q and ' of ' + q}"
        for e in entries
        for q in [break_even_words.queries(e, use)]
    )
    described = f"{title}: cost with the enhancement over that of the bigger model, against queries. {said}."
    return theme(alt.layer(*layers).properties(title=title), height, described), rows


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
