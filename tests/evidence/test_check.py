"""The data package is valid, its subsets are closed, and everything wrong with it is said clearly and at
once.
"""

import hashlib
import shutil
from pathlib import Path

import pytest
from places import DATA, ROOT
from small_data import filled
from tiers import sampled
from typer.testing import CliRunner

from ceg.build.sphinx_hooks import checked
from ceg.cli.main import app
from ceg.evidence import check
from ceg.evidence.descriptor import descriptor


@pytest.fixture
def data(tmp_path) -> Path:
    """A copy of the data that a test may break."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def digest(folder: Path) -> str:
    return hashlib.sha256(
        b"".join(p.name.encode() + p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())
    ).hexdigest()


def rewrite(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence; the test is void if there is none."""
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def cell(path: Path, key: str, field: str, value: str) -> None:
    """Set one cell of the row whose first cell is ``key``."""
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    fields = list(rows[0])
    row = next(r for r in rows if r[fields[0]] == key)
    row[field] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.slow
def test_data_is_valid(right):
    assert set(right) == {r["name"] for r in descriptor(DATA)["resources"]}


RESULT = "schick2023.asdiv.toolformer.gpt-j-6b.toolformer"
BREAKS = {
    "a missing column": (
        lambda d: rewrite(d / "models.csv", "training_flop", "flop"),
        ["data/models.csv", "field training_flop", '"flop"', "the column training_flop", "add the column"],
    ),
    "a text in a number field": (
        lambda d: cell(d / "results.csv", RESULT, "score", "forty"),
        ["data/results.csv", "field score", '"forty"', "a number"],
    ),
    "a negative FLOP": (
        lambda d: cell(d / "models.csv", "GPT-J 6B", "training_flop", "-1.5e22"),
        ["data/models.csv", "field training_flop", '"-1.5e22"', "at least 1"],
    ),
    "a score above the maximum": (
        lambda d: cell(d / "results.csv", RESULT, "score", "140.4"),
        ["data/results.csv", "field score", "140.4", "0 to 100 %"],
    ),
    "an unknown model": (
        lambda d: cell(d / "results.csv", RESULT, "model", "GPT-J 6.B"),
        ["data/results.csv", "field model", '"GPT-J 6.B"', 'did you mean "GPT-J 6B"?'],
    ),
    "a duplicate row": (
        lambda d: (d / "results.csv").write_text(
            (t := (d / "results.csv").read_text(encoding="utf-8")) + t.splitlines()[1] + "\n",
            encoding="utf-8",
        ),
        ["data/results.csv", "field result", "no other row has", "remove the row"],
    ),
    "a result without a source": (
        lambda d: cell(d / "results.csv", RESULT, "source", ""),
        ["data/results.csv", "field source", "found nothing", "not empty", "fill it in"],
    ),
    "an unknown assumption": (
        lambda d: rewrite(d / "assumptions.yml", "compute_rule:", "compute_rul:"),
        ["data/assumptions.yml", '"compute_rul"', 'did you mean "compute_rule"?'],
    ),
    "an assumption out of range": (
        lambda d: rewrite(d / "assumptions.yml", "value: 1.0", "value: 9.0"),
        ["data/assumptions.yml", "field max_extrapolation_oom", '"9.0"', "a number from 0 to 4"],
    ),
    "assumptions that are no YAML": (
        lambda d: rewrite(d / "assumptions.yml", "compute_rule:", "compute_rule: ["),
        ["data/assumptions.yml, line 6", "YAML", "mend the line"],
    ),
    "a missing file": (
        lambda d: (d / "costs.csv").unlink(),
        ["data/costs.csv", "no such file", "put it back"],
    ),
    "a CSV in the wrong encoding": (
        lambda d: (d / "sources.csv").write_bytes(
            (d / "sources.csv").read_text(encoding="utf-8").replace("label", "lábel", 1).encode("utf-16")
        ),
        ["data/sources.csv", "UTF-8"],
    ),
    "a comparison with no baseline": (
        lambda d: cell(d / "comparisons.csv", "toolformer.asdiv.gpt-j-6b", "baseline", ""),
        ["data/comparisons.csv", "field baseline", "found nothing", "not empty"],
    ),
    "a baseline that does not exist": (
        lambda d: cell(d / "comparisons.csv", "toolformer.asdiv.gpt-j-6b", "baseline", RESULT + "x"),
        ["data/comparisons.csv", "field baseline", f'did you mean "{RESULT}"?'],
    ),
    "an enhancement that does not exist": (
        lambda d: cell(d / "comparisons.csv", "toolformer.asdiv.gpt-j-6b", "enhancement", "toolforner"),
        ["data/comparisons.csv", "field enhancement", 'did you mean "toolformer"?'],
    ),
    "a cost that is not its formula": (
        lambda d: cell(d / "costs.csv", "toolformer.one-time", "value", "0.5"),
        ["data/costs.csv", "field value", "the formula's result, 0.0006521"],
    ),
    "a formula that is more than arithmetic": (
        lambda d: cell(d / "costs.csv", "toolformer.one-time", "formula", "__import__('os').getcwd()"),
        ["data/costs.csv", "field formula", "arithmetic"],
    ),
    "a second headline": (
        lambda d: cell(d / "comparisons.csv", "toolformer.asdiv.gpt-j-6b", "role", "headline"),
        ["data/comparisons.csv", "field role", "one headline an enhancement"],
    ),
    "a category that is none": (
        lambda d: cell(d / "enhancements.csv", "toolformer", "category", "tools"),
        ["data/enhancements.csv", "field category", "one of tool use · prompting"],
    ),
    "a source that is not in the bibliography": (
        lambda d: rewrite(d / "references.bib", "{schick2023toolformer,", "{schick2023,"),
        ["data/sources.csv", '"schick2023toolformer"', 'did you mean "schick2023"?'],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BREAKS)
def test_what_is_wrong_is_said(small, small_states, tmp_path, name):
    spoil, words = BREAKS[name]
    data = filled(tmp_path / "data", small)
    spoil(data)
    before = digest(data)
    said = "\n".join(
        map(str, check.check(data, small_states))
    )  # as a build asks, which knows what was right before
    for word in words:
        assert word in said
    assert digest(data) == before


@pytest.mark.slow  # it validates every table each time
@pytest.mark.parametrize("name", sampled(BREAKS, ["an unknown model", "a second headline"]))
def test_the_command_says_what_is_wrong(data, right, name):
    spoil, words = BREAKS[name]
    spoil(data)
    before = digest(data)
    done = CliRunner().invoke(app, ["check", str(data)])
    assert done.exit_code == 1
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr
    assert digest(data) == before
    again = check.check(data, right)
    assert [str(p) in done.stderr for p in again] == [True] * done.stderr.count("; fix: ")


def test_only_tables_that_changed_or_name_keys_that_did_are_in_another_state(small, tmp_path):
    data = filled(tmp_path / "data", small)

    def moved(spoil) -> set[str]:
        spoil(data)
        now = check.states(data)
        filled(data, small)
        return {table for table, state in check.states(data).items() if now[table] != state}

    assert moved(lambda d: None) == set()
    assert moved(lambda d: cell(d / "results.csv", RESULT, "score", "41")) == {"results"}
    assert moved(lambda d: rewrite(d / "results.csv", RESULT, RESULT + "x")) == {"results", "comparisons"}
    assert moved(lambda d: rewrite(d / "assumptions.yml", "value", "worth")) == set()
    everything = set(check.states(data))
    assert moved(lambda d: rewrite(d / "datapackage.json", "{", "{ ")) == everything


@pytest.mark.slow
def test_nothing_is_estimated_from_wrong_data(small, tmp_path):
    data = filled(tmp_path / "data", small)
    cell(data / "results.csv", RESULT, "score", "forty")
    done = CliRunner().invoke(app, ["estimate", "toolformer", "--data", str(data), "--format", "json"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert 'found "forty"' in done.stderr


def test_all_problems_are_said_at_once(small, small_states, tmp_path):
    data = filled(tmp_path / "data", small)
    cell(data / "results.csv", RESULT, "score", "forty")
    cell(data / "models.csv", "GPT-J 6B", "training_flop", "-1")
    rewrite(data / "assumptions.yml", "value: 1.0", "value: 9.0")
    found = [p.file for p in check.check(data, small_states)]
    assert found == ["data/models.csv", "data/results.csv", "data/assumptions.yml"]


def test_control_characters_are_refused(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    path = tmp_path / "data/models.csv"
    path.write_bytes(path.read_bytes().replace(b"GPT-J 6B,", b"GPT-J\x00 6B,", 1))
    (problem,) = check.check(tmp_path / "data")
    assert (problem.file, problem.row, problem.found) == ("data/models.csv", 10, "the character U+0000")


def test_a_table_that_may_not_be_read_is_said(small, tmp_path, monkeypatch):
    data = filled(tmp_path / "data", small)
    read = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "models.csv":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert "models" not in check.states(data)
    assert checked(data)
    (problem,) = check.check(data)
    assert (problem.file, problem.found) == ("data/models.csv", "Permission denied")
