"""A Sphinx extension for books of notebooks: list ``sphinx_fresh`` under ``sphinx: extra_extensions``.

What a chapter's author calls is in ``sphinx_fresh.show``, which needs nothing but Python.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, object]:
    """Called by Sphinx."""
    # imported here: a chapter that shows a chart needs no Sphinx
    return import_module("sphinx_fresh.extension").setup(app)
