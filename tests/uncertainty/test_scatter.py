"""The scatter of models about their curve: Student's t on the transformed score."""

import math

import numpy as np
import pytest

from ceg.estimator import scaling_on_arrays
from ceg.estimator.scaling import Scale
from ceg.uncertainty import intervals, scatter
from ceg.uncertainty.draws import CHUNK, Arm, Compute, Draws, Score
from ceg.uncertainty.intervals import Uncertain
from ceg.uncertainty.scatter import Spread

POINTS = Scale("points")
SURE = Spread(0.0, 0)


def arm(name, log10_flop, score, width=0.0, shared=0.5, **errors):
    return Arm(
        Score(f"{name}'s score", score, **errors), Compute(name, "family", log10_flop, width, width, shared)
    )


def test_scatter_is_student_t():
    # scipy.stats.t.ppf(0.95, 4) = 2.1318; width sqrt(0.08/4)
    family = tuple(arm(n, x, s) for n, x, s in (("a", 21.0, 10.0), ("b", 22.0, 20.0), ("c", 23.0, 30.0)))
    scores = np.array([[10.0], [20.0], [30.0]]) + np.zeros(CHUNK)
    parts = [
        scatter.scattered(scores, family, POINTS, "logit", Spread(0.08, 4), Draws(1), i) for i in range(10)
    ]
    off = np.concatenate([p - scores for p in parts], axis=1)
    for one in off:
        assert np.quantile(one, [0.05, 0.95]) == pytest.approx(
            [-2.1318 * 0.02**0.5, 2.1318 * 0.02**0.5], rel=0.03
        )
    # each model its own, but a draw that is wide is wide for all
    assert np.corrcoef(np.sign(off))[0, 1] == pytest.approx(0, abs=0.02)
    assert np.corrcoef(np.abs(off))[0, 1] > 0.1
    assert scatter.scattered(scores, family, POINTS, "logit", SURE, Draws(1), 0) is scores


def test_scatter_moves_t_and_leaves_the_edges():
    scale, by = Scale(chance=20.0, items=400), np.array([0.7, -0.7, 0.3, 900.0])
    s = np.array([60.0, 30.0, 20.0, 50.0])
    scales = scaling_on_arrays.Scales.of(scale)
    moved = scales.raised(s, by, "logit")
    assert scales.transform(moved, "logit")[:2] == pytest.approx(scales.transform(s, "logit")[:2] + by[:2])
    assert moved[2:] == pytest.approx([20.0, 100.0])
    loss = scaling_on_arrays.Scales.of(Scale("perplexity", higher_is_better=False))
    assert -np.log(-loss.raised(np.array([-8.0]), 0.5, "logit")) == pytest.approx(-np.log(8) + 0.5)
    assert scales.raised(s, 1.0, "linear") == pytest.approx(s + 1)
    edge = (arm("a", 21.0, 20.0), arm("b", 22.0, 50.0), arm("c", 23.0, 60.0))
    drawn = np.array([[20.5], [50.0], [60.0]]) + np.zeros(CHUNK)
    off = scatter.scattered(drawn, edge, scale, "logit", Spread(0.5, 3), Draws(1), 0) - drawn
    assert off[0].std() == 0 < min(off[1].std(), off[2].std())


def test_scatter_errs_between_models_as_beyond_them():
    family = tuple(arm(n, x, s) for n, x, s in (("a", 21.0, 10.0), ("b", 22.0, 30.0), ("c", 23.0, 50.0)))
    u = Uncertain(arm("a", 21.0, 40.0), family, POINTS, (1.0,) * 3, Spread(4.0 * 1000, 1000), "linear")
    # halfway: log10 C' = 22 + (40 - b)/(c - b), so to first order its error is (b + c)/2 over 20:
    # 2/sqrt(2)/20
    assert intervals.chunk(u, Draws(1), 0).std() == pytest.approx(2 / math.sqrt(2) / 20, rel=0.05)
