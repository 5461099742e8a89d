"""The scatter of models about their curve: Student's t on the transformed score."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ceg.estimator import scaling_on_arrays
from ceg.estimator.scaling import Scale
from ceg.uncertainty.draws import CHUNK, Arm, Compute, Draws, Score
from ceg.uncertainty.gain_draws import drawn, scattered
from ceg.uncertainty.scatter import Spread, excess, pooled
from ceg.uncertainty.uncertain import Uncertain

POINTS = Scale("points")
SURE = Spread(0.0, 0)


def arm(name, log10_flop, score, width=0.0, shared=0.5, **errors):
    return Arm(
        Score(f"{name}'s score", score, **errors), Compute(name, "family", log10_flop, width, width, shared)
    )


def test_scatter_is_student_t():
    # scipy.stats.t.ppf(0.95, 4) = 2.1318; width sqrt(0.08/4)
    family = tuple(arm(n, x, s) for n, x, s in (("a", 21.0, 10.0), ("b", 22.0, 20.0), ("c", 23.0, 30.0)))
    scores, own = np.array([[10.0], [20.0], [30.0]]) + np.zeros(CHUNK), np.full(CHUNK, 25.0)
    u = Uncertain(arm("a", 21.0, 25.0), family, POINTS, (1.0,) * 3, Spread(0.08, 4))
    parts = [scattered(scores, own, u, Draws(1), i) for i in range(25)]
    assert all(e is own for _, e in parts)  # the enhanced model is as it was measured
    off = np.concatenate([moved - scores for moved, _ in parts], axis=1)
    for one in off:
        assert np.quantile(one, [0.05, 0.95]) == pytest.approx(
            [-2.1318 * 0.02**0.5, 2.1318 * 0.02**0.5], rel=0.03
        )
    # each model its own, but a draw that is wide is wide for all
    assert np.corrcoef(np.sign(off))[0, 1] == pytest.approx(0, abs=0.02)
    assert np.corrcoef(np.abs(off))[0, 1] > 0.1
    assert scattered(scores, own, replace(u, spread=SURE), Draws(1), 0) == (scores, own)


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
    seen = np.array([[20.5], [50.0], [60.0]]) + np.zeros(CHUNK)
    u = Uncertain(arm("a", 21.0, 30.0), edge, scale, (1.0,) * 3, Spread(0.5, 3))
    off = scattered(seen, np.full(CHUNK, 30.0), u, Draws(1), 0)[0] - seen
    assert off[0].std() == 0 < min(off[1].std(), off[2].std())


def test_scatter_errs_between_models_as_beyond_them():
    family = tuple(arm(n, x, s) for n, x, s in (("a", 21.0, 10.0), ("b", 22.0, 30.0), ("c", 23.0, 50.0)))
    u = Uncertain(arm("a", 21.0, 40.0), family, POINTS, (1.0,) * 3, Spread(1.0 * 1000, 1000), "linear")
    # halfway: log10 C' = 22 + (40 - b)/(c - b), so to first order its error is (b + c)/2 over 20:
    # 1/sqrt(2)/20
    low, high = drawn(u, Draws(1), 40_000)
    assert np.array_equal(low, high) and low.std() == pytest.approx(1 / math.sqrt(2) / 20, rel=0.02)


def test_excess_by_hand():
    # line through (21, 10), (22, 20), (23, 36): 22 + 13 (x - 22); residuals 1, -2, 1: RSS 6, one degree of
    # freedom
    family = [("a", 21.0, 10.0), ("b", 22.0, 20.0), ("c", 23.0, 36.0)]
    bare, noisy = ([arm(*m, se=se) for m in family] for se in (None, 1.0))
    assert excess(bare, POINTS, "linear") == Spread(pytest.approx(6), 1)
    assert excess(noisy, POINTS, "linear") == Spread(pytest.approx(5), 1)  # (3 - 2) x 1 is expected
    w = 1.6448536 * 0.01  # half of the variance is the model's own: 13^2 x 0.5 x 0.01^2
    wide = [arm(*m, width=w) for m in family]
    assert excess(wide, POINTS, "linear").excess == pytest.approx(6 - 169 * 0.5e-4, rel=1e-6)
    assert excess(bare[:2], POINTS, "linear") == Spread(0.0, 0, 0)
    assert pooled([Spread(5.0, 1), Spread(-2.0, 3)]) == Spread(3.0, 4, 2)


def test_a_family_near_chance_does_not_lower_the_spread():
    # four answers to choose from: 26% of 1000 items is within two standard errors of chance, where T' says
    # nothing
    scale = Scale(chance=25.0, items=1000)
    good = [
        arm(n, x, s, items=1000)
        for n, x, s in (("a", 21.0, 40.0), ("b", 22.0, 70.0), ("c", 23.0, 60.0), ("d", 24.0, 80.0))
    ]
    near = [
        arm(n, x, s, items=1000)
        for n, x, s in (("e", 21.0, 25.4), ("f", 22.0, 26.0), ("g", 23.0, 26.4), ("h", 24.0, 30.0))
    ]
    alone, with_it = (pooled(excess(f, scale, "logit") for f in some) for some in ([good], [good, near]))
    assert alone.excess > 0 and with_it == alone
    # far from chance a family that lies on its line does lower it
    calm = [arm(n, x, s, items=1000) for n, x, s in (("i", 21.0, 40.0), ("j", 22.0, 50.0), ("k", 23.0, 60.0))]
    both = pooled(excess(f, scale, "logit") for f in (good, calm))
    assert both.excess / both.dof < alone.excess / alone.dof and (both.dof, both.families) == (3, 2)
