"""Text of a notebook's output, put into the page it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from docutils import nodes
from myst_nb.sphinx_ import SphinxNbRenderer
from sphinx import addnodes
from sphinx.environment import BuildEnvironment

Element = TypeVar("Element", bound=nodes.Element)


def reference(env: BuildEnvironment, text: str, name: str) -> nodes.inline:
    """Text that leads to what has a name somewhere in the book."""
    words = nodes.inline("", text, support_smartquotes=False)
    pending = addnodes.pending_xref(
        "",
        words,
        refdomain="std",
        reftype="ref",
        reftarget=nodes.fully_normalize_name(name),
        refexplicit=True,
        refdoc=env.docname,
        refwarn=True,
    )
    return nodes.inline("", "", pending, classes=["site-number"])


def check_rows(rows: Sequence[Sequence[object]], columns: Sequence[object]) -> None:
    """ValueError: a row has more or fewer values than there are columns."""
    wrong = next((row for row in rows if len(row) != len(columns)), None)
    if wrong is not None:
        raise ValueError(f"a row has {len(wrong)} values for {len(columns)} columns: {wrong!r}")


class Page:
    """The page being read, at the line of the cell."""

    def __init__(self, renderer: SphinxNbRenderer, line: int):
        self.renderer = renderer
        self.line = line

    @property
    def env(self) -> BuildEnvironment:
        """Sphinx's memory of the book."""
        return self.renderer.sphinx_env

    def inline(self, markdown: str, into: Element) -> Element:
        """Fill an element with inline MyST: links, citations and formulas work."""
        self.place(into)
        with self.renderer.current_node_context(into):
            self.renderer.nested_render_text(markdown, self.line, inline=True)
        return _without_html(into)

    def block(self, markdown: str, into: nodes.Element) -> None:
        """Put paragraphs and lists of MyST into an element."""
        with self.renderer.current_node_context(into):
            self.renderer.nested_render_text(markdown, self.line)
        _without_html(into)

    def plain(self, text: str, into: Element) -> Element:
        """Fill an element with text as it is."""
        self.place(into)
        into["support_smartquotes"] = False
        into += nodes.Text(text)
        return into

    def link(self, text: str, name: str, into: Element) -> Element:
        """Fill an element with text, as it is, that leads to what has a name. No such name ends the build."""
        self.place(into)
        into += reference(self.env, text, name)
        return into

    def place(self, node: nodes.Element) -> None:
        """Say where the node came from, for warnings."""
        node.source, node.line = self.renderer.document["source"], self.line

    def target(self, node: nodes.Element, name: str) -> None:
        """Make the node one that others can refer to by name."""
        self.place(node)
        node["names"].append(nodes.fully_normalize_name(name))
        self.renderer.document.note_explicit_target(node, node)


def _without_html(element: Element) -> Element:
    """The element. Raises ValueError on HTML in it: code that hands over text has not escaped it."""
    for raw in element.findall(nodes.raw):
        raise ValueError(
            f"HTML in a figure's, table's or section's text: {raw.astext()[:60]!r}; escape it as Markdown"
        )
    return element
