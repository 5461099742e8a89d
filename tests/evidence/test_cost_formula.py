"""Cost formulas: what is evaluated and what is refused."""

import pytest

from ceg.evidence.cost_formula import evaluate


def test_evaluate():
    assert evaluate(
        "steps * batch * sequence / tokens", "steps=2000 batch=128 sequence=1024 tokens=4.02e11"
    ) == pytest.approx(6.521e-4, rel=1e-4)
    assert evaluate("0", None) == 0


@pytest.mark.parametrize("formula", ["a +", "b", "open('x')", "1/0", "9**9**9**9"])
def test_evaluate_refuses(formula):
    with pytest.raises(ValueError, match="which fails"):
        evaluate(formula, "a=1")


def test_evaluate_says_which_input_is_wrong():
    with pytest.raises(ValueError, match="b:2"):
        evaluate("a", "a=1 b:2")
