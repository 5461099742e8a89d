"""What is said of the enhancements together, and of the paper's claims."""

import pytest

from ceg.analysis import analysis
from ceg.estimator.gain import Estimate
from ceg.survey import survey


def point(ceg):
    return Estimate(status="interpolated", ceg=ceg)


def bound(lower=None, upper=None, flags=()):
    return Estimate(status="bound", lower_bound=lower, upper_bound=upper, flags=flags)


def test_count_names_every_denominator():
    pairs = [
        ("a", point(7.0)),
        ("b", bound(6.0)),
        ("c", bound(4.0)),
        ("d", point(2.0)),
        ("e", bound(9.0, flags=("flat_baseline",))),
        ("f", None),
    ]
    found = survey.count(pairs, 5)
    assert found.surveyed == ("a", "b", "c", "d", "e", "f")
    assert found.estimated == ("a", "b", "c", "d", "e")
    assert found.exceed == ("a", "b")
    assert found.by_bound == ("b",)
    assert found.fail == ("d",)
    assert found.undetermined == ("c", "e")
    assert found.share == "2 of 5"


def test_an_extrapolated_estimate_counts_for_its_bound():
    found = Estimate(status="extrapolated", ceg=9.0, lower_bound=4.0)
    assert survey.counted(found) == bound(4.0)
    for as_it_is in (point(2.0), bound(3.0), Estimate(status="extrapolated", ceg=9.0)):
        assert survey.counted(as_it_is) is as_it_is


def test_median_of_points():
    assert survey.median([point(1.0), point(9.0), point(4.0)]).ceg == 4.0


def test_median_with_bounds_is_a_bound():
    # 1, at least 3, 9: the middle is at least 3
    found = survey.median([point(1.0), bound(3.0), point(9.0)])
    assert (found.status, found.lower_bound, found.upper_bound) == ("bound", 3.0, 9.0)
    # on a flat baseline a bound guarantees nothing, in whatever order
    flat = [point(1.0), bound(30.0, flags=("flat_baseline",)), bound(30.0)]
    assert survey.median(flat).lower_bound == survey.median(flat[::-1]).lower_bound == 1.0
    # bounds above the middle do not touch it
    assert survey.median([point(1.0), point(2.0), bound(8.0)]).ceg == 2.0
    assert survey.median([]) is None


@pytest.fixture(scope="module")
def book():
    return analysis.open()


def test_fourteen_are_surveyed_and_each_has_an_estimate_or_a_reason(book):
    found = survey.entries(book)
    assert len(found) == 14
    for e in found:
        assert (e.headline is not None) != bool(e.enhancement.no_estimate_reason), e.enhancement.enhancement


def test_a_median_counts_no_improbable_bound():
    def bound(p):
        return Estimate(status="bound", lower_bound=8.0, upper_bound=20.0, bound_probability=p)

    assert [survey.median([bound(p)]).lower_bound for p in (None, 0.9, 0.89)] == [8.0, 8.0, None]
