"""Parts of a page that a function of the book's own makes while the page is read: no kernel is started.

::

    ```{made} package.module:function
    argument
    ```

stands for what ``function("argument")`` returns, a list of Markdown, figures and tables. The page is read
again exactly if something that the function has read, or its code, has changed.
"""

from __future__ import annotations

import os
from typing import cast

from docutils import nodes
from myst_nb.sphinx_ import SphinxNbRenderer
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from sphinx_fresh import reads
from sphinx_fresh.mime import FIGURE, FOLDS, TABLE
from sphinx_fresh.notebooks.runs import Run
from sphinx_fresh.outputs.folds import fold_nodes
from sphinx_fresh.outputs.outputs import WRONG, figure_nodes
from sphinx_fresh.outputs.sections import Maker, part_nodes
from sphinx_fresh.outputs.tables import table_nodes
from sphinx_fresh.outputs.text import Page
from sphinx_fresh.settings import function
from sphinx_fresh.shown.objects import part_fields
from sphinx_fresh.state import book, build

LOGGER = logging.getLogger(__name__)
MAKERS: dict[str, Maker] = {FIGURE: figure_nodes, TABLE: table_nodes, FOLDS: fold_nodes}
READ = "site_made_reads"  # in the environment's memory of the page being read


class Made(SphinxDirective):
    """What a function makes of the directive's content."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """The parts, in their order."""
        renderer = vars(self.state)["_renderer"]  # of MyST, whose directives alone can stand in a page
        page, made = Page(cast("SphinxNbRenderer", renderer), self.lineno), nodes.container()
        found: reads.Reads = {}
        try:
            with reads.collected() as found:
                parts = function(self.arguments[0])("\n".join(self.content).strip())
            for part in parts:
                part_nodes(page, part_fields(part), MAKERS, made)
        except (*WRONG, ImportError, AttributeError) as error:  # ends the build, with all other warnings
            problem = f"{self.arguments[0]} cannot make this part: {type(error).__name__}: {error}"
            LOGGER.warning(problem, type="site", subtype="made", location=self.get_location())
        self.env.temp_data.setdefault(READ, {}).update(found)
        return made.children


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what the functions have read that made parts of the page that was read."""
    docname, page = app.env.docname, build(app).stamped.get(app.env.docname)
    found: reads.Reads | None = app.env.temp_data.get(READ)
    if found is None or page is None:
        return
    explainer, digests = build(app).explainer, {name: read.digest for name, read in found.items()}
    run = explainer.add(os.path.dirname(docname), page.source, Run.of(digests))
    book(app.env).inputs[docname] = run, explainer.code(page.source)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.add_directive("made", Made)
    app.connect("doctree-read", note)
