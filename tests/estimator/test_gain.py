"""The CEG: hand-worked cases of each status, and the properties it must have."""

import dataclasses
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ceg.estimator.gain import Estimate, exceeds, gain
from ceg.estimator.scaling import Point, Scale

PERCENT = Scale(items=1000)
FAMILY = [Point(1e21, 10.0), Point(1e22, 20.0), Point(1e23, 40.0)]


def test_interpolated_by_hand():
    # logit(0.3) lies 0.5498 of the way from logit(0.2) to logit(0.4): 10^0.5498 = 3.546 logits: 0.2
    # -1.386294, 0.3 -0.847298, 0.4 -0.405465; (1.386294 - 0.847298)/(1.386294 - 0.405465) = 0.549531
    found = gain(Point(1e22, 30.0), FAMILY, PERCENT)
    assert found.status == "interpolated"
    assert found.ceg == pytest.approx(10**0.549531, rel=1e-5)
    assert (found.lower_bound, found.upper_bound) == (None, 10.0)
    assert found.extrapolation_oom == 0.0


def test_extrapolated_from_the_edge_by_hand():
    # points (21, 10), (22, 20), (23, 40) linear: slope 15 a decade; from (23, 40) up to 46: 0.4 decades
    found = gain(Point(1e22, 46.0), FAMILY, PERCENT, transform="linear")
    assert found.status == "extrapolated"
    assert found.ceg == pytest.approx(10**1.4)
    assert found.extrapolation_oom == pytest.approx(0.4)
    assert found.lower_bound == pytest.approx(10)


def test_extrapolated_from_the_line_by_hand():
    # the line is 23.33 + 15 (x - 22); it reaches 46 at 22 + 22.667/15 = 23.5111
    found = gain(Point(1e22, 46.0), FAMILY, PERCENT, transform="linear", extrapolate_from="line")
    assert found.ceg == pytest.approx(10**1.51111, rel=1e-4)


def test_line_that_breaks_a_bound_is_flagged():
    # slope 39/5 = 7.8 +- 0.99: the line is 23 + 7.8 (x - 21.5) and reaches 34 at 22.91, below the 1e23 that
    # scores 33
    concave = [Point(1e20, 10.0), Point(1e21, 20.0), Point(1e22, 29.0), Point(1e23, 33.0)]
    found = gain(Point(1e22, 34.0), concave, PERCENT, transform="linear", extrapolate_from="line")
    assert found.ceg == pytest.approx(10 ** (11 / 7.8 - 0.5))
    assert found.flags == ("breaks_bound",)
    assert gain(Point(1e22, 34.0), concave, PERCENT, transform="linear").flags == ()


def test_too_far_is_a_bound():
    found = gain(Point(1e22, 90.0), FAMILY, PERCENT, transform="linear")
    assert (found.status, found.ceg, found.lower_bound) == ("bound", None, 10)


def test_two_models_are_a_bound_unless_two_suffice():
    two = [Point(2.578e24, 46.9, se=4), Point(2.1e25, 80.1, se=3)]
    assert gain(Point(2.578e24, 83.8), two, Scale(items=160)).status == "bound"
    assert gain(Point(2.578e24, 83.8), two, Scale(items=160), min_points=2).status == "extrapolated"


def test_flat_baseline_is_flagged_and_not_counted():
    flat = [Point(1e21, 25.0), Point(1e22, 20.0), Point(1e23, 22.0)]
    found = gain(Point(1e21, 33.0), flat, PERCENT)
    assert (found.status, found.lower_bound) == ("bound", pytest.approx(100))
    assert "flat_baseline" in found.flags
    assert exceeds(found, 5) is None


def test_not_meaningful_when_no_model_is_comparable():
    assert gain(Point(1e24, 50.0), FAMILY, PERCENT, bounds_only=True).status == "not-meaningful"


def test_reversal_beyond_noise_is_inconsistent():
    family = [Point(1e22, 60.0, se=1), Point(1e23, 40.0, se=1)]
    found = gain(Point(1e21, 50.0), family, PERCENT)
    assert (found.status, found.ceg) == ("inconsistent", None)
    assert found.lower_bound > found.upper_bound


def test_reversal_within_noise_is_flagged_and_the_upper_bound_wins():
    family = [Point(1e21, 10.0, se=2), Point(1e22, 51.0, se=2), Point(1e23, 49.0, se=2)]
    found = gain(Point(1e20, 50.0), family, PERCENT)
    assert found.status == "interpolated"
    assert "non_monotone" in found.flags
    assert found.lower_bound == pytest.approx(10) and found.upper_bound == pytest.approx(100)


def test_other_families_give_bounds_only():
    found = gain(Point(1e22, 30.0), FAMILY, PERCENT, bounds_only=True)
    assert (found.status, found.ceg, found.upper_bound) == ("bound", None, 10)


def test_below_one_is_a_result():
    assert gain(Point(1e22, 15.0), FAMILY, PERCENT).ceg < 1


def test_needs_a_baseline_and_compute():
    with pytest.raises(ValueError, match="at least one baseline"):
        gain(Point(1e22, 15.0), [], PERCENT)
    with pytest.raises(ValueError, match="above 0"):
        gain(Point(0, 15.0), FAMILY, PERCENT)


def test_exceeds_by_what_the_draws_say():
    def drawn(low, high, status="interpolated", **more):
        return Estimate(status=status, count_low=low, count_high=high, draws=4000, **more)

    # above its low end, at most its high end, with the probability that counts ask for; either may be open
    assert exceeds(drawn(6.0, 20.0), 5) is True
    assert exceeds(drawn(5.0, 20.0), 5) is None  # as much is not more
    assert exceeds(drawn(2.0, 5.0), 5) is False
    assert exceeds(drawn(2.0, 5.1), 5) is None
    assert exceeds(drawn(6.0, None), 5) is True
    assert exceeds(drawn(None, 4.0), 5) is False
    assert exceeds(drawn(None, None), 5) is None


@pytest.mark.parametrize("status", ["interpolated", "extrapolated", "bound"])
def test_points_and_bounds_count_by_one_rule(status):
    numbers = {"ceg": None, "lower_bound": 99.0} if status == "bound" else {"ceg": 99.0, "lower_bound": 1.0}
    for low, high, verdict in ((6.0, None, True), (2.0, 9.0, None), (None, 4.0, False)):
        made = Estimate(status=status, count_low=low, count_high=high, draws=4000, **numbers)
        assert exceeds(made, 5) is verdict
        assert exceeds(dataclasses.replace(made, flags=("flat_baseline",)), 5) is None


def test_nothing_counts_without_draws():
    for number in ({"ceg": 6.0, "status": "interpolated"}, {"lower_bound": 6.0, "status": "bound"}):
        with pytest.raises(ValueError, match="with_intervals"):
            exceeds(Estimate(**number), 5)
    # where there is no number, there is nothing to draw
    assert exceeds(Estimate(status="inconsistent", lower_bound=9.0, upper_bound=2.0), 5) is None


def test_between_a_model_at_the_floor_and_another_is_a_bound():
    # T of none right is held, so how far between 1e21 and 1e22 the 10% lies cannot be read
    family = [Point(1e21, 0.0), Point(1e22, 20.0), Point(1e23, 40.0)]
    for more in ({}, {"transform": "linear"}):
        found = gain(Point(1e20, 10.0), family, PERCENT, **more)
        assert (found.status, found.ceg, found.steps.way) == ("bound", None, "held")
        assert [flop for flop, _ in found.steps.ends] == [1e21, 1e22]
        assert (found.lower_bound, found.upper_bound) == pytest.approx((10, 100))
    above = gain(Point(1e20, 30.0), family, PERCENT)
    assert (above.status, above.steps.way) == ("interpolated", "between")
    # and the same below all right
    full = [Point(1e21, 20.0), Point(1e22, 60.0), Point(1e23, 100.0)]
    found = gain(Point(1e20, 80.0), full, PERCENT)
    assert (found.status, found.steps.way) == ("bound", "held")
    assert (found.lower_bound, found.upper_bound) == pytest.approx((100, 1000))


families = st.lists(
    st.tuples(st.integers(190, 260), st.integers(5, 995)), min_size=1, max_size=8, unique_by=lambda p: p[0]
).map(lambda pairs: [Point(10 ** (c / 10), s / 10, se=1.5) for c, s in sorted(pairs)])
rising = families.map(
    lambda f: [Point(p.flop, s, p.se) for p, s in zip(f, sorted({q.score for q in f}), strict=False)]
)


@given(rising, st.data())
def test_one_at_a_point_of_a_monotone_family(family, data):
    enhanced = data.draw(st.sampled_from(family))
    found = gain(enhanced, family, PERCENT)
    assert found.status == "interpolated"
    assert found.ceg == pytest.approx(1)


@given(families, st.integers(190, 260), st.integers(1, 999), st.sampled_from(["logit", "linear"]))
def test_estimate_lies_inside_its_bounds(family, compute, score, transform):
    found = gain(Point(10 ** (compute / 10), score / 10), family, PERCENT, transform=transform)
    if found.ceg is not None:
        assert (found.lower_bound or 0) <= found.ceg * (1 + 1e-9)
        assert found.ceg <= (found.upper_bound or math.inf) * (1 + 1e-9)
    if found.status == "bound" and found.lower_bound and found.upper_bound:
        assert found.lower_bound <= found.upper_bound


@given(rising.filter(lambda f: len(f) > 3), st.integers(1, 998), st.integers(1, 999))
def test_non_decreasing_in_the_enhanced_score(family, a, b):
    low, high = sorted((a / 10, b / 10))
    found = [gain(Point(1e20, s), family, PERCENT, max_extrapolation_oom=1e9) for s in (low, high)]
    if all(e.ceg is not None for e in found):
        assert found[0].ceg <= found[1].ceg * (1 + 1e-9)


@given(families, st.integers(1, 999), st.floats(1e-6, 1e6))
def test_unchanged_when_all_compute_is_multiplied(family, score, k):
    one = gain(Point(1e21, score / 10), family, PERCENT)
    other = gain(Point(1e21 * k, score / 10), [Point(p.flop * k, p.score, p.se) for p in family], PERCENT)
    assume(all(abs(math.log10(p.flop) - 21) > 1e-6 for p in family))
    assert other.status == one.status
    assert (other.ceg or 0) == pytest.approx(one.ceg or 0, rel=1e-6)


@given(families, st.integers(1, 999))
def test_unchanged_when_scores_are_fractions(family, score):
    one = gain(Point(1e21, score / 10), family, PERCENT)
    as_fraction = [Point(p.flop, p.score / 100, p.se / 100) for p in family]
    other = gain(Point(1e21, score / 10 / 100), as_fraction, Scale(maximum=1.0, items=1000))
    assert other.status == one.status
    assert (other.ceg or 0) == pytest.approx(one.ceg or 0, rel=1e-6)


@given(rising, st.data())
def test_line_gives_one_only_if_the_family_lies_on_it(family, data):
    assume(len(family) >= 3)
    on_line = [Point(p.flop, 2 * math.log10(p.flop), 0.0) for p in family]
    enhanced = data.draw(st.sampled_from(on_line))
    found = gain(enhanced, on_line, Scale("points"), estimate_order="fit_first", extrapolate_from="line")
    assert found.ceg == pytest.approx(1)


def test_line_deviates_for_a_bent_family():
    found = gain(
        FAMILY[1], FAMILY, PERCENT, transform="linear", estimate_order="fit_first", extrapolate_from="line"
    )
    # 23.33 + 15 (x - 22) reaches 20 at 21.7778: CEG 10^-0.2222 = 0.5995, where interpolation gives 1
    assert found.ceg == pytest.approx(0.5995, abs=5e-5)
