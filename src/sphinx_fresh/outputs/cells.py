"""Cells of tables: a name first in each row, values with their column's name, tags that explain themselves.

The style sheet makes a card of each row on narrow screens. It hides what a note says until the button is
pressed that a script makes; without scripts, and on paper, all is there to read.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from sphinx_fresh.formats import add_alike, add_for_html
from sphinx_fresh.outputs.text import Page

Tags = dict[str, str]
"""Value of a column with tags -> id of the text that explains it."""


class Cell(nodes.entry, nodes.TextElement):
    """A cell of a table's body.

    Attributes first: it names its row; label: the heading of its column; columns: so many it spans, or 0.
    """


class Tag(nodes.inline):
    """A value that explains itself; attribute explained: id of the text, or None."""


class TagTexts(nodes.General, nodes.Element):
    """What the tags of a table mean; attribute texts: id -> text."""


def tags_of(page: Page, column: dict, values: Iterable[object], texts: dict[str, str]) -> Tags | None:
    """The tags of a column that its values use; their texts join the others. None for a column without."""
    if not column.get("tags"):
        return None
    number = page.env.new_serialno("site-tags")
    used = {each for value in values for each in split(str(value or ""))}
    ids = {value: f"tag-{number}-{i}" for i, value in enumerate(column["tags"]) if value in used}
    texts |= {name: f"{value}: {column['tags'][value]}" for value, name in ids.items()}
    return ids


def split(text: str) -> list[str]:
    """The values of a cell with tags."""
    return [each for each in text.split(", ") if each]


def tag(text: str, explained: str | None) -> str:
    """HTML of a tag."""
    if explained is None:
        return f'<span class="site-tag">{escape(text, quote=False)}</span>'
    button = f'<button type="button" class="site-tag" popovertarget="{explained}">'
    return f"{button}{escape(text, quote=False)}</button>"


def visit_cell(translator: HTML5Translator, node: Cell) -> None:
    """Write the start of a cell."""
    if node["first"]:
        translator.body.append(translator.starttag(node, "th", "", scope="row"))
    elif node["columns"]:
        translator.body.append(translator.starttag(node, "td", "", colspan=node["columns"]))
    else:
        translator.body.append(translator.starttag(node, "td", "", **{"data-label": node["label"]}))


def depart_cell(translator: HTML5Translator, node: Cell) -> None:
    """Write its end."""
    translator.body.append("</th>\n" if node["first"] else "</td>\n")


def visit_tag(translator: HTML5Translator, node: Tag) -> None:
    """Write the tag."""
    translator.body.append(f"{tag(node.astext(), node['explained'])} ")
    raise nodes.SkipNode


def visit_texts(translator: HTML5Translator, node: TagTexts) -> None:
    """Write what the tags mean: each opens over the page."""
    translator.body += [
        f'<div popover class="site-tag-text" id="{name}">{escape(text, quote=False)}</div>\n'
        for name, text in node["texts"].items()
    ]
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    add_alike(app, Cell, "entry", html=(visit_cell, depart_cell))
    add_alike(app, Tag, "inline", html=(visit_tag, None))
    add_for_html(app, TagTexts, visit_texts)
