"""Values in the prose: ``{eval}`x``` shows what the expression ``x`` gives once all cells have run.

A hidden cell behind the page evaluates the expressions, so that the notebook cache holds their values.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from docutils import nodes
from jupyter_cache import get_cache
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_nb.core.read import is_myst_markdown_notebook
from myst_nb.ext.utils import RoleBase
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from sphinx_fresh.mime import VALUES
from sphinx_fresh.outputs.links import pasted
from sphinx_fresh.state import with_notebooks

LOGGER = logging.getLogger(__name__)
HEAD = "# values of the prose"
CELL = """

```{{code-cell}}
:tags: [remove-cell]

{head}
import sphinx_fresh.outputs.values

sphinx_fresh.outputs.values.Values({{
{lines}
}})
```
"""
SPAN = re.compile(r"(?:\{([\w:+-]+)\})?(?<!`)(`+)(?!`)(.+?)(?<!`)\2(?!`)", re.DOTALL)
"""A role or inline code; whichever begins first holds all up to its closing backticks."""

OPTIONS = re.compile(r"\A(?:\s*:(?!:).*\n)+")
LITERAL = ("code-cell", "raw-cell", "code", "code-block", "sourcecode", "parsed-literal", "raw", "math")
"""Directives whose content is no Markdown. A role found in others like them is evaluated for nothing."""

EXTENSIONS = {"amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath", "fieldlist"}
"""What may hide a role or hold one, of the extensions of MyST."""
SAID = "site_evaluated"  # in the environment's memory of the page being read: what was said


@dataclass(frozen=True)
class Role:
    """An ``{eval}``: its expression, its line, and the lines of the block that it stands in, from 0."""

    expression: str
    line: int
    block: tuple[int, int]


@functools.cache
def _parser() -> MarkdownIt:
    return create_md_parser(MdParserConfig(enable_extensions=EXTENSIONS), RendererHTML)


def roles(markdown: str, before: int = 0) -> Iterator[Role]:
    """Every ``{eval}`` in Markdown, that of directives too, in its order; ``before``: lines above it."""
    if "{eval}`" not in markdown:
        return
    for token in _parser().parse(markdown):
        if token.type == "inline":
            yield from _in_block(token, before)
        elif token.type in ("fence", "colon_fence"):
            yield from _in_directive(token, before)


def _in_block(token: Token, before: int) -> Iterator[Role]:
    found = [c for c in token.children or () if c.type == "myst_role" and c.meta["name"] == "eval"]
    expressions = {c.content.strip() for c in found}
    start, end = token.map or (0, 0)
    for span in SPAN.finditer(token.content):
        expression = _expression(span)
        if expression in expressions:
            line = before + start + token.content.count("\n", 0, span.start()) + 1
            yield Role(expression, line, (before + start, before + end))


def _expression(span: re.Match) -> str | None:
    return span[3].replace("\n", " ").strip() if span[1] == "eval" else None


def _in_directive(token: Token, before: int) -> Iterator[Role]:
    name, _, argument = token.info.strip().partition(" ")
    is_directive = name.startswith("{")
    if name.strip("{}") in LITERAL if is_directive else token.type == "fence":
        return
    line = before + (token.map or [0])[0]
    yield from roles(argument, line)
    yield from roles(OPTIONS.sub(lambda found: "\n" * found[0].count("\n"), token.content), line + 1)


def with_values(page_source: str) -> str:
    """The page, with the hidden cell that evaluates its expressions; as it is if it has none."""
    if not is_myst_markdown_notebook(page_source):
        return page_source
    expressions = dict.fromkeys(role.expression for role in roles(page_source))
    lines = "\n".join(f"    {expression!r}: {_function(expression)}," for expression in expressions)
    return page_source.rstrip() + CELL.format(head=HEAD, lines=lines) if expressions else page_source


def _function(expression: str) -> str:
    """Code that gives its value; for what is no expression, the text of what is wrong."""
    try:
        compile(expression, "prose", "eval")
    except (SyntaxError, ValueError) as error:
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        return repr(f"it is no Python expression: {said}. Write one expression, such as {{eval}}`len(names)`")
    return f"lambda: ({expression}\n    )"  # on a line of its own: the expression may end in a comment


def values(notebook: NotebookNode) -> Mapping[str, Mapping[str, str]]:
    """What the hidden cell gave, by expression."""
    for cell in reversed(notebook.cells):
        for output in cell.get("outputs", ()):
            if VALUES in output.get("data", {}):
                return output["data"][VALUES]
    return {}


def replaced(markdown: str, texts: Mapping[str, str], written: Callable[[str], str]) -> str:
    """Markdown with the values in place of the roles, each as ``written`` says."""

    def value(span: re.Match) -> str:
        text = texts.get(_expression(span) or "")
        return span[0] if text is None else written(text)

    lines = markdown.split("\n")
    for start, end in sorted({role.block for role in roles(markdown)}, reverse=True):
        lines[start:end] = SPAN.sub(value, "\n".join(lines[start:end])).split("\n")
    return "\n".join(lines)


class Evaluated(RoleBase):
    """The role ``{eval}``, in place of that of myst-nb, which has no values under the notebook cache."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The value as text or as a reference; without one, the build ends with what is wrong."""
        expression = self.text.strip()
        renderer = self.document.get("nb_renderer")
        client = renderer.renderer.nb_client if renderer is not None else None
        found = values(client.notebook) if client is not None else {}
        value = found.get(expression, {})
        if "text" in value:
            node = pasted(self.document.settings.env, value)
            self.set_source_info(node)
            return [node], []
        if client is None or (client.exec_metadata or {}).get("succeeded", True):  # else a cell failed
            self._warn(expression, value.get("error", ""), evaluated=bool(found))
        if client is not None:
            forget(self.document.settings.env, client.notebook)
        return [], []

    def _warn(self, expression: str, error: str, evaluated: bool) -> None:
        """Say what is wrong with an expression, once a page, at every line that it stands on."""
        env = self.document.settings.env
        said = env.temp_data.setdefault(SAID, set())
        if expression in said:
            return
        said.add(expression)
        page = Path(env.doc2path(env.docname)).read_text(encoding="utf-8-sig")
        lines = [role.line for role in roles(page) if role.expression == expression]
        error = error or _missing(bool(lines), evaluated)
        for line in lines or [self.line]:
            LOGGER.warning(f"{{eval}}`{expression}`: {error}", location=(env.docname, line))


def _missing(in_page: bool, evaluated: bool) -> str:
    """Why there is no value."""
    if in_page and not evaluated:
        return (
            "the code of this page is not run, so there is no value. Begin the page as a notebook, and "
            "write `execute_notebooks: cache` in _config.yml"
        )
    return "only the text of a page is evaluated, not what code or other files bring. Write the value there"


def forget(env: BuildEnvironment, notebook: NotebookNode) -> None:
    """Have the next build run the page again, as after a cell that failed."""
    cache = get_cache(with_notebooks(env).mystnb_config.execution_cache_path)
    with contextlib.suppress(KeyError):
        cache.remove_cache(cast("int", cache.match_cache_notebook(notebook).pk))


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.add_role("eval", Evaluated(), override=True)
