"""What readers are told of a gain, its interval and its probability."""

import dataclasses

from ceg import formatting
from ceg.estimator.gain import Estimate
from ceg.prose import wording
from ceg.survey import survey

POINT = Estimate(status="interpolated", ceg=13.3, low=9.07, high=21.4, partial=False)
BEYOND = Estimate(status="extrapolated", ceg=58.2, lower_bound=8.483, low=31.4, high=None, partial=True)
LEAD = Estimate(
    status="bound", lower_bound=8.146, low=3.4, bound_probability=0.8199, flags=("oracle_feedback",)
)


def test_what_readers_are_told():
    assert wording.sure(POINT) == "13.3x (90%: 9.1–21x)"
    assert wording.sure(BEYOND) == "≥ 8.48x (extrapolated 58x, 90%: 31x–open, partial)"
    assert wording.sure(LEAD) == "≥ 8.14x (lead real with probability 0.81: not counted)"
    assert wording.status(LEAD) == "bound, oracle feedback; lead real with probability 0.81: not counted"
    # the low end of a bound is no interval of the gain, and a probable one needs no word
    assert wording.within(LEAD) == ""
    assert wording.sure(dataclasses.replace(LEAD, bound_probability=0.9)) == "≥ 8.14x"
    assert wording.sure(dataclasses.replace(POINT, low=None, high=None)) == "13.3x"
    boundless = dataclasses.replace(POINT, low=None, high=None, share_unbounded=0.2)
    assert wording.sure(boundless) == "13.3x (90%: open at both ends)"
    assert formatting.interval(None, 3.0) == "open–3x"
    # cut, so that what is not counted never reads 0.90
    assert formatting.probability(0.8999) == "0.89"
    assert formatting.probability(0.9999) == "over 0.99"


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
