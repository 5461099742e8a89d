"""The scores behind comparisons, as a data frame."""

import pytest
from places import DATA

import ceg
from ceg.prose.compared_scores import COLUMNS


@pytest.fixture(scope="module")
def book():
    return ceg.open(folder=DATA)


@pytest.mark.parametrize(
    ("comparisons", "arms", "first"),
    [
        (["minerva.math.palm-8b"], {"unenhanced": 3, "enhanced": 1}, ("PaLM 8B", 1.5)),
        (
            ["minerva.math.palm-8b", "minerva.math.palm-62b"],  # each baseline once
            {"unenhanced": 3, "enhanced": 2},
            ("PaLM 8B", 1.5),
        ),
        (
            ["minerva.gsm8k.palm-8b", "minerva.math.palm-8b"],
            {"unenhanced": 6, "enhanced": 2},
            ("PaLM 8B", 4.1),
        ),
        ([], {}, None),
    ],
)
def test_scores_that_are_compared(book, comparisons, arms, first):
    scores = ceg.compared_scores(book, comparisons)
    assert tuple(scores.columns) == COLUMNS
    assert scores["arm"].value_counts().to_dict() == arms
    assert first is None or (scores["model"][0], scores["score"][0]) == first


def test_what_the_scores_rest_on(book):
    scores = ceg.compared_scores(book, ["minerva.math.palm-8b"])
    assert scores["ceg"].tolist()[-1].startswith("\N{GREATER-THAN OR EQUAL TO} ") and not any(
        scores["ceg"][:-1]
    )
    places = ceg.behind(book, scores["result"])
    assert {source for source, _, _ in places} >= {"lewkowycz2022solving"}
