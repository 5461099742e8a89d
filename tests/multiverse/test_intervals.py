"""Draws of the multiverse are those of the intervals."""

import dataclasses
import math

import pytest

import ceg
from ceg.estimator.gain import STATUSES
from ceg.multiverse import intervals as multiverse_intervals
from ceg.multiverse import outcomes, specifications
from ceg.uncertainty import intervals

BOOK = ceg.open()
FACTORS = specifications.factors(specifications.options())
CODE = {name: STATUSES.index(name) for name in STATUSES}


@pytest.mark.slow
def test_draws_are_those_of_the_intervals():
    values = {
        "compute_rule": "6nd",
        "transform": "linear",
        "estimate_order": "fit_first",
        "extrapolate_from": "line",
    }
    for name in (
        "chain-of-thought.gsm8k.palm-62b",
        "few-shot.naturalquestions.gpt-3-6-7b",
        "lats.humaneval.gpt-3-5",
    ):
        some = outcomes.outcomes(BOOK, [name], FACTORS)[name]
        found = multiverse_intervals.intervals(BOOK, name, some, FACTORS, 10_000, intervals.SEED)
        for chosen in ({}, values):
            index = [
                next(
                    i
                    for i in range(len(f.levels))
                    if all(v == chosen.get(k, f.values(0)[k]) for k, v in f.values(i).items())
                )
                for f in FACTORS
            ]
            where = tuple(min(i, n - 1) for i, n in zip(index, some.status.shape, strict=True))
            session = dataclasses.replace(BOOK, assumptions=BOOK.assumptions.but(**chosen))
            expected = intervals.interval(session, name)
            if not math.isnan(some.log10_ceg[where]):
                ends = (10 ** v[where] for v in (found.low, found.high))
                low, high = (
                    intervals._outward(v, to) if math.isfinite(v) else None
                    for v, to in zip(ends, (math.floor, math.ceil), strict=True)
                )
                assert (low, high) == (expected.low, expected.high)
            elif some.status[where] == CODE["bound"]:
                assert found.probability[where] == expected.bound_probability
