"""Whatever a person does to a file or types behind a command: a result, or a message that names the place."""

import random
import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from places import TESTS
from small_data import filled
from typer.testing import CliRunner

from ceg.add import csv_and_bibtex
from ceg.cli import estimate, shared
from ceg.cli.main import app
from ceg.evidence import assumptions, check, tables
from ceg.multiverse import summary

LIMIT = 30
"""Seconds that a command may take on a busy machine."""

TIERS = [pytest.param(1, marks=pytest.mark.slow), pytest.param(10, marks=pytest.mark.verify)]
"""How many times the examples of the default run."""

ODD = [
    "", " ", "0", "-1", "1.5", "-0.0", "nan", "inf", "1e999", "1e-999", "9" * 400, "1,5", "1_000", "1e22",
    "12%", "²", "٣", "é", "\u2028", "\ufeff", "\x00", "\x07", "\r", "\n", '"', "'", '"a', "a,b", "a;b", "|",
    "=1+1", "true", "True", "null", "None", "~", "[]", "{}", "{a: b}", "- a", "&a", "*a",
   
    "!!python/name:os.system", "<<", "%", "\\", "{", "}", "@misc{", "#", "toolformer", "GPT-J 6B",
    "../../x", "a" * 20_000, "a" * 200_000, "[" * 500, "2024-13-45",
    "0x1F", "1:30", "--", "-", "=", ":", "a=b",
    "GPT-J 6B:40", "GPT-J 6B=1e22",
]  # fmt: skip

COMMANDS = [
    ["check"],
    ["estimate", "--draws", "0"],
    ["estimate", "--draws", "10", "--format", "csv"],
    ["compare", "--format", "json"],
    ["explain", "toolformer.lama-squad.gpt-j-6b"],
    ["whatif", "--set", "transform=linear"],
    ["buffer"],
    ["multiverse", "--workers", "1"],
    ["remove", "toolformer"],
    ["add", str(TESTS.parent / "examples/simplerl-zoo.yml"), "--dry-run"],
]
"""What is called on a folder in which one file is not as it should be."""


class Folder:
    """A small data folder, as it is and with one file changed."""

    def __init__(self, path: Path, files: dict[str, bytes]) -> None:
        self.path, self.files = filled(path, files), files

    def state(self) -> dict[str, bytes]:
        """The files by name; what does not stand beside the folder does not stand in it either."""
        assert [p.name for p in self.path.parent.iterdir() if p.name.startswith(".")] == []
        return {p.name: p.read_bytes() for p in self.path.iterdir()}

    def run(self, *arguments: str, names: str = "", answers: str = "", **environ: str) -> int:
        """Run a command, and hold what it does and says to what must hold of every command."""
        began = time.monotonic()
        for kept in (tables.forget, summary._session.cache_clear, summary._digest.cache_clear):
            kept()
        given = [*arguments, *(["--data", str(self.path)] if arguments[0] not in ("check", "gain") else [])]
        if arguments[0] == "check":
            given.append(str(self.path))
        done = CliRunner().invoke(app, given, env=environ, input=answers)
        assert time.monotonic() - began < LIMIT
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code in (0, 1, 2), done.stderr
        assert "Traceback" not in done.stderr
        if done.exit_code == 1 and names:
            assert names in done.stderr and "allowed: " in done.stderr and "fix: " in done.stderr
        return done.exit_code


@pytest.fixture(scope="module")
def folder(small, small_states, tmp_path_factory):
    """What is as it was in the small data is not validated again; no setting of this terminal holds."""
    whole = check.check
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((check, "check"), (estimate, "check_folder"), (shared, "check_folder")):
            patch.setattr(module, name, lambda folder: whole(folder, small_states))
        patch.delenv(assumptions.VARIABLE, raising=False)
        few = dict(small)
        for key in set(re.findall(rb"^@\w+\{([^,]+),", few["references.bib"], flags=re.MULTILINE)):
            if key + b"," not in few["sources.csv"]:
                few["references.bib"] = csv_and_bibtex.without_entry(few["references.bib"], key.decode())
        yield Folder(tmp_path_factory.mktemp("fuzz") / "data", few)


def repeated(examples: int, *strategies):
    """Hold for so many examples, the same in every run."""
    quiet = settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],  # a seed has no simpler form
        suppress_health_check=list(HealthCheck),
    )
    return lambda test: quiet(given(*strategies)(test))()


def mutated(content: bytes, seed: int, odd: str) -> bytes:
    """A file as a person, an editor or a broken transfer might leave it."""
    rng = random.Random(seed)
    lines = content.decode().splitlines(keepends=True) or [""]
    at, cut = rng.randrange(len(lines)), rng.randrange(len(content) + 1)

    def in_place(sign: str) -> bytes:
        """One value, between two such signs in a line, as something else."""
        cells = lines[at].rstrip("\n").split(sign)
        cells[rng.randrange(len(cells))] = odd
        return "".join([*lines[:at], sign.join(cells) + "\n", *lines[at + 1 :]]).encode()

    ways = [
        *[lambda: in_place(",")] * 6,
        *[lambda: in_place(" ")] * 3,
        lambda: in_place(": "),
        lambda: content[:cut] + odd.encode() + content[cut:],
        lambda: content[:cut],
        lambda: content[:cut] + content[cut + rng.randrange(1, 40) :],
        lambda: content[:cut] + bytes([rng.randrange(256)]) + content[cut + 1 :],
        lambda: "".join(lines[:at] + lines[at + 1 :]).encode(),
        lambda: "".join([*lines[: at + 1], *lines[at:]]).encode(),
        lambda: "".join([*lines[:at], "\n", *lines[at:]]).encode(),
        lambda: "".join(rng.sample(lines, len(lines))).encode(),
        lambda: content.replace(b"\n", b"\r\n"),
        lambda: content.replace(b",", b";"),
        lambda: content.decode().encode("utf-16"),
        lambda: b"\xef\xbb\xbf" + content,
        lambda: odd.encode(),
    ]
    return rng.choice(ways)()


@pytest.mark.parametrize("tier", TIERS)
def test_every_file_of_the_data(folder, tier):
    names = sorted(n for n in folder.files if n != "README.md")
    seeds, commands = st.integers(0, 10**9), st.sampled_from(COMMANDS)
    said_of = {"remove": "", "explain": "", "add": "."}

    @repeated(122 * tier, st.sampled_from(names), seeds, st.sampled_from(ODD), commands)
    def each(name: str, seed: int, odd: str, command: list[str]) -> None:
        content = mutated(folder.files[name], seed, odd)
        (folder.path / name).write_bytes(content)
        try:
            # a changed row may be refused for what another file says of it; a file to add, for what it finds
            folder.run(*command, names=said_of.get(command[0], "data"))
            assert folder.state() == folder.files | {name: content}
        finally:
            (folder.path / name).write_bytes(folder.files[name])


YAML = (TESTS.parent / "examples/simplerl-zoo.yml").read_bytes()
CSV = b"arm,model,variant,score\nenhanced,Qwen2.5 1.5B,new,59.0\nbaseline,Qwen2.5 7B,base,64.6\n"
OPTIONS = {
    "--id": "flagged", "--name": "Flagged", "--category": "data", "--year": "2025",
    "--description": "By options.", "--source": "zeng2025simplerlzoo", "--benchmark": "math-500.simplerl",
    "--locator": "README", "--provenance": "verified", "--reason": "its only one", "--variant": "new",
    "--enhanced": "Qwen2.5 1.5B:59.0",
    "--baseline": "Qwen2.5 7B:64.6", "--baseline-variant": "base", "--one-time": "0.01", "--runtime": "2",
    "--compute": "New 1B=1e22", "--family": "New", "--certainty": "printed", "--label": "New 2025",
    "--kind": "paper",
}  # fmt: skip


def taken_out(folder: Folder, code: int, id: str) -> None:
    """What was refused changed nothing; what was added can be taken out again."""
    if code == 0:
        assert folder.state() != folder.files
        assert folder.run("remove", id) == 0
    assert folder.state() == folder.files


@pytest.mark.parametrize("tier", TIERS)
def test_every_file_that_is_added(folder, tier):
    seeds, odds = st.integers(0, 10**9), st.sampled_from(ODD)

    @repeated(30 * tier, st.sampled_from([("mine.yml", YAML), ("scores.csv", CSV)]), seeds, odds)
    def each(file: tuple[str, bytes], seed: int, odd: str) -> None:
        name, content = file
        path = folder.path.parent / name
        path.write_bytes(mutated(content, seed, odd))
        shared_options = [x for o in list(OPTIONS.items())[:10] for x in o] if name.endswith("csv") else []
        try:
            code = folder.run("add", str(path), *shared_options, names=name)
            added = {*tables.load(folder.path).enhancements} - {"toolformer"}
            taken_out(folder, code, next(iter(added), ""))
        finally:
            path.unlink()
            filled(folder.path, folder.files)


@pytest.mark.parametrize("tier", TIERS)
def test_every_option_of_add(folder, tier):
    @repeated(
        20 * tier, st.sampled_from(sorted(OPTIONS)), st.sampled_from([o for o in ODD if "\x00" not in o])
    )
    def each(option: str, odd: str) -> None:
        given = [x for o in (OPTIONS | {option: odd}).items() for x in o]
        code = folder.run("add", *given)
        added = {*tables.load(folder.path).enhancements} - {"toolformer"}
        try:
            taken_out(folder, code, next(iter(added), ""))
        finally:
            filled(folder.path, folder.files)


KEYED = [f"{key}{sign}" for key in (*assumptions.KEYS, "", "x") for sign in ("=", "", " = ")]


@pytest.mark.parametrize("tier", TIERS)
def test_every_setting(folder, tier):
    odds = st.sampled_from(
        [o for o in ODD if "\x00" not in o and len(o) < 1000] + ["low", "6nd", "linear", "2"]
    )

    @repeated(20 * tier, st.sampled_from(KEYED), odds, st.booleans(), st.sampled_from(COMMANDS[1:7]))
    def each(key: str, odd: str, by_variable: bool, command: list[str]) -> None:
        if by_variable:
            folder.run(*command, names="CEG_SET", CEG_SET=key + odd)
        else:
            folder.run(*command, "--set", key + odd, names="--set")


LINES = {
    "estimate": [["toolformer"], ["--draws", "10"], ["--format", "json"], ["--set", "min_points=2"]],
    "explain": [["toolformer.lama-squad.gpt-j-6b"], ["--format", "json"]],
    "compare": [["--format", "csv"]],
    "whatif": [["--against", "HEAD"], ["--format", "csv"]],
    "gain": [
        ["--enhanced", "1e22:30"], ["--baseline", "1e21:10"], ["--baseline", "1e23:40"], ["--items", "500"],
        ["--chance", "1"], ["--max", "100"], ["--scale", "percent"], ["--transform", "linear"],
        ["--min-points", "2"], ["--max-extrapolation-oom", "2"], ["--lower-is-better"],
    ],
    "buffer": [["--format", "json"]],
    "multiverse": [["--comparisons", "all"], ["--draws", "10"], ["--seed", "1"], ["--workers", "1"]],
    "remove": [["toolformer"]],
    "check": [[]],
}  # fmt: skip
"""Options of every command that neither builds nor serves, each with a value that is allowed."""


@pytest.mark.parametrize("tier", TIERS)
def test_every_command_line(folder, tier):
    numbers = [
        "0",
        "-1",
        "1e22:0",
        "1e22:100",
        "1e22:nan",
        "nan:1",
        "1e22:1e400",
        "1e40:50",
        "0:0",
        "1e22:30.00",
    ]
    odds = st.sampled_from([o for o in ODD if "\x00" not in o] + numbers * 3)
    scales = st.sampled_from([["--scale", s] for s in ("fraction", "loss", "perplexity", "elo", "percent")])

    @repeated(20 * tier, st.sampled_from(sorted(LINES)), st.integers(0, 10**9), odds, scales)
    def each(command: str, seed: int, odd: str, scale: list[str]) -> None:
        rng = random.Random(seed)
        parts = [list(p) for p in LINES[command] if p[:1] != ["--max"] or rng.random() < 0.5]
        changed = rng.choice(parts)
        if changed:
            changed[-1] = odd
        if command == "gain" and rng.random() < 0.5:
            parts.append(scale)
        folder.run(command, *(x for part in parts for x in part))
        assert folder.state() == folder.files
