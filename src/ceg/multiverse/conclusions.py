"""Whether conclusions about the enhancements together hold, fail or stay undetermined, by specification."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ceg.multiverse.outcomes import Outcomes
from ceg.multiverse.specifications import Factor
from ceg.multiverse.variance_shares import weights_of

HOLDS, UNDETERMINED, FAILS = np.int8(1), np.int8(0), np.int8(-1)
WORDS = {HOLDS: "holds", UNDETERMINED: "undetermined", FAILS: "fails"}

SHARES = tuple(WORDS.values())
"""What becomes of a conclusion; the shares of the three sum to 1."""

EXCEEDS, OPEN, BELOW, NO_ESTIMATE = (np.int8(v) for v in (1, 0, -1, -2))
"""Verdicts on one enhancement: ``gain.exceeds`` True, None and False; and without a number."""

WEIGHTINGS, SEED = 300, 2023
"""How many weightings of the options are drawn to see what a share hangs on, and from where."""

_TIE = 1e-9
"""In log10: what two ways to work out one ratio may differ by."""


@dataclass(frozen=True)
class Conclusion:
    """A statement and what becomes of it.

    - short: the statement in a few words
    - verdict: one axis a factor, of length 1 where the factor changes nothing
    - main: whether it is one of the paper's, at the thresholds in force; the others vary these
    - varied: whether any choice bears on what it is about; where none does, holding everywhere says nothing
    """

    name: str
    short: str
    statement: str
    factors: tuple[Factor, ...]
    verdict: np.ndarray
    main: bool = False
    varied: bool = True

    @property
    def by_default(self) -> str:
        """Whether it holds under the book's defaults."""
        return WORDS[self.verdict[(0,) * self.verdict.ndim]]

    def share(self, word: str, **levels: int) -> float:
        """Share of the specifications in which it ``holds``, ``fails`` or is ``undetermined``.

        factor=level: only among the specifications at that level.
        """
        part = self._within(levels) == _value(word)
        return float((weights_of([f.weights for f in self.factors], part.shape) * part).sum())

    def range(self, word: str, **levels: int) -> tuple[float, float]:
        """The 5th and 95th percentile of that share over ``WEIGHTINGS`` weightings of the options.

        The weights of each choice's options are drawn from Dirichlet(1).
        """
        part = (self._within(levels) == _value(word)).astype(float)[None]
        for axis in sorted(
            range(1, part.ndim), key=lambda i: -part.shape[i]
        ):  # the most levels first: what is left is small
            n = part.shape[axis]
            if n > 1:
                rng = np.random.Generator(np.random.SFC64([SEED, axis]))
                weights = rng.dirichlet(np.ones(n), WEIGHTINGS)
                turned = np.moveaxis(part, axis, 1)
                if len(part) == 1:
                    summed = np.tensordot(weights, turned[0], 1)
                else:
                    summed = np.einsum("mn,mn...->m...", weights, turned)
                part = np.expand_dims(summed, axis)
        low, high = np.quantile(part.round(9), (0.05, 0.95))
        return float(low), float(high)

    def _within(self, levels: Mapping[str, int]) -> np.ndarray:
        """The verdicts at some levels of factors."""
        known, part = {f.name: i for i, f in enumerate(self.factors)}, self.verdict
        for name, level in levels.items():
            if part.shape[known[name]] > 1:
                part = np.take(part, [level], known[name])
        return part

    def breaks(self, most: int = 3) -> list[tuple[dict[str, int], str]]:
        """The smallest changes from the defaults that end in another verdict, with that verdict.

        A change is factor -> level, of up to ``most`` factors. It is listed only if no part of it changes the
        verdict.
        """
        start = self.verdict[(0,) * self.verdict.ndim]
        open_axes = [i for i, n in enumerate(self.verdict.shape) if n > 1]
        found: list[tuple[frozenset, str]] = []
        for size in range(1, most + 1):
            new = []
            for axes in itertools.combinations(open_axes, size):
                for levels in itertools.product(*(range(1, self.verdict.shape[i]) for i in axes)):
                    changes = frozenset(zip(axes, levels, strict=True))
                    if any(known <= changes for known, _ in found):
                        continue
                    at = [0] * self.verdict.ndim
                    for axis, level in changes:
                        at[axis] = level
                    if self.verdict[tuple(at)] != start:
                        new.append((changes, WORDS[self.verdict[tuple(at)]]))
            found += new
        return [({self.factors[i].name: level for i, level in sorted(c)}, word) for c, word in found]


def _value(word: str) -> np.int8:
    return next(value for value, known in WORDS.items() if known == word)


def exceeds(outcomes: Outcomes, threshold: float) -> np.ndarray:
    """``gain.exceeds`` in every specification: EXCEEDS, OPEN, BELOW or NO_ESTIMATE.

    The outcomes have their counts, as medians have, and what ``intervals.with_counts`` gives.
    """
    x = math.log10(threshold)
    with np.errstate(invalid="ignore"):
        above = (outcomes.count_low > x + _TIE) & ~outcomes.flat
        below = (outcomes.count_high <= x + _TIE) & ~outcomes.flat
    found = np.select([above, below], [EXCEEDS, BELOW], OPEN)
    return np.where(outcomes.says, found, NO_ESTIMATE).astype(np.int8)


def more_than_half(verdicts: Sequence[np.ndarray]) -> np.ndarray:
    """Whether more than half of those with an estimate exceed.

    It holds if they do even when every open one fails, and fails if they do not even when every open one
    exceeds.
    """
    exceed, still_open, estimated = _counts(verdicts)
    found = np.where(2 * exceed > estimated, HOLDS, UNDETERMINED)
    return np.where((2 * (exceed + still_open) <= estimated) & (estimated > 0), FAILS, found).astype(np.int8)


def at_least(verdicts: Sequence[np.ndarray], n: int) -> np.ndarray:
    """Whether n or more exceed, open ones counted as failing (holds) and as exceeding (fails)."""
    exceed, still_open, _ = _counts(verdicts)
    return np.where(exceed >= n, HOLDS, np.where(exceed + still_open < n, FAILS, UNDETERMINED)).astype(
        np.int8
    )


def _counts(verdicts: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    exceed, still_open, below = (
        np.asarray(sum((v == some).astype(np.int16) for v in verdicts)) for some in (EXCEEDS, OPEN, BELOW)
    )
    return exceed, still_open, exceed + still_open + below


def greater(low: np.ndarray, high: np.ndarray, other_low: np.ndarray, other_high: np.ndarray) -> np.ndarray:
    """Whether one bracket lies above another.

    It holds above, fails below, and is undetermined where they meet or one is absent (NaN).
    """
    with np.errstate(invalid="ignore"):
        return np.where(
            low > other_high + _TIE, HOLDS, np.where(high < other_low - _TIE, FAILS, UNDETERMINED)
        ).astype(np.int8)


def all_of(verdicts: Sequence[np.ndarray]) -> np.ndarray:
    """Whether all hold: fails where one fails."""
    verdicts = np.broadcast_arrays(*verdicts)
    return np.min(verdicts, axis=0)
