"""Every combination of assumptions that changes a comparison, with the estimate that each gives."""

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import READING, Estimate
from ceg.evidence import assumptions as choices
from ceg.multiverse import intervals as multiverse_intervals
from ceg.multiverse.intervals import Intervals
from ceg.multiverse.outcomes import ARRAYS, Outcomes, outcomes, settings
from ceg.multiverse.specifications import Factor
from ceg.uncertainty.intervals import filled

VARIED = tuple(key for key in choices.KEYS if key not in choices.NO_ESTIMATE)
"""The assumptions that can change an estimate, in the order of the file."""


@dataclass(frozen=True)
class Grid:
    """One comparison under all its assumptions.

    - keys: the assumptions that change anything, in the order of ``VARIED``
    - options: those of each key, the default first
    - outcomes: the different estimates, the default's first
    - at: from the values of ``keys`` to an index of ``outcomes``
    """

    comparison: str
    keys: tuple[str, ...]
    options: tuple[tuple, ...]
    outcomes: tuple[Estimate, ...]
    at: Mapping[tuple, int]

    def estimate(self, values: Mapping[str, object]) -> Estimate:
        """The estimate under these values of the assumptions (others than ``keys`` may be named too)."""
        return self.outcomes[self.at[tuple(values[key] for key in self.keys)]]


def grid(analysis: Analysis, comparison: str, options: Mapping[str, tuple] | None = None) -> Grid:
    """All outcomes of a comparison, with their intervals.

    options: key -> its values, default first; without them, those of ``assumptions.yml`` and the
    analysis' own. The estimates
    carry no assumptions, as those are the key under which they are found, and no quartiles.
    """
    every = choices.choices(analysis.evidence.folder)
    options = options or {
        key: every[key].with_own(getattr(analysis.assumptions, key)).options for key in VARIED
    }
    factors = [Factor((key,), tuple((value,) for value in values), ()) for key, values in options.items()]
    defaults = {key: values[0] for key, values in options.items()}
    analysis = dataclasses.replace(analysis, assumptions=analysis.assumptions.but(**defaults))
    made = outcomes(analysis, [comparison], factors)[comparison]
    drawn = multiverse_intervals.intervals(analysis, comparison, made, factors)
    each, numbers = _distinct(analysis, comparison, factors, made, drawn)
    keep = [i for i in range(numbers.ndim) if (numbers != numbers.take([0], i)).any()]
    kept = numbers[tuple(slice(None) if i in keep else 0 for i in range(numbers.ndim))]
    values = [tuple(options.values())[i] for i in keep]
    order: dict[int, int] = {}
    at = {
        chosen: order.setdefault(number, len(order))
        for chosen, number in zip(itertools.product(*values), kept.ravel().tolist(), strict=True)
    }
    keys = tuple(factors[i].name for i in keep)
    return Grid(comparison, keys, tuple(values), tuple(each[number] for number in order), at)


def _distinct(
    analysis: Analysis, comparison: str, factors: Sequence[Factor], made: Outcomes, drawn: Intervals
) -> tuple[list[Estimate], np.ndarray]:
    """The different estimates, and which of them each cell of the outcomes has.

    Each is worked out in one of its cells.
    """
    reading = [f.name in READING for f in factors]
    numbers_used = np.arange(made.status.size).reshape(made.status.shape)
    for axis in np.flatnonzero(reading):  # which numbers go into the curve: the same for every way to read it
        numbers_used = np.broadcast_to(numbers_used.take([0], axis), numbers_used.shape)
    ends = (drawn.low, drawn.high, drawn.count_low, drawn.count_high)
    arrays = (numbers_used, *(getattr(made, name) for name in ARRAYS), *ends)
    seen = np.stack([np.nan_to_num(a.astype(float), nan=-1e300).ravel() for a in arrays], axis=1)
    _, first, which = np.unique(seen, axis=0, return_index=True, return_inverse=True)
    each: list[Estimate] = []
    known: dict[tuple, int] = {}
    numbers = []
    for cell in first.tolist():
        index = tuple(int(i) for i in np.unravel_index(cell, made.status.shape))
        values = settings(factors, index, made.status.shape)
        under = dataclasses.replace(analysis, assumptions=analysis.assumptions.but(**values))
        estimate = filled(under.estimate(comparison), drawn.at(index), assumptions={})
        content = tuple(v for name, v in vars(estimate).items() if name not in ("assumptions", "steps"))
        numbers.append(known.setdefault(content, len(each)))
        if numbers[-1] == len(each):
            each.append(estimate)
    return each, np.array(numbers)[which].reshape(made.status.shape)
