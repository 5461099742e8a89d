"""Every chapter reaches only what its fingerprint names, and its prose types no result."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
import yaml
from places import ROOT

from ceg.build import page_inputs
from ceg.evidence import tables as evidence
from sphinx_fresh.notebooks import fingerprint

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
SETTINGS = fingerprint.Settings(
    CONFIG["site_inputs"],
    CONFIG["site_inputs_read"],
    tuple(CONFIG["site_packages"]),
    tuple(CONFIG["site_distributions"]),
)
CHAPTERS = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "book").rglob("*.md"))
NOTEBOOKS = [c for c in CHAPTERS if "{code-cell}" in (ROOT / c).read_text(encoding="utf-8")]

TRACE = """
import json, os, sys
opened = set()
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)) and not isinstance(arguments[2], type(None)):
        opened.add(os.fspath(arguments[0]))
sys.addaudithook(watch)
from ceg import evidence
before = set(opened)
touched = []
original = evidence.Evidence.subset
def subset(self, *a, **k):
    found = original(self, *a, **k)
    touched.append(sorted(found.digests().items()))
    return found
evidence.Evidence.subset = subset
for cell in json.load(sys.stdin):
    exec(compile(cell, "cell", "exec"), globals())
from pathlib import Path
print(json.dumps({
    "files": sorted(p for p in opened if "/data/" in p and "site-packages" not in p),
    "modules": sorted(m for m in sys.modules if m == "ceg" or m.startswith("ceg.")),
    "subsets": touched,
}), file=sys.__stderr__)
"""


def cells(chapter: str) -> list[str]:
    notebook = jupytext.read(ROOT / chapter)
    return [c.source for c in notebook.cells if c.cell_type == "code"]


SAMPLE = (
    "index",
    "03-1-tools",
    "05-combining",
    "safety-buffer",
    "break-even",
    "changes",
    "added",
    "workings",
)


@pytest.mark.parametrize(
    "chapter",
    [pytest.param(c, marks=[] if Path(c).stem in SAMPLE else pytest.mark.verify) for c in NOTEBOOKS],
)
def test_a_chapter_touches_nothing_outside_its_fingerprint(chapter):
    done = subprocess.run(
        [sys.executable, "-c", TRACE],
        cwd=(ROOT / chapter).parent,
        input=json.dumps(cells(chapter)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    traced = json.loads(done.stderr.splitlines()[-1])
    named = fingerprint.explain((ROOT / chapter).read_text(encoding="utf-8"), SETTINGS)
    modules = {n.removeprefix("module ") for n in named if n.startswith("module ")}
    assert set(traced["modules"]) <= modules
    tables = {
        n.removeprefix("rows of ").replace(" ", "_"): d for n, d in named.items() if n.startswith("rows of ")
    }
    for subset in traced["subsets"]:  # the rows that the page was given are the rows that were hashed
        assert {t: d for t, d in subset if tables.get(t) != d} == {}
    package = json.loads((ROOT / "data/datapackage.json").read_text(encoding="utf-8"))
    read_by_evidence = {"datapackage.json", "assumptions.yml", *(r["path"] for r in package["resources"])}
    whole = {n.removeprefix("file ") for n in named if n.startswith("file ")}
    assert {Path(p).name for p in traced["files"]} <= read_by_evidence | whole


def test_rows_decide_not_files():
    tools = ['book = ceg.open(enhancements=["toolformer"])']
    prompts = ['book = ceg.open(enhancements=["chain-of-thought"])']
    assert (
        page_inputs.page_inputs(tools)["rows of results"]
        != page_inputs.page_inputs(prompts)["rows of results"]
    )
    both = page_inputs.page_inputs(
        ['ceg.open(enhancements=["toolformer"])', 'ceg.open(enhancements=["webgpt"])']
    )
    assert both == page_inputs.page_inputs(['ceg.open(enhancements=["toolformer", "webgpt"])'])


@pytest.mark.parametrize(
    "code",
    [
        "ceg.open()",
        "ceg.open(enhancements=names)",
        "evidence.load()",
        "pandas.read_csv('data/results.csv')",
        "x = 1",
        "ceg.open(folder='data', enhancements=['lats'])",
    ],
)
def test_a_page_that_names_nothing_depends_on_everything(code):
    assert (
        page_inputs.page_inputs([code])["rows of results"]
        == page_inputs.page_inputs(["ceg.open()"])["rows of results"]
    )


def test_assumptions_count_where_they_can_matter():
    lats = page_inputs.page_inputs(['ceg.open(enhancements=["lats"])'])
    tools = page_inputs.page_inputs(['ceg.open(enhancements=["toolformer"])'])
    assert "assumption gpt4_flop" in lats
    assert "assumption gpt4_flop" not in tools
    assert "assumption include_cross_family" in tools
    assert "assumption threshold_large" not in tools
    assert "assumption threshold_large" in page_inputs.page_inputs(
        ['ceg.open(enhancements=["lats"]); survey.count()']
    )
    assert set(page_inputs.page_inputs(['ceg.open(tables=["figures"])'])) == {"rows of figures"}


RESULT = re.compile(r"(?<![\w{.-])\d[\d.,]*\s?(?:x\b|×|%|FLOP)|(?<![\w.§-])\d+\.\d+(?![\w.]*\d)")


def prose(chapter: str) -> str:
    """A chapter's Markdown without code, roles, maths, links' addresses and front matter."""
    text = (ROOT / chapter).read_text(encoding="utf-8")
    text = re.sub(r"\A---.*?^---$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\{[\w:]+\}`[^`]*`|`[^`]*`|\$[^$]*\$", "", text)
    return re.sub(r"\]\([^)]*\)", "]", text)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_result_is_typed(chapter):
    assert RESULT.findall(prose(chapter)) == []


def test_the_check_for_typed_results_works():
    assert RESULT.findall("worth 13.6x, or 5 % of 3e23, 0.3 and 20x") == ["13.6x", "5 %", "0.3", "20x"]
    assert RESULT.findall("GPT-3.5 and figure 3 of 2023") == []


@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_what_a_fingerprint_reads_is_known_beforehand(chapter, monkeypatch):
    code, opened, real = cells(chapter), set(), Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, *more, **named: opened.add(path) or real(path, *more, **named)
    )
    evidence.forget()
    page_inputs.page_inputs(code)
    told, setting = page_inputs.read(code)
    code_and_versions = {
        p for p in opened if ROOT / "src" in p.parents or p.name == "METADATA"
    }  # always in a fingerprint
    assert opened and opened - code_and_versions <= set(told)
    monkeypatch.setenv("CEG_SET", "gpt4_flop=low")
    again, other = page_inputs.read(code)
    assert again == told and other != setting and other.startswith("gpt4_flop=low")
