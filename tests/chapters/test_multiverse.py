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
    assert tables.ranged(toy, 1) == "none"
    assert tables.ranged(toy, 0).startswith("50% (")


def test_what_breaks_a_conclusion_and_what_does_not(toy):
    changes = tables.breaks([toy]).set_index("change").becomes.to_dict()
    assert changes["transform: linear"] == "is undetermined"
    assert "fails" in changes.values()
    held = Conclusion("held", "Held", "Held", toy.factors, np.ones((2, 3), np.int8))
    [row] = tables.breaks([held]).to_dict("records")
    assert (row["change"], row["becomes"]) == ("no change of up to three choices", "stays")


def test_a_bar_is_as_long_as_its_share(toy):
    spec = conclusion_shares.chart(tables.shares([toy])).to_dict(validate=False)
    bars = spec["datasets"][spec["layer"][0]["data"]["name"]]
    assert [(b["verdict"], b["x"], b["x2"]) for b in bars[:2]] == [
        ("holds", 0.0, 0.5),
        ("undetermined", 0.5, 1.0),
    ]
    assert {b["verdict"] for b in bars if b["stands_for"] == "median"} == {"fails"}


def test_numbers_of_an_enhancement_rise_and_their_shares_are_those_with_a_number(made):
    for key in ("minerva", "lats"):
        found = specification_curves.numbers(made, key)
        assert found["number"].is_monotonic_increasing
        row = (
            tables.enhancements(made).query("name == @made.analysis.evidence.enhancements[@key].name").iloc[0]
        )
        points = found.query("status == 'point'")["share"].sum()
        assert row["point"] == ceg.formatting.part(round(points, 6))
        for factor in specification_curves.moving(made, key):
            assert [sum(parts) for parts in found[factor.title]] == pytest.approx([1] * len(found))


def test_what_moves_most_is_what_leads(made):
    shares = variance_chart.shares(made)
    mean = shares.query("what == 'number'").groupby("choice").total.mean().sort_values(ascending=False)
    assert list(mean.index[:2]) == [factor.title for factor in multiverse.leading(made, "number")]
    chart = variance_chart.heat_map(made, shares, "number", "What moves the number")
    assert chart.description.startswith("What moves the number. ")
