"""Models of comparisons that are drawn, for tests of draws and of intervals."""

from ceg.estimator.scaling import Scale
from ceg.uncertainty.draws import Arm, Compute, Score
from ceg.uncertainty.scatter import Spread

POINTS = Scale("points")
SURE = Spread(0.0, 0)
"""No scatter."""


def arm(name, log10_flop, score, width=0.0, shared=0.5, **errors):
    """A model of the one family, with its score."""
    return Arm(
        Score(f"{name}'s score", score, **errors), Compute(name, "family", log10_flop, width, width, shared)
    )
