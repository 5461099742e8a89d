"""The lead behind a lower bound: which bigger model is beaten, and how probable it is that it truly is."""

import dataclasses
import math
from collections.abc import Iterable

import numpy as np

from ceg.analysis.analysis import Analysis, Case, Sample, scale_of
from ceg.estimator.gain import Estimate
from ceg.evidence import assumptions as choices
from ceg.multiverse.one_comparison import VARIED, Grid
from ceg.uncertainty import intervals
from ceg.uncertainty.draws import Draws


def beaten(case: Case, lower_bound: float) -> Sample:
    """The unenhanced model that gives the lower bound."""
    e = case.enhanced.point
    below = [s for s in case.baselines if s.point.score <= e.score]
    return min(below, key=lambda s: abs(math.log(s.point.flop / e.flop / lower_bound)))


def with_probability(analysis: Analysis, estimates: Iterable[Estimate], streams: Draws | None = None) -> list[Estimate]:
    """The estimates with the probability of their bounds alone: what counts need, at less than the cost of intervals.

    The probability is that of ``uncertainty.with_intervals``, from one chunk of the same draws; None where it is not known.
    """
    streams = streams or Draws(intervals.SEED)
    done = []
    for estimate in estimates:
        if estimate.status == "bound" and estimate.lower_bound:
            case = analysis.case(estimate.comparison)
            pair = case.enhanced.result.result, beaten(case, estimate.lower_bound).result.result
            estimate = dataclasses.replace(estimate, bound_probability=probability(analysis, *pair, streams))
        done.append(estimate)
    return done


def probability(analysis: Analysis, enhanced: str, baseline: str, streams: Draws) -> float | None:
    """The probability that one result truly is at least as good as another, from one chunk of draws; None where it is not known."""
    rows = [analysis.evidence.results[i] for i in (enhanced, baseline)]
    scale = scale_of(analysis.evidence.benchmarks[rows[0].benchmark], rows[0])
    scores = [intervals.score(analysis, row) for row in rows]
    ahead = np.greater_equal(*(scale.oriented(streams.score(score, 0)) for score in scores))
    return intervals.lead(float(ahead.mean()), all(score.sampled for score in scores))


def in_grid(analysis: Analysis, found: Grid) -> Grid:
    """The grid with the probability of every bound in it."""
    at = {i: dict(zip(found.keys, values, strict=True)) for values, i in found.at.items()}
    defaults = {k: c.options[0] for k, c in choices.choices(analysis.evidence.folder).items() if k in VARIED}
    streams = Draws(intervals.SEED)
    outcomes = []
    for i, estimate in enumerate(found.outcomes):
        reading = dataclasses.replace(analysis, assumptions=analysis.assumptions.but(**defaults | at[i]))
        outcomes += with_probability(reading, [estimate], streams)
    return dataclasses.replace(found, outcomes=tuple(outcomes))
