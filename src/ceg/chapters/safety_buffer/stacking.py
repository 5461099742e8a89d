"""Two enhancements at once, where both were measured apart and together: how much of the second is lost."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.evidence.tables import LATER
from ceg.prose import wording
from ceg.survey import combinations
from ceg.survey.combinations import Combination
from sphinx_fresh.show import Column

QWEN = {"vote": "voting-instruct", "reward-model": "reward-model-choice"}
"""Ways to choose among a code interpreter's answers, with the enhancement that chooses."""

COLUMNS = {
    "parts": "Enhancements",
    "on": "Measured on",
    "first": Column("first", "First", "right"),
    "second": Column("second", "Second", "right"),
    "both": Column("both", "Together", "right"),
    "discount": Column(
        "discount",
        "Discount",
        "right",
        "share of the lesser gain's logarithm that is lost; below 0: more than the product",
    ),
}
"""The columns of ``cells``, as readers see them."""


def stacks(book: Analysis) -> pd.DataFrame:
    """Pairs of enhancements that were measured apart and together.

    Minerva's data and self-improvement with a vote (PaLM), a code interpreter with a vote or a reward model
    (Qwen2.5-Math). Columns: first, second, measured (the combination), discount (missing where none is
    defined).
    """
    own = replace(combinations.self_improved(book), name="GSM8K")
    found = [("better data", "vote", combinations.of_minerva(book, *at)) for at in combinations.MINERVA[:-1]]
    found += [("better data", "vote", combinations.with_vote_alone(book)), ("own answers", "vote", own)]
    ev = book.evidence
    for c in ev.of("interpreter-and-choice"):
        stem, _, how = c.comparison.rpartition(".")
        at = stem.removeprefix("interpreter-and-choice.")
        parts = (book.estimate(f"code-interpreter.{at}"), book.estimate(f"{QWEN[how]}.{at}.cot"))
        r = ev.results[c.enhanced]
        named = ev.benchmarks[r.benchmark].name
        made = Combination(named, r.model, *parts, book.estimate(c.comparison), r.model)
        found.append(("code interpreter", how.replace("-", " "), made))
    frame = pd.DataFrame(found, columns=["first", "second", "measured"])
    return frame.assign(discount=frame.measured.map(discount).astype(float))


def discount(measured: Combination) -> float | None:
    """The share of the lesser gain's logarithm that is lost: (log a + log b - log both)/log b, a >= b > 1.

    0: the gains multiply; 1: the second adds nothing; below 0: more than the product. None where a part is no
    gain or no point.
    """
    if measured.log10_excess is None or min(measured.data.ceg, measured.vote.ceg) <= 1:
        return None
    return -measured.log10_excess / min(math.log10(measured.data.ceg), math.log10(measured.vote.ceg))


def cells(book: Analysis, stacks: pd.DataFrame) -> pd.DataFrame:
    """The combinations in words: parts, whole, discount. Of an extrapolated gain the estimate alone."""
    rows = [
        {
            "parts": f"{s.first} + {s.second}",
            "on": f"{s.measured.name}, {s.measured.model}",
            "first": _said(book, s.measured.data),
            "second": _said(book, s.measured.vote),
            "both": _said(book, s.measured.both),
            "discount": formatting.signed(s.discount),
        }
        for s in stacks.itertuples()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _said(book: Analysis, estimate: Estimate) -> str:
    """The point of an estimate, linked to its workings where the book has them.

    It has none of what came after the survey.
    """
    point, row = formatting.times(estimate.ceg, 2), book.evidence.enhancements.get(estimate.enhancement)
    own = book.evidence.comparisons.get(estimate.comparison) and book.estimate(estimate.comparison)
    linked = own and own.ceg == estimate.ceg and not (row and row.section == LATER)
    return wording.gain_link(estimate, point) if linked else point
