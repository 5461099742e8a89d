"""What is said of the enhancements together, and of the paper's claims."""

from types import SimpleNamespace

import pytest

from ceg.analysis import analysis
from ceg.estimator.gain import Estimate
from ceg.prose import wording
from ceg.survey import ledger, survey


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


def test_span():
    low, high = survey.span([point(2.0), bound(8.0), bound(None, 0.5), Estimate(status="inconsistent")])
    assert (low.upper_bound, high.lower_bound) == (0.5, 8.0)
    assert wording.spread((low, high)) == "≤ 0.5x to ≥ 8x"
    assert wording.spread((low, low)) == "≤ 0.5x"
    assert survey.span([]) is None


@pytest.fixture(scope="module")
def book():
    return analysis.open()


def test_fourteen_are_surveyed_and_each_has_an_estimate_or_a_reason(book):
    found = survey.entries(book)
    assert len(found) == 14
    for e in found:
        assert (e.headline is not None) != bool(e.enhancement.no_estimate_reason), e.enhancement.enhancement


def claim(relation, value, high=None):
    from ceg.evidence.csv_cells import Printed

    return SimpleNamespace(relation=relation, value=Printed(value), value_high=high, quantity="ceg")


@pytest.mark.parametrize(
    ("reported", "rebuilt", "low", "high", "status"),
    [
        (claim(">", "13"), 13.6, 13.6, None, "reproduced"),
        (claim(">", "67"), 66.6, 66.6, None, "reproduced"),  # rounds to 67
        (claim(">", "67"), 62.6, 62.6, None, "consistent"),  # 67 lies above the bound
        (claim(">", "67"), None, None, 50.0, "differs"),  # 67 lies above the upper bound
        (claim("~", "9"), 9.4, None, None, "reproduced"),
        (claim("~", "9"), 58.0, 8.5, None, "consistent"),
        (claim("~", "9"), 58.0, 9.6, None, "differs"),
        (claim("range", "10", 100.0), None, 26.0, None, "consistent"),
        (claim("range", "10", 100.0), None, 260.0, None, "differs"),
        (claim("=", "30"), None, None, None, "not rebuildable"),
    ],
)
def test_ledger_status(reported, rebuilt, low, high, status):
    assert ledger.status(reported, rebuilt, low, high) == status
