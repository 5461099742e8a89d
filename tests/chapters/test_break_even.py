"""The chapter on break-even: shares, inputs, and the page's controls against the command."""

import csv
import io
import json
import math
import random

import pytest
from chapter_runs import CHAPTERS
from places import ROOT
from recorded import everything, inputs
from site_helpers import Visit, wait_until
from typer.testing import CliRunner

import ceg
from ceg.chapters.break_even import charts, cost_ends, shares
from ceg.chapters.break_even import tables as break_even_tables
from ceg.cli.main import app
from ceg.evidence import assumptions
from ceg.multiverse import outcomes
from ceg.multiverse import specifications as specs
from ceg.survey import break_even
from sphinx_fresh import show

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("checked_once")]

PAGE = "book/beyond/break-even.html"
BOOK = ceg.open(
    enhancements=["survey", "since-2023"],
    tables=["prices", "training_costs", "sources"],
    folder=ROOT / "data",
)
KEYS = [key for group in charts.GROUPS.values() for key in group]


@pytest.fixture(scope="module")
def entries():
    return break_even.entries(BOOK)


def drawn_at_random(seed: int, n: int) -> list[dict]:
    draw, known = random.Random(seed), assumptions.choices(ROOT / "data")
    return [{key: draw.choice(known[key].options) for key in KEYS} for _ in range(n)]


def test_shares_agree_with_the_entries(entries):
    known = break_even_tables.known(entries)
    names = [e.headline.comparison for e in known]
    options = specs.options(ROOT / "data") | {"charge_finetuning": (False,), "aggregation": ("as_headline",)}
    found = outcomes.outcomes(BOOK, names, specs.factors(options))
    use = break_even.in_flop(BOOK)
    for e in known:
        every = shares.verdicts(use, found[e.headline.comparison], e.one_time, e.runtime)
        assert shares.CODES[every[(0,) * every.ndim]] == e.verdict
    assert list(shares.shares(BOOK, known).sum(axis="columns")) == pytest.approx([1] * len(known))


def test_an_edit_reaches_the_page_on_costs_and_what_changed_alone(html):
    named = {c: everything(inputs(c)) for c in CHAPTERS}
    for key in assumptions.BREAK_EVEN:
        reached = {c for c, found in named.items() if f"assumption {key}" in found}
        assert reached == {"book/beyond/break-even.md", "book/about/changes.md"}
    on_prices = {c for c, found in named.items() if any(n.startswith("rows of prices") for n in found)}
    whole = {"book/about/changes.md", "book/about/evidence.md"}  # these show whatever is in the data
    assert on_prices == {"book/beyond/break-even.md", *whole}


def test_the_frame_has_what_the_entries_say(entries):
    frame = break_even_tables.frame(BOOK, entries).set_index("enhancement")
    use = break_even.in_usd(BOOK)
    known = {e.enhancement.enhancement: e for e in break_even_tables.known(entries)}
    assert set(frame.query("verdict != 'unknown'").index) == set(known)
    for key, e in known.items():
        row = frame.loc[key]
        assert (row.verdict, row.relation, row.same_in_interval) == (e.verdict, e.relation, e.same(use))
        assert row.relative_size == pytest.approx(e.gain**use.size_exponent)
    assert frame.loc[frame.comparison.isna(), "gain"].isna().all()


def test_the_sentence_names_what_there_is_and_nothing_else(entries):
    def said(some):
        return break_even_tables.sentence(BOOK, some)

    one = [e for e in entries if e.enhancement.enhancement == "few-shot"]
    assert "0 of 1 enhancements" in said(one) and "1 cost less only up to" in said(one)
    assert "5.7 billion (Few-shot prompting). Over" in said(one) and "lower limit" not in said(one)
    bound = [e for e in entries if e.enhancement.enhancement == "lats"]
    assert "at least 790 million (LATS), a lower limit for 1 of them. Over" in said(bound)
    assert "0 of 0 enhancements" in said([]) and "None" not in said([])


def test_bound_and_estimate_stand_apart(entries):
    flop, usd = break_even.in_flop(BOOK), break_even.in_usd(BOOK)
    some = {e.enhancement.enhancement: break_even_tables.cells(e, flop, usd, 1e10) for e in entries}
    found = {k: [c[key] for key in ("least", "best", "gain_least", "gain_best")] for k, c in some.items()}
    assert found["few-shot"] == ["3.6 billion", "5.7 billion", "≥ 26.1x", "40x"]
    assert found["lats"] == ["790 million", "", "≥ 8.14x", ""]
    assert found["minerva"][:2] == ["any volume", "any volume"]
    assert found["maths-pretraining"][:3] == ["", "any volume", ""]
    assert found["alphacode"][:2] == ["", ""]  # no verdict


def test_costs_at_both_ends_by_hand(entries):
    ends = cost_ends.ends(BOOK, entries).set_index("enhancement")
    # 40.227x, nothing to make, 65 plain answers: 1 / 40.227 and 65 / 40.227^0.512612 = 65 / 6.6450
    assert ends.loc["few-shot"].iloc[1:].tolist() == pytest.approx([1 / 40.227, 65 / 6.6450], rel=1e-3)
    many = ends.cost_ratio_at_many_queries
    assert list(many) == sorted(many)
    never = {e.enhancement.enhancement for e in entries if e.verdict == break_even.DOMINATES}
    assert set(many[many <= 1].index) == never


def test_whole_rows_are_shaded_where_no_volume_turns_the_verdict(entries):
    layers = charts.chart(BOOK, entries).to_dict()["layer"]
    still = [(one["mark"]["type"], r) for one in layers for r in one.get("data", {}).get("values", [])]
    never = sorted(e.enhancement.name for e in entries if e.verdict == break_even.DOMINATES)
    assert sorted(r["name"] for mark, r in still if mark == "bar") == never
    assert sorted(r["name"] for mark, r in still if r.get("label") == "any volume") == never
    moved = [one for one in layers if one["mark"]["type"] == "bar" and "name" in one["data"]]
    assert len(moved) == 4  # up to a volume and from one on: cheaper and dearer


@pytest.fixture(scope="module")
def data(entries):
    figure = show.show(charts.chart(BOOK, entries), name="fig-break-even", caption="Costs.")
    table = break_even_tables.table(BOOK, entries, name="tbl-break-even", caption="")
    return json.loads(
        json.dumps(charts.live(BOOK, entries, name="break-even-controls", figure=figure, table=table).data)
    )


def test_every_combination_is_there_inside_the_axis_and_the_page_stays_small(data):
    assert len(data["at"]) == math.prod(len(c["options"]) for c in data["choices"])
    assert len(json.dumps(data, ensure_ascii=False, separators=(",", ":"))) < 400_000
    low, high = charts.AXIS
    for records in data["sets"]:
        if records and "label" in records[0]:
            assert all(low < r["x"] < high for r in records)


def said(values: dict) -> dict:
    """What the command says."""
    chosen = [
        part for key, value in values.items() for part in ("--set", f"{key}={assumptions.written(value)}")
    ]
    done = CliRunner().invoke(app, ["break-even", *chosen, "--format", "json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


SHOWN = """() => ({
  sentence: document.querySelector('.choices-sentence').textContent,
  cells: [...document.querySelectorAll('#tbl-break-even tbody tr')]
      .map(tr => [...tr.cells].map(td => td.textContent.trim())),
  data: decodeURIComponent(document.querySelector('a[download="fig-break-even.csv"]').href.split(',')
      .slice(1).join(',')),
  meet: document.querySelector('#fig-break-even .site-chart').siteView.data('meet_meet')
      .map(r => [r.name, r.x, r.label])
})"""


def test_ten_settings_at_random_are_what_the_command_says(chromium, html):
    visit = Visit(chromium, f"{html.as_uri()}/{PAGE}", viewport={"width": 1280, "height": 900})
    visit.page.locator("#fig-break-even .site-chart").scroll_into_view_if_needed()
    wait_until(visit.page, "document.querySelectorAll('#fig-break-even .site-chart[data-drawn]').length == 1")
    for values in drawn_at_random(7, 10):
        for key, value in values.items():
            visit.page.select_option(f"#break-even-{key}", assumptions.written(value))
        visit.page.wait_for_timeout(80)
        shown, found = visit.page.evaluate(SHOWN), said(values)
        assert shown["sentence"] == found["sentence"], values
        known = [e["cells"] for e in found["enhancements"] if e["verdict"] != break_even.UNKNOWN]
        assert sorted(shown["cells"]) == sorted([r[key] for key in break_even_tables.MOVED] for r in known)
        at = {e["cells"]["name"]: e["break_even_usd"] for e in found["enhancements"] if e["break_even_usd"]}
        assert {name: x for name, x, _ in shown["meet"]} == {
            n: pytest.approx(math.log10(q), abs=6e-4) for n, q in at.items()
        }
        by_id = {e["enhancement"]: e for e in found["enhancements"]}
        for row in csv.DictReader(io.StringIO(shown["data"])):
            want = by_id[row["enhancement"]]["break_even_usd"]
            drawn = float(row["break_even_usd"]) if row["break_even_usd"] else None
            assert drawn == (want and pytest.approx(want, rel=6e-3)), values
    assert visit.problems == []
    visit.context.close()
