"""Citations: of what a figure rests on, by the bibliography; of the figure itself, by the citation file."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml
from docutils import nodes
from pybtex.backends.html import Backend
from pybtex.database import Entry
from pybtex.plugin import find_plugin
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError

from sphinx_fresh.failure import said_alone

if TYPE_CHECKING:
    from sphinxcontrib.bibtex.domain import BibtexDomain


class Markup(Backend):
    """Pybtex's HTML with links escaped, and to the web alone."""

    @staticmethod
    def format_href(url: str, text: str, external: bool = False) -> str:
        """A link, or its text."""
        return f'<a href="{escape(url)}">{text}</a>' if re.match(r"https?://", url) else text


@functools.cache
def _style():
    return find_plugin("pybtex.style.formatting", "plain")()


def reference(entry: Entry) -> str:
    """A full citation of an entry, as HTML."""
    return " ".join(_style().format_entry("", entry).text.render(Markup()).split())


def sources(env: BuildEnvironment, named: Iterable[Sequence[str]]) -> str:
    """A list of sources, as HTML: each in full, and under it what was taken from where, with its grade.

    named: (key of the bibliography, place in the source, grade) as often as they come. ValueError: an
    unknown key.
    """
    found, items = grouped(named), []
    entries = _entries(env) if found else {}
    for key, grades in found.items():
        if key not in entries:
            files = ", ".join(env.config.bibtex_bibfiles)
            raise ValueError(f"the source {key!r} is not in the bibliography; add its entry to {files}")
        lines = [
            ": ".join(filter(None, (f"<b>{escape(g)}</b>" if g else "", escape("; ".join(p)))))
            for g, p in grades.items()
        ]
        places = "".join(f"<li>{line}</li>" for line in lines if line)
        items.append(f"<li>{reference(entries[key])}{f'<ul>{places}</ul>' if places else ''}</li>\n")
    if found:
        _depend(env)
    return f"<ul>\n{''.join(items)}</ul>\n" if items else ""


def grouped(named: Iterable[Sequence[str]]) -> dict[str, dict[str, list[str]]]:
    """Key of the bibliography -> grade -> places in the source, each once; the keys in order."""
    found: dict[str, dict[str, list[str]]] = {}
    for key, locator, grade in named:
        places = found.setdefault(key, {}).setdefault(grade or "", [])
        if locator and locator not in places:
            places.append(locator)
    return dict(sorted(found.items()))


def listed(
    env: BuildEnvironment, named: Iterable[Sequence[str]], known: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The same as data; ``known`` has more of some keys."""
    found = []
    for key, grades in grouped(named).items():
        entry = _entries(env)[key]
        fields = cast("Mapping[str, str]", entry.fields)
        places = [{"grade": grade or None, "places": each} for grade, each in grades.items()]
        said = {"key": key, "reference": unescape(re.sub("<[^>]*>", "", reference(entry)))}
        said |= {name: fields.get(name) for name in ("doi", "eprint", "url")}
        found.append({**said, **known.get(key, {}), "places": places})
    return found


def _entries(env: BuildEnvironment) -> Mapping[str, Entry]:
    return cast("BibtexDomain", env.get_domain("cite")).bibdata.data.entries


def _depend(env: BuildEnvironment) -> None:
    """The page being read is made from the bibliography too."""
    for path in env.config.bibtex_bibfiles:
        env.note_dependency(str(Path(env.srcdir, path)))


def note_cited(app: Sphinx, doctree: nodes.document) -> None:
    """A citation shows its source when it is pointed at: an edit of that reaches every page that cites."""
    if any(found.get("refdomain") == "cite" for found in doctree.findall(addnodes.pending_xref)):
        _depend(app.env)


def citation(book: Mapping[str, Any], what: str, key: str, address: str) -> tuple[str, str]:
    """How to cite a part of the book: a sentence, and BibTeX.

    ``address``: where the part stands, if that is known.
    """
    people = [p.get("name") or f"{p['family-names']}, {p['given-names']}" for p in book["authors"]]
    version = f", version {book['version']}" if book.get("version") else ""
    sentence = f"{'; '.join(people)} ({book['year']}). {what}. In: {book['title']}{version}."
    names = [
        f"{{{_bibtex(p['name'])}}}" if p.get("name") else _bibtex(n)
        for p, n in zip(book["authors"], people, strict=True)
    ]
    fields = {
        "author": " and ".join(names),
        "title": _bibtex(what),
        "year": book["year"],
        "note": _bibtex(f"In: {book['title']}{version}"),
        "url": address,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return " ".join(filter(None, (sentence, address))), f"@misc{{{key},\n{lines}\n}}"


def _bibtex(text: object) -> str:
    """Text as BibTeX has it: signs with a meaning escaped, braces left out."""
    return re.sub(r"([%&#_$])", r"\\\1", re.sub(r"[{}\\]", "", str(text)))


def read(app: Sphinx, config: Config) -> None:
    """What is cited: the book of the citation file, else of the configuration."""
    book = {
        "authors": [{"name": config.author}],
        "title": config.html_title or config.project,
        "year": config.copyright,
    }
    if config.site_citation:
        path = Path(app.srcdir, config.site_citation)
        try:
            found = yaml.safe_load(path.read_text(encoding="utf-8"))
            released = str(found["date-released"])
            book = {k: found.get(k) for k in ("authors", "title", "version")} | {"year": released[:4]}
            foot = f"<p>Version {escape(str(book['version']))}, {escape(released)}.</p>"
            options = config.html_theme_options
            options["extra_footer"] = options.get("extra_footer", "") + (foot if book["version"] else "")
        except (OSError, yaml.YAMLError, KeyError, AttributeError) as error:
            raise ConfigError(
                f"site_citation: {path.name} has no authors, title and date-released: {error!r}"
            ) from error
    config.site_cited = book


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("config-inited", said_alone(read))
    app.connect("doctree-read", note_cited)
