"""The multiverse: grids worked out by hand, and equal to the analysis specification by specification."""

import dataclasses
import itertools
import json
import math
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import ceg
from ceg.estimator import gain
from ceg.estimator.gain import STATUSES, Estimate
from ceg.evidence.problems import InputError
from ceg.multiverse import chunks as runs
from ceg.multiverse import conclusions, distribution, outcomes, specifications, summary, variance_shares
from ceg.multiverse import intervals as multiverse_intervals
from ceg.multiverse import survey as multiverse
from ceg.multiverse.outcomes import Outcomes
from ceg.multiverse.specifications import Factor, Rule
from ceg.survey import survey
from ceg.uncertainty import intervals, lead_probability

BOOK = ceg.open()
FACTORS = specifications.factors(specifications.options())
EVERYTHING = specifications.factors(specifications.options(), ())
COMPARISONS = list(BOOK.evidence.comparisons)
HEADLINES = [c.comparison for c in BOOK.evidence.comparisons.values() if c.role == "headline"]
CODE = {name: STATUSES.index(name) for name in STATUSES}


# --- which specifications there are


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


# --- equal to the analysis


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


@pytest.mark.parametrize("factors", [FACTORS, EVERYTHING], ids=["defensible", "everything"])
def test_outcomes_are_what_the_analysis_gives(factors):
    draw = random.Random(len(factors))
    some = [*HEADLINES, *draw.sample(COMPARISONS, 60)]
    made = outcomes.outcomes(BOOK, some, factors)
    for comparison in some:
        for _ in range(15):
            values, index = picked(factors, draw)
            assert at(made[comparison], index) == said(under(comparison, values)), (comparison, values)


def test_medians_are_those_of_the_survey():
    draw = random.Random(3)
    for key in ("lats", "toolformer", "majority-voting", "retro", "alphacode"):
        ids = [c.comparison for c in BOOK.evidence.of(key)]
        made = {
            i: multiverse_intervals.with_probability(BOOK, o)
            for i, o in outcomes.outcomes(BOOK, ids, FACTORS).items()
        }
        every, rising = (
            outcomes.median(list(made.values())),
            outcomes.median(list(made.values()), rising=True),
        )
        for _ in range(8):
            values, index = picked(FACTORS, draw)
            estimates = lead_probability.with_probability(BOOK, [under(i, values) for i in ids])
            for whole, some in (
                (every, estimates),
                (rising, [e for e in estimates if "flat_baseline" not in e.flags]),
            ):
                expected = survey.median(some) or Estimate(status="not-available")
                assert at(whole, index) == said(expected), (key, values)


# --- by hand


def toy(ceg, lower=None, upper=None, flat=False, status=None) -> Outcomes:
    ceg, lower, upper = (
        np.log10(np.array(v, float)) if v is not None else np.full(np.shape(ceg), np.nan)
        for v in (ceg, lower, upper)
    )
    codes = (
        np.where(np.isnan(ceg), CODE["bound"], CODE["interpolated"]) if status is None else np.array(status)
    )
    codes = np.where(np.isnan(ceg) & np.isnan(lower) & np.isnan(upper), CODE["not-available"], codes)
    return Outcomes(
        codes, ceg, lower, upper, np.full(ceg.shape, flat), np.full(ceg.shape, np.nan), np.full(ceg.shape, -1)
    )


NAN = math.nan
THREE = tuple(
    Factor((k,), tuple((i,) for i in range(n)), (1 / n,) * n) for k, n in (("a", 2), ("b", 2), ("c", 3))
)


def test_shares_of_a_conclusion_by_hand():
    # a: 8 or 3; b and c change nothing of it. The second: 6 or (b = 1) only a bound; c = 2 leaves it out.
    first = toy([[[8.0]], [[3.0]]])
    second = toy([[[6, 6, NAN], [NAN, NAN, NAN]]], lower=[[[NAN, NAN, NAN], [4, 4, NAN]]])
    each = [conclusions.exceeds(o, 5) for o in (first, second)]
    assert each[0].ravel().tolist() == [1, -1]
    assert each[1].tolist() == [[[1, 1, -2], [0, 0, -2]]]
    c = conclusions.Conclusion("most", "", "", THREE, conclusions.more_than_half(each))
    # a = 0: both exceed (b = 0, c < 2) holds; one of two and one open (b = 1, c < 2) undetermined; alone (c = 2) holds.
    # a = 1: one of two is no more than half: fails; none and one open fails too; alone below (c = 2) fails.
    assert c.verdict.tolist() == [[[1, 1, 1], [0, 0, 1]], [[-1, -1, -1], [-1, -1, -1]]]
    assert [c.share(w) for w in conclusions.SHARES] == pytest.approx([1 / 3, 1 / 6, 1 / 2])
    assert c.share("holds", a=0) == pytest.approx(2 / 3)
    assert c.share("undetermined", a=0, b=1) == pytest.approx(2 / 3)
    assert c.share("holds", c=2) == pytest.approx(1 / 2)
    assert c.by_default == "holds"
    assert c.breaks() == [({"a": 1}, "fails"), ({"b": 1}, "undetermined")]
    some = conclusions.at_least(each, 2)
    assert some.tolist() == [[[1, 1, -1], [0, 0, -1]], [[-1, -1, -1], [-1, -1, -1]]]


def test_a_set_breaks_only_if_no_part_of_it_does():
    verdict = np.full((2, 2, 3), conclusions.HOLDS)
    verdict[1, 1, :] = conclusions.FAILS
    verdict[:, :, 2] = conclusions.UNDETERMINED
    c = conclusions.Conclusion("x", "", "", THREE, verdict)
    assert c.breaks() == [({"c": 2}, "undetermined"), ({"a": 1, "b": 1}, "fails")]
    assert c.breaks(most=1) == [({"c": 2}, "undetermined")]


def test_verdicts_on_bounds():
    made = toy([NAN] * 5, lower=[5, 4, 9, NAN, 9], upper=[NAN, NAN, NAN, 4, NAN])
    made = dataclasses.replace(
        made, flat=np.array([0, 0, 1, 0, 0], bool), probability=np.array([0.95, NAN, NAN, NAN, 0.89])
    )
    assert conclusions.exceeds(made, 5).tolist() == [1, 0, 0, -1, 0]
    estimates = [
        Estimate(status="bound", lower_bound=5, bound_probability=0.95),
        Estimate(status="bound", lower_bound=4),
        Estimate(status="bound", lower_bound=9, flags=("flat_baseline",)),
        Estimate(status="bound", upper_bound=4),
        Estimate(status="bound", lower_bound=9, bound_probability=0.89),
    ]
    assert [gain.exceeds(e, 5) for e in estimates] == [True, None, None, False, None]


def test_none_with_an_estimate_is_undetermined():
    nothing = [conclusions.exceeds(toy([NAN, NAN]), 5)]
    assert conclusions.more_than_half(nothing).tolist() == [0, 0]


def test_range_of_a_share_by_hand():
    # it holds at a = 0 alone: the share is the weight of a = 0, uniform between 0 and 1 under a Dirichlet(1) over two levels
    verdict = np.array([[[1, 1, 1]], [[0, 0, 0]]], np.int8)
    c = conclusions.Conclusion("x", "", "", THREE, verdict)
    assert c.range("holds") == pytest.approx((0.05, 0.95), abs=0.04)
    assert c.range("holds", a=0) == (1, 1)
    assert c.range("fails") == (0, 0)
    # and of the three levels of c, one: 1 - sqrt(1 - p) quantiles of Beta(1, 2)
    c = conclusions.Conclusion("y", "", "", THREE, np.array([[[1, 0, 0]]], np.int8))
    assert c.range("holds") == pytest.approx((1 - 0.95**0.5, 1 - 0.05**0.5), abs=0.05)
    both = conclusions.Conclusion("z", "", "", THREE, np.array([[[1, 0, 0]], [[1, 1, 1]]], np.int8))
    low, high = both.range("holds")
    assert 0 < low < both.share("holds") < high < 1


def test_order_of_brackets():
    low, high, inf = np.log10([10.0, 1.0, 2.0, NAN]), np.log10([20.0, 3.0, 8.0, NAN]), math.inf
    other_low, other_high = np.log10([5.0, 4.0, 4.0, 1.0]), np.array([math.log10(9), inf, inf, inf])
    assert conclusions.greater(low, high, other_low, other_high).tolist() == [1, -1, 0, 0]


def test_variance_shares_by_hand():
    # y = a + 2 b + a b over two equal levels each: means 0, 2 | 1, 4. E = 1.75, Var = 2.1875.
    y = np.array([[0.0, 2.0], [1.0, 4.0]])
    first, total = variance_shares.shares(y, [(0.5, 0.5)] * 2)
    assert first == pytest.approx([0.75**2 / 2.1875, 1.25**2 / 2.1875])  # E[y|a] = 1, 2.5; E[y|b] = 0.5, 3
    assert total == pytest.approx([(0.5**2 + 1.0**2) / 2 / 2.1875, (1.0**2 + 1.5**2) / 2 / 2.1875])
    assert total - first == pytest.approx(
        np.full(2, 0.0625 / 2.1875)
    )  # the interaction, 1/16, counts for both
    # an axis of length 1 and one that changes nothing have no share; unequal weights: y = b, 1/4 and 3/4
    first, total = variance_shares.shares(
        np.broadcast_to([[[0.0, 1.0]]], (1, 3, 2)), [(1.0,), (1 / 3,) * 3, (0.25, 0.75)]
    )
    assert first.tolist() == total.tolist() == pytest.approx([0, 0, 1])
    assert np.isnan(variance_shares.shares(np.ones((2, 2)), [(0.5, 0.5)] * 2)).all()


def test_variance_over_the_specifications_with_a_number():
    y = np.array([[1.0, 3.0], [NAN, NAN]])  # only a = 0 has numbers: b alone moves them
    first, total = variance_shares.shares(y, [(0.5, 0.5)] * 2)
    assert first.tolist() == total.tolist() == [0, 1]


def test_distribution_by_hand():
    made = toy([[2.0, 8.0, NAN, NAN]], lower=[[NAN, NAN, 6.0, NAN]])
    found = distribution.distribution("x", made, [(1.0,), (0.4, 0.3, 0.2, 0.1)], 5)
    assert (found.point, found.bound, found.no_estimate) == pytest.approx((0.7, 0.2, 0.1))
    assert (found.exceeds, found.below, found.undetermined) == pytest.approx((0.5, 0.4, 0.0))
    assert (found.least, found.greatest, found.outcomes) == (pytest.approx(2), pytest.approx(8), 4)
    assert found.quantiles == pytest.approx((2, 2, 2, 8, 8))  # 4/7 of the points' weight lies at 2


# --- the book's


@pytest.fixture(scope="module")
def made():
    return multiverse.survey(ceg.open(enhancements="survey"))


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


def test_what_the_chapter_opens_with(made):
    most, some, cost, *_ = multiverse.concluded(made)
    first, _ = variance_shares.shares(
        (most.verdict == conclusions.HOLDS).astype(float), [f.weights for f in most.factors]
    )
    assert (
        first[-1] > 0.8 > 0.2 > max(first[:-1])
    )  # it hangs on what stands for an enhancement, hardly on any other choice
    assert (most.name, some.name, cost.name) == ("most-exceed-5", "some-exceed-20", "cost-below-1-percent")


def test_every_main_conclusion_that_holds_has_a_sentence(made):
    named = [c for c in multiverse.concluded(made) if c.main and c.by_default == "holds"]
    found = multiverse.sentences(made.analysis)
    assert list(found) == [c.name for c in named]
    assert all(s.endswith(".") and "probab" not in s for s in found.values())


def test_reach_is_of_points_alone(made):
    found = multiverse.reach(made)
    assert "webgpt" not in found  # never a point
    assert (
        found["chain-of-thought"] < 100
    )  # its bounds start at 8.48, its points at 15: they are not set against each other


def test_pairs_of_categories_hold_one_way(made):
    for c in multiverse.pairs(made):
        assert c.by_default in ("holds", "undetermined")


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


# --- long runs


def chunks(draws: int = 0, n: int = 6) -> list[str]:
    return summary.chunks(BOOK, HEADLINES[:n], draws, 7)


def square(chunk: str) -> str:
    return str(int(chunk) ** 2)


def test_any_number_of_workers_gives_the_same_bits():
    pieces = chunks(draws=200, n=3)
    assert len(pieces) == 3
    alone = runs.run(summary.work, pieces)
    assert runs.run(summary.work, pieces, workers=2) == alone
    assert [json.loads(a)[0]["comparison"] for a in alone] == HEADLINES[:3]


def test_a_run_is_taken_up_where_it_was_interrupted(tmp_path):
    done = []

    def stops(chunk: str) -> str:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(chunk)
        return square(chunk)

    numbers = ["1", "2", "3", "4"]
    with pytest.raises(KeyboardInterrupt):
        runs.run(stops, numbers, folder=tmp_path / "run")
    kept = sorted(p.read_text() for p in (tmp_path / "run").iterdir())
    assert (done, kept) == (["1", "2"], ["1", "4"])
    done.clear()
    seen = []
    again = runs.run(
        lambda c: done.append(c) or square(c),
        numbers,
        folder=tmp_path / "run",
        progress=lambda *at: seen.append(at),
    )
    assert (again, done) == (["1", "4", "9", "16"], ["3", "4"])
    assert seen == [(2, 4), (3, 4), (4, 4)]


def test_a_chunk_names_all_its_inputs(monkeypatch, tmp_path):
    before = chunks()
    assert before == chunks()
    other = dataclasses.replace(BOOK, assumptions=BOOK.assumptions.but(threshold_large=3.0))
    assert summary.chunks(other, HEADLINES[:6], 0, 7) != before
    wrong = json.dumps(json.loads(before[0]) | {"inputs": "0"})
    with pytest.raises(ValueError, match="differs here"):
        summary.work(wrong)


def test_no_scheduler_is_said_plainly(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match="ceg\\[cluster\\]"):
        runs.run(square, ["1"], scheduler="tcp://127.0.0.1:1")


def slow(chunk: str) -> str:
    """A chunk that takes long enough for its worker to be killed meanwhile."""
    time.sleep(0.4)
    return summary.work(chunk)


@pytest.mark.verify
def test_a_cluster_gives_the_same_bits_though_a_worker_dies():
    distributed = pytest.importorskip("distributed")
    pieces = chunks(draws=200, n=12)
    alone = runs.run(summary.work, pieces)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        assert runs.run(summary.work, pieces, scheduler=cluster.scheduler_address) == alone
        killed = []

        def kill(done: int, _: int) -> None:
            if done == 2 and not killed:
                nanny = next(iter(cluster.workers.values()))
                killed.append(nanny.pid)
                subprocess.run(["kill", "-9", str(nanny.pid)], check=True)

        with_death = runs.run(slow, pieces, scheduler=cluster.scheduler_address, progress=kill)
    assert killed
    assert with_death == alone


@pytest.mark.verify
def test_the_command_is_interrupted_and_taken_up_again(tmp_path):
    command = [Path(sys.executable).parent / "ceg", "multiverse", "--draws", "2000", "--format", "csv"]
    kept = [*command, "--resume", str(tmp_path / "run")]
    started = subprocess.Popen(
        kept, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while not list(tmp_path.glob("run/*.json")):
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGINT)  # as a terminal does: to every process of the command
    _, said = started.communicate()
    assert (started.returncode, "Traceback" in said) == (130, False), said
    assert f"call again with --resume {tmp_path / 'run'}" in said.replace("\n", "")
    before = len(list(tmp_path.glob("run/*.json")))
    assert 0 < before < len(HEADLINES)
    resumed = subprocess.run(kept, capture_output=True, text=True, check=True).stdout
    assert (
        resumed
        == subprocess.run([*command, "--workers", "1"], capture_output=True, text=True, check=True).stdout
    )


def test_the_command(tmp_path):
    command = [
        Path(sys.executable).parent / "ceg",
        "multiverse",
        "--format",
        "json",
        "--resume",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["specifications"] == multiverse.survey(BOOK).size
    assert [c["conclusion"] for c in found["conclusions"]][:3] == [
        "most-exceed-5",
        "some-exceed-20",
        "cost-below-1-percent",
    ]
    assert len(found["comparisons"]) == len(HEADLINES)
    wrong = subprocess.run(
        [*command[:2], "--comparisons", "alle"], capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 1
    assert "--comparisons" in wrong.stderr and 'did you mean "all"' in wrong.stderr
