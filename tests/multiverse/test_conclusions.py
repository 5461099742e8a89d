"""Verdicts and shares of conclusions, worked out by hand."""

import dataclasses
import math

import numpy as np
import pytest

from ceg.estimator import gain
from ceg.estimator.gain import STATUSES, Estimate
from ceg.multiverse import conclusions
from ceg.multiverse.outcomes import Outcomes
from ceg.multiverse.specifications import Factor

CODE = {name: STATUSES.index(name) for name in STATUSES}


def toy(ceg, lower=None, upper=None, flat=False, status=None) -> Outcomes:
    ceg, lower, upper = (
        np.log10(np.array(v, float)) if v is not None else np.full(np.shape(ceg), np.nan)
        for v in (ceg, lower, upper)
    )
    codes = (
        np.where(np.isnan(ceg), CODE["bound"], CODE["interpolated"]) if status is None else np.array(status)
    )
    codes = np.where(np.isnan(ceg) & np.isnan(lower) & np.isnan(upper), CODE["not-available"], codes)
    # sure of what is said: a point is above what is less than it, a bound above what is less than the bound
    count_low = np.where(np.isnan(ceg), np.where(np.isnan(lower), -np.inf, lower), ceg)
    count_high = np.where(np.isnan(ceg), np.where(np.isnan(upper), np.inf, upper), ceg)
    return Outcomes(codes, ceg, lower, upper, np.full(ceg.shape, flat), count_low, count_high)


NAN = math.nan
THREE = tuple(
    Factor((k,), tuple((i,) for i in range(n)), (1 / n,) * n) for k, n in (("a", 2), ("b", 2), ("c", 3))
)


def test_shares_of_a_conclusion_by_hand():
    # a: 8 or 3; b and c change nothing of it. The second: 6 or (b = 1) only a bound; c = 2 leaves it out.
    first = toy([[[8.0]], [[3.0]]])
    second = toy([[[6, 6, NAN], [NAN, NAN, NAN]]], lower=[[[NAN, NAN, NAN], [4, 4, NAN]]])
    each = [conclusions.exceeds(o, 5) for o in (first, second)]
    assert each[0].ravel().tolist() == [1, -1]
    assert each[1].tolist() == [[[1, 1, -2], [0, 0, -2]]]
    c = conclusions.Conclusion("most", "", "", THREE, conclusions.more_than_half(each))
    # a = 0: both exceed (b = 0, c < 2) holds; one of two and one open (b = 1, c < 2) undetermined; alone
    # (c = 2) holds.
    # a = 1: one of two is no more than half: fails; none and one open fails too; alone below (c = 2) fails.
    assert c.verdict.tolist() == [[[1, 1, 1], [0, 0, 1]], [[-1, -1, -1], [-1, -1, -1]]]
    assert [c.share(w) for w in conclusions.SHARES] == pytest.approx([1 / 3, 1 / 6, 1 / 2])
    assert c.share("holds", a=0) == pytest.approx(2 / 3)
    assert c.share("undetermined", a=0, b=1) == pytest.approx(2 / 3)
    assert c.share("holds", c=2) == pytest.approx(1 / 2)
    assert c.by_default == "holds"
    assert c.breaks() == [({"a": 1}, "fails"), ({"b": 1}, "undetermined")]
    some = conclusions.at_least(each, 2)
    assert some.tolist() == [[[1, 1, -1], [0, 0, -1]], [[-1, -1, -1], [-1, -1, -1]]]


def test_a_set_breaks_only_if_no_part_of_it_does():
    verdict = np.full((2, 2, 3), conclusions.HOLDS)
    verdict[1, 1, :] = conclusions.FAILS
    verdict[:, :, 2] = conclusions.UNDETERMINED
    c = conclusions.Conclusion("x", "", "", THREE, verdict)
    assert c.breaks() == [({"c": 2}, "undetermined"), ({"a": 1, "b": 1}, "fails")]
    assert c.breaks(most=1) == [({"c": 2}, "undetermined")]


def test_verdicts_are_those_of_exceeds_for_points_and_bounds_alike():
    low, high = [6.0, 4.0, 9.0, NAN, 2.0, 5.0, NAN], [NAN, 20.0, NAN, 4.0, 5.0, 20.0, NAN]
    flat = [False, False, True, False, False, False, False]
    for point in (False, True):
        number = {"ceg": 7.0, "status": "interpolated"} if point else {"lower_bound": 7.0, "status": "bound"}
        made = toy([7.0] * 7 if point else [NAN] * 7, lower=[7.0] * 7)
        made = dataclasses.replace(
            made,
            flat=np.array(flat),
            count_low=np.nan_to_num(np.log10(low), nan=-np.inf),
            count_high=np.nan_to_num(np.log10(high), nan=np.inf),
        )
        assert conclusions.exceeds(made, 5).tolist() == [1, 0, 0, -1, -1, 0, 0]
        estimates = [
            Estimate(
                count_low=None if math.isnan(a) else a,
                count_high=None if math.isnan(b) else b,
                draws=4000,
                flags=("flat_baseline",) if level else (),
                **number,
            )
            for a, b, level in zip(low, high, flat, strict=True)
        ]
        found = [gain.exceeds(e, 5) for e in estimates]
        assert found == [True, None, None, False, False, None, None]


def test_nothing_is_decided_where_nothing_was_drawn():
    made = toy([7.0, NAN], lower=[NAN, 7.0])
    bare = dataclasses.replace(made, count_low=np.full(2, NAN), count_high=np.full(2, NAN))
    assert conclusions.exceeds(bare, 5).tolist() == [0, 0]


def test_none_with_an_estimate_is_undetermined():
    nothing = [conclusions.exceeds(toy([NAN, NAN]), 5)]
    assert conclusions.more_than_half(nothing).tolist() == [0, 0]


def test_range_of_a_share_by_hand():
    # it holds at a = 0 alone: the share is the weight of a = 0, uniform between 0 and 1 under a Dirichlet(1)
    # over two levels
    verdict = np.array([[[1, 1, 1]], [[0, 0, 0]]], np.int8)
    c = conclusions.Conclusion("x", "", "", THREE, verdict)
    assert c.range("holds") == pytest.approx((0.05, 0.95), abs=0.04)
    assert c.range("holds", a=0) == (1, 1)
    assert c.range("fails") == (0, 0)
    # and of the three levels of c, one: 1 - sqrt(1 - p) quantiles of Beta(1, 2)
    c = conclusions.Conclusion("y", "", "", THREE, np.array([[[1, 0, 0]]], np.int8))
    assert c.range("holds") == pytest.approx((1 - 0.95**0.5, 1 - 0.05**0.5), abs=0.05)
    both = conclusions.Conclusion("z", "", "", THREE, np.array([[[1, 0, 0]], [[1, 1, 1]]], np.int8))
    low, high = both.range("holds")
    assert 0 < low < both.share("holds") < high < 1


def test_order_of_brackets():
    low, high, inf = np.log10([10.0, 1.0, 2.0, NAN]), np.log10([20.0, 3.0, 8.0, NAN]), math.inf
    other_low, other_high = np.log10([5.0, 4.0, 4.0, 1.0]), np.array([math.log10(9), inf, inf, inf])
    assert conclusions.greater(low, high, other_low, other_high).tolist() == [1, -1, 0, 0]


# --- the book's
