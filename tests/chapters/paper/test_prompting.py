"""The gain on every task of a study: which tasks there are, how they are counted, how they are drawn."""

import altair as alt
import pytest
from places import DATA

import ceg
from ceg.chapters.paper import strips
from ceg.chapters.paper.gains_by_task import counts, gains_by_task
from ceg.chapters.paper.prompting import with_prompts

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


def test_strips_by_size_and_by_kind(few_shot):
    by_size = strips.by_size(few_shot)
    assert [s.label for s in by_size][::7] == ["175B", "125M"]
    assert (by_size[0].under, by_size[0].median) == ("none bigger", None)
    assert by_size[2].under == "median 2.58x"
    by_kind = strips.by_kind(few_shot.query("size == '6.7B'"))
    assert [s.label for s in by_kind if s.quiet] == ["flat baseline", "at the floor"]
    assert by_kind[-3].under == "median 0.98x"


def test_charts_of_strips(book, few_shot):
    panels = {"By size": strips.by_size(few_shot), "None": []}
    charts = strips.charts(panels, category="prompting", thresholds=(5, 20))
    assert [(chart.title, chart.height) for chart in charts] == [("By size", 8 * 54), ("None", 54)]
    assert charts[0].description.startswith("By size. 175B: none bigger, ")
    assert charts[1].description == "None: not available under these assumptions."
    beside = strips.evidence(book, panels, note="Own.")
    assert len(beside["data"]) == 8 * 39 and beside["note"] == "Own."
    assert set(beside["data"]["baseline"]) == {"rises"}


@pytest.mark.parametrize(("left", "lines", "arms"), [(True, 4, 2), (False, 0, 0)])
def test_lines_for_other_prompts(book, monkeypatch, left, lines, arms):
    """Two more curves, each of a line and its points, below the chart; none in a chart that is empty."""
    if not left:
        monkeypatch.setattr(type(book), "find", lambda *_: None)
    prompts = {"one-shot": "one example", "few-shot": "a few examples"}
    compared = ["few-shot.naturalquestions.gpt-3-6-7b"]
    plain, _ = with_prompts(book, compared, {}, models=[], titles=["NQ"])
    [chart], scores = with_prompts(book, compared, prompts, models=["GPT-3 6.7B", "GPT-3 13B"], titles=["NQ"])
    assert isinstance(chart, alt.LayerChart) and chart.title == "NQ" and chart.height == 210
    assert len(chart.layer) == len(plain[0].layer) + lines
    more = scores[scores["arm"].isin(prompts.values())]
    assert more["arm"].nunique() == arms
    assert more["score"].tolist() == ([9.78, 13.7, 21.0] if left else [])  # 6.7B with a few is compared
    assert ("one example, by size: 9.78, 13.7." in chart.description) is left
