"""Figure 2, the book's face: every surveyed and every added enhancement, by its CEG against its costs."""

import math
from collections.abc import Mapping, Sequence

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, Estimate
from ceg.evidence.tables import LATER
from ceg.exhibits import left_out
from ceg.exhibits.cost_panels import PANELS, frame, spec
from ceg.exhibits.marks_and_axes import of_panels
from ceg.prose import wording
from ceg.survey import survey
from sphinx_fresh.show import Figure

COLUMNS = (
    "enhancement",
    "category",
    "status",
    "ceg",
    "lower_bound",
    "upper_bound",
    "one_time_fraction",
    "runtime_multiple",
    "comparison",
)
"""What a row of the figure's data has."""

INTERVALS = ("low", "quartile_low", "quartile_high", "high", "partial")
"""What it has besides where intervals are drawn: the ends of the 90% and of the 50% interval."""


ADDED = " (added)"
"""What follows the name of an enhancement that is not in the survey but was added."""


def called(enhancement) -> str:
    """An enhancement's name as figures show it.

    Marked if it was added. If it came after the survey: with its year, and without what its name has in
    brackets.
    """
    if enhancement.section == LATER:
        return f"{enhancement.name.partition(' (')[0]} ({enhancement.year})"
    return enhancement.name + (ADDED if enhancement.added else "")


def gains_against_costs(
    analysis: Analysis,
    **figure: object,
) -> Figure:
    """CEG of each surveyed or added enhancement with an estimate, against one-time cost and runtime cost.

    Added ones are marked as such in their names, and named in the note.

    Shape says the status, colour the category; a thin line is the bracket [lower bound, upper bound], open
    ends have an arrow. Beside it, apart from it, the intervals of points: thick 50%, thin 90%. Enhancements
    without one of the two costs are left out of that panel and named in the note.
    """
    every = (row(e.enhancement, e.headline, where(analysis, e.headline)) for e in survey.shown(analysis))
    rows = list(filter(None, every))
    added = [r["name"].removesuffix(ADDED) for r in rows if r["added"]]
    thresholds = (analysis.assumptions.threshold_large, analysis.assumptions.threshold_very_large)
    specs, absent = [], []
    for panel in PANELS:
        some = [r for r in rows if r[panel.key] is not None]
        absent += [f"{r['name']} ({panel.cost} not known)" for r in rows if r[panel.key] is None]
        specs.append(spec(frame(some, panel, thresholds), rows, thresholds))
    missing = f"Not drawn: {formatting.literal(formatting.listed(absent))}." if absent else ""
    more = formatting.literal(formatting.listed(added))
    more = f"Not in the survey, [added here](/book/about/added.md): {more}." if added else ""
    figure["note"] = left_out.joined(figure.get("note", ""), missing, more)
    columns = (*COLUMNS, *INTERVALS)
    sources = provenance.behind(analysis, [r["comparison"] for r in rows])
    exports = [exported(r, columns) for r in rows]
    return of_panels(specs, list(columns), exports, panel="large", sources=sources, **figure)


def exported(row: Mapping, columns: Sequence[str] = COLUMNS) -> list[object]:
    """A row of the figure's data, numbers with six digits."""
    return [formatting.six(v) if isinstance(v := row[c], float) else v for c in columns]


def where(analysis: Analysis, e: Estimate | None) -> dict[str, str]:
    """Source and grade of the score behind an estimate, as a tooltip says them."""
    return provenance.of_comparison(analysis, e and e.comparison)


def row(enhancement, e: Estimate | None, where: Mapping[str, str] | None = None) -> dict | None:
    """What the figure needs of an estimate; None for one without a number.

    y, best: in decades. where: source and provenance.
    """
    if e is None or e.status not in SAYING:
        return None
    best = e.ceg or e.lower_bound or e.upper_bound
    return {
        "enhancement": enhancement.enhancement,
        "name": called(enhancement),
        "added": enhancement.added,
        "category": enhancement.category,
        **{c: getattr(e, c) for c in COLUMNS[2:]},
        **{c: getattr(e, c) if e.ceg is not None else None for c in INTERVALS},
        "says": wording.sure(e),
        **(where or dict.fromkeys(("source", "provenance"), "")),
        # an extrapolated estimate is shown with its bound, bound first
        "y": math.log10(e.lower_bound if e.status == "extrapolated" and e.lower_bound else best),
        "best": math.log10(best),
    }
