"""An enhancement or comparison over all specifications: quantiles, and shares of statuses and verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ceg.multiverse import conclusions
from ceg.multiverse.outcomes import BOUND, Outcomes
from ceg.multiverse.variance_shares import weights_of

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Of the points, each with the weight of its specifications."""


@dataclass(frozen=True)
class Distribution:
    """Shares of specifications, and quantiles of the points.

    Point, bound and no_estimate sum to 1, as do exceeds, undetermined, below and no_estimate. outcomes: how
    many different ones there are. quantiles (``QUANTILES``), least and greatest are of the points, as CEG;
    None without points.
    """

    name: str
    outcomes: int
    point: float
    bound: float
    no_estimate: float
    quantiles: tuple[float | None, ...]
    least: float | None
    greatest: float | None
    exceeds: float
    undetermined: float
    below: float


def distribution(
    name: str, made: Outcomes, weights: Sequence[Sequence[float]], threshold: float
) -> Distribution:
    """What becomes of one comparison, or median, in all specifications; verdicts are against a threshold."""
    w = weights_of(weights, made.status.shape).ravel()
    ceg = made.log10_ceg.ravel()
    point = ~np.isnan(ceg)
    verdict = conclusions.exceeds(made, threshold).ravel()
    different = np.unique(
        np.round(
            np.stack([made.status.ravel(), *(_filled(v) for v in (ceg, made.log10_lower, made.log10_upper))]),
            9,
        ),
        axis=1,
    )
    return Distribution(
        name,
        different.shape[1],
        point=float(w[point].sum()),
        bound=float(w[made.status.ravel() == BOUND].sum()),
        no_estimate=float(w[~made.says.ravel()].sum()),
        quantiles=tuple(None if q is None else 10**q for q in quantiles(ceg[point], w[point], QUANTILES)),
        least=float(10 ** ceg[point].min()) if point.any() else None,
        greatest=float(10 ** ceg[point].max()) if point.any() else None,
        exceeds=float(w[verdict == conclusions.EXCEEDS].sum()),
        undetermined=float(w[verdict == conclusions.OPEN].sum()),
        below=float(w[verdict == conclusions.BELOW].sum()),
    )


def quantiles(values: np.ndarray, weights: np.ndarray, at: Sequence[float]) -> tuple[float | None, ...]:
    """The least value up to which at least this share of the weight lies; None without values."""
    if not values.size:
        return (None,) * len(at)
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return tuple(float(values[order][np.argmax(reached >= q - 1e-9)]) for q in at)


def _filled(values: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(values), -999.0, values).ravel()
