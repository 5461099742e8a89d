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
    assert by_name["few-shot"]["low"] < by_name["few-shot"]["ceg"] < by_name["few-shot"]["high"]
    assert by_name["chain-of-thought"]["low"] and by_name["chain-of-thought"]["high"] is None
    assert by_name["webgpt"]["low"] is None  # of a bound: not an interval of the gain
    drawn = {
        layer["data"]["name"]: layer for layer in figure.spec[0]["layer"] if "name" in layer.get("data", {})
    }
    low, high = drawn["one_time_fraction_ninety"]["encoding"]["y"]["scale"]["domain"]
    ninety = (
        figure.spec[0]["datasets"]["one_time_fraction_ninety"]
        if "datasets" in figure.spec[0]
        else drawn["one_time_fraction_ninety"]["data"]["values"]
    )
    assert len(ninety) == 5 and all(low <= r["y"] <= r["y2"] <= high for r in ninety)
    unsure = drawn["one_time_fraction_unsure"]["data"]["values"]
    assert [r["name"] for r in unsure] == ["LATS"]


def test_an_interval_that_leaves_the_axis_is_cut_and_marked():
    row = {"low": 20.0, "high": None, "quartile_low": 80.0, "quartile_high": 900.0}
    found = cost_panels.intervals(row, (-0.2, 3.3))
    assert found["ninety"] == (1.301, 3.25) and found["beyond"] == (3.25,)
    assert found["fifty"] == (1.9031, 2.9542)
    inside = cost_panels.intervals(row | {"high": 100.0}, (-0.2, 3.3))
    assert inside["ninety"] == (1.301, 2.0) and "beyond" not in inside
