"""A capability factor over benchmarks, and how it rises with compute along a family.

The logit of a score, chance taken out, is a_b (theta_m - d_b) for model m on benchmark b.
"""

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

LEAST_SIZES = 3
"""Models of different size that a family needs to have a slope."""

LEVEL = 0.9
"""Of intervals."""


class Logits(NamedTuple):
    """Logits of scores without chance, their sampling errors, and which were held; models x benchmarks."""

    value: np.ndarray
    error: np.ndarray
    held: np.ndarray


@dataclass(frozen=True)
class Yardstick:
    """What a benchmark says of theta: slope a and difficulty d; misfit: spread of its logits around these."""

    slope: np.ndarray
    difficulty: np.ndarray
    misfit: np.ndarray

    def ability(self, value: np.ndarray, error: np.ndarray, weight: np.ndarray | float = 1.0) -> np.ndarray:
        """Theta by least squares over the last axis, NaN where no benchmark speaks; weight: of benchmarks."""
        each, precise = self.each(value), self.precision(error) * weight * np.isfinite(value)
        total = precise.sum(axis=-1)
        read = (precise * np.where(np.isfinite(value), each, 0)).sum(axis=-1)
        return np.divide(read, total, out=np.full(np.shape(total), np.nan), where=total > 0)

    def each(self, value: np.ndarray) -> np.ndarray:
        """Theta by each benchmark alone."""
        return value / self.slope + self.difficulty

    def precision(self, error: np.ndarray) -> np.ndarray:
        """One over the variance of theta by each benchmark alone."""
        return self.slope**2 / (self.misfit**2 + np.nan_to_num(error) ** 2)

    def anchored(self, low: float, high: float) -> "Yardstick":
        """The same on a scale on which ``low`` is 0 and ``high`` is 1."""
        unit = high - low
        return replace(self, slope=self.slope * unit, difficulty=(self.difficulty - low) / unit)


class Slopes(NamedTuple):
    """Theta for ten times the compute, draws x families: as fitted, pooled, and the error of the latter."""

    fitted: np.ndarray
    pooled: np.ndarray
    error: np.ndarray


def logits(percent: np.ndarray, chance: np.ndarray, items: np.ndarray) -> Logits:
    """Logits of (score - chance) / (100 - chance); at chance or below held half an item above it."""
    guess, step = chance / 100, 0.5 / items / (1 - chance / 100)
    share = (percent / 100 - guess) / (1 - guess)
    held = share <= 0
    share = np.clip(share, np.where(held, step, 0), 1 - step)
    right = guess + (1 - guess) * share
    error = np.sqrt(right * (1 - right) / items) / (1 - guess) / (share * (1 - share))
    return Logits(np.log(share / (1 - share)), error, held)


def fit(value: np.ndarray, error: np.ndarray, alike: bool = True) -> Yardstick:
    """The factor by maximum likelihood, with theta normal (mean 0, variance 1) over the models.

    value, error: models x benchmarks, NaN where a score is missing. alike: every benchmark strays from theta
    equally far, sampling apart; else each has a misfit of its own.
    """
    from scipy.optimize import minimize

    known = np.isfinite(value)
    logit, noise = np.where(known, value, 0.0), np.where(known, error, 0.0) ** 2
    n = value.shape[1]

    def unpack(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return x[:n], x[n : 2 * n], np.exp(x[2 * n :]) * (x[:n] if alike else 1)

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        slope, level, misfit = unpack(x)
        variance = noise + misfit**2
        precise, residual = known / variance, np.where(known, logit - level, 0.0)
        spread = 1 / (1 + (slope**2 * precise).sum(axis=1, keepdims=True))  # of theta, given the scores
        theta = spread * (slope * residual * precise).sum(axis=1, keepdims=True)
        left = np.where(known, residual - slope * theta, 0.0)
        said = (residual**2 * precise).sum() - (theta**2 / spread).sum() - np.log(spread).sum()
        by_variance = 0.5 * (precise - precise**2 * (left**2 + slope**2 * spread))
        by_slope = (precise * (slope * spread - left * theta)).sum(axis=0)
        by_log_misfit = (2 * misfit**2 * by_variance).sum(axis=0)
        if alike:
            by_slope, by_log_misfit = by_slope + by_log_misfit / slope, by_log_misfit.sum(keepdims=True)
        gradient = np.concatenate([by_slope, -(precise * left).sum(axis=0), by_log_misfit])
        return 0.5 * (said + np.log(variance)[known].sum()), gradient

    start = np.concatenate([np.ones(n), np.nanmedian(value, axis=0), np.full(1 if alike else n, -1.0)])
    bounds = [(0.05, None)] * n + [(None, None)] * n + [(-4.0, 2.0)] * (len(start) - 2 * n)
    slope, level, misfit = unpack(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)
    return Yardstick(slope, -level / slope, misfit)


def slopes(theta: np.ndarray, log_flop: np.ndarray, family: np.ndarray) -> Slopes:
    """A line in log10 compute for each family, its slope drawn to the others' as its error asks.

    theta: draws x models, NaN where not known. family: of each model, as a number. Scatter around the lines
    is shared; the spread between families is DerSimonian and Laird's.
    """
    count, size = family.max() + 1, []
    for f in range(count):
        own = family == f
        known = np.isfinite(theta[:, own])
        x, y = np.where(known, log_flop[own], 0), np.where(known, theta[:, own], 0)
        n = known.sum(axis=1, keepdims=True)
        x, y = ((v - v.sum(axis=1, keepdims=True) / np.maximum(n, 1)) * known for v in (x, y))
        size.append([n[:, 0], (x * x).sum(axis=1), (x * y).sum(axis=1), (y * y).sum(axis=1)])
    n, xx, xy, yy = (np.array([s[i] for s in size]).T for i in range(4))
    enough = (n >= LEAST_SIZES) & (xx > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        fitted = np.where(enough, xy / xx, np.nan)
        left = np.where(enough, yy - xy**2 / xx, 0).sum(axis=1, keepdims=True)
        scatter = np.maximum(left / np.where(enough, n - 2, 0).sum(axis=1, keepdims=True), 1e-12)
        weight = np.where(enough, xx / scatter, 0)
        mean = _mean(fitted, weight)
        excess = (weight * np.nan_to_num(fitted - mean) ** 2).sum(axis=1, keepdims=True)
        excess -= enough.sum(axis=1, keepdims=True) - 1
        total = weight.sum(axis=1, keepdims=True)
        between = excess / (total - (weight**2).sum(axis=1, keepdims=True) / total)
        between = np.maximum(between, 0)
        weight = np.where(enough, 1 / (between + scatter / xx), 0)
        mean, own = _mean(fitted, weight), between * weight
        of_mean = 1 / weight.sum(axis=1, keepdims=True)
        error = np.sqrt(own * scatter / xx + (1 - own) ** 2 * of_mean)
    return Slopes(fitted, mean + own * (fitted - mean), np.where(enough, error, np.nan))


def _mean(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return (weight * np.nan_to_num(values)).sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)


def interval(draws: np.ndarray, benchmarks: int) -> tuple[float, float]:
    """The interval of ``LEVEL`` from draws of a few benchmarks: percentiles, moved out as Student's t asks.

    That is Hesterberg's (2015) expanded percentile interval; plain percentiles are too narrow for few.
    """
    from scipy.special import stdtrit

    wide = math.sqrt(benchmarks / (benchmarks - 1)) * stdtrit(benchmarks - 1, (1 + LEVEL) / 2)
    tail = NormalDist().cdf(-wide)
    low, high = np.nanquantile(draws, [tail, 1 - tail], method="nearest")  # draws may be infinite
    return float(low), float(high)
