"""The safety buffer: the model by hand and by its properties, the gains that it draws from, and in a
browser the page against ``ceg buffer``.
"""

import functools
import json
import math
import random

import numpy as np
import pytest
from chapter_runs import CHAPTERS
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from recorded import everything, inputs
from scipy.stats import poisson
from site_helpers import Visit
from typer.testing import CliRunner

import ceg
from ceg.chapters.safety_buffer import charts, sensitivity, stacking
from ceg.chapters.safety_buffer import gains as buffer_gains
from ceg.chapters.safety_buffer import model as buffer
from ceg.cli.main import app
from ceg.estimator.gain import Estimate
from ceg.evidence import assumptions
from ceg.survey.combinations import Combination

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("checked_once")]

PAGE_SOURCE = "book/beyond/safety-buffer.md"
KNOWN = {k: c for k, c in assumptions.choices().items() if k in assumptions.BUFFER}
DEFAULTS = {k: c.options[0] for k, c in KNOWN.items()}
NAMES = ["survey", "since-2023", "minerva-voting", "self-improvement", "self-consistency"]


@functools.cache
def book():
    return ceg.open(enhancements=NAMES, benchmarks=["gsm8k.lmsi"], tables=["margins"])


@functools.cache
def model() -> buffer.Model:
    return buffer.model(book())


def made_of(*rows: tuple[str, str, str, float]) -> buffer_gains.Gains:
    """Gains without errors: (enhancement, benchmark, domain, gain)."""
    names, benchmarks, domains, gains = zip(*rows, strict=True)
    drawn = np.repeat(np.log10(gains)[:, None], buffer_gains.DRAWS, axis=1)
    none = np.zeros(len(rows), bool)
    ids = tuple(map(str, range(len(rows))))
    return buffer_gains.Gains(
        ids,
        names,
        benchmarks,
        domains,
        (2020,) * len(rows),
        none,
        ~none,
        {w: drawn for w in buffer_gains.BOUNDS},
    )


def drawn(found: buffer_gains.Gains, **values) -> np.ndarray:
    return buffer.arriving(found, DEFAULTS | values, buffer.uniforms(np.random.default_rng(1)))


# --- by hand ----------------------------------------------------------------------------------------


def test_two_gains_of_three_make_nine_and_with_a_discount_less():
    three = drawn(made_of(("a", "b", "d", 3.0)))
    # two arrive: 3 x 3 = 9, which exceeds 8.9 but neither 9 itself nor 9.1
    assert buffer.shares(three, 0.0, (8.9, 9.0, 9.1))[2].tolist() == [1, 0, 0]
    # a quarter of the second's logarithm lost: 3 x 3^0.75 = 3^1.75 = 6.8385
    assert buffer.shares(three, 0.25, (6.83, 6.84))[2].tolist() == [1, 0]
    # all of it lost: 3; and nobody arrives: nothing is exceeded
    assert buffer.shares(three, 1.0, (2.9, 3.1))[2].tolist() == [1, 0]
    assert buffer.shares(three, 0.0, (1.0, 2.0))[0].tolist() == [0, 0]


@pytest.mark.parametrize("rate", [0.0, 0.5, 2.0, 4.0])
def test_equal_gains_make_the_poisson_tail(rate):
    exactly = buffer.shares(drawn(made_of(("a", "b", "d", 3.0))), 0.0, (2.0, 10.0, 30.0, 100.0))
    # 3 > 2, 27 > 10, 81 > 30, 243 > 100: one, three, four and five must arrive
    expected = [poisson.sf(needed - 1, rate) for needed in (1, 3, 4, 5)]
    assert buffer.mixed(exactly, rate) == pytest.approx(expected, abs=1e-12)


def test_weights_by_hand():
    # a: two benchmarks, one with two comparisons; b: one
    found = made_of(("a", "x", "d", 2), ("a", "x", "d", 3), ("a", "y", "e", 4), ("b", "z", "d", 5))
    assert found.weights(np.ones(4, bool)).tolist() == pytest.approx([1 / 8, 1 / 8, 1 / 4, 1 / 2])
    assert found.weights(np.array([True, True, False, True])).tolist() == pytest.approx(
        [1 / 4, 1 / 4, 0, 1 / 2]
    )
    # a domain's members, and how likely the first gain lies in it: d has 2 (p = 3/4), e has 1 (p = 1/4); one
    # year
    rate = buffer_gains.arrivals(found)
    assert (rate.any_domain, rate.in_domain) == (2, pytest.approx(0.75 * 2 + 0.25 * 1))


def test_combined_gains_share_a_domain():
    found = made_of(("a", "x", "maths", 10), ("a", "y", "code", 100), ("b", "y", "code", 100))
    together = drawn(found, combined_within="same_domain")
    assert (together == together[0]).all() and len(np.unique(together[0])) == 2
    apart = drawn(found, combined_within="any_domain")
    assert not (apart == apart[0]).all()
    # of two enhancements one in two: a's two benchmarks weigh alike, so a quarter of all is maths
    assert np.mean(together[0] == 1) == pytest.approx(0.25, abs=0.02)


def test_a_domain_alone_and_those_measured_often():
    found = made_of(("a", "x", "maths", 10), ("b", "y", "maths", 10), ("a", "z", "code", 100))
    made = buffer.Model(found, model().u, buffer.GRID)
    alone = buffer.by_domain(made, 1)
    assert {d: m.gains.enhancement for d, m in alone.items()} == {"maths": ("a", "b"), "code": ("a",)}
    assert list(buffer.by_domain(made, 2)) == ["maths"]
    assert found.share([d == "maths" for d in found.domain]) == pytest.approx(0.5 / 2 + 1 / 2)
    # one gain of 100x exceeds 50x, one of 10x does not; the rate is 2
    assert alone["code"].chance(DEFAULTS, 50.0) == pytest.approx(
        poisson.sf(0, 2), abs=1e-4
    )  # 12 arrivals at most
    assert buffer.often_measured(made, 2).gains.enhancement == ("a", "a")


def test_shrunk_halves_the_logarithm():
    found = made_of(("a", "x", "maths", 100))
    assert (drawn(found, published_gains="shrunk") == 1).all()


def test_nothing_to_draw_from_has_no_probability():
    found = made_of(("a", "x", "maths", 100))
    empty = buffer.Model(found, model().u, buffer.GRID)
    assert empty.chances(DEFAULTS | {"drawn_from": "later"}).arriving is None
    assert "no gain to draw from" in charts.sentence(empty, DEFAULTS | {"drawn_from": "later"})
    nothing = charts.probabilities(empty, DEFAULTS | {"drawn_from": "later"})
    chart = charts.curves(nothing, [], buffer.settings(book(), model()))
    assert nothing.empty and chart.description.endswith("Under this setting: no value.")


@pytest.mark.parametrize(
    ("whole", "discount"), [(100, 0), (10, 1), (50, 2 - math.log10(50)), (1000, -1), (5, 2 - math.log10(5))]
)
def test_the_discount_by_hand(whole, discount):
    def point(ceg):
        return Estimate(status="interpolated", ceg=ceg)

    # parts of 10x and 10x, product 100x: d = (1 + 1 - log10 whole)/1
    stack = Combination("", "", point(10.0), point(10.0), point(whole), "")
    assert stacking.discount(stack) == pytest.approx(discount)
    # 100x and 10x, whole 300x: (2 + 1 - 2.4771)/1, whichever is first
    for parts in ((100.0, 10.0), (10.0, 100.0)):
        other = Combination("", "", *map(point, parts), point(300.0), "")
        assert stacking.discount(other) == pytest.approx(3 - math.log10(300))
    loss = Combination("", "", point(0.9), point(10.0), point(9.0), "")
    assert stacking.discount(loss) is None


# --- properties -------------------------------------------------------------------------------------

GAINS = arrays(float, (4, 30), elements=st.floats(0, 3))


@given(GAINS, st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 8), st.floats(0.01, 8))
@settings(deadline=None, max_examples=60)
def test_monotone_in_everything(gains, d1, d2, rate1, rate2):
    buffers = (1.0, 2.0, 6.0, 30.0, 1e4)
    less, more = (buffer.shares(gains, d, buffers) for d in (max(d1, d2), min(d1, d2)))
    assert (np.diff(more, axis=1) <= 0).all()  # in the buffer
    assert (np.diff(more, axis=0) >= -1e-12).all()  # in the number of arrivals
    assert (less <= more).all()  # in the discount
    slow, fast = (buffer.mixed(more, r) for r in sorted((rate1, rate2)))
    assert (slow <= fast + 1e-12).all()  # in the rate


def test_the_same_seed_gives_the_same_and_another_nearly():
    again = buffer.Model(model().gains, buffer.uniforms(np.random.default_rng(buffer.SEED)), buffer.GRID)
    other = buffer.Model(model().gains, buffer.uniforms(np.random.default_rng(7)), buffer.GRID)
    first = model().chances(DEFAULTS)
    assert (again.chances(DEFAULTS).exactly == first.exactly).all()
    assert (
        np.abs(other.chances(DEFAULTS).exactly - first.exactly).max() < 0.04
    )  # 5 standard errors of 5,000 draws


# --- what is drawn ----------------------------------------------------------------------------------


def test_bounds_are_no_points():
    found = model().gains
    at = {c: i for i, c in enumerate(found.comparison)}
    webgpt = at["webgpt.truthfulqa-truthful-informative.gpt-3-13b"]  # a lower bound, 3.14e23/2.31e22 = 13.593
    low = found.log10_gain["at_bound"][webgpt]
    assert low == pytest.approx(np.full(buffer_gains.DRAWS, math.log10(3.14e23 / 2.31e22)), abs=1e-4)
    assert (found.log10_gain["beyond"][webgpt] > low).all()
    few = at["few-shot.naturalquestions.gpt-3-6-7b"]  # extrapolated beyond a bound of 26.2
    assert (
        found.log10_gain["all_at_bound"][few]
        == math.log10(book().estimate(found.comparison[few]).lower_bound)
    ).all()
    assert np.ptp(found.log10_gain["at_bound"][few]) > 0
    for way in buffer_gains.BOUNDS:
        assert np.isfinite(found.log10_gain[way]).all() and (found.log10_gain[way] >= 0).all()
    for i, c in enumerate(found.comparison):
        estimate = book().estimate(c)
        if estimate.status == "bound" and estimate.upper_bound:
            inside = found.log10_gain["at_bound"][i] <= max(math.log10(estimate.upper_bound), 0) + 1e-9
            assert inside.all(), c
        assert not set(estimate.flags) & set(buffer_gains.APART)
    assert not {"interpreter-and-choice", "minerva-voting"} & set(found.enhancement)


def test_the_defaults_are_what_the_data_are_nearest_to():
    middle = stacking.stacks(book()).discount.median()
    assert (
        min(KNOWN["combination_discount"].options, key=lambda d: abs(d - middle))
        == DEFAULTS["combination_discount"]
    )
    rate = buffer_gains.arrivals(model().gains)
    options = KNOWN["arrivals_per_year"].options
    assert min(options, key=lambda r: abs(math.log(r / rate.between))) == DEFAULTS["arrivals_per_year"]
    assert rate.in_domain < DEFAULTS["arrivals_per_year"] < rate.any_domain


def test_one_choice_at_a_time():
    settings = buffer.settings(book(), model())
    assert len(settings) == math.prod(len(choice.options) for choice in KNOWN.values())
    moved = buffer.moved_by_one_choice(settings, DEFAULTS, 6.0)
    rates = [model().chance(DEFAULTS | {"arrivals_per_year": r}, 6.0) for r in (1.0, 2.0, 4.0)]
    assert list(moved.loc["arrivals_per_year"]) == [rates[0], rates[2]]
    shown = sensitivity.one_at_a_time(model(), KNOWN, DEFAULTS, 6.0, ["arrivals_per_year"])
    assert list(shown.set_index("option").says[["1.0", "2.0", "4.0"]]) == list(map(charts.percent, rates))
    assert list(shown.set_index("option").taken[["1.0", "4.0"]]) == ["1 a year", "4 a year"]
    width = moved["max"] - moved["min"]
    assert list(width) == sorted(width, reverse=True) and set(moved.index) == set(assumptions.BUFFER)


def test_every_option_has_words():
    shown = sensitivity.one_at_a_time(model(), KNOWN, DEFAULTS, 6.0, list(KNOWN))
    assert len(shown) == sum(len(choice.options) for choice in KNOWN.values())
    worded = shown[shown.key != "combination_discount"]
    assert not worded.taken.str.contains("_").any() and (worded.taken != worded.option).all()
    chart = sensitivity.options(shown, 6.0, 0.5).to_dict()
    assert "as set: 50%" in json.dumps(chart)


def test_each_rule_of_a_policy_stands_once_with_its_range():
    rows = charts.policies(model(), book())
    named = [m for m in book().evidence.margins.values() if m.factor is not None]
    assert len(rows) == len({(m.organisation, m.date[:4], m.factor, m.months) for m in named})
    first = rows.iloc[0]
    chances = [model().chance(v, 4.0, 0.25) for v in buffer.combined(book())]
    ends = [charts.percent(min(chances)), charts.percent(max(chances))]
    assert list(first) == ["Anthropic, 2023", "4x", "3", *ends]
    assert len(charts.texts(book())) == len(book().evidence.margins)


def test_the_names_of_policies_stand_in_steps_above_the_plot():
    factors = charts.named(book())
    chart = charts.curves(
        charts.probabilities(model(), DEFAULTS), factors, buffer.settings(book(), model())
    ).to_dict()
    texts = [one["mark"] for one in chart["layer"] if one["mark"]["type"] == "text"]
    tops = [mark["y"] for mark in texts if "y" in mark]
    assert len(set(tops)) == len(factors) and max(tops) < 0


def test_margins_have_a_factor_where_they_name_one():
    for m in book().evidence.margins.values():
        assert (m.factor is None) == (m.kind == "none"), m.margin
    assert {f for f, _ in charts.named(book())} <= set(buffer.GRID)


# --- the page and the command -----------------------------------------------------------------------


def test_an_edit_of_its_keys_reaches_this_page_and_what_changed_alone(html):
    for key in assumptions.BUFFER:
        reached = {c for c in CHAPTERS if f"assumption {key}" in everything(inputs(c))}
        assert reached == {PAGE_SOURCE, "book/about/changes.md"}


def at_random(seed: int, n: int) -> list[dict]:
    draw = random.Random(seed)
    free = [key for group in charts.CONTROLS.values() for key in group]
    return [DEFAULTS | {key: draw.choice(KNOWN[key].options) for key in free} for _ in range(n)]


def said(values: dict) -> dict:
    """What the command says."""
    asked = [
        part for key, value in values.items() for part in ("--set", f"{key}={assumptions.written(value)}")
    ]
    done = CliRunner().invoke(app, ["buffer", *asked, "--format", "json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_command_says_what_the_model_does():
    (values,) = at_random(5, 1)
    whole = said(values)
    assert whole["assumptions"] == values
    assert whole["sentence"] == charts.sentence(model(), values)
    assert whole["chances"] == charts.results(model(), values)
    wrong = CliRunner().invoke(app, ["buffer", "--set", "arrivals_per_year=300"])
    assert wrong.exit_code == 1 and "a number from 0 to 10" in wrong.stderr


PAGE = "book/beyond/safety-buffer.html"
SHOWN = """async () => {
  const chart = document.querySelector('#fig-buffer .site-chart');
  await chart.siteView.runAsync();
  return {
    sentence: document.querySelector('.choices-sentence').textContent,
    table: [...document.querySelectorAll('#tbl-buffer tbody tr')]
        .map(r => [...r.children].map(c => c.textContent.trim())),
    year: chart.siteView.data('year').map(d => [d.x, d.y]),
    data: decodeURIComponent(document.querySelector('.choices-top .site-tools a[download]').href.split(',')
        .slice(1).join(',')).trim().split('\\n'),
  };
}"""
SET_ALL = """values => Object.entries(values).forEach(([key, value]) => {
  const select = document.getElementById('buffer-' + key);
  if (!select) { return; }
  select.value = value;
  select.dispatchEvent(new Event('change'));
})"""


def test_ten_settings_in_the_page_are_the_command_s(chromium, html):
    visit = Visit(chromium, f"{html.as_uri()}/{PAGE}", viewport={"width": 1280, "height": 900})
    visit.page.locator("#fig-buffer .site-chart").scroll_into_view_if_needed()
    visit.page.mouse.move(400, 400)
    for _ in range(100):
        if visit.page.evaluate("!!document.querySelector('#fig-buffer .site-chart').siteView"):
            break
        visit.page.wait_for_timeout(100)
    every = buffer.settings(book(), model())
    for i, values in enumerate(at_random(11, 10)):
        visit.page.evaluate(SET_ALL, {key: assumptions.written(value) for key, value in values.items()})
        visit.page.wait_for_timeout(80)
        shown = visit.page.evaluate(SHOWN)
        rows = said(values)["chances"] if i < 1 else charts.results(model(), values)
        ends = [charts.ends(every, b) for b in buffer.BUFFERS]
        assert shown["table"] == [
            [f"{r['buffer']:g}x", *e, charts.percent(r["a_year"])] for r, e in zip(rows, ends, strict=True)
        ], values
        assert shown["sentence"] == charts.sentence(model(), values)
        rows = charts.probabilities(model(), values).astype(object).values.tolist()
        assert shown["year"] == rows
        assert [list(map(float, line.split(","))) for line in shown["data"][1:]] == rows
    assert visit.problems == []
    visit.context.close()
