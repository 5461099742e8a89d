"""Closed entries with addresses of their own, written straight: hundreds of them cost a page little.

An object's `_repr_mimebundle_` returns `mime.FOLDS` with folds: name, anchor, title and parts; a part has a
heading and lines (of code, where it says so), or columns and rows. Words are texts and links (text, page,
fragment).
"""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from sphinx_fresh.formats import add_for_html
from sphinx_fresh.outputs.text import Page


class Fold(nodes.General, nodes.Element):
    """An entry; attributes title, parts."""


def fold_nodes(page: Page, content: dict) -> list[nodes.Element]:
    """The entries. Raises ValueError where a link leads to a page that the book does not have."""
    for link in _links(content["folds"]):
        if link["page"] not in page.env.found_docs:
            raise ValueError(f"{link['text']!r} leads to {link['page']!r}, which is no page of the book")
    found = []
    for each in content["folds"]:
        node = Fold(title=each["title"], parts=each["parts"], ids=[each["anchor"]])
        page.target(node, each["name"])
        found.append(node)
    return found


def _links(shown: object) -> list[dict]:
    if isinstance(shown, dict):
        return [shown] if "page" in shown else [link for each in shown.values() for link in _links(each)]
    return [link for each in shown for link in _links(each)] if isinstance(shown, list) else []


def visit_fold(translator: HTML5Translator, node: Fold) -> None:
    """Write the entry."""
    out = translator.body
    out.append(translator.starttag(node, "details", CLASS="site-fold"))
    address = f'<span class="site-fold-address">{escape(node["ids"][0])}</span>'
    out.append(f"<summary>{_words(translator, node['title'])} {address}</summary>\n")
    for part in node["parts"]:
        out.append(f'<p class="site-fold-heading">{escape(part["heading"])}</p>\n')
        if "columns" in part:
            _grid(translator, part)
        elif part["code"]:
            out.append(
                "".join(
                    f'<p class="site-fold-code"><code>{_words(translator, line)}</code></p>\n'
                    for line in part["lines"]
                )
            )
        else:
            out.append(
                "<ul>"
                + "".join(f"<li>{_words(translator, line)}</li>\n" for line in part["lines"])
                + "</ul>\n"
            )
    out.append("</details>\n")
    raise nodes.SkipNode


def _grid(translator: HTML5Translator, part: dict) -> None:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in part["columns"])
    rows = "".join(
        "<tr>" + "".join(f"<td>{_words(translator, cell)}</td>" for cell in row) + "</tr>\n"
        for row in part["rows"]
    )
    translator.body.append(
        # not the theme's container: a script of its measures each, which lays out what is closed
        '<div class="site-fold-grid" tabindex="0"><table class="table">'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )


def _words(translator: HTML5Translator, words: str | list) -> str:
    return "".join(_word(translator, each) for each in ([words] if isinstance(words, str) else words))


def _word(translator: HTML5Translator, word: str | dict) -> str:
    if isinstance(word, str):
        return escape(word, quote=False)
    address = translator.builder.get_relative_uri(translator.builder.current_docname, word["page"])
    fragment = quote(word["fragment"], safe="=/.:-_~")
    text = escape(word["text"], quote=False)
    return f'<a class="reference internal" href="{escape(address)}#{escape(fragment)}">{text}</a>'


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    add_for_html(app, Fold, visit_fold)
