"""How far models lie off the line of their family: estimated from residuals, and drawn.

A model's true score does not lie on the line through its family. The scatter is what the residuals have
beyond the known errors; drawn, it moves every model up or down, so that a curve through few models errs
between them as it does beyond them.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ceg.estimator.scaling import Scale
from ceg.estimator.scaling_on_arrays import Scales
from ceg.uncertainty.draws import Arm, Draws


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


def scattered(
    s: np.ndarray,
    baselines: Sequence[Arm],
    scale: Scale,
    transform: str,
    spread: Spread,
    streams: Draws,
    index: int,
) -> np.ndarray:
    """Drawn scores (n, size) with every model off the edges moved by its own error in T.

    The errors are Student t, of the spread's width. The models of a draw share the t's divisor, since it is
    the width that is not known. Scores at or beyond an edge stay.
    """
    if spread.excess <= 0:
        return s
    half = spread.dof / 2
    rng = streams.generator("spread", "\0".join(a.score.name for a in baselines), index)
    sd = math.sqrt(spread.excess / spread.dof) * np.sqrt(half / rng.standard_gamma(half, streams.size))
    scales, moved = Scales.of(scale), s.copy()
    for i, arm in enumerate(baselines):
        if scale.at_edge(scale.oriented(arm.score.value)) is None:
            moved[i] = scales.raised(s[i], sd * streams.normal("scatter", arm.score.name, index), transform)
    return moved
