"""Scales, bounds, the isotonic curve and the straight line: hand-worked, and against scipy."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression
from scipy.stats import linregress

from ceg.estimator.scaling import Point, Scale, bounds, isotonic, line, reach


def points(*pairs):
    return [Point(c, s) for c, s in pairs]


def test_logit_takes_chance_out():
    # q = (62.5 - 25)/(100 - 25) = 0.5, whose logit is 0
    assert Scale(chance=25, items=1000).transform("logit")(62.5) == pytest.approx(0)


def test_logit_is_held_within_h():
    # h = 0.5/(99 + 1) = 0.005: logit(0.005) = ln(0.005/0.995) = -5.2933
    t = Scale(items=99).transform("logit")
    assert t(0) == pytest.approx(-5.2933, abs=5e-5)
    assert t(100) == pytest.approx(5.2933, abs=5e-5)


def test_unknown_items_use_half_the_last_digit():
    # scores printed to 0.1 percent: h = 0.05/100
    assert Scale(half_digit=0.05).edge == pytest.approx(0.0005)


@pytest.mark.parametrize(
    ("kind", "score", "transformed"),
    [
        ("bits", 0.8, -0.8),
        ("nats", 2.0, -2.0),
        ("perplexity", math.e, -1.0),
        ("elo", 1200, 1200),
        ("points", 30, 30),
    ],
)
def test_other_scales(kind, score, transformed):
    scale = Scale(kind, higher_is_better=kind in ("elo", "points"))
    assert scale.transform("logit")(scale.oriented(score)) == pytest.approx(transformed)


def test_linear_is_untransformed():
    scale = Scale("perplexity", higher_is_better=False)
    assert scale.transform("linear")(scale.oriented(7.5)) == -7.5


def test_edges_are_flagged():
    scale = Scale(chance=25, items=100)
    assert scale.at_edge(25) == "floor" == scale.at_edge(10)
    assert scale.at_edge(100) == "ceiling"
    assert scale.at_edge(60) is None


def test_error_rate_is_turned_round():
    scale = Scale(higher_is_better=False, chance=75, items=100)  # 75% errors by chance
    assert scale.oriented(20) == 80
    assert scale.at_edge(scale.oriented(100)) == "floor"


def test_bad_scale_says_what_is_allowed():
    with pytest.raises(ValueError, match="it must be one of proportion"):
        Scale("percent")
    with pytest.raises(ValueError, match="below the maximum"):
        Scale(chance=100)


def test_bounds_by_hand():
    # GSM8K, PaLM with chain of thought at 62B: 29.9 beats the plain 540B's 17.9
    family = points((4.04e22, 4.9), (2.98e23, 9.6), (2.53e24, 17.9))
    below, above = bounds(Point(2.98e23, 29.9), family)
    assert (below.flop, above) == (2.53e24, None)
    below, above = bounds(Point(2.98e23, 12.0), family)
    assert (below, above.flop) == (None, 2.53e24)


def test_a_tie_gives_both_bounds():
    below, above = bounds(Point(1, 20.0), points((2, 20.0)))
    assert below == above == Point(2, 20.0)


def test_isotonic_pools_violators_by_weight():
    pooled = isotonic([Point(1, 10, weight=1), Point(2, 30, weight=1), Point(3, 20, weight=3), Point(4, 40)])
    assert pooled == [(1, 10), (2, 22.5), (3, 22.5), (4, 40)]  # (30 + 3 * 20)/4


@given(
    st.lists(st.tuples(st.floats(0, 100), st.integers(1, 1000)), min_size=1, max_size=12),
)
def test_isotonic_equals_scipy(pairs):
    ours = isotonic([Point(10.0 ** (20 + i), s, weight=float(w)) for i, (s, w) in enumerate(pairs)])
    theirs = isotonic_regression([s for s, _ in pairs], weights=[w for _, w in pairs]).x
    assert [f for _, f in ours] == pytest.approx(list(theirs), abs=1e-9)


def test_reach_interpolates_in_log_compute_and_transformed_score():
    # logit(0.2) = -1.3863, logit(0.5) = 0, logit(0.3) = -0.8473: share 0.3888 of one decade from 1e22
    curve = [(1e22, 20.0), (1e23, 50.0)]
    t = Scale(items=1000).transform("logit")
    assert reach(curve, 30.0, t) == (pytest.approx(22.3888, abs=5e-5), tuple(curve))
    assert reach(curve, 20.0, t) == (22, (curve[0],))
    assert reach(curve, 50.0, t) == (23, (curve[1],))
    assert reach(curve, 19.9, t) is None
    assert reach(curve, 50.1, t) is None


def test_reach_takes_the_smallest_compute_of_a_plateau():
    curve = [(1e21, 10.0), (1e22, 30.0), (1e23, 30.0)]
    assert reach(curve, 30.0, lambda s: s)[0] == 22


def test_line_by_hand():
    # (0, 1), (1, 2), (2, 6) in log10 C: slope 5/2, intercept 3 - 5/2 = 1/2, residuals 0.5, -1, 0.5: rss 1.5
    fit = line(points((1, 1), (10, 2), (100, 6)), lambda s: s)
    assert (fit.slope, fit.intercept) == pytest.approx((2.5, 0.5))
    assert fit.slope_se == pytest.approx(math.sqrt(1.5 / 1 / 2))
    assert fit.rises


def test_line_takes_the_larger_error():
    exact = [Point(1, 10, se=3), Point(10, 11, se=3), Point(100, 12, se=3)]  # no residual
    fit = line(exact, lambda s: s)
    assert fit.slope_se == pytest.approx(3 / math.sqrt(2))  # sqrt(sum((x - 1)/2 * 3)^2)
    assert not fit.rises


def test_line_needs_two_computes():
    assert line(points((1, 1), (1, 2)), lambda s: s) is None


@given(st.lists(st.tuples(st.floats(18, 26), st.floats(-50, 50)), min_size=3, max_size=9))
def test_line_equals_scipy(pairs):
    x = [round(a, 2) for a, _ in pairs]
    y = [round(b, 2) for _, b in pairs]
    assume(np.ptp(x) > 0.5 and np.ptp(y) > 0)
    ours = line([Point(10**a, b) for a, b in zip(x, y, strict=True)], lambda s: s)
    theirs = linregress(x, y)
    assert ours.slope == pytest.approx(theirs.slope, abs=1e-6)
    assert ours.intercept == pytest.approx(theirs.intercept, abs=1e-4)
    assert ours.slope_se == pytest.approx(
        theirs.stderr, abs=1e-4
    )  # scipy's own rounding where the fit is exact


@given(st.floats(0.01, 5), st.floats(-3, 3), st.floats(18, 26))
def test_invert_of_predict_is_identity(slope, intercept, x):
    fit = line([Point(10.0**c, intercept + slope * c) for c in (18, 21, 26)], lambda s: s)
    assert fit.invert(fit.predict(x)) == pytest.approx(x, abs=1e-6)
