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
from ceg.chapters.break_even import charts, shares
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
    known = charts.known(entries)
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
    known = {e.enhancement.enhancement: e for e in charts.known(entries)}
    assert set(frame.query("verdict != 'unknown'").index) == set(known)
    for key, e in known.items():
        row = frame.loc[key]
        assert (row.verdict, row.relation, row.same_in_interval) == (e.verdict, e.relation, e.same(use))
        assert row.relative_size == pytest.approx(e.gain**use.size_exponent)
    assert frame.loc[frame.comparison.isna(), "gain"].isna().all()


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
        places = [r[k] for r in records for k in ("x", "flop") if k in r]
        if records and "label" in records[0]:
            assert all(low < x < high for x in places)


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
        rows = [e["cells"] for e in found["enhancements"] if e["comparison"]]
        assert shown["cells"] == [[r[c.key] for c in break_even_tables.COLUMNS] for r in rows], values
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
