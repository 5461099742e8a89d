"""Nodes of the extension's own: how HTML has them, and what the other formats make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from docutils import nodes
from sphinx.application import Sphinx

OTHERS = ("latex", "text", "man", "texinfo")

Visit = Callable[..., None]


def skip(translator: nodes.NodeVisitor, node: nodes.Node) -> None:
    """Leave the node out."""
    raise nodes.SkipNode


def add_for_html(app: Sphinx, node: type[nodes.Element], visit: Visit, depart: Visit | None = None) -> None:
    """A node that only HTML shows."""
    app.add_node(node, html=(visit, depart), **dict.fromkeys(OTHERS, (skip, None)))


def add_alike(
    app: Sphinx, node: type[nodes.Element], name: str, html: tuple[Visit, Visit | None] | None = None
) -> None:
    """A node that every format shows as it does docutils' node of that name; HTML as ``html``, if given."""

    def visit(translator: nodes.NodeVisitor, found: nodes.Element) -> None:
        getattr(translator, f"visit_{name}")(found)

    def depart(translator: nodes.NodeVisitor, found: nodes.Element) -> None:
        getattr(translator, f"depart_{name}")(found)

    app.add_node(node, html=html or (visit, depart), **dict.fromkeys(OTHERS, (visit, depart)))


def repeat(document: nodes.document, node: nodes.Element, key: str) -> str:
    """What makes an id of an attribute unique: nothing for the first such node, "-2" for the next."""
    same = [other for other in document.findall(type(node)) if other[key] == node[key]]
    position = next(index for index, other in enumerate(same) if other is node)
    return f"-{position + 1}" if position else ""


def around(node: nodes.Node) -> Iterator[nodes.Element]:
    """What the node stands in, from the inside out."""
    while isinstance(node.parent, nodes.Element):
        node = node.parent
        yield node
