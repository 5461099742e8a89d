"""Compute rules and costs: by hand, and against a numerical optimum."""

from types import SimpleNamespace

import pytest
from scipy.optimize import minimize_scalar

from ceg.analysis import analysis
from ceg.estimator.compute import Law, charged, six_nd, training_flop

HOFFMANN = Law(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
MODEL = SimpleNamespace(
    training_flop=3.14e23,
    flop_low=1e23,
    flop_high=5e23,
    parameters=1.746e11,
    active_parameters=None,
    training_tokens=3e11,
)


def test_reported_and_its_interval():
    assert training_flop(MODEL, "reported") == 3.14e23
    assert training_flop(MODEL, "reported", speculative="low") == 1e23
    assert training_flop(MODEL, "reported", speculative="high") == 5e23


def test_six_nd():
    # 6 x 174.6e9 x 300e9 = 3.1428e23
    assert training_flop(MODEL, "6nd") == pytest.approx(3.1428e23)
    assert six_nd(None, 3e11) is None


def test_active_parameters_count():
    model = SimpleNamespace(parameters=2.35e11, active_parameters=2.2e10, training_tokens=3.6e13)
    assert training_flop(model, "6nd") == pytest.approx(6 * 2.2e10 * 3.6e13)


def test_loss_by_hand():
    # L(1e9, 1e10) = 1.69 + 406.4/1e9^0.34 + 410.7/1e10^0.28 = 1.69 + 406.4/1148.15 + 410.7/630.96
    assert HOFFMANN.loss(1e9, 1e10) == pytest.approx(1.69 + 0.35396 + 0.65091, abs=1e-4)


@pytest.mark.parametrize("flop", [1e19, 5.76e23, 1e27])
def test_optimal_loss_is_the_numerical_minimum(flop):
    least = minimize_scalar(
        lambda n: HOFFMANN.loss(10**n, flop / 6 / 10**n), bounds=(5, 15), method="bounded"
    ).fun
    assert HOFFMANN.optimal_loss(flop) == pytest.approx(least, rel=1e-7)


def test_equivalent_is_no_more_than_spent_and_inverts():
    flop = HOFFMANN.equivalent_flop(1.746e11, 3e11)
    assert flop < 6 * 1.746e11 * 3e11
    assert HOFFMANN.optimal_loss(flop) == pytest.approx(HOFFMANN.loss(1.746e11, 3e11), rel=1e-9)


def test_no_value_without_tokens():
    model = SimpleNamespace(parameters=1e9, active_parameters=None, training_tokens=None)
    assert training_flop(model, "6nd") is None
    assert training_flop(model, "compute_optimal", HOFFMANN) is None


def test_unknown_rule():
    with pytest.raises(ValueError, match="it must be reported, 6nd or compute_optimal"):
        training_flop(MODEL, "guess")


def test_laws_of_the_data():
    # Hoffmann et al. 2022, Eq. 10: printed E = 1.69, A = 406.4, B = 410.7
    law = analysis.open().law("hoffmann_2022")
    assert (law.E, law.A, law.B) == (1.69, 406.4, 410.7)
    # Besiroglu et al. 2024: A 482.01, B 2085.43, E 1.8172, alpha 0.3478, beta 0.3658
    law = analysis.open().law("besiroglu_2024")
    assert (law.A, law.alpha, law.beta) == (482.01, 0.3478, 0.3658)


def test_charged():
    assert charged(1e22, 0.21) == pytest.approx(1.21e22)
    assert charged(1e22, None) == 1e22
