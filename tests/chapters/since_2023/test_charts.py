"""The chapter Since 2023: its statements worked out anew, its cells against the estimates, its marks
against the tables.
"""

import json
import math
import re
import statistics
from pathlib import Path

import numpy as np
import pytest
from chapter_runs import run
from places import ROOT

from ceg import formatting
from ceg.analysis import analysis
from ceg.chapters.about import workings as workings_page
from ceg.chapters.since_2023 import charts
from ceg.chapters.since_2023 import gains as since
from ceg.evidence import references
from ceg.evidence import tables as evidence
from ceg.exhibits import named_rows
from ceg.prose import wording
from ceg.survey import survey
from ceg.uncertainty import gain_draws
from sphinx_fresh import show

pytestmark = pytest.mark.slow  # the whole chapter is run first
CHAPTER = "book/beyond/since-2023.md"
SIZES = [f"Qwen3 {n}B" for n in ("0.6", "1.7", "4", "8", "14", "32")]


@pytest.fixture(scope="module")
def book():
    return analysis.open(folder=ROOT / "data", enhancements=["survey", "since-2023"])


@pytest.fixture(scope="module")
def later(book):
    return [e for e in survey.later(book) if e.headline]


@pytest.fixture(scope="module")
def gains(book):
    return since.gains(book)


@pytest.fixture(scope="module")
def chapter():
    return run(CHAPTER)


@pytest.fixture(scope="module")
def shown(chapter):
    return {v["name"]: v for b in chapter.shown for k, v in b.items() if k in (show.FIGURE, show.TABLE)}


def at_least(e) -> float:
    """What an estimate counts for in a median: a value inside the family, else its bound as printed."""
    if e.status == "interpolated" or (e.status == "extrapolated" and not (e.lower_bound or e.upper_bound)):
        return e.ceg
    return 0.0 if "flat_baseline" in e.flags else e.lower_bound or 0.0


def surely_above(book, e) -> float:
    """What the gain is above in nine of ten draws: the tenth of them from below."""
    if "flat_baseline" in e.flags:
        return 0.0
    low, _ = gain_draws.draws(book, e.comparison)
    return 10 ** np.sort(low)[math.floor(0.1 * low.size)]


def could_show(book, e, threshold: float) -> bool:
    case = book.case(e.comparison)
    most = max(s.point.flop for s in case.baselines)
    return "flat_baseline" not in e.flags and most >= threshold * case.enhanced.point.flop


def test_the_statements_are_those_of_the_estimates(book, later, chapter):
    said = chapter.values
    for x, above in ((5, "above_large"), (20, "above_very_large")):
        headlines = [surely_above(book, e.headline) > x for e in later]
        assert said[f'{above}["headline"].share'] == f"{sum(headlines)} of {len(later)}"
        seen = [
            [at_least(e) for e in entry.estimates if could_show(book, e, x) and e.status in survey.SAYING]
            for entry in later
        ]
        seen = [some for some in seen if some]
        medians = sum(statistics.median_low(some) >= x for some in seen)
        if x == 5:
            assert said["medians_above_large.share"] == f"{medians} of {len(seen)}"
        shown = [[e for e in entry.estimates if could_show(book, e, x)] for entry in later]
        sure = [[surely_above(book, e) for e in some if e.status in survey.SAYING] for some in shown]
        sure = [some for some in sure if some]
        best = sum(max(some) > x for some in sure)
        assert said[f'{above}["best"].share'] == f"{best} of {len(sure)}"
    ends = [
        max(s.point.flop for s in book.case(e.headline.comparison).baselines)
        / book.case(e.headline.comparison).enhanced.point.flop
        for e in later
    ]
    capped = [end for end in ends if end < 2.5]
    assert said["counted(len(capped))"] == formatting.counted(len(capped))
    assert said["times(capped.headroom.max(), 2)"] == f"{max(capped):.2g}x"
    once = [e.headline.one_time_fraction for e in later if e.headline.one_time_fraction is not None]
    assert (said["len(cost_known)"], said["len(cheap)"]) == (str(len(once)), str(sum(v < 0.01 for v in once)))


def test_the_map_has_a_cell_for_every_benchmark_and_size_with_the_estimate_s_own_number(book, shown):
    figure = shown["fig-thinking"]
    rows = [dict(zip(figure["columns"], r, strict=True)) for r in figure["rows"]]
    assert len(rows) == 113 == len({r["comparison"] for r in rows})
    cells = {(r["benchmark"], r["model"]) for r in rows}
    absent = {("RULER", "Qwen3 0.6B"), ("RULER", "Qwen3 1.7B")}  # the source prints four dense sizes of it
    sizes = SIZES[:-1]  # nothing is bigger than the last
    assert cells | absent == {(r["benchmark"], m) for r in rows for m in sizes} and not cells & absent
    for row in rows:
        e, cell = book.estimate(row["comparison"]), row["cell"]
        if e.status == "interpolated":
            assert float(cell) == float(f"{e.ceg:.2g}")
        elif e.lower_bound and not e.upper_bound:
            assert cell[0] == "≥" and float(cell[1:]) <= e.lower_bound < float(cell[1:]) * 1.1
        elif e.upper_bound and not e.lower_bound:
            assert cell[0] == "≤" and float(cell[1:]) >= e.upper_bound > float(cell[1:]) / 1.1
        assert f"{row['model']} {wording.ceg(e)}" in figure["description"]
        assert row["ceg"] == formatting.six(e.ceg) and row["lower_bound"] == formatting.six(e.lower_bound)


def data_of(spec: dict, mark: str) -> list[dict]:
    """The records from which a chart's marks of a kind are drawn, each once."""
    layers = [one for one in spec["layer"] if one["mark"]["type"] == mark]
    named = dict.fromkeys(one.get("data", spec.get("data")).get("name") for one in layers)
    return [record for name in named if name for record in spec["datasets"][name]]


def test_what_is_written_in_the_map_is_what_its_table_says(shown):
    figure = shown["fig-thinking"]
    rows = [dict(zip(figure["columns"], r, strict=True)) for r in figure["rows"]]
    written = [[d[k] for k in ("benchmark", "model", "cell")] for d in data_of(figure["spec"], "text")]
    assert written == [[r[k] for k in ("benchmark", "model", "cell")] for r in rows]
    heads = [
        n
        for n in figure["spec"]["layer"][0]["encoding"]["y"]["sort"]
        if n not in {r["benchmark"] for r in rows}
    ]
    assert heads == list(dict.fromkeys(r["domain"] for r in rows)) and "mathematics" in heads


def test_columns_and_rows_without_a_number_are_left_out(gains, shown):
    stage = since.by_benchmark(gains[gains.enhancement_id == "rlvr"])
    kept = charts.readable(stage)
    assert "safety" in set(stage.domain) and "safety" not in set(kept.domain)  # flat at every size
    assert "Llama 3.1 405B" in set(stage.model) and "Llama 3.1 405B" not in set(kept.model)
    figure = shown["fig-tulu"]
    drawn = [r for r in figure["rows"] if r[0] == "Verifiable rewards"]
    assert len(drawn) == len(kept)
    assert not [r for r in kept.groupby("benchmark").cell if (r[1] == charts.NONE).all()]


def test_every_cell_can_be_read_in_both_modes():
    css = (ROOT / "src/sphinx_fresh/static/site.css").read_text("utf-8")
    light, dark = (
        dict(re.findall(r"(--[\w-]+): (#\w{6})", part)) for part in css.split('html[data-theme="dark"]')[:2]
    )
    config = (ROOT / "_config.yml").read_text("utf-8")
    variable = dict(re.findall(r'"(#\w{6})": (--[\w-]+)', config))
    for _, fill, ink in charts.TONES:
        for mode in (light, dark):
            assert contrast(mode[variable[fill]], mode[variable[ink]]) >= 4.5, fill
        assert (light[variable[fill]], light[variable[ink]]) == (fill, ink)


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_no_text_is_small(shown):
    for name, figure in shown.items():
        sizes = [
            int(n) for n in re.findall(r'"(?:fontSize|labelFontSize)": (\d+)', json.dumps(figure.get("spec")))
        ]
        assert not sizes or min(sizes) >= 11, name


def test_losses_are_where_a_gain_is_below_one(book, chapter, shown):
    figure = shown["fig-distilled"]
    ids = [r[-1] for r in figure["rows"]]
    below = [
        e
        for e in map(book.estimate, ids)
        if (e.ceg or e.upper_bound or 1) < 1 and "flat_baseline" not in e.flags
    ]
    assert chapter.values["rising.worse.sum()"] == str(len(below)) and len(below) > 20
    marks = data_of(figure["spec"], "point")
    brown = {(d["benchmark"], d["model"]) for d in marks if d["tone"] == charts.LOSS}
    rows = {(r[1], r[2]): r[-1] for r in figure["rows"]}
    assert {rows[k] for k in brown} == {e.comparison for e in below}
    assert all(d["x"] <= 0.001 for d in marks if d["tone"] == charts.LOSS)  # in the shaded part
    shade = [one for one in figure["spec"]["layer"] if one["mark"]["type"] == "rect"]
    assert [r["to"] for one in shade for r in one["data"]["values"]] == [0]


def test_the_more_headroom_the_more_is_measured(book, shown):
    figure = shown["fig-ceiling"]
    rows = [dict(zip(figure["columns"], r, strict=True)) for r in figure["rows"]]
    ends = ("interpolated", "extrapolated", "bound", "no number")
    assert all(sum(r[end] for end in ends) == r["comparisons"] for r in rows)
    bars = data_of(figure["spec"], "text")
    assert [d["share"] for d in bars] == pytest.approx([r["interpolated"] / r["comparisons"] for r in rows])
    assert [d["headroom"] for d in bars] == [r["headroom"] for r in rows]


def test_each_headline_stands_once_with_its_costs_and_date(book, later, shown):
    each = {r[0]: r for r in shown["since-each"]["rows"]}
    assert len(each) == len(later) == 14 and len(shown["since-without"]["rows"]) == 6
    for e in later:
        least, best = each[e.enhancement.name][1:3]
        said = best or least
        assert said["target"] == f"gain:{e.headline.comparison}"
        assert said["text"] == (
            formatting.times(e.headline.ceg, 2)
            if e.headline.ceg
            else formatting.at_least(e.headline.lower_bound)
        )
    costs = {(r[0], r[1]): r[3:] for r in shown["fig-since-costs"]["rows"]}
    assert costs["Code interpreter (ToRA, Qwen2.5-Math)", "later"][:4] == [None, None, 2, "recalled"]
    assert costs["Distillation of DeepSeek-R1", "later"][:4] == [0.002667, "secondary", 8, "estimated"]
    when = [r[:5] for r in shown["fig-since-when"]["rows"]]
    assert ["Thinking mode (Qwen3)", "later", "data", 2025.33, 2025.42] in when  # arXiv 2505.09388
    assert [
        "Majority voting since 2023",
        "later",
        "solution choice",
        2024,
        2025,
    ] in when  # its scores are of 2025


def test_every_number_leads_to_a_working(shown):
    made = workings_page.sections(analysis.open(folder=ROOT / "data", enhancements=evidence.LATER))
    names = {s.name for s in made.sections} | {
        f.name for s in made.sections for p in s.parts if hasattr(p, "folds") for f in p.folds
    }
    tables = [shown[name] for name in ("since-each", "since-all", "since-measured")]
    links = {c["target"] for t in tables for r in t["rows"] for c in r if isinstance(c, dict)}
    assert len(links) == 28 and links <= names


def test_both_groups_can_be_opened_together():
    whole = evidence.load(ROOT / "data")
    both = whole.subset(["survey", "since-2023"]).enhancements
    assert set(both) == {*whole.subset("survey").enhancements, *whole.subset("since-2023").enhancements}
    dates = references.entries(Path(ROOT / "data/references.bib"))
    assert dates["yang2025qwen3"].link.endswith("/2505.09388")


def test_the_limit_of_a_headline_is_its_biggest_plain_model(book, later, shown):
    figure = shown["fig-since-when"]
    rows = [dict(zip(figure["columns"], r, strict=True)) for r in figure["rows"]]
    found = {r["comparison"]: r["headroom"] for r in rows}
    for e in later:
        case = book.case(e.headline.comparison)
        most = max(s.point.flop for s in case.baselines) / case.enhanced.point.flop
        assert found[e.headline.comparison] == pytest.approx(most, rel=1e-5)
    for spec in figure["spec"]:
        ticks = {d["name"]: d["limit"] for d in data_of(spec, "tick")}
        by_name = {named_rows.short(r["enhancement"]): r["headroom"] for r in rows}
        assert ticks and all(10**x == pytest.approx(by_name[n], rel=1e-3) for n, x in ticks.items())


def test_names_fit_in_a_row(book):
    said = [named_rows.short(e.name) for e in book.evidence.enhancements.values()]
    with_row = [
        named_rows.short(e.name) for k, e in book.evidence.enhancements.items() if not e.no_estimate_reason
    ]
    assert len(set(said)) == len(said) and max(map(len, with_row)) <= 24
    every = analysis.open().evidence.enhancements.values()
    assert named_rows.SHORT.keys() <= {e.name.partition(" (")[0] for e in every}
