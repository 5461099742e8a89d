"""What readers are told of a gain, its interval and its probability."""

import dataclasses

from ceg import formatting
from ceg.estimator.gain import Estimate
from ceg.prose import wording
from ceg.survey import survey

POINT = Estimate(status="interpolated", ceg=13.3, low=9.07, high=21.4, partial=False, draws=4000)
BEYOND = Estimate(
    status="extrapolated", ceg=58.2, lower_bound=8.483, low=11.0, high=None, partial=True, draws=4000
)
LEAD = Estimate(
    status="bound", lower_bound=26.17, low=24.0, partial=False, draws=4000, flags=("oracle_feedback",)
)


def test_what_readers_are_told():
    assert wording.sure(POINT) == "13.3x (90%: 9.1–21x)"
    assert wording.sure(BEYOND) == "extrapolated 58x (95%: above 11x, partial), observed ≥ 8.48x"
    assert wording.sure(LEAD) == "observed ≥ 26.1x (95%: above 24x)"
    assert wording.status(LEAD) == "bound, oracle feedback"
    assert [wording.within(e) for e in (POINT, BEYOND, LEAD)] == [
        "9.1–21x",
        "above 11x, partial",
        "above 24x",
    ]


def test_an_interval_may_be_open_at_either_end_or_both():
    def ends(of, low, high):
        return wording.sure(dataclasses.replace(of, low=low, high=high))

    assert ends(POINT, None, 21.4) == "13.3x (95%: below 21x)"
    assert ends(POINT, None, None) == "13.3x (open at both ends)"
    assert ends(LEAD, 20.0, 90.0) == "observed ≥ 26.1x (90%: 20–90x)"
    assert ends(LEAD, None, None) == "observed ≥ 26.1x (open at both ends)"
    below = dataclasses.replace(BEYOND, lower_bound=None, upper_bound=3.012, ceg=0.5)
    assert ends(below, None, 0.9) == "extrapolated 0.5x (95%: below 0.9x, partial), observed ≤ 3.02x"
    bare = dataclasses.replace(BEYOND, lower_bound=None)
    assert wording.sure(bare) == "extrapolated 58x (95%: above 11x, partial)"


def test_nothing_is_told_of_an_interval_that_was_not_drawn():
    bare = dataclasses.replace(LEAD, low=None, draws=0)
    assert (wording.within(bare), wording.sure(bare)) == ("", "≥ 26.1x")
    assert (wording.within(None), wording.sure(None)) == ("", formatting.NONE)
    assert wording.sure(Estimate(status="inconsistent", lower_bound=9.0, upper_bound=2.0)) == "inconsistent"
    # cut, so that what is not counted never reads 0.90
    assert formatting.probability(0.8999) == "0.89"
    assert formatting.probability(0.9999) == "over 0.99"


def test_where_a_gain_very_likely_lies():
    def said(low, high):
        return wording.likely(dataclasses.replace(POINT, count_low=low, count_high=high))

    # rounded away from what is claimed
    assert (said(11.99, 160.1), said(25.17, None), said(None, 3.01)) == ("11–170x", "above 25x", "below 3.1x")
    assert said(None, None) == ""


def point(ceg):
    return Estimate(status="interpolated", ceg=ceg)


def bound(lower=None, upper=None, flags=()):
    return Estimate(status="bound", lower_bound=lower, upper_bound=upper, flags=flags)


def test_span():
    low, high = survey.span([point(2.0), bound(8.0), bound(None, 0.5), Estimate(status="inconsistent")])
    assert (low.upper_bound, high.lower_bound) == (0.5, 8.0)
    assert wording.spread((low, high)) == "≤ 0.5x to ≥ 8x"
    assert wording.spread((low, low)) == "≤ 0.5x"
    assert survey.span([]) is None
