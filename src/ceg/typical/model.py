"""The hierarchical model of log10 CEG over all comparisons, from which ``sampler`` draws.

y = mu_e + s_e (log10 C_e - 23) + u (benchmark in e) + v (family in e) + w (enhanced model) + z (biggest
unenhanced model) + r. Every effect is normal; r is Student's t with 4 degrees of freedom. y
is seen through the atoms of its comparison: values, and ends beyond which it lies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
from scipy import sparse
from scipy.special import log_ndtr, ndtri_exp

from ceg.typical.observations import Observations

WIDTH = 1.0
"""Orders of magnitude over which an open end spreads: as far as an estimate may extrapolate."""


@dataclass(frozen=True)
class Priors:
    """Scales of the priors, in orders of magnitude of compute; for s, per order of magnitude of C_e.

    An order of magnitude is a factor of ten: gains of 1x and 100x lie two apart. Spreads are half-normal.
    """

    center: float = 0.5
    """Mean of the overall mean: about 3x."""
    overall: float = 0.5
    """Standard deviation of the overall mean: from 0.3x to 30x."""
    category: float = 0.3
    """Between categories: six of them say little of it, so it is kept small."""
    enhancement: float = 0.5
    """Between the enhancements of a category."""
    benchmark: float = 0.5
    """Between the benchmarks of an enhancement in the middle."""
    unequal: float = 0.5
    """How the logarithm of that spread differs between enhancements."""
    family: float = 0.3
    """Between families of models."""
    model: float = 0.3
    """Between enhanced models."""
    baseline: float = 0.3
    """Between baselines that bound."""
    slope: float = 0.3
    """Standard deviation of the common slope with size: at 0.3 a gain doubles in an order of magnitude."""
    slopes: float = 0.3
    """Between the slopes of enhancements."""
    residual: float = 0.3
    """Scale of what is left: a model on a benchmark, beyond the error of its scores."""

    def scaled(self, **by: float) -> "Priors":
        """The same with some scales multiplied."""
        return Priors(**{f.name: getattr(self, f.name) * by.get(f.name, 1.0) for f in fields(self)})


@dataclass(frozen=True)
class Settings:
    """How much is drawn, and from which model. student: whether the residual is Student's t, or normal."""

    chains: int = 4
    warmup: int = 500
    draws: int = 3_000
    seed: int = 20231212
    width: float = WIDTH
    student: bool = True
    priors: Priors = field(default_factory=Priors)


EFFECTS = ("category", "enhancement", "slopes", "benchmark", "family", "model", "baseline")
"""What has a normal distribution about 0, each with a standard deviation of its own."""

WITHIN = ("enhancement", "slopes", "benchmark", "family")
"""Effects that no two enhancements share."""


class Design:
    """The comparisons as a regression on the overall mean, the common slope and the effects, P in all.

    - x: (n, P), sparse; ordered: its columns in the order ``order``, in which what belongs to one enhancement
      alone stands together, between ``ends``; ``wide``: some of the ends
    - block: effect -> its columns. level: effect -> level of each comparison, (n,). weight: what an effect
      counts with, the size for slopes, else 1, (n,)
    - tried: (enhancements, n), sparse; the mean over the models that an enhancement was tried on
    - enhancement: of each comparison. category: of each enhancement. of: enhancement of each benchmark
    """

    def __init__(self, o: Observations, category: Mapping[str, str]):
        names = [category[name] for name in o.names["enhancement"]]
        kinds = np.array([list(dict.fromkeys(names)).index(name) for name in names])
        e, n = o.level["enhancement"], len(o.comparison)
        self.level = {**o.level, "slopes": e, "category": kinds[e]}
        counts = {g: int(self.level[g].max()) + 1 for g in EFFECTS}
        ends = 2 + np.cumsum([0, *counts.values()])
        self.block = {g: slice(a, b) for g, a, b in zip(EFFECTS, ends, ends[1:], strict=False)}
        self.weight = {g: o.size if g == "slopes" else np.ones(n) for g in EFFECTS}
        columns = [np.zeros(n, int), np.ones(n, int), *(self.level[g] + self.block[g].start for g in EFFECTS)]
        values = [np.ones(n), o.size, *self.weight.values()]
        at = np.tile(np.arange(n), len(columns)), np.concatenate(columns)
        self.x = sparse.csr_array((np.concatenate(values), at), (n, int(ends[-1])))
        self.category, self.enhancement = kinds, e
        within = np.full(int(ends[-1]), -1)  # the enhancement of what stands within one
        for g in WITHIN:
            within[self.level[g] + self.block[g].start] = e
        self.order = np.argsort(np.where(within < 0, counts["enhancement"], within), kind="stable")
        self.ends = np.cumsum([0, *np.bincount(within[within >= 0])]).tolist()
        self.wide = [0]  # the same ends, but for some: fewer blocks take less time
        for end in self.ends[1:]:
            if end - self.wide[-1] >= 40 or end == self.ends[-1]:
                self.wide.append(end)
        self.ordered = self.x[:, self.order]
        each = np.unique(np.stack([e, self.level["model"]]), axis=1, return_inverse=True)[1].ravel()
        share = 1 / np.bincount(each)[each]  # each model of an enhancement counts alike
        share /= np.bincount(e, share)[e]
        self.tried = sparse.csr_array((share, (e, np.arange(n))), (counts["enhancement"], n))
        self.of = np.zeros(counts["benchmark"], int)
        self.of[o.level["benchmark"]] = e

    def tried_mean(self, beta: np.ndarray) -> np.ndarray:
        """Mean log10 CEG of each enhancement over the models that it was tried on, without what tests add."""
        return self.tried @ (self.x @ beta - beta[self.block["benchmark"]][self.level["benchmark"]])


class Censored:
    """What is known of y: atoms, sorted by comparison. See ``observations.Atoms``.

    The likelihood of a comparison is the mean over its atoms of what each would have alone. That is exact for
    a value with its error and for one bound. Where draws disagree on whether there is a bound at all it is a
    convention: an open end counts as if it spread over ``WIDTH``. Another width moves the results little
    (``make typical-check``).
    """

    def __init__(self, o: Observations, width: float = WIDTH):
        a = o.atoms
        self.of, self.low, self.high, self.sd = a.of, a.low, a.high, a.sd
        self.first = np.searchsorted(a.of, np.arange(len(o.comparison)))
        self.value = a.low == a.high
        span = np.where(self.value, 1.0, np.minimum(a.high - a.low, width))
        self.log_weight = np.log(a.weight / span)

    def log_likelihood(self, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """Of every atom, given the mean and the scale of each comparison's normal law, (n,) each."""
        at, value, found = mean[self.of], self.value, self.log_weight.copy()
        s = np.hypot(scale[self.of], self.sd)
        found[value] -= ((self.low - at)[value] / s[value]) ** 2 / 2 + np.log(s[value] * np.sqrt(2 * np.pi))
        low, high = ((end - at)[~value] / s[~value] for end in (self.low, self.high))
        above = low > 0
        below, reached = np.where(above, -high, low), np.where(above, -low, high)  # in the lower tail
        most = log_ndtr(reached)
        found[~value] += most + np.log1p(-np.exp(log_ndtr(below) - most))
        return found

    def log_mean(self, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """Logarithm of each comparison's likelihood, (n,)."""
        return np.logaddexp.reduceat(self.log_likelihood(mean, scale), self.first)

    def draw(
        self, rng: np.random.Generator, mean: np.ndarray, scale: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """An atom of each comparison and a value of y that it allows, (n,); and what the effects are drawn
        from: the atom's value with its error where it has one, else y without.
        """
        likely = self.log_likelihood(mean, scale) + rng.gumbel(size=self.of.size)
        chosen = np.flatnonzero(likely == np.maximum.reduceat(likely, self.first)[self.of])
        at, error, value = self.low[chosen], self.sd[chosen], self.value[chosen]
        kept = scale**2 / (scale**2 + error**2)
        y = mean + kept * (at - mean) + np.sqrt(kept) * error * rng.standard_normal(mean.size)
        low, high = (at - mean) / scale, (self.high[chosen] - mean) / scale
        above = low > 0
        a, b = np.where(above, -high, low), np.where(above, -low, high)
        u, least, greatest = rng.uniform(size=mean.size), log_ndtr(a), log_ndtr(b)
        z = np.clip(ndtri_exp(greatest + np.log(u + (1 - u) * np.exp(least - greatest))), a, b)
        y = np.where(value, y, mean + scale * np.where(above, -z, z))
        return y, np.where(value, at, y), error
