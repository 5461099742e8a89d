"""Slopes from a model alone to the same model with a scaffold."""

import pytest
from places import DATA

import ceg
from ceg.chapters.paper.scaffolding import slopes
from ceg.exhibits import left_out

pytestmark = pytest.mark.slow
COMPARED = ["lats.humaneval.gpt-3-5", "lats.humaneval.gpt-4"]


@pytest.fixture(scope="module")
def book():
    return ceg.open(folder=DATA)


def test_scores_of_both_sides_are_drawn_from_zero(book):
    chart = slopes(book, COMPARED, "HumanEval", "with LATS")
    assert chart.layer[0].to_dict()["encoding"]["y"]["scale"]["domain"] == [0, 100]
    for said in (
        "GPT-3.5 46.9% alone",
        "GPT-4 80.1% alone",
        "GPT-3.5 83.8% with LATS",
        "GPT-4 92.7% with LATS",
    ):
        assert said in chart.description


def test_the_dashed_line_carries_the_best_score_alone_across(book):
    across = slopes(book, COMPARED, "HumanEval", "with LATS").layer[0].data.values
    assert [(r["side"], round(r["score"], 1)) for r in across] == [("alone", 80.1), ("with LATS", 80.1)]


def test_slopes_of_which_nothing_is_left_say_so():
    book = ceg.open(folder=DATA, overrides={"compute_rule": "6nd"})
    assert slopes(book, COMPARED, "HumanEval", "with LATS").description == f"HumanEval: {left_out.WORDS}."
