"""Figures and tables that Python objects hand over in their mime bundle, as numbered parts of the page.

An object's `_repr_mimebundle_` returns, beside what a notebook shows, one of the kinds that
`sphinx_fresh.mime` names.
"""

from __future__ import annotations

import contextlib
import json
from functools import partial
from typing import cast

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from myst_nb.sphinx_ import SphinxNbRenderer
from nbformat import NotebookNode
from sphinx.application import Sphinx

from sphinx_fresh.figures.charts import STATIC_WIDTH, Drawings, chart_node
from sphinx_fresh.figures.toolbar import tools_node
from sphinx_fresh.formats import add_alike
from sphinx_fresh.mime import FIGURE, FOLDS, LIVE, NOTEBOOKS_ONLY, SECTIONS, TABLE, VEGA_LITE_ANY
from sphinx_fresh.outputs.folds import fold_nodes
from sphinx_fresh.outputs.live import live_nodes
from sphinx_fresh.outputs.sections import section_nodes
from sphinx_fresh.outputs.tables import table_nodes
from sphinx_fresh.outputs.text import Page
from sphinx_fresh.state import build
from sphinx_fresh.theme import left_out

PANEL_WIDTHS = {"small": 220, "medium": 335, "large": 680}
"""Of a panel's drawing, in px; the live panel takes the room there is."""

WRONG = (ValueError, KeyError, TypeError)
"""What a figure or table raises that was handed over wrong."""


class SiteOutputs:
    """The renderer that myst-nb finds by its entry point."""

    mime_priority_overrides = tuple(("*", mime, 1) for mime in (FIGURE, TABLE, LIVE, SECTIONS, FOLDS))

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """The nodes of a figure or table; None leaves other outputs to myst-nb."""
        if data.mime_type == "text/plain" and not str(data.content).strip():
            return []  # an empty list of sections, which would stand as an empty box
        parts = {FIGURE: figure_nodes, TABLE: table_nodes, FOLDS: fold_nodes}
        make = {**parts, LIVE: live_nodes, SECTIONS: partial(section_nodes, make=parts)}.get(data.mime_type)
        page = Page(cast("SphinxNbRenderer", renderer.renderer), data.line or 0)
        if make is None:
            return [nodes.comment()] if _for_notebooks(data.mime_type, page) else None
        try:
            return make(page, fields(data.content))
        except WRONG as error:  # ends the build, with all other warnings
            problem = f"{type(error).__name__}: {error}"
            renderer.logger.warning(f"an output cannot be shown: {problem}", subtype="site", line=data.line)
            return []


def _for_notebooks(mime_type: str, page: Page) -> bool:
    """Whether only a notebook draws it; `blocked` sees whether something else stands beside it."""
    guarded = "content_security" not in left_out(page.env.config)
    return mime_type.startswith(VEGA_LITE_ANY) or (guarded and mime_type.startswith(NOTEBOOKS_ONLY))


def fields(content: dict | str | bytes) -> dict:
    """What an output hands over: fields, or JSON text, with which a notebook is copied and written faster."""
    return content if isinstance(content, dict) else json.loads(content)


def pack(notebook: NotebookNode) -> None:
    """Charts for notebooks alone become texts in the cache, which is copied and written many times."""
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        for mime in [mime for mime in output.get("data", ()) if mime.startswith(VEGA_LITE_ANY)]:
            output["data"][mime] = json.dumps(output["data"][mime], sort_keys=True)


def unpacked(output: NotebookNode) -> NotebookNode:
    """An output with its charts as a notebook has them."""
    for mime in [mime for mime in output.get("data", ()) if mime.startswith(VEGA_LITE_ANY)]:
        output["data"][mime] = fields(output["data"][mime])
    return output


class UnnumberedFigure(nodes.figure):
    """A figure that Sphinx does not count."""


def figure_nodes(page: Page, content: dict) -> list[nodes.Element]:
    """The figure, and under it its tools."""
    home = content.get("copy_of")
    numbered = content.get("numbered", True) and not home
    if numbered and not content.get("name"):
        raise ValueError("a numbered figure needs a name")
    caption = content["caption"] + (f" (Copy of {{numref}}`{home}`.)" if home else "")
    figure = nodes.figure() if numbered else UnnumberedFigure()
    figure += drawing(content, build(page.env.app).drawings)
    if caption:
        figure += page.inline(caption, nodes.caption())
    if content.get("note"):
        figure += nodes.legend("", page.inline(content["note"], nodes.paragraph()))
    if content.get("name"):
        page.target(figure, content["name"])
    title = content.get("title", "")
    heading = [nodes.paragraph("", title, classes=["site-figure-title"])] if title else []
    whole = nodes.container("", *heading, figure, classes=["site-figure"])
    size = panel_width(content)
    whole += tools_node(page, content, figure, max(1, STATIC_WIDTH // size), size)
    return [whole]


def drawing(content: dict, drawings: Drawings) -> nodes.Element:
    """The chart; or several specifications as panels, side by side where there is room."""
    spec = content.get("spec")
    if not isinstance(spec, list):
        return chart_node(spec, content.get("svg"), content["description"], drawings)
    panels = nodes.container(classes=["site-panels", f"site-panels-{content.get('panel', 'small')}"])
    panels += [chart_node(each, None, each["description"], drawings, panel_width(content)) for each in spec]
    return panels


def panel_width(content: dict) -> int:
    """How wide each drawing of a figure is, in px."""
    return (
        PANEL_WIDTHS[content.get("panel", "small")] if isinstance(content.get("spec"), list) else STATIC_WIDTH
    )


def draw(notebook: NotebookNode, drawings: Drawings) -> None:
    """Draw a notebook's charts ahead of its page.

    One that cannot be drawn is left to the page, which says so.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            content = output.get("data", {}).get(FIGURE)
            if content is not None:
                with contextlib.suppress(*WRONG):
                    drawing(fields(content), drawings)


def prepare(notebook: NotebookNode, drawings: Drawings) -> None:
    """What is done with a notebook as soon as it is executed, beside others."""
    draw(notebook, drawings)
    pack(notebook)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    add_alike(app, UnnumberedFigure, "figure")
