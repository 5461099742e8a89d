"""Every chapter loads only modules that its code is known to reach, and its prose types no result."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from chapter_runs import CHAPTERS as NOTEBOOKS
from chapter_runs import cells
from places import ROOT
from recorded import explainer
from tiers import sampled

from sphinx_fresh.notebooks.fingerprint import MODULE
from sphinx_fresh.outputs import evaluated

CHAPTERS = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "book").rglob("*.md"))

TRACE = """
import json, sys
for cell in json.load(sys.stdin):
    exec(compile(cell, "cell", "exec"), globals())
loaded = [name for name in sys.modules if name.partition(".")[0] in ("ceg", "sphinx_fresh")]
print(json.dumps(loaded), file=sys.__stderr__)
"""


SAMPLE = ("index", "03-1-tools", "added")


@pytest.mark.slow  # a process each
@pytest.mark.parametrize(
    "chapter",
    sampled(NOTEBOOKS, [c for c in NOTEBOOKS if Path(c).stem in SAMPLE]),
)
def test_a_chapter_loads_only_modules_that_its_code_is_known_to_reach(chapter):
    done = subprocess.run(
        [sys.executable, "-c", TRACE],
        cwd=(ROOT / chapter).parent,
        input=json.dumps(cells(chapter)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    code = explainer().code((ROOT / chapter).read_text(encoding="utf-8"))
    reached = {name.removeprefix(MODULE) for name in code if name.startswith(MODULE)}
    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    assert loaded - reached == set() and "ceg" in loaded


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
