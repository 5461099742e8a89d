"""Published texts that lead somewhere: `{glue:text}` shows the text of a linked one as a reference.

A published object's `_repr_mimebundle_` returns, beside its text, `mime.LINK` with text and target: the name
of a figure, a table, a section or a fold anywhere in the book.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from docutils import nodes
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.roles import PasteTextRole
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from sphinx_fresh.mime import LINK
from sphinx_fresh.outputs.text import reference


class PasteLinkedText(PasteTextRole):
    """The role `{glue:text}`: as myst-nb has it, but for texts that lead somewhere."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The reference, or the text; what is not there is left to myst-nb, which says so."""
        with contextlib.suppress(RetrievalError):
            link = retrieve_glue_data(self.document, self.text).data.get(LINK)
            if link:
                node = pasted(self.document.settings.env, link)
                self.set_source_info(node)
                return [node], []
        return super().run()


def pasted(env: BuildEnvironment, value: Mapping[str, str]) -> nodes.inline:
    """A value in a sentence: its ``text``, which leads to its ``target`` if it has one."""
    if "target" not in value:
        return nodes.inline(value["text"], value["text"], classes=["pasted-text"])
    node = reference(env, value["text"], value["target"])
    node["classes"].append("pasted-text")  # as the others look
    return node


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.add_role_to_domain("glue", "text", PasteLinkedText(), override=True)
