"""Charts as a notebook draws them: of fixed width, panels as one chart, in the look that Altair is set to."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from sphinx_fresh.shown.charts import is_single, under

VEGA_LITE_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


def for_notebooks(spec: dict | list[dict]) -> dict:
    """A chart, or its panels beside each other (width in pixels)."""
    look = theme()
    if isinstance(spec, dict):
        return under(look, {**_wide(spec, 640), "$schema": VEGA_LITE_SCHEMA})
    shared = {
        f"{name}_{i}": rows
        for i, panel in enumerate(spec)
        for name, rows in panel.get("datasets", {}).items()
    }
    whole = ("config", "$schema", "datasets")
    bare = [
        _wide(_renamed({k: v for k, v in p.items() if k not in whole}, i, p.get("datasets", {})), 240)
        for i, p in enumerate(spec)
    ]
    made = {"$schema": VEGA_LITE_SCHEMA, "config": spec[0].get("config", {}), "concat": bare, "columns": 2}
    return under(look, made | ({"datasets": shared} if shared else {}))


def theme() -> dict:
    """The configuration of the theme that is enabled in Altair; nothing without Altair."""
    altair = sys.modules.get("altair")
    return {"config": altair.theme.get()().get("config", {})} if altair and altair.theme.get() else {}


def _wide(spec: dict, width: int) -> dict:
    """The chart, as wide where it has no width in pixels and may have one."""
    fixed = isinstance(spec.get("width"), int | float | dict) or not is_single(spec)
    return spec if fixed else spec | {"width": width}


def _renamed(part: Any, panel: int, datasets: Mapping[str, object]) -> Any:
    """A panel whose data sets stand with those of others: their names end in its number."""
    if isinstance(part, list):
        return [_renamed(each, panel, datasets) for each in part]
    if not isinstance(part, dict):
        return part
    if "data" in part:
        named = part["data"].get("name")
        data = {"name": f"{named}_{panel}"} if named in datasets else part["data"]
        return {k: data if k == "data" else _renamed(v, panel, datasets) for k, v in part.items()}
    return {k: _renamed(v, panel, datasets) for k, v in part.items()}
