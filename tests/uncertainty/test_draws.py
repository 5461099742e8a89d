"""Draws of scores and of compute: what each may be wrong by."""

import math

import numpy as np
import pytest

from ceg.analysis.scores import off_the_edges
from ceg.uncertainty.draws import CHUNK, Compute, Draws, Score, binomial


def test_binomial_draws_by_hand():
    # 3 items at 0.2: P(0, 1, 2, 3) = 0.512, 0.384, 0.096, 0.008
    drawn = binomial(np.random.Generator(np.random.SFC64(1)), 3, 0.2, 100.0, CHUNK)
    shares = [np.mean(np.isclose(drawn, 100 * k / 3)) for k in range(4)]
    assert shares == pytest.approx([0.512, 0.384, 0.096, 0.008], abs=0.015)
    many = binomial(np.random.Generator(np.random.SFC64(2)), 10_000, 0.999, 100.0, CHUNK)
    assert (many.mean(), many.std()) == pytest.approx(
        (99.9, 100 * math.sqrt(0.999 * 0.001 / 10_000)), rel=0.03
    )


def test_errors_of_a_score():
    streams = Draws(1)
    rounded = streams.score(Score("a", 62.0, half_width=0.05), 0)
    assert (rounded.min(), rounded.max()) == pytest.approx((61.95, 62.05), abs=1e-3)
    assert streams.score(Score("b", 3.0, se=0.5), 0).std() == pytest.approx(0.5, rel=0.03)
    assert streams.score(Score("c", 0.0, items=100), 0).max() > 0  # none of a hundred is not certain
    assert Score("d", 50.0, half_width=0.3, items=100).variance == pytest.approx(25 + 0.03)
    assert not Score("e", 62.0, half_width=0.05).sampled


def test_errors_of_compute():
    w = math.log10(2)
    streams = Draws(1, 10_000)
    one, other = (streams.log10_flop(Compute(m, "family", 22.0, w, w), 0) for m in "ab")
    stranger = streams.log10_flop(Compute("a", "another family", 22.0, w, w), 0)
    # 90% within a factor of two; half of the variance is common to a family
    assert 10 ** np.quantile(one - 22, [0.05, 0.95]) == pytest.approx([0.5, 2], rel=0.03)
    assert np.corrcoef(one, other)[0, 1] == pytest.approx(0.5, abs=0.03)
    assert (one - other).std() == pytest.approx(w / 1.645, rel=0.03)
    assert np.corrcoef(one, stranger)[0, 1] == pytest.approx(0.5, abs=0.03)  # the model's own part is its own
    skew = streams.log10_flop(Compute("c", "family", 22.0, 0.1, 0.3), 0)
    assert np.quantile(skew, [0.05, 0.5, 0.95]) == pytest.approx([21.9, 22.0, 22.3], abs=0.015)


def test_off_the_edges():
    assert (off_the_edges(0.0, 99), off_the_edges(1.0, 99), off_the_edges(0.4, 99)) == (0.005, 0.995, 0.4)


@pytest.mark.parametrize("maximum", [1.0, 40.0, 100.0])
def test_a_share_of_items_errs_by_the_same_share_in_every_unit(maximum):
    of = Score("a", 0.225 * maximum, items=40, maximum=maximum)
    percent = Score("a", 22.5, items=40)
    assert of.variance / maximum**2 == pytest.approx(percent.variance / 1e4)
    assert Draws(1).score(of, 0) / maximum == pytest.approx(Draws(1).score(percent, 0) / 100)
