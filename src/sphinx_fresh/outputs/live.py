"""Places that a script of the book fills: a page brings the data, and a sentence for who has no scripts.

An object's `_repr_mimebundle_` returns `mime.LIVE` with name, text, data, and the names of scripts and a
style sheet in the book's static folder. A script finds the data as `window.siteData[name]`, the place by its
id.
"""

from __future__ import annotations

import hashlib
import json
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.writers.html5 import HTML5Translator

from sphinx_fresh import files
from sphinx_fresh.formats import add_for_html
from sphinx_fresh.outputs.text import Page


class SiteLive(nodes.General, nodes.Element):
    """A place; attributes name, scripts, style. Its one child is the text."""


def live_nodes(page: Page, content: dict) -> list[nodes.Element]:
    """The place, and its data in a file of its own."""
    name = content["name"]
    data = json.dumps(content["data"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    files.record(
        page.env, f"{name}.js", f"(window.siteData = window.siteData || {{}})[{json.dumps(name)}] = {data};\n"
    )
    node = SiteLive(name=name, scripts=content["scripts"], style=content["style"])
    node += page.plain(content["text"], nodes.paragraph())
    page.target(node, name)
    return [node]


def visit_live(translator: HTML5Translator, node: SiteLive) -> None:
    """Write the place; the text follows."""
    script = files.link_here(translator, f"{node['name']}.js")
    translator.body.append(translator.starttag(node, "div", CLASS="site-live"))
    translator.context.append(f'<script src="{escape(script)}" defer></script>\n</div>\n')


def depart_live(translator: HTML5Translator, node: SiteLive) -> None:
    """Write what loads the data."""
    translator.body.append(translator.context.pop())


def add_files(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Load the scripts and style sheets of the page's places, there alone."""
    for node in doctree.findall(SiteLive) if doctree is not None else ():
        for i, script in enumerate(node["scripts"]):
            app.add_js_file(script, loading_method="defer", priority=820 + i)
        app.add_css_file(node["style"], priority=910)


def digest_static(app: Sphinx, config: Config) -> None:
    """Pages name static files with a checksum: when one changes, they are written again, not executed."""
    folders = [Path(app.srcdir, folder) for folder in config.html_static_path]
    contents = [
        path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()
    ]
    config.site_static = hashlib.sha256(b"".join(contents)).hexdigest()


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    add_for_html(app, SiteLive, visit_live, depart_live)
    app.connect("config-inited", digest_static)
    app.connect("html-page-context", add_files)
