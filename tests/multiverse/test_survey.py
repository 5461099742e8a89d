"""The survey under every specification: the default says what the book says."""

import pytest

import ceg
from ceg.multiverse import conclusions, variance_shares
from ceg.multiverse import survey as multiverse
from ceg.survey import survey
from ceg.uncertainty import intervals

BOOK = ceg.open()


@pytest.fixture(scope="module")
def made():
    return multiverse.survey(ceg.open(enhancements="survey"))


@pytest.mark.slow
def test_the_default_specification_says_what_the_survey_says(made):
    entries = [e for e in survey.entries(BOOK) if e.headline]
    estimates = intervals.with_intervals(BOOK, [e.headline for e in entries])
    assert list(made.standing) == [e.enhancement.enhancement for e in entries]
    for x in (3, 5, 10, 20, 50):
        counted = survey.count([(e.enhancement, e) for e in estimates], x)
        found = {
            k: v[(0,) * v.ndim] for k, v in zip(made.standing, multiverse.verdicts(made, x), strict=True)
        }
        assert tuple(k for k, v in found.items() if v == conclusions.EXCEEDS) == counted.exceed
        assert tuple(k for k, v in found.items() if v == conclusions.BELOW) == counted.fail


@pytest.mark.slow
def test_conclusions_have_shares_that_sum_to_one(made):
    for c in multiverse.concluded(made):
        assert sum(c.share(w) for w in conclusions.SHARES) == pytest.approx(1, abs=1e-9)
        for f in c.factors:
            within = [
                sum(c.share(w, **{f.name: i}) for w in conclusions.SHARES) for i in range(len(f.levels))
            ]
            assert within == pytest.approx([1] * len(within), abs=1e-9)
            mean = sum(w * c.share("holds", **{f.name: i}) for i, w in enumerate(f.weights))
            assert mean == pytest.approx(c.share("holds"), abs=1e-9)


@pytest.mark.slow
def test_what_the_chapter_opens_with(made):
    most, some, cost, *_ = multiverse.concluded(made)
    first, _ = variance_shares.shares(
        (most.verdict == conclusions.HOLDS).astype(float), [f.weights for f in most.factors]
    )
    # it hangs first of all on what stands for an enhancement
    assert first[-1] > 0.5 > 3 * max(first[:-1])
    assert (most.name, some.name, cost.name) == ("most-exceed-5", "some-exceed-20", "cost-below-1-percent")


@pytest.mark.slow
def test_reach_is_of_points_alone(made):
    found = multiverse.reach(made)
    assert "webgpt" not in found  # never a point
    assert (
        found["chain-of-thought"] < 100
    )  # its bounds start at 8.48, its points at 15: they are not set against each other


@pytest.mark.slow
def test_pairs_of_categories_hold_one_way(made):
    for c in multiverse.pairs(made):
        assert c.by_default in ("holds", "undetermined")
