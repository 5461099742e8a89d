"""The enhancements since 2023: they stand apart from the survey, and their gains follow from printed
figures by hand.
"""

import shutil
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
from places import DATA

from ceg.analysis import analysis
from ceg.chapters.since_2023 import gains as since
from ceg.evidence import check
from ceg.evidence.tables import LATER
from ceg.survey import survey


@pytest.fixture(scope="module")
def later():
    return analysis.open(folder=DATA, enhancements=LATER)


@pytest.fixture(scope="module")
def gains(later):
    return since.gains(later)


# Training compute is 6 x parameters x tokens; in a family on equal tokens only the parameters count.
BOUNDS = {
    # R1's distillation into Llama 3.1 8B scores 89.1 on MATH-500, 405B 73.8: (405e9 x 15.6e12) / (8.03e9
    # x 15e12) = 52.46
    "reasoning-distillation.math-500.llama-3-1-8b.deepseek": (52.46, None, ("single_baseline",)),
    # Qwen3 4B thinking 97.0 on MATH-500, the best other answer without is 90.0 (14B); 32B has 88.6: 32.8 /
    # 4 = 8.2. No extrapolation. The curve ends at (90.0 + 88.6) / 2 = 89.3; logit 97.0 = 3.476, logit 89.3
    # = 2.122. The logits of 55.2 73.0 84.8 87.4 90.0 88.6 (0.209 0.995 1.719 1.937 2.197 2.051) rise by b
    # = 2.277 / 2.012 = 1.132 a decade of compute (x: 23.113 23.565 23.937 24.248 24.505 24.850): (3.476 -
    # 2.122) / 1.132 = 1.197 decades, more than one.
    "reasoning-mode.math-500.qwen3-4b": (8.20, None, ()),
    # Llama 3.2 1B with 512 samples 72.2, Llama 3.1 405B 71.4: 3.791e25 / (6 x 1.23e9 x 9e12 = 6.642e22)
    # = 570.8
    "process-reward-search.math-500.llama-3-2-1b.512": (570.8, None, ("cross_family",)),
    # with 256 samples 66.2, between 70B (65.2) and 405B (71.4): 6.354e24 / 6.642e22 = 95.7 at least, 570.8
    # at most
    "process-reward-search.math-500.llama-3-2-1b": (95.66, 570.8, ("cross_family",)),
}


@pytest.mark.parametrize("comparison", BOUNDS)
def test_what_is_censored_by_the_biggest_model_is_a_bound(later, comparison):
    lower, upper, flags = BOUNDS[comparison]
    found = later.estimate(comparison)
    assert (found.status, found.ceg, found.flags) == ("bound", None, flags)
    assert found.lower_bound == pytest.approx(lower, rel=0.001)
    assert found.upper_bound == (upper and pytest.approx(upper, rel=0.001))


INTERPOLATED = {
    # Qwen2.5 7B, vote of 256: 83.6, between 32B (82.4) and 72B (83.8). Logits 1.6287, 1.5437, 1.6434: 0.853
    # of the way from 3.51e24 to 7.852e24 (0.3497 decades): 3.51e24 x 10^0.2982 = 6.975e24; over 8.219e23:
    # 8.49
    "voting-instruct.math-500.qwen2-5-7b": 8.49,
    # Qwen3 4B thinking 83.7 on four choices, between 14B (82.0) and 32B (85.7). Above chance, of 75:
    # 0.7827, 0.7600, 0.8093; logits 1.2813, 1.1527, 1.4457: 0.439 of 0.3456 decades: 3.197e24 x 10^0.1517
    # = 4.533e24; over 8.64e23: 5.25
    "reasoning-mode.mmlu-redux.qwen3-4b": 5.25,
    # R1's distillation into Qwen2.5 32B 72.5 on IFEval, between 7B (71.2) and 14B, whose 81.0 and 32B's
    # 79.5 are pooled to 80.25. Logits 0.9694, 0.9051, 1.4018: 0.1295 of 0.2860 decades: 8.219e23
    # x 10^0.0370 = 8.950e23; over 3.51e24: 0.255
    "reasoning-distillation.ifeval.qwen2-5-32b": 0.255,
    # Qwen2-Math 7B 50.4 between Qwen2 7B (44.2) and 72B (51.1). Logits 0.0160, -0.2331, 0.0440: 0.899 of
    # log10(72.7 / 7.61) = 0.9801 decades, from the enhanced model's own compute: 10^0.8810 = 7.60
    "maths-pretraining.math.qwen2-7b": 7.60,
}


@pytest.mark.parametrize("comparison", INTERPOLATED)
def test_interpolated(later, comparison):
    found = later.estimate(comparison)
    assert found.status == "interpolated"
    assert found.ceg == pytest.approx(INTERPOLATED[comparison], rel=0.003)


def test_extrapolated(later):
    # Qwen3 1.7B thinking 48.3 on AIME 2024: logit -0.0680. The curve ends at (31.7 + 31.0) / 2 = 31.35:
    # logit -0.7838. The logits of 3.4 13.4 25.0 29.1 31.7 31.0 rise by b = 2.880 / 2.012 = 1.431 a decade:
    # 0.500 decades beyond 32B, 32.8 / 1.7 = 19.29 x 10^0.500 = 61.0
    found = later.estimate("reasoning-mode.aime-2024.qwen3-1-7b")
    assert found.status == "extrapolated"
    assert found.lower_bound == pytest.approx(19.29, rel=0.001)
    assert found.extrapolation_oom == pytest.approx(0.500, abs=0.001)
    assert found.ceg == pytest.approx(61.0, rel=0.003)


# Enhanced and plain score of the same model (Tulu 3, Tables 4-6), and which way the gain lies.
SIGNS = {
    "rlvr.mmlu.llama-3-1-8b": -1,  # 68.2 after 68.7 at the smallest size: at most 1x, and below it
    "rlvr.gsm8k.llama-3-1-70b": 0,  # 93.5 and 93.5
    "rlvr.ifeval.llama-3-1-8b": 1,  # 82.4 after 81.1
    # 49.8 after 30.4 at the biggest size, too far beyond it for a number
    "preference-tuning.alpacaeval-2.llama-3-1-405b": 1,
    # 87.2 after 93.1, on a score that does not rise with compute
    "preference-tuning.safety-6.llama-3-1-8b": 0,
}


@pytest.mark.slow
@pytest.mark.parametrize("comparison", SIGNS)
def test_which_way_a_gain_lies(gains, comparison):
    row = gains.loc[comparison]
    assert (row.better, row.worse) == (SIGNS[comparison] > 0, SIGNS[comparison] < 0)


@pytest.mark.slow
def test_what_has_no_gain_still_moves(gains):
    some = gains.loc[[f"rlvr.safety-6.llama-3-1-{n}" for n in ("8b", "70b", "405b")]]
    assert set(some.domain) == {"safety"}
    assert list(some.change) == pytest.approx([85.5 - 87.2, 88.3 - 89.0, 86.7 - 85.5])
    assert since.from_to(some.change) == "−1.7 to 1.2"
    assert since.from_to(some.change[:0]) == "no value"


@pytest.mark.slow
def test_headroom_by_hand(gains):
    # Qwen3 on equal tokens: 32.8e9 / 1.7e9; nothing above 32B
    sizes = ("0-6b", "1-7b", "4b", "8b", "14b", "32b")
    some = gains.loc[[f"reasoning-mode.math-500.qwen3-{size}" for size in sizes]]
    assert some.headroom.iloc[1] == pytest.approx(32.8 / 1.7, rel=0.001) and some.headroom.iloc[5] == 1.0
    found = since.by_headroom(some)
    assert list(found.comparisons) == [1, 0, 2, 2, 1]
    assert list(found.censored.round(2)) == [1, 0, 1, 1, 0]
    # bounds of 19.2x at 1.7B and of 8.2x at 4B; the value at 0.6B is interpolated, 3.8x
    over_five, over_ten = (since.counts(some, x)["best"] for x in (5, 10))
    assert (over_five.share, over_ten.share, over_ten.by_bound) == ("1 of 1",) * 2 + (over_ten.exceed,)
    assert since.counts(some, 5)["median with headroom"].share == "1 of 1"
    assert since.counts(some, 10)["median with headroom"].share == "0 of 1"
    assert since.counts(some, 50)["best"].share == "0 of 1"


@pytest.mark.slow
def test_the_greatest_medians_come_first(gains):
    some = since.by_benchmark(gains[gains.enhancement_id == "preference-tuning"])
    assert list(some.domain.unique())[:2] == ["instructions", "chat and writing"]
    assert list(some.model[:3]) == [f"Llama 3.1 {size}B" for size in (8, 70, 405)]
    said = since.by_domain(some, "worse")
    assert said.count("(0 of") and "(0 of" not in since.by_domain(some, "worse", zeros=False)


def test_the_lower_median_of_what_is_known():
    assert since.lower_median(pd.Series([4.0, None, 1.0, 3.0, 2.0])) == 2
    assert since.lower_median(pd.Series([None], dtype=float)) is None


def test_they_are_in_no_group_of_the_survey(later):
    whole = analysis.open(folder=DATA)
    names = set(later.evidence.enhancements)
    assert len(names) == 20
    for group in ("survey", "shown", "added", "all"):
        assert not names & set(whole.evidence.subset(group).enhancements)
    rows = {k for k, e in whole.evidence.enhancements.items() if not e.in_survey and not e.added}
    assert names < rows, "other enhancements stand outside the survey too"
    kept = whole.evidence.subset(rows)
    assert not names & {
        e.enhancement.enhancement for e in survey.entries(replace(later, evidence=kept), in_survey=False)
    }


def test_every_later_enhancement_has_a_headline_or_a_reason(later):
    headlines = Counter(c.enhancement for c in later.evidence.comparisons.values() if c.role == "headline")
    for key, row in later.evidence.enhancements.items():
        assert headlines[key] == (0 if row.no_estimate_reason else 1), key
        assert not row.in_survey and not row.added


def test_what_the_enhanced_arm_borrows(later):
    ev = later.evidence
    assert ev.comparisons["reasoning-mode.aime-2024.qwen3-14b"].teacher == ("Qwen3 32B", "Qwen3 235B-A22B")
    assert ev.comparisons["reasoning-mode.aime-2024.qwen3-32b"].teacher == ()
    assert "DeepSeek-V3" in ev.models, "a page that names a distillation has the row of its teacher"


@pytest.mark.slow
def test_a_wrong_teacher_and_a_wrong_section_are_said(tmp_path):
    data = shutil.copytree(DATA, tmp_path / "data")
    passed = check.states(data)
    for table, old, new in (
        ("comparisons", ",Qwen3 32B | Qwen3 235B-A22B,\n", ",Qwen3 32B | Qwen3 325B-A22B,\n"),
        ("comparisons", ",DeepSeek-V3,\n", ",Qwen2.5-Math 1.5B,\n"),
        ("enhancements", ",3.1,2021,", ",since-2023,2021,"),
    ):
        path = data / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    passed |= {
        name: state for name, state in check.states(data).items() if name in ("comparisons", "enhancements")
    }
    found = [(p.field, p.found, p.allowed, p.fix) for p in check.check(data, passed)]
    assert [f[:3] for f in found] == [
        ("teacher", '"Qwen3 325B-A22B"', "rows of models.csv"),
        ("teacher", '"Qwen2.5-Math 1.5B"', "another model than the enhanced one"),
        (
            "section",
            '"since-2023"',
            "the section of an enhancement that the survey could not have, with in_survey and added false",
        ),
    ]
    assert found[0][3].startswith('did you mean "Qwen3 235B-A22B"?')
