"""The enhancements since 2023 in tables: gains and costs, and how many exceed each threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.chapters.since_2023.gains import counts
from ceg.exhibits.tables import CEG, ONE_TIME, RUNTIME, measured_on
from ceg.multiverse import conclusions
from ceg.multiverse import survey as multiverse
from ceg.multiverse.survey import Multiverse
from ceg.prose import wording
from ceg.survey.survey import Count
from sphinx_fresh.show import Column

HEADLINES = {
    "name": "Enhancement",
    "ceg": replace(CEG, label="CEG, headline"),
    "sure": Column("sure", "Interval", "right", "of the gain: 90%, or a 95% limit where one end is open"),
    "most": Column(
        "most", "At most", "right", "the greatest lower bound that the headline's family could show"
    ),
    "status": "Status, flags",
    "on": "Headline comparison",
    "all": Column("all", "All comparisons", "left", "those that say something: number, range, median"),
    "one_time": ONE_TIME,
    "runtime": RUNTIME,
    "teacher": Column(
        "teacher",
        "Borrows from",
        "wide",
        "models whose answers or judgements it learned from or is chosen by; "
        "none of their training is counted",
    ),
}
"""The columns of ``headline_cells``, as readers see them."""


def headline_cells(book: Analysis, headlines: pd.DataFrame) -> pd.DataFrame:
    """A row for each headline: interval, range, median, costs with their grade, and what it borrows."""
    made = [
        {
            "name": h.enhancement,
            "ceg": wording.gain_link(h.estimate),
            "sure": wording.within(h.estimate),
            "most": formatting.times(h.headroom, 2),
            "status": wording.status(h.estimate),
            "on": measured_on(book, h.estimate),
            "all": wording.all_link(h.enhancement_id, f"{h.n_saying}: {h.range}, median {h.median}"),
            "one_time": _graded(formatting.percent, h.one_time, h.one_time_grade),
            "runtime": _graded(formatting.multiple, h.runtime, h.runtime_grade),
            "teacher": "none named" if pd.isna(h.teachers) else h.teachers,
        }
        for h in headlines.itertuples()
    ]
    return pd.DataFrame(made, columns=list(HEADLINES), dtype=object)


def _graded(said, value: float, grade: str) -> str:
    """A cost, with its grade where nobody printed it."""
    if pd.isna(value):
        return said(None)
    return f"{said(value)} ({grade})" if grade in formatting.STAND_IN else said(value)


WAYS = {
    "headline": "the headline comparison",
    "median": "the median over all comparisons, scores as printed",
    "median with headroom": "the median over comparisons that could show it, scores as printed",
    "half": "half of its comparisons that could show it, each",
    "best": "its best comparison that could show it",
}
"""What can stand for an enhancement, as readers see it."""

STATEMENTS = {
    "threshold": Column("threshold", "Exceeds", "right"),
    "way": "What stands for an enhancement",
    "survey": Column("survey", "Survey", "right"),
    "later": Column("later", "Since", "right"),
    "open": Column("open", "Undetermined", "right", "since: neither above nor below for sure"),
    "who": "Since, those that exceed",
}
"""The columns of ``statements``, as readers see them."""


def statements(gains: pd.DataFrame, thresholds: Sequence[float]) -> pd.DataFrame:
    """How many exceed each threshold, in the survey and since, by what stands for an enhancement."""
    rows = []
    for x in thresholds:
        survey, later = (counts(gains[gains.period == period], x) for period in ("survey", "later"))
        rows += [
            {
                "threshold": f"{x:g}x",
                "way": called,
                "survey": survey[way].share.replace(" ", "\u00a0"),
                "later": later[way].share.replace(" ", "\u00a0"),
                "open": str(len(later[way].undetermined)),
                "who": _who(later[way]),
            }
            for way, called in WAYS.items()
        ]
    return pd.DataFrame(rows)


def _who(count: Count) -> str:
    """Who exceeds, or who of the estimated does not, whichever is shorter."""
    others = [n for n in count.estimated if n not in count.exceed]
    some = others if len(others) < len(count.exceed) else count.exceed
    named = formatting.listed([n.partition(" (")[0] for n in some])
    return (f"all but {named}" if named else "all") if some is others else named or "none"


def specifications(made: Multiverse) -> pd.DataFrame:
    """Share of specifications in which each statement holds, is open and fails.

    By what stands for an enhancement.
    """
    *_, way = made.factors
    return pd.DataFrame(
        {"statement": c.short, "way": way.label(level)}
        | {word: formatting.part(c.share(word, **{way.name: level})) for word in conclusions.SHARES}
        for c in multiverse.concluded(made)[:2]
        for level in range(len(way.levels))
    )
