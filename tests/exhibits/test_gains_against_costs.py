"""Figure 2 draws intervals inside its axes."""

import pytest

import ceg
from ceg.exhibits import cost_panels, gains_against_costs


@pytest.fixture(scope="module")
def book():
    return ceg.open(enhancements="survey")


@pytest.mark.slow
def test_figure_2_draws_intervals_inside_its_axes(book):
    figure = gains_against_costs.gains_against_costs(book, name="f", caption="")
    by_name = {r[0]: dict(zip(figure.columns, r, strict=True)) for r in figure.rows}
    shot = by_name["few-shot"]
    assert shot["low"] < shot["quartile_low"] < shot["ceg"] < shot["quartile_high"] and shot["high"] is None
    assert by_name["minerva"]["low"] is by_name["minerva"]["high"] is None
    assert by_name["verifier"]["low"] is None  # a bound has a mark of its own, and no interval is drawn
    drawn = {
        layer["data"]["name"]: layer for layer in figure.spec[0]["layer"] if "name" in layer.get("data", {})
    }
    low, high = drawn["one_time_fraction_ninety"]["encoding"]["y"]["scale"]["domain"]
    ninety = (
        figure.spec[0]["datasets"]["one_time_fraction_ninety"]
        if "datasets" in figure.spec[0]
        else drawn["one_time_fraction_ninety"]["data"]["values"]
    )
    assert len(ninety) == 4 and all(low <= r["y"] <= r["y2"] <= high for r in ninety)
    beyond = drawn["one_time_fraction_beyond"]["data"]["values"]
    assert {r["name"] for r in ninety} == {r["name"] for r in beyond}  # each is open above
    arrows = drawn["one_time_fraction_arrow"]["data"]["values"]
    assert "LATS" in {r["name"] for r in arrows}  # a bound is what was observed, however sure


def test_an_interval_that_leaves_the_axis_is_cut_and_marked():
    row = {"low": 20.0, "high": None, "quartile_low": 80.0, "quartile_high": 900.0}
    found = cost_panels.intervals(row, (-0.2, 3.3))
    assert found["ninety"] == (1.301, 3.25) and found["beyond"] == (3.25,)
    assert found["fifty"] == (1.9031, 2.9542)
    inside = cost_panels.intervals(row | {"high": 100.0}, (-0.2, 3.3))
    assert inside["ninety"] == (1.301, 2.0) and "beyond" not in inside
