"""The chapter on typical gains, and the pages that show them, where they are not computed for the data."""

import pytest
from chapter_runs import run

from ceg.chapters.typical_gain import checks
from ceg.typical.derived import NOT_COMPUTED


@pytest.mark.parametrize(
    "chapter",
    [
        "book/beyond/typical-gain.md",
        pytest.param("book/beyond/out-of-sample.md", marks=pytest.mark.verify),
        "book/index.md",
    ],
)
def test_a_page_says_that_they_are_not_computed_and_goes_on(chapter):
    with_fit, without = run(chapter), run(chapter, "transform=linear")
    assert len(without.shown) == len(with_fit.shown)
    assert not any(NOT_COMPUTED in text for text in with_fit.values.values())
    assert any(NOT_COMPUTED in text for text in without.values.values())
    assert not any("nan" in text.split() for text in without.values.values())


CHECK = {
    "calibration": {"simulated": 100, "inside_90": [0.87, 0.94]},
    "folds": {
        name: {"all": 90, "points": 40, "inside_50": 0.5, "inside_90": share}
        for name, share in (("tests", 0.8), ("comparisons", 0.98), ("comparisons, among points", 0.9))
    },
    "replicated": {"all": {"beyond": [0.39, 0.32, 0.35], "below_1x": [0.18, 0.17, 0.2]}},
    "curves": {"few-shot": [3.0, 5.0], "flan": [4.5, 15.0]},
    "choices": {
        name: {
            "median": {"few-shot": gain, "flan": 9.0},
            "p_above_5x": {"few-shot": p, "flan": 0.95},
            "moved": by,
            "most": "" if name == "as it is" else "few-shot",
        }
        for name, gain, p, by in (
            ("as it is", 5.0, 0.5, 1.0),
            (checks.FLAT, 2.0, 0.1, 2.5),
            ("without contested rows", 5.0, 0.95, 1.1),
            ("one comparison a test and baselines", 5.0, 0.5, 1.1),
            ("no slopes with size", 5.0, 0.5, 1.1),
            ("normal residual", 5.0, 0.5, 1.1),
            ("prior of model x2", 5.0, 0.95, 1.3),
            ("prior of model x0.5", 5.0, 0.5, 1.1),
            ("another seed", 5.0, 0.5, 1.2),
        )
    },
}
NAMES = {"few-shot": "Few-shot prompting", "flan": "Flan"}


def test_what_the_check_found_is_said():
    answers = checks.found(CHECK, NAMES, 0.9)
    folds, priors = answers["folds"], answers["priors"]
    assert "87% to 94%" in answers["calibration"] and "Of 90 tests left out, 40 have" in folds
    assert "98% lie in the wide range" in folds and "could, 90%" in folds
    assert "So the model underrates great gains." in answers["replicated"]
    assert "For 1 of 2 enhancements" in answers["curves"] and "apart: Flan 4.5x and 15x." in answers["curves"]
    assert "a factor of 1.30" in priors and "by 1.20" in priors and "from 1 to 2" in priors
    fits = {**CHECK, "replicated": {"all": {"beyond": [0.34, 0.32, 0.35], "below_1x": [0.18, 0.17, 0.2]}}}
    assert "underrates" not in checks.found(fits, NAMES, 0.9)["replicated"]


def test_choices_are_counted_by_the_probability():
    found = checks.choices(CHECK, NAMES, 0.9).set_index("choice")
    assert found["over"].to_list() == ["1 of 2", "1 of 2", "2 of 2", "1 of 2", "1 of 2", "1 of 2"]
    assert found["few-shot"].iloc[1] == "2x" and found["instructgpt"].iloc[0] == "no value"
    assert found["most"].to_list()[:2] == ["", "Few-shot prompting, 5x to 2x"]
    assert checks.with_flat(CHECK, 0.9) == "1 of 2"


def test_without_a_check_nothing_is_said_of_it():
    assert set(checks.found(None, {}, 0.9).values()) == {checks.NOT_COMPUTED}
    assert checks.choices(None, {}, 0.9).empty
    assert checks.with_flat(None, 0.9) == ""
