"""Published texts that lead somewhere: `{glue:text}` shows the text of a linked one as a reference.

A published object's `_repr_mimebundle_` returns, beside its text, `mime.LINK` with text and target: the name
of a figure, a table, a section or a fold anywhere in the book.
"""

from __future__ import annotations

import contextlib

from docutils import nodes
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.roles import PasteTextRole
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.application import Sphinx

from sphinx_fresh.mime import LINK
from sphinx_fresh.outputs.text import reference


class PasteLinkedText(PasteTextRole):
    """The role `{glue:text}`: as myst-nb has it, but for texts that lead somewhere."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The reference, or the text; what is not there is left to myst-nb, which says so."""
        with contextlib.suppress(RetrievalError):
            link = retrieve_glue_data(self.document, self.text).data.get(LINK)
            if link:
                node = reference(self.document.settings.env, link["text"], link["target"])
                node["classes"].append("pasted-text")  # as the others look
                self.set_source_info(node)
                return [node], []
        return super().run()


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.add_role_to_domain("glue", "text", PasteLinkedText(), override=True)
