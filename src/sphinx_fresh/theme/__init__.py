"""The theme's pages, lighter, stricter and easier to read aloud; a book leaves out what it does not want."""

from __future__ import annotations

from sphinx.config import Config
from sphinx.errors import ConfigError

PATCHES = (
    "content_security",
    "edit_buttons",
    "light",
    "maths",
    "meta",
    "previews",
    "quiet",
    "spoken",
    "terms",
)
"""What `site_without` may name; README.md says what each does."""

POLICY_NEEDS = {"light", "maths", "quiet"}
"""Without one of these a page loads what its policy would keep out, so that the policy is left out too."""


def left_out(config: Config) -> set[str]:
    """The patches that the book does without. ConfigError: there is no such patch."""
    found = config.site_without
    if not isinstance(found, list) or not {*map(str, found)} <= {*PATCHES}:
        raise ConfigError(f"site_without is {found!r}; it is a list of names among {', '.join(PATCHES)}")
    return {*found, *(["content_security"] if POLICY_NEEDS & set(found) else [])}
