"""What a page says to those who hear it or go by keyboard, where the theme's templates leave it unsaid."""

from __future__ import annotations

import re
from html import escape, unescape

FOLD = re.compile(
    r'(<a class="[^"]*"[^>]*>)([^<]*)(</a><details[^>]*>)<summary>(?=<span class="toctree-toggle")'
)
SIDEBAR = '<div id="pst-primary-sidebar" class="bd-sidebar-primary bd-sidebar">'
ENTRY = ' role="doc-biblioentry"'
"""What docutils calls a reference: deprecated, and not allowed in the list that it stands in."""


def spoken(page: str) -> str:
    """A page whose folds have names and whose sidebar is a region."""
    page = FOLD.sub(_named, page)
    page = page.replace(SIDEBAR, f'{SIDEBAR[:-1]} role="region" aria-label="Book">', 1)
    return page.replace(ENTRY, ' role="listitem"')


def _named(match: re.Match) -> str:
    link, title, opening = match.groups()
    return f'{link}{title}{opening}<summary aria-label="Sections of {escape(unescape(title.strip()))}">'
