"""The evidence held out: made by its rules, whole in itself, and in nothing that the book works out."""

import csv
import json
import math
import runpy
import shutil

import pytest
from places import DATA
from recorded import recorded, run_again
from typer.testing import CliRunner

import ceg
from ceg.cli.main import app
from ceg.evidence import assumptions, check
from ceg.evidence import tables as evidence
from ceg.evidence.files import of_a_book
from ceg.evidence.problems import InputError
from ceg.survey import survey

HELD_OUT = DATA / "held-out"
SOURCE = "ruan2024observational"
CURATE = runpy.run_path(str(HELD_OUT / "curate.py"))


@pytest.fixture(scope="module")
def held_out():
    return ceg.open(HELD_OUT)


def published(name: str) -> list[dict[str, str]]:
    with (HELD_OUT / "published" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_are_what_their_rules_make_of_the_published_files():
    made = CURATE["files"]()
    assert len(made) == 7
    for name, text in made.items():
        assert (HELD_OUT / name).read_bytes() == text.encode(), f"{name}: run python data/held-out/curate.py"


@pytest.mark.slow
def test_it_is_valid():
    assert check.check(HELD_OUT) == []
    done = CliRunner().invoke(app, ["check", str(HELD_OUT)])
    assert done.exit_code == 0 and "2132 comparisons" in done.stdout


def test_nothing_of_it_is_in_the_books_own_data():
    book, held = evidence.load(DATA), evidence.load(HELD_OUT)
    sources = {r.source for r in held.results.values()}
    assert sources == {SOURCE} == {b.source for b in held.benchmarks.values()}
    assert not sources & set(book.sources)
    for table in ("results", "benchmarks", "comparisons"):
        mine = getattr(book, table)
        assert not set(mine) & set(getattr(held, table)), table
        assert not sources & {getattr(row, "source", None) for row in mine.values()}, table
    for path in DATA.iterdir():
        if path.is_file() and path.suffix in (".csv", ".bib", ".yml", ".json"):
            text = path.read_text(encoding="utf-8")
            assert "2405.10938" not in text and SOURCE not in text, path.name
    assert not any(e.in_survey or e.added for e in held.enhancements.values())


def test_no_entry_of_the_survey_takes_any_of_its_rows():
    book, held = ceg.open(DATA), evidence.load(HELD_OUT)
    entries = [*survey.shown(book), *survey.later(book)]
    behind = {row for entry in entries for estimate in entry.estimates for row in estimate.rows}
    assert len(behind) > 100
    assert not behind & {f"results/{key}" for key in held.results}


def test_scores_lie_on_the_lattice_of_their_items(held_out):
    off = {}
    options = {f"bbh-{t.replace('_', '-')}.ruan": n for t, n in CURATE["OPTIONS"].items()}
    guessed = set()
    for key, r in held_out.evidence.results.items():
        items = held_out.evidence.benchmarks[r.benchmark].items
        steps = items * (options.get(r.benchmark) or 1)
        if abs(r.score * steps / 100 - round(r.score * steps / 100)) > 5.1e-7 * steps:
            off[key] = r.score
        if abs(r.score * items / 100 - round(r.score * items / 100)) > 5.1e-7 * items:
            guessed.add(r.benchmark)
    assert off == {}
    assert guessed == {b for b, n in options.items() if n}  # there a guess counts for what cannot be read
    for name, chance in held_out.benchmarks["chance"].items():
        assert chance == pytest.approx(100 / options[name] if options.get(name) else 0, abs=1e-4)


def test_five_examples_on_gsm8k_are_not_the_harness_task_that_shows_worked_solutions():
    ran = {row["Model"]: float(row["GSM8K"]) for row in published("base_llm_benchmark_eval.csv")}
    column = "gsm8k_5_exact_match,flexible-extract"
    here = {r["Model"]: float(r[column]) for r in published("base_llm_post_training_eval.csv") if r[column]}
    able = [m for m in here if ran[m] > 0.4]
    assert len(able) > 30 and max(here[m] / ran[m] for m in able) < 0.6


def test_compute_is_near_the_books_where_both_have_the_weights(held_out):
    book = evidence.load(DATA).models
    ratios = {
        name: m.training_flop / other.training_flop
        for name, m in held_out.evidence.models.items()
        if m.training_flop and (other := book.get(name.removesuffix(" deduped"))) and other.training_flop
    }
    assert len(ratios) > 25
    assert {n for n, q in ratios.items() if abs(math.log(q)) > 0.05} == {"Gemma 2B", "Gemma 7B"}
    assert all(abs(q - 1) < 0.25 for q in ratios.values())


def test_every_model_is_set_against_its_family_under_one_prompt(held_out):
    ev = held_out.evidence
    arms = set()
    for c in ev.comparisons.values():
        enhanced, plain = ev.results[c.enhanced], [ev.results[i] for i in c.baseline]
        families = {ev.models[r.model].family for r in (enhanced, *plain)}
        assert len(families) == 1 and len(plain) >= 2 and len({r.variant for r in plain}) == 1
        assert {r.benchmark for r in plain} == {enhanced.benchmark}
        arms.add((c.enhancement, enhanced.benchmark[:3], enhanced.variant, plain[0].variant, bool(c.note)))
    eight = "8 examples, chain of thought"
    assert arms == {
        ("chain-of-thought", "bbh", "3 examples, chain of thought", "3 examples, answer alone", False),
        ("chain-of-thought", "gsm", eight, "5 examples, answer alone", True),
        ("majority-voting", "gsm", f"{eight}, majority of 5", eight, False),
    }


def logit(share: float) -> float:
    return math.log(share / (1 - share))


def test_estimates_worked_by_hand(held_out):
    tie = held_out.estimate("held-out.chain-of-thought.bbh-navigate.llama-13b")  # 58.0 with and without
    assert (tie.status, tie.ceg) == ("interpolated", 1.0)

    between = held_out.estimate("held-out.majority-voting.gsm8k.llama-2-7b")  # 16.2 between 15.4 and 29.8
    part = (logit(0.162) - logit(0.154)) / (logit(0.298) - logit(0.154))
    assert between.status == "interpolated"
    assert between.ceg == pytest.approx((13 / 7) ** part)

    beyond = held_out.estimate("held-out.chain-of-thought.gsm8k.llama-13b")  # 17.6 beats the largest, 14.2
    scores = [0.054, 0.066, 0.114, 0.142]
    log_flop = [math.log10(6 * n * t) for n, t in ((6.7, 1), (13, 1), (32.5, 1.4), (65.2, 1.4))]
    mean = sum(log_flop) / 4
    spread = sum((x - mean) ** 2 for x in log_flop)
    slope = sum((x - mean) * logit(s) for x, s in zip(log_flop, scores, strict=True)) / spread
    further = (logit(0.176) - logit(0.142)) / slope
    assert beyond.status == "extrapolated"
    assert beyond.lower_bound == pytest.approx(65.2 * 1.4 / 13)
    assert beyond.ceg == pytest.approx(65.2 * 1.4 / 13 * 10**further)


def test_its_frames_have_every_column_and_its_tables_that_are_left_out_are_empty(held_out):
    book = ceg.open(DATA)
    for name in ("models", "results", "comparisons", "costs", "claims"):
        assert list(getattr(held_out, name).columns) == list(getattr(book, name).columns), name
    assert len(held_out.estimates()) == len(held_out.evidence.comparisons)
    assert held_out.costs.empty and held_out.claims.empty


@pytest.mark.slow
def test_the_command_prints_its_gains():
    said = CliRunner().invoke(app, ["estimate", "majority-voting", "--data", str(HELD_OUT), "-f", "json"])
    assert said.exit_code == 0
    assert len(json.loads(said.stdout)) == 82
    wrong = CliRunner().invoke(app, ["estimate", "toolformer", "--data", str(HELD_OUT)])
    assert wrong.exit_code == 1 and "held-out/enhancements.csv" in wrong.stderr


def test_it_has_the_assumptions_of_the_book_unless_it_has_its_own(tmp_path):
    assert assumptions.file_of(HELD_OUT) == DATA / assumptions.FILE
    assert of_a_book(DATA) and not of_a_book(HELD_OUT)
    shutil.copytree(HELD_OUT, tmp_path / "held-out")
    own = tmp_path / "held-out" / assumptions.FILE
    text = (DATA / assumptions.FILE).read_text(encoding="utf-8")
    own.write_text(text.replace("value: logit", "value: linear", 1), encoding="utf-8")
    assert ceg.open(own.parent).assumptions.transform == "linear"


def test_a_book_lacks_no_table_but_a_package_beside_it_may(tmp_path):
    for name, lacking in (("data", "costs"), ("held-out", "results")):
        folder = shutil.copytree(HELD_OUT, tmp_path / name)
        path = folder / "datapackage.json"
        package = json.loads(path.read_text(encoding="utf-8"))
        if name == "held-out":
            package["resources"] = [r for r in package["resources"] if r["name"] != "results"]
        path.write_text(json.dumps(package), encoding="utf-8")
        with pytest.raises(InputError, match=f"{name}/datapackage.json: found no table {lacking}"):
            evidence.load(folder)
    assert "costs" not in {r["name"] for r in evidence.descriptor(HELD_OUT)["resources"]}


@pytest.mark.slow
def test_a_page_that_opens_it_depends_on_its_files_and_on_no_row_of_the_book(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    page = (
        "import ceg\nbook = ceg.open('data/held-out')\n"
        "book.estimate('held-out.majority-voting.gsm8k.llama-2-7b')\nbook.results"
    )
    (run,) = recorded(page, folder=tmp_path)
    own = {name for name in run.own if not name.startswith(("kind of ", "file src/"))}
    assert {"file data/held-out/results.csv", "file data/held-out/datapackage.json"} <= own
    assert not any(name.startswith(("row ", "rows of ", "estimate ")) for name in own)
    assert run_again({"page": run}, folder=tmp_path) == {}
    path = tmp_path / "data" / "results.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    assert run_again({"page": run}, folder=tmp_path) == {}
    path = tmp_path / "data" / "held-out" / "results.csv"
    path.write_bytes(path.read_bytes().replace(b",6.8,", b",6.6,", 1))
    assert run_again({"page": run}, folder=tmp_path) == {"page": {"file data/held-out/results.csv"}}
