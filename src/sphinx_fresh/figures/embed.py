"""A page for each figure that has a name, to stand in another site; and what is known of it, as JSON.

``embed/<name>.html`` has the chart with its title, caption, sources and a link back. Its data stand among the
downloads, as ``<name>.csv``, and beside them what is known of the figure, as ``<name>.metadata.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from sphinx_fresh import files
from sphinx_fresh.failure import said_alone
from sphinx_fresh.figures import charts, cite, standalone
from sphinx_fresh.outputs import words
from sphinx_fresh.settings import function
from sphinx_fresh.state import Described, book
from sphinx_fresh.theme import content_security, left_out, meta

if TYPE_CHECKING:
    from sphinx_fresh.figures.toolbar import SiteTools

FOLDER = "embed"
ENDING = ".metadata.json"
MARGIN, LINE, LETTERS = 170, 24, 60
"""Of a frame around a page: px beside its drawing and text, px of a line, and letters in a line."""

PAGE = """<!DOCTYPE html>
<html lang="{language}" data-theme="light">
<head>
    {charset}
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <title>{named}</title>
    <base target="_blank" />
    <link rel="canonical" href="{address}" />
    <link rel="stylesheet" href="../_static/site.css" />
    <link rel="stylesheet" href="../_static/embed.css" />
    <script src="../_static/embed.js"></script>
    <script defer src="../_static/site.js"></script>
</head>
<body class="bd-article">
<main class="site-figure">
{title}<figure>
{drawing}<figcaption><p><span class="caption-number">{number}</span> {caption}</p></figcaption>
</figure>
<footer>
<p><a href="{back}">{book}</a>{data}</p>
<details><summary>Sources</summary>{sources}</details>
</footer>
</main>
</body>
</html>
"""


def address(stem: str) -> str:
    """The page of a figure, from the site's root."""
    return f"{FOLDER}/{stem}.html"


def code(translator: HTML5Translator, node: SiteTools, named: str) -> tuple[str, str]:
    """The HTML that puts a figure into another site's page; and the address of its page as seen from here.

    Without a public address of the site the HTML has that too, until the script completes it.
    """
    builder = translator.builder
    here = relative_uri(builder.get_target_uri(builder.current_docname), address(node["stem"]))
    place = meta.address(builder.app, address(node["stem"])) or here
    frame = (
        f'<iframe src="{escape(place)}" title="{escape(named)}" width="100%" height="{_height(node)}" '
        'loading="lazy" style="border: 0"></iframe>'
    )
    return frame, here


def _height(node: SiteTools) -> int:
    """How high a frame is that shows the whole page, in px."""
    figure = next(iter(node.parent.findall(nodes.figure)))
    sizes = [standalone.size(chart["svg"]) for chart in figure.findall(charts.SiteChart)]
    rows = [sizes[i : i + node["columns"]] for i in range(0, len(sizes), node["columns"])]
    letters = sum(len(text.astext()) for text in figure.findall(nodes.caption))
    return round(
        sum(max(h for _, h in row) + standalone.GAP for row in rows) + LINE * (letters // LETTERS) + MARGIN
    )


def write_page(translator: HTML5Translator, node: SiteTools, short: str, named: str) -> None:
    """Write the page of a figure, as it is written into its own page."""
    builder, config = translator.builder, translator.config
    figure = next(iter(node.parent.findall(nodes.figure)))
    heading = next((n for n in node.parent.children if isinstance(n, nodes.paragraph)), None)
    caption = next(iter(figure.findall(nodes.caption)), None)
    place = f"{builder.get_target_uri(builder.current_docname)}#{figure['ids'][0]}"
    links = [
        (label, f"../{files.FOLDER}/{name}") for label, name, _ in node["files"] if name.endswith(".csv")
    ]
    links.append(("About the data (JSON)", f"../{files.FOLDER}/{node['stem']}{ENDING}"))
    page = PAGE.format(
        language=escape(config.language),
        charset=content_security.CHARSET,
        named=escape(named),
        address=escape(meta.address(builder.app, place) or f"../{place}"),
        title=f'<h1 class="site-figure-title">{escape(heading.astext())}</h1>\n' if heading else "",
        drawing=_drawing(translator, figure),
        number=escape(short) if short != named else "",
        caption=words.html(caption) if caption else "",
        back=escape(f"../{place}"),
        book=escape(config.html_title or config.project),
        data="".join(f' · <a href="{escape(to)}">{label}</a>' for label, to in links),
        sources=node["sources"] or "<p>Made for this book: no published source stands behind it.</p>",
    )
    guarded = page if "content_security" in left_out(config) else content_security.guarded(page)
    files.write_if_other(Path(builder.outdir, address(node["stem"])), guarded)


def _drawing(translator: HTML5Translator, figure: nodes.figure) -> str:
    """The charts of a figure; several in a grid."""
    drawn = "".join(
        charts.html(each, each["anchor"], translator.config.site_colours, f"../{charts.library_file()}")
        for each in figure.findall(charts.SiteChart)
    )
    panels = next((n for n in figure.findall(nodes.container) if "site-panels" in n["classes"]), None)
    return f'<div class="{" ".join(panels["classes"])}">\n{drawn}</div>\n' if panels else drawn


# --- what is known of a figure ---------------------------------------------------------------------


def record(env: BuildEnvironment, content: Mapping[str, Any], figure: nodes.figure) -> None:
    """Note what is known of a figure of the page being read."""
    columns: list[str] = list(content.get("columns") or [])
    named = [name for name in env.config.site_row_ids if name in columns]
    caption = next(iter(figure.findall(nodes.caption)), None)
    book(env).figures.setdefault(env.docname, {})[content["name"]] = Described(
        name=content["name"],
        anchor=figure["ids"][0],
        title=content.get("title", ""),
        caption=caption.deepcopy() if caption is not None else nodes.caption(),
        description=content["description"],
        columns=columns,
        rows={name: _named(content["rows"], columns.index(name)) for name in named},
        sources=[tuple(source) for source in content.get("sources") or ()],
    )


def _named(rows: Iterable[Sequence[object]], column: int) -> list[str]:
    return list(dict.fromkeys(str(row[column]) for row in rows if row[column] not in (None, "")))


def described(
    app: Sphinx, docname: str, each: Described, caption: str, about: Mapping[str, Any]
) -> dict[str, Any]:
    """All that a program may want to know of a figure."""
    config = app.config
    numbers = app.env.toc_fignumbers.get(docname, {}).get("figure", {}).get(each.anchor)
    number = config.numfig_format["figure"] % ".".join(map(str, numbers)) if numbers else None
    public = meta.address(app)
    place = f"{app.builder.get_target_uri(docname)}#{each.anchor}"
    beside = sorted(name for name in book(app.env).files[docname] if name.partition(".")[0] == each.name)
    return {
        "name": each.name,
        "number": number,
        "title": each.title or None,
        "caption": caption,
        "description": each.description,
        "book": {"title": config.site_cited["title"], "version": config.site_cited.get("version")},
        **{key: value for key, value in about.items() if key != "sources"},
        "sources": cite.listed(app.env, each.sources, about.get("sources", {})),
        "columns": each.columns,
        "rows": each.rows,
        "page": f"{public}{place}" if public else f"../{place}",
        "embed": f"{public}{address(each.name)}" if public else f"../{address(each.name)}",
        "files": beside,
    }


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write what is known of each figure, and take away pages of figures that are gone."""
    if exception is not None or app.builder.format != "html":
        return
    figures = book(app.env).figures
    about = function(app.config.site_about)(Path(app.srcdir)) if app.config.site_about else {}
    wanted = {name for page in figures.values() for name in page}
    for path in Path(app.outdir, FOLDER).glob("*.html"):
        if path.stem not in wanted:
            path.unlink()
    for docname, page in sorted(figures.items()):
        captions = words.resolved(app.env, docname, {name: each.caption for name, each in page.items()})
        for name, each in page.items():
            said = described(app, docname, each, " ".join(captions[name].astext().split()), about)
            text = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
            files.write_if_other(Path(app.outdir, files.FOLDER, name + ENDING), text)


def check(app: Sphinx, config: Config) -> None:
    """A function that is not there ends the build."""
    if config.site_about:
        try:
            function(config.site_about)
        except (ImportError, AttributeError, ValueError) as error:
            takes = "it takes module:function"
            raise ConfigError(
                f"site_about is {config.site_about!r}, which is not there ({error}); {takes}"
            ) from None


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("config-inited", said_alone(check))
    app.connect("build-finished", write, priority=510)  # once the other downloads are there
