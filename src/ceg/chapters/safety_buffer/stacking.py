"""Two enhancements at once, where both were measured apart and together: how much of the second is lost."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.evidence.tables import LATER
from ceg.prose import wording
from ceg.survey import combinations
from ceg.survey.combinations import Combination
from sphinx_fresh.show import Column, Table

QWEN = {"vote": "voting-instruct", "reward-model": "reward-model-choice"}
"""Ways to choose among a code interpreter's answers, with the enhancement that chooses."""


@dataclass(frozen=True)
class Stack:
    """Two enhancements by name and what was measured of them."""

    first: str
    second: str
    measured: Combination

    @property
    def discount(self) -> float | None:
        """The share of the lesser gain's logarithm that is lost.

        (log a + log b - log both)/log b, where a >= b > 1.

        0: the gains multiply; 1: the second adds nothing; below 0: more than the product. None where a part
        is no gain or no point.
        """
        m = self.measured
        if m.log10_excess is None or min(m.data.ceg, m.vote.ceg) <= 1:
            return None
        return -m.log10_excess / min(math.log10(m.data.ceg), math.log10(m.vote.ceg))


def stacks(analysis: Analysis) -> list[Stack]:
    """Pairs of enhancements that were measured apart and together.

    Minerva's data and self-improvement with a vote (PaLM), a code interpreter with a vote or a reward model
    (Qwen2.5-Math).
    """
    ev = analysis.evidence
    minerva = [
        *(combinations.of_minerva(analysis, *at) for at in combinations.MINERVA[:-1]),
        combinations.with_vote_alone(analysis),
    ]
    own = replace(combinations.self_improved(analysis), name="GSM8K")
    found = [*(Stack("better data", "vote", m) for m in minerva), Stack("own answers", "vote", own)]
    for c in ev.of("interpreter-and-choice"):
        stem, _, how = c.comparison.rpartition(".")
        at = stem.removeprefix("interpreter-and-choice.")
        parts = (analysis.estimate(f"code-interpreter.{at}"), analysis.estimate(f"{QWEN[how]}.{at}.cot"))
        r = ev.results[c.enhanced]
        named = ev.benchmarks[r.benchmark].name
        made = Combination(named, r.model, *parts, analysis.estimate(c.comparison), r.model)
        found.append(Stack("code interpreter", how.replace("-", " "), made))
    return found


def middle(some: Sequence[Stack]) -> float | None:
    """The median discount of those that have one; None if none has."""
    found = [s.discount for s in some if s.discount is not None]
    return statistics.median(found) if found else None


def table(analysis: Analysis, some: Sequence[Stack], *, name: str, caption: str) -> Table:
    """The stacks with a discount, the least first: parts, product, whole, discount."""
    columns = [
        Column("parts", "Enhancements"),
        Column("on", "Measured on"),
        Column("first", "First", "right"),
        Column("second", "Second", "right"),
        Column("product", "Product", "right"),
        Column("both", "Both", "right"),
        Column(
            "discount",
            "Discount",
            "right",
            "share of the lesser gain's logarithm that is lost; below 0: more than the product",
        ),
    ]
    rows = [
        [
            f"{s.first} + {s.second}",
            f"{m.name}, {m.model}",
            _said(analysis, m.data),
            _said(analysis, m.vote),
            formatting.times(m.product, 2),
            _said(analysis, m.both),
            formatting.signed(s.discount),
        ]
        for s in sorted((s for s in some if s.discount is not None), key=lambda s: s.discount)
        if (m := s.measured)
    ]
    return Table(name, caption, columns, rows)


def _said(analysis: Analysis, estimate: Estimate) -> str:
    """An estimate, linked to its workings where the book has them.

    It has none of what came after the survey.
    """
    row = analysis.evidence.enhancements.get(estimate.enhancement)
    return wording.ceg(estimate) if row and row.section == LATER else wording.link(analysis, estimate)
