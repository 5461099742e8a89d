"""Under every figure: its table, its files, its code, its sources, how to cite it and where it stands."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.transforms import SphinxTransform
from sphinx.writers.html5 import HTML5Translator

from sphinx_fresh import files
from sphinx_fresh.failure import said_alone
from sphinx_fresh.figures import cite, embed, hover, standalone
from sphinx_fresh.figures.charts import SiteChart, coloured_svg
from sphinx_fresh.formats import add_for_html, around, repeat
from sphinx_fresh.outputs.text import Page, check_rows
from sphinx_fresh.settings import function
from sphinx_fresh.state import standard_domain
from sphinx_fresh.theme import meta

SCRIPT, KEY = "toolbar.js", "chart-key"
LONGEST = 1000
"""Rows that a table under a figure may have; a longer one is the CSV alone."""

SENTENCE = re.compile(r"(?<!\bal)(?<!\bFig)\.\s+(?=[A-Z])")
"""Where a caption's next sentence begins."""


class SiteTools(nodes.General, nodes.Element):
    """The tools of the figure before it.

    Attributes: stem, home, files, views, sources, cited, columns, keyed, code.

    files: (label, name, what it is) of the downloads. views: the tables to fold. sources: HTML. cited:
    whether it can be: what has no name has no address. keyed: whether the key of charts belongs to it. code:
    id of the cell's code.
    """


def tools_node(page: Page, content: dict, figure: nodes.figure, columns: int, width: int) -> SiteTools:
    """The tools of a figure, and its files: drawings ``width`` px wide, so many beside each other.

    ValueError: rows and columns differ.
    """
    stem = content.get("copy_of") or content.get("name") or "figure-" + _short_hash(content)
    charts = list(figure.findall(SiteChart))
    found: list[tuple[str, str, str]] = []

    def bring(label: str, ending: str, text: str, what: str) -> None:
        name = f"{stem}.{ending}"
        if not content.get("copy_of"):  # a copy leads to the files of what it repeats
            files.record(page.env, name, text)
        found.append((label, name, what))

    names, rows, spec = content.get("columns") or (), content["rows"], content.get("spec")
    check_rows(rows, names)
    if names:
        bring("Data (CSV)", "csv", files.csv_text(names, rows), "Data of this figure, as CSV")
    caption, title = " ".join(caption_of(figure).split()), content.get("title", "")
    drawings = [chart["svg"] for chart in charts]
    drawn = standalone.svg_file(drawings, columns, caption, content["description"], title)
    bring("SVG", "svg", drawn, "The drawing, as SVG")
    if spec:
        specs = [chart["spec"] for chart in charts]
        shown = specs if isinstance(spec, list) else specs[0]
        whole = standalone.spec_file(shown, columns, width, content["description"], title)
        text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
        bring("Vega-Lite", "vl.json", text, "The chart's specification, as Vega-Lite JSON")
    views = hover.views(spec) or ([hover.View("", tuple(names), tuple(map(tuple, rows)))] if names else [])
    views = [view for view in views if len(view.rows) <= LONGEST]
    sources = cite.sources(page.env, content.get("sources") or ())
    if content.get("name") and not content.get("copy_of"):
        embed.record(page.env, content, figure)
    return SiteTools(
        stem=stem,
        home=content.get("copy_of"),
        files=found,
        views=views,
        sources=sources,
        cited=bool(content.get("name") or content.get("copy_of")),
        columns=columns,
        keyed=spec is not None,
        code=None,
    )


def caption_of(figure: nodes.Element) -> str:
    """The text of a figure's caption; without one, how its drawing is described."""
    caption = next(iter(figure.findall(nodes.caption)), None)
    return caption.astext() if caption else next(iter(figure.findall(SiteChart)))["description"]


def _short_hash(content: dict) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


class FindCode(SphinxTransform):
    """Gives the code of each figure's cell an id, before sections leave their cells."""

    default_priority = 190

    def apply(self, **_: object) -> None:
        """Change the page."""
        for tools in self.document.findall(SiteTools):
            cell = next((each for each in around(tools) if each.get("nb_element") == "cell_code"), ())
            parts = (part for part in cell if isinstance(part, nodes.Element))
            code = next((part for part in parts if part.get("nb_element") == "cell_code_source"), None)
            if code is not None:
                if not code["ids"]:
                    code["ids"].append(f"code-{tools['stem']}")
                tools["code"] = code["ids"][0]


def visit_tools(translator: HTML5Translator, node: SiteTools) -> None:
    """Write the row of tools, and what its buttons open."""
    anchor = f"tools-{node['stem']}{repeat(translator.document, node, 'stem')}"
    short, named, address, public = standing(translator, node)
    items = [
        f'<a href="{escape(files.link_here(translator, name))}" download title="{escape(what)}">{label}</a>'
        for label, name, what in node["files"]
    ]
    png = (
        f'<button type="button" class="site-png" data-name="{escape(node["stem"])}.png" '
        f'data-columns="{node["columns"]}" title="The drawing, as PNG" hidden>PNG</button>'
    )
    items.insert(2 if len(items) > 1 else 1, png)
    config = translator.config
    key = coloured_svg(config.site_key, config.site_colours) if node["keyed"] else ""
    if key:
        items.insert(0, f'<button type="button" popovertarget="{KEY}">Key</button>')
    if node["code"]:
        items.append(f'<a href="#{node["code"]}" title="The lines that made this figure">Code</a>')
    label, popovers = escape(short), ""
    if key and node is next(each for each in translator.document.findall(SiteTools) if each["keyed"]):
        popovers += popover(KEY, "How to read these charts", key)
    if node["sources"] or node["cited"]:
        items.append(f'<button type="button" popovertarget="{anchor}-sources">Sources</button>')
        made = "<p>Made for this book: no published source stands behind it.</p>\n"
        popovers += popover(f"{anchor}-sources", f"Sources: {label}", node["sources"] or made)
    if node["cited"]:
        items.append(f'<button type="button" popovertarget="{anchor}-cite">Cite</button>')
        of = node["home"] or node["stem"]
        both = map(copied, cite.citation(translator.config.site_cited, named, of, public))
        popovers += popover(f"{anchor}-cite", f"Cite: {label}", "".join(both))
    if node["cited"] and not node["home"]:
        embed.write_page(translator, node, short, named)
        items.append(f'<button type="button" popovertarget="{anchor}-embed">Embed</button>')
        code, page = embed.code(translator, node, named)
        alone = f'<p><a class="site-embed" href="{escape(page)}">The page alone</a></p>\n'
        popovers += popover(f"{anchor}-embed", f"Embed: {label}", copied(code) + alone)
    if address:
        said = "Permanent address of this figure; a click copies it"
        items.append(f'<a class="site-address" href="{escape(address)}" title="{said}">Link</a>')
    row = "\n".join(f"<li>{item}</li>" for item in items)
    translator.body.append(
        f'<div class="site-tools">\n{table(node["views"])}<ul aria-label="Tools: {label}">\n{row}\n</ul>\n'
        f"{popovers}</div>\n"
    )
    raise nodes.SkipNode


def read_key(app: Sphinx, config: Config) -> None:
    """Ask the book for the marks that its charts share; when they are others, all pages are written again."""
    named = config.site_chart_key
    try:
        config.site_key = function(named)() if named else ""
    except (ImportError, AttributeError, ValueError) as error:
        takes = "it takes module:name of a function that returns an SVG"
        raise ConfigError(f"site_chart_key is {named!r}, which is not there ({error}); {takes}") from None


def standing(translator: HTML5Translator, node: SiteTools) -> tuple[str, str, str, str]:
    """How a figure is called in short and in full, and its address in the site and in public.

    In short it is its number, else the caption's first sentence; in full both. An address that it has not
    is empty.
    """
    builder, env = translator.builder, translator.builder.env
    figure = next(iter(node.parent.findall(nodes.figure)))
    docname, ids = builder.current_docname, figure["ids"]
    if node["home"]:
        labels = standard_domain(env).anonlabels
        docname, *ids = labels.get(nodes.fully_normalize_name(node["home"]), (docname,))
    number = next((env.toc_fignumbers.get(docname, {}).get("figure", {}).get(i) for i in ids), None)
    head = translator.config.numfig_format["figure"] % ".".join(map(str, number)) if number else "Figure"
    caption = caption_of(figure).partition(" (Copy of ")[0]
    said = SENTENCE.split(" ".join(caption.split()))[0].rstrip(".")
    short, named = head if number else said, f"{head}: {said}"
    if not ids:
        return short, named, "", ""
    here = (
        builder.get_relative_uri(builder.current_docname, docname)
        if docname != builder.current_docname
        else ""
    )
    public = meta.address(builder.app, builder.get_target_uri(docname))
    return short, named, f"{here}#{ids[0]}", f"{public}#{ids[0]}" if public else ""


def popover(anchor: str, title: str, body: str) -> str:
    """What a button opens over the page: Escape and a click beside it close it, without a script."""
    close = f'<button type="button" popovertarget="{anchor}" popovertargetaction="hide">Close</button>'
    return (
        f'<div popover class="site-popover" id="{anchor}" role="dialog" aria-labelledby="{anchor}-title">\n'
        f'<p class="site-popover-title" id="{anchor}-title">{title}</p>\n{body}{close}\n</div>\n'
    )


def copied(text: str) -> str:
    """Text to be taken along; the button comes alive with the script."""
    button = '<button type="button" class="site-copy" hidden>Copy</button>'
    return f'<pre tabindex="0">{escape(text)}</pre>\n{button}\n'


def table(views: Sequence[hover.View]) -> str:
    """The tables, folded; empty without any."""
    if not views:
        return ""
    return f'<details class="site-data"><summary>Table</summary>\n{"".join(map(_table, views))}</details>\n'


def _table(view: hover.View) -> str:
    numeric = [all(_is_number(v) for v in column if v is not None) for column in zip(*view.rows, strict=True)]
    sides = [' class="site-right"' if right else "" for right in numeric or [False] * len(view.columns)]
    head = "".join(
        f'<th scope="col"{side}>{escape(str(name))}</th>'
        for name, side in zip(view.columns, sides, strict=True)
    )
    body = "\n".join(f"<tr>{_cells(row, sides)}</tr>" for row in view.rows)
    hidden = '<caption class="visually-hidden">Data of this figure</caption>'
    caption = f"<caption>{escape(view.title)}</caption>" if view.title else hidden
    return (
        f'<div class="pst-scrollable-table-container" tabindex="0"><table class="table">\n{caption}\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>\n"
    )


def _cells(row: Sequence[object], sides: Sequence[str]) -> str:
    """The first value as the row's header, the others as cells."""
    first, *others = [f"{side}>{escape(hover.text(value))}" for value, side in zip(row, sides, strict=True)]
    return f'<th scope="row"{first}</th>' + "".join(f"<td{other}</td>" for other in others)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Load the script on pages with figures, there alone."""
    if doctree is not None and next(doctree.findall(SiteTools), None) is not None:
        app.add_js_file(SCRIPT, loading_method="defer", priority=815)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    add_for_html(app, SiteTools, visit_tools)
    app.add_transform(FindCode)
    app.connect("config-inited", said_alone(read_key))
    app.connect("html-page-context", add_script)
