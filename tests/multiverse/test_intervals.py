"""Intervals and counts of the multiverse are those that the analysis itself gives, by specification."""

import dataclasses
import math
import random

import numpy as np
import pytest

import ceg
from ceg.estimator.gain import SAYING, Estimate, exceeds
from ceg.multiverse import conclusions, outcomes, specifications
from ceg.multiverse import intervals as multiverse_intervals
from ceg.uncertainty import intervals

BOOK = ceg.open()
FACTORS = specifications.factors(specifications.options())
SOME = (
    "chain-of-thought.gsm8k.palm-62b",  # extrapolated
    "retro.c4.retro-172m",  # interpolated
    "few-shot.naturalquestions.gpt-3-6-7b",
    "lats.humaneval.gpt-3-5",  # a bound of two models
    "toolformer.lama-squad.gpt-j-6b",  # bounds across families
    "verifier.gsm8k.gpt-3-6-7b",
    *random.Random(2).sample(sorted(BOOK.evidence.comparisons), 8),
)


def under(values: dict, **more):
    return dataclasses.replace(BOOK, assumptions=BOOK.assumptions.but(**values, **more))


def direct(comparison: str, values: dict, **more) -> Estimate:
    """The estimate with its interval in the analysis under these assumptions."""
    session = under(values, **more)
    return intervals.with_intervals(session, [session.estimate(comparison)])[0]


def log10(ratio: float | None, absent: float) -> float:
    return absent if ratio is None else math.log10(ratio)


@pytest.mark.slow
@pytest.mark.parametrize("comparison", SOME)
def test_counts_and_intervals_are_those_of_the_analysis(comparison):
    draw = random.Random(comparison)
    made = outcomes.outcomes(BOOK, [comparison], FACTORS)[comparison]
    found = multiverse_intervals.intervals(BOOK, comparison, made, FACTORS)
    counted = multiverse_intervals.with_counts(BOOK, comparison, made, FACTORS)
    verdicts = {x: conclusions.exceeds(counted, x) for x in (5, 20)}
    with_draws = 0
    for n in range(30):
        where = tuple(draw.randrange(size) if n else 0 for size in made.status.shape)
        # only what the comparison's own rows can feel: what else moves the spread that families lend each
        # other has no axis here, and is left at its default
        values = outcomes.settings(FACTORS, where, made.status.shape)
        expected = direct(comparison, values)
        if expected.status not in SAYING:
            assert np.isnan([a[where] for a in (counted.count_low, counted.count_high, found.low)]).all()
            continue
        with_draws += 1
        ends = (log10(expected.count_low, -math.inf), log10(expected.count_high, math.inf))
        assert (counted.count_low[where], counted.count_high[where]) == pytest.approx(ends, abs=1e-9), values
        for end, to, wanted in (
            (found.low, math.floor, expected.low),
            (found.high, math.ceil, expected.high),
        ):
            assert intervals.outward(float(end[where]), to) == wanted, values
        for x, verdict in verdicts.items():
            said = {1: True, 0: None, -1: False}[int(verdict[where])]
            assert said is exceeds(expected, x), (x, values)
    assert with_draws > 3


@pytest.mark.slow
def test_what_counts_ask_for_is_the_analysis_s():
    comparison = "lats.humaneval.gpt-3-5"
    half = under({}, count_probability=0.5)
    made = outcomes.outcomes(half, [comparison], FACTORS)[comparison]
    first = (0,) * made.status.ndim
    low = multiverse_intervals.with_counts(half, comparison, made, FACTORS).count_low[first]
    assert low == pytest.approx(math.log10(direct(comparison, {}, count_probability=0.5).count_low), abs=1e-9)
    assert low > multiverse_intervals.with_counts(BOOK, comparison, made, FACTORS).count_low[first]


@pytest.mark.slow
def test_fewer_draws_are_the_first_ones():
    comparison = "retro.c4.retro-172m"
    made = outcomes.outcomes(BOOK, [comparison], FACTORS)[comparison]
    few, again, other = (
        multiverse_intervals.intervals(BOOK, comparison, made, FACTORS, 200, seed).low for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(few, again)
    assert not np.array_equal(few, other, equal_nan=True)
