"""Intervals: hand-worked cases, what they take from the data, and the same wherever a number stands."""

import math
from dataclasses import replace

import numpy as np
import pytest
from drawn_arms import POINTS, SURE, arm
from hypothesis import given, settings
from hypothesis import strategies as st
from recorded import everything, recorded

import ceg
from ceg.estimator.gain import SAYING, Estimate, exceeds
from ceg.estimator.scaling import Scale
from ceg.evidence import assumptions
from ceg.survey import chances
from ceg.uncertainty import intervals
from ceg.uncertainty.draws import CHUNK, SEED, Arm, Draws
from ceg.uncertainty.gain_draws import chunk, drawn
from ceg.uncertainty.intervals import quantiles
from ceg.uncertainty.scatter import excess
from ceg.uncertainty.uncertain import Uncertain, uncertain


@pytest.fixture(scope="module")
def book():
    return ceg.open()


def test_compute_error_alone_by_hand():
    # the curve is certain and passes 30 at 22.5; the enhanced model's compute is 1e22 within a factor of 1.2
    curve = [arm("a", 22.0, 20.0), arm("b", 23.0, 40.0)]
    u = Uncertain(arm("m", 22.0, 30.0, math.log10(1.2)), tuple(curve), POINTS, (1.0, 1.0), SURE)
    low, high = chunk(u, Draws(1), 0)
    assert np.array_equal(low, high)
    # exact: sqrt(10) x 1.2^-1 and 1.2^1; quartiles at 0.6745/1.6449 = 0.41006 of that
    wanted = [0.5 + by * math.log10(1.2) for by in (-1, -0.41006, 0.41006, 1)]
    assert quantiles(low, (0.05, 0.25, 0.75, 0.95)) == pytest.approx(wanted, abs=0.005)
    found = intervals.of(u, Estimate(status="interpolated", ceg=math.sqrt(10)), 40_000)
    assert (found.low, found.high) == (2.6, 3.8)  # 2.635 and 3.795, outward
    assert (found.quartile_low, found.quartile_high) == (2.9, 3.5)  # 2.935 and 3.408
    # counts ask for nine in ten on one side: 1.2816/1.6449 = 0.7791 of it
    assert (found.count_low, found.count_high) == pytest.approx(
        (math.sqrt(10) * 1.2**-0.7791, math.sqrt(10) * 1.2**0.7791), rel=0.005
    )


def test_a_bound_of_two_models_by_hand(book):
    # LATS: 83.8% of 160 items against 80.1% of 161, exactly, as a sum over both binomials; compute and
    # scatter switched off
    def mass(n, p):
        return [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]

    lats = book.estimate("lats.humaneval.gpt-3-5")
    u = chances.without(chances.without(uncertain(book, lats.comparison), "fit"), "compute")
    (n, p), (m, q) = ((a.score.items, a.score.value / 100) for a in (u.enhanced, u.baselines[-1]))
    rival = np.cumsum(mass(m, q))
    exact = sum(w * rival[math.floor(k / n * m + 1e-9)] for k, w in enumerate(mass(n, p)))
    found = intervals.of(u, lats)
    at_least = drawn(u, Draws(SEED), CHUNK)[0] >= math.log10(lats.lower_bound) - 1e-9
    assert at_least.mean() == pytest.approx(exact, abs=0.02)  # rounding blurs the ties
    assert 0.75 < exact < 0.9  # so it counts for the bound at 0.5 and not at 0.9
    assert (found.high, found.count_high, found.partial) == (None, None, False)
    assert found.count_low < lats.lower_bound
    likelier = intervals.of(u, lats, probability=0.5)
    assert likelier.count_low == pytest.approx(lats.lower_bound)


def test_quantiles_are_drawn_values_away_from_the_middle():
    at = (0.05, 0.25, 0.75, 0.95)
    assert quantiles(np.arange(10.0), at) == [0, 2, 7, 9]  # 0.45, 2.25, 6.75 and 8.55
    some = np.where(np.arange(1000) < 49, np.inf, 1.0)
    assert quantiles(some, (0.95,)) == [1.0]  # 4.9% are censored
    assert quantiles(np.where(np.arange(1000) < 51, np.inf, 1.0), (0.95,)) == [np.inf]


def counted(low, high, probability):
    return intervals.lower(low, (), probability) + intervals.upper(high, (), probability)


def test_counts_by_hand():
    # ten draws: nine lie above 1 or at it, and nine at 8 or below it
    low, high = np.arange(10.0), np.arange(10.0)
    assert counted(low, high, 0.9) == [1, 8]
    assert counted(low, high, 0.5) == [5, 4]
    # three are censored above: they are above 3 surely, and below nothing
    high = np.where(low > 6, np.inf, low)
    assert counted(low, high, 0.9) == [1, np.inf]
    assert counted(low, high, 0.7) == [3, 6]


def test_the_less_is_asked_for_the_more_counts(book):
    drawn, numbers = {}, (0.5, 0.9, 0.95)
    bare = [e for e in map(book.headline, book.evidence.enhancements) if e]
    for probability in numbers:
        asked = replace(book, assumptions=book.assumptions.but(count_probability=probability))
        drawn[probability] = intervals.with_intervals(asked, bare)
    for by_half, by_nine, by_most in zip(*drawn.values(), strict=True):
        three = (by_half, by_nine, by_most)
        lows, highs = [e.count_low or 0 for e in three], [e.count_high or math.inf for e in three]
        assert lows == sorted(lows, reverse=True)
        if by_half.draws:
            assert highs == sorted(highs)
        # nothing else of an estimate depends on it
        same = {"count_low": None, "count_high": None, "assumptions": {}}
        assert replace(by_half, **same) == replace(by_nine, **same) == replace(by_most, **same)
    above, below = (
        [{e.enhancement for e in drawn[p] if exceeds(e, 5) is verdict} for p in numbers]
        for verdict in (True, False)
    )
    assert above[0] > above[1] >= above[2] and below[0] >= below[1] >= below[2]
    assert above[2] and len(above[0]) > len(above[2])


def test_ends_have_two_digits_and_never_come_nearer():
    down, up = (9.1, 9.19, 0.1234, 1234.0, 10.0), (9.1, 9.11, 0.1234, 1234.0)
    assert [intervals.outward(math.log10(v), math.floor) for v in down] == [9.1, 9.1, 0.12, 1200.0, 10.0]
    assert [intervals.outward(math.log10(v), math.ceil) for v in up] == [9.1, 9.2, 0.13, 1300.0]
    assert intervals.outward(math.inf, math.ceil) is intervals.outward(-math.inf, math.floor) is None


def test_an_error_that_nobody_states_is_assumed_and_makes_the_interval_partial(book):
    comparison = book.headline("toolformer").comparison
    u = uncertain(book, comparison)
    score = u.enhanced.score
    assert (score.assumed, score.items, score.sampled, u.partial) == (True, None, False, True)
    assert score.se == pytest.approx(book.assumptions.unknown_error / 100 * score.maximum)
    assert intervals.interval(book, comparison).partial is True
    none = replace(book, assumptions=book.assumptions.but(unknown_error=0.0))
    bare = uncertain(none, comparison)
    assert bare.partial and bare.enhanced.score.variance == pytest.approx(score.half_width**2 / 3)
    # a score whose items are known, or that has no maximum, is as it was
    for same in ("lats.humaneval.gpt-3-5", "retro.c4.retro-172m"):
        assert uncertain(none, same).enhanced == uncertain(book, same).enhanced
        assert not uncertain(book, same).enhanced.score.assumed


def test_only_bounds_across_families_on_proportions_have_a_family_s_error(book):
    across = [c.comparison for c in book.evidence.comparisons.values() if c.cross_family]
    found = [uncertain(book, c) for c in across[:20] if book.find(c)]
    assert {(u.scale.kind == "proportion", u.family_error) for u in found} <= {
        (True, book.assumptions.family_spread),
        (False, 0.0),
    }
    assert any(u.family_error for u in found) and all(u.bounds_only for u in found)
    assert uncertain(book, "chain-of-thought.gsm8k.palm-62b").family_error == 0
    linear = replace(book, assumptions=book.assumptions.but(transform="linear"))
    assert uncertain(linear, found[0].enhanced and across[0]).family_error == 0  # it was measured in logits


def test_another_run_widens_the_interval(book):
    name = "retro.c4.retro-172m"
    other = replace(book, assumptions=book.assumptions.but(enhanced_run="another"))
    assert (uncertain(book, name).another_run, uncertain(other, name).another_run) == (False, True)
    one, more = (intervals.interval(b, name) for b in (book, other))
    assert one.high / one.low != more.high / more.low


def test_the_same_on_every_page_and_beside_any_other(book):
    page = ceg.open(enhancements=["majority-voting"])
    estimates = book.estimate_all("majority-voting")
    together = intervals.with_intervals(book, book.estimate_all("minerva") + estimates)[-len(estimates) :]
    assert intervals.with_intervals(page, page.estimate_all("majority-voting")) == together
    one = next(e for e in together if e.ceg)
    found = intervals.interval(page, one.comparison)
    assert (found.low, found.high, found.count_low) == (one.low, one.high, one.count_low)


def test_every_headline_lies_in_its_interval(book):
    headlines = [book.headline(e) for e in book.evidence.enhancements]
    closed = 0
    for e in intervals.with_intervals(book, filter(None, headlines)):
        if e.status not in SAYING:
            assert not e.draws
            assert {getattr(e, f) for f in ("low", "high", "count_low", "count_high", "partial")} == {None}
            continue
        low, count_low, quartile_low = (v or 0 for v in (e.low, e.count_low, e.quartile_low))
        high, count_high, quartile_high = (v or math.inf for v in (e.high, e.count_high, e.quartile_high))
        assert low <= count_low <= quartile_low * (1 + 0.1) and quartile_high <= count_high * (1 + 0.1)
        assert low < high and count_high <= high
        if e.ceg is not None:
            assert low < e.ceg < high, e.comparison
        closed += low > 0 and high < math.inf
        assert e.draws == CHUNK
        assert e.status != "bound" or e.upper_bound or e.high is None or "flat_baseline" in e.flags
    assert closed >= 3


def test_read_off_charged_cost_and_rule_reach_the_draws(book):
    enhanced = uncertain(book, "webgpt.truthfulqa-truthful-informative.gpt-3-13b").enhanced
    assert enhanced.score.half_width == book.evidence.results[enhanced.score.name].readoff_error
    charged = replace(book, assumptions=book.assumptions.but(charge_finetuning=True))
    name = next(
        k for k, c in book.evidence.comparisons.items() if c.one_time_cost == "star.gpt-j-6b.one-time"
    )
    cost = book.evidence.costs["star.gpt-j-6b.one-time"]
    widths = (cost.value - cost.low, cost.high - cost.value)
    assert uncertain(charged, name).enhanced.compute.charged == (
        cost.cost,
        cost.value,
        *map(pytest.approx, widths),
    )
    assert uncertain(book, name).enhanced.compute.charged is None
    by_6nd = replace(book, assumptions=book.assumptions.but(compute_rule="6nd", width_6nd=1.5))
    widths = [uncertain(b, "verifier.gsm8k.gpt-3-6-7b").enhanced.compute.up for b in (book, by_6nd)]
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
    assert shown - plain == {f"assumption {k}" for k in (*assumptions.ERRORS, *assumptions.COUNTING)}


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
        spread = excess(models, scale, "logit")
        u = Uncertain(of("m0", 21.0, own), models, scale, (1.0,) * len(models), spread, furthest=1.0)
        return chunk(u, Draws(1, 500), 0)

    for one, other in zip(ends(100.0), ends(maximum), strict=True):
        for q in (0.05, 0.95):
            (here,), (there,) = quantiles(one, (q,)), quantiles(other, (q,))
            assert here == there or here == pytest.approx(there, abs=0.01)
