"""The table of a figure's tooltips."""

from __future__ import annotations

import pytest

from sphinx_fresh.figures import hover


def tip(*fields: str) -> dict:
    return {"tooltip": [{"field": f, "title": f.upper()} for f in fields]}


def test_the_table_has_the_tooltips_fields_in_their_order():
    dots = [{"a": 1.0, "b": None, "c": "x"}, {"a": 1.0, "b": None, "c": "x"}, {"a": 2.5, "b": True, "c": "y"}]
    spec = {
        "title": "T",
        "datasets": {"more": [{"a": 3, "c": "z", "hidden": 1}]},
        "data": {"values": dots},
        "layer": [
            {"mark": "point", "encoding": tip("a", "b", "c")},
            {"mark": "rule", "data": {"values": [{"a": 9}]}},
            {"encoding": tip("a", "c"), "layer": [{"mark": "point", "data": {"name": "more"}}]},
        ],
    }
    (view,) = hover.views(spec)
    assert (view.title, view.columns) == ("T", ("A", "B", "C"))
    assert [[hover.text(v) for v in row] for row in view.rows] == [
        ["1", "", "x"],
        ["2.5", "true", "y"],
        ["3", "", "z"],
    ]
    assert [v.title for v in hover.views([spec, {"mark": "bar"}, {**spec, "title": ""}])] == ["T", "Panel 3"]
    assert hover.views(None) == []


def test_tooltips_that_contradict_each_other_are_refused():
    assert hover.in_order([["a", "c"], ["a", "b", "c"], ["d"]]) == ["a", "b", "c", "d"]
    with pytest.raises(ValueError, match="different orders"):
        hover.in_order([["a", "b"], ["b", "a"]])


@pytest.mark.parametrize(
    "encodings",
    [
        [tip("a", "b"), tip("b", "a")],
        [{"tooltip": {"field": "a", "aggregate": "mean"}}],
        [{"tooltip": {"field": "worked out"}}],
        [{"tooltip": {"value": "words"}}],
    ],
)
def test_a_chart_whose_tooltips_make_no_table(encodings):
    layers = [{"mark": "point", "encoding": each} for each in encodings]
    assert hover.views({"data": {"values": [{"a": 1, "b": 2}]}, "layer": layers}) == []
