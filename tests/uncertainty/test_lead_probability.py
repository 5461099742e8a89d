"""The probability that a lead is real is that of the intervals."""

import pytest

import ceg
from ceg.estimator import gain
from ceg.survey import survey
from ceg.uncertainty import lead_probability


@pytest.fixture(scope="module")
def book():
    return ceg.open(enhancements="survey")


@pytest.fixture(scope="module")
def headlines(book):
    return {e.enhancement.enhancement: e.headline for e in survey.entries(book) if e.headline}


def test_the_probability_is_that_of_the_intervals(book, headlines):
    bounds = [e for e in headlines.values() if e.status == "bound"]
    bare = [book.estimate(e.comparison) for e in bounds]
    found = lead_probability.with_probability(book, bare)
    assert [e.bound_probability for e in found] == [e.bound_probability for e in bounds]
    assert min(e.bound_probability for e in found if e.bound_probability is not None) < gain.PROBABLE
    assert any(e.bound_probability is None for e in found)  # without items it is not known
    assert all(e.low is None for e in found)
