"""Compute-equivalent gains of post-training enhancements, from primary data.

``ceg.open()`` gives the evidence under the assumptions of ``data/``; modules load when first used, so that
``ceg.scaling`` and ``ceg.gain`` need nothing but Python.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ceg.analysis import open as open  # tells tools, and the fingerprints, where ceg.open lives

_MODULES = (
    "alternatives", "analysis", "assumptions", "charts", "check", "combine", "compute", "conclusions", "cost",
    "cost_tables", "coverage", "curves", "distributions", "drawings", "evidence", "gain", "grid", "inputs_table",
    "inversion", "ledger", "ledger_table", "multiverse", "multiverse_charts", "multiverse_draws",
    "multiverse_summary", "multiverse_tables", "outcomes", "overview", "phrases", "policy", "problems", "readings",
    "reduction", "references", "runs", "samples", "sampling", "scaling", "schematics", "show", "specifications",
    "spread", "steps", "survey", "tables", "text", "uncertainty", "variance", "vector",
)  # fmt: skip


def __getattr__(name: str):
    if name == "open":
        return importlib.import_module("ceg.analysis").open
    if name in _MODULES:
        return importlib.import_module(f"ceg.{name}")
    raise AttributeError(f"module 'ceg' has no attribute {name!r}")
