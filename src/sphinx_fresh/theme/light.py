"""A page loads what it uses: scripts and styles for all pages leave those that do not need them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx

from sphinx_fresh.theme import icons

NEVER = ("scripts/fontawesome.js",)  # 1.5 MB; the icons come from their own small fonts
ONLY_WITH = {  # file -> what must stand on the page for it to be of use
    "sphinx-design.min.css": re.compile(r'class="(?:[^"]*\s)?sd-'),
    "design-tabs.js": re.compile(r'class="(?:[^"]*\s)?sd-tab'),
    "togglebutton.css": (
        TOGGLE := re.compile(r'class="(?:[^"]*\s)?(?:toggle|toggle-details|admonition\s[^"]*dropdown)[\s"]')
    ),
    "togglebutton.js": TOGGLE,
    "clipboard.min.js": (CODE := re.compile(r'<div class="(?:[^"]*\s)?highlight[\s"]')),
    "copybutton.js": CODE,
    "copybutton.css": CODE,
    "terms.js": (TERM := re.compile(r'class="site-term"')),
    "terms.css": TERM,
    "previews.js": (PREVIEW := re.compile(r'class="site-preview"')),
    "previews.css": PREVIEW,
    "tables.js": (SEARCHED := re.compile(r'class="(?:[^"]*\s)?site-search[\s"]')),
    "found.js": SEARCHED,
}
SETTINGS = {  # beginning of an inline script -> the file that it is for
    "let toggle": "togglebutton.js",
    "var togglebuttonSelector": "togglebutton.js",
    "DOCUMENTATION_OPTIONS.pagename": "scripts/fontawesome.js",  # read by the theme's version switcher alone
}
LOAD = re.compile(
    r'[ \t]*<(?:script|link)\b[^>]*\b(?:src|href)="[^"]*_static/([^"?]+)[^"]*"[^>]*>(?:</script>)?\n?'
)
INLINE = re.compile(r"[ \t]*<script>\s*([^<]*)</script>\n?")
BLOCKING = re.compile(r"<script(?![^>]*\b(?:defer|async)\b)(?=[^>]*\bsrc=)")
NOT_PAGES = (
    "locales",
    "vendor",
    "webpack-macros.html",
    "sbt-webpack-macros.html",
    "scripts/fontawesome.js.LICENSE.txt",
)
SPY = ' data-bs-target=".bd-toc-nav"'
CONTENTS = ' id="pst-page-toc-nav"'
MAP = re.compile(r"\n?(?://|/\*)# sourceMappingURL=[^\n*]*(?:\*/)?\s*$")


def unused(page: str) -> set[str]:
    """The files under _static that a page is better without."""
    return {*NEVER, *(file for file, need in ONLY_WITH.items() if not need.search(page))}


def lightened(page: str) -> str:
    """A page without the files that it does not use; the other scripts wait until it is read."""
    dropped = unused(page)
    head, closing, body = page.partition("</head>")
    head = LOAD.sub(lambda match: "" if match[1] in dropped else match[0], head)
    head = INLINE.sub(lambda match: "" if _setting_for(match[1]) in dropped else match[0], head)
    return BLOCKING.sub("<script defer", head) + closing + body


def followed(page: str) -> str:
    """A page whose contents follow the reader by their own links.

    The theme names a place that is not there, and then every link is taken for one of them.
    """
    if CONTENTS in page:
        return page.replace(SPY, ' data-bs-target="#pst-page-toc-nav"', 1)
    return page.replace(' data-bs-spy="scroll"', "", 1)


def _setting_for(script: str) -> str | None:
    return next((file for start, file in SETTINGS.items() if script.startswith(start)), None)


def trim(app: Sphinx, exception: Exception | None) -> None:
    """Take from the site the files that no page asks for, and the icons from the theme's style sheet."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for name in (*NEVER, *NOT_PAGES, *_unnamed(Path(app.outdir))):
        path = static / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in static.rglob("*.map"):
        path.unlink()
    for path in [*static.glob("scripts/*.js"), *static.glob("styles/*.css")]:
        text = path.read_text(encoding="utf-8")
        small = icons.without_icons(MAP.sub("\n", text)) if path.suffix == ".css" else MAP.sub("\n", text)
        if small != text:
            path.write_text(small, encoding="utf-8")


def _unnamed(site: Path) -> list[str]:
    """Those of the files for some pages only that no page names."""
    left = set(ONLY_WITH)
    for page in site.rglob("*.html"):
        head = page.read_text(encoding="utf-8").partition("</head>")[0]
        left = {file for file in left if f"_static/{file}" not in head}
    return sorted(left)


def setup(app: Sphinx) -> None:
    """Connect this part and its icons to Sphinx."""
    icons.setup(app)
    app.connect("build-finished", trim, priority=450)
