"""Table 2 keeps apart what is of different kinds."""

from dataclasses import replace

import pytest

import ceg
from ceg.exhibits import tables


@pytest.fixture(scope="module")
def book():
    return ceg.open(enhancements="survey")


@pytest.mark.slow
def test_table_2_keeps_bound_estimate_and_interval_apart(book):
    table = tables.results(book, name="t", caption="")
    assert [c.key for c in table.columns[:3]] == ["name", "least", "best"]
    assert all(len(r) == len(table.columns) for r in table.rows)
    cells = {r[0]: dict(zip([c.key for c in table.columns], r, strict=True)) for r in table.rows}
    thought, lats = cells["Chain of thought"], cells["LATS"]
    assert (thought["least"], thought["best"], thought["within"]) == ("8.48x", "58x", "above 11x")
    assert cells["RETRO"]["within"].endswith(", partial")
    assert (lats["best"], lats["status"]) == ("–", "bound") and "oracle feedback" in lats["flags"]
    assert thought["reported"].startswith("gain ~9x (secondary); one-time cost 0 (secondary); answer ")
    assert "unresolved" in cells["InstructGPT"]["reported"]
    others = tables.results(book, name="t", caption="", in_survey=False)
    assert "reported" not in [c.key for c in others.columns]


def test_a_gain_in_two_cells(book):
    thought = book.headline("chain-of-thought")
    assert tables.gain_cells(thought) == ("8.48x", "58x")
    bound = replace(thought, status="bound", ceg=None)
    assert tables.gain_cells(bound) == ("8.48x", "–")
    assert tables.gain_cells(replace(bound, upper_bound=20.01)) == ("8.48x, at most 20.1x", "–")
    assert tables.gain_cells(replace(bound, lower_bound=None, upper_bound=20.0)) == ("at most 20x", "–")
    assert tables.gain_cells(replace(bound, status="inconsistent")) == ("inconsistent", "–")
    assert tables.gain_cells(replace(thought, status="interpolated", lower_bound=None)) == ("–", "58.2x")
