"""Two enhancements at once: the gain of each part, of the whole, and how far their product is from it."""

import math
from dataclasses import dataclass, replace

from ceg.analysis.analysis import Analysis, scale_of, standard_error
from ceg.estimator.gain import Estimate, gain
from ceg.estimator.scaling import Point


@dataclass(frozen=True)
class Combination:
    """A model with better data, with a vote, with both; each against the unenhanced family.

    vote_on: what the vote was measured on, the model with the better data or the unenhanced one.
    """

    name: str
    model: str
    data: Estimate
    vote: Estimate
    both: Estimate
    vote_on: str

    @property
    def log10_parts(self) -> float | None:
        """log10 CEG(data) + log10 CEG(vote); None where one of them is no point."""
        if self.data.ceg is None or self.vote.ceg is None:
            return None
        return math.log10(self.data.ceg) + math.log10(self.vote.ceg)

    @property
    def product(self) -> float | None:
        """CEG(data) times CEG(vote); None where one of them is no point."""
        return None if self.log10_parts is None else 10**self.log10_parts

    @property
    def log10_excess(self) -> float | None:
        """log10 CEG(both) less that of the parts: negative where they get in each other's way."""
        if self.log10_parts is None or self.both.ceg is None:
            return None
        return math.log10(self.both.ceg) - self.log10_parts


def of_minerva(analysis: Analysis, benchmark: str, size: str) -> Combination:
    """Minerva's data against PaLM, the vote against Minerva without it, and both against PaLM."""
    data, vote, both = (
        analysis.estimate(f"{e}.{benchmark}.palm-{size}")
        for e in ("minerva", "majority-voting", "minerva-voting")
    )
    name = analysis.evidence.benchmarks[benchmark].name
    return Combination(name, f"PaLM {size.upper()}", data, vote, both, "Minerva")


MINERVA = (
    ("math", "8b"),
    ("math", "62b"),
    ("mmlu-stem", "8b"),
    ("mmlu-stem", "62b"),
    ("gsm8k", "8b"),
    ("gsm8k", "62b"),
    ("gsm8k", "540b"),
)
"""Benchmark and size of Minerva's combinations that can be measured."""


def with_vote_alone(analysis: Analysis) -> Combination:
    """Minerva 540B on GSM8K with the vote's gain as it was measured on PaLM, without Minerva's data."""
    vote = analysis.estimate("self-consistency.gsm8k.palm-540b")
    return replace(of_minerva(analysis, "gsm8k", "540b"), vote=vote, vote_on="PaLM")


def self_improved(analysis: Analysis) -> Combination:
    """PaLM 540B fine-tuned on its own answers, and a vote: the study has all four cells on GSM8K."""
    data, vote, both = (
        against(analysis, "self-improvement.gsm8k.palm-540b", f"huang2022.gsm8k.lmsi.palm-540b.{arm}")
        for arm in ("lmsi-cot", "self-consistency-32", "lmsi-self-consistency-32")
    )
    return Combination("GSM8K, self-improvement", "PaLM 540B", data, vote, both, "PaLM")


def against(analysis: Analysis, comparison: str, result: str) -> Estimate:
    """The CEG of another result on a comparison's benchmark, against its unenhanced models, if it has any."""
    ev = analysis.evidence
    row = ev.results[result]
    benchmark = ev.benchmarks[row.benchmark]
    items = row.items or benchmark.items
    scale = scale_of(benchmark, row)
    flop, case = analysis.training_flop(row.model), analysis.find(comparison)
    if flop is None or case is None:
        return Estimate(status="not-available", reason=analysis.estimate(comparison).reason)
    point = Point(flop, scale.oriented(row.score), standard_error(row, benchmark, items), float(items or 1))
    return gain(point, [s.point for s in case.baselines], scale, **analysis.assumptions.reading)
