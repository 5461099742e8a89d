"""When the enhancements came out, a row each, with their gains."""

import math
from collections.abc import Mapping, Sequence

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.chapters.since_2023 import model as since
from ceg.chapters.since_2023.beside_survey import colour
from ceg.chapters.since_2023.heat_map import headed
from ceg.evidence.references import Reference
from ceg.exhibits.columns import numbers
from ceg.exhibits.marks_and_axes import axis, layer, multiples, tips
from ceg.exhibits.theme import RULE, theme
from ceg.prose import wording
from ceg.survey import survey
from ceg.survey.survey import Entry
from sphinx_fresh.show import Figure


def when(
    analysis: Analysis,
    before: Sequence[Entry],
    after: Sequence[Entry],
    references: Mapping[str, Reference],
    **figure: object,
) -> Figure:
    """Each headline by year and date of first publication.

    Behind it, the range over all comparisons.
    """
    drawn, rows = [], []
    for period, entries in (("survey", before), ("later", after)):
        for entry in entries:
            e, row = entry.headline, entry.enhancement
            if e is None or e.status not in survey.SAYING:
                continue
            start, end = since.published(entry, references)
            ends = [since.rank(v) for v in survey.span(entry.estimates) or ()]
            sure, dates = since.sure(e), (round(start, 2), round(end, 2))
            said = [e.status, *numbers(e), *map(formatting.six, ends), e.comparison]
            rows.append([row.name, period, row.category, *dates, *said])
            month = f"{row.year}-{round(12 * (start - row.year)) + 1:02}"
            drawn.append(
                {
                    "name": row.name,
                    "period": period,
                    "category": row.category if period == "later" else "survey",
                    "start": start,
                    "x": round(math.log10(sure), 4),
                    "status": e.status,
                    "reached": round(math.log10(e.ceg or sure), 4),
                    "least": round(max(math.log10(ends[0]), LEAST), 4),
                    "greatest": round(math.log10(ends[1]), 4),
                    "date": str(row.year) if end - start > 0.5 else month,
                    "says": wording.sure(e),
                    "range": wording.spread(survey.span(entry.estimates)),
                }
            )
    drawn.sort(key=lambda d: (d["start"], d["name"]))
    order: list[str] = []
    for d in drawn:
        order += [y for y in [d["date"][:4]] if y not in order] + [d["name"]]
    a = analysis.assumptions
    lines = [{"x": round(math.log10(v), 4)} for v in (1, a.threshold_large, a.threshold_very_large)]
    ticks = multiples((0.03, 0.1, 0.3, 1, 5, 20, 100, 1000), labelOverlap="greedy")
    most = max(d["greatest"] for d in drawn) + 0.1
    x = axis(alt.X, "x", "compute-equivalent gain", (LEAST, most), **ticks)
    y = headed("name:N", order, {d["date"][:4] for d in drawn}, 270)
    shown = tips("name=enhancement", "date=published", "says=CEG", "range=all comparisons")
    layers = [
        layer(lines, "rule", x, color=RULE),
        layer(drawn, "rule", alt.X("least:Q"), alt.X2("greatest:Q"), y, colour(), strokeWidth=1, opacity=0.6),
    ]
    for status, style in SHAPES.items():
        if some := [d for d in drawn if d["status"] == status]:
            layers.append(layer(some, "point", x, y, colour(), tooltip=shown, opacity=1, **style))
            if status == "extrapolated":
                ring, at = {"filled": False, "size": 60, "opacity": 1, "strokeWidth": 2}, alt.X("reached:Q")
                layers.append(layer(some, "point", at, y, colour(), tooltip=shown, **ring))
    said = "; ".join(
        f"{d['date']} {d['name']} ({d['period']}): {d['says']}, all comparisons {d['range']}" for d in drawn
    )
    return Figure(
        description=said,
        columns=COLUMNS,
        rows=rows,
        spec=[theme(alt.layer(*layers), 21 * len(order), said)],
        panel="large",
        sources=provenance.behind(analysis, [r[-1] for r in rows]),
        **figure,
    )


COLUMNS = [
    *("enhancement", "period", "category", "from", "to", "status"),
    *("ceg", "lower_bound", "upper_bound", "least", "greatest", "comparison"),
]
LEAST = math.log10(0.03)
"""Where the axis of gains begins, in decades; what is less is drawn there."""


SHAPES = {
    "interpolated": {"shape": "circle", "filled": True, "size": 70},
    "extrapolated": {"shape": "stroke", "angle": 90, "size": 130, "strokeWidth": 3},
    "bound": {"shape": "triangle-right", "filled": True, "size": 80},
}
"""A headline's mark by its status; of an extrapolated one the bound, and beside it a ring for the value."""
