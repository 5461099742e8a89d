"""Scores against an amount: a line for each series, and the rows drawn."""

import altair as alt
import pytest
from places import DATA

import ceg
from ceg.exhibits.against_amount import against_amount, scores_by_amount


@pytest.fixture(scope="module")
def book():
    return ceg.open(folder=DATA)


def test_a_line_for_each_series(book):
    few = [f"lewkowycz2022.math.palm-{size}.few-shot" for size in ("8b", "62b", "540b")]
    results = [("a", few[0], 0.5), ("a", few[1], 2), ("b", few[2], 1)]
    chart = against_amount(book, results, category="data", amount_title="rounds")
    assert isinstance(chart, alt.LayerChart) and len(chart.layer) == 6
    assert chart.description == "MATH, accuracy, against rounds. a: 0.5 → 1.5, 2 → 4.4; b: 1 → 8.8."
    x = chart.to_dict()["layer"][0]["encoding"]["x"]
    assert (x["axis"]["values"], x["scale"]["domain"]) == ([0.5, 1, 2], [0.5, 3.2])
    scores = scores_by_amount(book, results)
    assert scores[["series", "amount", "score"]].values.tolist() == [
        ["a", 0.5, 1.5],
        ["a", 2, 4.4],
        ["b", 1, 8.8],
    ]
    assert scores["result"].tolist() == few and set(scores["unit"]) == {"%"}
