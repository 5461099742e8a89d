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
        maximum=maximum(benchmark),
        items=result.items or benchmark.items,
        half_digit=result.score.half_digit,
    )


def maximum(benchmark: Benchmark) -> float:
    """The greatest score that a benchmark can give: 100 where the data does not say."""
    return 100.0 if benchmark.maximum is None else benchmark.maximum


def off_the_edges(share: float, items: int) -> float:
    """A proportion within [h, 1 - h], h = 0.5/(items + 1): a score of none or all has an error too."""
    return min(max(share, 0.5 / (items + 1)), 1 - 0.5 / (items + 1))


def binomial_error(score: float, maximum: float, items: int) -> float:
    """The sampling error of a score that is a proportion of ``maximum`` on so many items, in its unit."""
    p = off_the_edges(score / maximum, items)
    return maximum * math.sqrt(p * (1 - p) / items)


def standard_error(result: Result, benchmark: Benchmark, items: int | None) -> float | None:
    """A score's sampling error, in its unit: binomial on the items, else from a published 95% interval.

    None where neither is known.
    """
    if benchmark.scale == "proportion" and items:
        return binomial_error(result.score, maximum(benchmark), items)
    if result.score_low is not None and result.score_high is not None:
        return (result.score_high - result.score_low) / (2 * 1.96)
    return None
