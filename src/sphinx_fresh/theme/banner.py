"""One line at the top of every page, when the book's own function has something to say of the whole build."""

from __future__ import annotations

import html
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from sphinx_fresh.settings import function
from sphinx_fresh.state import build, pages_if_moved


def text_of(app: Sphinx) -> str | None:
    """What the function that `site_banner` names says of the book's folder; None if nothing."""
    return function(app.config.site_banner)(Path(app.srcdir)) if app.config.site_banner else None


def ask(app: Sphinx) -> None:
    """Ask once a build."""
    build(app).banner = text_of(app)


def rewrite_all(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """When the banner changed, write every page again (none is executed)."""
    return pages_if_moved(env, "banner", build(app).banner)


def show(app: Sphinx, pagename: str, template: str, context: dict, doctree: object) -> None:
    """Put the line where the theme has its announcements, with a link to the page that says more."""
    text = build(app).banner
    if text is None:
        return
    more = app.config.site_banner_page
    link = ""
    if more in app.env.titles and more != pagename:
        title = html.escape(app.env.titles[more].astext())
        link = f' <a href="{html.escape(context["pathto"](more))}">{title}</a>'
    context["theme_announcement"] = f'<p class="site-banner">{html.escape(text)}{link}</p>'


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("builder-inited", ask)
    app.connect("env-updated", rewrite_all, priority=901)
    app.connect("html-page-context", show, priority=900)
