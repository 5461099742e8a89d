"""The package by itself: its wheel in an environment that has nothing else than the wheel asks for."""

import importlib.metadata
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import jupytext
import nbclient
import pandas as pd
import pytest
from jupyter_client.manager import AsyncKernelManager
from packaging.requirements import Requirement
from places import DATA, ROOT
from tiers import sampled
from typer.testing import CliRunner

import ceg
from ceg.build import release
from ceg.cli import shared
from ceg.cli.main import app
from ceg.evidence.files import find_data
from ceg.evidence.problems import EXTRAS

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PAGE = ROOT / "book/about/use-it.md"


def asked_for(requirements: list[str]) -> set[str]:
    """The installed distributions that requirements name, directly or not."""
    found, waiting = set(), list(requirements)
    while waiting:
        wanted = Requirement(waiting.pop())
        if wanted.name in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        found.add(wanted.name)
        waiting += importlib.metadata.requires(wanted.name) or []
    return found


class Environment:
    """A virtual environment with a wheel unpacked in it, and links to the libraries that are asked for."""

    def __init__(self, folder: Path, wheel: bytes, requirements: list[str]):
        venv.create(folder / "env", with_pip=False)
        self.working = folder / "empty"
        self.working.mkdir()
        self.python = folder / "env/bin/python"
        (self.site,) = (folder / "env/lib").glob("python*/site-packages")
        zipfile.ZipFile(io.BytesIO(wheel)).extractall(self.site)
        for name in asked_for(requirements):
            known = importlib.metadata.distribution(name)
            tops = {Path(file).parts[0] for file in known.files or ()} - {"..", "__pycache__"}
            for top in tops:
                if not (self.site / top).exists():
                    (self.site / top).symlink_to(known.locate_file(top))

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        """Python in an empty folder outside any checkout."""
        clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "CEG_SET")}
        command = [self.python, *arguments]
        return subprocess.run(
            command, cwd=self.working, env=clean, capture_output=True, text=True, check=False, input=""
        )

    def commands(self, each: list[list[str]]) -> list[tuple[int, str, str]]:
        """Exit code, output and messages of commands, called in one process."""
        done = self.run("-c", COMMANDS, json.dumps(each))
        assert done.returncode == 0, done.stderr
        return [tuple(found) for found in json.loads(done.stdout)]


COMMANDS = """
import json, sys
from ceg.cli.main import app
from typer.testing import CliRunner
found = []
for arguments in json.loads(sys.argv[1]):
    done = CliRunner().invoke(app, arguments)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    found.append((done.exit_code, done.stdout, done.stderr))
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def wheel() -> bytes:
    (content,) = release.wheel(ROOT).values()
    return content


@pytest.fixture(scope="module")
def bare(wheel, tmp_path_factory) -> Environment:
    return Environment(tmp_path_factory.mktemp("bare"), wheel, PROJECT["dependencies"])


def test_the_wheel_has_the_data_as_they_stand_and_nothing_by_the_way(wheel):
    with zipfile.ZipFile(io.BytesIO(wheel)) as opened:
        held = {name: opened.read(name) for name in opened.namelist()}
    data = {n.removeprefix("ceg/data/"): c for n, c in held.items() if n.startswith("ceg/data/")}
    wanted = release.data_files(DATA)
    assert data == {
        name: path.read_bytes() for name, path in wanted.items() if name not in release.BESIDE_DATA
    }
    licences = {name.rpartition("/")[2] for name in held if "/licenses/" in name}
    assert licences == {"LICENSE", "CITATION.cff"} and "ceg/__init__.pyi" in held
    assert {name.split("/")[0].partition("-")[0] for name in held} == {
        *("ceg", "sphinx_fresh", "compute_equivalent_gain")
    }
    assert not [name for name in held if re.search(r"__pycache__|/\.|egg-info", name)]


@pytest.mark.slow
def test_it_gives_the_estimates_of_the_checkout(bare):
    code = "import ceg; ceg.open().estimates().to_pickle('found.pkl'); print(ceg.__file__)"
    done = bare.run("-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{bare.site}/ceg/__init__.py\n"
    pd.testing.assert_frame_equal(pd.read_pickle(bare.working / "found.pkl"), ceg.open(DATA).estimates())


GAIN = "--enhanced 3e23:61 --baseline 4e22:31 --baseline 3e23:48 --baseline 3e24:66 --items 500"
HERE = [
    ["estimate toolformer --draws 0 --format json", f"gain {GAIN} --format json", "add --example"],
    ["explain lats.humaneval.gpt-3-5 --format json", "whatif --set gpt4_flop=low --format json", "compare"],
]


@pytest.mark.parametrize("lines", sampled(HERE, HERE[:1], pytest.mark.slow), ids=["quick", "long"])
def test_a_command_says_what_it_says_in_the_checkout(bare, lines, monkeypatch):
    each = [line.split() for line in lines]
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("CEG_SET", raising=False)
    monkeypatch.setattr(shared, "check_folder", lambda folder: [])
    wanted = [CliRunner().invoke(app, arguments) for arguments in each]
    assert bare.commands(each) == [(0, done.stdout, "") for done in wanted]


REFUSED = {
    "check": "compute-equivalent-gain[check]",
    "add": "compute-equivalent-gain[check]",
    "remove simplerl-zoo": "came with the package; allowed: your own data",
    "typical --compute": "came with the package; allowed: your own data",
    "typical --compute --data mine": "compute-equivalent-gain[typical]",
    "buffer": "compute-equivalent-gain[charts]",
    "multiverse --draws 0 --scheduler tcp://x:1": "compute-equivalent-gain[cluster]",
    "pdf": "no book here or above",
    "release": "no book here or above",
    "serve": "no _toc.yml",
    "whatif --against HEAD": "no git checkout",
}


@pytest.fixture(scope="module")
def mine(bare) -> Path:
    """Another Data Package, in the folder ``mine`` of the environment."""
    return shutil.copytree(DATA, bare.working / "mine")


@pytest.mark.slow
def test_what_cannot_be_done_is_said_in_one_message(bare, mine):
    for line, (code, _, messages) in zip(
        REFUSED, bare.commands([line.split() for line in REFUSED]), strict=True
    ):
        heading, said = [m for m in messages.splitlines() if not m.startswith(("comparisons", "mine is"))]
        assert (code, heading) == (1, "1 problem:") and REFUSED[line] in said, line


@pytest.mark.slow
def test_a_chart_says_what_to_install(bare):
    done = bare.run("-c", "import ceg; ceg.against_compute")
    assert done.returncode == 1 and "pip install 'compute-equivalent-gain[charts]'" in done.stderr


@pytest.mark.slow
def test_another_data_package(bare, mine):
    enhanced = next(iter(ceg.open(DATA).estimates("toolformer")["rows"]))[0].removeprefix("results/")
    results = (mine / "results.csv").read_text("utf-8")
    (line,) = re.findall(rf"^{re.escape(enhanced)},.*$", results, re.MULTILINE)
    (mine / "results.csv").write_text(results.replace(line, line.replace("verified", "recalled", 1)), "utf-8")
    opened = ["estimate", "toolformer", "--draws", "0", "--format", "json"]
    own, book = bare.commands([[*opened, "--data", "mine"], opened])
    assert own[0] == book[0] == 0 and book[2] == ""
    assert own[2].startswith("mine is not checked first") and "gain[check]" in own[2]
    pairs = list(zip(json.loads(own[1]), json.loads(book[1]), strict=True))
    touched = [e["comparison"] for _, e in pairs if f"results/{enhanced}" in e["rows"]]
    assert [e["comparison"] for changed, e in pairs if changed != e] == touched != []


def test_a_data_package_of_another_kind_is_not_taken_for_the_book_s(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/datapackage.json").write_text('{"resources": [{"name": "birds"}]}')
    assert find_data(tmp_path) == DATA
    (tmp_path / "data/comparisons.csv").touch()
    assert find_data(tmp_path) == tmp_path / "data"


def test_the_page_and_the_messages_know_the_extras():
    extras = PROJECT["optional-dependencies"]
    listed = re.findall(r"^\| `(\w+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert set(listed) == extras.keys() - {"lab", "test", "bench"}
    named = {"bs4": "beautifulsoup4", "arviz_stats": "arviz-stats"}
    for library, extra in EXTRAS.items():
        assert named.get(library, library) in {Requirement(r).name for r in extras[extra]}


def outputs(python: Path | str, folder: Path, working: Path, **more: str) -> list[str]:
    """What the page's cells show, run by a Python in a folder; of charts, that they are.

    more: of the environment.
    """
    launch = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "wheel").mkdir(parents=True)
    (folder / "wheel/kernel.json").write_text(
        json.dumps({"argv": launch, "display_name": "", "language": "python"})
    )
    manager = AsyncKernelManager(kernel_name="wheel")
    manager.kernel_spec_manager.kernel_dirs = [str(folder)]
    notebook, settings = jupytext.read(PAGE), {"metadata": {"path": str(working)}}
    client = nbclient.NotebookClient(notebook, km=manager, timeout=120, resources=settings)
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "CEG_SET")}
    client.execute(env=clean | more)
    data = [output["data"] for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = [each.get("text/html", each["text/plain"]) for each in data]
    return ["vegaEmbed" if "vegaEmbed" in text else text for text in shown]


@pytest.mark.verify
def test_the_page_as_a_notebook_from_the_wheel_gives_what_it_gives_here(wheel, tmp_path):
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["charts"], "ipykernel"]
    alone = Environment(tmp_path, wheel, wanted)
    found = outputs(alone.python, tmp_path / "there", alone.working)
    assert found == outputs(sys.executable, tmp_path / "here", ROOT, PYTHONPATH=str(ROOT / "src"))
    kinds = ["<table" if "<table" in text else text for text in found]
    assert kinds == [*["<table"] * 2, kinds[2], *["<table"] * 2, *["vegaEmbed"] * 2] and "x" in kinds[2]
