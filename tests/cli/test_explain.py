"""`ceg explain` prints what the page of workings shows."""

import json

import pytest
from typer.testing import CliRunner

from ceg.analysis import analysis
from ceg.cli.main import app
from ceg.prose import wording, workings
from ceg.uncertainty import intervals

pytestmark = pytest.mark.usefixtures("checked_once")


@pytest.fixture(scope="module")
def book():
    return analysis.open()


def of(book, comparison: str) -> workings.Workings:
    return workings.workings(book, book.estimate(comparison))


def test_the_command_line_prints_the_same(book):
    comparison = "chain-of-thought.gsm8k.palm-62b"
    done = CliRunner().invoke(app, ["explain", comparison])
    sure = intervals.with_intervals(book, [book.estimate(comparison)])[0]
    assert done.exit_code == 0 and wording.sure(sure) in done.stdout
    for step in of(book, comparison).steps:
        assert step in done.stdout
    of_enhancement = CliRunner().invoke(app, ["explain", "lats"])
    assert of_enhancement.stdout.startswith(book.headline("lats").comparison)
    wrong = CliRunner().invoke(app, ["explain", "chain-of-thought.gsm8k.palm-62"])
    assert wrong.exit_code == 1 and f'did you mean "{comparison}"' in wrong.stderr
    linear = CliRunner().invoke(app, ["explain", comparison, "--set", "transform=linear", "--format", "json"])
    assert json.loads(linear.stdout)["estimate"]["status"] == "bound"
