"""Draws thinned without chance, and what of the data enters the fit."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from ceg.analysis import analysis
from ceg.typical import observations as of_data
from ceg.typical.derived import observed

INF = math.inf


def drawn(share_inside=0.6, size=4000):
    rng = np.random.default_rng(5)
    y = rng.normal(1.0, 0.3, size)
    low, high = y.copy(), y.copy()
    cut = int(share_inside * size)
    low[cut : cut + 1000], high[cut : cut + 1000] = 1.2, INF
    low[cut + 1000 :], high[cut + 1000 :] = -INF, INF
    return low, high


def test_every_kind_keeps_its_share_and_the_values_their_mean_and_variance():
    low, high = drawn()
    a, b, sd, weight = of_data.thinned(low, high)
    value = a == b
    assert weight.sum() == pytest.approx(1.0)
    assert weight[value].sum() == pytest.approx(0.6)
    assert weight[np.isinf(b) & np.isfinite(a)].sum() == pytest.approx(0.25)
    assert weight[np.isinf(a) & np.isinf(b)].sum() == pytest.approx(0.15)
    own, share = low[low == high], weight[value] / 0.6
    mean = share @ a[value]
    assert mean == pytest.approx(own.mean(), abs=1e-3)
    variance = share @ ((a[value] - mean) ** 2 + sd[value] ** 2)
    assert variance == pytest.approx(own.var(), rel=0.05)
    assert (np.isinf(a) & np.isinf(b)).sum() == 1  # what decides nothing is one atom


def test_atoms_are_nearly_as_likely_as_the_draws():
    """Whatever the mean: of skewed draws, a residual of half their spread, within a tenth."""
    own = np.random.default_rng(1).gamma(4.0, 0.2, 4000)
    a, _, sd, weight = of_data.thinned(own, own)
    for mean in np.linspace(*np.quantile(own, (0.05, 0.95)), 9):
        exact = norm.pdf(own, mean, 0.2).mean()
        assert weight @ norm.pdf(a, mean, np.hypot(0.2, sd)) == pytest.approx(exact, rel=0.1)


def test_their_order_does_not_matter():
    low, high = drawn()
    other = np.random.default_rng(0).permutation(low.size)
    shuffled = of_data.thinned(low[other], high[other])
    for one, two in zip(of_data.thinned(low, high), shuffled, strict=True):
        assert one == pytest.approx(two, abs=1e-12)


def test_a_kind_of_few_draws_is_left_out():
    low, high = drawn(share_inside=0.996 - 0.25)
    low[-16:], high[-16:] = -INF, INF
    a, b, _, weight = of_data.thinned(low, high)
    assert not (np.isinf(a) & np.isinf(b)).any() and weight.sum() == pytest.approx(1.0)


@pytest.fixture(scope="module")
def book():
    return analysis.open(enhancements=["toolformer", "webgpt", "majority-voting"])


@pytest.fixture(scope="module")
def fitted(book):
    return of_data.observations(book)


def test_what_is_left_out_is_counted_with_its_reason(book, fitted):
    estimates = book.estimate_all()
    assert len(fitted.comparison) + sum(fitted.left_out.values()) == len(estimates)
    flat = [e for e in estimates if "flat_baseline" in e.flags and e.ceg is None and e.status == "bound"]
    assert flat and fitted.left_out["webgpt", "flat baseline"] > 0
    assert {reason for _, reason in fitted.left_out} <= set(of_data.LEFT_OUT)
    composite = [
        c.comparison for c in book.evidence.comparisons.values() if (c.note or "").startswith("composite")
    ]
    assert composite and not set(composite) & set(fitted.comparison)


def test_comparisons_share_what_they_have_in_common(book, fitted):
    for i, name in enumerate(fitted.comparison):
        case = book.case(name)
        level = {g: fitted.names[g][fitted.level[g][i]] for g in of_data.GROUPS}
        assert level["enhancement"] == case.comparison.enhancement
        assert level["model"] == case.enhanced.model.model
        assert level["benchmark"].startswith(f"{level['enhancement']} ")
        assert level["baseline"] == case.baselines[-1].model.model  # the biggest, whatever the score
        assert 10 ** (fitted.size[i] + of_data.REFERENCE) == pytest.approx(case.enhanced.point.flop)
    weights = np.bincount(fitted.atoms.of, fitted.atoms.weight)
    assert weights == pytest.approx(np.ones(len(fitted.comparison)))


def test_they_are_the_same_each_time(book, fitted):
    assert observed(of_data.observations(book)) == observed(fitted)


def test_flat_and_contested_rows_in_or_out(book, fitted):
    flat = of_data.observations(book, flat=True)
    more = set(flat.comparison) - set(fitted.comparison)
    before, still = (
        sum(n for (_, w), n in o.left_out.items() if w == "flat baseline") for o in (fitted, flat)
    )
    assert len(more) + still == before and still > 0 < len(more)
    for i, name in enumerate(flat.comparison):
        if name in more:
            (atom,) = np.flatnonzero(flat.atoms.of == i)
            assert np.isneginf(flat.atoms.low[atom])
            assert 10 ** flat.atoms.high[atom] == pytest.approx(book.estimate(name).upper_bound)
    without = of_data.observations(book, contested=False)
    assert all(book.evidence.comparisons[c].contested is None for c in without.comparison)
    assert without.left_out["webgpt", "contested"] > 0
