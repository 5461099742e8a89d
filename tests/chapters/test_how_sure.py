"""The chapter How sure: what its figures and its table are made from."""

import math

import pandas as pd
import pytest

import ceg
from ceg.chapters.how_sure import counts_and_sources, forest
from ceg.estimator.gain import PROBABLE
from ceg.survey import chances, survey

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def book():
    return ceg.open(enhancements="survey")


@pytest.fixture(scope="module")
def headlines(book):
    return [e.headline for e in survey.entries(book) if e.headline]


@pytest.fixture(scope="module")
def rows(book, headlines):
    return forest.rows(book, headlines).set_index("enhancement", drop=False)


def test_the_greatest_headline_comes_first_and_a_bound_has_no_interval(rows):
    value = rows["ceg"].fillna(rows["lower_bound"]).fillna(rows["upper_bound"])
    assert value.is_monotonic_decreasing
    bounds = rows[rows["ceg"].isna()]
    assert "lats" in bounds.index and bounds[["low", "high"]].isna().all(axis=None)
    assert (
        rows.loc["lats", "lead"].endswith(", not counted") and rows.loc["lats"].bound_probability < PROBABLE
    )
    assert rows.loc["toolformer", "lead"] == "not known"
    assert rows.loc["instructgpt", "reported"] == ">100x (secondary) or >3900x (secondary)"


def drawn(chart, mark: str, **style: object) -> list[dict]:
    """The rows behind the layers with a mark of a style."""
    spec = chart.to_dict(validate=False)
    found = []
    for layer in spec["layer"]:
        if layer["mark"]["type"] == mark and style.items() <= layer["mark"].items():
            found += spec["datasets"][layer.get("data", spec.get("data"))["name"]]
    return found


def test_each_headline_has_its_marks(book, rows):
    rows = rows.reset_index(drop=True)
    chart = forest.forest(rows, book.claims.query("quantity == 'ceg'"), thresholds=(5, 20))
    lines = [row["x"] for row in drawn(chart, "rule") if set(row) == {"x"}]
    assert lines == pytest.approx([0, math.log10(5), math.log10(20)])
    hollow = drawn(chart, "point", shape="triangle-right", filled=False)
    assert [row["enhancement_name"] for row in hollow] == ["LATS"]  # too unsure to count
    diamonds = drawn(chart, "point", shape="diamond")
    stated = [10 ** row["x"] for row in diamonds if row["enhancement_name"] == "InstructGPT"]
    assert stated == pytest.approx([100, 3900], rel=1e-3)  # both readings
    ends = [row["x2"] for row in drawn(chart, "rule", strokeWidth=1.2)]
    assert len(ends) == rows["ceg"].count() and max(ends) == forest.RIGHT  # one has no upper end


def test_a_count_is_drawn_where_it_is_likely():
    found = chances.Chances(5, ("a", "b"), (0.003, 0.297, 0.7), (0.9, 0.797))
    chart = counts_and_sources.counts_chart(found, 2)
    assert [row["label"] for row in drawn(chart, "text")] == ["0.30", "0.70"]
    assert [row["n"] for row in drawn(chart, "bar", color="#0072b2")] == [2]
    assert chart.description.endswith("of 2. 1: 30%; 2: 70%.")


def test_a_width_without_an_end_is_said_to_be_open():
    widths = pd.DataFrame(
        [("", 2.0, 20.0, 1.0), ("fit", 2.0, float("nan"), float("nan"))],
        columns=["without", "low", "high", "powers_of_ten"],
    ).assign(name="A", category="data")
    [chart] = counts_and_sources.widths_chart(widths)
    assert [row["label"] for row in drawn(chart, "text")] == ["1.00", "open"]
    assert [row["drawn"] for row in drawn(chart, "text")] == [1.0, 1.25]  # as wide as the axis holds
    assert chart.description == "A, 90% interval with all errors 2–20x; without fit 2x–open."


def test_the_table_says_what_is_not_known(book, headlines):
    stable = {e.enhancement: chances.Stability(0.5, 0.0, {}) for e in headlines}
    found = chances.chances(book, headlines, 5)
    table = counts_and_sources.each(book, headlines, [found], stable).set_index("name")
    assert list(table.columns) == [key for key in counts_and_sources.columns([5]) if key != "name"]
    assert table.loc["Toolformer", ["within", "bound", "sure"]].tolist() == ["", "not known", "not known"]
    assert table.loc["Toolformer", "over_5"].endswith(", if the lead is real")
    assert table.loc["LATS", "ceg"].target == "gain:lats.humaneval.gpt-3-5"  # leads to its workings
    assert set(table["stable"]) == {"50%"}
