"""Compute-equivalent gains of post-training enhancements, from primary data.

``ceg.open()`` gives the evidence under the assumptions of ``data/``; modules load when first used, so that
``ceg.estimator`` needs nothing but Python.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ceg.analysis.analysis import open as open  # tells tools, and the fingerprints, where ceg.open lives


def __getattr__(name: str):
    if name == "open":
        return importlib.import_module("ceg.analysis.analysis").open
    raise AttributeError(f"module 'ceg' has no attribute {name!r}")
