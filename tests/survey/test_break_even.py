"""Break-even: three points worked out by hand, and what must hold for any numbers."""

import dataclasses
import math
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT

import ceg
from ceg.chapters.break_even import tables
from ceg.estimator.gain import Estimate
from ceg.evidence.problems import InputError
from ceg.prose import break_even_words
from ceg.survey import break_even
from ceg.survey.break_even import DOMINATED, DOMINATES, FROM, UNKNOWN, UP_TO, Use

BOOK = ceg.open(
    enhancements=["survey", "since-2023"],
    tables=["prices", "training_costs", "sources"],
    folder=ROOT / "data",
)


@pytest.fixture(scope="module")
def entries():
    return break_even.entries(BOOK)


def under(**values):
    return dataclasses.replace(BOOK, assumptions=BOOK.assumptions.but(**values))


# --- by hand --------------------------------------------------------------------------------------

# The model of 1e25 FLOP, by Besiroglu et al. 2024: alpha 0.3478, beta 0.3658, A 482.01, B 2085.43.
# a = 0.3658 / (0.3478 + 0.3658) = 0.512612; g = (0.3478 x 482.01 / (0.3658 x 2085.43))^(1 / 0.7136)
# = 0.219759^1.401345 = 0.119630
# N = 0.119630 x (1e25 / 6)^0.512612 = 0.119630 x 2.60855e12 = 3.12061e11. A query of 1000 tokens:
# 2 x 3.12061e11 x 1000 = 6.24122e14 FLOP.
# C / (2 N t) = 1e25 / 6.24122e14 = 1.60225e10 queries cost as much as the training.
# A dollar rents as much peak compute for both, so that in dollars all is 0.2 / 0.375 = 0.53333 of it:
# 8.5453e9.
BY_HAND = {
    # G >= 175 / 6.69 = 26.167 (bound), f = 0.00049, m = 200. G^a = exp(0.512612 x 3.26450) = 5.33040.
    # (26.167 - 1 - 0.00049) / (200 - 5.33040) = 25.1665 / 194.6696 = 0.129278; x 1.60225e10
    "verifier": (UP_TO, ">=", 2.0714e9),
    # G = 40.227 (extrapolated), f = 0, m = 65. G^a = exp(0.512612 x 3.694538) = 6.6450.
    # 39.227 / 58.3550 = 0.672213; x 1.60225e10
    "few-shot": (UP_TO, "=", 1.07706e10),
    # G >= 13.593 (bound), f = 0.000107, m = 16. G^a = exp(0.512612 x 2.609555) = 3.81025.
    # 12.59289 / 12.18975 = 1.033072; x 1.60225e10
    "best-of-n": (UP_TO, ">=", 1.65524e10),
}


@pytest.mark.parametrize("enhancement", BY_HAND)
def test_by_hand(entries, enhancement):
    found = next(e for e in entries if e.enhancement.enhancement == enhancement)
    verdict, relation, queries = BY_HAND[enhancement]
    assert (found.verdict, found.relation) == (verdict, relation)
    assert found.of(break_even.break_even, break_even.in_flop(BOOK)) == pytest.approx(queries, rel=2e-4)
    in_usd = found.of(break_even.break_even, break_even.in_usd(BOOK))
    assert in_usd == pytest.approx(queries * 0.2 / 0.375, rel=2e-4)


def test_a_dollar_by_hand():
    offers = {
        1: 1.0,
        2: 3.0,
        3: 2.0,
    }  # dollars an hour for 1e15 FLOP a second: 3.6e18, 1.2e18 and 1.8e18 FLOP a dollar
    row = next(iter(BOOK.evidence.prices.values()))
    prices = {
        k: row._replace(date="2024-05-01", usd_per_chip_hour=usd, peak_flop_per_second=1e15)
        for k, usd in offers.items()
    }
    tables = MappingProxyType({**BOOK.evidence.tables_by_name, "prices": MappingProxyType(prices)})
    book = dataclasses.replace(BOOK, evidence=dataclasses.replace(BOOK.evidence, tables_by_name=tables))
    assert break_even.flop_per_usd(book, 2024) == pytest.approx(1.8e18)
    use = break_even.in_usd(book)  # 1e25 / (1.8e18 x 0.375), and 6.24122e14 / (1.8e18 x 0.2)
    assert (use.training_cost, use.query_cost) == pytest.approx((1.48148e7, 1.73367e-3), rel=1e-4)
    with pytest.raises(InputError, match=r"no offer of 2023.*2024"):
        break_even.flop_per_usd(book, 2023)


# --- for any numbers ------------------------------------------------------------------------------

GAINS = st.floats(0.1, 1e4)
COSTS = st.sampled_from([0.0]) | st.floats(1e-5, 20)
RUNTIMES = st.floats(0.1, 1e5)
USES = st.builds(
    Use,
    st.floats(1e20, 1e27),
    st.floats(1e9, 1e17),
    st.floats(0.3, 0.8),
    st.floats(1e-20, 1e-15),
    st.floats(1e-20, 1e-15),
)
ANY = settings(deadline=None, max_examples=60)


@ANY
@given(USES, GAINS, COSTS, RUNTIMES)
def test_costs_are_equal_at_the_break_even_and_the_verdict_says_what_is_cheaper_on_either_side(
    use, gain, once, runtime
):
    verdict, at = (f(use, gain, once, runtime) for f in (break_even.verdict, break_even.break_even))
    assert verdict in (DOMINATES, UP_TO, FROM, DOMINATED) and (at is None) == (
        verdict in (DOMINATES, DOMINATED)
    )
    if at is not None:
        enhanced = use.training_cost * (1 + once) + at * use.query_cost * runtime
        bigger = use.training_cost * gain + at * use.query_cost * gain**use.size_exponent
        assert at > 0 and enhanced == pytest.approx(bigger, rel=1e-6)
    before, after = (at / 2, at * 2) if at else (1.0, 1e12)
    signs = [np.sign(break_even.saved(use, gain, once, runtime, q)) for q in (before, after)]
    want = {
        DOMINATES: ((0, 1), (0, 1)),
        DOMINATED: ((0, -1), (0, -1)),
        UP_TO: ((1,), (-1,)),
        FROM: ((-1,), (1,)),
    }
    assert all(s in allowed for s, allowed in zip(signs, want[verdict], strict=True))
    ratio = break_even.ratio(use, gain, once, runtime, before)
    assert ratio == pytest.approx(1) or (ratio < 1) == (signs[0] > 0)


@ANY
@given(USES, GAINS, st.floats(1, 100), COSTS, RUNTIMES, st.floats(0, 1e14))
def test_a_greater_gain_never_saves_less(use, gain, more, once, runtime, queries):
    low, high = (break_even.saved(use, g, once, runtime, queries) for g in (gain, gain * more))
    assert high >= low or high == pytest.approx(low)
    verdicts = [break_even.verdict(use, g, once, runtime) for g in (gain, gain * more)]
    at = [break_even.break_even(use, g, once, runtime) for g in (gain, gain * more)]
    if verdicts[0] == DOMINATES:
        assert verdicts[1] == DOMINATES
    if verdicts == [UP_TO, UP_TO]:
        assert at[1] >= at[0] * (1 - 1e-9)
    if verdicts == [FROM, FROM]:
        assert at[1] <= at[0] * (1 + 1e-9)


@ANY
@given(USES, GAINS, COSTS, RUNTIMES, st.floats(1e-3, 1e3))
def test_no_price_and_no_size_moves_a_verdict_and_one_price_for_both_no_break_even(
    use, gain, once, runtime, scale
):
    other = Use(
        use.training_flop * scale,
        use.query_flop,
        use.size_exponent,
        use.training_price,
        use.query_price * scale,
    )
    assert break_even.verdict(other, gain, once, runtime) == break_even.verdict(use, gain, once, runtime)
    at = break_even.break_even(use, gain, once, runtime)
    assert break_even.break_even(other, gain, once, runtime) == (
        at and pytest.approx(at)
    )  # scaled on both sides


def test_in_dollars_as_in_flop_where_both_use_the_chips_alike(entries):
    book = under(training_utilisation=0.5, inference_utilisation=0.5)
    for e in tables.known(entries):
        flop, usd = (
            e.of(break_even.break_even, use(book)) for use in (break_even.in_flop, break_even.in_usd)
        )
        assert usd == (flop and pytest.approx(flop))


# --- bounds, and what is not known ----------------------------------------------------------------


def made(**estimate):
    """An entry from an estimate put in the place of a headline whose one-time cost is 0 and runtime 10."""
    row = BOOK.evidence.enhancements["chain-of-thought"]
    head = BOOK.headline("chain-of-thought")
    names = {"enhancement": "chain-of-thought", "comparison": head.comparison, "runtime_multiple": 10.0}
    return break_even.entry(BOOK, row, Estimate(**(names | estimate)))


def test_a_bound_is_carried_as_a_bound():
    known = made(status="bound", lower_bound=8.0, low=6.0, draws=4000)
    assert (known.verdict, known.relation, known.gain, known.ends) == (UP_TO, ">=", 8.0, (6.0, math.inf))
    assert known.same(break_even.in_flop(BOOK)) is True
    assert break_even_words.queries(known, break_even.in_flop(BOOK)).startswith("≥ ")
    assert made(status="bound", lower_bound=200.0).verdict == DOMINATES  # 200^0.51 is above 10
    assert made(status="bound", upper_bound=0.9).verdict == DOMINATED
    assert made(status="bound", upper_bound=0.9).relation == "<="
    assert made(status="bound", upper_bound=50.0).verdict == UNKNOWN
    assert made(status="bound", lower_bound=0.5).reason == "the bounds on the gain leave it open"
    assert made(status="bound", lower_bound=8.0).ends is None  # nothing was drawn
    assert made(status="bound", lower_bound=8.0, flags=("flat_baseline",)).reason == "the baseline is flat"


def test_what_is_not_known_is_said():
    assert made(status="interpolated", ceg=5.0, runtime_multiple=None).reason == "runtime not known"
    assert made(status="not-meaningful").reason == "the gain is not meaningful"
    point = made(status="extrapolated", ceg=58.0, lower_bound=8.0, low=9.0, draws=4000)
    assert (point.bound, point.ends, point.same(break_even.in_flop(BOOK))) == (8.0, (9.0, math.inf), False)
    assert "(extrapolated " in break_even_words.queries(point, break_even.in_flop(BOOK))


def test_a_range_of_costs_can_turn_a_verdict(entries):
    # chain of thought: 58.2x; an answer of 2 to 20 times the FLOP beside 58.2^0.513 = 8.0
    found = next(e for e in entries if e.enhancement.enhancement == "chain-of-thought")
    use = break_even.in_flop(under())
    assert (found.verdict, found.same_within_costs(use)) == (break_even.UP_TO, False)
    assert break_even.verdict(use, found.gain, 0.0, 2.0) == break_even.DOMINATES
    plain = next(e for e in entries if e.enhancement.enhancement == "majority-voting")
    assert plain.same_within_costs(use) is None


def test_an_interval_open_at_both_ends_holds_every_verdict(entries):
    found = next(e for e in entries if e.enhancement.enhancement == "maths-pretraining")
    assert found.ends == (0.0, math.inf) and found.same(break_even.in_flop(under())) is False


def test_charging_fine_tuning_to_the_gain_counts_it_once():
    plain, charged = (break_even.entries(b, intervals=False) for b in (BOOK, under(charge_finetuning=True)))
    pairs = {a.enhancement.enhancement: (a, b) for a, b in zip(plain, charged, strict=True)}
    a, b = pairs[
        "instructgpt"
    ]  # a bound, which is a ratio of compute: charged it is less by 1.03094, and this is put back
    assert b.headline.lower_bound == pytest.approx(a.headline.lower_bound / 1.03094)
    assert (b.gain, b.one_time, b.verdict) == (pytest.approx(a.gain), a.one_time, a.verdict)
