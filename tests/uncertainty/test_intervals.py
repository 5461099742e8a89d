"""Intervals: hand-worked cases, the same draws wherever a number stands, and coverage."""

import math
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recorded import everything, recorded

import ceg
from ceg.estimator import gain, gain_on_arrays, scaling_on_arrays
from ceg.estimator.gain import Estimate, exceeds
from ceg.estimator.gain_on_arrays import log10_required
from ceg.estimator.scaling import Scale
from ceg.evidence import assumptions
from ceg.uncertainty import intervals
from ceg.uncertainty.draws import CHUNK, Arm, Compute, Draws, Score
from ceg.uncertainty.intervals import Uncertain
from ceg.uncertainty.scatter import Spread

POINTS = Scale("points")
SURE = Spread(0.0, 0)


def arm(name, log10_flop, score, width=0.0, shared=0.5, **errors):
    return Arm(
        Score(f"{name}'s score", score, **errors), Compute(name, "family", log10_flop, width, width, shared)
    )


@pytest.fixture(scope="module")
def book():
    return ceg.open()


def test_what_a_family_shares_cancels():
    width, family = math.log10(2), [("a", 21.0, 10.0), ("b", 22.0, 20.0), ("c", 23.0, 40.0)]
    models = [arm(n, x, s, width, shared=1.0) for n, x, s in family]
    enhanced = Arm(Score("e", 30.0), models[0].compute)
    u = Uncertain(enhanced, tuple(models), POINTS, (1.0,) * 3, SURE)
    assert intervals.chunk(u, Draws(1), 0) == pytest.approx(np.full(CHUNK, 1.5))


def test_compute_error_alone_by_hand():
    # the curve is certain and passes 30 at 22.5; the enhanced model's compute is 1e22 within a factor of 1.2
    curve = [arm("a", 22.0, 20.0), arm("b", 23.0, 40.0)]
    u = Uncertain(arm("m", 22.0, 30.0, math.log10(1.2)), tuple(curve), POINTS, (1.0, 1.0), SURE)
    low, q1, q3, high = intervals.quantiles(intervals.chunk(u, Draws(1), 0))
    # exact: sqrt(10) x 1.2^-1 and 1.2^1; quartiles at 0.6745/1.6449 = 0.41006 of that
    assert (low, high) == pytest.approx((math.sqrt(10) / 1.2, math.sqrt(10) * 1.2), rel=0.01)
    assert (q1, q3) == pytest.approx((math.sqrt(10) * 1.2**-0.41006, math.sqrt(10) * 1.2**0.41006), rel=0.01)


def test_a_bound_of_two_models_by_hand(book):
    # LATS: 83.8% of 160 items against 80.1% of 161, exactly, as a sum over both binomials
    def mass(n, p):
        return [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]

    u = intervals.uncertain(book, "lats.humaneval.gpt-3-5")
    (n, p), (m, q) = ((a.score.items, a.score.value / 100) for a in (u.enhanced, u.baselines[-1]))
    rival = np.cumsum(mass(m, q))
    exact = sum(w * rival[math.floor(k / n * m + 1e-9)] for k, w in enumerate(mass(n, p)))
    found = intervals.interval(book, "lats.humaneval.gpt-3-5")
    assert found.bound_probability == pytest.approx(exact, abs=0.02)  # rounding blurs the ties
    assert (found.high, found.sure_bound, found.partial) == (None, None, False)
    assert found.low is None  # of a lead that is not counted there is nothing to be at least
    assert exceeds(book.estimate("lats.humaneval.gpt-3-5"), 5) is True
    (with_interval,) = intervals.with_intervals(book, [book.estimate("lats.humaneval.gpt-3-5")])
    assert exceeds(with_interval, 5) is None  # less probable than 0.9


def test_a_bound_counts_from_nine_in_ten():
    bound = Estimate(status="bound", lower_bound=8.0)
    assert [exceeds(replace(bound, bound_probability=p), 5) for p in (0.89, 0.9, None)] == [None, True, True]


def test_draws_without_a_rising_curve_are_kept_as_infinite():
    flat = [arm(n, x, 50.0, items=100, half_width=0.5) for n, x in (("a", 21.0), ("b", 22.0), ("c", 23.0))]
    u = Uncertain(arm("a", 21.0, 90.0, items=100), tuple(flat), Scale(items=100), (1.0,) * 3, SURE)
    drawn = intervals.chunk(u, Draws(1), 0)
    assert drawn.shape == (CHUNK,) and not np.isnan(drawn).any()
    assert np.mean(drawn == np.inf) == pytest.approx(0.5, abs=0.02)  # a slope of no sign
    low, _, _, high = intervals.quantiles(drawn)
    assert low > 100 and high is None
    assert intervals.quantiles(np.where(np.arange(CHUNK) < 0.049 * CHUNK, np.inf, 1.0))[3] == 10
    below = replace(u, enhanced=arm("a", 21.0, 5.0, items=100))
    assert intervals.quantiles(intervals.chunk(below, Draws(1), 0))[0] is None  # every model scores more


def test_excess_by_hand():
    # line through (21, 10), (22, 20), (23, 36): 22 + 13 (x - 22); residuals 1, -2, 1: RSS 6, one degree of
    # freedom
    family = [("a", 21.0, 10.0), ("b", 22.0, 20.0), ("c", 23.0, 36.0)]
    bare, noisy = ([arm(*m, se=se) for m in family] for se in (None, 1.0))
    assert intervals.excess(bare, POINTS, "linear") == Spread(pytest.approx(6), 1)
    assert intervals.excess(noisy, POINTS, "linear") == Spread(pytest.approx(5), 1)  # (3 - 2) x 1 is expected
    w = 1.6448536 * 0.01  # half of the variance is the model's own: 13^2 x 0.5 x 0.01^2
    wide = [arm(*m, width=w) for m in family]
    assert intervals.excess(wide, POINTS, "linear").excess == pytest.approx(6 - 169 * 0.5e-4, rel=1e-6)
    assert intervals.excess(bare[:2], POINTS, "linear") == Spread(0.0, 0, 0)
    assert intervals.pooled([Spread(5.0, 1), Spread(-2.0, 3)]) == Spread(3.0, 4, 2)


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
    alone, with_it = (
        intervals.pooled(intervals.excess(f, scale, "logit") for f in some) for some in ([good], [good, near])
    )
    assert alone.excess > 0 and with_it == alone
    # far from chance a family that lies on its line does lower it
    calm = [arm(n, x, s, items=1000) for n, x, s in (("i", 21.0, 40.0), ("j", 22.0, 50.0), ("k", 23.0, 60.0))]
    both = intervals.pooled(intervals.excess(f, scale, "logit") for f in (good, calm))
    assert both.excess / both.dof < alone.excess / alone.dof and (both.dof, both.families) == (3, 2)


def test_an_end_far_beyond_every_model_is_open():
    u = Uncertain(
        arm("a", 21.0, 30.0), (arm("b", 20.0, 10.0), arm("c", 23.0, 20.0)), POINTS, (1.0, 1.0), SURE
    )
    drawn = np.linspace(-5, 6, CHUNK)  # 5%: -4.45, 25%: -2.25, 75%: 3.25, 95%: 5.45
    low, q1, q3, high = intervals.ends(u, drawn)
    assert (low, high) == (None, None)  # b is at -1, c at 2: a thousandfold beyond is -4 and 5
    assert (math.log10(q1), math.log10(q3)) == pytest.approx((-2.25, 3.25), abs=1e-3)


def test_ends_have_two_digits_and_never_come_nearer():
    outward = intervals._outward
    assert [outward(v, math.floor) for v in (9.1, 9.19, 0.1234, 1234.0, 10.0)] == [
        9.1,
        9.1,
        0.12,
        1200.0,
        10.0,
    ]
    assert [outward(v, math.ceil) for v in (9.1, 9.11, 0.1234, 1234.0, None)] == [
        9.1,
        9.2,
        0.13,
        1300.0,
        None,
    ]


def test_a_lead_without_items_is_not_known(book):
    assert [intervals.lead(p, known) for p, known in ((1.0, False), (0.95, True), (0.7, False))] == [
        None,
        0.95,
        0.7,
    ]
    found = intervals.interval(book, book.headline("toolformer").comparison)
    assert (found.bound_probability, found.sure_bound, found.partial) == (None, None, True)


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
    scale = Scale(items=400)
    point = gain_on_arrays.gains(x, s, xe, e, scale, **chosen, min_points=2, max_extrapolation_oom=1e9)
    drawn = log10_required(x[:, None], s[:, None], e, scaling_on_arrays.Scales.of(scale), **chosen) - xe
    if not np.isnan(point.log10_ceg[0]) and not (fit_first and "flat_baseline" in point.names(0)[1]):
        assert drawn == pytest.approx(point.log10_ceg, abs=1e-9)


@pytest.mark.slow
def test_the_same_whoever_works_it_out(book):
    u = intervals.uncertain(book, "chain-of-thought.gsm8k.palm-62b")
    alone = [intervals.chunk(u, Draws(7), i) for i in range(4)]
    backwards = [intervals.chunk(u, Draws(7, cached=0), i) for i in reversed(range(4))][::-1]
    with ThreadPoolExecutor(4) as threads:
        threaded = list(threads.map(partial(intervals.chunk, u, Draws(7)), range(4)))
    with ProcessPoolExecutor(2, get_context("spawn")) as workers:
        spawned = list(workers.map(_seventh, [u] * 4, range(4)))
    for other in (backwards, threaded, spawned):
        assert all(np.array_equal(a, b) for a, b in zip(alone, other, strict=True))
    assert np.array_equal(
        np.concatenate(alone), intervals.draws(book, "chain-of-thought.gsm8k.palm-62b", 40_000, 7)
    )
    assert not np.array_equal(alone[0], alone[1])


def _seventh(u, index):
    return intervals.chunk(u, Draws(7), index)


def test_the_same_on_every_page_and_beside_any_other(book):
    page = ceg.open(enhancements=["majority-voting"])
    estimates = book.estimate_all("majority-voting")
    together = intervals.with_intervals(book, book.estimate_all("minerva") + estimates)[-len(estimates) :]
    assert intervals.with_intervals(page, page.estimate_all("majority-voting")) == together
    one = next(e for e in together if e.ceg)
    found = intervals.interval(page, one.comparison)
    assert (found.low, found.high, found.share_unbounded) == (one.low, one.high, one.share_unbounded)


def test_every_headline_lies_in_its_interval(book):
    headlines = [book.headline(e) for e in book.evidence.enhancements]
    for e in intervals.with_intervals(book, filter(None, headlines)):
        if e.ceg is not None:
            assert (
                (e.low or 0)
                <= (e.quartile_low or 0)
                < e.ceg
                < (e.quartile_high or math.inf)
                <= (e.high or math.inf)
            )
        elif e.status == "bound" and e.bound_probability is None:
            assert e.partial and e.sure_bound is None and e.low <= e.lower_bound
        elif e.status == "bound":
            assert 0 < e.bound_probability <= 1
            assert e.low is None if e.bound_probability < gain.PROBABLE else e.low <= e.lower_bound
            assert (e.sure_bound or 0) <= e.lower_bound * (1 + 1e-5)
            assert (e.sure_bound is None) == (e.bound_probability < 0.95) or e.sure_bound < e.lower_bound
        else:
            assert (e.low, e.high, e.bound_probability) == (None, None, None)


def test_read_off_charged_cost_and_rule_reach_the_draws(book):
    enhanced = intervals.uncertain(book, "webgpt.truthfulqa-truthful-informative.gpt-3-13b").enhanced
    assert enhanced.score.half_width == book.evidence.results[enhanced.score.name].readoff_error
    charged = replace(book, assumptions=book.assumptions.but(charge_finetuning=True))
    name = next(
        k for k, c in book.evidence.comparisons.items() if c.one_time_cost == "star.gpt-j-6b.one-time"
    )
    cost = book.evidence.costs["star.gpt-j-6b.one-time"]
    widths = (cost.value - cost.low, cost.high - cost.value)
    assert intervals.uncertain(charged, name).enhanced.compute.charged == (
        cost.cost,
        cost.value,
        *map(pytest.approx, widths),
    )
    assert intervals.uncertain(book, name).enhanced.compute.charged is None
    by_6nd = replace(book, assumptions=book.assumptions.but(compute_rule="6nd", width_6nd=1.5))
    widths = [intervals.uncertain(b, "verifier.gsm8k.gpt-3-6-7b").enhanced.compute.up for b in (book, by_6nd)]
    assert [10**w for w in widths] == pytest.approx([1.05, 1.5])


@pytest.mark.slow
def test_widths_touch_no_estimate_and_only_pages_with_intervals(book):
    wide = replace(book, assumptions=book.assumptions.but(width_6nd=1.5))
    estimate = book.estimate("wizardmath.gsm8k.llama-2-13b")
    assert wide.estimate(estimate.comparison) == estimate
    narrow, broad = (intervals.interval(b, estimate.comparison) for b in (book, wide))
    assert broad.high / broad.low > narrow.high / narrow.low
    opened = (
        "import ceg\nbook = ceg.open(enhancements=['wizardmath'])\nfound = book.estimate_all('wizardmath')\n"
    )
    plain, shown = map(everything, recorded(opened, f"{opened}ceg.with_intervals(book, found)"))
    assert shown - plain == {f"assumption {k}" for k in assumptions.ERRORS}


FAMILY = st.lists(st.integers(1, 999), min_size=3, max_size=5, unique=True).map(sorted)


@settings(max_examples=15)
@given(FAMILY, st.integers(1, 999), st.sampled_from([None, 40, 1319]), st.sampled_from([1.0, 40.0]))
def test_the_interval_is_the_same_in_percent_in_fractions_and_out_of_forty(shares, own, items, maximum):
    def ends(top: float) -> tuple:
        def of(name: str, x: float, share: int) -> Arm:
            errors = {"half_width": top * 5e-4, "items": items, "maximum": top}
            return arm(name, x, share / 1000 * top, math.log10(1.2), **errors)

        models = tuple(of(f"m{i}", 21.0 + i, share) for i, share in enumerate(shares))
        scale = Scale(maximum=top, items=items, half_digit=top * 5e-4)
        spread = intervals.excess(models, scale, "logit")
        u = Uncertain(of("m0", 21.0, own), models, scale, (1.0,) * len(models), spread)
        return intervals.quantiles(intervals.chunk(u, Draws(1, 500), 0))

    percent = ends(100.0)
    assert [e is None for e in ends(maximum)] == [e is None for e in percent]
    assert [e or 0 for e in ends(maximum)] == pytest.approx([e or 0 for e in percent], rel=0.02)
