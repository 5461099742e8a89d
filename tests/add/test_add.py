"""Enhancements added as data: what is refused, what is written, that it is all or nothing, and that it can
be undone.
"""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from places import ROOT
from recorded import recorded, run_again
from tiers import sampled
from typer.testing import CliRunner

from ceg.add import csv_and_bibtex, draft_file, write
from ceg.analysis import analysis
from ceg.cli.main import app
from ceg.evidence import check
from ceg.evidence import tables as evidence
from ceg.evidence.problems import InputError
from ceg.survey import survey

EXAMPLE = ROOT / "examples/simplerl-zoo.yml"

NEW = """
enhancement: {id: trial, name: Trial, category: prompting, year: 2024, description: A test.,
  source: tester2024trial}
sources:
  - id: tester2024trial
    label: Tester 2024
    kind: paper
    bibtex: |
      @misc{tester2024trial,
        author = {Tester, T.},
        title = {{A trial}},
        year = {2024},
        url = {https://example.org/trial}
      }
benchmarks:
  - {id: trial-task, name: Trial task, metric: accuracy, domain: other, scale: proportion, unit: "%",
     higher_is_better: true, items: 1000, chance: 0, minimum: 0, maximum: 100,
     source: tester2024trial, locator: Table 1, provenance: verified}
models:
  - {id: Trial 1B, family: Trial, training_flop: 1e21, flop_method: reported, certainty: printed,
     source: tester2024trial, locator: Table 2, provenance: verified}
  - {id: Trial 10B, family: Trial, training_flop: 1e22, flop_method: reported, certainty: printed,
     source: tester2024trial, locator: Table 2, provenance: verified}
  - {id: Trial 100B, family: Trial, training_flop: 1e23, flop_method: reported, certainty: printed,
     source: tester2024trial, locator: Table 2, provenance: verified}
scores:
  - {benchmark: trial-task, variant: plain, source: tester2024trial, locator: Table 1, provenance: verified,
     of: {Trial 1B: 20.0, Trial 10B: 40.0, Trial 100B: 60.0}}
  - {benchmark: trial-task, variant: asked nicely, source: tester2024trial, locator: Table 1,
     provenance: verified, model: Trial 1B, score: 40.0}
costs:
  - {model: Trial 1B, variant: asked nicely, quantity: runtime_multiple, formula: after / before,
     inputs: {after: 300, before: 200},
     source: tester2024trial, locator: Section 3, provenance: estimated}
comparisons:
  - {benchmark: trial-task, model: Trial 1B, enhanced: asked nicely, baseline: plain,
     role: headline, headline_reason: its only one}
"""


def run(*arguments: object, answers: str | None = None):
    return CliRunner().invoke(app, list(map(str, arguments)), input=answers)


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def written(folder: Path, text: str, name: str = "mine.yml") -> Path:
    path = folder.parent / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.slow
def test_add_and_remove_are_inverse_for_what_the_data_half_knows(data):
    before = content(data)
    assert run("add", EXAMPLE, "--data", data, "--dry-run").exit_code == 0
    assert content(data) == before
    done = run("add", EXAMPLE, "--data", data)
    assert done.exit_code == 0, done.stderr
    assert "used as the data has them: 2 rows of sources.csv" in done.stdout
    after = content(data)
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"enhancements.csv", "comparisons.csv", "costs.csv"}
    assert all(
        after[name].startswith(before[name]) for name in changed
    )  # every row that was there is untouched
    assert check.check(data) == []
    assert run("remove", "simplerl-zoo", "--data", data).exit_code == 0
    assert content(data) == before
    assert sorted(p.name for p in data.parent.iterdir()) == ["data"]


def test_the_example_says_what_the_data_says():
    """The numbers of the example are the rows of the since-2023 collection in data/, one for one."""
    known = analysis.open(folder=ROOT / "data").evidence
    found = {(r.model, r.variant, r.benchmark): r.score.text for r in known.results.values()}
    scores = draft_file.read(EXAMPLE, ROOT / "data").of("scores")
    assert len(scores) == 18
    for s in scores:
        assert found[s.text("model"), s.text("variant"), s.text("benchmark")] == s.text("score")


@pytest.mark.slow
def test_everything_new_by_hand(data):
    before = content(data)
    done = run("add", written(data, NEW), "--data", data)
    assert done.exit_code == 0, done.stderr
    assert check.check(data) == []
    book = analysis.open(folder=data)
    estimate = book.headline("trial")
    assert estimate.status == "interpolated"
    assert estimate.ceg == pytest.approx(10)  # 40.0 at 1e21, as the family at 1e22
    assert (estimate.one_time_fraction, estimate.runtime_multiple) == (None, 1.5)
    assert [e.enhancement.enhancement for e in survey.shown(book)] == ["toolformer", "trial"]
    assert [e.enhancement.enhancement for e in survey.entries(book)] == ["toolformer"]
    assert survey.entries(book, in_survey=False) == []
    assert b"@misc{tester2024trial," in (data / "references.bib").read_bytes()
    assert run("remove", "trial", "--data", data).exit_code == 0
    assert content(data) == before


@pytest.mark.slow
def test_a_row_that_another_uses_stays(data):
    first, before = written(data, NEW), content(data)
    second = yaml.safe_load(NEW.replace("id: trial,", "id: other,").replace("asked nicely", "asked twice"))
    del second["sources"], second["benchmarks"], second["models"]
    second["scores"] = second["scores"][1:]
    second["comparisons"][0]["baseline"] = [
        f"trial.trial-task.trial-{n}.plain" for n in ("1b", "10b", "100b")
    ]
    assert run("add", first, "--data", data).exit_code == 0
    alone = content(data)
    assert run("add", written(data, yaml.safe_dump(second), "b.yml"), "--data", data).exit_code == 0
    assert run("remove", "other", "--data", data).exit_code == 0
    assert content(data) == alone
    assert run("add", data.parent / "b.yml", "--data", data).exit_code == 0
    assert run("remove", "trial", "--data", data).exit_code == 0
    assert check.check(data) == []
    assert "Trial 10B" in evidence.load(data).models
    assert analysis.open(folder=data).headline("other").ceg == pytest.approx(10)
    assert content(data) != before


def replaced(old: str, new: str) -> str:
    assert old in NEW
    return NEW.replace(old, new)


TITLE = "title = {{A trial}}"
URL = "https://example.org/trial"
BAD = {
    "no YAML": ("enhancement: {id: [", "YAML"),
    "empty file": ("", "enhancement"),
    "a list": ("- 1\n- 2\n", "a list"),
    "no enhancement": ("scores: []\n", "no enhancement"),
    "unknown part": (NEW + "score: []\n", 'did you mean "scores"?'),
    "unknown field": (replaced("year:", "yaer:"), 'did you mean "year"?'),
    "a field twice": (replaced("name: Trial,", "name: Trial, name: Trial,"), "a second time"),
    "unknown category": (replaced("category: prompting", "category: prompts"), "one of tool use · prompting"),
    "id with a space": (replaced("id: trial,", "id: my trial,"), "^[a-z0-9]"),
    "id with a capital": (replaced("id: trial,", "id: Trial,"), "^[a-z0-9]"),
    "no id": (replaced("id: trial,", "id: ,"), "not empty"),
    "id taken": (replaced("id: trial,", "id: toolformer,"), "fix: take another id; to add rows"),
    "no name": (replaced("name: Trial,", ""), "enhancement.name"),
    "year is a word": (replaced("year: 2024, d", "year: lately, d"), "a whole number"),
    "source missing": (
        replaced("source: tester2024trial}\nsources", "source: nobody2024}\nsources"),
        "a source of sources.csv",
    ),
    "source without entry": (re.sub(r"    bibtex: \|\n(      .*\n)+", "", NEW), "one BibTeX entry"),
    "broken BibTeX": (replaced(TITLE, "title = {{A trial"), "BibTeX entry"),
    "two BibTeX entries": (
        replaced("      }\nbench", "      }\n      @misc{b, title={B}, year={1}}\nbench"),
        "nothing else",
    ),
    "BibTeX without author": (replaced("        author = {Tester, T.},\n", ""), "without author"),
    "bad address": (replaced(URL, "javascript:alert(1)"), "http(s)://"),
    "no address": (replaced(f"        url = {{{URL}}}\n", ""), "without eprint, doi or url"),
    "score above the maximum": (replaced("Trial 10B: 40.0", "Trial 10B: 140"), "0 to 100 %"),
    "score is a word": (replaced("Trial 10B: 40.0", "Trial 10B: forty"), "a number"),
    "score is nan": (replaced("Trial 10B: 40.0", "Trial 10B: .nan"), "number"),
    "score is infinite": (replaced("Trial 10B: 40.0", "Trial 10B: inf"), "a finite number"),
    "score is a list": (replaced("Trial 10B: 40.0", "Trial 10B: [40.0]"), "one value"),
    "a score twice": (NEW.replace("comparisons:", "") + "x: 1", "one of enhancement"),
    "negative compute": (replaced("1e22", "-1e22"), "at least 1"),
    "no compute": (
        replaced("training_flop: 1e22, flop_method: reported, certainty: printed,\n     ", ""),
        "training compute of",
    ),
    "unknown model": (replaced("Trial 10B: 40.0", "Trail 10B: 40.0"), 'did you mean "Trial 10B"?'),
    "model without known compute": (replaced("Trial 10B: 40.0", "Gemini 2.0 Flash: 40.0"), "models.csv"),
    "no baseline": (replaced(", baseline: plain", ""), "no baseline"),
    "baseline misspelt": (replaced("baseline: plain", "baseline: plane"), 'did you mean "plain"?'),
    "baseline on another benchmark": (
        replaced("baseline: plain", "baseline: [zeng2025.gsm8k.simplerl.qwen2-5-7b.base]"),
        "trial-task",
    ),
    "baseline of another family": (
        re.sub("Trial 10(0?)B, family: Trial", r"Trial 10\1B, family: Other", NEW).replace(
            "Trial 1B: 20.0, ", ""
        ),
        "set cross_family to true",
    ),
    "enhanced score missing": (replaced("enhanced: asked nicely", "enhanced: asked"), "no scores of"),
    "bad grade": (
        replaced("locator: Table 1, provenance: verified,\n", "locator: Table 1, provenance: sure,\n"),
        "verified · readoff",
    ),
    "bad certainty": (
        replaced(
            "training_flop: 1e21, flop_method: reported, certainty: printed",
            "training_flop: 1e21, flop_method: reported, certainty: sure",
        ),
        "printed · 6nd",
    ),
    "formula that fails": (replaced("after / before", "after / befor"), "arithmetic"),
    "formula with a call": (replaced("after / before", "__import__('os').getcwd()"), "arithmetic"),
    "value is not the formula's": (replaced("formula:", "value: 3, formula:"), "the formula's result, 1.5"),
    "no headline reason": (replaced(", headline_reason: its only one", ""), "the reason for the headline"),
    "other compute than the data's": (
        NEW.replace("scores:\n", "  - {id: Qwen2.5 7B, family: Qwen2.5, training_flop: 1e24}\nscores:\n"),
        "8.219e+23",
    ),
    "a character that YAML forbids": (replaced("A test.", "A \x07test."), "the character U+0007"),
}


UNREADABLE = {
    "no YAML", "empty file", "a list", "no enhancement", "unknown part", "a score twice",
    "a character that YAML forbids",
}  # fmt: skip
"""What is refused before it is a draft; for the rest all tables are validated."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", sampled(BAD, {*UNREADABLE, "baseline misspelt", "formula that fails"}))
def test_bad_input_changes_nothing(data, kind):
    text, words = BAD[kind]
    before = content(data)
    done = run("add", written(data, text), "--data", data)
    assert done.exit_code == 1
    assert words in done.stderr
    assert "mine.yml" in done.stderr
    assert "allowed: " in done.stderr and "fix: " in done.stderr
    assert "Traceback" not in done.stderr and done.stdout == ""
    assert content(data) == before
    assert sorted(p.name for p in data.parent.iterdir()) == ["data", "mine.yml"]


@pytest.mark.slow
def test_messages_name_the_line_of_the_file(data):
    text = replaced("Trial 10B: 40.0", "Trial 10B: 140")
    done = run("add", written(data, text), "--data", data)
    line = next(n for n, words in enumerate(text.splitlines(), 1) if "Trial 10B: 140" in words)
    assert f"mine.yml, line {line}, field scores.score: found 140" in done.stderr


def test_files_that_cannot_be_read(data):
    assert "nowhere.yml: found no such file" in run("add", "nowhere.yml", "--data", data).stderr
    (data.parent / "latin.yml").write_bytes("name: Käse".encode("latin-1"))
    assert "UTF-8" in run("add", data.parent / "latin.yml", "--data", data).stderr
    assert run("add", EXAMPLE, "--data", data / "none").exit_code == 1


def test_what_the_book_came_with_is_not_removed(data):
    before = content(data)
    done = run("remove", "toolformer", "--data", data)
    assert done.exit_code == 1
    assert "part of the book's own evidence" in done.stderr
    assert 'did you mean "toolformer"?' in run("remove", "toolfromer", "--data", data).stderr
    assert content(data) == before


@pytest.mark.slow
def test_options_and_a_csv_do_the_same(data):
    base = [
        "--id", "flagged", "--name", "Flagged", "--category", "data", "--year", 2025,
        "--description", "By options.", "--source", "zeng2025simplerlzoo", "--benchmark", "math-500.simplerl",
        "--locator", "README", "--provenance", "verified", "--reason", "its only one", "--one-time", "0.0003",
        "--data", data,
    ]  # fmt: skip
    pairs = {"Qwen2.5 0.5B": "15.8", "Qwen2.5 1.5B": "29.6", "Qwen2.5 7B": "64.6"}
    enhanced = ("Qwen2.5 1.5B", "59.0")
    before = content(data)
    options = ["--variant", "SimpleRL-Zoo (GRPO on 8K problems)", "--enhanced", ":".join(enhanced)]
    options += [o for pair in pairs.items() for o in ("--baseline", ":".join(pair))]
    done = run("add", *base, *options)
    assert done.exit_code == 0, done.stderr
    by_options = content(data)
    assert analysis.open(folder=data).headline("flagged").one_time_fraction == 0.0003
    run("remove", "flagged", "--data", data)
    assert content(data) == before
    rows = [
        ("enhanced", enhanced[0], "SimpleRL-Zoo (GRPO on 8K problems)", enhanced[1]),
        *(("baseline", m, "base", s) for m, s in pairs.items()),
    ]
    path = data.parent / "scores.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("arm", "model", "variant", "score"), *rows])
    assert run("add", path, *base).exit_code == 0
    assert content(data) == by_options
    run("remove", "flagged", "--data", data)
    path.write_text(path.read_text().replace("enhanced,", "enhenced,").replace("score", "scor", 1))
    done = run("add", path, *base)
    assert (
        done.exit_code == 1
        and "scores.csv, line 1, field scor" in done.stderr
        and "no column score" in done.stderr
    )
    assert content(data) == before


@pytest.mark.slow
def test_it_asks(data):
    answers = [
        "My id!", "asked", "Asked", "tricks", "prompting", "2025", "By answers.", "zeng2025simplerlzoo",
        "README", "verified", "math-500.simplerl", "SimpleRL-Zoo (GRPO on 8K problems)",
        "Qwen2.5-1.5B", "n/a", "59.0", "base", "Qwen2.5 0.5B", "15.8", "y", "Qwen2.5 7B", "64.6", "n",
        "its only one", "0.0003", "",
    ]  # fmt: skip
    before = content(data)
    done = run("add", "--data", data, answers="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.stderr
    assert (
        "must match" in done.output
        and "one of tool use" in done.output
        and "a number, such as" in done.output
    )
    assert analysis.open(folder=data).headline("asked").enhancement == "asked"
    run("remove", "asked", "--data", data)
    assert content(data) == before
    assert run("add", "--data", data, answers="half\nway\n").exit_code == 1
    assert content(data) == before


@pytest.mark.slow
def test_answers_that_are_refused_are_not_lost(data):
    answers = [
        "asked", "Asked", "prompting", "2025", "By answers.", "zeng2025simplerlzoo", "README", "verified",
        "math-500.simplerl", "new trick", "Qwen2.5 1.5B", "590", "base", "Qwen2.5 7B", "64.6", "n",
        "its only one", "", "",
    ]  # fmt: skip
    done = run("add", "--data", data, answers="\n".join(answers) + "\n")
    assert done.exit_code == 1 and "0 to 100" in done.stderr
    kept = re.split(r"\n\d+ problem", done.stderr.partition("ceg add:\n")[2])[0]
    text = kept.replace("590", "59.9")
    assert run("add", written(data, text), "--data", data).exit_code == 0


INTERRUPT = """
import os, shutil, sys
from pathlib import Path
from ceg.add import write
EVENTS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir",
          "shutil.copytree", "shutil.rmtree", "ctypes.dlsym")
folder, exchange = Path(sys.argv[1]), sys.argv[2] == "exchange"
if not exchange:
    write._exchange = lambda a, b: False
state = lambda f: {p.name: p.read_bytes() for p in f.iterdir()}
before = state(folder)
after = {name: content + b"x" for name, content in before.items() if name != "c"}
steps = 0
while True:
    child = os.fork()
    if child == 0:
        seen = -1
        def stop(event, arguments):
            global seen
            if event in EVENTS:
                seen += 1
                if seen == steps:
                    os._exit(9)
        with write.alone(folder):
            sys.addaudithook(stop)
            write.replace_files(folder, before, after)
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if not exchange and not folder.exists():
        with write.alone(folder):  # what the next command does
            pass
    found = state(folder)
    assert found in (before, before | after), (steps, found)
    if ended == 0:
        assert found == before | after
        break
    assert ended == 9, ended
    if found != before:
        for name, content in before.items():
            (folder / name).write_bytes(content)
    with write.alone(folder):
        pass
    assert sorted(p.name for p in folder.parent.iterdir()) == [folder.name]
    steps += 1
print(steps)
"""


@pytest.mark.slow
@pytest.mark.parametrize("way", ["exchange", "renames"])
def test_stopped_at_any_step_the_folder_is_as_before_or_complete(tmp_path, way):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in "abc":
        (folder / name).write_text(name)
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPT, folder, way], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 15


KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from ceg.add import draft_file, write
folder, file = Path(sys.argv[1]), Path(sys.argv[2])
state = lambda: {p.name: p.read_bytes() for p in folder.iterdir()}
draft = draft_file.read(file, folder)
ways = {"add": lambda: write.add(draft, folder), "remove": lambda: write.remove("trial", folder)}
way, other = (ways[w] for w in (sys.argv[3], {"add": "remove", "remove": "add"}[sys.argv[3]]))
if sys.argv[3] == "remove":
    other()
before = state()
for _ in range(2):  # the second time nothing is imported
    began = time.monotonic()
    way()
    took, after = time.monotonic() - began, state()
    other()
    assert state() == before
rng, kills = random.Random(1), 0
for _ in range(20):
    child = os.fork()
    if child == 0:
        way()
        os._exit(0)
    time.sleep(rng.uniform(0.2, 1.0) * took)
    os.kill(child, signal.SIGKILL)
    kills += os.waitpid(child, 0)[1] != 0
    write.put_back(folder)
    assert state() in (before, after)
    if state() == after:
        other()
    else:
        with write.alone(folder):
            pass
    assert sorted(p.name for p in folder.parent.iterdir()) == ["data", "mine.yml"]
    assert state() == before
print(kills)
"""


@pytest.mark.verify
@pytest.mark.parametrize("command", ["add", "remove"])
def test_killed_twenty_times_the_data_is_as_before_or_complete(data, command):
    arguments = [data, written(data, NEW), command]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 3


def test_a_folder_that_an_interrupted_change_put_aside_is_found(tmp_path, monkeypatch):
    (tmp_path / ".data-old").mkdir()
    (tmp_path / ".data-old" / "datapackage.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"rename \.data-old to data"):  # reading never writes
        evidence.find_data()
    assert run("remove", "nothing").exit_code == 1
    assert (tmp_path / "data").is_dir() and not (tmp_path / ".data-old").exists()


@pytest.mark.slow
def test_one_at_a_time_and_no_edit_is_lost(data, monkeypatch):
    with write.alone(data):
        done = run("add", EXAMPLE, "--data", data)
    assert done.exit_code == 1 and "another ceg add or remove" in done.stderr
    original = write.check_with

    def edited_meanwhile(folder, files):
        found = original(folder, files)
        (data / "costs.csv").write_bytes((data / "costs.csv").read_bytes() + b"\n")
        return found

    monkeypatch.setattr(write, "check_with", edited_meanwhile)
    done = run("add", EXAMPLE, "--data", data)
    assert done.exit_code == 1 and "a change made meanwhile" in done.stderr
    assert "simplerl-zoo" not in (data / "enhancements.csv").read_text()


@pytest.mark.slow
def test_no_room_to_write_is_said(data, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    before = content(data)
    monkeypatch.setattr(write.os, "fsync", full)
    done = run("add", EXAMPLE, "--data", data)
    assert done.exit_code == 1 and "No space left on device" in done.stderr
    assert content(data) == before
    assert sorted(p.name for p in data.parent.iterdir()) == ["data"]


def test_the_example_is_printed(data):
    assert run("add", "--example").stdout == EXAMPLE.read_text(encoding="utf-8")
    assert "no such file" in run("add", "--example", "--data", data).stderr


def test_line_ends_and_quotes_stay_as_they_are():
    crlf = b'a,b\r\n1,"x, y"\r\n'
    more = csv_and_bibtex.appended(crlf, [{"a": "2", "b": 'say "z"'}])
    assert more == crlf + b'2,"say ""z"""\r\n'
    assert csv_and_bibtex.without(more, lambda r: r["a"] == "2") == crlf
    two_lines = b'a,b\n1,"x\ny"\n2,z\n'
    assert csv_and_bibtex.without(two_lines, lambda r: r["a"] == "1") == b"a,b\n2,z\n"


@pytest.mark.slow
def test_pages_that_show_it_are_executed_again_and_no_others(data):
    groups = ["shown", "added", "survey", ["toolformer"]]
    codes = [f"import ceg\nlen(ceg.open(enhancements={g!r}).evidence.enhancements)" for g in groups]
    pages = dict(zip(map(str, groups), recorded(*codes, folder=data.parent), strict=True))
    assert run("add", EXAMPLE, "--data", data).exit_code == 0
    assert run_again(pages, data.parent) == {
        g: {f'rows of enhancements for {{"enhancements": "{g}"}}'} for g in ("shown", "added")
    }
    there = f"{codes[0]}\nfrom ceg.survey import survey\nsurvey.entry(ceg.open(), 'simplerl-zoo')"
    (shown,) = recorded(there, folder=data.parent)
    assert run("remove", "simplerl-zoo", "--data", data).exit_code == 0
    assert run_again(pages, data.parent) == {}
    assert "entry simplerl-zoo" in run_again({"shown": shown}, data.parent)["shown"]


@pytest.mark.slow
def test_a_preview_depends_on_its_file_and_the_rows_it_shows(data):
    (data.parent / "mine.yml").write_text(NEW)
    page = 'from ceg.add import write\nbook = write.preview("mine.yml")\nlist(book.evidence.enhancements)'
    (first,) = recorded(page, folder=data.parent)
    enhancements = 'rows of enhancements for {"enhancements": "shown", "preview": "mine.yml"}'
    assert {"file mine.yml", enhancements} <= set(first.own) and run_again({"page": first}, data.parent) == {}
    assert "file data/references.bib" not in first.own
    (data.parent / "mine.yml").write_text(NEW.replace("60.0", "61.0"))
    assert run_again({"page": first}, data.parent) == {"page": {"file mine.yml"}}
    assert write.preview("mine.yml", data).headline("trial").ceg == pytest.approx(10)
    before = content(data)
    assert run("add", data.parent / "mine.yml", "--data", data).exit_code == 0
    assert write.preview("mine.yml", data).headline("trial").ceg == pytest.approx(10)  # now the data's own
    assert content(data) != before


@pytest.mark.slow
def test_table_2_and_figure_2_show_it_and_the_totals_do_not():
    from ceg.exhibits import gains_against_costs, tables

    plain = analysis.open(folder=ROOT / "data", enhancements="shown")
    book = write.preview("examples/simplerl-zoo.yml", ROOT / "data")
    old, new = (tables.results(b, name="t", caption="", sections={"3.1": "x.md"}).rows for b in (plain, book))
    if not any(e.added for e in plain.evidence.enhancements.values()):
        assert new[: len(old)] == old
        assert [r[0] for r in new[len(old) :]] == [
            r"**Added here, not in the survey**",
            r"[SimpleRL\-Zoo](#profile-simplerl-zoo)",
        ]
    figure = gains_against_costs.gains_against_costs(book, name="f", caption="")
    assert "simplerl-zoo" in [r[0] for r in figure.rows]
    assert "SimpleRL-Zoo (added)" in json.dumps(figure.spec)
    assert survey.entries(book) == survey.entries(plain)


def cells(chapter: str) -> list[str]:
    import jupytext  # two seconds, which what runs after each edit does without

    return [c.source for c in jupytext.read(ROOT / chapter).cells if c.cell_type == "code"]


@pytest.mark.verify
def test_the_whole_book_with_it_and_without_it_again(tmp_path):
    """Added, it is in Table 2, in Figure 2, in the contents; removed, every page is as before, to the
    byte.
    """
    book = tmp_path / "book"
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        if not name.startswith("tests/"):
            (book / name).parent.mkdir(parents=True, exist_ok=True)
            (book / name).write_bytes((ROOT / name).read_bytes())

    def built() -> dict[str, str]:
        environment = os.environ | {"PYTHONPATH": str(book / "src")}
        jupyter_book = Path(sys.executable).parent / "jupyter-book"
        done = subprocess.run(
            [jupyter_book, "build", "."],
            cwd=book,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        site = book / "_build" / "html"
        return {p.relative_to(site).as_posix(): p.read_text(encoding="utf-8") for p in site.rglob("*.html")}

    before = built()
    assert "SimpleRL-Zoo" not in before["book/paper/01-executive-summary.html"]
    assert run("add", EXAMPLE, "--data", book / "data").exit_code == 0
    after = built()
    summary = after["book/paper/01-executive-summary.html"]
    assert 'href="../enhancements/simplerl-zoo.html' in summary and "SimpleRL-Zoo (added)" in summary
    page = after["book/enhancements/simplerl-zoo.html"]
    assert "<h1>SimpleRL-Zoo" in page and "Every comparison of SimpleRL-Zoo" in page
    assert "enhancements/simplerl-zoo.html" in after["book/index.html"]  # the contents
    assert "simplerl-zoo" in (book / "_build/html/searchindex.js").read_text(encoding="utf-8")
    assert run("remove", "simplerl-zoo", "--data", book / "data").exit_code == 0
    assert built() == before
