"""Cost formulas: what is evaluated and what is refused, at once."""

import pytest
from places import DATA

from ceg.evidence import tables
from ceg.evidence.cost_formula import evaluate
from ceg.evidence.rules import broken

INPUTS = "steps=2000 batch=128 sequence=1024 tokens=4.02e11"
RIGHT = {
    "steps * batch * sequence / tokens": 6.521e-4,
    "0": 0,
    " 2 ": 2,
    "2 * (3 + 4) - 5": 9,
    "-(-2)": 2,
    "2 ** -1": 0.5,
    "2 ** 3 ** 2": 512,
    "(50*250)**0.5": 111.803,
    "1e-3 + .5 + 5.": 5.501,
    "+".join(["1"] * 300): 300,
}


@pytest.mark.parametrize("formula", RIGHT)
def test_what_is_evaluated(formula):
    assert evaluate(formula, INPUTS) == pytest.approx(RIGHT[formula], rel=1e-4)


WRONG = {
    "nothing": "",
    "blanks": "  ",
    "half": "a +",
    "an unknown name": "b",
    "another case": "A",
    "a call": "open('x')",
    "a call of a name": "a()",
    "an attribute": "a.real",
    "a method": "'a'.ljust(10**9)",
    "an import": "__import__('os').getcwd()",
    "text": "'1'",
    "texts": "'1'+'2'",
    "text and number": "'1'*3",
    "bytes": "b'1'",
    "true": "True",
    "none": "None",
    "dots": "...",
    "a list": "[1]",
    "a tuple": "1, 2",
    "an index": "[1][0]",
    "a set": "{1}",
    "a comparison": "a > 0",
    "a choice": "1 if a else 2",
    "a function": "lambda: 1",
    "a comprehension": "[x for x in [1]]",
    "a walrus": "(b := 1)",
    "a template": "f'{a}'",
    "an assignment": "b = 1",
    "statements": "a; a",
    "a logical or": "a or 1",
    "not": "not a",
    "a complement": "~a",
    "a plus sign": "+a",
    "whole division": "a // 1",
    "a remainder": "a % 1",
    "a shift": "1 << 9",
    "bits": "a & 1",
    "a matrix product": "a @ a",
    "an imaginary number": "1j",
    "hexadecimal": "0x10",
    "an underscore": "1_0",
    "other digits": "٤٠",
    "a huge number": "1e999",
    "a huge number written out": "9" * 400,
    "a division by zero": "1/0",
    "a division by an input of zero": "a/z",
    "zero to a negative power": "z ** -1",
    "infinity": "1e99 ** 4 * 1e99",
    "infinity by products": "*".join(["1e99"] * 4),
    "not a number": "1e99*1e99*1e99*1e99 - 1e99*1e99*1e99*1e99",
    "infinity as a name": "inf",
    "a complex power": "(-8) ** 0.5",
    "a tower": "9**9**9**9",
    "a huge power": "3999999**3999999",
    "a long one": "+".join(["1"] * 5_000),
    "a very long one": "1" * 10_000_000,
    "open brackets": "(" * 900,
    "brackets": "(" * 400 + "1" + ")" * 400,
    "a NUL byte": "1\0",
    "two lines": "1\n2",
    "a comment": "# 1",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_refused(name):
    with pytest.raises(ValueError, match=r"which fails: \S|over 1,000") as raised:
        evaluate(WRONG[name], "a=1 z=0")
    assert len(str(raised.value)) < 250
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "pair",
    ["b:2", "=2", "b=", "b", "b=x", "b=1_0", "b=inf", "b=nan", "b=1e999", "b=٤", "b-c=1", "1=1", "a=2"],
)
def test_which_input_is_wrong_is_said(pair):
    with pytest.raises(ValueError, match=r"the input|which fails"):
        evaluate("a", f"a=1 {pair}")


COST = {
    "cost": "x",
    "variant": "x",
    "source": "schick2023toolformer",
    "locator": "x",
    "provenance": "estimated",
    "quantity": "runtime_multiple",
    "value": "2",
    "formula": "2",
}
ROWS = [
    ({}, None),
    ({"quantity": "one_time_fraction", "formula": "0", "value": "0"}, None),
    ({"formula": "1e99**4"}, ("formula", "a finite result")),
    ({"formula": "'1'+'2'"}, ("formula", "numbers, names in inputs, + - * / ** and parentheses")),
    ({"formula": "0", "value": "0"}, ("formula", "above 0 for a runtime_multiple")),
    ({"formula": "-2"}, ("formula", "above 0 for a runtime_multiple")),
    ({"quantity": "one_time_fraction", "formula": "-1", "value": "0"}, ("value", "the formula's result, -1")),
    ({"formula": "3"}, ("value", "the formula's result, 3")),
]


@pytest.mark.slow
def test_rows_of_costs():
    known = tables.load(DATA)
    rows = [COST | cells | {"cost": f"x{i}"} for i, (cells, _) in enumerate(ROWS)]
    problems = [p for p in broken(known.extended({"costs": rows})) if p.file == "data/costs.csv"]
    for row, (cells, said) in enumerate(ROWS, len(known.costs) + 2):
        found = [(p.field, p.allowed) for p in problems if p.row == row]
        assert len(found) == (said is not None), cells
        if said:
            assert (found[0][0], said[1] in found[0][1]) == (said[0], True), cells
