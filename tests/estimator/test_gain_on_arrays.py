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
