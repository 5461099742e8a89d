"""`ceg whatif` says what moves, for programs and for people."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from ceg.chapters.about import changes
from ceg.cli.main import app

pytestmark = pytest.mark.usefixtures("checked_once")

LATS = "lats.humaneval.gpt-3-5"


def run(*arguments: str, **environ: str):
    return CliRunner().invoke(app, list(arguments), env=environ)


@pytest.mark.slow
def test_whatif_says_it_for_programs_and_for_people():
    both = ("whatif", "--set", "gpt4_flop=low", "--set", "min_points=2", "--format", "json")
    found = json.loads(run(*both).stdout)
    assert found["against"] is None
    assert [(s["key"], s["before"], s["after"]) for s in found["assumptions"]] == [
        ("min_points", 3, 2),
        ("gpt4_flop", "central", "low"),
    ]
    lats = next(r for r in found["moved"] if r["name"] == LATS)
    assert (lats["status_before"], lats["status_after"]) == ("bound", "extrapolated")
    assert lats["causes"] == ["min_points"]  # the other moves its value alone, not its status
    one = ("whatif", "--set", "gpt4_flop=low")
    rows = {r["name"]: r for r in csv.DictReader(io.StringIO(run(*one, "--format", "csv").stdout))}
    assert tuple(rows[LATS]) == changes.FIELDS
    assert (rows[LATS]["before"], rows[LATS]["after"], rows[LATS]["causes"]) == (
        "≥ 8.14x",
        "≥ 3.18x",
        "gpt4_flop",
    )
    table = run(*one).stdout
    assert "gpt4_flop: low (in the defaults: central)" in table
    assert all(word in table for name in rows for word in name.split())  # a conclusion takes several lines
    assert max(map(len, table.splitlines())) <= 100


@pytest.mark.slow
def test_what_does_not_move_as_printed_is_counted_and_nothing_is_wider_than_a_terminal():
    arguments = ("whatif", "--set", "transform=linear", "--set", "min_points=2")
    table = run(*arguments).stdout
    assert max(map(len, table.splitlines())) <= 100
    moved = json.loads(run(*arguments, "--format", "json").stdout)["moved"]
    hidden = sum(r["before"] == r["after"] for r in moved)
    assert hidden and f"{hidden} more, by less than is printed" in table


@pytest.mark.slow
def test_whatif_at_the_defaults_says_so():
    assert run("whatif").stdout.startswith("Nothing in the data or the assumptions differs")
    assert run("whatif", "--format", "csv").stdout == ",".join(changes.FIELDS) + "\n"
    assert run("whatif", "--set", "transform=sideways").exit_code == 1
    assert "--set compute_rule=6nd" in " ".join(run("whatif", "--help").stdout.split())
