"""Outputs that a page would leave blank: they load something from another host, or bring a script.

The policy of a page lets it do neither, and a page that is opened without a network could not.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.element import Tag
from docutils import nodes
from myst_nb.core.render import get_mime_priority
from sphinx.application import Sphinx
from sphinx.util import logging

from sphinx_fresh.formats import around
from sphinx_fresh.mime import NOTEBOOKS_ONLY, OWN
from sphinx_fresh.theme import left_out

LOGGER = logging.getLogger(__name__)
REMEDY = "show an Altair chart, a table or a picture"
ELSEWHERE = re.compile(r"\s*(?:https?:)?//", flags=re.IGNORECASE)
STYLE_ELSEWHERE = re.compile(
    r"""(?:url\(|@import)\s*["']?\s*((?:https?:)?//[^"')\s]+)""", flags=re.IGNORECASE
)
LOADING = ("src", "data", "poster", "srcset", "background")
"""Attributes whose address is loaded with the page; so is the `href` of a `link`."""


def blocked(html: str) -> str | None:
    """What a part of a page would do that its policy forbids, in words; None: nothing."""
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        said = _does(tag)
        if said:
            return said
    return None


def _does(tag: Tag) -> str | None:
    if tag.name == "script" and "json" not in str(tag.get("type", "")):
        return f"it loads {tag['src']}" if tag.get("src") else "it runs a script of its own"
    if tag.name in ("iframe", "object", "embed"):
        return f"it embeds another page (<{tag.name}>)"
    for name, value in tag.attrs.items():
        loads = name in LOADING or (tag.name == "link" and name == "href")
        if loads and ELSEWHERE.match(str(value)):
            return f"it loads {value}"
        if name.startswith("on"):
            return f"it runs a script of its own ({name})"
        if str(value).lstrip().lower().startswith("javascript:"):
            return "it runs a script of its own (javascript:)"
    styles = f"{tag.get('style', '')} {tag.get_text() if tag.name == 'style' else ''}"
    found = STYLE_ELSEWHERE.search(styles)
    return f"it loads {found[1]}" if found else None


def refuse(app: Sphinx, doctree: nodes.document) -> None:
    """Warn, and so end the build, of every output and every part of a page that would be blank."""
    priority = get_mime_priority("html", app.config.nb_mime_priority_overrides)
    unseen: set[nodes.Node] = set()
    for bundle in doctree.findall(nodes.container):
        if bundle.get("nb_element") != "mime_bundle":
            continue
        kinds = {
            str(child["mime_type"]): child for child in bundle.children if isinstance(child, nodes.Element)
        }
        shown = next((kind for kind in priority if kind in kinds), None)
        unseen.update(node for kind, child in kinds.items() if kind != shown for node in child.findall())
        others = [kind for kind in kinds if kind.startswith(NOTEBOOKS_ONLY) and not kind.startswith(OWN)]
        if others and shown in (None, "text/plain", *others):
            _say("only notebooks draw it", bundle)
            unseen.update(bundle.findall())
    for node in doctree.findall():
        if node in unseen:
            continue
        if isinstance(node, nodes.raw) and "html" in node["format"].split():
            said = blocked(node.astext())
            if said:
                _say(said, node)
        elif isinstance(node, nodes.image) and ELSEWHERE.match(node["uri"]):
            _say(f"it loads {node['uri']}", node)


def _say(why: str, node: nodes.Element) -> None:
    cell = next((each for each in around(node) if each.get("nb_element") == "cell_code"), None)
    where = f"the output of code cell {cell['exec_count']}" if cell is not None else "a part of this page"
    LOGGER.warning("%s would stay blank: %s; %s", where, why, REMEDY, location=node)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx, unless pages have no policy."""
    if "content_security" not in left_out(app.config):
        app.connect("doctree-read", refuse)
