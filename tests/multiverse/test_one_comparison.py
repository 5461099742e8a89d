"""Every outcome of the grid is what the analysis itself gives under those assumptions."""

import dataclasses
import random

import pytest

import ceg
from ceg.evidence import assumptions
from ceg.multiverse import one_comparison, outcomes

pytestmark = pytest.mark.slow

BOOK = ceg.open()
OPTIONS = {k: c.options for k, c in assumptions.choices().items() if k in one_comparison.VARIED}
HEADLINES = [c.comparison for c in BOOK.evidence.comparisons.values() if c.role == "headline"]


def directly(comparison: str, values: dict):
    reading = dataclasses.replace(BOOK, assumptions=BOOK.assumptions.but(**values))
    (estimate,) = ceg.with_intervals(reading, [reading.estimate(comparison)])
    return dataclasses.replace(estimate, assumptions={}, quartile_low=None, quartile_high=None)


@pytest.mark.parametrize("comparison", HEADLINES)
def test_the_grid_is_the_analysis(comparison):
    made = one_comparison.grid(BOOK, comparison)
    assert made.outcomes[0] == directly(comparison, {k: v[0] for k, v in OPTIONS.items()})
    draw = random.Random(comparison)
    own = outcomes.relevant(BOOK, comparison)  # another may change the scatter pooled over other families
    for _ in range(40):
        values = {k: draw.choice(v) if k in own else v[0] for k, v in OPTIONS.items()}
        assert made.estimate(values) == directly(comparison, values), values


def test_only_what_changes_something_is_a_key():
    made = one_comparison.grid(BOOK, "toolformer.lama-squad.gpt-j-6b")
    # cross-family bounds on three numbers: how a curve is read cannot matter, nor GPT-4's compute
    assert set(made.keys) == {
        "compute_rule",
        "compute_optimal_law",
        "charge_finetuning",
        "include_cross_family",
    }
    assert len(made.at) == 3 * 2 * 2 * 2
    assert sorted(set(made.at.values())) == list(range(len(made.outcomes)))
