"""All pages of a built site as one to be printed: in the order of the contents, with links within it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from sphinx_fresh.deliver import columns

LEFT_OUT = (
    "script, noscript, dialog, .headerlink, details.hide, .site-tools, .site-search-tools, "
    ".site-search-pages, .site-search .pst-scrollable-table-container, .site-term-text, "
    ".site-preview, .site-fold > :not(summary), .site-fold-address, .copybtn, .toctree-wrapper, "
    ".site-note-button, .site-all-button, .site-tag-text, .site-chart-live, button:empty"
)
"""What paper has no use for."""

PAPER = "<style>@page { size: A4; }</style>"
"""A chapter that a reader prints is on paper of the reader's size."""

NAMES = ("aria-labelledby", "aria-describedby", "for", "headers")
WITHIN = re.compile(r"url\(#([^)]+)\)")


@dataclass(frozen=True)
class Chapter:
    """A page of the site: its file, its title with its number, and how deep it stands below a part."""

    file: str
    title: str
    depth: int


@dataclass(frozen=True)
class Part:
    """Chapters under one heading of the contents; the first part, without one, is the opening page."""

    title: str
    chapters: list[Chapter] = field(default_factory=list)


@dataclass(frozen=True)
class Articles:
    """Of a site's pages the addresses of the style sheets, and in order the HTML of what they say."""

    styles: list[str]
    bodies: list[str]


def contents(site: Path, home: str) -> list[Part]:
    """The book's parts, from the contents that stand beside every page. ValueError: the page has none."""
    parsed = BeautifulSoup((site / home).read_text(encoding="utf-8"), "html.parser")
    listed = parsed.select_one("nav.bd-links .bd-toc-item")
    if listed is None or parsed.h1 is None:
        raise ValueError(f"{home} has no contents beside it, or no title")
    found = [Part("", [Chapter(home, parsed.h1.get_text().removesuffix("#"), 1)])]
    for element in listed.select("p.caption, li > a"):
        if element.name == "p":
            found.append(Part(element.get_text(strip=True)))
        elif element["href"] != "#":
            depth = len(element.find_parents("li"))
            file = _target(home, str(element["href"]))[0]
            found[-1].chapters.append(Chapter(file, _words(element), depth))
    return [part for part in found if part.chapters]


def read(site: Path, parts: list[Part]) -> Articles:
    """What the pages say, each led to the others."""
    files = {chapter.file for part in parts for chapter in part.chapters}
    styles: dict[str, None] = {}
    bodies = []
    for part in parts:
        for chapter in part.chapters:
            parsed = BeautifulSoup((site / chapter.file).read_text(encoding="utf-8"), "html.parser")
            for link in parsed.select("head link[rel=stylesheet]"):
                sheet = _target(chapter.file, str(link["href"]))[0]
                styles[(site / sheet).resolve().as_uri()] = None
            begins = part.title if chapter is part.chapters[0] else ""
            bodies.append(_article(parsed, site, chapter, files, begins))
    return Articles(sorted(styles, key=_late), bodies)


def joined(
    articles: Articles,
    parts: list[Part],
    title: str,
    about: str,
    numbers: dict[str, int],
    language: str = "en",
) -> str:
    """The page: ``about`` is HTML below its title, ``numbers`` are the sheets of chapters, if known."""
    sheets = "\n".join(f'<link rel="stylesheet" href="{escape(address)}">' for address in articles.styles)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}" data-theme="light" data-mode="light">\n'
        f'<head><meta charset="utf-8"><title>{escape(title)}</title>\n{sheets}\n{PAPER}\n</head>\n<body>\n'
        f'<section class="site-sheet-first"><p class="site-sheet-title">{escape(title)}</p>\n'
        f"{about}</section>\n"
        f"{_listed(parts, numbers)}\n" + "\n".join(articles.bodies) + "\n</body></html>\n"
    )


def anchor(file: str, name: str = "") -> str:
    """The id in the joined page of a page, or of what has an id there."""
    return "-".join(filter(None, [file.removesuffix(".html").replace("/", "-"), name]))


def _late(address: str) -> tuple[bool, bool, str]:
    """The site's own sheets follow the theme's."""
    name = posixpath.basename(address)
    return name == "print.css", not ("/styles/" in address or name in ("pygments.css", "icons.css")), address


def _listed(parts: list[Part], numbers: dict[str, int]) -> str:
    lines = ['<nav class="site-sheet-contents" aria-label="Contents"><h1>Contents</h1>']
    for part in parts:
        lines += [f'<p class="site-sheet-part">{escape(part.title)}</p>'] if part.title else []
        for chapter in part.chapters:
            number = numbers.get(anchor(chapter.file), "")
            lines.append(
                f'<p class="site-sheet-line site-sheet-depth-{chapter.depth}">'
                f'<a href="#{anchor(chapter.file)}">{escape(chapter.title)}</a><span>{number}</span></p>'
            )
    return "\n".join([*lines, "</nav>"])


def _article(parsed: BeautifulSoup, site: Path, chapter: Chapter, files: set[str], part: str) -> str:
    """A page's article, below the title of the ``part`` that it begins, if it begins one."""
    article = parsed.select_one("article.bd-article")
    if article is None:
        raise ValueError(f"{chapter.file} has no article")
    for element in article.select(LEFT_OUT):
        element.decompose()
    for link in article.select(".site-search-file a"):
        link.string = f"the site's file {_target(chapter.file, str(link['href']))[0]}"
    for tag in article.select("button.site-tag"):
        tag.name = "span"
        tag.attrs.pop("popovertarget", None)
    for table in article.select("table.table"):
        columns.fit(parsed, table)
    for element in article.find_all(True):
        _lead(element, site, chapter.file, files)
    article.name, article["id"] = "section", anchor(chapter.file)
    article["class"] = " ".join([*article.get_attribute_list("class"), "site-sheet-chapter"])
    if part:
        above = parsed.new_tag("p", attrs={"class": "site-sheet-part"})
        above.string = part
        article.insert(0, above)
    return str(article)


def _lead(element: Tag, site: Path, file: str, files: set[str]) -> None:
    """Have an element's names and links hold in the joined page.

    What leads to a file that paper does not have is no link.
    """
    if element.get("id"):
        element["id"] = anchor(file, str(element["id"]))
    for name, value in list(element.attrs.items()):
        if name in NAMES:
            element[name] = " ".join(anchor(file, each) for each in str(value).split())
        elif isinstance(value, str) and "url(#" in value:
            element[name] = WITHIN.sub(lambda match: f"url(#{anchor(file, match[1])})", value)
    for name in ("href", "xlink:href"):
        if name in element.attrs and not _leads_out(element[name]):
            target, fragment = _target(file, str(element[name]))
            if target not in files:
                del element[name]
            else:
                element[name] = "#" + anchor(target, "" if re.match("row=|find--", fragment) else fragment)
    if element.name == "img" and not _leads_out(element["src"]):
        element["src"] = (site / _target(file, str(element["src"]))[0]).as_uri()


def _leads_out(address: object) -> bool:
    return re.match(r"[a-z]+:", str(address)) is not None


def _target(file: str, address: str) -> tuple[str, str]:
    """The file in the site that an address on a page leads to, and the place in it."""
    path, _, fragment = address.partition("#")
    path = path.partition("?")[0]
    return (posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file), fragment


def _words(element: Tag) -> str:
    return " ".join(element.get_text().split())
