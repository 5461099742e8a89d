"""The gain on every task of a study: which tasks there are, how they are counted, how they are drawn."""

from dataclasses import replace

import pandas as pd
import pytest
from places import DATA

import ceg
from ceg.chapters.paper import strips
from ceg.chapters.paper.gains_by_task import counts, gains_by_task
from ceg.chapters.paper.prompting import careful, with_and_without
from ceg.exhibits import gain_rows, left_out

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def book():
    return ceg.open(folder=DATA)


@pytest.fixture(scope="module")
def few_shot(book):
    return gains_by_task(book, "few-shot")


def test_each_task_is_taken_once(book, few_shot):
    assert not few_shot.duplicated(["task", "model"]).any()
    assert few_shot["task"].nunique() == 51
    assert few_shot["size"].unique().tolist() == [
        "125M",
        "350M",
        "760M",
        "1.3B",
        "2.7B",
        "6.7B",
        "13B",
        "175B",
    ]
    notes = book.comparisons["note"][few_shot.index].fillna("")
    assert not notes.str.contains("second metric").any()
    assert not notes.str.split(";").str[0].str.contains("composite").any()


@pytest.mark.parametrize(
    ("task", "yardstick"), [("WiC", "floor"), ("BoolQ", "flat"), ("Natural Questions", "rises")]
)
def test_yardsticks(few_shot, task, yardstick):
    assert set(few_shot.query("task == @task")["yardstick"]) == {yardstick}


@pytest.mark.parametrize(
    ("size", "tasks", "with_number", "no_gain", "beats_biggest", "median"),
    [
        ("6.7B", 39, 39, None, 13, "2.58x"),
        ("125M", 39, 38, 19, None, "1x"),
        ("175B", 39, 20, None, None, None),
    ],
)
def test_tasks_counted_by_size(few_shot, size, tasks, with_number, no_gain, beats_biggest, median):
    found = counts(few_shot.query("yardstick == 'rises'"), "size").loc[size]
    assert (found["tasks"], found["with_number"]) == (tasks, with_number)
    assert found["without_number"] == tasks - with_number
    assert no_gain is None or found["no_gain"] == no_gain
    assert beats_biggest is None or found["beats_biggest"] == beats_biggest
    assert median is None or found["median_ceg"] == median


def test_what_has_nothing_bigger_or_no_yardstick_is_not_drawn(few_shot):
    drawn = strips.measurable(few_shot)
    assert len(drawn) == 7 * 39
    assert set(drawn["yardstick"]) == {"rises"} and "175B" not in set(drawn["size"])


def test_medians_of_groups(few_shot):
    rows = strips.medians(strips.measurable(few_shot).query("size == '6.7B'"), "kind").set_index("name")
    assert rows.loc["reasoning", ["short", "shape"]].tolist() == ["0.98x", "point"]
    assert rows.loc["translation", ["short", "shape"]].tolist() == ["≥ 26x", "least"]
    assert rows.loc["reading", "value"] == pytest.approx(2.58, abs=0.005)
    assert rows.loc["reading", "says"] == "median 2.58x of 8 tasks"
    assert strips.medians(few_shot.query("size == 'none'"), "kind").empty


def test_strips_gather_the_bounds_that_tasks_share(few_shot):
    drawn = strips.measurable(few_shot)
    rows = strips.medians(drawn, "size")
    chart = strips.chart(drawn, "size", rows, category="prompting", thresholds=(5, 20))
    assert chart.height == 7 * gain_rows.ROW
    assert "6.7B: median 2.58x of 39 tasks, from " in chart.description
    marks = pd.concat(each.data for each in chart.layer if "count" in getattr(each.data, "columns", ()))
    row = (rows["name"].tolist().index("6.7B") + 0.5) * gain_rows.ROW
    assert marks[(marks["shape"] == "least") & (marks["y"] == row)]["count"].max() == 13
    nothing = strips.chart(drawn, "size", rows.iloc[:0], category="prompting", thresholds=())
    assert nothing.data.values == [{"says": left_out.WORDS}]


def test_data_of_strips_have_tasks_and_medians(book, few_shot):
    drawn = strips.measurable(few_shot)
    beside = strips.evidence(book, drawn, [strips.medians(drawn, "size")], note="Own.")
    assert len(beside["data"]) == len(drawn) + 7 and beside["note"] == "Own."
    middle = beside["data"].set_index("task").loc["median, 6.7B"]
    assert middle["ceg"] == pytest.approx(2.58, abs=0.005) and middle["comparison"] == ""


def test_strips_name_what_the_assumptions_leave_out(book, few_shot):
    gone = replace(few_shot["estimate"].iloc[0], status="not-available", reason="graded too low")
    some = few_shot.head(2).assign(estimate=[gone, few_shot["estimate"].iloc[1]])
    note = strips.evidence(book, some, [], note="Own.")["note"]
    assert note == "Own. 1 not available under these assumptions (graded too low); the data name them."


def test_lines_without_and_with_a_prompt(book):
    compared = {"few-shot.naturalquestions.gpt-3-6-7b": "NQ", "few-shot.hellaswag.gpt-3-6-7b": "HS"}
    charts, scores = with_and_without(book, compared, "few-shot", named=("without", "with examples"))
    assert [chart.title for chart in charts] == ["NQ", "HS"]
    assert scores["arm"].value_counts().to_dict() == {"unenhanced": 16, "with the prompt": 14, "enhanced": 2}
    said = charts[0].description
    assert "without: 125M 0.64, " in said and "with examples: 125M 1.72, " in said
    assert "≥ 26x" in _texts(charts[0]) and "40x" in _texts(charts[0])
    assert "0.98x" in _texts(charts[1])


def test_a_chart_of_which_nothing_is_left_says_so(book, monkeypatch):
    monkeypatch.setattr(type(book), "find", lambda *_: None)
    compared = {"few-shot.naturalquestions.gpt-3-6-7b": "NQ"}
    [chart], scores = with_and_without(book, compared, "few-shot", named=("without", "with examples"))
    assert chart.description == f"NQ: {left_out.WORDS}." and scores.empty


def test_what_was_observed_stands_before_what_lies_beyond(book):
    said = [careful(book.estimate(f"few-shot.{c}.gpt-3-6-7b")) for c in ("naturalquestions", "hellaswag")]
    assert [*said, careful(None)] == ["≥ 26x (perhaps 40x)", "0.98x", "no value"]


def _texts(chart):
    return [r.get("says") for each in chart.layer if each.mark.type == "text" for r in each.data.values]
