"""Shares of the variance, by hand."""

import math

import numpy as np
import pytest

from ceg.multiverse import variance_shares

NAN = math.nan


def test_variance_shares_by_hand():
    # y = a + 2 b + a b over two equal levels each: means 0, 2 | 1, 4. E = 1.75, Var = 2.1875.
    y = np.array([[0.0, 2.0], [1.0, 4.0]])
    first, total = variance_shares.shares(y, [(0.5, 0.5)] * 2)
    assert first == pytest.approx([0.75**2 / 2.1875, 1.25**2 / 2.1875])  # E[y|a] = 1, 2.5; E[y|b] = 0.5, 3
    assert total == pytest.approx([(0.5**2 + 1.0**2) / 2 / 2.1875, (1.0**2 + 1.5**2) / 2 / 2.1875])
    assert total - first == pytest.approx(
        np.full(2, 0.0625 / 2.1875)
    )  # the interaction, 1/16, counts for both
    # an axis of length 1 and one that changes nothing have no share; unequal weights: y = b, 1/4 and 3/4
    first, total = variance_shares.shares(
        np.broadcast_to([[[0.0, 1.0]]], (1, 3, 2)), [(1.0,), (1 / 3,) * 3, (0.25, 0.75)]
    )
    assert first.tolist() == total.tolist() == pytest.approx([0, 0, 1])
    assert np.isnan(variance_shares.shares(np.ones((2, 2)), [(0.5, 0.5)] * 2)).all()


def test_variance_over_the_specifications_with_a_number():
    y = np.array([[1.0, 3.0], [NAN, NAN]])  # only a = 0 has numbers: b alone moves them
    first, total = variance_shares.shares(y, [(0.5, 0.5)] * 2)
    assert first.tolist() == total.tolist() == [0, 1]
