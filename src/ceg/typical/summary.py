"""What the posterior says of each enhancement: its typical gain on a new benchmark, spread, losses, slope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ceg.typical.observations import LEFT_OUT, REFERENCE, Observations

STUDENT = 4.0
"""Degrees of freedom of the residual."""

KEPT = 500
"""Draws of the posterior that are kept for predictions."""

REPEATED = 20
"""Predictions from each draw of the posterior."""

DECIMALS = 3
"""Of kept draws, in orders of magnitude: less than half a percent of a gain."""

SIZES = tuple(range(20, 27))
"""log10 FLOP of enhanced models for which a new comparison is foretold."""

SHARED = ("family", "model", "baseline", "residual")
"""Spreads that all enhancements have in common, beside those of benchmarks."""


@dataclass(frozen=True)
class Posterior:
    """Draws of what predictions need, d of them.

    mu: mean log10 CEG of an enhancement over the models that it was tried on, each alike. slope: with log10
    FLOP. spread: standard deviation between benchmarks; each (d, enhancements). shared: name (``SHARED``) ->
    standard deviation, of the residual its scale, (d,).
    """

    enhancement: tuple[str, ...]
    mu: np.ndarray
    slope: np.ndarray
    spread: np.ndarray
    shared: Mapping[str, np.ndarray]

    @classmethod
    def of(cls, enhancement: Sequence[str], drawn: Mapping[str, np.ndarray]) -> "Posterior":
        """From the sampler's draws, (chains, draws, ...) each."""
        flat = {name: v.reshape(-1, *v.shape[2:]) for name, v in drawn.items()}
        shared = {name: flat[f"sd_{name}"] for name in SHARED}
        return cls(tuple(enhancement), flat["mu"], flat["slopes"], flat["spread"], shared)

    def thinned(self, kept: int = KEPT) -> "Posterior":
        """Equally spaced draws."""
        some = (np.arange(kept) + 0.5) / kept * len(self.mu)
        i = some.astype(int)
        shared = {name: v[i] for name, v in self.shared.items()}
        return Posterior(self.enhancement, self.mu[i], self.slope[i], self.spread[i], shared)

    def between(self, enhancement: str) -> np.ndarray:
        """Standard deviation between benchmarks, (d,)."""
        return self.spread[:, self.enhancement.index(enhancement)]

    def new_benchmark(self, enhancement: str, size: float = 0.0, seed: int = 0) -> np.ndarray:
        """Predicted log10 CEG on a new benchmark, (d * REPEATED,).

        size: log10 FLOP of the model beyond those that were tried. The mix of domains is that of the
        benchmarks that were tried, as their spread is.
        """
        e = self.enhancement.index(enhancement)
        rng = np.random.default_rng([seed, e])
        mean = self.mu[:, e] + self.slope[:, e] * size
        drawn = rng.standard_normal((REPEATED, mean.size))
        return (mean + self.between(enhancement) * drawn).ravel()

    def new_comparison(self, enhancement: str, size: float = 0.0, seed: int = 0) -> np.ndarray:
        """The same for a new model of a new family on a new benchmark, without the error of its scores."""
        e, shape = self.enhancement.index(enhancement), (REPEATED, len(self.mu))
        rng = np.random.default_rng([seed, e, 1])
        other = np.sqrt(sum(self.shared[k] ** 2 for k in ("family", "model", "baseline")))
        own = other * rng.standard_normal(shape)
        own += self.shared["residual"] * rng.standard_t(STUDENT, shape)
        return self.new_benchmark(enhancement, size, seed) + own.ravel()


def by_size(posterior: Posterior, table: pd.DataFrame) -> pd.DataFrame:
    """What the model expects of a new comparison by the enhanced model's compute, before any is seen.

    A new model of a new family on a new test. Columns: enhancement, log10_flop (``SIZES``), and the gain with
    its 50% and 90% ranges as CEGs. table: as ``summary`` gives it, for the compute of the models tried.
    """
    rows = []
    for name in posterior.enhancement:
        for size in SIZES:
            new = posterior.new_comparison(name, size - table["log10_flop"][name])
            rows.append({"enhancement": name, "log10_flop": size} | _gains("comparison", new))
    return pd.DataFrame(rows)


def summary(
    o: Observations, posterior: Posterior, category: Mapping[str, str], thresholds: Sequence[float]
) -> pd.DataFrame:
    """A row for each enhancement that has comparisons; missing where none of them is in the fit. Index
    ``enhancement``.

    thresholds: CEGs, for the probability that the median gain is above.
    """
    counted = {name for name, _ in o.left_out}
    fitted = o.names["enhancement"]
    rows = []
    for name in category:
        if name in fitted or name in counted:
            row = {"enhancement": name, "category": category[name]} | _counts(o, name)
            if name in posterior.enhancement:
                row |= _said(posterior, name, thresholds)
            rows.append(row)
    return pd.DataFrame(rows).set_index("enhancement")


def _counts(o: Observations, name: str) -> dict[str, float]:
    """Comparisons in the fit, what they are of, mean log10 FLOP of the models, and comparisons left out."""
    e = o.names["enhancement"].index(name) if name in o.names["enhancement"] else -1
    own = o.level["enhancement"] == e
    groups = {
        f"{g}s".replace("ys", "ies"): len(set(o.level[g][own])) for g in ("benchmark", "family", "model")
    }
    left = {f"left_out_{r}".replace(" ", "_"): o.left_out[name, r] for r in LEFT_OUT}
    of_fitted = {}
    if own.any():
        each = pd.Series(o.size[own]).groupby(o.level["model"][own]).mean()  # of a model, once
        of_fitted = {"share_bounds": float(o.bound[own].mean()), "log10_flop": float(each.mean()) + REFERENCE}
    return {"comparisons": int(own.sum())} | groups | {k: round(v, 3) for k, v in of_fitted.items()} | left


def _said(p: Posterior, name: str, thresholds: Sequence[float]) -> dict[str, float]:
    """What the posterior says of an enhancement; gains as CEGs, spread and slope in orders of magnitude."""
    e = p.enhancement.index(name)
    mu, new = p.mu[:, e], p.new_benchmark(name)
    found = {
        **_gains("typical", new),
        **_gains("median", mu),
        **_gains("comparison", p.new_comparison(name)),
        **_numbers("spread", p.between(name)),
        **_numbers("slope", p.slope[:, e]),
        "p_loss": float((new < 0).mean()),
    }
    found |= {f"p_above_{t:g}x": float((mu > np.log10(t)).mean()) for t in thresholds}
    return {key: float(f"{value:.4g}") for key, value in found.items()}


def _gains(key: str, log10_ceg: np.ndarray) -> dict[str, float]:
    """Median, 50% and 90% intervals as CEGs."""
    ends = ("_low", "_quartile_low", "", "_quartile_high", "_high")
    values = 10 ** np.quantile(log10_ceg, (0.05, 0.25, 0.5, 0.75, 0.95))
    return {f"{key}{end}": float(v) for end, v in zip(ends, values, strict=True)}


def _numbers(key: str, values: np.ndarray) -> dict[str, float]:
    """Median and 90% interval."""
    return dict(
        zip(
            (f"{key}_low", key, f"{key}_high"),
            map(float, np.quantile(values, (0.05, 0.5, 0.95))),
            strict=True,
        )
    )
