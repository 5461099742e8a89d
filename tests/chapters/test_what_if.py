"""The page "What if?": what it looks up, and in a browser what its controls show, is what ``ceg`` gives
for the same choice.
"""

import dataclasses
import functools
import gzip
import json
import random
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from places import ROOT
from recorded import inputs
from site_helpers import Visit, served, wait_until
from typer.testing import CliRunner

import ceg
from ceg import formatting
from ceg.chapters.what_if import page as what_if
from ceg.chapters.what_if import payload as page_payload
from ceg.chapters.what_if import sentence
from ceg.cli.main import app
from ceg.evidence import assumptions
from ceg.evidence.tables import LATER
from ceg.exhibits import cost_panels, gains_against_costs
from ceg.exhibits.tables import gain_cells
from ceg.survey import survey

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("checked_once")]

CHAPTER = ROOT / "book/beyond/what-if.md"
WITHOUT = {
    *assumptions.ERRORS,
    *assumptions.COUNTING,
    *assumptions.BEYOND,
}  # assumptions that have no control here
KNOWN = {k: c for k, c in assumptions.choices().items() if k not in WITHOUT}
BOOK = ceg.open(enhancements=["shown", "since-2023"], tables=["sources"])
START = {key: choice.value for key, choice in KNOWN.items()}


@functools.cache
def page() -> what_if.Page:
    return what_if.page(BOOK)


@functools.cache
def payload() -> dict:
    return json.loads(json.dumps(page_payload.payload(page())))


def under(values: dict):
    return dataclasses.replace(BOOK, assumptions=BOOK.assumptions.but(**values))


def drawn_at_random(seed: int, n: int) -> list[dict]:
    draw = random.Random(seed)
    return [{key: draw.choice(choice.options) for key, choice in KNOWN.items()} for _ in range(n)]


# --- what the page looks up -----------------------------------------------------------------------


def looked_up(enhancement: dict, values: dict) -> dict:
    at = 0
    for key in enhancement["keys"]:
        at = at * len(KNOWN[key].options) + KNOWN[key].options.index(values[key])
    return enhancement["outcomes"][enhancement["at"][at]]


@pytest.mark.verify
def test_every_outcome_is_the_analysis_s():
    for values in drawn_at_random(1, 40):
        reading = under(values)
        for enhancement, (row, headline) in zip(
            payload()["enhancements"], survey.headlines(reading, with_later=True), strict=True
        ):
            found = looked_up(enhancement, values)
            assert enhancement["name"] == gains_against_costs.called(row)
            if headline is None:
                assert (found["least"], found["status"]) == ("no estimate", row.no_estimate_reason)
                continue
            assert {c.key: found[c.key] for c in what_if.CELLS} == what_if.cells(reading, headline)
            row = gains_against_costs.row(row, headline)
            assert found.get("row") == (gains_against_costs.exported(row) if row else None)


def test_the_letters_are_the_counts():
    letters = {
        "exceed": "pb",
        "by_bound": "b",
        "fail": "n",
        "undetermined": "o",
        "estimated": "pbno",
        "surveyed": "pbno-",
    }
    for values in drawn_at_random(2, 15):
        pairs = [(row.name, headline) for row, headline in survey.headlines(under(values))]
        for i, threshold in enumerate(page().thresholds):
            count = survey.count(pairs, threshold)
            for name, some in letters.items():
                found = [
                    e["name"]
                    for e in payload()["enhancements"]
                    if not e["later"] and looked_up(e, values)["verdicts"][i] in some
                ]
                assert found == list(getattr(count, name)), (name, threshold)


def test_every_outcome_lies_inside_the_axes():
    for enhancement in payload()["enhancements"]:
        for found in enhancement["outcomes"]:
            for panel, place in zip(payload()["panels"], found.get("places", []), strict=False):
                assert panel["ys"][0] < found["y"] < panel["ys"][1]
                assert place is None or panel["xs"][0] < place["x"] < panel["xs"][1]


def test_every_name_finds_room_whatever_is_chosen():
    for values in drawn_at_random(5, 12):
        rows = [r for pair in survey.headlines(under(values)) if (r := gains_against_costs.row(*pair))]
        for frame in page().frames:
            named = cost_panels.layers(
                frame, rows, (values["threshold_large"], values["threshold_very_large"])
            )
            drawn = sorted(r["name"] for r in rows if r[frame.panel.key] is not None)
            for wide in (True, False):
                assert sorted(r["name"] for r in named["label"] if r["wide"] == wide) == drawn, values


def test_every_assumption_has_a_control_and_the_page_stays_small():
    assert sorted(c["key"] for c in payload()["choices"] if "view" not in c) == sorted(KNOWN)
    assert all(
        c["reason"] and c["unit"] and " " in c["source"] for c in payload()["choices"] if "view" not in c
    )
    assert len(gzip.compress(json.dumps(payload()).encode())) < 50_000


def test_the_ranking_falls():
    rows = what_if.ranking(page(), name="t", caption="").rows
    by_name = {gains_against_costs.called(row): headline for row, headline, _ in page().at_first}
    ranks = [what_if.rank(by_name[r[0]]) or 0 for r in rows]
    assert ranks == sorted(ranks, reverse=True) and len(set(ranks)) > 5
    assert {r[0] for r in rows} == set(by_name)


def test_one_change_at_a_time():
    found = what_if.one_at_a_time(page()).sort_index()
    # nothing but LATS knows GPT-4, and it is counted above 5x where GPT-4 took the most
    low, high = found.loc[("gpt4_flop", "low")], found.loc[("gpt4_flop", "high")]
    assert (low.moved, high.moved, low.exceed + 1) == (1, 1, high.exceed)
    law = found.loc[("compute_optimal_law", "hoffmann_2022")]
    assert (law.moved, law.said) == (0, "“Compute-optimal law: hoffmann 2022”")  # no rule uses the law


def test_a_claim_holds_only_whatever_the_undetermined_are():
    def count(estimated, exceed, fail):
        names = tuple(map(str, range(estimated)))
        return survey.Count(5, names, names, names[:exceed], (), names[exceed : exceed + fail])

    assert sentence.verdict(count(12, 7, 0), 7) == "yes"
    assert sentence.verdict(count(12, 6, 5), 7) == "open"
    assert sentence.verdict(count(12, 6, 6), 7) == "no"


def test_the_sentence_counts():
    said = sentence.sentence(under({"threshold_large": 10, "threshold_very_large": 50}))
    pairs = [(e.enhancement.name, e.headline) for e in survey.entries(BOOK)]
    ten, fifty = survey.count(pairs, 10), survey.count(pairs, 50)
    assert (
        f"{len(ten.exceed)} exceed 10x of training compute, {len(ten.by_bound)} of them with an observed "
        "bound above it" in said
    )
    assert f"{len(fifty.exceed)} exceed 50x, {len(fifty.by_bound)} of them likewise" in said
    assert f"Undetermined at 10x: {formatting.listed(list(ten.undetermined))}." in said


def test_every_option_and_value_is_an_input_of_the_page(html):
    found = set(inputs(CHAPTER.relative_to(ROOT).as_posix()).own)
    wanted = {*assumptions.KEYS} - WITHOUT
    read = {name.removeprefix("assumption ") for name in found if name.startswith("assumption ")}
    assert read == wanted | {*assumptions.ERRORS, *assumptions.COUNTING}  # these two for its intervals
    assert {f"row {assumptions.FILE}/{key}" for key in wanted} <= found


# --- in the browser -------------------------------------------------------------------------------

PAGE = "book/beyond/what-if.html"
SHOWN = """async () => {
  const charts = [...document.querySelectorAll('#fig-what-if .site-chart')];
  for (const chart of charts) { await chart.siteView.runAsync(); }
  return {
    sentence: document.querySelector('.choices-sentence').textContent,
    ranking: [...document.querySelectorAll('#tbl-what-if tbody tr')]
        .map(r => [...r.children].map(c => c.textContent.trim())),
    data: decodeURIComponent(document.querySelector('.choices-top .site-tools a[download]').href.split(',')
        .slice(1).join(',')).trim().split('\\n').slice(1).map(l => l.split(',')),
    tables: [...document.querySelectorAll('.choices-top .site-data table')]
        .map(t => [...t.querySelectorAll('tbody tr')].map(r => [...r.children].map(c => c.textContent))),
    tips: charts.map((c, i) => [
      'before', 'interpolated', 'extrapolated', 'least', 'most'
    ].flatMap(layer =>
      c.siteView.data(['one_time_fraction', 'runtime_multiple'][i] + '_' + layer).map(d => [d.name, d.says,
          d.status, d.cost, d.comparison, d.source, d.provenance]))),
    names: charts.map(c => [...c.querySelectorAll('.site-chart-live text')].map(t => t.textContent)),
    drawn: charts.map(c => [
      'interpolated', 'extrapolated', 'least', 'most', 'line'
    ].map(layer => {
      const name = ['one_time_fraction', 'runtime_multiple'][charts.indexOf(c)] + '_' + layer;
      return c.siteView.data(name).map(d => [d.name || d.says, d.x, d.y]);
    })),
    before: charts.map((c, i) => c.siteView.data(['one_time_fraction', 'runtime_multiple'][i] + '_before')
        .map(d => d.name)),
    broken: charts.some(c => /NaN|Infinity|undefined/.test(c.querySelector('.site-chart-live').outerHTML)),
    label: charts.map(c => c.querySelector('.site-chart-live svg').closest('[aria-label]')
        .getAttribute('aria-label')),
  };
}"""


def opened(chromium, html: Path, fragment: str = "", **options) -> Visit:
    visit = Visit(chromium, f"{html.as_uri()}/{PAGE}{fragment}", **options)
    drawn = "document.querySelectorAll('#fig-what-if .site-chart[data-drawn]').length == 2"
    for chart in visit.page.locator("#fig-what-if .site-chart[data-library]").all():
        chart.scroll_into_view_if_needed()  # charts are drawn when they come near the view
    wait_until(visit.page, drawn)
    return visit


def choose(visit: Visit, values: dict) -> None:
    """Choose in the controls themselves."""
    for key, value in values.items():
        visit.page.select_option(f"#what-if-{key}", assumptions.written(value))


SET_ALL = """values => Object.entries(values).forEach(([key, value]) => {
  const select = document.getElementById('what-if-' + key);
  select.value = value;
  select.dispatchEvent(new Event('change'));
})"""


def choose_all(visit: Visit, values: dict) -> None:
    """The same for all controls, faster."""
    visit.page.evaluate(SET_ALL, {key: assumptions.written(value) for key, value in values.items()})


def check(visit: Visit, values: dict) -> None:
    """Sentence, ranking and both panels are those of ``ceg`` under these values."""
    visit.page.wait_for_timeout(
        80
    )  # charts take their new data, and with it their description, a moment later
    shown = visit.page.evaluate(SHOWN)
    reading = under(values)
    assert shown["sentence"] == sentence.sentence(reading), values
    expected = what_if.ranking(
        dataclasses.replace(
            page(), analysis=reading, shown=tuple(survey.headlines(reading, with_later=True))
        ),
        name="t",
        caption="",
    )
    assert shown["ranking"] == [[str(cell) for cell in row] for row in expected.rows], values
    rows = [r for pair in survey.headlines(reading) if (r := gains_against_costs.row(*pair))]
    thresholds = (values["threshold_large"], values["threshold_very_large"])
    assert not shown["broken"], values
    for rows_shown, tips in zip(
        shown["tables"], shown["tips"], strict=True
    ):  # what is said of a point that is pointed at
        assert rows_shown == [list(t) for t in dict.fromkeys(map(tuple, tips))], values
        assert all(all(row) for row in rows_shown), values
    for frame, drawn, names, label in zip(
        page().frames, shown["drawn"], shown["names"], shown["label"], strict=True
    ):
        layers = cost_panels.layers(frame, rows, thresholds)
        order = [*cost_panels.SHAPES, "line"]
        for name, found in zip(order, drawn, strict=True):
            want = [[r.get("name", r["says"]), r["x"], r["y"]] for r in layers[name]]
            assert found == want, (name, values)
        assert {r["name"] for r in layers["label"] if r["wide"]} <= set(names), values
        assert label == cost_panels.described([r for r in rows if frame.x(r) is not None], frame.panel), (
            values
        )


def estimated(values: dict) -> dict[str, dict]:
    """What the command says: comparison -> estimate."""
    settings = [
        part for key, value in values.items() for part in ("--set", f"{key}={assumptions.written(value)}")
    ]
    done = CliRunner().invoke(app, ["estimate", *settings, "--format", "json"])
    assert done.exit_code == 0, done.output
    return {e["comparison"]: e for e in json.loads(done.stdout)}


@pytest.mark.verify
def test_combinations_at_random(chromium, html):
    visit = opened(chromium, html, viewport={"width": 1280, "height": 900})
    check(visit, START)
    for values in drawn_at_random(3, 12):
        choose_all(visit, values)
        check(visit, values)
    for values in drawn_at_random(4, 2):  # and as the command itself says it, with the later ones
        choose_all(visit, values | {"enhancements": "with later ones"})
        said = estimated(values)
        later = [gains_against_costs.called(row) for row, _ in page().shown if row.section == LATER]
        assert {cells[0] for cells in visit.page.evaluate(SHOWN)["ranking"]} >= set(later)
        for cells in visit.page.evaluate(SHOWN)["data"]:
            row = dict(zip(gains_against_costs.COLUMNS, cells, strict=True))
            for field in ("ceg", "lower_bound", "upper_bound", "one_time_fraction", "runtime_multiple"):
                value = said[row["comparison"]][field]
                assert row[field] == "" if value is None else float(row[field]) == formatting.six(value)
    assert visit.problems == []
    visit.context.close()


@pytest.mark.verify
def test_every_option_of_every_control(chromium, html):
    visit = opened(chromium, html, viewport={"width": 1280, "height": 900})
    for key, choice in KNOWN.items():
        for option in choice.options[1:]:
            choose(visit, {key: option})
            check(visit, START | {key: option})
        choose(visit, {key: START[key]})
    assert visit.problems == []
    visit.context.close()


def test_a_link_reproduces_the_choices_and_reset_takes_them_back(chromium, html):
    values = START | {
        "compute_rule": "6nd",
        "provenance_admitted": "verified+readoff",
        "charge_finetuning": True,
    }
    visit = opened(chromium, html)
    assert visit.page.evaluate(SHOWN)["before"] == [[], []]
    choose(visit, {"gpt4_flop": "low"})  # which moves LATS alone
    assert visit.page.evaluate(SHOWN)["before"] == [["LATS"], ["LATS"]]
    choose(visit, values)
    address = visit.page.url
    fragment = address[address.index("#") :]
    assert fragment == "#compute_rule=6nd&charge_finetuning=true&provenance_admitted=verified%2Breadoff"
    other = opened(chromium, html, fragment)
    check(other, values)
    assert "3 differ" in other.page.inner_text(".choices-differ")
    assert "Not drawn against one-time cost" in other.page.inner_text(".choices-note")
    other.page.get_by_role("button", name="Reset").click()
    check(other, START)
    assert "#" not in other.page.url
    other.page.evaluate("location.hash = '#transform=linear'")  # a link followed within the page
    wait_until(other.page, "document.querySelector('#what-if-transform').value == 'linear'")
    check(other, START | {"transform": "linear"})
    other.page.evaluate("location.hash = '#how-to-read-it'")  # a link to a heading leaves the choices
    other.page.wait_for_timeout(50)
    check(other, START | {"transform": "linear"})
    with served(html) as url:
        over_http = Visit(chromium, f"{url}/{PAGE}{fragment}")
        assert over_http.page.input_value("#what-if-compute_rule") == "6nd"
        assert over_http.problems == []
        over_http.context.close()
    for used in (visit, other):
        assert used.problems == []
        used.context.close()


def test_a_hostile_link_is_left_out(chromium, html):
    wrong = "#__proto__=1&constructor=x&compute_rule=%3Cimg%20src=x%20onerror=alert(1)%3E"
    wrong += "&transform=%E0%A4%A&=&&min_points=99&threshold_large=3"
    visit = opened(chromium, html, wrong)
    check(visit, START | {"threshold_large": 3})
    assert "left out" in visit.page.inner_text(".choices-bar .choices-said")
    assert visit.page.locator("img[src='x']").count() == 0
    assert visit.problems == []
    visit.context.close()


def test_by_keyboard_and_what_rebuilds_the_book(chromium, html):
    visit = opened(chromium, html)
    page = visit.page
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "what-if-compute_rule":
            break
    assert page.evaluate("document.activeElement.id") == "what-if-compute_rule"
    page.keyboard.press("ArrowDown")
    wait_until(page, "document.querySelector('#what-if-compute_rule').value == '6nd'")
    check(visit, START | {"compute_rule": "6nd"})
    assert KNOWN["compute_rule"].reason in page.inner_text(".choices-about")
    assert "no effect now" in page.inner_text(".choices-control:has(#what-if-compute_optimal_law)")
    page.click("summary:has-text('Rebuild the whole book')")
    lines = page.inner_text(".choices-more pre")
    assert "ceg whatif --set compute_rule=6nd\n" in lines and 'CEG_SET="compute_rule=6nd" make book' in lines
    assert yaml.safe_load(lines.split("make book\n")[-1]) == {"compute_rule": {"value": "6nd"}}
    page.click(".choices-more button")
    wait_until(page, "document.querySelector('.choices-more .choices-said').textContent != ''")
    assert visit.problems == []
    visit.context.close()


def test_on_a_phone_the_controls_fold_and_without_javascript_the_results_stand(chromium, html):
    visit = opened(chromium, html, viewport={"width": 390, "height": 844}, color_scheme="dark")
    assert not visit.page.is_visible("#what-if-compute_rule")
    visit.page.click(".choices-controls > summary")
    assert visit.page.is_visible("#what-if-compute_rule")
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visit.context.close()
    static = BeautifulSoup((html / PAGE).read_text(encoding="utf-8"), "html.parser")
    assert static.select_one("#what-if-controls p").get_text() == sentence.sentence(BOOK)
    said = [r.select("td")[0].get_text(strip=True) for r in static.select("#tbl-what-if tbody tr")]
    assert gain_cells(BOOK.headline("toolformer"))[0] in said
    assert static.select_one("#fig-what-if .caption-number").get_text(strip=True) == "Figure 27"
