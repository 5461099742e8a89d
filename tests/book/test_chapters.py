"""Every chapter reaches only what its fingerprint names, and its prose types no result."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from chapter_runs import CHAPTERS as NOTEBOOKS
from chapter_runs import cells
from places import ROOT

from sphinx_fresh.notebooks import fingerprint
from sphinx_fresh.outputs import evaluated

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
SETTINGS = fingerprint.Settings(
    CONFIG["site_inputs"],
    CONFIG["site_inputs_read"],
    tuple(CONFIG["site_packages"]),
    tuple(CONFIG["site_distributions"]),
)
CHAPTERS = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "book").rglob("*.md"))

TRACE = """
import json, os, sys
opened = set()
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)) and arguments[2] is not None:
        opened.add(os.fspath(arguments[0]))
sys.addaudithook(watch)
from ceg.evidence import tables as evidence
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


@pytest.mark.slow  # a process each
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


RESULT = re.compile(r"(?<![\w{.-])\d[\d.,]*\s?(?:x\b|×|%|FLOP)|(?<![\w.§-])\d+\.\d+(?![\w.]*\d)")


def prose(chapter: str) -> str:
    """A chapter's Markdown without code, roles, maths, links' addresses and front matter."""
    text = (ROOT / chapter).read_text(encoding="utf-8")
    text = re.sub(r"\A---.*?^---$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = evaluated.SPAN.sub("", text)
    text = re.sub(r"\$[^$]*\$", "", text)
    return re.sub(r"\]\([^)]*\)", "]", text)


def typed(markdown: str) -> list[str]:
    """The expressions in the prose that are, or hold, a result that is typed and not worked out."""
    return [role.expression for role in evaluated.roles(markdown) if _types_result(role.expression)]


def _types_result(expression: str) -> bool:
    found = list(ast.walk(ast.parse(expression, mode="eval")))
    texts = [n.value for n in found if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return not any(isinstance(n, ast.Name) for n in found) or any(map(RESULT.search, texts))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_result_is_typed(chapter):
    assert RESULT.findall(prose(chapter)) == []
    assert typed((ROOT / chapter).read_text(encoding="utf-8")) == []


def test_the_check_for_typed_results_works():
    assert RESULT.findall("worth 13.6x, or 5 % of 3e23, 0.3 and 20x") == ["13.6x", "5 %", "0.3", "20x"]
    assert RESULT.findall("GPT-3.5 and figure 3 of 2023") == []


@pytest.mark.parametrize(
    ("expression", "is_typed"),
    [
        ('"13x"', True),
        ("13", True),
        ("f'{13}x'", True),
        ("'13.6x' if low else high", True),
        ("str(13)", False),
        ("len(names)", False),
        ("f'{gain:.1f}x'", False),
        ("counts[4]", False),
    ],
)
def test_the_check_for_typed_expressions_works(expression, is_typed):
    assert typed(f"worth {{eval}}`{expression}`") == [expression] * is_typed
