"""What is said of the enhancements together, and of the paper's claims."""

from dataclasses import replace

import pytest

from ceg.analysis import analysis
from ceg.estimator.gain import Estimate, exceeds
from ceg.survey import survey
from ceg.uncertainty import intervals


def point(ceg):
    return Estimate(status="interpolated", ceg=ceg)


def bound(lower=None, upper=None, flags=()):
    return Estimate(status="bound", lower_bound=lower, upper_bound=upper, flags=flags)


def drawn(estimate, low=None, high=None):
    """The estimate, surely enough above ``low`` and at most ``high``."""
    return replace(estimate, count_low=low, count_high=high, draws=4000)


def test_count_names_every_denominator():
    pairs = [
        ("a", drawn(point(7.0), 6.0, 8.0)),
        ("b", drawn(bound(6.0), 5.5)),
        ("c", drawn(bound(6.0), 4.0)),  # the lead is not sure enough
        ("d", drawn(point(2.0), 1.0, 5.0)),
        ("e", drawn(bound(9.0, flags=("flat_baseline",)), 8.0)),
        ("f", None),
        ("g", drawn(bound(4.0), 5.1)),  # on the curve, not by what was observed
        ("h", Estimate(status="not-meaningful")),
        ("i", drawn(point(7.0), 4.0, 9.0)),
    ]
    found = survey.count(pairs, 5)
    assert found.surveyed == tuple("abcdefghi")
    assert found.estimated == tuple("abcdegi")
    assert found.exceed == ("a", "b", "g")
    assert found.by_bound == ("b",)
    assert found.fail == ("d",)
    assert found.undetermined == ("c", "e", "i")
    assert found.share == "3 of 7"
    with pytest.raises(ValueError, match="with_intervals"):
        survey.count([("a", point(7.0))], 5)


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


def test_a_median_counts_by_what_it_says():
    said = survey.median([point(1.0), bound(3.0), point(9.0)])  # between 3 and 9, by the printed scores
    assert (said.count_low, said.count_high, said.draws) == (3.0, 9.0, 0)
    assert [exceeds(said, x) for x in (2, 3, 8, 9)] == [True, None, None, False]
    middle = survey.median([point(1.0), point(9.0), point(4.0)])
    assert [exceeds(middle, x) for x in (3, 4, 5)] == [True, False, False]
    # what draws say of the parts does not enter
    assert survey.median([drawn(point(4.0), 1.0, 9.0)]) == survey.median([point(4.0)])


def test_an_entry_s_headline_has_its_interval_and_its_comparisons_have_none(book):
    found = survey.entry(book, "chain-of-thought")
    (headline,) = (e for e in found.estimates if e.headline)
    assert intervals.with_intervals(book, [headline]) == [found.headline]
    assert found.headline.draws and not any(e.draws for e in found.estimates)
    (same,) = (e for row, e in survey.headlines(book) if row.enhancement == "chain-of-thought")
    assert same == found.headline
