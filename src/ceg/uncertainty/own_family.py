"""One's own numbers, which the book's data does not have, made ready for intervals."""

import math
from collections.abc import Sequence

from ceg.estimator.scaling import Point, Scale
from ceg.evidence.csv_cells import Printed
from ceg.uncertainty.draws import Arm, Compute, Score, rounding
from ceg.uncertainty.scatter import excess
from ceg.uncertainty.uncertain import Uncertain


def uncertain(
    points: Sequence[Point],
    scores: Sequence[Printed],
    items: Sequence[int | None],
    scale: Scale,
    transform: str = "logit",
    *,
    furthest: float = 0.0,
    bounds_only: bool = False,
    estimate_order: str = "interpolate_first",
    extrapolate_from: str = "edge",
) -> Uncertain:
    """The enhanced model, which comes first, and its baselines with the errors of their scores.

    points: with oriented scores, each of another name; compute is taken as exact. scores: as printed. The
    sampling error is binomial on the items, else the point's standard error. The spread is that of these
    baselines. The other arguments are as in ``Uncertain``.
    """
    arms = [
        Arm(
            Score(
                str(p.name), float(s), rounding(s, n, scale.maximum), n, None if n else p.se, scale.maximum
            ),
            Compute(str(p.name), "", math.log10(p.flop)),
        )
        for p, s, n in zip(points, scores, items, strict=True)
    ]
    models, weights = tuple(arms[1:]), tuple(p.weight for p in points[1:])
    spread = excess(models, scale, transform)
    return Uncertain(
        arms[0],
        models,
        scale,
        weights,
        spread,
        transform,
        estimate_order,
        extrapolate_from,
        furthest=furthest,
        bounds_only=bounds_only,
    )
