"""The scripts of the page "Your own numbers", in a blank page.

Their estimator is the reference's, their draws those of ``ceg``, their workings the book's; what is typed,
pasted or linked is read; what they hand out gives the same elsewhere. ``test_calculator_page`` looks at the
page itself.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import json
import math
import random
import re
import shlex

import pytest
from calculator_cases import (
    DEFAULTS,
    EXAMPLES,
    STATES,
    STATIC,
    Family,
    at_random,
    book,
    of_the_book,
    payload,
    rows,
    state,
)
from places import DATA, ROOT
from typer.testing import CliRunner

from ceg.add import write
from ceg.analysis.scores import binomial_error
from ceg.chapters.calculator import page as calculator
from ceg.cli.main import app
from ceg.estimator.gain import SAYING, gain
from ceg.estimator.scaling import UNITS, Point, Scale
from ceg.evidence.csv_cells import Printed
from ceg.prose import arithmetic
from ceg.uncertainty import own_family
from ceg.uncertainty.draws import streams_of
from ceg.uncertainty.gain_draws import drawn

pytestmark = pytest.mark.slow

WITHOUT_PAGE = calculator.SCRIPTS[:-1]
"""The scripts that need no page."""


@pytest.fixture(scope="module")
def scripts(chromium):
    """Calls a function of the page's scripts, which stand in a blank page: source and argument as JSON."""
    blank = chromium.new_page()
    for name in WITHOUT_PAGE:
        blank.add_script_tag(path=str(STATIC / name))

    def call(source: str, given: object):
        said = "given => { given = JSON.parse(given); return JSON.stringify((" + source + ")(given)); }"
        return json.loads(blank.evaluate(said, json.dumps(given)))

    yield call
    blank.close()


# --- the estimator --------------------------------------------------------------------------------

GAINS = """families => families.map(f =>
  cegEstimator.gain(f.enhanced, f.baselines, cegEstimator.scaleOf(f.scale), f.options))"""


def differences(family: Family, found: dict) -> list[str]:
    """Where the page's estimate is not the reference's."""
    wanted = family.reference
    wrong = [
        f"{field}: {found[field]}, not {getattr(wanted, field)}"
        for field in ("status", "n_baseline")
        if found[field] != getattr(wanted, field)
    ]
    if found["flags"] != list(wanted.flags):
        wrong.append(f"flags: {found['flags']}, not {wanted.flags}")
    pairs = [
        (name, found[name], getattr(wanted, name))
        for name in ("ceg", "lower_bound", "upper_bound", "extrapolation_oom")
    ]
    steps, way = found["steps"], wanted.steps
    pairs += [("log10_required", steps["log10_required"], way.log10_required)]
    pairs += [
        (arm, steps[arm] and steps[arm]["flop"], point and point.flop)
        for arm, point in (("below", way.below), ("above", way.above))
    ]
    if (steps["way"], steps["n_fit"]) != (way.way, way.n_fit):
        wrong.append(f"way: {steps['way']}, {steps['n_fit']}, not {way.way}, {way.n_fit}")
    for name, mine, reference in pairs:
        same = mine is None if reference is None else mine == pytest.approx(reference, rel=1e-9, abs=1e-9)
        if not same:
            wrong.append(f"{name}: {mine}, not {reference}")
    return wrong


@pytest.mark.parametrize(
    ("number", "some"), [(100, 97), pytest.param(2000, 1, marks=pytest.mark.verify)], ids=["some", "all"]
)
def test_the_estimator_is_the_reference_s(scripts, number, some):
    families = [*at_random(2023, number), *(f for f, _ in list(of_the_book(book()))[::some])]
    assert len(families) >= number + 19
    found = scripts(GAINS, [f.given for f in families])
    wrong = {f.name: d for f, each in zip(families, found, strict=True) if (d := differences(f, each))}
    assert wrong == {}
    ways = {each["steps"]["way"] for each in found}
    assert {each["status"] for each in found} >= {*SAYING, "not-meaningful"}
    assert ways >= {"at", "between", "from edge", "on line", None}


def test_a_wrong_number_would_be_seen(scripts):
    families = list(at_random(1, 40))
    found = scripts(
        GAINS.replace("f.enhanced,", "{...f.enhanced, flop: f.enhanced.flop * (1 + 3e-9)},"),
        [f.given for f in families],
    )
    assert sum(bool(differences(f, each)) for f, each in zip(families, found, strict=True)) > 20


# --- the draws ------------------------------------------------------------------------------------

THRESHOLDS = (0.1, 0.5, 1, 2, 5, 20, 100)
DRAWS = """families => families.map(f => {
  const scale = cegEstimator.scaleOf(f.scale), arms = f.arms;
  const estimate = cegEstimator.gain(arms[0], arms.slice(1), scale, f.options);
  const found = cegEstimator.interval(estimate, arms[0], arms.slice(1), scale, f.options);
  return found && { low: found.low, high: found.high, above: f.thresholds.map(found.above) };
})"""


def with_errors(seed: int, number: int) -> list[tuple[Family, list[Printed], list[int | None]]]:
    """Families with a number and with errors, their scores as printed."""
    made = []
    for family in at_random(seed, 40 * number):
        points = (family.enhanced, *family.baselines)
        has_items = family.scale.kind == "proportion" and family.scale.items
        if any(p.se is None for p in points) or family.reference.status not in SAYING:
            continue
        if family.scale.kind == "perplexity" and any(-p.score < 6 * p.se for p in points):
            continue  # a drawn perplexity of 0 has no logarithm
        top, rises = family.scale.maximum, family.scale.higher_is_better
        turned = (lambda s: s) if rises else (lambda s, top=top: top - s)
        values = [turned(p.score) if family.scale.kind == "proportion" else abs(p.score) for p in points]
        printed = [Printed(f"{v:.2f}") for v in values]
        if family.scale.kind in ("points", "elo"):
            printed = [Printed(f"{p.score:.2f}") for p in points]
        items = [family.scale.items if has_items else None for _ in points]
        made.append((family, printed, items))
    return made[:: max(1, len(made) // number)][:number]


@pytest.mark.parametrize("number", [12, pytest.param(200, marks=pytest.mark.verify)])
def test_the_draws_are_the_book_s(scripts, number):
    """The shares above thresholds differ by no more than chance does, and so do the ends of the interval."""
    cases, given, wanted = with_errors(7, number), [], []
    for family, printed, items in cases:
        scale = Scale(
            family.scale.kind,
            family.scale.higher_is_better,
            family.scale.chance,
            family.scale.maximum,
            family.scale.items,
            printed[0].half_digit,
        )
        points = [
            Point(
                p.flop,
                scale.oriented(v),
                binomial_error(v, scale.maximum, n) if n else p.se,
                p.weight,
                f"model {i}",
            )
            for i, (p, v, n) in enumerate(
                zip((family.enhanced, *family.baselines), printed, items, strict=True)
            )
        ]
        found = gain(points[0], points[1:], scale, **family.options)
        chosen = {k: v for k, v in family.options.items() if k in ("estimate_order", "extrapolate_from")}
        u = own_family.uncertain(
            points,
            printed,
            items,
            scale,
            family.options["transform"],
            furthest=0.0 if found.status == "bound" else family.options["max_extrapolation_oom"],
            bounds_only=family.options["bounds_only"],
            **chosen,
        )
        wanted.append(drawn(u, streams_of(2023), 20_000) if found.status in SAYING else None)
        arms = [
            vars(p) | {"value": float(v), "items": n, "half_width": a.score.half_width}
            for p, v, n, a in zip(points, printed, items, (u.enhanced, *u.baselines), strict=True)
        ]
        given.append(
            {"arms": arms, "scale": vars(scale), "options": family.options, "thresholds": THRESHOLDS}
        )
    found = scripts(DRAWS, given)
    assert sum(each is not None for each in wanted) > 0.9 * number
    kinds = {family.scale.kind for family, _, _ in cases}
    assert "proportion" in kinds and len(kinds) > 2
    for (family, _, _), mine, theirs in zip(cases, found, wanted, strict=True):
        assert (mine is None) == (theirs is None), family.name
        if theirs is None:
            continue
        for threshold, shares in zip(THRESHOLDS, mine["above"], strict=True):
            for share, ends in zip(shares, theirs, strict=True):
                p = float((ends > math.log10(threshold)).mean())
                chance = 5 * math.sqrt(max(p * (1 - p), 1e-3) * (1 / 4_000 + 1 / 20_000))
                assert share == pytest.approx(p, abs=chance), (family.name, threshold)
        for end, ends, share in ((mine["low"], theirs[0], 0.05), (mine["high"], theirs[1], 0.95)):
            end = math.log10(end) if end else math.copysign(math.inf, share - 0.5)
            outwards = 0.05  # an end has two digits, rounded away from the middle
            below, at_most = (ends < end - outwards).mean(), (ends <= end + outwards).mean()
            assert below - 0.02 <= share <= at_most + 0.02, (family.name, end)


# --- words ----------------------------------------------------------------------------------------

WORKINGS = """families => families.map(f => {
  f.scale = cegEstimator.scaleOf(f.scale);
  return calculatorWords.workings(f, cegEstimator.gain(f.enhanced, f.baselines, f.scale, f.options));
})"""


@pytest.mark.parametrize("some", [19, pytest.param(1, marks=pytest.mark.verify)])
def test_the_workings_are_the_book_s(scripts, some):
    analysis, given, wanted = book(), [], []
    for family, case in list(of_the_book(analysis))[::some]:
        names = [s.model.model for s in (case.enhanced, *case.baselines)]
        arms = family.given
        for point, name in zip((arms["enhanced"], *arms["baselines"]), names, strict=True):
            point["name"] = name
        given.append(arms)
        wanted.append(list(arithmetic.steps(analysis, case, analysis.estimate(family.name))))
    found = scripts(WORKINGS, given)
    assert [pair for pair in zip(found, wanted, strict=True) if pair[0] != pair[1]] == []
    assert len(found) > 90


READ = """([state, data]) => {
  const { family, problems } = calculatorInput.read(state, data);
  if (!family) { return { problems: problems.map(p => `${p.where}: ${p.found}; ${p.allowed}`) }; }
  const estimate = cegEstimator.gain(family.enhanced, family.baselines, family.scale, family.options);
  const interval = family.scale.items || family.se !== null
    ? cegEstimator.interval(estimate, family.enhanced, family.baselines, family.scale, family.options) : null;
  return {
    problems: [], estimate, interval: interval && [interval.low, interval.high],
    sentence: calculatorWords.sentence(family, estimate, interval),
    command: calculatorWords.command(family, data.defaults),
    python: calculatorWords.python(family, data.defaults),
    yaml: calculatorWords.yaml(family), printed: [family.enhanced, ...family.baselines].map(p => p.printed),
    link: calculatorInput.toHash(state, data),
  };
}"""


def read(scripts, given: dict) -> dict:
    return scripts(READ, [given, payload(())])


@pytest.mark.parametrize("name", STATES)
def test_the_command_and_the_recipe_give_the_same(scripts, name):
    found = read(scripts, STATES[name])
    estimate, interval = found["estimate"], found["interval"]
    program, *arguments = shlex.split(found["command"])
    assert program == "ceg"
    done = CliRunner().invoke(app, [*arguments, "--format", "json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    for field in ("ceg", "lower_bound", "upper_bound"):
        assert said[field] == (None if estimate[field] is None else pytest.approx(estimate[field], rel=1e-9))
    assert (said["status"], said["flags"]) == (estimate["status"], estimate["flags"])
    for mine, theirs in zip(interval or (None, None), (said["low"], said["high"]), strict=True):
        assert mine is theirs is None or mine == pytest.approx(theirs, rel=0.4)  # two draws of a tail

    assert len(re.sub(r"\[\n.*?\n\]", "[]", found["python"], flags=re.DOTALL).strip().splitlines()) == 5
    recipe = (
        found["python"]
        .replace("print(", "print((")
        .replace('"flags"]])', '"flags"]]).to_json(orient="records"))')
    )
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(recipe, {})
    (row,) = json.loads(out.getvalue())
    assert (row["status"], row["flags"]) == (estimate["status"], " ".join(estimate["flags"]))
    assert row["ceg"] == (None if estimate["ceg"] is None else pytest.approx(estimate["ceg"], rel=1e-6))
    assert (row["low"], row["high"]) == (said["low"], said["high"])


FILLED = {
    "its name": "Something",
    "tool use, prompting, scaffolding, solution choice, data or combination": "prompting",
    "of first publication": "2026",
    "what it does, in a sentence": "It asks twice.",
    "Author et al. 2026": "Author et al. 2026",
    "its BibTeX entry, with eprint, doi or url": "@misc{mysource2026, author = {Author, Ann}, "
    "title = {Asking twice}, year = {2026}, url = {https://example.org/twice}}",
    "accuracy, loss, …": "accuracy",
    "how it is measured": "few-shot",
    "mathematics, code, …": "mathematics",
    "table, figure or page": "Table 1",
    "verified, readoff, secondary, recalled or estimated": "verified",
    "models that differ in size alone": "Mine",
    "reported, 6nd, hardware or estimate": "reported",
    "printed, 6nd, estimated or speculative": "printed",
    "why this comparison stands for the enhancement, chosen before looking at its value": "The only one.",
}


@pytest.mark.parametrize("name", ["bound", "error", "counted", "perplexity", "elo"])
def test_the_yaml_filled_in_is_an_enhancement_with_the_same_gain(scripts, name, tmp_path):
    found = read(scripts, STATES[name])
    text = re.sub(r"FILL IN: ([^\"]*)", lambda m: FILLED[m[1]], found["yaml"])
    (tmp_path / "own.yml").write_text(text, encoding="utf-8")
    made = write.preview(str(tmp_path / "own.yml"), DATA)
    (estimate,) = made.estimate_all("my-enhancement")
    assert estimate.status == found["estimate"]["status"]
    for field in ("ceg", "lower_bound", "upper_bound"):
        mine = found["estimate"][field]
        assert getattr(estimate, field) == (None if mine is None else pytest.approx(mine, rel=1e-6))


@pytest.mark.verify
def test_the_yaml_as_it_is_names_what_is_to_be_filled_in(scripts, tmp_path, checked_once):
    (tmp_path / "own.yml").write_text(read(scripts, STATES["bound"])["yaml"], encoding="utf-8")
    done = CliRunner().invoke(app, ["add", str(tmp_path / "own.yml"), "--dry-run"])
    assert done.exit_code == 1
    for field in ("enhancement.category", "benchmarks.domain", "sources.bibtex", "scores.provenance"):
        assert field in done.output
    assert done.output.count("FILL IN") > 4


NO_WORSE = "{} with the enhancement does no worse than {}, which took {} its training compute."
REACHES = "{} scores what models without it reach with about {} its training compute."
WORDS = {
    "accuracy": (
        NO_WORSE.format("PaLM-62B", "PaLM-540B", "8.48x"),
        "Beyond the models measured, the curve puts the gain at about 58x.",
        "This is read off 3 model sizes: take it as rough.",
    ),
    "bound": (NO_WORSE.format("A", "C", "10x"), "The observed gain is at least that."),
    "fraction": (REACHES.format("A with the enhancement", "12x"),),
    "error": (REACHES.format("The enhanced model", "3.5x"),),
}


@pytest.mark.parametrize(("name", "words"), WORDS.items())
def test_the_sentence_says_the_bound_first(scripts, name, words):
    said = read(scripts, STATES[name])["sentence"]
    assert [w for w in words if w not in said] == [], said


def test_the_examples_are_comparisons_of_the_book(scripts):
    analysis, data = book(), payload()
    empty = state()
    assert [e["comparison"] for e in data["examples"]] == list(EXAMPLES)
    for example in data["examples"]:
        found = scripts(READ, [empty | example["state"], data])["estimate"]
        estimate = analysis.estimate(example["comparison"])
        assert found["status"] == estimate.status
        for field in ("ceg", "lower_bound"):
            wanted = getattr(estimate, field)
            assert found[field] == (None if wanted is None else pytest.approx(wanted, rel=1e-4))


def test_the_choices_and_kinds_are_those_of_gain_of():
    data = payload(())
    assert data["defaults"] == DEFAULTS  # of the command and of gain_of too: what is left out there
    signature = {k: v.default for k, v in inspect.signature(gain).parameters.items()}
    assert {k: signature[k] for k in DEFAULTS} == DEFAULTS
    assert {k["scale"] for k in data["kinds"]} == set(UNITS)


# --- what is typed, pasted and linked -------------------------------------------------------------

COMPUTES = {
    "1e21": 1e21,
    " 1.5E22 FLOP": 1.5e22,
    "1.2 × 10²²": 1.2e22,
    "1.2*10^22": 1.2e22,
    "1.2 x 10^22 FLOPs": 1.2e22,
    "10^23": 1e23,
    "12,000,000,000": 1.2e10,
    "6.2B x 300B": 6 * 6.2e9 * 300e9,
    "1.3B × 300 B tokens": 6 * 1.3e9 * 300e9,
    "175B params * 300B tokens": 6 * 175e9 * 300e9,
    "6 × 6.7e9 × 3e11": 6 * 6.7e9 * 3e11,
    "8.63 billion parameters x 780 billion tokens": 6 * 8.63e9 * 780e9,
    "540.35B·780B": 6 * 540.35e9 * 780e9,
    "62.5B x 1.4T": 6 * 62.5e9 * 1.4e12,
    "6.7B": None,  # parameters alone
    "": None,
    "about 1e21": None,
    "3 x 1e22": None,  # neither parameters and tokens nor FLOP
    "1e21 x": None,
    "1,5e22": None,
}


def test_compute_is_read_as_it_is_written(scripts):
    found = scripts("texts => texts.map(t => calculatorInput.compute(t))", list(COMPUTES))
    for (text, flop), each in zip(COMPUTES.items(), found, strict=True):
        assert each is None if flop is None else each["flop"] == pytest.approx(flop, rel=1e-9), text


TABLES = {
    "a spreadsheet": "GPT-3 6.7B\t6.7B x 300B\t4.9\nGPT-3 13B\t2.3e22\t9.6\n",
    "CSV": 'GPT-3 6.7B,6.7B x 300B,4.9\nGPT-3 13B,"2.3e22",9.6',
    "with headings in another order": "Score;Model;Training FLOP\n"
    "4.9;GPT-3 6.7B;6.7B x 300B\n9.6;GPT-3 13B;2.3e22",
    "Markdown": "| model | compute | accuracy |\n|---|---:|---:|\n"
    "| GPT-3 6.7B | 6.7B x 300B | 4.9 |\n| GPT-3 13B | 2.3e22 | 9.6 |",
    "columns of blanks": "GPT-3 6.7B   6.7B x 300B   4.9\r\nGPT-3 13B   2.3e22   9.6\r\n",
}


def test_tables_are_read_from_anywhere(scripts):
    rows = [("GPT-3 6.7B", "6.7B x 300B", "4.9"), ("GPT-3 13B", "2.3e22", "9.6")]
    for name, text in TABLES.items():
        found = scripts("t => calculatorInput.table(t)", text)
        assert found["problem"] is None, name
        assert [(r["name"], r["compute"], r["score"]) for r in found["rows"]] == rows, name
        assert not any(r["isEnhanced"] for r in found["rows"])


def test_a_table_has_columns_for_parameters_tokens_and_arm(scripts):
    text = "model,params,tokens,score\nA,6.7B,300B,4.9\n"
    (row,) = scripts("t => calculatorInput.table(t)", text)["rows"]
    assert (row["compute"], row["score"]) == ("6.7B × 300B", "4.9")
    (row,) = scripts("t => calculatorInput.table(t)", "A\t6.7B\t300B\t4.9")["rows"]
    assert (row["name"], row["compute"], row["score"]) == ("A", "6.7B × 300B", "4.9")
    text = (ROOT / "examples/scores.csv").read_text(encoding="utf-8")
    rows = scripts("t => calculatorInput.table(t)", text)["rows"]
    assert [r["isEnhanced"] for r in rows] == [False] * 3 + [True] * 3
    assert (rows[4]["name"], rows[4]["compute"], rows[4]["score"]) == ("PaLM 62B", "2.98e23", "29.9")
    two = scripts("t => calculatorInput.table(t)", "1e21\t4.9\n1,200,000\t1,001")["rows"]
    assert [(r["compute"], r["score"]) for r in two] == [("1e21", "4.9"), ("1,200,000", "1,001")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "There is no row in it."),
        ("model,compute,score", "There is a heading and no row."),
        ("A\t1e21\t4\nB\t1e22", "Row 2 has 2 cells, row 1 has 3."),
        ("A,1,2,3,4,5", "Row 1 has 6 cells."),
    ],
)
def test_a_table_that_is_none_is_said_to_be(scripts, text, problem):
    found = scripts("t => calculatorInput.table(t)", text)
    assert found["rows"] == [] and found["problem"].startswith(problem)


OWN = "The enhanced model, "
WRONG = [
    ({"baselines": rows("B abc 5")}, "Row 1 (B), training compute: “abc”; FLOP such as"),
    ({"baselines": rows("- 1e21 5; - 1e22 140")}, "Row 2, score: “140”; 0 to 100"),
    ({"baselines": rows("- 1e21 12,5")}, "Row 1, score: “12,5”; a number such as 12.5"),
    ({"baselines": rows("B - -")}, "Row 1 (B), score: nothing; a number"),
    ({"baselines": []}, "Models without the enhancement: nothing; one or more"),
    ({"baselines": rows("- 1e21 5") * 61}, "Models without the enhancement: “61 rows”; at most 60"),
    ({"enhanced": rows("- 1e50 5")[0]}, OWN + "training compute: “1e50”; 1 to 1e40 FLOP"),
    ({"items": "12.5"}, "Test items: “12.5”; a whole number from 1"),
    ({"chance": "100"}, "Score of a guess: “100”; from 0 to below the maximum of 100"),
    ({"maximum": "-1"}, "Greatest score: “-1”; a number above 0"),
    ({"kind": "elo", "se": "x"}, "Standard error of a score: “x”; a number above 0"),
    ({"kind": "perplexity", "enhanced": rows("- 1e21 -3")[0]}, OWN + "score: “-3”; above 0"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG)
def test_what_is_wrong_is_said_with_row_and_field(scripts, changes, said):
    problems = read(scripts, STATES["accuracy"] | changes)["problems"]
    assert any(said in p for p in problems), problems


def test_scores_are_rounded_to_the_decimals_of_the_longest(scripts):
    found = read(scripts, state("A 1e22 30%; B 1e21 10.25; C 1e23 1,0"))
    assert "score" in found["problems"][0]
    found = read(scripts, state("A 1e22 30%; B 1e21 10.25; C 1e23 +40.10"))
    assert found["printed"] == ["30.00", "10.25", "40.10"]


def test_a_link_keeps_everything(scripts):
    draw, data, words = (
        random.Random(5),
        payload(()),
        ["PaLM 62B", "a,b&c=d #1", "é× 10²²", "", '"x"\\', "%41", "</script>"],
    )
    empty = state()
    for given in STATES.values():
        given = json.loads(json.dumps(given))
        for row in (given["enhanced"], *given["baselines"]):
            row["name"] = draw.choice(words)
        found = scripts(
            "([s, e, d]) => calculatorInput.fromHash('#' + calculatorInput.toHash(s, d), e, d)",
            [given, empty, data],
        )
        assert found == {"state": given, "unknown": 0}


def test_a_hostile_link_is_left_out(scripts):
    wrong = "#__proto__=1&constructor=x&kind=%3Cimg%3E&with=1&without=a,b"
    wrong += "&transform=%E0%A4%A&min_points=99&bounds_only=x"
    found = scripts("([h, e, d]) => calculatorInput.fromHash(h, e, d)", [wrong, state(), payload(())])
    assert found["unknown"] == 8
    assert found["state"] == state()
    assert (
        scripts("([h, e, d]) => calculatorInput.fromHash(h, e, d)", ["#how-to-read-it", {}, payload(())])
        is None
    )
