"""What single sections work out, by hand from printed numbers: reductions, combinations, leads, cost
terms, distributions.
"""

import dataclasses
import math

import pytest

from ceg import formatting
from ceg.analysis import alternatives, analysis
from ceg.chapters.paper import combining, data_enhancements, limitations, minerva_readings, policy
from ceg.estimator.scaling import Point, Scale
from ceg.prose import phrases
from ceg.survey import combinations, survey


@pytest.fixture(scope="module")
def book():
    return analysis.open()


def test_reduction_by_hand():
    # the enhanced family passes 30 half way in log compute between 20 at 1e21 and 40 at 1e22 (linear):
    # 1e23/10^21.5
    family = [Point(1e21, 20.0), Point(1e22, 40.0)]
    found = limitations.reduction(Point(1e23, 30.0), family, Scale(items=1000), transform="linear")
    assert found.ceg == pytest.approx(10**1.5)
    assert (found.lower_bound, found.upper_bound) == (pytest.approx(10), None)


def test_reduction_of_chain_of_thought_at_palm_62b(book):
    # enhanced 4.1 (8B), 29.9 (62B); unenhanced 62B 9.6: logits -3.1524, -0.8522, -2.2426: share 0.3955 of
    # log10(2.981e23/4.039e22) = 0.8682: C'' = 4.039e22 x 10^0.3434 = 8.905e22; 2.981e23/8.905e22 = 3.348
    found = limitations.both(book, [f"chain-of-thought.gsm8k.palm-{s}" for s in ("8b", "62b", "540b")])
    assert found[1].reduction.ceg == pytest.approx(3.348, abs=5e-3)
    assert found[1].extra == book.estimate("chain-of-thought.gsm8k.palm-62b")


def test_both_definitions_in_words():
    book = analysis.open(overrides={"provenance_admitted": "verified+readoff"})
    found = limitations.definitions(book, [f"chain-of-thought.gsm8k.palm-{s}" for s in ("8b", "62b", "540b")])
    at_62b = found.loc["PaLM 62B"]
    assert list(at_62b[["without", "with", "reduction"]]) == ["9.6", "29.9", "3.35x"]
    assert at_62b.extra.target == "gain:chain-of-thought.gsm8k.palm-62b"
    found = limitations.definitions(book, ["minerva.math.palm-8b", "minerva.math.palm-62b"])
    assert set(found["on"]) == {"Minerva, MATH"}
    assert list(found["extra"]) == list(found["reduction"]) == ["not available"] * 2


def test_the_slope_of_two_models_on_the_game_of_24(book):
    # logit(7.3%) - logit(6%) = 0.210 over log10(8.14) = 0.911 decades: 0.23; logit(74%) - logit(7.3%) = 3.59
    said = limitations.slope_in_words(book, "tree-of-thoughts.game-of-24.gpt-4")
    assert "is 0.23 ± 0.63 in log odds a decade of compute: it cannot be told from zero." in said
    assert "asks for 16 more orders of magnitude" in said


def test_minerva_and_a_vote_on_gsm8k(book):
    c = combinations.of_minerva(book, "gsm8k", "8b")
    assert c.log10_parts == pytest.approx(math.log10(c.data.ceg * c.vote.ceg))
    assert c.log10_excess == pytest.approx(math.log10(c.both.ceg / (c.data.ceg * c.vote.ceg)))
    assert c.log10_excess < 0


def test_parts_and_whole_stand_in_a_frame_and_in_a_sentence(book):
    c = combinations.of_minerva(book, "gsm8k", "8b")
    [row] = combining.gains([c]).itertuples()
    assert row.log10_excess == pytest.approx(c.log10_excess, rel=1e-5)
    assert (row.status_both, row.vote_on) == ("interpolated", "Minerva")
    assert combining.in_words(book, [c]).loc[0, "both"].target == "gain:minerva-voting.gsm8k.palm-8b"
    factor = formatting.times(10**-c.log10_excess, 2)
    assert combining.against_product([c]).endswith(f"interpolated, a factor of {factor}.")
    without = dataclasses.replace(c, vote=dataclasses.replace(c.vote, ceg=None))
    assert "no product can be compared" in combining.against_product([without])


def test_readings_of_minerva_with_a_vote(book):
    found = minerva_readings.readings(book, {"MATH": "minerva-voting.math.palm-{}"})
    of_all = found.query("size == 'median'").groupby(minerva_readings.CHOICES)["ceg"].first()
    by_size = found.query("size != 'median'").groupby(minerva_readings.CHOICES)["ceg"]
    assert of_all.equals(by_size.median()[of_all.index]) and len(of_all) > 10
    [hit] = found.query(
        "size == 'median' and form == 'logit' and fitted == 'two largest' and compute_rule == 'reported' "
        "and continued_training == 'not charged'"
    ).itertuples()
    assert (hit.of, hit.ceg) == ("8b", pytest.approx(2387, abs=10))
    [pair] = minerva_readings.pairs(found.loc[[hit.Index]], found.loc[[hit.Index]]).itertuples()
    assert pair.ceg_maths == pair.ceg_stem == hit.ceg


def test_lead_of_the_verifier(book):
    # 39.04 - 34.72 = 4.32 points; sqrt(.3904 x .6096/1319 + .3472 x .6528/1319) = 1.88 points
    found = phrases.lead(book, "verifier.gsm8k.gpt-3-6-7b")
    assert found.bigger == "GPT-3 175B"
    assert found.points == pytest.approx(4.32, abs=0.01)
    assert found.error == pytest.approx(1.88, abs=0.01)


def test_cost_terms_of_instructgpt(book):
    # 12725 x 16 x 2048 / 300e9 = 0.139%; (8 x 1.32 + 10 x 6) x 256000 x 2048 / (6 x 1.32 x 300e9) = 1.557%; 8
    # x 256000 x 2048 / 300e9 = 1.398%
    row = book.costs.loc["instructgpt.gpt-3-1-3b.ppo-ptx.one-time"]
    assert data_enhancements.terms(row) == pytest.approx([0.00139, 0.01557, 0.01398], rel=1e-3)
    assert sum(data_enhancements.terms(row)) == pytest.approx(row.value, rel=0.01)


CALLED = {"instructgpt.gpt-3-1-3b.ppo-ptx.one-time": "InstructGPT", "codex.codex-12b.one-time": "Codex"}


def test_only_costs_with_several_terms_are_taken_apart(book):
    [found] = data_enhancements.sums(book, book.costs.loc[list(CALLED)]).itertuples()
    assert (found.terms, found.sum, found.range) == ("0.14% + 1.6% + 1.4%", "3.1%", "")
    assert found.source == "Ouyang et al. 2022, Appendix C (estimated)"


def test_one_time_costs_are_drawn_dearest_first_with_their_ranges(book):
    found = data_enhancements.shares(book, CALLED)
    assert list(found["called"]) == ["Codex", "InstructGPT"]
    assert list(found["low"]) == [0.33, 0.03094] and list(found["high"]) == [1.0, 0.03094]
    said = data_enhancements.chart(found, 0.1).description
    assert said.endswith("a rule at 10%. Above it: Codex: 100%. Below it: InstructGPT: 3.1%.")


def test_other_choices_leave_the_book_alone(book):
    changed = alternatives.under(book, "lats.humaneval.gpt-3-5", min_points=2)
    assert (changed.status, book.estimate("lats.humaneval.gpt-3-5").status) == ("extrapolated", "bound")


def test_buffers_count_like_the_survey(book):
    found = policy.over(book, 4)["headline"]
    pairs = [(e.enhancement.name, e.headline) for e in survey.entries(book)]
    assert found == survey.count(pairs, 4)
    assert set(policy.cheap(book, 4, 0.01)) <= set(found.exceed)
