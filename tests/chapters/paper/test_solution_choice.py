"""Choosing among samples: score against their number, methods compared, the cost of an answer."""

import altair as alt
import pytest
from places import DATA

import ceg
from ceg.chapters.paper import solution_choice

CODECONTESTS = "li2022.codecontests-valid.alphacode-{}.10-of-{}-{}"


@pytest.fixture(scope="module")
def book():
    return ceg.open(folder=DATA)


def test_score_against_samples(book):
    names = {"9B": ("9b", "filtering"), "41B": ("41b", "filtering"), "clustered": ("41b", "clustering")}
    series = {
        name: [CODECONTESTS.format(size, n, choice) for n in ("1k", "1m")]
        for name, (size, choice) in names.items()
    }
    chart, scores = solution_choice.against_samples(book, series, dashed="clustered")
    assert isinstance(chart, alt.LayerChart)
    assert scores["series"].tolist() == ["9B", "9B", "41B", "41B", "clustered", "clustered"]
    assert scores["samples"].tolist() == [1000, 1_000_000] * 3
    assert scores["score"].tolist()[:4] == [16.9, 30.1, 16.9, 31.8]
    assert chart.description.startswith("CodeContests, ")
    assert "9B: 1,000 → 16.9, 1,000,000 → 30.1; 41B: " in chart.description
    marks = [layer.mark for layer in chart.layer]
    assert [m.strokeDash for m in marks if m.type == "line"] == [[], [], [5, 3]]
    assert [m.strokeWidth for m in marks if m.type == "line"] == [1.2, 2.0, 2.8]


def test_methods_on_the_same_samples(book):
    # 78.2 of 500 problems: 1.645 standard errors of 1.85 points
    chosen = {
        "process": "lightman2023.math-500.gpt-4.prm-1860",
        "majority": "lightman2023.math-500.gpt-4.majority-1860",
    }
    [chart], scores = solution_choice.methods(book, {"MATH": chosen})
    assert scores["method"].tolist() == ["process", "majority"]
    assert scores.loc[0, ["score", "low", "high"]].tolist() == [78.2, 75.2, 81.2]
    assert (chart.title, chart.height) == ("MATH", 34 + 46 * 2)
    assert chart.description.startswith("MATH, accuracy (%). process 78.2 (75.2 to 81.2); majority ")


def test_other_titles():
    chart = alt.layer(alt.Chart().mark_point()).properties(title="one", description="Said.")
    [made] = solution_choice.titled([chart], ["other"])
    assert (made.title, made.description) == ("other", "other: Said.")
    with pytest.raises(ValueError):
        solution_choice.titled([chart], [])


@pytest.mark.parametrize(
    ("comparison", "said"),
    [
        ("verifier.gsm8k.gpt-3-6-7b", "4.3 points (standard error 1.9)"),
        ("verifier.gsm8k.gpt-3-175b", "not known under these assumptions"),  # nothing bigger
    ],
)
def test_a_lead_in_words(book, comparison, said):
    assert solution_choice.lead_in_words(book, comparison) == said


def test_an_answer_with_a_verifier_against_one_of_the_bigger_model(book):
    # 200 passes of 6.66e9 parameters against one of 174.6e9: 7.63
    found = solution_choice.against_bigger_answer(book, "verifier.gsm8k.gpt-3-6-7b")
    assert found == pytest.approx(200 * 6.66 / 174.6, rel=0.01)
    assert solution_choice.against_bigger_answer(book, "verifier.gsm8k.gpt-3-175b") is None
