"""Choosing among samples: score against their number, methods compared, gains in a panel and in cells."""

from dataclasses import replace

import altair as alt
import pytest
from places import DATA

import ceg
from ceg.analysis.alternatives import analysis, under
from ceg.chapters.paper import solution_choice
from ceg.exhibits import left_out

CODECONTESTS = "li2022.codecontests-valid.alphacode-{}.10-of-{}-{}"
VERIFIER = "verifier.gsm8k.gpt-3-6-7b"


@pytest.fixture(scope="module")
def book():
    return ceg.open(folder=DATA)


def test_score_against_samples(book):
    names = {"9B": ("9b", "filtering"), "41B": ("41b", "filtering"), "clustered": ("41b", "clustering")}
    series = {
        name: [CODECONTESTS.format(size, n, choice) for n in ("1k", "1m")]
        for name, (size, choice) in names.items()
    }
    chart, scores = solution_choice.against_samples(book, series, "problems solved (%)")
    assert isinstance(chart, alt.LayerChart)
    assert scores["series"].tolist() == ["9B", "9B", "41B", "41B", "clustered", "clustered"]
    assert scores["samples"].tolist() == [1000, 1_000_000] * 3
    assert scores["score"].tolist()[:4] == [16.9, 30.1, 16.9, 31.8]
    assert chart.description.startswith("CodeContests, ")
    assert "9B: 1,000 → 16.9, 1,000,000 → 30.1; 41B: " in chart.description
    encoded = chart.to_dict()["layer"][0]["encoding"]
    assert encoded["y"]["title"] == "problems solved (%)"
    assert (
        "'1,000'" in encoded["x"]["axis"]["labelExpr"] and "'1 million'" in encoded["x"]["axis"]["labelExpr"]
    )


def test_methods_on_the_same_samples(book):
    # 78.2 of 500 problems: 1.645 standard errors of 1.85 points
    chosen = {
        study: {"steps": f"{key}prm{end}", "majority": f"{key}majority{rest}"}
        for study, key, end, rest in (
            ("MATH", "lightman2023.math-500.gpt-4.", "-1860", "-1860"),
            ("GSM8K", "uesato2022.gsm8k.base-70b.sft-plus-", "-rerank96", "96"),
        )
    }
    chart, scores = solution_choice.methods(book, chosen, of="steps")
    assert scores["method"].tolist() == ["steps", "majority"] * 2
    assert scores.loc[0, ["score", "low", "high"]].tolist() == [78.2, 75.2, 81.2]
    assert chart.description.startswith("accuracy (%). MATH, steps 78.2 (75.2 to 81.2); MATH, majority ")
    heads, *layers = chart.to_dict()["layer"]
    order = ["MATH|", "MATH|steps", "MATH|majority", "GSM8K|", "GSM8K|steps", "GSM8K|majority"]
    assert heads["encoding"]["y"]["scale"]["domain"] == order
    assert {tuple(e["encoding"]["x"]["scale"]["domain"]) for e in layers} == {(65, 90)}  # one axis for both
    coloured, grey = (e["data"]["values"] for e in layers if e["mark"]["type"] == "point")
    assert {r["method"] for r in coloured} == {"steps"} and {r["method"] for r in grey} == {"majority"}


@pytest.mark.parametrize(
    ("changes", "ends", "says"),
    [
        ({}, [1.2252, 1.4178], ["≥ 16x, well spent", "≥ 26x, as reported"]),
        ({"min_points": 2}, [1.5766, 1.8175], ["38x, well spent", "66x, as reported"]),
    ],
)
def test_one_gain_under_two_rules_for_compute(book, changes, ends, says):
    rules = {
        name: analysis(book, compute_rule=rule, **changes)
        for name, rule in (("as reported", "reported"), ("well spent", "compute_optimal"))
    }
    chart = solution_choice.brackets(rules, VERIFIER, enhanced="6.7B", score_title="solved (%)")
    assert isinstance(chart, alt.LayerChart)
    drawn = [row for each in chart.to_dict()["layer"] for row in each["data"]["values"]]
    found = {row["says"]: row for row in drawn if "to" in row}
    assert list(found) == says
    assert [row["to"] for row in found.values()] == pytest.approx(ends, abs=0.005)
    assert {row["foot"] for row in found.values()} == {34.72}
    reached = sorted({row["at"] for row in drawn if row.get("model") == "GPT-3 175B"})
    assert reached == pytest.approx([1.2275, 1.4178], abs=0.005)  # 16.9 and 26.2 times
    assert f"gain {says[0]}; {says[1]}" in chart.description


def test_brackets_of_a_gain_that_is_left_out(book):
    without = replace(book, assumptions=book.assumptions.but(provenance_admitted="verified+readoff"))
    vote = "majority-voting.math.palm-62b"
    chart = solution_choice.brackets({"any": without}, vote, enhanced="62B", score_title="")
    assert chart.description == f"62B: {left_out.WORDS}."


@pytest.mark.parametrize(
    ("comparison", "at_least", "estimate"),
    [
        (VERIFIER, "≥ 26.1x", "–"),
        ("majority-voting.math.palm-62b", "≥ 8.48x", "39x"),
        ("majority-voting.math.palm-8b", "–", "5.6x"),  # between two models: no bound
        ("process-supervision.collegemath.qwen2-5-math-7b", "–", "≤ 0.203x"),
        ("verifier.gsm8k.gpt-3-175b", "–", "–"),  # nothing bigger
    ],
)
def test_bound_and_estimate_in_cells(book, comparison, at_least, estimate):
    found = solution_choice.bound_and_estimate(book.estimate(comparison))
    assert found == {"at_least": at_least, "estimate": estimate}


def test_cells_without_an_estimate():
    assert solution_choice.bound_and_estimate(None) == {"at_least": "–", "estimate": "–"}


def test_a_gain_under_other_choices(book):
    choices = {"as reported": {}, "well spent": {"compute_rule": "compute_optimal", "min_points": 2}}
    found = solution_choice.under_choices(book, VERIFIER, choices)
    assert found.to_numpy().tolist() == [["as reported", "≥ 26.1x", "–"], ["well spent", "≥ 16.8x", "38x"]]


@pytest.mark.parametrize(
    ("low", "high", "draws", "said"),
    [
        (2.5, 63.0, 100, "its 90% interval is 2.5–63x"),
        (24.0, None, 100, "with errors, it is above 24x (95% limit)"),
        (None, None, 100, "its errors are so large that it has no known limit in either direction"),
        (None, None, 0, "its errors are not known"),
    ],
)
def test_errors_in_words(book, low, high, draws, said):
    estimate = replace(under(book, VERIFIER), low=low, high=high, draws=draws)
    assert solution_choice.errors_in_words(estimate) == said


def test_errors_without_an_estimate():
    assert solution_choice.errors_in_words(None) == "its errors are not known"


@pytest.mark.parametrize(
    ("comparison", "said"),
    [
        (VERIFIER, "4.3 points (standard error 1.9)"),
        ("verifier.gsm8k.gpt-3-175b", "not known under these assumptions"),  # nothing bigger
    ],
)
def test_a_lead_in_words(book, comparison, said):
    assert solution_choice.lead_in_words(book, comparison) == said


def test_an_answer_with_a_verifier_against_one_of_the_bigger_model(book):
    # 200 passes of 6.66e9 parameters against one of 174.6e9: 7.63
    found = solution_choice.against_bigger_answer(book, VERIFIER)
    assert found == pytest.approx(200 * 6.66 / 174.6, rel=0.01)
    assert solution_choice.against_bigger_answer(book, "verifier.gsm8k.gpt-3-175b") is None


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        ({"a": 30.2, "b": None, "c": 1.18, "d": 7.6}, "1.2 times (c) to 30 times (a)"),
        ({"a": 30.2, "b": None}, "30 times (a)"),
        ({"a": None}, "an unknown multiple of"),
    ],
)
def test_what_chosen_answers_cost(costs, said):
    assert solution_choice.dearness(costs) == said
