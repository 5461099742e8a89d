"""Numbers of the literature, from the rows in data/: expected values are worked out in the comments from
printed figures.
"""

import csv

import pytest
from places import DATA

from ceg import formatting
from ceg.analysis import analysis


@pytest.fixture(scope="module")
def book():
    return analysis.open(folder=DATA)


LOWER = {
    # GPT-3 175B / 13B: 3640 / 268 PF-days (Brown et al., Table D.1) = 13.58
    "webgpt.truthfulqa-truthful-informative.gpt-3-13b": 13.6,
    # GPT-3 175B / 760M: 3640 / 15.8 PF-days = 230; with the FLOP of the same table, 3.14e23 / 1.37e21 = 229
    "webgpt.truthfulqa-truthful-informative.gpt-3-760m": 229,
    # GPT-3 175B 3.14e23 / GPT-J 1.5e22 = 20.9
    "toolformer.lama-squad.gpt-j-6b": 20.9,
    # 3.14e23 / 1.2e22 = 26.2: 6.7B few-shot against 175B zero-shot
    "few-shot.naturalquestions.gpt-3-6-7b": 26.2,
    # PaLM: (540.35 x 780) / (62.5 x 795) = 8.48
    "chain-of-thought.gsm8k.palm-62b": 8.48,
    # GPT-3 6.7B with a verifier against 175B fine-tuned: 3.14e23 / 1.2e22 = 26.2
    "verifier.gsm8k.gpt-3-6-7b": 26.2,
    # PaLM: (540.35 x 780) / (8.63 x 780) = 62.6
    "minerva.math.palm-8b": 62.6,
    # GPT-3 175B / 1.3B: 3.14e23 / 2.38e21 = 132
    "instructgpt.preference.gpt-3-1-3b": 132,
    # GPT-4 2.1e25 / GPT-3.5 2.578e24 = 8.15
    "lats.humaneval.gpt-3-5": 8.15,
}


@pytest.mark.parametrize("comparison", LOWER)
def test_lower_bounds(book, comparison):
    assert book.estimate(comparison).lower_bound == pytest.approx(LOWER[comparison], rel=0.005)


def test_retro_172m_on_c4_is_interpolated(book):
    # bits per byte 0.82 lies between the baselines' 0.84 (1.3B) and 0.78 (7B): 1/3 of the way from 3.294e21
    # to 1.757e22: 3.294e21 x 5.334^(1/3) = 5.755e21; over RETRO's 4.329e20: 13.3
    found = book.estimate("retro.c4.retro-172m")
    assert found.status == "interpolated"
    assert found.ceg == pytest.approx(13.3, abs=0.05)


def test_bounds_are_rounded_down():
    assert formatting.at_least(13.593) == "≥ 13.5x"
    assert formatting.at_least(131.93) == "≥ 131x"
    assert formatting.at_least(8.4803) == "≥ 8.48x"
    assert formatting.rounded_up(20.93) == "21"
    assert formatting.rounded_down(20.0) == "20"


def rows(name: str) -> dict[str, dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {next(iter(r.values())): r for r in csv.DictReader(file)}


def test_every_headline_bound_again_from_its_two_rows(book):
    """Without ceg.estimator.gain and ceg.estimator.scaling: the largest beaten model's FLOP over the
    enhanced model's, from the files.
    """
    results, models, benchmarks = rows("results"), rows("models"), rows("benchmarks")
    seen = 0
    for c in rows("comparisons").values():
        found = book.estimate(c["comparison"])
        if c["role"] != "headline" or found.lower_bound is None:
            continue
        enhanced = results[c["enhanced"]]
        sign = 1 if benchmarks[enhanced["benchmark"]]["higher_is_better"] == "true" else -1
        flop = float(models[enhanced["model"]]["training_flop"])
        beaten = [
            float(models[results[b]["model"]]["training_flop"])
            for b in c["baseline"].split()
            if sign * float(results[b]["score"]) <= sign * float(enhanced["score"])
            and results[b]["provenance"] != "recalled"
        ]
        assert found.lower_bound == pytest.approx(max(beaten) / flop), c["comparison"]
        seen += 1
    assert seen >= 15
