"""The chapter How sure: what its figures and its table are made from."""

import math

import pandas as pd
import pytest

import ceg
from ceg.chapters.how_sure import counts_and_sources, forest
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


def test_the_greatest_headline_comes_first_and_a_bound_has_its_interval_too(rows):
    value = rows["ceg"].fillna(rows["lower_bound"]).fillna(rows["upper_bound"])
    assert value.is_monotonic_decreasing
    assert math.isnan(rows.loc["lats", "ceg"]) and rows.loc["lats", "low"] < rows.loc["lats", "lower_bound"]
    assert rows.loc["lats", "says"].startswith("observed ≥ 8.14x (95%: above ")
    assert rows.loc["alphacode", ["low", "high"]].isna().all()  # its baseline is flat
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
    arrows = [r["enhancement_name"] for r in drawn(chart, "point", shape="triangle-right", size=70)]
    assert arrows == rows["enhancement_name"][rows["ceg"].isna() & rows["upper_bound"].isna()].tolist()
    diamonds = drawn(chart, "point", shape="diamond")
    stated = [10 ** row["x"] for row in diamonds if row["enhancement_name"] == "InstructGPT"]
    assert stated == pytest.approx([100, 3900], rel=1e-3)  # both readings
    ends = [row["x2"] for row in drawn(chart, "rule", strokeWidth=1.2)]
    assert len(ends) == (rows["low"].notna() | rows["high"].notna()).sum()
    assert max(ends) == forest.RIGHT  # one has no upper end


def test_a_count_is_drawn_where_it_is_likely():
    found = chances.Chances(5, ("a", "b"), (0.003, 0.297, 0.7), (0.9, 0.797), (0.95, 0.797))
    chart = counts_and_sources.counts_chart(found, 2)
    assert [row["label"] for row in drawn(chart, "text")] == ["0.30", "0.70"]
    assert [row["n"] for row in drawn(chart, "bar", color="#0072b2")] == [2]
    assert chart.description.endswith("of 2. 1: 30%; 2: 70%.")


def test_a_limit_that_is_not_there_is_said():
    limits = pd.DataFrame({"without": ["", "fit"], "low": [float("nan"), 20.0]})
    [chart] = counts_and_sources.limits_chart(limits.assign(name="A", category="data"))
    assert [row["label"] for row in drawn(chart, "text")] == ["none", "20x"]
    assert [row["label"] for row in drawn(chart, "point")] == ["20x", "none"]  # a dot, and a cross
    assert chart.description == "A, lower end of the gain: all errors none; without fit 20x."


def test_the_table_says_what_is_not_known(book, headlines):
    stable = {e.enhancement: chances.Stability(0.5, 0.0, {}) for e in headlines}
    found = chances.chances(book, headlines, 5)
    table = counts_and_sources.each(book, headlines, [found], stable).set_index("name")
    assert list(table.columns) == [key for key in counts_and_sources.columns([5]) if key != "name"]
    assert table.loc["Toolformer", "within"].endswith(", partial")
    low, high = table.loc["Toolformer", "over_5"].split(" to ")  # what is censored counts for the second
    assert 0 < float(low) < float(high) < 1
    assert table.loc["AlphaCode", "over_5"] == "flat baseline"
    assert table.loc["LATS", "ceg"].target == "gain:lats.humaneval.gpt-3-5"  # leads to its workings
    assert set(table["stable"]) == {"50%"}
