"""The theme's icons as small fonts with the glyphs that pages use, in place of a script with all.

Glyphs, names and code points are those of Font Awesome Free, which the theme brings
(icons CC BY 4.0, fonts SIL OFL 1.1, https://fontawesome.com/license/free).
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydata_sphinx_theme import __file__ as theme_module
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.util import logging
from sphinx_book_theme import __file__ as book_theme_module

LOGGER = logging.getLogger(__name__)
THEME = Path(theme_module).parent / "theme/pydata_sphinx_theme/static"
BOOK_THEME = Path(book_theme_module).parent / "theme/sphinx_book_theme/static"
SHEET = "icons.css"
FACES = {  # style -> its file in the theme, family and weight
    "solid": ("fa-solid-900", "Font Awesome 6 Free", 900),
    "regular": ("fa-regular-400", "Font Awesome 6 Free", 400),
    "brands": ("fa-brands-400", "Font Awesome 6 Brands", 400),
}
STYLES = {"fas": "solid", "fa": "solid", "far": "regular", "fab": "brands"} | {
    f"fa-{style}": style for style in FACES
}
SIZES = re.compile(r"fa-([0-9]*x[sl]?|2xs|[0-9]+x|xs|sm|lg|xl|fw|ul|li|inverse|spin)$")
LICENCE = (
    "/* Font Awesome Free (https://fontawesome.com), icons CC BY 4.0, fonts SIL OFL 1.1: "
    "the glyphs used here. */"
)
USED = {  # by the templates and scripts of sphinx-book-theme and pydata-sphinx-theme
    "solid": (
        "angle-left", "angle-right", "arrow-up", "bars", "chevron-down", "circle-half-stroke", "code",
        "download", "expand", "file", "file-pdf", "home", "lightbulb", "list", "magnifying-glass", "moon",
        "outdent", "pencil", "pencil-alt", "play", "rocket", "sun", "xmark",
    ),
    "brands": ("bitbucket", "github", "gitlab", "square-github", "square-gitlab", "square-twitter"),
}  # fmt: skip
RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:before,?)+)\{content:"([^"]*)"\}')
FACE = re.compile(r"@font-face\{[^}]*Font Awesome[^}]*\}")
DRAWN = re.compile(r'--pst-icon-[a-z-]+:\s*"([^"]+)"|content:"(\\f[0-9a-f]{3})"')
TAG = re.compile(r'<(?:i|span)\b[^>]*\bclass="([^"]*\bfa[srb]?\b[^"]*)"[^>]*>')


def theme_styles() -> str:
    """The theme's style sheets, in which it names its icons."""
    paths = (THEME / "styles/pydata-sphinx-theme.css", BOOK_THEME / "styles/sphinx-book-theme.css")
    return "".join(path.read_text(encoding="utf-8") for path in paths)


def _point(text: str) -> int:
    """The code point of a glyph in a style sheet, as itself or escaped."""
    return int(text[1:], 16) if re.fullmatch(r"\\[0-9a-f]+", text) else ord(text[-1])


def code_points(styles: str) -> dict[str, int]:
    """Icon's name -> its code point, from the rules of a style sheet."""
    found = {}
    for selectors, text in RULE.findall(styles):
        found |= dict.fromkeys(re.findall(r"\.fa-([a-z0-9-]+):before", selectors), _point(text))
    return found


def without_icons(styles: str) -> str:
    """A style sheet without its icon fonts and the rules that name single icons."""
    return RULE.sub("", FACE.sub("", styles))


def wanted(extra: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Style -> names in order: what the theme uses, and the book besides. KeyError: no such style."""
    return {style: sorted({*USED.get(style, ()), *extra.get(style, ())}) for style in FACES}


def small_font(path: Path, points: Iterable[int]) -> bytes:
    """The font at the path as WOFF, with these code points alone; the same bytes at any time."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(layout_features=[], name_IDs=[0, 1, 2], notdef_outline=False, hinting=False)
    font = TTFont(path, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    font.flavor = "woff"
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


def files(extra: Mapping[str, Iterable[str]]) -> dict[str, bytes]:
    """Name -> content of the sheet and its fonts. ValueError: an icon that the theme does not have."""
    styles = theme_styles()
    known = code_points(styles)
    drawn = {_point(one or other) for one, other in DRAWN.findall(without_icons(styles))}
    names = wanted(extra)
    unknown = sorted({name for each in names.values() for name in each} - set(known))
    if unknown or set(extra) - set(FACES):
        raise ValueError(f"site_icons: no icon {unknown} in styles {sorted(FACES)}, of {sorted(extra)}")
    rules, made = [LICENCE], {}
    for style, (stem, family, weight) in FACES.items():
        points = {known[name] for name in names[style]} | (drawn if style == "solid" else set())
        if not points:
            continue
        font = small_font(THEME / f"vendor/fontawesome/webfonts/{stem}.ttf", sorted(points))
        made[f"icons-{style}.woff"] = font
        version = hashlib.sha256(font).hexdigest()[:8]
        rules.append(
            f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-display: block; '
            f'src: url("icons-{style}.woff?v={version}") format("woff"); }}'
        )
    shown = sorted({name for each in names.values() for name in each})
    rules += [f'.fa-{name}::before {{ content: "\\{known[name]:x}"; }}' for name in shown]
    return made | {SHEET: "\n".join([*rules, ""]).encode()}


def write(app: Sphinx, builder: Builder) -> None:
    """Put sheet and fonts into the site, before pages name the sheet with its checksum."""
    if builder.format != "html":
        return
    folder = Path(app.outdir, "_static")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files(app.config.site_icons).items():
        (folder / name).write_bytes(content)


def missing(page: str, known: Iterable[str]) -> list[str]:
    """The icons on a page that the fonts do not hold."""
    tokens = {token for classes in TAG.findall(page) for token in classes.split() if token.startswith("fa-")}
    return sorted(
        t
        for t in tokens
        if t not in STYLES and not SIZES.match(t) and t.removeprefix("fa-") not in set(known)
    )


def silent(page: str) -> str:
    """A page whose icons screen readers pass over, as the theme's script would have them."""

    def hide(match: re.Match) -> str:
        tag = match.group()
        return tag if "aria-" in tag else f'{tag[:-1]} aria-hidden="true">'

    return TAG.sub(hide, page)


def report(page: str, config: Config, pagename: str) -> None:
    """Warn of the icons on a page that would stay empty."""
    for token in missing(page, {name for each in wanted(config.site_icons).values() for name in each}):
        LOGGER.warning(
            "no glyph for %s: add its name to site_icons, under its style", token, location=pagename
        )


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("write-started", write)
    app.add_css_file(SHEET, priority=100)
