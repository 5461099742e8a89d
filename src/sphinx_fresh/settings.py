"""Every setting that `_config.yml` may have under ``sphinx: config``; README.md explains each."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from sphinx.application import Sphinx

SETTINGS = {  # name -> default, and what a change costs: "env" reads all pages again, "html" writes them
    "site_reads": ("", ""),
    "site_packages": ([], ""),
    "site_distributions": ([], ""),
    "site_warm": ([], ""),
    "site_colours": ({}, "html"),
    "site_chart_config": ("", ""),
    "site_chart_key": ("", "html"),
    "site_citation": ("", "html"),
    "site_about": ("", ""),
    "site_row_ids": ([], "env"),
    "site_llms": ("", ""),
    "site_redirects": ({}, ""),
    "site_without": ([], "env"),
    "site_number_pages_only": (False, "env"),
    "site_icons": ({}, "html"),
    "site_picture": ({}, "html"),
    "site_schema": ([], "html"),
    "site_banner": ("", ""),
    "site_banner_page": ("", "html"),
}
WORKED_OUT = {  # what the extension writes there itself, so that Sphinx sees it change
    "site_extension": ("", "env"),
    "site_static": ("", "html"),
    "site_chart_base": ({}, "env"),
    "site_cited": ({}, "html"),
    "site_key": ("", "html"),
}


def function(path: str) -> Callable[..., Any]:
    """A function of the book's own, from "module:function"."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    for name, (default, rebuild) in (SETTINGS | WORKED_OUT).items():
        app.add_config_value(name, default, rebuild, [type(default)])
