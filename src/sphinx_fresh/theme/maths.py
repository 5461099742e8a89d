"""Formulas as MathML, made while building."""

from __future__ import annotations

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)


def mathml(translator: HTML5Translator, node: nodes.math | nodes.math_block, as_block: bool) -> str:
    """A formula as MathML; bad LaTeX is a warning, and its source is shown."""
    latex = node.astext().strip()
    try:
        markup = tex2mathml(latex, as_block=as_block)
    except MathError as error:
        LOGGER.warning("bad formula %r: %s", latex, error, location=node)
        return f"<code>{translator.encode(latex)}</code>"
    return " ".join(line.strip() for line in markup.splitlines())


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """A formula in a line of text."""
    translator.body.append(mathml(translator, node, as_block=False))
    raise nodes.SkipNode


def visit_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """A formula on its own, with its number if it has one."""
    translator.body.append(translator.starttag(node, "div", CLASS="site-formula"))
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
