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
    assert list(at_62b[["name", "reduction", "reduction_beyond"]]) == ["PaLM 62B, GSM8K", "3.35x", ""]
    assert (at_62b.extra, at_62b.extra_beyond) == ("≥ 8.48x", "58x")
    assert at_62b.extra.target == at_62b.extra_beyond.target == "gain:chain-of-thought.gsm8k.palm-62b"
    assert (found.extra["PaLM 8B"], found.extra_beyond["PaLM 8B"]) == ("≤ 1x", "0.59x")
    found = limitations.definitions(book, ["minerva.math.palm-8b", "minerva.math.palm-62b"])
    assert list(found["name"]) == ["PaLM 8B, MATH", "PaLM 62B, MATH"]
    assert list(found["extra"]) == list(found["reduction"]) == ["not available"] * 2


def test_the_two_definitions_are_two_arrows_from_one_model(book):
    family = [f"chain-of-thought.gsm8k.palm-{size}" for size in ("8b", "62b", "540b")]
    chart = limitations.two_definitions(book, family, "PaLM 62B")
    assert chart.description.endswith("Training compute: 58x to match (≥ 8.48x); saves 3.35x.")
    rows = [row for each in chart.layer for row in each.data.values if "to_right" in row]
    ends = {(row["to_right"], row["to"] > row["x"]) for row in rows}
    assert ends == {(True, True), (False, False)}
    assert "Not available" in limitations.two_definitions(book, family, "PaLM 1B").description


def test_a_flat_baseline_is_drawn_with_its_smallest_model_alone_enhanced(book):
    family = [f"webgpt.truthfulqa-truthful.gpt-3-{size}" for size in ("760m", "13b", "175b")]
    said = limitations.flat_baseline(book, family).description
    assert said.count(" enhanced ") == 1 and said.count(" unenhanced ") == 3
    assert said.endswith("GPT-3 760M enhanced 70.5. Training compute: ≥ 229x.")
    assert "Not available" in limitations.flat_baseline(book, family[2:]).description


def test_the_slope_of_two_models_on_the_game_of_24(book):
    # logit(7.3%) - logit(6%) = 0.210 over log10(8.14) = 0.911 decades: 0.23; logit(74%) - logit(7.3%) = 3.59
    said = limitations.slope_in_words(book, "tree-of-thoughts.game-of-24.gpt-4")
    assert "rises by 0.23 ± 0.63 in log odds (the logarithm of right over wrong) for each tenfold" in said
    assert "which cannot be told from no rise. Taken" in said
    assert "would need 16 more factors of ten" in said


def test_minerva_and_a_vote_on_gsm8k(book):
    c = combinations.of_minerva(book, "gsm8k", "8b")
    assert c.log10_parts == pytest.approx(math.log10(c.data.ceg * c.vote.ceg))
    assert c.log10_excess == pytest.approx(math.log10(c.both.ceg / (c.data.ceg * c.vote.ceg)))
    assert c.log10_excess < 0


def test_parts_and_whole_stand_in_a_frame_and_in_words(book):
    c = combinations.of_minerva(book, "gsm8k", "8b")
    [row] = combining.gains({"one": c}).itertuples()
    assert row.log10_excess == pytest.approx(c.log10_excess, rel=1e-5)
    assert (row.name, row.status_both, row.vote_on) == ("one", "interpolated", "Minerva")
    said = combining.in_words(book, {"one": c}).loc[0]
    assert said.both.target == "gain:minerva-voting.gsm8k.palm-8b"
    assert said["product"] == formatting.times(c.data.ceg * c.vote.ceg, 2)


def test_product_and_whole_are_drawn_furthest_apart_first_and_bounds_last(book):
    further = alternatives.analysis(book, max_extrapolation_oom=2.0)
    at = {"bound": ("math", "62b"), "near": ("gsm8k", "8b"), "far": ("gsm8k", "62b")}
    named = {name: combinations.of_minerva(further, *where) for name, where in at.items()}
    assert (named["bound"].both.status, named["far"].both.status) == ("bound", "extrapolated")
    chart = combining.chart(further, named)
    said = chart.description
    assert said.index("far: ") < said.index("near: ") < said.index("bound: ")
    drawn = [row for each in chart.layer if each.mark.type == "text" for row in each.data.values]
    words = [row["says"] for row in drawn if "says" in row and row["name"] == "far"]
    assert f"together {formatting.times(named['far'].both.ceg, 2)}" in words
    assert f"{formatting.times(named['far'].product, 2)} expected" in words
    [joined] = [each.data.values for each in chart.layer if each.mark.type == "rule"]
    assert {row["name"] for row in joined} == {"near", "far"}
    nothing = dataclasses.replace(named["near"].both, ceg=None, lower_bound=None, status="not-available")
    without = dataclasses.replace(named["near"], data=nothing, both=nothing)
    assert combining.chart(further, {"none": without}).description.startswith("Not available")


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
    same = minerva_readings.pairs(found.loc[[hit.Index]], found.loc[[hit.Index]])
    [row] = minerva_readings.in_words(same).itertuples()
    assert (row.scores, row.maths) == ("MATH and MATH, median", formatting.times(hit.ceg))
    assert row.choices == "logit; two largest; reported compute; training not charged"
    [span] = minerva_readings.spans(found.assign(reported=2400.0)).itertuples()
    assert (span.benchmark, span.reported) == ("MATH", "2400x")
    assert span.least == formatting.times(found.ceg.min(), 2)


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


def test_one_time_costs_stand_dearest_first_with_their_ranges_and_terms(book):
    found = data_enhancements.shares(book, CALLED)
    assert list(found["name"]) == ["Codex", "InstructGPT"]
    assert list(found["share"]) == ["100%", "3.1%"] and list(found["fraction"]) == [1.0, 0.03094]
    assert list(found["range"]) == ["33%–100%", ""]
    assert list(found["terms"]) == ["", "0.14% + 1.6% + 1.4%"]
    assert found["source"].iloc[1] == "Ouyang et al. 2022, Appendix C (estimated)"


def test_every_one_time_cost_that_is_named_is_one_of_the_data(book):
    found = data_enhancements.shares(book)
    assert list(found["fraction"]) == sorted(book.costs["value"][found.index], reverse=True)
    assert found["name"].is_unique and set(book.costs["quantity"][found.index]) == {"one_time_fraction"}


def test_data_enhancements_without_a_gain_stand_below_those_that_have_one():
    book = analysis.open(enhancements=["minerva", "rlhf-summarization", "t0", "webgpt"])
    surveyed = data_enhancements.gains(book, name="tbl", caption="Gains.", note="So.")
    [[name, least, best, *_]] = surveyed.rows  # WebGPT is no data enhancement
    assert (name, least, best) == ("Minerva", "62.6x", "210x")
    assert surveyed.note.startswith("So. Partial") and len(surveyed.rows[0]) == len(surveyed.columns)
    assert "flags" not in [column.key for column in surveyed.columns]  # it has none
    others = data_enhancements.gains(book, name="tbl", caption="Gains.", in_survey=False)
    assert [row[0] for row in others.rows] == ["RLHF for summaries"]
    flags = [column.key for column in others.columns].index("flags")
    assert others.rows[0][flags] == "single baseline"
    assert others.note.startswith("No gain, for lack of scores or of a larger model to compare with: T0.")


def test_what_was_observed_of_an_estimate_beyond_the_last_model_is_its_bound(book):
    found = data_enhancements.observed(book.estimate("minerva.math.palm-8b"))
    assert (found, found.target) == ("≥ 62.6x", "gain:minerva.math.palm-8b")
    assert data_enhancements.observed(book.estimate("minerva.gsm8k.palm-8b")) == "3.44x"
    assert data_enhancements.observed(book.estimate("minerva.gsm8k.palm-540b")) == "no bound"
    assert data_enhancements.observed(None) == "no value"


def test_solved_puzzles_have_the_interval_of_their_number(book):
    # 9.74% of 228: sqrt(.0974 x .9026/228) = 1.964%; 9.74 -+ 1.645 x 1.964
    key = "haluptzok2022.p3-test.gpt-neo-125m.self-play-round-0"
    frame = data_enhancements.solved(book, {key: "first round"})
    [found] = frame.itertuples()
    assert (found.name, found.score, found.solved, found.items) == ("first round", 9.74, "22.2", 228)
    assert (found.low, found.high) == (pytest.approx(6.51, abs=0.01), pytest.approx(12.97, abs=0.01))
    assert found.provenance == "verified"
    assert data_enhancements.chart(frame).description.endswith("first round 9.74% (6.51 to 12.97).")


def test_other_choices_leave_the_book_alone(book):
    changed = alternatives.under(book, "lats.humaneval.gpt-3-5", min_points=2)
    assert (changed.status, book.estimate("lats.humaneval.gpt-3-5").status) == ("extrapolated", "bound")


def test_buffers_count_like_the_survey(book):
    found = policy.over(book, 4)["headline"]
    pairs = [(e.enhancement.name, e.headline) for e in survey.entries(book)]
    assert found == survey.count(pairs, 4)
    assert set(policy.cheap(book, 4, 0.01)) <= set(found.exceed)
