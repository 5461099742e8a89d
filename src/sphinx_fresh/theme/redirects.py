"""Pages that moved: at each old address stands a page that leads on, with the place that was asked for.

A script of the site's own keeps the place; without scripts the page leads on by itself, to the top.
"""

from __future__ import annotations

from html import escape
from pathlib import Path, PurePosixPath

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from sphinx_fresh.failure import said_alone
from sphinx_fresh.files import write_if_other
from sphinx_fresh.theme import meta

LOGGER = logging.getLogger(__name__)
TABLE = "site_redirects: %r %s"
PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="canonical" href="{canonical}">
<script defer src="{script}"></script>
<noscript><meta http-equiv="refresh" content="0; url={address}"></noscript>
<title>{title}</title></head>
<body><p>This page has moved: <a href="{address}">{title}</a></p></body>
</html>
"""


def check(app: Sphinx, config: Config) -> None:
    """What is no table of pages ends the build."""
    found = config.site_redirects
    if not all(isinstance(each, str) for pair in found.items() for each in pair):
        raise ConfigError(f"site_redirects is {found!r}; it takes names of pages, such as a/b: a/c#place")


def refuse(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn, and so end the build, where an old address is one of a page, or leads to none."""
    for old, new in app.config.site_redirects.items():
        parts = PurePosixPath(old).parts
        if not parts or ".." in parts or old.startswith("/"):
            LOGGER.warning(TABLE, old, "is no page's name; write it as it stood in the contents")
        elif old in env.found_docs:
            LOGGER.warning(TABLE, old, "is a page of the book; take it from the table")
        elif new.partition("#")[0] not in env.found_docs:
            LOGGER.warning(TABLE, old, f"leads to {new!r}, which is no page of the book; name one that is")


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write a page at each old address."""
    if exception is not None or app.builder.name != "html":
        return
    builder = app.builder
    for old, new in app.config.site_redirects.items():
        name, sign, place = new.partition("#")
        here, target = builder.get_target_uri(old), builder.get_target_uri(name)
        address = relative_uri(here, target) + sign + place  # which relative_uri would cut off
        page = PAGE.format(
            language=escape(app.config.language),
            canonical=escape(meta.address(app, target) or relative_uri(here, target)),
            script=escape(relative_uri(here, "_static/moved.js")),
            address=escape(address),
            title=escape(app.env.titles[name].astext()),
        )
        write_if_other(Path(app.outdir, here), page)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("config-inited", said_alone(check))
    app.connect("env-updated", refuse)
    app.connect("build-finished", write)
