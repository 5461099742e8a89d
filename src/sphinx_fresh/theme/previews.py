"""What a link leads to, shown beside it: a figure, a table, a section or a reference of the bibliography.

A page holds the previews of what its own prose and tables refer to, each once: nothing is loaded for them but
a figure's drawing, when it is shown. The script beside this finds a link's preview by its address.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.util.osutil import relative_uri

from sphinx_fresh import files
from sphinx_fresh.figures import standalone
from sphinx_fresh.figures.toolbar import SiteTools
from sphinx_fresh.outputs import words
from sphinx_fresh.outputs.searchable import SearchTable
from sphinx_fresh.state import book, standard_domain

LONGEST = 300
"""Letters of a text."""

ROWS, COLUMNS, CELL = 3, 3, 40
"""How many rows and columns of a table are shown, and letters of a cell."""

Parts = dict[str, nodes.Element]
"""What there is to say of a target: its title, its text; and a table's cells, by row and column."""


@dataclass(frozen=True)
class Snippet:
    """What is shown of a target, with its references unresolved.

    ids: its places in the page. kind: figure, table or section. picture: a drawing's file from the
    site's root, and the size in px of what is shown: all but its heading, which the preview says itself.
    """

    ids: tuple[str, ...]
    kind: str
    texts: Parts
    picture: tuple[str, float, float] | None = None

    def said(self) -> str:
        """All that it says, to see whether it has changed."""
        return repr((self.ids, self.kind, self.picture, [(k, v.pformat()) for k, v in self.texts.items()]))


@dataclass(frozen=True)
class Page:
    """The snippets of a page's own targets, and the targets that its references name, as they are written."""

    snippets: list[Snippet]
    named: frozenset[str]

    def said(self) -> str:
        """All that others may show of the page."""
        return repr([snippet.said() for snippet in self.snippets])


# --- what a page that is read has to show ---------------------------------------------------------


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Remember the page's targets, and what it refers to."""
    env = app.env
    found = [snippet for node in doctree.findall(nodes.Element) if (snippet := _snippet(env, node))]
    named = (node.get("reftarget") or "" for node in doctree.findall(addnodes.pending_xref))
    book(env).previews[env.docname] = Page(found, frozenset(map(str.lower, named)))


def _snippet(env: BuildEnvironment, node: nodes.Element) -> Snippet | None:
    ids = tuple(node["ids"])
    if not ids:
        return None
    if isinstance(node, nodes.section):
        return Snippet(ids, "section", _texts(title=_first(node, nodes.title), text=_opening(node)))
    if isinstance(node, nodes.figure):
        above = [n for n in node.parent.children if isinstance(n, nodes.paragraph)]
        title = next((n for n in above if "site-figure-title" in n["classes"]), None)
        texts = _texts(title=title, text=_first(node, nodes.caption))
        return Snippet(ids, "figure", texts, _picture(env, node))
    if isinstance(node, nodes.table):
        return Snippet(ids, "table", _texts(text=_first(node, nodes.title)) | _cells(node))
    if isinstance(node, SearchTable):
        return Snippet(ids, "table", _texts(text=_first(node, nodes.paragraph)))
    return None


def _texts(**found: nodes.Element | None) -> Parts:
    return {name: node.deepcopy() for name, node in found.items() if node is not None}


def _first(node: nodes.Element, kind: type[nodes.Element]) -> nodes.Element | None:
    return next((child for child in node.children if isinstance(child, kind)), None)


def _opening(section: nodes.section) -> nodes.Element | None:
    """The first paragraph that stands in a section itself; else that of the first section in it."""
    own = _first(section, nodes.paragraph)
    inner = cast("nodes.section | None", _first(section, nodes.section))
    return own if own is not None or inner is None else _opening(inner)


def _picture(env: BuildEnvironment, figure: nodes.figure) -> tuple[str, float, float] | None:
    """The file of a figure's drawing: what it brings to download, or the picture that it is of."""
    tools = next((n for n in figure.parent.children if isinstance(n, SiteTools)), None)
    if tools is not None:
        name = f"{tools['stem']}.svg"
        drawn = book(env).files.get(env.docname, {}).get(name)
        return (f"{files.FOLDER}/{name}", *standalone.below_heading(drawn)) if drawn else None
    image = next(iter(figure.findall(nodes.image)), None)
    return (f"_images/{env.images[image['uri']][1]}", 0, 0) if image and image["uri"] in env.images else None


def _cells(table: nodes.table) -> Parts:
    """The first cells of the headings and of the first rows."""
    rows = [row for row in table.findall(nodes.row) if "site-note" not in row["classes"]]
    return {
        f"{i} {j}": nodes.container("", *(child.deepcopy() for child in cell.children))
        for i, row in enumerate(rows[: ROWS + 1])
        for j, cell in enumerate(row.children[:COLUMNS])
    }


# --- which pages are to be written again -----------------------------------------------------------


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages that may refer to what says something else than in the last build."""
    pages, shown = book(env).previews, book(env).shown
    now = {name: page.said() for name, page in pages.items()}
    before = cast("dict[str, str]", shown.get("previews", {}))
    shown["previews"] = now
    moved = {name for name in now.keys() | before.keys() if now.get(name) != before.get(name)}
    labels = {label for label, (name, *_) in standard_domain(env).anonlabels.items() if name in moved}
    leads = labels | {posixpath.basename(name).lower() for name in moved}
    return sorted(name for name, page in pages.items() if leads & {*page.named, *map(_file, page.named)})


def _file(target: str) -> str:
    """The name of a page's file in a reference to the page."""
    return posixpath.basename(target.partition("#")[0]).removesuffix(".md")


# --- what a page that is written shows --------------------------------------------------------------


def add(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the previews of what a page refers to at its end."""
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder):
        return
    pages = {builder.get_target_uri(name): name for name in app.env.found_docs}
    cited: dict[str, nodes.reference] = {}
    wanted: dict[str, tuple[str, Snippet]] = {}
    for reference in doctree.findall(nodes.reference):
        address = _address(reference)
        if "reftitle" in reference:
            cited.setdefault(address, reference)
        elif address and address not in wanted and (found := _target(app, pages, docname, address)):
            wanted[address] = found
    texts = _resolved(app.env, docname, wanted)
    shown = {address: _cited(address, reference) for address, reference in cited.items()}
    for address, (name, snippet) in wanted.items():
        shown[address] = _html(app, docname, address, name, snippet, texts[address])
    for reference in doctree.findall(nodes.reference):
        if _address(reference) in cited:
            reference.attributes.pop("reftitle", None)
    parts = (
        f'<div popover="manual" class="site-preview" role="tooltip" id="preview-{i}" '
        f'data-for="{escape(address)}">{html}</div>\n'
        for i, (address, html) in enumerate(shown.items())
    )
    if shown:
        doctree += nodes.raw("", "".join(parts), format="html")


def _address(reference: nodes.reference) -> str:
    """Where a reference leads inside the book, as its page has it; empty for others."""
    if reference.get("refid"):
        return f"#{reference['refid']}"
    return reference.get("refuri", "") if reference.get("internal") else ""


def _target(app: Sphinx, pages: Mapping[str, str], docname: str, address: str) -> tuple[str, Snippet] | None:
    """The page that an address leads to, and what there is to show of it."""
    path, _, place = address.partition("#")
    here = app.builder.get_target_uri(docname)
    name = pages.get(posixpath.normpath(posixpath.join(posixpath.dirname(here), path)) if path else here, "")
    snippets = book(app.env).previews.get(name, Page([], frozenset())).snippets
    found = next((each for each in snippets if not place or place in each.ids), None)
    return (name, found) if found and ("text" in found.texts or found.picture) else None


def _resolved(
    env: BuildEnvironment, docname: str, wanted: Mapping[str, tuple[str, Snippet]]
) -> dict[str, Parts]:
    """The texts of snippets with their references resolved."""
    keys = [(address, name) for address, (_, snippet) in wanted.items() for name in snippet.texts]
    found = words.resolved(env, docname, {key: wanted[key[0]][1].texts[key[1]] for key in keys})
    return {address: {n: found[a, n] for a, n in keys if a == address} for address in wanted}


def _cited(address: str, reference: nodes.reference) -> str:
    """HTML of a citation: what the bibliography has of it."""
    text = escape(" ".join(reference["reftitle"].split()), quote=False)
    return f"{_head(address, escape(reference.astext(), quote=False))}<p>{text}</p>"


def _html(app: Sphinx, docname: str, address: str, name: str, snippet: Snippet, texts: Parts) -> str:
    """HTML of what is shown of a figure, a table or a section."""
    title = words.html(texts["title"], LONGEST) if "title" in texts else ""
    label = _label(app, name, snippet)
    parts = [_head(address, ": ".join(filter(None, (label, title))))]
    if snippet.picture:
        file, width, height = snippet.picture
        source = relative_uri(app.builder.get_target_uri(docname), file)
        size = f' width="{width:g}" height="{height:g}"' if width else ""
        parts.append(f'<img src="{escape(source)}" alt="" loading="lazy"{size}>')
    parts += [f"<p>{words.html(texts['text'], LONGEST)}</p>"] if "text" in texts else []
    if snippet.kind == "table" and "0 0" in texts:
        rows = "".join(_row(texts, i, "td") for i in range(1, ROWS + 1) if f"{i} 0" in texts)
        head = _row(texts, 0, 'th scope="col"')
        parts.append(f'<table class="site-preview-rows"><thead>{head}</thead><tbody>{rows}</tbody></table>')
    return "".join(parts)


def _row(texts: Parts, i: int, tag: str) -> str:
    cells = [texts[f"{i} {j}"] for j in range(COLUMNS) if f"{i} {j}" in texts]
    said = (escape(words.short(cell.astext(), CELL), quote=False) for cell in cells)
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag[:2]}>' for cell in said)}</tr>"


def _label(app: Sphinx, name: str, snippet: Snippet) -> str:
    """How a figure or a table is called; empty for a section."""
    if snippet.kind == "section":
        return ""
    numbers = app.env.toc_fignumbers.get(name, {}).get(snippet.kind, {})
    number = next((numbers[each] for each in snippet.ids if each in numbers), None)
    if number is None:
        return "" if "title" in snippet.texts else snippet.kind.capitalize()
    return escape(app.config.numfig_format[snippet.kind] % ".".join(map(str, number)))


def _head(address: str, title: str) -> str:
    """The first line: it leads where the reference does, for those who tap."""
    return f'<p class="site-preview-title"><a href="{escape(address)}">{title}</a></p>'


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("doctree-read", collect)
    app.connect("env-updated", rewrite)
    app.connect("doctree-resolved", add, priority=910)  # when terms are explained
    app.add_css_file("previews.css", priority=910)
    app.add_js_file("previews.js", loading_method="defer", priority=820)
