"""The chapter How sure: what its figures and its tables are made from."""

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
    return forest.rows(book, headlines, 5).set_index("enhancement", drop=False)


def test_the_greatest_headline_comes_first_and_a_bound_has_its_interval_too(rows):
    value = rows["ceg"].fillna(rows["lower_bound"]).fillna(rows["upper_bound"])
    assert value.is_monotonic_decreasing
    assert math.isnan(rows.loc["lats", "ceg"]) and rows.loc["lats", "low"] < rows.loc["lats", "lower_bound"]
    assert rows.loc["lats", "says"].startswith("observed ≥ 8.14x (95%: above ")
    assert rows.loc["alphacode", ["low", "high"]].isna().all()  # its baseline is flat
    assert rows.loc["instructgpt", "reported"] == ">100x (secondary) or >3900x (secondary)"
    assert rows.loc["verifier", "counted"] and not rows.loc["alphacode", "counted"]


def drawn(chart, mark: str, **style: object) -> list[dict]:
    """The rows behind the layers with a mark of a style."""
    spec = chart.to_dict(validate=False)
    found = []
    for layer in spec["layer"]:
        if layer["mark"]["type"] == mark and style.items() <= layer["mark"].items():
            data = layer.get("data", spec.get("data"))
            found += data["values"] if "values" in data else spec["datasets"][data["name"]]
    return found


def test_each_headline_has_its_marks(book, rows):
    rows = rows.reset_index(drop=True)
    chart = forest.forest(rows, book.claims.query("quantity == 'ceg'"), thresholds=(5, 20))
    lines = [row["x"] for row in drawn(chart, "rule") if set(row) == {"x"}]
    assert lines == pytest.approx([0, math.log10(5), math.log10(20)])
    triangles = [r["name"] for r in drawn(chart, "point", shape="triangle-right", opacity=1)]
    assert triangles == rows["name"][rows["ceg"].isna() & rows["upper_bound"].isna()].tolist()
    rings = [r["name"] for r in drawn(chart, "point", shape="circle", filled=False)]
    assert rings == rows["name"][rows["status"] == "extrapolated"].tolist()
    intervals = drawn(chart, "rule", strokeWidth=2)
    assert len(intervals) == (rows["low"].notna() | rows["high"].notna()).sum()
    ends = [row["to"] for row in intervals if row["name"] == "Chain of thought"]
    assert ends == [row["x"] for row in drawn(chart, "point", size=40)][:1]  # no upper end: an arrow


def test_what_is_reported_stands_below_its_headline_and_is_named_once(book, rows):
    rows = rows.reset_index(drop=True)
    chart = forest.forest(rows, book.claims.query("quantity == 'ceg'"), thresholds=(5, 20))
    diamonds = drawn(chart, "point", shape="diamond")
    stated = [10 ** row["x"] for row in diamonds if row["name"] == "InstructGPT"]
    assert stated == pytest.approx([100, 3900], rel=1e-3)  # both readings
    words = [row["name"] for row in drawn(chart, "text") if row.get("word") == "reported"]
    assert sorted(words) == sorted(rows["name"][rows["reported"] != ""])


def test_a_reported_value_without_room_on_its_left_is_named_on_its_right():
    left, right = forest._words(pd.DataFrame({"name": ["a", "b", "b"], "x": [2.0, 0.1, 1.0]}))
    assert left.mark.align == "right" and left.data["x"].tolist() == [2.0]
    assert right.mark.align == "left" and right.data["x"].tolist() == [1.0]  # of the greatest


def test_a_count_is_drawn_where_it_is_likely():
    found = chances.Chances(5, ("a", "b"), (0.003, 0.297, 0.7), (0.9, 0.797), (0.95, 0.797))
    chart = counts_and_sources.counts_chart(found, 2)
    assert [row.get("says", row["label"]) for row in drawn(chart, "text")] == [
        "30",
        "very likely one by one: 2",
    ]
    assert [row["n"] for row in drawn(chart, "bar", color="#0072b2")] == [2]
    assert chart.description.endswith("of 2. 1: 30%; 2: 70%.")


def test_the_source_that_a_limit_hangs_on_most_leads_and_the_commonest_comes_first():
    low = {
        "A": {"": 10.0, "fit": 10.5, "compute": 10.9},
        "B": {"": math.nan, "fit": 20.0, "compute": math.nan},
        "C": {"": 5.0, "fit": 30.0, "compute": 6.0},
        "D": {"": 2.0, "fit": 2.0, "compute": 3.0},
    }
    widths = pd.DataFrame(
        [{"name": n, "without": s, "low": x} for n, by in low.items() for s, x in by.items()]
    )
    found = counts_and_sources.raised(widths)
    assert found["name"].tolist() == ["C", "B", "D", "A"]
    assert found["source"].tolist() == ["fit", "fit", "compute", ""]  # a tenth more is too little
    assert found.loc[1, ["all", "without"]].tolist() == [0, 20]  # there was no limit
    chart = counts_and_sources.limits_chart(found)
    assert [row["short"] for row in drawn(chart, "text") if "short" in row] == [
        "5x → 30x\nmodel scatter",
        "none → 20x\nmodel scatter",
        "2x → 3x\ncompute",
        "10x\nno single one",
    ]
    assert [row["name"] for row in drawn(chart, "point", size=60)] == ["C", "D", "A"]  # grey: there is one
    assert [row["name"] for row in drawn(chart, "point", size=90)] == ["C", "B", "D"]


def test_the_table_says_what_is_not_known(book, headlines):
    stable = {e.enhancement: chances.Stability(0.5, 0.0, {}) for e in headlines}
    found = chances.chances(book, headlines, 5)
    table = counts_and_sources.each(book, headlines, [found], stable).set_index("name")
    assert list(table.columns) == [key for key in counts_and_sources.columns([5]) if key != "name"]
    assert table.loc["Toolformer", "within"].endswith(", partial")
    low, high = table.loc["Toolformer", "over_5"].split(" to ")  # what is censored counts for the second
    assert 0 < float(low) < float(high) < 1
    assert table.loc["AlphaCode", "over_5"] == "flat baseline"
    assert (table.loc["LATS", "ceg"], table.loc["LATS", "bound"]) == ("", "≥ 8.14x")
    assert table.loc["LATS", "bound"].target == "gain:lats.humaneval.gpt-3-5"  # leads to its workings
    assert (table.loc["Chain of thought", "ceg"], table.loc["Chain of thought", "bound"]) == (
        "58x",
        "≥ 8.48x",
    )
    assert table.loc["Process supervision", "bound"].startswith("≤ ")
    assert table.index[0] == "Minerva"  # the greatest
    assert set(table["stable"]) == {"50%"}


def test_the_scatter_of_a_family_of_two_is_estimated_from_nothing(book, headlines):
    found = counts_and_sources.scatter(book, headlines).set_index("name")
    assert found.loc["Trained verifier"].tolist() == [0, 0]
    assert found["freedom"].is_monotonic_decreasing and found["freedom"].iloc[0] > 0
