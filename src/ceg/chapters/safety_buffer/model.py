"""How likely the enhancements of a year exceed a safety buffer in effective compute.

Arriving enhancements are drawn from measured gains. Of k gains g in log10, the greatest counts whole and each
further one loses a share d of its logarithm: G = max g + (1 - d) (sum g - max g). How many arrive is Poisson;
exceeding is G > log10 buffer.
"""

import functools
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ceg.analysis.analysis import Analysis
from ceg.chapters.safety_buffer.gains import Gains, gains
from ceg.evidence import assumptions as choices

SEED = 2024
SIZE = 5_000
"""Draws of a year, the same in every setting."""

MOST = 12
"""Arrivals that are worked out; more count as this many."""

EXACTLY = (1, 2, 3, 4, 5)
"""Numbers of arrivals that results are given for, beside the Poisson mixture."""

BUFFERS = (2.0, 4.0, 6.0, 10.0, 30.0)
"""Buffers in effective compute."""

GRID = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0, 15.0, 30.0, 50.0, 100.0)
"""Buffers at which curves are drawn, ``BUFFERS`` among them."""

SHRUNK = 0.5
"""What ``published_gains: shrunk`` leaves of the logarithm of a gain."""

OFTEN = 3
"""Benchmarks from which on an enhancement counts as often measured."""

_NEAR = 1e-9  # a total this near a buffer does not exceed it: sums of logarithms err in their last bits

Values = Mapping[str, object]
"""A value for each key of ``assumptions.BUFFER``."""


def uniforms(rng: np.random.Generator) -> np.ndarray:
    """Uniform draws, (2, MOST, SIZE): which gain each arrival has, and which of its draws.

    All settings share them.
    """
    return rng.random((2, MOST, SIZE))


def arriving(found: Gains, values: Values, u: np.ndarray) -> np.ndarray | None:
    """log10 gains of the arrivals, u's (MOST, SIZE): at least 0. None where no gain is left to draw from.

    ``combined_within`` same_domain: all arrivals of a draw have their gains in the domain of the first.
    """
    some = np.ones(len(found.comparison), bool)
    if values["drawn_from"] != "survey_and_later":
        some &= found.later == (values["drawn_from"] == "later")
    if values["published_gains"] == "headline":
        some &= found.headline
    if not some.any():
        return None
    rows = _picked(found, some, u[0], values["combined_within"] == "same_domain")
    drawn = found.log10_gain[values["bounds_taken"]]
    taken = drawn[rows, (u[1] * drawn.shape[1]).astype(np.intp)]
    return taken * SHRUNK if values["published_gains"] == "shrunk" else taken


def _picked(found: Gains, some: np.ndarray, u: np.ndarray, same_domain: bool) -> np.ndarray:
    """Row of each arrival, (MOST, SIZE)."""
    if not same_domain:
        return _row(found.weights(some), u)
    rows = np.empty(u.shape, np.intp)
    rows[0] = _row(found.weights(some), u[0])
    names, domain = np.unique(found.domain, return_inverse=True)
    of_first = domain[rows[0]]
    for i in range(len(names)):
        here = np.flatnonzero(of_first == i)
        if here.size:
            rows[1:, here] = _row(found.weights(some & (domain == i)), u[1:, here])
    return rows


def _row(weight: np.ndarray, u: np.ndarray) -> np.ndarray:
    at = np.flatnonzero(weight)
    reached = np.cumsum(weight[at])
    return at[np.minimum(np.searchsorted(reached, u * reached[-1], side="right"), len(at) - 1)]


def shares(log10_gain: np.ndarray, discount: float, buffers: Sequence[float]) -> np.ndarray:
    """Share of draws in which the first k arrivals exceed each buffer, (arrivals + 1, buffers).

    log10_gain: (arrivals, draws), at least 0. buffers: ascending. Row k: exactly k arrive; none: nothing is
    exceeded.
    """
    greatest, whole = np.maximum.accumulate(log10_gain), np.cumsum(log10_gain, axis=0)
    total = greatest + (1 - discount) * (whole - greatest)
    limits = np.log10(np.asarray(buffers, float)) + _NEAR
    n, size = log10_gain.shape
    beaten = np.searchsorted(limits, total.ravel()).reshape(n, size)  # how many limits, ascending, lie below
    found = np.zeros((n + 1, len(limits)))
    for k, row in enumerate(beaten, 1):
        found[k] = np.bincount(row, minlength=len(limits) + 1)[::-1].cumsum()[::-1][1:] / size
    return found


def mixed(exactly: np.ndarray, mean: float) -> np.ndarray:
    """The rows of ``shares``, weighted with Poisson probabilities of their numbers of arrivals.

    The last row stands for all numbers beyond it.
    """
    k = np.arange(len(exactly))
    weight = (
        np.exp(k * math.log(mean) - mean - np.array([math.lgamma(i + 1) for i in k]))
        if mean
        else (k == 0) * 1.0
    )
    weight[-1] = 1 - weight[:-1].sum()
    return weight @ exactly


@dataclass(frozen=True)
class Chances:
    """Probabilities under one setting, in the order of the model's buffers.

    exactly: (MOST + 1, buffers); None: no gain to draw from.
    """

    exactly: np.ndarray | None
    arriving: np.ndarray | None


@dataclass(frozen=True)
class Model:
    """The gains, the draws and the buffers that every setting shares."""

    gains: Gains
    u: np.ndarray
    buffers: tuple[float, ...]

    def chances(self, values: Values, years: float = 1.0) -> Chances:
        """Under one setting, for a time in years."""
        exactly = self._shares(*(values[k] for k in choices.BUFFER if k != "arrivals_per_year"))
        return Chances(
            exactly, None if exactly is None else mixed(exactly, values["arrivals_per_year"] * years)
        )

    def chance(self, values: Values, buffer: float, years: float = 1.0) -> float | None:
        """That one buffer of the model's is exceeded."""
        found = self.chances(values, years).arriving
        return None if found is None else float(found[self.buffers.index(buffer)])

    @functools.cached_property
    def _known(self) -> dict[tuple, object]:
        return {}

    def _shares(self, *key: object) -> np.ndarray | None:
        if key not in self._known:
            values = dict(zip((k for k in choices.BUFFER if k != "arrivals_per_year"), key, strict=True))
            drawn = ("drawn", *(v for k, v in values.items() if k != "combination_discount"))
            if drawn not in self._known:
                self._known[drawn] = arriving(self.gains, values, self.u)
            taken = self._known[drawn]
            made = None if taken is None else shares(taken, values["combination_discount"], self.buffers)
            self._known[key] = made
        return self._known[key]


def model(analysis: Analysis, seed: int = SEED) -> Model:
    """The model of an analysis, for the buffers of ``GRID``."""
    return Model(gains(analysis), uniforms(np.random.default_rng(seed)), GRID)


def current(analysis: Analysis) -> dict[str, object]:
    """The setting that the analysis has."""
    return {key: getattr(analysis.assumptions, key) for key in choices.BUFFER}


def combined(book: Analysis) -> list[dict[str, object]]:
    """Every combination of the options and the analysis' own values, the defaults first."""
    known = choices.choices(book.evidence.folder)
    own = current(book)
    options = [known[key].with_own(own[key]).options for key in choices.BUFFER]
    return [dict(zip(choices.BUFFER, values, strict=True)) for values in itertools.product(*options)]


def settings(book: Analysis, made: Model) -> pd.DataFrame:
    """Every combination of the options, the defaults first: a column a key, a chance for each of ``GRID``."""
    every = combined(book)
    chances = [{b: made.chance(values, b) for b in made.buffers} for values in every]
    return pd.DataFrame(every).join(pd.DataFrame(chances, dtype=float))


def moved_by_one_choice(settings: pd.DataFrame, values: Values, limit: float) -> pd.DataFrame:
    """The least and the greatest chance for a buffer over the options of each key, the others as they are.

    Index: the key, the one that moves the chance most first.
    """
    same = settings[list(choices.BUFFER)] == pd.Series(values)
    near = {key: settings[same.drop(columns=key).all(axis=1)][limit] for key in choices.BUFFER}
    ends = pd.DataFrame({key: some.agg(["min", "max"]) for key, some in near.items()}).T.dropna()
    return ends.iloc[(ends["min"] - ends["max"]).argsort(kind="stable")]


def by_domain(made: Model, least: int = 3) -> dict[str, Model]:
    """Domain -> the model of a capability that lies there, most measured first.

    Of domains in which so many enhancements were measured.
    """
    members = made.gains.members(made.gains.domain, made.gains.enhancement)
    domain = np.array(made.gains.domain)
    named = sorted(
        (d for d, some in members.items() if len(some) >= least), key=lambda d: (-len(members[d]), d)
    )
    return {d: replace(made, gains=made.gains.only(domain == d)) for d in named}


def often_measured(made: Model, least: int = OFTEN) -> Model:
    """The model without enhancements that were measured on fewer benchmarks."""
    members = made.gains.members(made.gains.enhancement, made.gains.benchmark)
    return replace(
        made, gains=made.gains.only(np.array([len(members[e]) >= least for e in made.gains.enhancement]))
    )
