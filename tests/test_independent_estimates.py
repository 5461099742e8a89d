"""The methodology page is exact: a program written from it alone gives every estimate of the book."""

import dataclasses

import pytest
from independent_estimates import estimates
from places import DATA

import ceg
from ceg.evidence.assumptions import defaults

DEFINED = {"floor", "ceiling", "flat_baseline", "single_baseline", "non_monotone", "held_to_bound"}
"""The flags that the page's steps set; the others stand in the data."""

NUMBERS = ("ceg", "lower_bound", "upper_bound")


def test_every_estimate_follows_from_the_page():
    found = estimates(DATA)
    book = dataclasses.replace(ceg.open(), assumptions=defaults(DATA))
    assert len(found) == len(book.evidence.comparisons) > 1900
    for e in book.estimate_all():
        other = found[e.comparison]
        assert (other["status"], other["flags"]) == (e.status, DEFINED & set(e.flags)), e.comparison
        for name in NUMBERS:
            value = getattr(e, name)
            assert other[name] == (value and pytest.approx(value, rel=1e-9)), (e.comparison, name)
