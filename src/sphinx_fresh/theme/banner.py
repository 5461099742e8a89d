"""One line at the top of every page, when the book's own function has something to say of the whole build."""

from __future__ import annotations

import html
from importlib import import_module
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def text_of(app: Sphinx) -> str | None:
    """What the function named by `site_banner` ("module:function") says of the book's folder; None if nothing."""
    module, _, function = app.config.site_banner.partition(":")
    return getattr(import_module(module), function)(Path(app.srcdir)) if function else None


def ask(app: Sphinx) -> None:
    """Ask once a build."""
    app.site_banner_text = text_of(app)
    if not hasattr(app.env, "site_banner_text"):
        app.env.site_banner_text = None


def rewrite_all(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """When the banner changed, write every page again (none is executed)."""
    if env.site_banner_text == app.site_banner_text:
        return []
    env.site_banner_text = app.site_banner_text
    return sorted(env.found_docs)


def show(app: Sphinx, pagename: str, template: str, context: dict, doctree: object) -> None:
    """Put the line where the theme has its announcements, with a link to the page that says more."""
    if app.site_banner_text is None:
        return
    more = app.config.site_banner_page
    link = ""
    if more in app.env.titles and more != pagename:
        title = html.escape(app.env.titles[more].astext())
        link = f' <a href="{html.escape(context["pathto"](more))}">{title}</a>'
    context["theme_announcement"] = f'<p class="site-banner">{html.escape(app.site_banner_text)}{link}</p>'


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.add_config_value("site_banner", "", "", [str])
    app.add_config_value("site_banner_page", "", "html", [str])
    app.connect("builder-inited", ask)
    app.connect("env-updated", rewrite_all, priority=901)
    app.connect("html-page-context", show, priority=900)
