"""Columns and cells that tables of enhancements share with each other and with the data of figures."""

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from sphinx_fresh.show import Column

CEG = Column("ceg", "CEG", "right", "≥: a lower bound, rounded down; a pair: a bracket")
ONE_TIME = Column("one_time", "One-time cost", "right", "share of pre-training compute")
RUNTIME = Column("runtime", "Runtime", "right", "FLOP an answer against the same model without it")


def numbers(estimate: Estimate) -> list[float | None]:
    """Point, lower and upper bound, with six digits, as downloads have them."""
    return [formatting.six(v) for v in (estimate.ceg, estimate.lower_bound, estimate.upper_bound)]


def measured_on(analysis: Analysis, estimate: Estimate) -> str:
    """Benchmark and model of a comparison."""
    ev = analysis.evidence
    enhanced = ev.results[ev.comparisons[estimate.comparison].enhanced]
    return f"{ev.benchmarks[enhanced.benchmark].name}, {enhanced.model}"
