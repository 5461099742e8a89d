"""The enhancements since 2023 in tables: gains and costs, and how many exceed each threshold."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.chapters.since_2023.gains import counts
from ceg.estimator.gain import Estimate
from ceg.exhibits.tables import FLAGS, measured_on
from ceg.multiverse import conclusions
from ceg.multiverse import survey as multiverse
from ceg.multiverse.survey import Multiverse
from ceg.prose import wording
from sphinx_fresh.show import Column

GAINS = {
    "name": "Enhancement",
    "least": Column("least", "At least", "right", "observed, rounded down"),
    "best": Column("best", "Best estimate", "right", "on the curve of the models, or beyond it"),
    "sure": Column("sure", "Interval", "right", "of the gain: 90%, or a 95% limit where one end is open"),
    "most": Column("most", "Limit", "right", "the greatest lower bound that its models could show"),
}
EVERY = {
    "name": "Enhancement",
    "median": Column("median", "Middle", "right"),
    "lowest": Column("lowest", "Lowest", "right"),
    "highest": Column("highest", "Highest", "right"),
    "n": Column("n", "Comparisons", "right", "those that have a number"),
}
MEASURED = {
    "name": "Enhancement",
    "on": "Headline measured on",
    "flags": Column("flags", "Flags", tags=FLAGS),
    "teacher": Column("teacher", "Borrows from", "wide", "models that it learned from or is chosen by"),
}
"""The columns of ``headline_cells``, as readers see them: three tables."""


def headline_cells(book: Analysis, headlines: pd.DataFrame) -> pd.DataFrame:
    """A row for each headline, the greatest gain first: gain and limit, all comparisons, what it borrows."""
    made = [
        {
            "name": h.enhancement,
            "least": _linked(h.estimate, formatting.at_least(h.lower_bound), only=pd.isna(h.ceg)),
            "best": "" if pd.isna(h.ceg) else _linked(h.estimate, formatting.times(h.ceg, 2)),
            "sure": wording.within(h.estimate),
            "most": formatting.times(h.headroom, 2),
            "n": wording.all_link(h.enhancement_id, str(h.n_saying)),
            "lowest": h.lowest,
            "median": h.median,
            "highest": h.highest,
            "on": measured_on(book, h.estimate),
            "flags": "" if h.noted == "none" else h.noted,
            "teacher": "none named" if pd.isna(h.teachers) else h.teachers,
        }
        for h in headlines.sort_values("value", ascending=False, kind="stable").itertuples()
    ]
    return pd.DataFrame(made, columns=list(GAINS | EVERY | MEASURED), dtype=object)


def _linked(estimate: Estimate, said: str, *, only: bool = True) -> str:
    """What is said of a gain, leading to its working if it is the only thing that is; no value: nothing."""
    return "" if said == formatting.NONE else wording.gain_link(estimate, said) if only else said


WAYS = {
    "headline": "its headline",
    "median": "its middle comparison, scores as printed",
    "median with headroom": "the middle one that could show it, scores as printed",
    "half": "half of those that could show it, each",
    "best": "the best of those that could show it",
}
"""What can stand for an enhancement, as readers see it."""

STATEMENTS = {
    "way": "What stands for an enhancement",
    "threshold": Column("threshold", "Exceeds", "right"),
    "later": Column("later", "Since", "right"),
    "survey": Column("survey", "Survey", "right"),
    "open": Column("open", "Undecided", "right", "since: neither above nor below for sure"),
}
"""The columns of ``statements``, as readers see them."""


def statements(gains: pd.DataFrame, thresholds: Sequence[float]) -> pd.DataFrame:
    """How many exceed each threshold, in the survey and since, by what stands for an enhancement."""
    rows = []
    for x in thresholds:
        survey, later = (counts(gains[gains.period == period], x) for period in ("survey", "later"))
        rows += [
            {
                "way": called,
                "threshold": f"{x:g}x",
                "later": later[way].share.replace(" ", "\u00a0"),
                "survey": survey[way].share.replace(" ", "\u00a0"),
                "open": str(len(later[way].undetermined)),
            }
            for way, called in WAYS.items()
        ]
    return pd.DataFrame(rows)


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
