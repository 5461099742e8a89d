"""What code reads as a page would, what the pages of the built book have read, and what moved of it since."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from unittest import mock

import yaml
from places import ROOT

from ceg.build import page_inputs
from ceg.evidence import assumptions
from ceg.evidence import tables as evidence
from sphinx_fresh.notebooks.fingerprint import Explainer, Settings
from sphinx_fresh.notebooks.runs import Now, Report, Run

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
SETTINGS = Settings(tuple(CONFIG["site_packages"]), tuple(CONFIG["site_distributions"]), CONFIG["site_reads"])

PAGES = """
import json, os, sys
from sphinx_fresh.notebooks import recorder
recorder.begin(os.getcwd(), ["_build", ".git"], {packages})
{first}
for code in json.load(sys.stdin):
    receive, send = os.pipe()
    if not os.fork():
        with os.fdopen(send, "w") as pipe:
            exec(compile(code, os.path.abspath("cell.py"), "exec"), {{"__name__": "__main__"}})
            pipe.write(recorder.report() + "\\n")
        sys.stdout.flush()
        os._exit(0)
    os.close(send)
    with os.fdopen(receive) as pipe:
        print(pipe.read(), file=sys.__stderr__)
    if os.wait()[1]:
        sys.exit(1)
"""
"""Each page is run in a process of its own, forked from one that has begun to record, as in a build."""


def reports(
    *codes: str, folder: Path = ROOT, first: str = "", setting: str = "", packages: Iterable[str] = ("ceg",)
) -> list[Report]:
    """What each piece of code says that it has read, run alone in the folder; ``first`` is run before."""
    script = PAGES.format(first=first, packages=[*packages, "sphinx_fresh"])
    with under(setting):
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=folder,
            input=json.dumps(codes),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    said = [line for line in done.stderr.splitlines() if line.startswith('{"read":')]
    assert len(said) == len(codes), done.stderr[-3000:]
    return [Report.of(line) for line in said]


def recorded(*codes: str, folder: Path = ROOT, setting: str = "") -> list[Run]:
    """What each piece of code reads of the Data Package that is in the folder."""
    first = "import ceg.analysis.analysis, ceg.survey.survey"
    return [each.run for each in reports(*codes, folder=folder, first=first, setting=setting)]


def under(setting: str):
    """``CEG_SET`` for as long as the context lasts."""
    kept = {name: value for name, value in os.environ.items() if name != assumptions.VARIABLE}
    return mock.patch.dict(
        os.environ, kept | ({assumptions.VARIABLE: setting} if setting else {}), clear=True
    )


def run_again(runs: Mapping[str, Run], folder: Path = ROOT, setting: str = "") -> dict[str, set[str]]:
    """Page -> what of all that it has read itself is another now; only pages that must run again."""
    for known in (page_inputs._whole, page_inputs._selected):
        known.cache_clear()
    evidence.forget()
    with under(setting), contextlib.chdir(folder):
        now = Now(folder, page_inputs.digest)
        found = {}
        for page, run in runs.items():
            names = {name for name, digest in run.own.items() if now.digest(name) != digest}
            assert now.same_run(run) == (not names), (page, names)
            assert not (names and now.same(run.leaves)), (page, names)
            found |= {page: names} if names else {}
    return found


@functools.cache
def explainer() -> Explainer:
    """What the last build of this folder has left."""
    return Explainer(SETTINGS, ROOT, ROOT / "_build" / ".site")


@functools.cache
def inputs(chapter: str) -> Run:
    """What a page of the book read in the build that the fixture ``html`` has made."""
    known = explainer()
    text = (ROOT / chapter).read_text(encoding="utf-8")
    runs = known.runs.of(known.key(os.path.dirname(chapter), text))
    assert runs, f"{chapter} was edited since the book was built"
    run = known.runs.run(runs[0][0])
    assert run is not None
    return run


def everything(run: Run) -> set[str]:
    """The names of all that was read, also of what was read only to work something out."""
    return {name for name, _, _ in run.read}
