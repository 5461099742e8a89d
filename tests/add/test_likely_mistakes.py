"""Files and options as people get them wrong: one message, exit code 1, nothing written."""

import errno
import os
import pathlib
import stat

import pytest
from places import DATA, TESTS
from typer.testing import CliRunner

from ceg.cli.main import app

OPTIONS = [
    "--id", "flagged", "--name", "Flagged", "--category", "data", "--year", "2025",
    "--description", "By options.", "--source", "zeng2025simplerlzoo", "--locator", "README",
    "--provenance", "verified", "--reason", "its only one",
]  # fmt: skip
ON = ["--benchmark", "math-500.simplerl"]
ARMS = ["--variant", "new", "--enhanced", "Qwen2.5 1.5B:59.0", "--baseline", "Qwen2.5 7B:64.6"]
CSV = "arm,model,variant,score\nenhanced,Qwen2.5 1.5B,new,59.0\nbaseline,Qwen2.5 7B,base,64.6\n"


def refused(data, *arguments: object) -> str:
    """What is said, once it is known that nothing was written."""
    before = {p.name: p.read_bytes() for p in data.iterdir()}
    done = CliRunner().invoke(app, ["add", *map(str, arguments), "--data", str(data)])
    assert done.exit_code == 1, done.exception
    assert {p.name: p.read_bytes() for p in data.iterdir()} == before
    assert done.stdout == "" and "allowed: " in done.stderr and "fix: " in done.stderr
    return done.stderr


@pytest.mark.slow
def test_a_fraction_among_percents_is_pointed_out(data):
    arguments = [*OPTIONS, *ON, "--variant", "new", "--enhanced", "Qwen2.5 1.5B:0.59", *ARMS[4:]]
    done = CliRunner().invoke(app, ["add", *arguments, "--dry-run", "--data", str(data)])
    assert done.exit_code == 0, done.stderr
    assert "look again: 0.59 counts as less than one of 100" in done.stdout


@pytest.mark.slow
def test_a_benchmark_without_a_chance_is_reported_like_any_other():
    case = TESTS / "add/cases/as-printed.yml"
    done = CliRunner().invoke(app, ["add", str(case), "--dry-run", "--data", str(DATA)])
    assert done.exit_code == 0, done.exception or done.stderr
    assert done.stdout.startswith("would add ten") and "look again" not in done.stdout


LATER = pytest.mark.slow
"""What is said only after the tables have been validated."""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param([*OPTIONS, *ARMS], "field scores.benchmark: found nothing", marks=LATER),
        pytest.param([*OPTIONS, *ON, *ARMS[2:]], "field scores.variant: found nothing", marks=LATER),
        pytest.param([*OPTIONS, *ON], "the options", marks=LATER),
        pytest.param(
            [*OPTIONS, *ON, *ARMS, "--source", " "], "field enhancement.source: found nothing", marks=LATER
        ),
        pytest.param([*OPTIONS, *ON, *ARMS[:4]], "found no baseline", marks=LATER),
        ([*OPTIONS, *ON, *ARMS, "--compute", "=1e22"], 'found "=1e22"; allowed: MODEL=FLOP'),
        ([*OPTIONS, *ON, *ARMS, "--compute", "Qwen2.5 7B="], "MODEL=FLOP"),
        ([*OPTIONS, *ON, *ARMS, "--compute", " = "], "MODEL=FLOP"),
        ([*OPTIONS, *ON, *ARMS, "--baseline", ":64.6"], 'found ":64.6"; allowed: MODEL:SCORE'),
        ([*OPTIONS, *ON, *ARMS, "--baseline", ""], "--baseline: found nothing"),
    ],
)
def test_options(data, arguments, words):
    assert words in refused(data, *arguments)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(CSV, "line 2, field scores.benchmark: found nothing", marks=LATER),
        pytest.param(CSV.replace(",new,", ",,"), "line 2, field scores.variant: found nothing", marks=LATER),
        pytest.param(CSV.replace("new", "n" * 20_000), "found 20,000 characters", marks=LATER),
        pytest.param(CSV.replace("new", "n" * 200_000), ", line 2", marks=LATER),
        (CSV.replace("new", '"new'), "unexpected end of data"),
        (CSV.replace("new", "new,er"), "line 2: found 5 cells; allowed: 4 cells"),
        (CSV.replace("variant", "model", 1), 'field model: found "model" a second time'),
        (CSV.replace("enhanced", "better"), 'line 2, field arm: found "better"'),
        (CSV.partition("\n")[0] + "\n", "found no rows"),
        ("", "no column arm"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "UTF-8"),
    ],
)
def test_a_csv(data, content, words):
    path = data.parent / "scores.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = refused(data, path, *OPTIONS)
    assert words in said and "scores.csv" in said


@pytest.mark.parametrize("name", ["mine.yml", "scores.csv", "entry.bib"])
@pytest.mark.parametrize(
    "kind", ["folder", "pipe", "socket", "binary", "unreadable", "broken link", "no such"]
)
def test_what_is_no_text_file_is_refused_at_once(data, kind, name, monkeypatch):
    path = data.parent / name
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "socket":
            os.mknod(path, stat.S_IFSOCK | 0o600)
        case "binary":
            path.write_bytes(bytes(range(256)))
        case "unreadable":
            path.write_text("enhancement: {}")
            read = pathlib.Path.read_bytes

            def refuse(asked):  # whoever runs the tests: root may read every file
                if asked == path:
                    raise PermissionError(errno.EACCES, "Permission denied", str(asked))
                return read(asked)

            monkeypatch.setattr(pathlib.Path, "read_bytes", refuse)
        case "broken link":
            path.symlink_to(data.parent / "nowhere")
    given = [*ON, *ARMS, "--bibtex", path] if name == "entry.bib" else [path]
    said = refused(data, *given, *(o.replace("zeng2025simplerlzoo", "new2025") for o in OPTIONS))
    assert name in said


@pytest.mark.slow
def test_empty_files(data):
    path = data.parent / "mine.yml"
    path.write_bytes(b"")
    assert "mine.yml: found nothing" in refused(data, path)
    (data.parent / "entry.bib").write_bytes(b"")
    options = [o.replace("zeng2025simplerlzoo", "new2025") for o in OPTIONS]
    said = refused(data, *options, *ON, *ARMS, "--bibtex", data.parent / "entry.bib")
    assert "field sources.bibtex: found nothing; allowed: one BibTeX entry" in said


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["benchmark", "variant", "model", "score", "source"])
def test_a_score_without_one_of_its_fields(data, missing):
    fields = {"benchmark": "math-500.simplerl", "variant": "new", "model": "Qwen2.5 1.5B", "score": "59.0"}
    fields |= {"source": "zeng2025simplerlzoo", "locator": "README", "provenance": "verified"}
    base = fields | {"variant": "plain", "model": "Qwen2.5 7B", "score": "64.6"}
    del fields[missing]
    text = (
        "enhancement: {id: trial, name: Trial, category: data, year: 2024, description: A test.,\n"
        "  source: zeng2025simplerlzoo}\n"
        "scores:\n"
        + "".join(f"  - {{{', '.join(f'{k}: {v}' for k, v in f.items())}}}\n" for f in (fields, base))
    )
    text += (
        "comparisons:\n"
        "  - {benchmark: math-500.simplerl, model: Qwen2.5 1.5B, enhanced: new, baseline: plain,\n"
        "     role: headline, headline_reason: its only one}\n"
    )
    path = data.parent / "mine.yml"
    path.write_text(text)
    assert f"mine.yml, line 4, field scores.{missing}: found nothing" in refused(data, path)


@pytest.mark.slow
def test_what_is_wrong_with_the_data_is_not_said_of_the_file(data):
    path = data / "costs.csv"
    path.write_text(path.read_text() + path.read_text().splitlines()[-1] + "\n")
    said = refused(data, TESTS.parent / "examples/simplerl-zoo.yml")
    assert "data/costs.csv, line" in said and "simplerl-zoo" not in said


@pytest.mark.slow
def test_a_row_of_the_data_without_what_it_must_have_is_said_and_no_more(data):
    path = data / "results.csv"
    first, *rows = path.read_text().splitlines()
    cells = rows[0].split(",")
    cells[first.split(",").index("benchmark")] = ""
    path.write_text("\n".join([first, ",".join(cells), *rows[1:]]) + "\n")
    said = refused(data, TESTS.parent / "examples/simplerl-zoo.yml")
    assert "data/results.csv, line 2, field benchmark: found nothing" in said and "simplerl-zoo" not in said


@pytest.mark.slow
def test_a_csv_on_a_new_benchmark_becomes_a_file_to_complete(data):
    path = data.parent / "scores.csv"
    path.write_text(CSV)
    said = refused(data, path, *OPTIONS, "--benchmark", "new-benchmark")
    assert said.count('found the benchmark "new-benchmark"') == 1
    text = said.partition("ceg add:\n")[2].partition("problem")[0].rpartition("\n")[0]
    assert "score: 59.0" in text and "benchmark: new-benchmark" in text and "enhancement:" in text
