"""A headline picked at random: exact shares against picks gone through one by one."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from ceg.multiverse import conclusions, varied_headline
from ceg.multiverse.outcomes import BOUND, INTERPOLATED, NOT_AVAILABLE, Outcomes
from ceg.multiverse.specifications import Factor, standing
from ceg.multiverse.survey import Multiverse

CHOICE = Factor(("transform",), (("logit",), ("linear",)), (0.5, 0.5))


def outcome(*gains: float, status: int = INTERPOLATED, flat: bool = False) -> Outcomes:
    """One number a level of the choice; a bound from below where ``status`` says so; NaN is none."""
    log10 = np.log10(np.array(gains))
    none = np.full(log10.shape, np.nan)
    point = status == INTERPOLATED
    return Outcomes(
        status=np.where(np.isnan(log10), NOT_AVAILABLE, status).astype(np.int8),
        log10_ceg=log10 if point else none,
        log10_lower=none if point else log10,
        log10_upper=none,
        flat=np.full(log10.shape, flat),
        count_low=none,
        count_high=none,
    )


@pytest.fixture
def made():
    nan = float("nan")
    candidates = {
        "a": (outcome(10, 2), outcome(3), outcome(7, status=BOUND)),  # exceed 2 of 3, then 1 of 3
        "b": (outcome(6), outcome(2, status=BOUND)),  # a bound below the threshold is open
        "c": (outcome(nan, 9), outcome(30, status=BOUND, flat=True)),  # a flat bound is open
    }
    return Multiverse(None, (CHOICE, standing()), {}, candidates, {})


def test_shares_by_hand(made):
    found = varied_headline.most(made, 5)
    # first level: a 2/3, b 1/2, c never and always open; two of three must exceed
    first = 2 / 3 * 1 / 2
    # second level: a 1/3, b 1/2, c 1/2; two of them, or all three
    second = 1 / 3 * 1 / 2 + 1 / 3 * 1 / 2 + 1 / 2 * 1 / 2 - 2 * (1 / 3 * 1 / 2 * 1 / 2)
    assert found.holds == pytest.approx((first + second) / 2, abs=1e-9)
    # it never surely fails: b and c never surely do
    assert found.fails == 0 and found.undetermined == pytest.approx(1 - found.holds, abs=1e-9)


@pytest.mark.parametrize("threshold", [1.5, 2.5, 5, 8, 25])
def test_shares_are_those_of_all_picks(made, threshold):
    shares = {"most": {"holds": 0.0, "fails": 0.0}, "some": {"holds": 0.0, "fails": 0.0}}
    for level in (0, 1):
        verdicts = [
            [v for o in some if (v := _verdict(o, level, threshold)) != conclusions.NO_ESTIMATE]
            for some in made.candidates.values()
        ]
        picks = list(itertools.product(*verdicts))
        for pick in picks:
            exceed, still_open = pick.count(conclusions.EXCEEDS), pick.count(conclusions.OPEN)
            held = {"most": 2 * exceed > len(pick), "some": exceed >= 2}
            lost = {"most": 2 * (exceed + still_open) <= len(pick), "some": exceed + still_open < 2}
            for name in shares:
                shares[name]["holds"] += held[name] / len(picks) / 2
                shares[name]["fails"] += lost[name] / len(picks) / 2
    for name, found in (
        ("most", varied_headline.most(made, threshold)),
        ("some", varied_headline.some(made, threshold)),
    ):
        assert (found.holds, found.fails) == pytest.approx(tuple(shares[name].values()), abs=1e-8)
        assert found.holds + found.undetermined + found.fails == pytest.approx(1, abs=1e-8)


def _verdict(made: Outcomes, level: int, threshold: float) -> int:
    at = min(level, made.status.size - 1)
    if made.status[at] == NOT_AVAILABLE:
        return conclusions.NO_ESTIMATE
    if made.flat[at]:
        return conclusions.OPEN
    if made.status[at] == BOUND:
        return conclusions.EXCEEDS if 10 ** made.log10_lower[at] > threshold else conclusions.OPEN
    return conclusions.EXCEEDS if 10 ** made.log10_ceg[at] > threshold else conclusions.BELOW


def test_nothing_fails_where_nothing_has_a_number(made):
    nothing = replace(made, candidates={"a": (outcome(float("nan")),)})
    assert varied_headline.most(nothing, 5) == varied_headline.Shares(0.0, 1.0, 0.0)
