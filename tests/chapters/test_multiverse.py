"""The chapter on the multiverse: the frames and charts of what every combination of choices gives."""

import numpy as np
import pytest

import ceg
from ceg.chapters.multiverse import conclusion_shares, specification_curves, tables, variance_chart
from ceg.multiverse import specifications
from ceg.multiverse import survey as multiverse
from ceg.multiverse.conclusions import Conclusion

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made():
    return multiverse.survey(ceg.open(enhancements="survey"))


@pytest.fixture(scope="module")
def toy():
    """One choice of two options: it holds with the first by headlines, and fails by medians."""
    choice = specifications.Factor(("transform",), (("logit",), ("linear",)), (0.5, 0.5))
    verdict = np.array([[1, -1, 0], [0, -1, 0]], np.int8)
    return Conclusion("toy", "Toy", "A toy", (choice, specifications.standing()), verdict)


def test_shares_of_a_conclusion(toy):
    found = tables.shares([toy]).pivot(index="stands_for", columns="verdict", values="share")
    assert found.loc["headline"].to_dict() == {"holds": 0.5, "undetermined": 0.5, "fails": 0.0}
    assert found.loc["median"].to_dict() == {"holds": 0.0, "undetermined": 0.0, "fails": 1.0}
    by_option = tables.by_option([toy]).query("stands_for == 'headline'")
    assert by_option.set_index("option").share.to_dict() == {"logit": 1.0, "linear": 0.0}
    [row] = tables.others([toy]).to_dict("records")
    assert row == {"conclusion": "Toy", "headline": "50%", "median": "none", "median_rising": "none"}


def test_an_option_has_a_row_and_a_way_in_which_none_differs_has_no_column(toy):
    found = tables.by_way(tables.by_option([toy]), {"toy": "Toy"})
    assert found.to_dict("list") == {
        "option": ["scale of the scores: logit", "scale of the scores: linear"],
        "Toy, headline": ["all", "none"],
    }


def test_what_breaks_a_conclusion_and_what_does_not(toy):
    changes = tables.breaks([toy]).set_index("change").becomes.to_dict()
    assert changes["scale of the scores: linear"] == "holds → undetermined"
    assert "holds → fails" in changes.values()
    held = Conclusion("held", "Held", "Held", toy.factors, np.ones((2, 3), np.int8))
    [row] = tables.breaks([held]).to_dict("records")
    assert (row["change"], row["becomes"]) == ("no change of up to two choices", "stays: holds")


def test_a_pair_stands_both_ways_round_and_a_way_that_holds_nowhere_is_left_out(toy):
    a, b = (
        Conclusion(n, n, n, toy.factors, v)
        for n, v in (("a above b", toy.verdict), ("c above d", abs(toy.verdict)))
    )
    found = tables.pairs([a, b]).set_index("pair")
    assert list(found.index) == ["c above d", "a above b", "b above a"]
    assert found.loc["a above b"].tolist() == ["50%", "none", "none"]
    assert found.loc["b above a"].tolist() == ["none", "all", "none"]


def layers(chart, mark: str) -> list[dict]:
    spec = chart.to_dict(validate=False)
    rows = (
        spec["datasets"][x.get("data", spec.get("data"))["name"]]
        for x in spec["layer"]
        if x["mark"]["type"] == mark
    )
    return [row for some in rows for row in some]


def test_a_bar_is_as_long_as_its_share(toy):
    shares = tables.shares([toy])
    chart = conclusion_shares.chart(shares)
    bars = layers(chart, "bar")
    assert [(b["verdict"], b["x"], b["x2"]) for b in bars[:2]] == [
        ("holds", 0.0, 0.5),
        ("undetermined", 0.5, 1.0),
    ]
    assert {b["verdict"] for b in bars if b["stands_for"] == "median"} == {"fails"}
    low, high = shares.loc[shares["verdict"] == "holds", ["low", "high"]].iloc[0]
    assert (low, high) == pytest.approx(toy.range("holds", stands_for=0), rel=1e-5)
    assert 0 < low < 0.5 < high < 1


@pytest.fixture(scope="module")
def numbers(made):
    return specification_curves.numbers(made)


def test_numbers_of_an_enhancement_lie_in_order_and_shares_sum_to_those_with_a_number(numbers):
    some = numbers[numbers["with_number"] > 0]
    order = some[["least", "lower_quartile", "median", "upper_quartile", "greatest"]]
    assert (order.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    verdicts = numbers[["exceeds", "undetermined", "does_not"]].sum(axis=1)
    assert verdicts.tolist() == pytest.approx(numbers["with_number"].tolist(), abs=1e-5)
    heads = numbers.query("stands_for == 'headline'").set_index("enhancement")
    assert heads.loc["webgpt", "bounds"] == 1 and heads.loc["minerva", "bounds"] < 1
    webgpt = ceg.open(enhancements="survey").headline("webgpt")
    assert heads.loc["webgpt", "default"] == pytest.approx(webgpt.lower_bound, rel=1e-5)
    assert numbers.query("with_number == 0")["median"].isna().all()


def test_a_strip_has_the_marks_of_its_defaults(numbers):
    chart = specification_curves.strips(numbers)
    marks = {row["name"] for row in layers(chart, "point")}
    assert len(marks) == len(numbers.query("stands_for == 'headline' and default.notna()"))
    [lats] = [row["says"] for row in layers(chart, "text") if row["name"] == "LATS"]
    assert "x\nin " in lats  # not every specification gives it a number
    order = chart.to_dict(validate=False)["layer"][0]["encoding"]["y"]["sort"]
    median = numbers.query("stands_for == 'headline'").set_index("name")["median"].to_dict()
    values = [median[name.replace("\n", " ")] for name in order]
    assert values == sorted(values, reverse=True)


def test_how_often_each_exceeds_the_threshold(numbers):
    found = tables.exceeding(numbers).set_index("name")
    assert found.loc["Trained verifier"].tolist() == ["all", "all", "all"]
    assert found.loc["AlphaCode"].tolist() == ["none", "none", "none"]
    assert found.index[-1] != "Trained verifier"


def test_what_moves_most_is_what_leads(made):
    shares = variance_chart.shares(made)
    mean = shares.query("what == 'number'").groupby("choice").total.mean().sort_values(ascending=False)
    assert list(mean.index[:2]) == [factor.title for factor in multiverse.leading(made, "number")]
    chart = variance_chart.bars(shares, "number", "What moves the number")
    assert [row["choice"] for row in layers(chart, "bar")][:2] == list(mean.index[:2])
    assert chart.description.startswith(f"What moves the number. {mean.index[0]}: ")
    moves = tables.moves(made, shares).set_index("name")
    assert moves.loc["WebGPT", ["number", "verdict", "verdict_share"]].tolist() == [
        "how compute is counted",
        "nothing",
        "",
    ]


def test_every_choice_says_what_it_decides_and_every_rule_speaks_in_words(made):
    assert tables.choices(made.factors)["what"].str.len().min() > 10
    assert not tables.left_out(made)["combination"].str.contains("_").any()


def test_counts_change_with_what_is_asked_for():
    found = tables.counting(ceg.open(enhancements="survey")).set_index("change")
    assert found.index[0] == "as the book counts"
    assert int(found.loc["probability asked for: 50%", "large"].split()[0]) > int(
        found["large"].iloc[0].split()[0]
    )
