"""Chances and stability of what is counted, by hand, and that every page counts alike."""

import math

import numpy as np
import pytest

import ceg
from ceg.chapters.about import results
from ceg.estimator.gain import Estimate, exceeds
from ceg.estimator.scaling import Scale
from ceg.survey import chances, reported_values, survey
from ceg.uncertainty import gain_draws
from ceg.uncertainty.draws import SEED, Arm, Compute, Draws, Score
from ceg.uncertainty.gain_draws import chunk
from ceg.uncertainty.scatter import Spread
from ceg.uncertainty.uncertain import Uncertain, uncertain

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def book():
    return ceg.open(enhancements="survey")


@pytest.fixture(scope="module")
def headlines(book):
    return {e.enhancement.enhancement: e.headline for e in survey.entries(book) if e.headline}


def test_every_page_counts_alike(book, headlines):
    for x in (5, 20):
        by_entries = survey.count(list(headlines.items()), x)
        by_rows = survey.count([(row.enhancement, e) for row, e in survey.headlines(book) if e], x)
        assert by_entries == by_rows
        assert "lats" in by_entries.undetermined
    shares = {e.claim: e.rebuilt for e in reported_values.entries(book) if e.quantity == "share_over"}
    large = survey.count(list(headlines.items()), 5)
    assert shares["all-most-over-5"] == pytest.approx(len(large.exceed) / len(large.estimated))
    said = results.results(book, headlines_only=True)[
        "conclusion", "most surveyed exceed threshold_large, by headline"
    ]
    assert said.says == f"{len(large.exceed)} of {len(large.estimated)} exceed 5x"


# --- by hand: three models on a straight line, and one that scores like the middle one would at 10x -------


def toy() -> Uncertain:
    def arm(name, x, score):
        return Arm(Score(name, score, 0.05, 1000), Compute(name, "toy", x, 0.1, 0.1, 0.5))

    family = (arm("a", 20.0, 20.0), arm("b", 21.0, 40.0), arm("c", 22.0, 60.0))
    enhanced = Arm(Score("e", 60.0, 0.05, 1000), family[1].compute)
    return Uncertain(enhanced, family, Scale(items=1000), (1000.0,) * 3, Spread(0.5, 3), "linear")


def test_a_source_that_is_off_adds_nothing():
    u = toy()
    for source in chances.SOURCES:
        assert chances.without(u, source) != u
    none = u
    for source in chances.SOURCES:
        none = chances.without(none, source)
    for end in chunk(none, Draws(1), 0):
        assert np.allclose(end, 1.0)  # ten times the compute of b, in every draw
    compute_only = chances.without(chances.without(chances.without(u, "sampling"), "printing"), "fit")
    spread, high = chunk(compute_only, Draws(1), 0)
    assert np.array_equal(spread, high)
    # log10 C_c/C_b: the shared half cancels; what is left is sqrt(2 x 0.5) x 0.1/1.645 = 0.0608
    assert spread.std() == pytest.approx(0.1 / 1.6449, rel=0.03)
    assert spread.mean() == pytest.approx(1.0, abs=0.003)


def test_chances_by_hand(book, headlines):
    found = chances.chances(book, list(headlines.values()), 5)
    each = dict(zip(found.estimated, found.each, strict=True))
    assert sum(found.count) == pytest.approx(1)
    assert sum(n * p for n, p in enumerate(found.count)) == pytest.approx(sum(found.each))
    assert found.at_least(0) == pytest.approx(1)
    # a flat baseline decides nothing
    perhaps = dict(zip(found.estimated, found.perhaps, strict=True))
    assert (each["alphacode"], perhaps["alphacode"]) == (0, 1)
    assert all(each[name] <= perhaps[name] for name in each)
    # a bound far above 5, of 34.7% against 39.0% of 1319 items
    assert each["verifier"] > 0.99
    # LATS: its lead over GPT-4 is in doubt, but not much less than GPT-4 would do
    assert 0.5 < each["lats"] < 0.9
    # a point and a bound: the share of the draws that are surely above 5
    for name in ("retro", "instructgpt"):
        low, high = gain_draws.draws(book, headlines[name].comparison)
        assert each[name] == pytest.approx((low > math.log10(5)).mean())
        assert perhaps[name] == pytest.approx((high > math.log10(5)).mean())
        assert each[name] == chances.chance(book, headlines[name], 5)
    assert chances.chance(book, Estimate(status="not-meaningful"), 5) == 0


def test_the_chances_decide_what_counts(book, headlines):
    for x in (5, 20):
        found = chances.chances(book, list(headlines.values()), x)
        for name, low, high in zip(found.estimated, found.each, found.perhaps, strict=True):
            verdict = True if low >= 0.9 else False if high <= 0.1 else None
            assert exceeds(headlines[name], x) is verdict, name


def test_how_stable_a_status_is(book, headlines):
    found = chances.stability(book, list(headlines.values()))
    assert all(sum(s.statuses.values()) == pytest.approx(1) for s in found.values())
    # LATS has two models: in the draws in which GPT-4 alone scores more, the score lies between them
    printed = uncertain(book, headlines["lats"].comparison)
    for source in ("fit", "compute"):
        printed = chances.without(printed, source)
    lead = (
        gain_draws.chunk(printed, Draws(SEED), 0)[0] >= math.log10(headlines["lats"].lower_bound) - 1e-9
    ).mean()
    assert found["lats"].statuses["interpolated"] == pytest.approx(1 - lead, abs=1e-9)
    # WebGPT's slope is 1.85 standard errors, and flat below 1.645: P(z < 1.645 - 1.85) = 0.42, and more as
    # the residuals grow too
    assert 0.42 < found["webgpt"].flat < 0.7
    assert found["webgpt"].same == pytest.approx(1 - found["webgpt"].flat)
