"""How many exceeded each threshold in an earlier edition, and how many do now."""

from collections.abc import Mapping

import pandas as pd

from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.survey import survey
from sphinx_fresh.show import Column

STANDS_FOR = {
    "headline": "the headline comparison",
    "one_family": "the headline, within one family",
    "median": "the median of all comparisons",
}
"""What stands for an enhancement, as readers see it."""

COLUMNS = {
    "about": Column("about", "Enhancements"),
    "stands_for": Column("stands_for", "By"),
    "threshold": Column("threshold", "Exceed", "right"),
    "before": Column("before", "Before", "right"),
    "now": Column("now", "Now", "right"),
    "why": Column("why", "Why it moved", "note"),
}


def counts(book: Analysis) -> pd.DataFrame:
    """A row for each earlier count, with what is counted now in the same way."""
    entries = {"survey": survey.entries(book), "later": survey.later(book)}
    named = {"survey": "2023 survey", "later": "since 2023"}
    rows = []
    for row in book.evidence.earlier_counts.values():
        now = survey.count(list(_standing(entries[row.about], row.stands_for).items()), row.threshold)
        by, threshold = STANDS_FOR[row.stands_for], f"{row.threshold:g}x"
        before = f"{row.exceed} of {row.estimated}"
        rows.append((named[row.about], by, threshold, before, now.share, row.why))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _standing(entries: list[survey.Entry], stands_for: str) -> Mapping[str, Estimate | None]:
    """Enhancement -> the estimate that stands for it."""
    if stands_for == "median":
        return {e.enhancement.name: e.central for e in entries}
    found = {e.enhancement.name: e.headline for e in entries}
    if stands_for == "one_family":
        return {name: e for name, e in found.items() if e is None or "cross_family" not in e.flags}
    return found
