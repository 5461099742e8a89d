"""Outcomes equal the analysis, specification by specification."""

import dataclasses
import math
import random

import pytest

import ceg
from ceg.estimator.gain import STATUSES, Estimate
from ceg.multiverse import outcomes, specifications
from ceg.multiverse.outcomes import Outcomes
from ceg.survey import survey

BOOK = ceg.open()
FACTORS = specifications.factors(specifications.options())
EVERYTHING = specifications.factors(specifications.options(), ())
COMPARISONS = list(BOOK.evidence.comparisons)
HEADLINES = [c.comparison for c in BOOK.evidence.comparisons.values() if c.role == "headline"]


def under(comparison: str, values: dict) -> Estimate:
    reading = dataclasses.replace(BOOK, assumptions=BOOK.assumptions.but(**values))
    return dataclasses.replace(reading.estimate(comparison), assumptions={})


def picked(factors, draw) -> tuple[dict, tuple[int, ...]]:
    index = tuple(draw.randrange(len(f.levels)) for f in factors)
    return {k: v for f, i in zip(factors, index, strict=True) for k, v in f.values(i).items()}, index


def at(made: Outcomes, index: tuple[int, ...]) -> tuple:
    where = tuple(min(i, n - 1) for i, n in zip(index, made.status.shape, strict=True))
    numbers = (made.log10_ceg[where], made.log10_lower[where], made.log10_upper[where])
    return (
        STATUSES[made.status[where]],
        *(None if math.isnan(v) else 10**v for v in numbers),
        bool(made.flat[where]),
    )


def said(e: Estimate) -> tuple:
    return (
        e.status,
        *(v and pytest.approx(v, rel=1e-9) for v in (e.ceg, e.lower_bound, e.upper_bound)),
        "flat_baseline" in e.flags,
    )


@pytest.mark.slow
@pytest.mark.parametrize("factors", [FACTORS, EVERYTHING], ids=["defensible", "everything"])
def test_outcomes_are_what_the_analysis_gives(factors):
    draw = random.Random(len(factors))
    some = [*HEADLINES, *draw.sample(COMPARISONS, 60)]
    made = outcomes.outcomes(BOOK, some, factors)
    for comparison in some:
        for _ in range(15):
            values, index = picked(factors, draw)
            assert at(made[comparison], index) == said(under(comparison, values)), (comparison, values)


@pytest.mark.slow
def test_medians_are_those_of_the_survey():
    draw = random.Random(3)
    for key in ("lats", "toolformer", "majority-voting", "retro", "alphacode"):
        ids = [c.comparison for c in BOOK.evidence.of(key)]
        made = outcomes.outcomes(BOOK, ids, FACTORS)
        every, rising = (
            outcomes.median(list(made.values())),
            outcomes.median(list(made.values()), rising=True),
        )
        for _ in range(8):
            values, index = picked(FACTORS, draw)
            estimates = [under(i, values) for i in ids]
            for whole, some in (
                (every, estimates),
                (rising, [e for e in estimates if "flat_baseline" not in e.flags]),
            ):
                expected = survey.median(some) or Estimate(status="not-available")
                assert at(whole, index) == said(expected), (key, values)
                if expected.status == "not-available":
                    continue
                # a median counts by what it says
                where = tuple(min(i, n - 1) for i, n in zip(index, whole.status.shape, strict=True))
                for array, end, absent in (
                    (whole.count_low, expected.count_low, -math.inf),
                    (whole.count_high, expected.count_high, math.inf),
                ):
                    wanted = absent if end is None else math.log10(end)
                    assert array[where] == pytest.approx(wanted, abs=1e-9), (key, values)
