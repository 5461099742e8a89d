"""Compute-equivalent gains of post-training enhancements, from primary data.

``ceg.open()`` gives the evidence under the assumptions of ``data/``; modules load when first used, so that
``ceg.scaling`` and ``ceg.gain`` need nothing but Python.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ceg.analysis import open as open  # tells tools, and the fingerprints, where ceg.open lives

_MODULES = (
    "absent", "add", "addask", "added", "addfile", "addrows", "alternatives", "analysis", "arms", "assumptions",
    "bibtex", "break_even", "break_even_charts", "break_even_shares", "break_even_tables", "buffer", "buffer_charts", "buffer_gains", "cells",
    "changes", "changes_table", "characters", "charts", "check", "combine", "compute", "conclusions", "cost",
    "cost_tables", "coverage", "curves", "distributions", "drawings", "edition", "evidence", "gain", "grid", "how_sure", "how_sure_charts",
    "inputs_table", "inversion", "labels", "leads", "ledger", "ledger_table", "lookup", "multiverse", "multiverse_charts",
    "multiverse_draws", "multiverse_summary", "multiverse_tables", "outcomes", "overview", "path", "phrases", "policy", "problems",
    "provenance", "readings", "reduction", "references", "release", "repository", "revision", "rowbytes", "runs", "samples", "sampling",
    "scaling", "scatter",
    "schematics", "sentence", "since", "since_beside", "since_charts", "since_tables", "specifications", "spread", "stacking", "steps", "survey", "swap", "tables", "text",
    "uncertainty", "variance", "vector", "what_if", "workings", "workings_page",
)  # fmt: skip


def __getattr__(name: str):
    if name == "open":
        return importlib.import_module("ceg.analysis").open
    if name in _MODULES:
        return importlib.import_module(f"ceg.{name}")
    raise AttributeError(f"module 'ceg' has no attribute {name!r}")
