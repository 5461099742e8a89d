"""Figure 2: a mark for each enhancement, inside its axes, and its name in both panels."""

import pytest

import ceg
from ceg.exhibits import cost_panels, gains_against_costs
from ceg.survey import survey


@pytest.fixture(scope="module")
def book():
    return ceg.open(enhancements="survey")


def sets(panel: dict) -> dict[str, list[dict]]:
    """The data sets of a panel, by their layer."""
    units = [u for u in panel["layer"] if u.get("data", {}).get("name")]
    key = units[0]["data"]["name"].removesuffix("_line")
    found = {}
    for unit in units:
        name = unit["data"]["name"]
        found[name.removeprefix(f"{key}_")] = unit["data"].get("values") or panel.get("datasets", {}).get(
            name, []
        )
    return found


@pytest.mark.slow
def test_a_mark_for_each_enhancement_whose_cost_is_known(book):
    figure = gains_against_costs.gains_against_costs(book, name="f", caption="")
    headlines = {e.enhancement.name: e.headline for e in survey.entries(book)}
    for panel, drawn in zip(cost_panels.PANELS, map(sets, figure.spec), strict=True):
        marks = {r["name"]: (shape, r["y"]) for shape in cost_panels.SHAPES for r in drawn[shape]}
        assert set(marks) == {n for n, e in headlines.items() if e and getattr(e, panel.key) is not None}
        for name, (shape, y) in marks.items():
            e = headlines[name]
            assert shape == (e.status if e.ceg else "least")
            assert 10**y == pytest.approx(e.ceg or e.lower_bound, rel=0.01)
        for wide in (True, False):
            assert {r["name"] for r in drawn["label"] if r["wide"] == wide} == set(marks)


def row(**changes) -> dict:
    base = {"status": "bound", "lower_bound": 3.0, "upper_bound": None, "enhancement": "a", "y": 0.5}
    return base | {"one_time_fraction": 0.01} | changes


def test_the_mark_says_what_is_known():
    assert cost_panels.mark(row()) == "least"
    assert cost_panels.mark(row(upper_bound=9.0)) == "least"
    assert cost_panels.mark(row(lower_bound=None, upper_bound=9.0)) == "most"
    assert cost_panels.mark(row(status="extrapolated")) == "extrapolated"


def test_axes_hold_what_is_drawn_and_those_without_cost_have_a_lane():
    rows = [
        row(),
        row(enhancement="b", one_time_fraction=0, y=2.0),
        row(enhancement="c", one_time_fraction=0),
    ]
    frame = cost_panels.frame(rows, cost_panels.PANELS[0], (5, 20))
    assert frame.xs[0] < frame.x(rows[1]) < frame.x(rows[2]) < frame.lane < frame.x(rows[0]) < frame.xs[1]
    assert frame.ys[0] < 0 < 2.0 < frame.ys[1]
    assert frame.x(row(one_time_fraction=None)) is None
    empty = cost_panels.frame([], cost_panels.PANELS[0], (5, 20))  # where fine-tuning is charged to the gain
    assert empty.lane is None and empty.xs[0] < empty.xs[1]
