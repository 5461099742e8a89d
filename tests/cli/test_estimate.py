"""The command line: what it prints, on which stream, and how it ends."""

import csv
import dataclasses
import io
import json
import subprocess
import sys

import pandas as pd
import pytest
from typer.testing import CliRunner

from ceg.analysis import analysis
from ceg.cli.main import app
from ceg.estimator.gain import SAYING, Estimate
from ceg.uncertainty.draws import CHUNK
from ceg.uncertainty.gain_of_frame import gain_of

pytestmark = pytest.mark.usefixtures("checked_once")


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


FIELDS = {f.name for f in dataclasses.fields(Estimate)} - {"steps"}


@pytest.mark.verify
def test_estimate_json_is_all_estimates():
    done = run("estimate", "--format", "json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert [e["comparison"] for e in found] == list(analysis.open().evidence.comparisons)
    assert all(set(e) == FIELDS for e in found)
    assert all(e["ceg"] is None for e in found if e["status"] in ("bound", "inconsistent", "not-meaningful"))
    for e in found:
        ends = [e[k] for k in ("low", "count_low", "count_high", "high")]
        if e["status"] in SAYING:
            assert e["draws"] == CHUNK and isinstance(e["partial"], bool)
            closed = [v for v in ends if v is not None]
            assert e["ceg"] is None or not closed or min(closed) < max(closed) or len(closed) == 1
        else:
            assert ends == [None] * 4 and e["draws"] == 0


def test_estimate_of_some_as_csv_and_table():
    rows = list(csv.DictReader(io.StringIO(run("estimate", "toolformer", "--format", "csv").stdout)))
    assert {r["enhancement"] for r in rows} == {"toolformer"}
    assert "toolformer.lama-squad.gpt-j-6b" in run("estimate", "toolformer").stdout


def test_estimate_without_intervals():
    (one, *_) = json.loads(run("estimate", "lats", "--draws", "0", "--format", "json").stdout)
    assert {one[k] for k in ("low", "count_low", "partial")} == {None}
    assert one["draws"] == 0


def test_an_assumption_can_be_set():
    plain, two = (
        json.loads(run("estimate", "lats", "--format", "json", *more).stdout)
        for more in ((), ("--set", "min_points=2"))
    )
    assert plain[0]["status"] == "bound"
    assert two[0]["status"] == "extrapolated"
    assert two[0]["assumptions"]["min_points"] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("estimate", "toolfromer"), 1, 'did you mean "toolformer"?'),
        (("estimate", "--set", "compute_rul=6nd"), 1, 'did you mean "compute_rule"?'),
        (("estimate", "--set", "compute_rule=7nd"), 1, "reported · 6nd · compute_optimal"),
        (("estimate", "--set", "compute_rule"), 2, "KEY=VALUE"),
        (("estimate", "--format", "xml"), 2, "xml"),
        (("estimate", "--data", "nowhere"), 1, "no such folder"),
        (("check", "nowhere"), 1, "no such folder"),
        (("gain", "--enhanced", "1e22", "--baseline", "1e23:5"), 2, "FLOP:SCORE"),
        (("gain", "--enhanced", "1e22:5"), 2, "baseline"),
        (("gain", "--enhanced", "-1e22:5", "--baseline", "1e23:5"), 1, "1 to 1e40 FLOP"),
        (("gain", "--enhanced", "1e22:140", "--baseline", "1e23:5"), 1, "0 to 100"),
        (("gain", "--enhanced", "nan:5", "--baseline", "1e23:5"), 1, "a finite number"),
        (("gain", "--enhanced", "1e22:5", "--baseline", "1e23:5", "--chance", "100"), 1, "below the maximum"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_wrong_input_and_wrong_command_lines(arguments, code, words):
    done = run(*arguments)
    assert done.exit_code == code
    assert words in done.stderr
    assert done.stdout == ""


def test_gain_by_hand():
    # logit(0.3) lies 0.549531 of the way from logit(0.2) to logit(0.4), from 1e22 to 1e23
    family = ("--baseline", "1e21:10", "--baseline", "1e22:20", "--baseline", "1e23:40")
    done = run("gain", "--enhanced", "1e22:30", *family, "--format", "json")
    found = json.loads(done.stdout)
    assert set(found) == FIELDS
    assert (found["status"], found["comparison"]) == ("interpolated", None)
    assert found["ceg"] == pytest.approx(10**0.549531, rel=1e-5)


@pytest.mark.parametrize(
    ("unit", "scores"),
    [
        ((), ("30.0", "10.0", "20.0", "40.0")),
        (("--scale", "fraction"), ("0.300", "0.100", "0.200", "0.400")),
        (("--max", "500"), ("150", "50", "100", "200")),
    ],
)
def test_gain_with_items_has_the_same_interval_in_every_unit(unit, scores):
    own, *family = (f"{flop}:{s}" for flop, s in zip(("1e22", "1e21", "1e22", "1e23"), scores, strict=True))
    pairs = ("--enhanced", own, *(a for f in family for a in ("--baseline", f)), *unit, "--format", "json")
    bare, found = (json.loads(run("gain", *pairs, *more).stdout) for more in ((), ("--items", "500")))
    assert (bare["low"], bare["high"], bare["partial"]) == (None, None, None)
    assert (found["low"], found["high"], found["partial"]) == (2.1, 5.7, False)
    assert found["ceg"] == pytest.approx(10**0.549531, rel=1e-5)


def test_gain_speaks_other_units():
    # a loss of 2.0 lies half way between 2.2 at 1e21 and 1.8 at 1e22
    loss = run(
        "gain",
        "--enhanced",
        "1e21:2.0",
        "--baseline",
        "1e21:2.2",
        "--baseline",
        "1e22:1.8",
        "--scale",
        "loss",
        "--format",
        "json",
    )
    assert json.loads(loss.stdout)["ceg"] == pytest.approx(10**0.5)


GAIN_OF = [
    (("--scale", "bits", "--se", "0.02"), {"scale": "bits", "se": 0.02}),
    (
        ("--scale", "points", "--se", "0.02", "--bounds-only"),
        {"scale": "points", "se": 0.02, "bounds_only": True},
    ),
    (
        (
            "--scale",
            "points",
            "--estimate-order",
            "fit_first",
            "--extrapolate-from",
            "line",
            "--min-points",
            "2",
        ),
        {"scale": "points", "estimate_order": "fit_first", "extrapolate_from": "line", "min_points": 2},
    ),
]


@pytest.mark.parametrize(("options", "arguments"), GAIN_OF)
def test_gain_takes_what_gain_of_takes(options, arguments):
    family = [
        ("enhanced", 1e22, 0.94),
        ("baseline", 1e21, 1.02),
        ("baseline", 1e22, 0.96),
        ("baseline", 1e23, 0.9),
    ]
    if arguments["scale"] == "points":
        family = [(arm, flop, round(2 - score, 2)) for arm, flop, score in family]
    pairs = [part for arm, flop, score in family for part in (f"--{arm}", f"{flop:g}:{score:.2f}")]
    found = json.loads(run("gain", *pairs, *options, "--format", "json").stdout)
    frame = pd.DataFrame(family, columns=["arm", "training_flop", "score"])
    (wanted,) = gain_of(frame, **arguments).to_dict("records")
    for field in ("ceg", "low", "high", "lower_bound", "upper_bound"):
        same = (
            found[field] is None if pd.isna(wanted[field]) else found[field] == pytest.approx(wanted[field])
        )
        assert same, field
    assert (found["status"], " ".join(found["flags"])) == (wanted["status"], wanted["flags"])
    assert bool(found["draws"]) == ("se" in arguments)


def test_compare_has_every_claim_once():
    found = json.loads(run("compare", "--format", "json").stdout)
    claims = [e["claim"] for e in found if e["claim"]]
    assert sorted(claims) == sorted(analysis.open().evidence.paper_claims)
    by_claim = {e["claim"]: e for e in found}
    assert by_claim["toolformer-ceg"]["status"] == "reproduced"
    assert by_claim["lats-ceg"]["status"] == "consistent"
    assert by_claim["lats-runtime"]["status"] == "reproduced"
    assert {e["status"] for e in found if not e["claim"]} == {"value not known to us"}


def test_help_teaches():
    assert "ceg estimate toolformer webgpt" in run("estimate", "--help").stdout
    assert "--baseline 4.04e22:4.9" in " ".join(run("gain", "--help").stdout.split())


def test_scaling_and_gain_need_only_python():
    heavy = "('numpy', 'pandas', 'scipy', 'altair', 'yaml')"
    code = f"import sys, ceg.estimator.scaling, ceg.estimator.gain; print(sys.modules.keys() & {heavy})"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "set()\n"
    )
