"""What a page says of itself to search engines and to those who share it.

What needs the site's public address is left out without one.
"""

from __future__ import annotations

import json
import re
import textwrap
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.sax.saxutils import escape as escape_xml

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.errors import ConfigError

from sphinx_fresh.failure import said_alone
from sphinx_fresh.figures import standalone
from sphinx_fresh.figures.drawing import FONTS

LONGEST = 300
PICTURE = "_static/site/picture.png"
PICTURE_WIDTH = 1200
SITEMAP = "sitemap.xml"


def description(doctree: nodes.document) -> str:
    """The page's first paragraph."""
    paragraphs = (node for node in doctree.findall(nodes.paragraph) if isinstance(node.parent, nodes.section))
    return next(map(plain, paragraphs), "")


def plain(node: nodes.Node) -> str:
    """A node's text on one line, not longer than a description should be."""
    return textwrap.shorten(node.astext(), LONGEST, placeholder=" …")


def address(app: Sphinx, path: str = "") -> str:
    """The public address of a file of the site; empty without one."""
    base = app.config.html_baseurl
    return urljoin(base.rstrip("/") + "/", path) if base else ""


def tags(app: Sphinx, pagename: str, title: str, text: str) -> list[str]:
    """Description and Open Graph tags of a page."""
    config = app.config
    page, picture = address(app, app.builder.get_target_uri(pagename)), config.site_picture
    graph = {
        "type": "website" if pagename == config.root_doc else "article",
        "title": title,
        "description": text,
        "site_name": config.html_title or config.project,
        "locale": config.language,
    }
    if page:
        graph["url"] = page
    if page and picture:
        graph |= {"image": address(app, PICTURE), "image:alt": picture["description"]}
    found = [f'<meta name="description" content="{escape(text)}" />'] if text else []
    return found + [
        f'<meta property="og:{name}" content="{escape(value)}" />' for name, value in graph.items() if value
    ]


def schema(app: Sphinx) -> str:
    """The objects of schema.org that the book says it is, for its first page."""
    site = address(app)
    objects = [each | ({"url": site} if site else {}) for each in app.config.site_schema]
    text = json.dumps({"@context": "https://schema.org", "@graph": objects}, ensure_ascii=False)
    return '<script type="application/ld+json">' + text.replace("<", "\\u003c") + "</script>"


def add(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None) -> None:
    """Put the tags where the theme puts those of the page."""
    if doctree is None:
        return
    title = unescape(re.sub(r"<[^>]*>", "", context.get("title", "")))
    lines = tags(app, pagename, title, description(doctree))
    if pagename == app.config.root_doc and app.config.site_schema:
        lines.append(schema(app))
    context["metatags"] = "\n    ".join([context.get("metatags", ""), *lines, ""])


def write_picture(app: Sphinx, builder: Builder) -> None:
    """The picture that goes with a shared link, as PNG: the only form that all readers of the tag take."""
    if builder.format != "html" or not app.config.site_picture or not address(app):
        return
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    svg = Path(app.srcdir, app.config.site_picture["file"]).read_text(encoding="utf-8")
    width = standalone.size(svg[svg.index("<svg") :])[0]
    path = Path(app.outdir, PICTURE)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(vl_convert.svg_to_png(svg, scale=PICTURE_WIDTH / width))


def write_sitemap(app: Sphinx, exception: Exception | None) -> None:
    """The list of pages for search engines; none without a public address."""
    if exception is not None or app.builder.format != "html":
        return
    path = Path(app.outdir, SITEMAP)
    if not address(app):
        path.unlink(missing_ok=True)
        return
    places = [address(app, app.builder.get_target_uri(name)) for name in sorted(app.env.found_docs)]
    lines = [f"  <url><loc>{escape_xml(place)}</loc></url>" for place in places]
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    )
    path.write_text("\n".join([head, *lines, "</urlset>\n"]), encoding="utf-8")


def check(app: Sphinx, config: Config) -> None:
    """Settings that would give wrong tags end the build."""
    if config.html_baseurl and not re.match(r"https?://[^/]+", config.html_baseurl):
        raise ConfigError(
            f"html_baseurl is {config.html_baseurl!r}; the site's address begins with https://, or is empty"
        )
    if config.site_picture and set(config.site_picture) != {"file", "description"}:
        raise ConfigError(
            f"site_picture has {sorted(config.site_picture)}; it takes file (an SVG) and description"
        )


def escape_title(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """The theme prints a page's name at the head of a sheet of paper as if it were HTML."""
    if "pagetitle" in context:
        context["pagetitle"] = escape(context["pagetitle"])


def write_entrance(app: Sphinx, exception: Exception | None) -> None:
    """The address of the whole site leads to its first page.

    As a page of its own it has a language, a title and a policy.
    """
    if exception is not None or app.builder.name != "html" or app.config.root_doc == "index":
        return
    first, title = (
        escape(app.builder.get_target_uri(app.config.root_doc)),
        escape(app.config.html_title or app.config.project),
    )
    Path(app.outdir, "index.html").write_text(
        f'<!DOCTYPE html>\n<html lang="{escape(app.config.language)}">\n<head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">\n'
        f'<meta http-equiv="refresh" content="0; url={first}">\n<title>{title}</title></head>\n'
        f'<body><a href="{first}">{title}</a></body>\n</html>\n',
        encoding="utf-8",
    )


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("config-inited", said_alone(check))
    app.connect("html-page-context", add)
    app.connect("html-page-context", escape_title, priority=900)  # after the theme has set it
    app.connect("write-started", write_picture)
    app.connect("build-finished", write_sitemap)
    app.connect("build-finished", write_entrance, priority=100)  # before another extension writes a bare one
