"""How the estimator reads a result's score: on which scale, and with which sampling error."""

import math

from ceg.estimator.scaling import Scale
from ceg.evidence.rows import Benchmark, Result


def scale_of(benchmark: Benchmark, result: Result) -> Scale:
    """The ``Scale`` of a benchmark, with the items and the printed digits of a result on it."""
    return Scale(
        kind=benchmark.scale,
        higher_is_better=benchmark.higher_is_better,
        chance=benchmark.chance or 0.0,
        maximum=benchmark.maximum if benchmark.maximum is not None else 100.0,
        items=result.items or benchmark.items,
        half_digit=result.score.half_digit,
    )


def standard_error(result: Result, benchmark: Benchmark, items: int | None) -> float | None:
    """A score's sampling error, in its unit: binomial on the items, else from a published 95% interval.

    None where neither is known.
    """
    if benchmark.scale == "proportion" and items:
        p = min(max(result.score / 100, 0.5 / (items + 1)), 1 - 0.5 / (items + 1))
        return 100 * math.sqrt(p * (1 - p) / items)
    if result.score_low is not None and result.score_high is not None:
        return (result.score_high - result.score_low) / (2 * 1.96)
    return None
