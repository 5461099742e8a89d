"""A chapter's code, run in this process under chosen assumptions: what it shows, and values in its prose."""

import ast
import functools
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import jupytext
from places import ROOT
from recorded import everything, inputs, under

from ceg.evidence import assumptions
from sphinx_fresh import show
from sphinx_fresh.mime import VALUES
from sphinx_fresh.outputs.evaluated import with_values

GLUE = re.compile(r"\{glue:text\}`([^`]+)`")
CHAPTERS = tuple(
    p.relative_to(ROOT).as_posix()
    for p in sorted((ROOT / "book").rglob("*.md"))
    if "{code-cell}" in p.read_text("utf-8")
)


@dataclass(frozen=True)
class Run:
    """What a chapter gives: each figure and table as its mime bundle, in order; the published texts by name,
    and the texts of the prose by expression.
    """

    shown: tuple[dict, ...]
    published: dict[str, str]
    values: dict[str, str]


@functools.cache
def cells(chapter: str) -> tuple[str, ...]:
    """The code cells of a chapter; the last evaluates the expressions of its prose, if it has any."""
    text = with_values((ROOT / chapter).read_text("utf-8"))
    return tuple(c.source for c in jupytext.reads(text, fmt="md:myst").cells if c.cell_type == "code")


@functools.cache
def _parsed(chapter: str) -> tuple:
    """The cells' statements, compiled, and the last expression of each, which a notebook shows."""
    found = []
    for number, source in enumerate(cells(chapter)):
        body = ast.parse(source).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        name = f"{chapter}, cell {number + 1}"
        block = compile(ast.Module(body, []), name, "exec")
        found.append((block, compile(ast.Expression(last.value), name, "eval") if last else None))
    return tuple(found)


def run(chapter: str, setting: str = "") -> Run:
    """Run all cells. Raises what a cell raises, ValueError for a number that JSON has not, AssertionError for
    what cannot stand in the prose.
    """
    published: dict[str, str] = {}

    def publish(**texts: str) -> None:
        for name, text in texts.items():
            assert isinstance(text, str), f"{chapter}: {name} is {text!r}"
        published.update(texts)

    def display(*values: object) -> None:
        some = [v._repr_mimebundle_() for v in values if hasattr(v, "_repr_mimebundle_")]
        shown.extend(show.unpacked(json.loads(json.dumps(bundle, allow_nan=False))) for bundle in some)

    shown, space, before = [], {"__name__": "__main__"}, Path.cwd()
    os.chdir((ROOT / chapter).parent)
    try:
        with (
            under(setting),
            mock.patch.object(show, "publish", publish),
            mock.patch("IPython.display.display", display),
        ):
            for block, last in _parsed(chapter):
                exec(block, space)
                display(eval(last, space) if last else None)
    finally:
        os.chdir(before)
    values = {text: value for bundle in shown for text, value in bundle.get(VALUES, {}).items()}
    wrong = {text: value["error"] for text, value in values.items() if "error" in value}
    assert not wrong, f"{chapter} under {setting}: {wrong}"
    texts = {text: value["text"] for text, value in values.items()}
    return Run(tuple(bundle for bundle in shown if VALUES not in bundle), published, texts)


def asked(chapter: str) -> set[str]:
    """The names of the texts that the prose takes."""
    return set(GLUE.findall((ROOT / chapter).read_text("utf-8")))


def options() -> list[str]:
    """Settings that have every option that is not a default: each word alone, the numbers together, all at
    their first other value, then all at their next.
    """
    other = {k: c.options[1:] for k, c in assumptions.choices(ROOT / "data").items()}
    numbers = {k: some for k, some in other.items() if {type(o) for o in some} <= {int, float}}
    words = [f"{k}={assumptions.written(o)}" for k, some in other.items() if k not in numbers for o in some]
    nth = [
        {k: some[min(n, len(some) - 1)] for k, some in numbers.items()}
        for n in range(max(map(len, numbers.values())))
    ]
    return words + [", ".join(f"{k}={assumptions.written(o)}" for k, o in each.items()) for each in nth]


def reached(chapter: str, setting: str) -> bool:
    """Whether the book's build has read, for the chapter, an assumption that is set."""
    read = everything(inputs(chapter))
    return any(f"assumption {one.partition('=')[0]}" in read for one in setting.split(", "))
