"""Buttons that lead to a page's source in its repository, and a line to report an error.

Both only where the book names a repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

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


def report(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    """Put a line in the page's footer that leads where the theme's button for an issue does."""
    address = next(_issues(context.get("header_buttons", ())), None)
    if address and doctree is not None:
        line = f'<p><a href="{escape(address)}">Report an error on this page</a></p>'
        context["theme_extra_footer"] = f"{context.get('theme_extra_footer') or ''}{line}"


def _issues(buttons: Iterable[dict]) -> Iterator[str]:
    """The address of a new issue, among buttons and groups of buttons."""
    for button in buttons:
        if button.get("label") == "source-issues-button":
            yield button["url"]
        yield from _issues(button.get("buttons", ()))


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx, before the theme reads its options, and after it has made its buttons."""
    app.connect("config-inited", said_alone(offer), priority=400)
    app.connect("html-page-context", report, priority=800)
