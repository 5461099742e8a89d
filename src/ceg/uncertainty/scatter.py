"""How far models lie off the line of their family, estimated from residuals.

A model's true score does not lie on the line through its family. The scatter is what the residuals have
beyond the known errors.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ceg.estimator.scaling import Scale
from ceg.uncertainty.draws import Arm


@dataclass(frozen=True)
class Spread:
    """Squared residuals of T about a family's line beyond what known errors explain, and degrees of freedom.

    The known errors are drawn already: with the full residuals the intervals of simulated extrapolations
    were too wide. ``families``: how many the sum is over.
    """

    excess: float
    dof: int
    families: int = 1


def excess(baselines: Sequence[Arm], scale: Scale, transform: str) -> Spread:
    """The residual sum of squares of a family less its expected value from scores and compute, and n - 2.

    E[RSS] = sum (1 - leverage) (T'^2 var(score) + slope^2 var(own log10 C)), over the models that stay off
    the edges when their score errs by two standard errors: nearer to one, T' is no measure of what an error
    does.
    """
    t, se = scale.transform(transform), [math.sqrt(a.score.variance) for a in baselines]
    rows = [(a.compute, scale.oriented(a.score.value), e) for a, e in zip(baselines, se, strict=True)]
    rows = [r for r in rows if all(scale.at_edge(r[1] + by * r[2]) is None for by in (-2, 0, 2))]
    if len({c.log10_flop for c, _, _ in rows}) < 3:
        return Spread(0.0, 0, 0)
    x, y = np.array([c.log10_flop for c, _, _ in rows]), np.array([t(s) for _, s, _ in rows])
    dx = x - x.mean()
    sxx = (dx**2).sum()
    slope = (dx * y).sum() / sxx
    rss = ((y - y.mean() - slope * dx) ** 2).sum()
    scores = [((t(s + e * 1e-3) - t(s - e * 1e-3)) / 2e-3) ** 2 for _, s, e in rows]
    known = np.array(scores) + slope**2 * np.array([c.own_variance for c, _, _ in rows])
    return Spread(float(rss - ((1 - 1 / len(x) - dx**2 / sxx) * known).sum()), len(x) - 2)


def pooled(spreads: Iterable[Spread]) -> Spread:
    """Sums of squares and degrees of freedom of several families together."""
    spreads = list(spreads)
    return Spread(
        sum(s.excess for s in spreads), sum(s.dof for s in spreads), sum(s.families for s in spreads)
    )
