"""Terms of the glossary, explained where a page first uses them: on hover, focus and tap, without a script.

The definition is the first paragraph under the term in a `{glossary}`. A term with a capital letter is
matched as it is written, others in any case; of several terms with one definition a page explains the first
that it uses. Only the prose of a page is looked through: no headings, captions, tables, links, code or
published texts. `{term}` is explained too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator

from sphinx_fresh.formats import OTHERS
from sphinx_fresh.state import book, pages_if_moved

PROSE = (nodes.section, nodes.list_item, nodes.block_quote)
OTHER = (nodes.reference, nodes.literal, nodes.math, nodes.raw, nodes.problematic, nodes.footnote_reference)
PUBLISHED = "pasted-text"
"""The class that myst-nb gives to a published text."""


@dataclass(frozen=True)
class Definition:
    """Terms that mean the same, where they are defined (page and place), and the definition as plain text."""

    terms: tuple[str, ...]
    docname: str
    anchor: str
    text: str


class TermUse(nodes.Inline, nodes.TextElement):
    """A use of a term; attributes docname, anchor, definition."""


def definitions(doctree: nodes.document, docname: str) -> list[Definition]:
    """What the glossaries of a page define."""
    found = []
    for glossary in doctree.findall(addnodes.glossary):
        for item in glossary.findall(nodes.definition_list_item):
            terms = [child for child in item if isinstance(child, nodes.term)]
            first = next(item.findall(nodes.paragraph), None)
            if terms and first is not None:
                words = tuple(_without_index(term) for term in terms)
                found.append(Definition(words, docname, terms[0]["ids"][0], " ".join(first.astext().split())))
    return found


def _without_index(term: nodes.term) -> str:
    return "".join(child.astext() for child in term if not isinstance(child, addnodes.index))


def pattern(known: list[Definition]) -> re.Pattern[str] | None:
    """What finds any of the terms, the longest first; None for no terms."""
    terms = sorted({term for each in known for term in each.terms}, key=lambda term: (-len(term), term))
    either = "|".join(re.escape(t) if t.lower() != t else f"(?i:{re.escape(t)})" for t in terms)
    return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])") if terms else None


def explain(doctree: nodes.document, known: list[Definition]) -> None:
    """Mark the first use of each definition in the prose of a page."""
    finds = pattern(known)
    if finds is None:
        return
    by_term = {term if term.lower() != term else term.lower(): each for each in known for term in each.terms}
    used: set[Definition] = set()
    for reference in list(doctree.findall(nodes.reference)):  # those that the author marked
        if any("std-term" in child["classes"] for child in reference.findall(nodes.inline)):
            each = next((d for d in known if reference.get("refuri", "").endswith("#" + d.anchor)), None)
            if each is not None:
                used.add(each)
                reference.replace_self(_use(each, reference.astext()))
    for text in [
        t for p in doctree.findall(nodes.paragraph) if isinstance(p.parent, PROSE) for t in _prose(p)
    ]:
        made, rest = [], text.astext()
        at = 0
        for match in finds.finditer(rest):
            each = by_term.get(match[0]) or by_term[match[0].lower()]
            if each not in used:
                used.add(each)
                made += [nodes.Text(rest[at : match.start()]), _use(each, match[0])]
                at = match.end()
        if made:
            text.parent.replace(text, [*made, nodes.Text(rest[at:])])


def _prose(paragraph: nodes.paragraph) -> list[nodes.Text]:
    """The text of a paragraph that is its own."""
    found = []
    for text in paragraph.findall(nodes.Text):
        around = text.parent
        while (
            around is not paragraph
            and not isinstance(around, (*OTHER, TermUse))
            and PUBLISHED not in around["classes"]
        ):
            around = around.parent
        if around is paragraph:
            found.append(text)
    return found


def _use(each: Definition, words: str) -> TermUse:
    return TermUse(words, words, docname=each.docname, anchor=each.anchor, definition=each.text)


def visit_use(translator: HTML5Translator, node: TermUse) -> None:
    """Write the term; its definition follows it, and is shown beside it."""
    builder = translator.builder
    address = f"{builder.get_relative_uri(builder.current_docname, node['docname'])}#{node['anchor']}"
    name = f"explained-{node['anchor']}"
    translator.body.append(f'<span class="site-term"><dfn tabindex="0" aria-describedby="{escape(name)}">')
    translator.context.append(
        f'</dfn><span class="site-term-text" role="tooltip" id="{escape(name)}">'
        f"{escape(node['definition'], quote=False)} "
        f'<a class="reference internal" href="{escape(address)}">Glossary</a></span></span>'
    )


def depart_use(translator: HTML5Translator, node: TermUse) -> None:
    """Write the definition."""
    translator.body.append(translator.context.pop())


def as_text(translator: nodes.NodeVisitor, node: TermUse) -> None:
    """In other formats the term is text like any other."""


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Remember what the page that was read defines."""
    found = definitions(doctree, app.env.docname)
    if found:
        book(app.env).terms[app.env.docname] = found


def known(env: BuildEnvironment) -> list[Definition]:
    """All definitions of the book."""
    return [each for _, found in sorted(book(env).terms.items()) for each in found]


def mark(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Explain the terms of a page about to be written; a glossary explains itself."""
    if docname not in book(app.env).terms:
        explain(doctree, known(app.env))


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """When a definition changed, write every page again: any may show it."""
    return pages_if_moved(env, "terms", known(env))


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    same = dict.fromkeys(OTHERS, (as_text, as_text))
    app.add_node(TermUse, html=(visit_use, depart_use), **same)
    app.connect("doctree-read", collect)
    app.connect("env-updated", rewrite)
    app.connect("doctree-resolved", mark, priority=900)
    app.add_css_file("terms.css", priority=910)
    app.add_js_file("terms.js", loading_method="defer", priority=820)
