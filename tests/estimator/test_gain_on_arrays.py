"""The vectorised estimator equals the reference, case by case."""

import itertools
import math
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ceg
from ceg.analysis.analysis import NotAvailable
from ceg.estimator import gain_on_arrays
from ceg.estimator.gain import gain
from ceg.estimator.scaling import Point, Scale, isotonic
from ceg.estimator.scaling_on_arrays import Scales

INF = math.inf
POINTS = Scale("points")


def arrays(cases):
    """Inputs of ``gain_on_arrays.gains`` from [(enhanced, baselines)] of one length."""
    table = [
        [(math.log10(p.flop), p.score, np.nan if p.se is None else p.se, p.weight) for p in f]
        for _, f in cases
    ]
    x, s, se, weight = np.moveaxis(np.array(table), 2, 0)
    ends = np.array([(math.log10(e.flop), e.score) for e, _ in cases]).T
    return (x, s, *ends), {"se": se, "weight": weight}


def assert_equal(reference, found, i, name=""):
    status, flags = found.names(i)
    assert (status, flags) == (reference.status, reference.flags), name
    pairs = (("ceg", "log10_ceg"), ("lower_bound", "log10_lower"), ("upper_bound", "log10_upper"))
    for field, log10 in pairs:
        value, other = getattr(reference, field), getattr(found, log10)[i]
        assert np.isnan(other) if value is None else math.log10(value) == pytest.approx(other, abs=1e-9), (
            name,
            field,
        )
    oom = reference.extrapolation_oom
    assert (
        np.isnan(found.extrapolation_oom[i])
        if oom is None
        else oom == pytest.approx(found.extrapolation_oom[i], abs=1e-9)
    )


scores = st.integers(0, 200)
points = st.tuples(
    st.integers(190, 215), scores, st.sampled_from([None, 1.5, 3.0]), st.sampled_from([1.0, 100.0])
)
batches = st.integers(1, 7).flatmap(
    lambda n: st.lists(st.lists(points, min_size=n + 1, max_size=n + 1), min_size=1, max_size=6)
)
options = st.fixed_dictionaries(
    {
        "transform": st.sampled_from(["logit", "linear"]),
        "estimate_order": st.sampled_from(["interpolate_first", "fit_first"]),
        "extrapolate_from": st.sampled_from(["edge", "line"]),
        "min_points": st.sampled_from([2, 3]),
        "max_extrapolation_oom": st.sampled_from([0.5, 1.0, 2.0]),
        "bounds_only": st.booleans(),
    }
)


@pytest.mark.slow
@settings(max_examples=400)
@given(batches, st.sampled_from(["proportion", "points", "perplexity"]), options)
def test_equals_the_reference_on_any_family(batch, kind, chosen):
    scale = Scale(kind, items=400, chance=10.0) if kind == "proportion" else Scale(kind)

    def point(compute, score, se, weight):
        # half a percent apart and jittered by compute, so that no test sits within a rounding of its
        # threshold
        score = score / 2 + 0.137 * math.sin(compute) if 0 < score < 200 else score / 2
        return Point(10 ** (compute / 10), -1 - score if kind == "perplexity" else score, se, weight)

    cases = [(point(*e), [point(*p) for p in rest]) for e, *rest in batch]
    inputs, extra = arrays(cases)
    found = gain_on_arrays.gains(*inputs, scale, **extra, **chosen)
    for i, (enhanced, family) in enumerate(cases):
        # sorting may change the last bit of a sum: a slope that is 0 has no sign
        family = sorted(family, key=lambda p: p.flop)
        assert_equal(gain(enhanced, family, scale, **chosen), found, i)


SETS = (
    {},
    {"transform": "linear", "min_points": 2},
    {"compute_rule": "6nd", "extrapolate_from": "line", "max_extrapolation_oom": 2.0},
    {"estimate_order": "fit_first", "baseline_prompt": "strongest", "charge_finetuning": True},
    {"aggregation": "single_sample", "provenance_admitted": "all", "max_extrapolation_oom": 0.5},
)


@pytest.mark.parametrize(
    "changes",
    [pytest.param(c, marks=pytest.mark.slow if c else (), id=",".join(c) or "default") for c in SETS],
)
def test_equals_the_reference_on_every_comparison(changes):
    book = ceg.open()
    book = replace(book, assumptions=book.assumptions.but(**changes))
    groups = defaultdict(list)
    for name in book.evidence.comparisons:
        try:
            case = book.case(name)
        except NotAvailable:
            continue
        groups[len(case.baselines), case.scale.kind, case.comparison.cross_family].append((name, case))
    a = book.assumptions
    seen = 0
    for (_, _, bounds_only), cases in groups.items():
        inputs, extra = arrays([(c.enhanced.point, [s.point for s in c.baselines]) for _, c in cases])
        found = gain_on_arrays.gains(
            *inputs,
            [c.scale for _, c in cases],
            **extra,
            transform=a.transform,
            estimate_order=a.estimate_order,
            extrapolate_from=a.extrapolate_from,
            min_points=a.min_points,
            max_extrapolation_oom=a.max_extrapolation_oom,
            bounds_only=bounds_only,
        )
        for i, (name, _) in enumerate(cases):
            reference = book.estimate(name)
            reference = replace(
                reference, flags=tuple(sorted(set(reference.flags) & set(gain_on_arrays.FLAGS)))
            )
            assert_equal(reference, found, i, name)
            seen += 1
    assert seen > 800


@given(batches)
def test_isotonic_equals_pooling(batch):
    families = [
        [Point(10 ** (c / 10), s / 2, None, w) for c, s, _, w in sorted(rows, key=lambda r: r[0])]
        for rows in batch
    ]
    x, s, weight = np.moveaxis(
        np.array([[(math.log10(p.flop), p.score, p.weight) for p in f] for f in families]), 2, 0
    )
    fitted = gain_on_arrays.isotonic(x.T, s.T, weight.T)
    for i, family in enumerate(families):
        curve = dict(isotonic(family))
        assert fitted[:, i] == pytest.approx([curve[p.flop] for p in family])


def test_order_of_the_baselines_does_not_matter():
    family = [(21.0, 10.0), (22.0, 20.0), (23.0, 40.0)]
    orders = np.array(list(itertools.permutations(family)))
    found = gain_on_arrays.gains(
        orders[..., 0], orders[..., 1], 22.0, 46.0, Scale(items=1000), transform="linear"
    )
    # slope 15 a decade; from (23, 40) up to 46: 0.4 decades, so 1.4 above the enhanced model
    assert found.log10_ceg == pytest.approx(np.full(6, 1.4))


def test_one_family_for_many_draws():
    found = gain_on_arrays.gains(
        [21.0, 22.0, 23.0], [10.0, 20.0, 40.0], 22.0, np.linspace(10, 40, 7), Scale(items=1000)
    )
    assert found.status.shape == (7,)
    assert np.all(np.diff(found.log10_ceg) > 0)


def test_refuses_what_it_cannot_do():
    with pytest.raises(ValueError, match="at least one baseline"):
        gain_on_arrays.gains(np.empty((3, 0)), np.empty((3, 0)), 22.0, 30.0, Scale())
    with pytest.raises(ValueError, match="one kind"):
        gain_on_arrays.gains([[21.0], [21.0]], [[1.0], [1.0]], 22.0, 30.0, [Scale(), Scale("elo")])
    with pytest.raises(ValueError, match="logit or linear"):
        gain_on_arrays.gains([21.0, 22.0], [1.0, 2.0], 22.0, 30.0, Scale(), transform="probit")


def test_models_at_one_compute_are_one_model_for_the_slope():
    x, s = [21.0, 21.0, 22.0], [10.0, 10.5, 30.0]
    two, three = (gain_on_arrays.gains(x, s, 21.0, 35.0, Scale(), min_points=k) for k in (2, 3))
    assert (two.names(0)[0], three.names(0)[0]) == ("extrapolated", "bound")


# --- between which two computes a draw puts C' ------------------------------------------------------------

SCORES = [10.0, 20.0, 40.0]
"""Points at 1e21, 1e22 and 1e23: linear, the slope is 15 a decade."""


def ends(score, scores=SCORES, scale=POINTS, log10_flop=(21.0, 22.0, 23.0), bounds_only=False, **followed):
    """What ``DrawnCurves`` say of one draw."""
    x, s = (np.array(v, float)[:, None] for v in (log10_flop, scores))
    e, scales, transform = np.array([float(score)]), Scales.of(scale), followed.pop("transform", "logit")
    curves = gain_on_arrays.DrawnCurves.of(x, s, e, scales, transform, bounds_only=bounds_only)
    low, high = curves.required(**followed)
    return float(low[0]), float(high[0])


@pytest.mark.parametrize(
    ("score", "furthest", "low", "high"),
    [
        (30, 0.0, 22.5, 22.5),  # half way between 20 and 40
        (30, 1.0, 22.5, 22.5),
        (20, 0.0, 22.0, 22.0),
        (10, 1.0, 21.0, 21.0),
        (46, 0.0, 23.0, INF),  # right-censored at the last model
        (46, 1.0, 23.4, 23.4),  # 6/15 of a decade beyond it
        (70, 1.0, 24.0, INF),  # two decades, of which one is followed
        (70, 2.5, 25.0, 25.0),
        (4, 0.0, -INF, 21.0),  # left-censored at the first model
        (4, 1.0, 20.6, 20.6),  # 6/15 of a decade below it
        (-20, 1.0, -INF, 20.0),  # two decades
    ],
)
def test_ends_by_hand(score, furthest, low, high):
    assert ends(score, furthest=furthest) == pytest.approx((low, high))


def test_ends_of_an_order_and_a_start_by_hand():
    # the line is 23.33 + 15 (x - 22): 30 at 22.4444, 46 at 23.5111
    on_line = {"estimate_order": "fit_first", "furthest": 1.0}
    assert ends(30, **on_line) == pytest.approx((22 + 4 / 9,) * 2)
    assert ends(46, **on_line) == pytest.approx((23.4, 23.4))
    assert ends(46, extrapolate_from="line", furthest=1.0) == pytest.approx((23 + 23 / 45,) * 2)
    assert ends(30, extrapolate_from="line", furthest=1.0) == pytest.approx((22.5, 22.5))


def test_a_segment_with_an_end_at_an_edge_is_both_its_ends():
    percent = Scale(items=1000)
    floor, ceiling = [0.0, 20.0, 40.0], [20.0, 60.0, 100.0]
    for furthest in (0.0, 1.0):
        assert ends(10, floor, percent, furthest=furthest) == (21, 22)
        assert ends(80, ceiling, percent, furthest=furthest) == (22, 23)
        # a score at an edge itself may lie anywhere beyond it, though a model has the same
        assert ends(0, floor, percent, furthest=furthest) == (-INF, 21)
        assert ends(100, ceiling, percent, furthest=furthest) == (22, 23)
    low, high = ends(30, floor, percent)
    assert low == high == pytest.approx(22.549531, abs=1e-6)  # the logits are those of test_gain.py


def test_a_score_at_an_edge_beyond_the_models_is_censored_where_t_is_held():
    # logits -2.197, -1.386, -0.405: 0.8959 a decade; h is 0.5/11 of 10 items, with the logit 3.0445, which
    # is 3.85 decades beyond 1e23
    percent = Scale(items=10)
    assert ends(100, SCORES, percent, furthest=5.0) == (pytest.approx(26.85, abs=0.01), INF)
    assert ends(100, SCORES, percent, furthest=1.0) == (24, INF)
    assert ends(0, SCORES, percent, furthest=5.0) == (-INF, pytest.approx(20.054, abs=0.002))


def test_ends_of_another_family_are_models():
    assert ends(30, bounds_only=True) == (22, 23)
    assert ends(46, bounds_only=True, furthest=1.0) == (23, INF)
    assert ends(4, bounds_only=True, furthest=1.0) == (-INF, 21)
    one = {"scores": [20.0], "log10_flop": (22.0,)}
    assert (ends(30, **one), ends(10, **one)) == ((22, INF), (-INF, 22))


@pytest.mark.parametrize("scores", [[40.0, 20.0, 10.0], [20.0, 20.0, 20.0]])
@pytest.mark.parametrize("options", [{}, {"furthest": 1.0}, {"bounds_only": True}])
def test_a_line_that_does_not_rise_decides_nothing(scores, options):
    for score in (5, 20, 30, 90):
        assert ends(score, scores, **options) == (-INF, INF)


@given(
    st.lists(st.tuples(st.integers(190, 215), st.integers(0, 200)), min_size=2, max_size=7),
    st.integers(0, 200),
    st.integers(0, 200),
    st.sampled_from([0.0, 1.0, 9.0]),
    st.booleans(),
)
def test_ends_are_in_order_and_rise_with_the_score(family, one, other, furthest, bounds_only):
    computes, scores = zip(*((c / 10, v / 2) for c, v in family), strict=True)
    options = {"furthest": furthest, "bounds_only": bounds_only, "log10_flop": computes}
    less, more = (ends(v / 2, scores, Scale(items=400), **options) for v in sorted((one, other)))
    for low, high in (less, more):
        assert low <= high
    for before, after in zip(less, more, strict=True):
        assert before <= after + 1e-9
