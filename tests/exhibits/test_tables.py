"""Table 2 keeps apart what is of different kinds."""

import pytest

import ceg
from ceg.exhibits import tables

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def book():
    return ceg.open(enhancements="survey")


def test_table_2_keeps_the_estimate_and_its_interval_apart(book):
    table = tables.results(book, name="t", caption="")
    at = {c.key: i for i, c in enumerate(table.columns)}
    assert all(len(r) == len(table.columns) for r in table.rows)
    cells = {r[0]: r for r in table.rows}
    assert cells["Chain of thought"][at["within"]] == "above 11x"
    assert "90%" not in cells["Chain of thought"][at["ceg"]]
    assert cells["RETRO"][at["within"]].endswith(", partial")
    assert cells["LATS"][at["within"]].startswith("above ")
    assert "observed" not in cells["LATS"][at["ceg"]] and "95%" not in cells["LATS"][at["ceg"]]
