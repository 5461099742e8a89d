"""Formulas as MathML, made while building."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)
KNOWN = (
    "Arguments need braces, as in \\frac{1}{2}. Known are \\frac, \\sqrt, \\binom, \\text, \\mathbf, "
    "\\mathrm, \\operatorname, \\left, \\right, Greek letters, accents, and the environments aligned, cases "
    "and matrix; no \\newcommand."
)
"""What docutils makes MathML of, as far as a book needs it."""


def mathml(translator: HTML5Translator, node: nodes.math | nodes.math_block, as_block: bool) -> str:
    """A formula as MathML; bad LaTeX is a warning, and its source is shown."""
    latex = node.astext().strip()
    try:
        if unbalanced(latex):
            raise MathError("a brace is open or closed once too often.")
        markup = tex2mathml(latex, as_block=as_block)
    except (MathError, AttributeError) as error:  # AttributeError: an & outside of an environment
        said = str(error) if isinstance(error, MathError) else "an & or a line break stands alone."
        LOGGER.warning("bad formula %r: %s %s", latex, said, KNOWN, location=node)
        return f"<code>{translator.encode(latex)}</code>"
    return " ".join(line.strip() for line in markup.splitlines())


def unbalanced(latex: str) -> bool:
    """Whether a brace has no partner."""
    depth = 0
    for brace in re.findall(r"\\.|[{}]", latex, flags=re.DOTALL):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            return True
    return depth != 0


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """A formula in a line of text."""
    translator.body.append(mathml(translator, node, as_block=False))
    raise nodes.SkipNode


def visit_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """A formula on its own, with its number if it has one."""
    reached: dict[str, Any] = {
        "tabindex": "0",
        "role": "group",
        "aria-label": "Formula",
    }  # a long one is scrolled
    translator.body.append(translator.starttag(node, "div", CLASS="site-formula", **reached))
    translator.body.append(mathml(translator, node, as_block=True))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def choose(app: Sphinx, config: Config) -> None:
    """Use it instead of a script that draws formulas in the browser."""
    config.html_math_renderer = "mathml"


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("config-inited", choose)
