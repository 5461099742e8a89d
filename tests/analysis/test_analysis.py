"""Every assumption reaches the estimates that it should, and no other way round."""

import pytest

from ceg.analysis import analysis
from ceg.estimator.gain import gain
from ceg.estimator.scaling import Point, Scale
from ceg.evidence.problems import InputError


@pytest.fixture(scope="module")
def book():
    return analysis.open()


def under(book, comparison, **changes):
    return analysis.Analysis(book.evidence, book.assumptions.but(**changes)).estimate(comparison)


def test_an_unknown_comparison_is_said_with_the_nearest(book):
    one = analysis.open(enhancements=["webgpt"])
    there, other = "webgpt.truthfulqa-truthful.gpt-3-13b", "minerva.gsm8k.palm-8b"
    for wrong, fix in ((there.replace("13b", "13"), f'did you mean "{there}"'), (other, "see data/")):
        for ask in (one.estimate, one.case, one.printed, one.find):
            with pytest.raises(InputError, match=r"an id in comparisons.csv of an enhancement that was") as e:
                ask(wrong)
            assert fix in str(e.value) and f'"{wrong}"' in str(e.value)
    assert book.estimate(other).status == "interpolated"


def test_6nd_never_falls_back_to_the_reported_compute(book):
    found = under(book, "lats.humaneval.gpt-3-5", compute_rule="6nd")
    assert (found.status, found.lower_bound) == ("not-available", None)
    assert "no training compute under the rule 6nd" in found.reason


def test_6nd_and_compute_optimal(book):
    # 174.6e9 / 6.66e9 at 300e9 tokens each: 26.216
    assert under(book, "verifier.gsm8k.gpt-3-6-7b", compute_rule="6nd").lower_bound == pytest.approx(
        174.6 / 6.66
    )
    optimal = under(book, "verifier.gsm8k.gpt-3-6-7b", compute_rule="compute_optimal")
    assert 10 < optimal.lower_bound < 20  # GPT-3 175B is far from compute-optimal
    other = under(
        book, "verifier.gsm8k.gpt-3-6-7b", compute_rule="compute_optimal", compute_optimal_law="hoffmann_2022"
    )
    assert other.lower_bound < optimal.lower_bound


@pytest.mark.parametrize(("end", "flop"), [("low", 8.2e24), ("high", 4.4e25)])
def test_gpt4_compute(book, end, flop):
    assert under(book, "lats.humaneval.gpt-3-5", gpt4_flop=end).lower_bound == pytest.approx(flop / 2.578e24)


@pytest.mark.parametrize(("end", "share"), [("low", 8.2 / 21), ("high", 44 / 21)])
def test_gpt35_takes_gpt4_s_width(book, end, share):
    found = under(book, "lats.humaneval.gpt-3-5", gpt35_flop=end)
    assert found.lower_bound == pytest.approx(2.1e25 / (2.578e24 * share), rel=1e-3)


def test_cross_family_comparisons_can_be_left_out(book):
    assert under(book, "toolformer.lama-squad.gpt-j-6b", include_cross_family=False).status == "not-available"
    assert under(book, "minerva.math.palm-8b", include_cross_family=False).lower_bound == pytest.approx(
        62.6, abs=0.05
    )


def test_recalled_scores_stay_out_unless_asked_for(book):
    default, everything = (
        under(book, "verifier.gsm8k.gpt-3-6-7b", provenance_admitted=p) for p in ("all_but_recalled", "all")
    )
    assert everything.n_baseline > default.n_baseline
    used = [
        book.evidence.results[r.removeprefix("results/")] for r in default.rows if r.startswith("results/")
    ]
    assert "recalled" not in {r.provenance for r in used}


def test_baseline_prompt(book):
    default, strongest = (
        under(book, "lats.humaneval.gpt-3-5", baseline_prompt=p) for p in ("same_study", "strongest")
    )
    assert set(default.rows) != set(strongest.rows)
    assert strongest.lower_bound is None  # Reflexion's own log has GPT-4 above LATS


def test_aggregation_changes_the_score_and_drops_the_cost(book):
    plain, vote = (under(book, "minerva.math.palm-8b", aggregation=a) for a in ("as_headline", "vote"))
    assert plain.rows[0] != vote.rows[0]
    assert (plain.runtime_multiple, vote.runtime_multiple) == (1.0, None)


def test_charging_fine_tuning(book):
    # Minerva 8B: 164B of 780B tokens more: 62.61 / 1.2103
    found = under(book, "minerva.math.palm-8b", charge_finetuning=True)
    assert found.lower_bound == pytest.approx(62.613 / (1 + 164 / 780), rel=1e-3)
    assert found.one_time_fraction is None
    # charged to both arms, the ratio stays; RETRO's compute has its retrieval already
    for same in ("verifier.gsm8k.gpt-3-6-7b", "retro.c4.retro-172m"):
        charged, plain = under(book, same, charge_finetuning=True), book.estimate(same)
        assert (charged.lower_bound, charged.ceg) == pytest.approx((plain.lower_bound, plain.ceg))


def test_min_points_distance_transform_order_and_line(book):
    assert under(book, "lats.humaneval.gpt-3-5", min_points=2).status == "extrapolated"
    assert under(book, "chain-of-thought.gsm8k.palm-62b", max_extrapolation_oom=0.5).status == "bound"
    name = "retro.c4.retro-1-5b"
    values = {
        under(book, name, **c).ceg
        for c in (
            {},
            {"extrapolate_from": "line"},
            {"estimate_order": "fit_first", "extrapolate_from": "line"},
        )
    }
    assert len(values) == 2  # beyond the curve, fit_first is what extrapolate_from says
    inside = "few-shot.hellaswag.gpt-3-2-7b"
    assert under(book, inside, estimate_order="fit_first").ceg != pytest.approx(book.estimate(inside).ceg)
    assert under(book, inside, transform="linear").ceg != pytest.approx(book.estimate(inside).ceg)


def test_speculative_compute_and_unlike_benchmarks_are_flagged(book):
    assert {"speculative_compute", "oracle_feedback"} <= set(book.estimate("lats.humaneval.gpt-3-5").flags)
    assert "metric_mismatch" in under(book, "lats.humaneval.gpt-3-5", baseline_prompt="weakest").flags


def test_edge_points_count_for_bounds_not_for_slopes():
    scale = Scale(items=100)
    family = [Point(1e21, 0.0), Point(1e22, 0.0), Point(1e23, 10.0), Point(1e24, 20.0)]
    found = gain(Point(1e22, 30.0), family, scale)
    assert (found.status, found.lower_bound) == (
        "bound",
        pytest.approx(100),
    )  # two inner points, three are asked for
    zeros = gain(Point(1e21, 5.0), [Point(1e21, 0.0), Point(1e23, 0.0)], scale)
    assert {"flat_baseline", "floor"} <= set(zeros.flags)


def test_flat_across_families_is_flagged_too():
    falling = [Point(1e22, 3.9), Point(1e23, 1.3), Point(3e23, 0.8)]
    assert "flat_baseline" in gain(Point(1e22, 27.0), falling, Scale(items=500), bounds_only=True).flags


def test_a_tie_keeps_its_bound_after_a_conflict():
    found = gain(Point(1e21, 50.0), [Point(1e22, 50.0), Point(1e23, 49.0)], Scale())
    assert (found.lower_bound, found.upper_bound) == pytest.approx((10, 10))


def test_enhanced_at_the_edge_is_bounded_only():
    family = [Point(1e21, 20.0), Point(1e22, 50.0), Point(1e23, 100.0)]
    found = gain(Point(1e21, 100.0), family, Scale(items=100))
    assert (found.status, found.upper_bound) == ("bound", pytest.approx(100))


def test_errors_take_chance_out_like_scores():
    # 75% errors by chance: 20% errors are 80% right, q = (80 - 25)/75
    errors, scores = Scale(higher_is_better=False, chance=75, items=100), Scale(chance=25, items=100)
    assert errors.transform()(errors.oriented(20)) == pytest.approx(scores.transform()(80))


def test_a_bound_stands_on_the_model_that_gives_it(book):
    # GPT-3 175B is the only bigger one that the verifier at 6.7B beats (39.04 against 34.72)
    beaten = book.estimate("verifier.gsm8k.gpt-3-6-7b").beaten
    assert book.evidence.results[beaten].model == "GPT-3 175B"


def test_an_analysis_says_what_it_is_in_a_line(book):
    said = repr(book)
    assert "\n" not in said and len(said) < 100
    assert f"{len(book.evidence.comparisons)} comparisons" in said
