"""The lead behind a lower bound: which bigger model is beaten, and how probable it is that it truly is."""

import dataclasses
from collections.abc import Iterable

from ceg.analysis.analysis import Analysis
from ceg.analysis.scores import scale_of
from ceg.estimator.gain import Estimate
from ceg.estimator.scaling_on_arrays import oriented
from ceg.uncertainty import errors, intervals
from ceg.uncertainty.draws import Draws


def with_probability(
    analysis: Analysis, estimates: Iterable[Estimate], streams: Draws | None = None
) -> list[Estimate]:
    """The estimates with the probability of their bounds alone: all that counts need, and quick.

    The probability is that of ``intervals.with_intervals``, from one chunk of the same draws; None where it
    is not known.
    """
    streams = streams or Draws(intervals.SEED)
    done = []
    for estimate in estimates:
        if estimate.status == "bound" and estimate.beaten:
            enhanced = analysis.case(estimate.comparison_id).enhanced.result.result
            lead = probability(analysis, enhanced, estimate.beaten, streams)
            estimate = dataclasses.replace(estimate, bound_probability=lead)
        done.append(estimate)
    return done


def probability(analysis: Analysis, enhanced: str, baseline: str, streams: Draws) -> float | None:
    """The probability that one result truly is at least as good as another; None where it is not known.

    From one chunk of draws.
    """
    rows = [analysis.evidence.results[i] for i in (enhanced, baseline)]
    scale = scale_of(analysis.evidence.benchmarks[rows[0].benchmark], rows[0])
    scores = [errors.score(analysis, row) for row in rows]
    own, other = (oriented(scale, streams.score(score, 0)) for score in scores)
    return intervals.lead(float((own >= other).mean()), all(score.sampled for score in scores))
