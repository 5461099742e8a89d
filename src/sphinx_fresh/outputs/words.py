"""A page's text on other pages: references resolved, formulas as MathML, cut where it is long."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from html import escape
from typing import TypeVar

from docutils import nodes
from docutils.utils import new_document
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransformer

Key = TypeVar("Key", bound=Hashable)


def resolved(
    env: BuildEnvironment, docname: str, texts: Mapping[Key, nodes.Element]
) -> dict[Key, nodes.Element]:
    """Copies of elements of pages that were read, with their references resolved as on the named page."""
    copies = {name: node.deepcopy() for name, node in texts.items()}
    whole = new_document(docname)
    whole += list(copies.values())
    before = env.temp_data.get("docname")
    env.temp_data["docname"] = docname  # as Sphinx has it while it resolves a page
    transformer = SphinxTransformer(whole)
    transformer.set_environment(env)
    transformer.add_transforms(env.app.registry.get_post_transforms())
    transformer.apply_transforms()
    env.temp_data["docname"] = before
    return copies


def html(element: nodes.Element, longest: float = float("inf")) -> str:
    """HTML of a text, at most so many letters of it, cut behind a word; formulas stay whole."""
    made, room = [], longest
    for leaf in element.findall(nodes.Text):
        if isinstance(leaf.parent, nodes.raw):
            continue
        formula = isinstance(leaf.parent, nodes.math)
        text = leaf.astext() if formula else re.sub(r"\s+", " ", leaf.astext())
        if len(text) > room:
            cut = "" if formula else text[: int(room) + 1].rpartition(" ")[0]
            made.append(f"{escape(cut, quote=False)} …")
            break
        made.append(_formula(text) if formula else escape(text, quote=False))
        room -= len(text)
    return "".join(made).strip()


def short(text: str, longest: int) -> str:
    """A text on one line, cut behind a word; a long word alone is cut where it has to be."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    cut = text[: longest + 1].rpartition(" ")[0] or text[:longest]
    return f"{cut} …"


def _formula(latex: str) -> str:
    try:
        return " ".join(line.strip() for line in tex2mathml(latex).splitlines())
    except (MathError, AttributeError):  # of which the page that has it warns
        return f"<code>{escape(latex, quote=False)}</code>"
