"""What becomes of a conclusion when the headline is a choice too, and not fixed beforehand.

In every specification each enhancement's headline is picked at random among its candidates, all alike and
independently of the others. A candidate counts by its printed scores, as medians do. The shares are exact:
the number that exceed is a sum of independent picks, whose distribution is worked out term by term.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ceg.multiverse import conclusions
from ceg.multiverse.outcomes import Outcomes
from ceg.multiverse.survey import SOME, Multiverse
from ceg.multiverse.variance_shares import weights_of

Judge = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""How many exceed, how many have a number -> where the statement is true."""


@dataclass(frozen=True)
class Shares:
    """Share of the specifications and picks in which a statement holds, is undetermined, or fails."""

    holds: float
    undetermined: float
    fails: float


def most(multiverse: Multiverse, threshold: float) -> Shares:
    """Whether more than half of the enhancements with a number exceed the threshold."""
    return _shares(multiverse, threshold, lambda exceed, counted: 2 * exceed > counted)


def some(multiverse: Multiverse, threshold: float, n: int = SOME) -> Shares:
    """Whether n or more enhancements exceed the threshold."""
    return _shares(multiverse, threshold, lambda exceed, _: exceed >= n)


def _shares(multiverse: Multiverse, threshold: float, true: Judge) -> Shares:
    weights = [f.weights for f in multiverse.factors[:-1]]
    surely, perhaps, counted = [], [], []
    for candidates in multiverse.candidates.values():
        exceed, still_open, number = _odds(candidates, threshold)
        surely.append(exceed)
        perhaps.append(exceed + still_open)
        counted.append(number)
    known = np.asarray(sum(number.astype(int) for number in counted))
    holds, may_hold = (
        sum(p * true(np.asarray(k), known) for k, p in enumerate(_number_of(odds)))
        for odds in (surely, perhaps)
    )
    fails = np.where(known > 0, 1 - may_hold, 0.0)
    held, failed = (
        round(float((weights_of(weights, share.shape) * share).sum()), 9)
        for share in map(np.asarray, (holds, fails))
    )
    return Shares(held, round(1 - held - failed, 9), max(0.0, failed))


def _odds(candidates: Sequence[Outcomes], threshold: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """With which probability a candidate picked at random exceeds, and is open; whether any has a number."""
    verdicts = np.stack(
        np.broadcast_arrays(*(conclusions.exceeds(_printed(o), threshold) for o in candidates))
    )
    number = (verdicts != conclusions.NO_ESTIMATE).sum(0)
    exceed, still_open = (
        (verdicts == verdict).sum(0) / np.maximum(number, 1)
        for verdict in (conclusions.EXCEEDS, conclusions.OPEN)
    )
    return exceed, still_open, number > 0


def _printed(made: Outcomes) -> Outcomes:
    """The outcomes, counted by the point or the bounds that the printed scores give."""
    point = ~np.isnan(made.log10_ceg)
    least, most = (
        np.where(point, made.log10_ceg, np.where(np.isnan(end), absent, end))
        for end, absent in ((made.log10_lower, -np.inf), (made.log10_upper, np.inf))
    )
    return replace(made, count_low=least, count_high=most)


def _number_of(odds: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The probability of each number of successes, 0 to all, of independent picks with these odds."""
    found = [np.ones((1,) * odds[0].ndim)] if odds else [np.ones(())]
    for p in odds:
        none = np.zeros((1,) * p.ndim)
        found = [a * (1 - p) + b * p for a, b in zip([*found, none], [none, *found], strict=True)]
    return found
