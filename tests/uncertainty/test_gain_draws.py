"""Draws of a gain: what every one of them leaves open, by hand and for any family."""

import math
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest
from drawn_arms import POINTS, SURE, arm
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import ceg
from ceg.estimator import gain_on_arrays
from ceg.estimator.gain import Estimate, exceeds
from ceg.estimator.gain_on_arrays import DrawnCurves
from ceg.estimator.scaling import Scale
from ceg.estimator.scaling_on_arrays import Scales
from ceg.uncertainty import gain_draws, intervals
from ceg.uncertainty.draws import CHUNK, Arm, Draws, Score
from ceg.uncertainty.scatter import Spread
from ceg.uncertainty.uncertain import Uncertain, uncertain

PERCENT = Scale(items=400)


@pytest.fixture(scope="module")
def book():
    return ceg.open()


# --- by hand --------------------------------------------------------------------------------------


def test_what_a_family_shares_cancels():
    width, family = math.log10(2), [("a", 21.0, 10.0), ("b", 22.0, 20.0), ("c", 23.0, 40.0)]
    models = [arm(n, x, s, width, shared=1.0) for n, x, s in family]
    enhanced = Arm(Score("e", 30.0), models[0].compute)
    u = Uncertain(enhanced, tuple(models), POINTS, (1.0,) * 3, SURE)
    for end in gain_draws.chunk(u, Draws(1), 0):
        assert end == pytest.approx(np.full(CHUNK, 1.5))


def test_a_level_family_decides_nothing():
    flat = [arm(n, x, 50.0, items=100, half_width=0.5) for n, x in (("a", 21.0), ("b", 22.0), ("c", 23.0))]
    u = Uncertain(arm("a", 21.0, 90.0, items=100), tuple(flat), Scale(items=100), (1.0,) * 3, SURE)
    low, high = gain_draws.chunk(u, Draws(1), 0)
    open_low, open_high = low == -np.inf, high == np.inf
    assert open_low.mean() == pytest.approx(0.5, abs=0.02)  # a slope of no sign
    assert np.array_equal(low[~open_low], np.full((~open_low).sum(), 2.0))  # above c, by a slope or not
    assert open_high.all()
    found = intervals.of(u, Estimate(status="bound", lower_bound=100.0))
    assert (found.low, found.high, found.count_low, found.count_high) == (None,) * 4


def test_another_run_is_drawn_with_the_scatter_of_the_same_weights():
    family = tuple(arm(n, x, s) for n, x, s in (("a", 21.0, 10.0), ("b", 22.0, 30.0), ("c", 23.0, 50.0)))
    spread, half = Spread(4.0 * 1000, 1000), replace(family[1], score=Score("e", 40.0))
    u = Uncertain(half, family, POINTS, (1.0,) * 3, spread, "linear")
    _, s, _, e = gain_draws.sample(u, Draws(1), 0)
    moved, same = gain_draws.scattered(s, e, u, Draws(1), 0)
    assert np.array_equal(e, same)
    moved, own = gain_draws.scattered(s, e, replace(u, another_run=True), Draws(1), 0)
    assert own - e == pytest.approx(moved[1] - s[1])  # the model that is enhanced is b
    stranger = replace(u, another_run=True, enhanced=arm("d", 22.0, 40.0))
    _, own = gain_draws.scattered(s, e, stranger, Draws(1), 0)
    assert own.std() == pytest.approx(2, rel=0.05)
    assert np.corrcoef(own, moved[1])[0, 1] == pytest.approx(0, abs=0.05)


def test_another_family_is_moved_together():
    family = tuple(arm(n, x, s, items=1000) for n, x, s in (("a", 21.0, 30.0), ("b", 22.0, 60.0)))
    enhanced = arm("e", 21.0, 50.0, items=1000)
    u = Uncertain(enhanced, family, PERCENT, (1.0,) * 2, SURE, bounds_only=True, family_error=0.5)
    _, s, _, e = gain_draws.sample(u, Draws(1), 0)
    moved, _ = gain_draws.scattered(s, e, u, Draws(1), 0)
    t = Scales.of(PERCENT).transform(moved, "logit") - Scales.of(PERCENT).transform(s, "logit")
    assert t[0] == pytest.approx(t[1]) and t[0].std() == pytest.approx(0.5, rel=0.05)
    # b scores at least 50% unless it is moved by logit(0.5) - logit(0.6) = -0.4055: 0.81 of 0.5
    low, high = gain_draws.chunk(u, Draws(1), 0)
    assert (low == 1).mean() == pytest.approx(0.21, abs=0.02)  # the normal's 0.2087; items hardly widen it
    # a at 30% would have to rise by 0.8473: 1.69 of 0.5
    assert (high == 0).mean() == pytest.approx(0.05, abs=0.02)


# --- for any family -------------------------------------------------------------------------------

models = st.tuples(st.integers(190, 215), st.integers(5, 195))


@given(
    st.lists(models, min_size=3, max_size=7, unique_by=lambda m: m[0]),
    models,
    st.sampled_from(["edge", "line"]),
    st.booleans(),
)
def test_without_errors_a_draw_is_the_estimate(family, enhanced, start, fit_first):
    chosen = {"extrapolate_from": start, "estimate_order": "fit_first" if fit_first else "interpolate_first"}
    # a jitter, so that no score is exactly another: ties are a matter of rounding
    x, s = np.array([(c / 10, v / 2 + 0.137 * math.sin(c)) for c, v in family]).T
    xe, e = np.array([enhanced[0] / 10]), np.array([enhanced[1] / 2 + 0.05])
    point = gain_on_arrays.gains(x, s, xe, e, PERCENT, **chosen, min_points=2, max_extrapolation_oom=1e9)
    curves = DrawnCurves.of(x[:, None], s[:, None], e, Scales.of(PERCENT))
    ends = curves.required(**chosen, furthest=1e9)
    if np.polyfit(x, Scales.of(PERCENT).transform(s, "logit"), 1)[0] < -1e-9:
        assert (*ends,) == (-np.inf, np.inf)
        return
    flags = set(point.names(0)[1])
    # a point is held to what was observed; a draw, which is of the curve alone, is not
    apart = {"held_to_bound", "flat_baseline"} if fit_first else {"held_to_bound"}
    if not np.isnan(point.log10_ceg[0]) and not flags & apart:
        for end in ends:
            assert end - xe == pytest.approx(point.log10_ceg, abs=1e-9)


SHARES = st.lists(st.integers(1, 99), min_size=1, max_size=5)
"""Scores of a family in percent, from the smallest model to the largest."""
OWN = st.integers(0, 100)
ERRORS = st.sampled_from([SURE, Spread(0.3, 2)])
FURTHEST = st.sampled_from([0.0, 1.0])


def drawn(shares, own, spread=SURE, furthest=0.0, by=0.0, part=None) -> Uncertain:
    """A family a decade apart, the smallest enhanced; compute raised by so much.

    part: normal errors of the scores and errors of compute, of so many times their usual size.
    """
    errors = {"items": 400} if part is None else {"se": 2.5 * part}
    width = math.log10(1.2) * (1.0 if part is None else part)
    family = tuple(arm(f"m{i}", 21.0 + i + by, float(v), width, **errors) for i, v in enumerate(shares))
    enhanced = Arm(Score("own", float(own), **errors), family[0].compute)
    return Uncertain(enhanced, family, PERCENT, (1.0,) * len(family), spread, furthest=furthest)


def surely_and_perhaps(u: Uncertain, at) -> np.ndarray:
    """The shares of the draws that are surely above each CEG, and that may be."""
    ends = gain_draws.chunk(u, Draws(3, 400), 0)
    return np.array([[(end > x).mean() for x in at] for end in ends])


AT = np.linspace(-3, 7, 21)
ANY = settings(max_examples=40)


@ANY
@given(SHARES, OWN, ERRORS, FURTHEST)
def test_probabilities_fall_with_the_threshold_and_verdicts_with_them(shares, own, spread, furthest):
    u = drawn(shares, own, spread, furthest)
    surely, perhaps = surely_and_perhaps(u, AT)
    assert (np.diff(surely) <= 0).all() and (np.diff(perhaps) <= 0).all()
    assert (surely <= perhaps).all()
    for probability in (0.5, 0.9):
        found = intervals.of(u, Estimate(status="bound"), 400, Draws(3, 400), probability)
        made = intervals.filled(Estimate(status="bound"), found)
        verdicts = [exceeds(made, 10**x) for x in AT]
        # decided by the two probabilities, whatever the status
        assert verdicts == [
            True if low >= probability else False if high <= 1 - probability + 1e-9 else None
            for low, high in zip(surely, perhaps, strict=True)
        ]
        assert [{True: 1, None: 0, False: -1}[v] for v in verdicts] == sorted(
            ({True: 1, None: 0, False: -1}[v] for v in verdicts), reverse=True
        )


@ANY
@given(SHARES, OWN, OWN, ERRORS, FURTHEST)
def test_probabilities_rise_with_the_enhanced_score(shares, one, other, spread, furthest):
    less, more = (surely_and_perhaps(drawn(shares, v, spread, furthest), AT) for v in sorted((one, other)))
    assert (less <= more).all()


@ANY
@given(SHARES, OWN, ERRORS, FURTHEST, st.floats(-8, 8))
def test_nothing_changes_when_all_compute_is_scaled(shares, own, spread, furthest, by):
    assume(len(set(shares)) > 1)  # the sign of a level family's slope is that of a rounding error
    here, there = (
        gain_draws.chunk(drawn(shares, own, spread, furthest, by=b), Draws(3, 400), 0) for b in (0, by)
    )
    for one, other in zip(here, there, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)


@ANY
@given(st.integers(1, 99), st.integers(2, 5), OWN, st.sampled_from([0.5, 0.9, 0.95]))
def test_a_family_held_flat_never_exceeds_anything(share, n, own, probability):
    exact = tuple(arm(f"m{i}", 21.0 + i, float(share)) for i in range(n))
    u = Uncertain(arm("own", 21.0, float(own)), exact, PERCENT, (1.0,) * n, SURE, furthest=1.0)
    low, high = gain_draws.chunk(u, Draws(1, 100), 0)
    assert (low == -np.inf).all() and (high == np.inf).all()
    found = intervals.of(u, Estimate(status="bound", lower_bound=10.0), 100, Draws(1, 100), probability)
    assert (found.count_low, found.count_high) == (None, None)
    rising = drawn([10, 20, 40], 99, furthest=1.0)
    counted = intervals.filled(Estimate(status="bound"), intervals.of(rising, Estimate(status="bound")))
    assert exceeds(counted, 1) is True
    assert exceeds(replace(counted, flags=("flat_baseline",)), 1) is None


@ANY
@given(st.lists(st.integers(1, 45), min_size=2, max_size=5, unique=True).map(sorted), st.integers(50, 95))
def test_the_low_end_rises_to_the_observed_bound_as_errors_go(shares, own):
    bound = len(shares) - 1  # decades from the smallest model to the last, which the score beats
    lows = []
    for part in (1.0, 0.5, 0.1, 0.001):
        u = drawn(shares, own, Spread(0.3 * part**2, 2), part=part)
        low, high = gain_draws.chunk(u, Draws(3, 400), 0)
        lows.append(intervals.quantiles(low, (0.05,))[0])
        assert intervals.quantiles(high, (0.95,))[0] == np.inf
    assert lows == sorted(lows)
    assert lows[-1] <= bound and lows[-1] == pytest.approx(bound, abs=1e-3)


@ANY
@given(st.lists(models, min_size=2, max_size=6, unique_by=lambda m: m[0]), st.integers(5, 195), FURTHEST)
def test_a_draw_whose_line_does_not_rise_is_open_at_both_ends(family, own, furthest):
    x, s = np.array([(c / 10, v / 2) for c, v in family]).T
    slope = np.polyfit(x, Scales.of(PERCENT).transform(s, "logit"), 1)[0]
    curves = DrawnCurves.of(x[:, None], s[:, None], np.array([own / 2]), Scales.of(PERCENT))
    low, high = curves.required(furthest=furthest)
    if slope < -1e-9:
        assert (low[0], high[0]) == (-np.inf, np.inf)
    elif slope > 1e-9:
        assert np.isfinite(low[0]) or np.isfinite(high[0])


# --- who works them out ---------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_whoever_works_it_out(book):
    u = uncertain(book, "chain-of-thought.gsm8k.palm-62b")
    alone = [gain_draws.chunk(u, Draws(7), i) for i in range(4)]
    backwards = [gain_draws.chunk(u, Draws(7, cached=0), i) for i in reversed(range(4))][::-1]
    with ThreadPoolExecutor(4) as threads:
        threaded = list(threads.map(partial(gain_draws.chunk, u, Draws(7)), range(4)))
    with ProcessPoolExecutor(2, get_context("spawn")) as workers:
        spawned = list(workers.map(_seventh, [u] * 4, range(4)))
    for other in (backwards, threaded, spawned):
        assert all(np.array_equal(a, b) for a, b in zip(alone, other, strict=True))
    together = gain_draws.draws(book, "chain-of-thought.gsm8k.palm-62b", 4 * CHUNK, 7)
    assert np.array_equal(np.concatenate(alone, axis=1), np.array(together))
    assert not np.array_equal(alone[0], alone[1])


def _seventh(u, index):
    return gain_draws.chunk(u, Draws(7), index)
