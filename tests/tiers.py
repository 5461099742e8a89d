"""Which cases of a test run before each merge, and which only among the longest tests (``make verify``)."""

from collections.abc import Container, Iterable

import pytest


def sampled(cases: Iterable, kept: Container, before: tuple = ()) -> list:
    """The cases of a parametrized test; those that are not kept are left to ``make verify``.

    before: marks of those that are kept.
    """
    return [pytest.param(c, marks=before if c in kept else pytest.mark.verify) for c in cases]
