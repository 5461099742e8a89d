"""Buttons that lead to a page's source in its repository, where the book names one.

Without one nothing leads nowhere.
"""

from __future__ import annotations

import re

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from sphinx_fresh.failure import said_alone

BUTTONS = ("use_repository_button", "use_edit_page_button", "use_issues_button")


def offer(app: Sphinx, config: Config) -> None:
    """Switch the theme's buttons on with the repository's address, off without it, whatever else says."""
    options = config.html_theme_options
    address = options.get("repository_url") or ""
    if address and not re.match(r"https?://[^/]+/.+", address):
        raise ConfigError(f"repository url is {address!r}; it begins with https://, or is empty")
    options.update(dict.fromkeys(BUTTONS, bool(address)))


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx, before the theme reads its options."""
    app.connect("config-inited", said_alone(offer), priority=400)
