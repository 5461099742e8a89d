"""Figure 2, the book's face: every surveyed and every added enhancement, by its CEG against its costs."""

import math
from collections.abc import Mapping

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

    A mark is the best estimate, else the bound; colour says the category. Enhancements without one of the two
    costs are left out of that panel and named in the note.
    """
    every = (row(e.enhancement, e.headline, where(analysis, e.headline)) for e in survey.shown(analysis))
    rows = list(filter(None, every))
    added = [r["name"].removesuffix(ADDED) for r in rows if r["added"]]
    thresholds = (analysis.assumptions.threshold_large, analysis.assumptions.threshold_very_large)
    specs, absent = [], []
    for panel in PANELS:
        without = [r["name"] for r in rows if r[panel.key] is None]
        if len(without) == len(rows):  # as where what is made once is charged to the gain
            absent.append(f"any gain against {panel.cost}")
            continue
        absent += [f"{n} ({panel.cost} not known)" for n in without]
        specs.append(spec(frame(rows, panel, thresholds), rows, thresholds))
    missing = f"Not drawn: {formatting.literal(formatting.listed(absent))}." if absent else ""
    more = f"Not in the survey, added here: {formatting.literal(formatting.listed(added))}." if added else ""
    figure["note"] = left_out.joined(figure.get("note", ""), missing, more)
    sources = provenance.behind(analysis, [r["comparison"] for r in rows])
    exports = [exported(r) for r in rows]
    return of_panels(specs, list(COLUMNS), exports, panel="large", sources=sources, **figure)


def exported(row: Mapping) -> list[object]:
    """A row of the figure's data, numbers with six digits."""
    return [formatting.six(v) if isinstance(v := row[c], float) else v for c in COLUMNS]


def where(analysis: Analysis, e: Estimate | None) -> dict[str, str]:
    """Source and grade of the score behind an estimate, as a tooltip says them."""
    return provenance.of_comparison(analysis, e and e.comparison)


def row(enhancement, e: Estimate | None, where: Mapping[str, str] | None = None) -> dict | None:
    """What the figure needs of an estimate; None for one without a number.

    y: the point, else the bound, in decades. where: source and provenance.
    """
    if e is None or e.status not in SAYING:
        return None
    return {
        "enhancement": enhancement.enhancement,
        "name": called(enhancement),
        "added": enhancement.added,
        "category": enhancement.category,
        **{c: getattr(e, c) for c in COLUMNS[2:]},
        "says": wording.sure(e),
        **(where or dict.fromkeys(("source", "provenance"), "")),
        "y": math.log10(e.ceg or e.lower_bound or e.upper_bound),
    }
