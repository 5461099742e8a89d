"""Which specifications there are, and what each weighs."""

import dataclasses
import itertools
import random

import pytest

import ceg
from ceg.estimator.gain import Estimate
from ceg.evidence.problems import InputError
from ceg.multiverse import specifications, variance_shares
from ceg.multiverse.specifications import Rule

BOOK = ceg.open()
FACTORS = specifications.factors(specifications.options())
EVERYTHING = specifications.factors(specifications.options(), ())
COMPARISONS = list(BOOK.evidence.comparisons)


def test_weights_are_shared_among_the_options_that_are_left():
    options = {"rule": ("a", "b", "c"), "law": (1, 2), "other": ("x", "y", "z", "w")}
    rules = (
        Rule({"rule": ("a", "b"), "law": (2,)}, "no effect", same_as_default=True),
        Rule({"other": ("w",)}, "not defensible"),
    )
    rule, other = specifications.factors(options, rules)
    assert (rule.keys, rule.levels) == (("rule", "law"), (("a", 1), ("b", 1), ("c", 1), ("c", 2)))
    assert rule.weights == pytest.approx((1 / 3, 1 / 3, 1 / 6, 1 / 6))
    assert (other.keys, other.weights) == (("other",), pytest.approx((1 / 3,) * 3))
    assert [(n, whole) for _, n, whole in specifications.left_out(options, rules)] == [(8, 24), (6, 24)]


def test_the_default_cannot_be_left_out():
    with pytest.raises(InputError, match="a: 1 as the first options"):
        specifications.factors({"a": (1, 2)}, (Rule({"a": (1,)}, "no"),))


@pytest.mark.parametrize("factors", [FACTORS, EVERYTHING])
def test_weights_sum_to_one_and_the_default_is_first(factors):
    options = specifications.options()
    for f in factors:
        assert sum(f.weights) == pytest.approx(1, abs=1e-12)
        assert f.levels[0] == tuple(options[k][0] for k in f.keys)
        assert len({f.label(i) for i in range(len(f.levels))}) == len(f.levels)
    assert {k for f in factors for k in f.keys} == set(options)
    whole = variance_shares.weights_of([f.weights for f in FACTORS], [len(f.levels) for f in FACTORS])
    assert whole.sum() == pytest.approx(1, abs=1e-12)


def test_what_is_counted_once_changes_nothing():
    draw = random.Random(1)
    for rule in (r for r in specifications.RULES if r.same_as_default):
        last = list(rule.when)[-1]
        default = specifications.options()[last][0]
        for comparison in draw.sample(COMPARISONS, 20):
            for combination in itertools.product(*rule.when.values()):
                values = dict(zip(rule.when, combination, strict=True))
                assert under(comparison, values) == under(comparison, values | {last: default})


def under(comparison: str, values: dict) -> Estimate:
    reading = dataclasses.replace(BOOK, assumptions=BOOK.assumptions.but(**values))
    return dataclasses.replace(reading.estimate(comparison), assumptions={})
