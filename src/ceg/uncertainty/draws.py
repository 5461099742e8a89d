"""Random draws of what the estimator reads: scores, training compute and charged costs.

A number has one stream of draws, found by its name: a model, a result or a cost has the same draws in every
comparison it enters, in any order and from any worker. A stream is cut into chunks of ``CHUNK`` draws, each
seeded on its own.
"""

import functools
import hashlib
import math
from dataclasses import dataclass

import numpy as np

from ceg.analysis.scores import binomial_error, off_the_edges
from ceg.evidence.csv_cells import Printed

SEED = 2023
"""Of the book's draws."""

CHUNK = 4_000
"""Draws worked out at once, unless told otherwise; memory grows with this, not with the number of draws."""

Z90 = 1.6448536269514722
"""Standard normal quantile of 95%: half of a 90% interval."""

_GUIDE = 4096


@dataclass(frozen=True)
class Score:
    """A printed score and its errors, in its own unit.

    The sampling error is binomial on ``items`` (of a proportion with that ``maximum``), else normal with
    ``se``. half_width: half of the last printed digit, or the error of reading a drawing; uniform within.
    assumed: ``se`` stands for an error that nobody stated.
    """

    name: str
    value: float
    half_width: float = 0.0
    items: int | None = None
    se: float | None = None
    maximum: float = 100.0
    assumed: bool = False

    @property
    def sampled(self) -> bool:
        """Whether the sampling error is known."""
        return self.items is not None or (self.se is not None and not self.assumed)

    @property
    def variance(self) -> float:
        """Of the draws, in the unit of the score squared."""
        error = binomial_error(self.value, self.maximum, self.items) if self.items else self.se or 0.0
        return error**2 + self.half_width**2 / 3


@dataclass(frozen=True)
class Compute:
    """log10 of a training compute with 90% half-widths down and up, and what is charged on top.

    log10 C = log10 C^ + w (sqrt(r) z_family + sqrt(1 - r) z_model): the errors of a family's models correlate
    by ``shared`` = r, so what they share (method, hardware, token count) cancels in their ratios. w is
    down/1.645 below and up/1.645 above.

    charged: a name, the ratio of fine-tuning to pre-training that C^ includes, its 90% half-widths down and
    up.
    """

    name: str
    family: str
    log10_flop: float
    down: float = 0.0
    up: float = 0.0
    shared: float = 0.5
    charged: tuple[str, float, float, float] | None = None

    @property
    def own_variance(self) -> float:
        """Of what a model does not share with its family, in squared powers of ten."""
        return (1 - self.shared) * (self.down**2 + self.up**2) / 2 / Z90**2


@dataclass(frozen=True)
class Arm:
    """One model of a comparison: its printed score and its training compute, with their errors."""

    score: Score
    compute: Compute


class Draws:
    """The streams under one seed.

    ``score``, ``log10_flop`` and ``normal`` (standard normal) give a chunk of draws as an array (size,).
    Another ``size`` gives other draws. cached: how many chunks are kept, since numbers enter several
    comparisons.
    """

    def __init__(self, seed: int, size: int = CHUNK, cached: int = 256) -> None:
        self.seed, self.size = seed, size
        self.normal = functools.lru_cache(cached)(self._draw_normal)
        self.score = functools.lru_cache(cached)(self._draw_score)

    def generator(self, kind: str, name: str, chunk: int) -> np.random.Generator:
        """The generator of a chunk of the stream of a named number."""
        key = int.from_bytes(hashlib.blake2b(f"{kind}\0{name}".encode(), digest_size=8).digest())
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence([self.seed, chunk, key])))

    def log10_flop(self, compute: Compute, chunk: int) -> np.ndarray:
        """Draws of log10 training compute."""
        if not compute.up and not compute.down:
            x = np.full(self.size, compute.log10_flop)
        else:
            z = math.sqrt(compute.shared) * self.normal("family", compute.family, chunk)
            z += math.sqrt(1 - compute.shared) * self.normal("model", compute.name, chunk)
            z *= (
                compute.up / Z90
                if compute.up == compute.down
                else np.where(z > 0, compute.up, compute.down) / Z90
            )
            x = z + compute.log10_flop
        if compute.charged:
            name, fraction, down, up = compute.charged
            z = self.normal("cost", name, chunk)
            x += np.log10(1 + np.maximum(fraction + z / Z90 * np.where(z > 0, up, down), 0)) - math.log10(
                1 + fraction
            )
        return x

    def _draw_normal(self, kind: str, name: str, chunk: int) -> np.ndarray:
        drawn = self.generator(kind, name, chunk).standard_normal(self.size)
        drawn.flags.writeable = False  # it is handed out again
        return drawn

    def _draw_score(self, score: Score, chunk: int) -> np.ndarray:
        rng = self.generator("score", score.name, chunk)
        if score.items:
            share = off_the_edges(score.value / score.maximum, score.items)
            drawn = binomial(rng, score.items, share, score.maximum, self.size)
        elif score.se:
            drawn = score.value + score.se * rng.standard_normal(self.size)
        else:
            drawn = np.full(self.size, float(score.value))
        if score.half_width:
            drawn += (2 * score.half_width) * rng.random(self.size) - score.half_width
        drawn.flags.writeable = False
        return drawn


@functools.lru_cache(2)
def streams_of(seed: int) -> Draws:
    """The streams under a seed with what they have drawn, for all that this process works out."""
    return Draws(seed, cached=1024)


def rounding(score: Printed, items: int | None, maximum: float) -> float:
    """Half of the last printed digit; a number of items (9 of 40) was not rounded, a whole percentage was."""
    counted = items == maximum != 100 and score.is_integer()
    return 0.0 if counted else score.half_digit


def binomial(rng: np.random.Generator, items: int, share: float, maximum: float, size: int) -> np.ndarray:
    """``size`` draws of maximum k/items, k binomial, by exact inversion of the distribution function.

    A guide table says where in it to start.
    """
    guide, cumulative, scores = _table(items, share, maximum)
    u = rng.random(size)
    k = guide[(u * _GUIDE).astype(np.intp)]
    short = np.flatnonzero(u >= cumulative[k])
    while short.size:
        k[short] += 1
        short = short[u[short] >= cumulative[k[short]]]
    return scores[k]


@functools.lru_cache(256)
def _table(items: int, share: float, maximum: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Guide, distribution function and maximum k/items over every k near the mean.

    Near: within 12 standard deviations and 30 more.
    """
    reach = 12 * math.sqrt(items * share * (1 - share)) + 30
    k = np.arange(max(0, math.floor(items * share - reach)), min(items, math.ceil(items * share + reach)) + 1)
    step = np.log((items - k[:-1]) / (k[:-1] + 1)) + math.log(share / (1 - share))
    log_mass = np.concatenate([[0.0], np.cumsum(step)])
    cumulative = np.cumsum(np.exp(log_mass - log_mass.max()))
    cumulative /= cumulative[-1]
    guide = np.searchsorted(cumulative, np.arange(_GUIDE) / _GUIDE, side="right")
    return guide, cumulative, maximum * k / items
