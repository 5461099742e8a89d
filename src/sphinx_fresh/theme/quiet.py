"""No page asks another host for anything, and none writes an error to the browser's console."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.config import Config

LIVE_CODE = "sphinx_thebe"
"""Always loaded by Jupyter Book; adds inline scripts and an outside address to each page."""

COLOUR_MODE = """
(function (page) {
  if (page.mode && page.mode !== "auto") { return; }
  page.mode = "auto";
  page.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
})(document.documentElement.dataset);
"""  # the theme leaves the mode empty at first, which its own script calls an error


def remove_live_code(app: Sphinx, config: Config) -> None:
    """Take back the scripts and styles of the extension that runs code in the browser."""
    for listeners in list(app.events.listeners.values()):
        for listener in list(listeners):
            if listener.handler.__module__ == LIVE_CODE:
                app.disconnect(listener.id)
    app.registry.css_files[:] = [entry for entry in app.registry.css_files if entry[0] != "sphinx-thebe.css"]


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("config-inited", remove_live_code)
    app.add_js_file(None, body=COLOUR_MODE, priority=1)
