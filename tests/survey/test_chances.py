"""What readers are told of intervals and probabilities, and that every page counts alike."""

import dataclasses
import importlib
import math

import numpy as np
import pytest

import ceg
from ceg import formatting
from ceg.build import page_inputs
from ceg.chapters.about import changes
from ceg.estimator import gain
from ceg.estimator.gain import Estimate
from ceg.estimator.scaling import Scale
from ceg.evidence import assumptions
from ceg.exhibits import gains_against_costs, labels, tables
from ceg.prose import wording
from ceg.survey import chances, ledger, survey
from ceg.uncertainty import intervals, lead_probability
from ceg.uncertainty.draws import Arm, Compute, Score
from ceg.uncertainty.intervals import Uncertain
from ceg.uncertainty.scatter import Spread


@pytest.fixture(scope="module")
def book():
    return ceg.open(enhancements="survey")


@pytest.fixture(scope="module")
def headlines(book):
    return {e.enhancement.enhancement: e.headline for e in survey.entries(book) if e.headline}


POINT = Estimate(status="interpolated", ceg=13.3, low=9.07, high=21.4, partial=False)
BEYOND = Estimate(status="extrapolated", ceg=58.2, lower_bound=8.483, low=31.4, high=None, partial=True)
LEAD = Estimate(
    status="bound", lower_bound=8.146, low=3.4, bound_probability=0.8199, flags=("oracle_feedback",)
)


def test_what_readers_are_told():
    assert wording.sure(POINT) == "13.3x (90%: 9.1–21x)"
    assert wording.sure(BEYOND) == "≥ 8.48x (extrapolated 58x, 90%: 31x–open, partial)"
    assert wording.sure(LEAD) == "≥ 8.14x (lead real with probability 0.81: not counted)"
    assert wording.status(LEAD) == "bound, oracle feedback; lead real with probability 0.81: not counted"
    # the low end of a bound is no interval of the gain, and a probable one needs no word
    assert wording.within(LEAD) == ""
    assert wording.sure(dataclasses.replace(LEAD, bound_probability=0.9)) == "≥ 8.14x"
    assert wording.sure(dataclasses.replace(POINT, low=None, high=None)) == "13.3x"
    boundless = dataclasses.replace(POINT, low=None, high=None, share_unbounded=0.2)
    assert wording.sure(boundless) == "13.3x (90%: open at both ends)"
    assert formatting.interval(None, 3.0) == "open–3x"
    # cut, so that what is not counted never reads 0.90
    assert formatting.probability(0.8999) == "0.89"
    assert formatting.probability(0.9999) == "over 0.99"


def test_the_probability_is_that_of_the_intervals(book, headlines):
    bounds = [e for e in headlines.values() if e.status == "bound"]
    bare = [book.estimate(e.comparison) for e in bounds]
    found = lead_probability.with_probability(book, bare)
    assert [e.bound_probability for e in found] == [e.bound_probability for e in bounds]
    assert min(e.bound_probability for e in found if e.bound_probability is not None) < gain.PROBABLE
    assert any(e.bound_probability is None for e in found)  # without items it is not known
    assert all(e.low is None for e in found)


def test_every_page_counts_alike(book, headlines):
    for x in (5, 20):
        by_entries = survey.count(list(headlines.items()), x)
        by_rows = survey.count([(row.enhancement, e) for row, e in survey.headlines(book) if e], x)
        assert by_entries == by_rows
        assert "lats" in by_entries.undetermined
    shares = {e.claim: e.rebuilt for e in ledger.entries(book) if e.quantity == "share_over"}
    large = survey.count(list(headlines.items()), 5)
    assert shares["all-most-over-5"] == pytest.approx(len(large.exceed) / len(large.estimated))
    said = changes.results(book, headlines_only=True)[
        "conclusion", "most surveyed exceed threshold_large, by headline"
    ]
    assert said.says == f"{len(large.exceed)} of {len(large.estimated)} exceed 5x"


def test_a_bound_stands_on_the_model_that_gives_it(book):
    # GPT-3 175B is the only bigger one that the verifier at 6.7B beats (39.04 against 34.72)
    beaten = book.estimate("verifier.gsm8k.gpt-3-6-7b").beaten
    assert book.evidence.results[beaten].model == "GPT-3 175B"


def test_table_2_keeps_bracket_interval_and_probability_apart(book):
    table = tables.results(book, name="t", caption="")
    at = {c.key: i for i, c in enumerate(table.columns)}
    assert all(len(r) == len(table.columns) for r in table.rows)
    cells = {r[0]: r for r in table.rows}
    assert cells["Chain of thought"][at["within"]] == "9.9x–open"
    assert "90%" not in cells["Chain of thought"][at["ceg"]]
    assert cells["RETRO"][at["within"]].endswith(", partial")
    assert cells["LATS"][at["within"]] == "" and "not counted" in cells["LATS"][at["status"]]


def test_figure_2_draws_intervals_inside_its_axes(book):
    figure = gains_against_costs.gains_against_costs(book, name="f", caption="")
    by_name = {r[0]: dict(zip(figure.columns, r, strict=True)) for r in figure.rows}
    assert by_name["few-shot"]["low"] < by_name["few-shot"]["ceg"] < by_name["few-shot"]["high"]
    assert by_name["chain-of-thought"]["low"] and by_name["chain-of-thought"]["high"] is None
    assert by_name["webgpt"]["low"] is None  # of a bound: not an interval of the gain
    drawn = {
        layer["data"]["name"]: layer for layer in figure.spec[0]["layer"] if "name" in layer.get("data", {})
    }
    low, high = drawn["one_time_fraction_ninety"]["encoding"]["y"]["scale"]["domain"]
    ninety = (
        figure.spec[0]["datasets"]["one_time_fraction_ninety"]
        if "datasets" in figure.spec[0]
        else drawn["one_time_fraction_ninety"]["data"]["values"]
    )
    assert len(ninety) == 5 and all(low <= r["y"] <= r["y2"] <= high for r in ninety)
    unsure = drawn["one_time_fraction_unsure"]["data"]["values"]
    assert [r["name"] for r in unsure] == ["LATS"]


def test_an_interval_that_leaves_the_axis_is_cut_and_marked():
    row = {"low": 20.0, "high": None, "quartile_low": 80.0, "quartile_high": 900.0}
    found = gains_against_costs.intervals(row, (-0.2, 3.3))
    assert found["ninety"] == (1.301, 3.25) and found["beyond"] == (3.25,)
    assert found["fifty"] == (1.9031, 2.9542)
    inside = gains_against_costs.intervals(row | {"high": 100.0}, (-0.2, 3.3))
    assert inside["ninety"] == (1.301, 2.0) and "beyond" not in inside


def test_names_keep_off_points_and_intervals():
    rows = [
        {"name": n, "category": "data", "x": x, "y": 1.0, "foot": 0.8, "top": 1.2, "free": False, "low": 5.0}
        for n, x in (("a", 0.0), ("b", 0.02))
    ]
    spots = labels.beside(rows, (-1.0, 1.0), (0.0, 2.0), (640, 400))
    one, other = sorted((s["lx"], s["ly"]) for s in spots)
    assert one != other
    assert abs(one[1] - other[1]) * 170 >= 13 or abs(one[0] - other[0]) * 290 >= 6.4


@pytest.mark.parametrize(
    "name",
    [
        page_inputs.INTERVALS,
        *page_inputs.LIVES,
        *page_inputs.BUFFERS,
        page_inputs.REPOSITORY,
        page_inputs.PREVIEW,
    ],
)
def test_what_page_inputs_know_by_name_exists(name):
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))


def test_a_page_leans_on_widths_of_errors_where_its_imports_lead_to_intervals():
    opened = "import ceg\nfrom ceg.{} import {}\nbook = ceg.open(enhancements=['wizardmath'])"
    keys = {f"assumption {key}" for key in assumptions.ERRORS}
    modules = ("uncertainty.intervals", "exhibits.tables", "exhibits.against_compute", "prose.wording")
    reached = [
        name for name in modules if keys <= set(page_inputs.page_inputs([opened.format(*name.split("."))]))
    ]
    assert reached == ["uncertainty.intervals", "exhibits.tables"]


# --- by hand: three models on a straight line, and one that scores like the middle one would at 10x ---------------------


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
    drawn = intervals.chunk(none, intervals.Draws(1), 0)
    assert np.allclose(drawn, 1.0)  # ten times the compute of b, in every draw
    compute_only = chances.without(chances.without(chances.without(u, "sampling"), "printing"), "fit")
    spread = intervals.chunk(compute_only, intervals.Draws(1), 0)
    # log10 C_c/C_b: the shared half cancels; what is left is sqrt(2 x 0.5) x 0.1/1.645 = 0.0608
    assert spread.std() == pytest.approx(0.1 / 1.6449, rel=0.03)
    assert spread.mean() == pytest.approx(1.0, abs=0.003)


def test_chances_by_hand(book, headlines):
    found = chances.chances(book, list(headlines.values()), 5)
    each = dict(zip(found.estimated, found.each, strict=True))
    assert sum(found.count) == pytest.approx(1)
    assert sum(n * p for n, p in enumerate(found.count)) == pytest.approx(sum(found.each))
    assert found.at_least(0) == pytest.approx(1)
    # a flat baseline counts for nothing; a bound far above 5 as often as its lead is real
    assert each["alphacode"] == 0
    assert each["verifier"] == headlines["verifier"].bound_probability
    # LATS: the lead is real and GPT-4 took more than five times GPT-3.5's compute, of which both are unsure
    assert each["lats"] < headlines["lats"].bound_probability
    # a point: the share of its draws above 5
    log10_ceg = intervals.draws(book, headlines["retro"].comparison)
    assert each["retro"] == pytest.approx((log10_ceg > math.log10(5)).mean())


def test_bounds_that_hold(headlines):
    held, unsure, unknown = chances.held(list(headlines.values()))
    assert [e.enhancement for e in unsure] == ["lats"]
    assert {e.status for e in held} == {"bound"}
    assert [e.enhancement for e in unknown] == ["toolformer", "best-of-n"]


def test_how_stable_a_status_is(book, headlines):
    found = chances.stability(book, list(headlines.values()))
    assert all(sum(s.statuses.values()) == pytest.approx(1) for s in found.values())
    # LATS has two models: in the draws in which GPT-4 alone scores more, the score lies between them
    assert found["lats"].statuses["interpolated"] == pytest.approx(
        1 - headlines["lats"].bound_probability, abs=0.01
    )
    # WebGPT's slope is 1.85 standard errors, and flat below 1.645: P(z < 1.645 - 1.85) = 0.42, and more as the residuals grow too
    assert 0.42 < found["webgpt"].flat < 0.7
    assert found["webgpt"].same == pytest.approx(1 - found["webgpt"].flat)


def test_a_median_counts_no_improbable_bound():
    def bound(p):
        return Estimate(status="bound", lower_bound=8.0, upper_bound=20.0, bound_probability=p)

    assert [survey.median([bound(p)]).lower_bound for p in (None, 0.9, 0.89)] == [8.0, 8.0, None]
