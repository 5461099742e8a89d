"""``llms.txt``: for programs that read, an index of pages and data in the form of llmstxt.org.

It is made of what the build knows: the contents, each page's first paragraph, the figures, the files of data.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from sphinx_fresh import files
from sphinx_fresh.failure import said_alone
from sphinx_fresh.figures import embed
from sphinx_fresh.outputs import words
from sphinx_fresh.settings import function
from sphinx_fresh.state import Described, book
from sphinx_fresh.theme import meta

FILE = "llms.txt"
LONGEST = 200
"""Letters of a description."""


def parts(app: Sphinx) -> Iterator[tuple[str, list[str]]]:
    """The book's parts with their pages, as the contents have them; those of no part stand under Pages."""
    env = app.env
    for toctree in env.tocs[app.config.root_doc].findall(addnodes.toctree):
        names = [name for _, name in toctree["entries"] if name in env.titles]
        yield toctree.get("caption") or "Pages", [page for name in names for page in _below(app, name)]


def _below(app: Sphinx, name: str) -> Iterator[str]:
    yield name
    for inner in app.env.toctree_includes.get(name, ()):
        yield from _below(app, inner)


def text(app: Sphinx) -> str:
    """The whole index."""
    config = app.config
    said = descriptions(app)
    lines = [f"# {config.html_title or config.project}", "", f"> {said[config.root_doc]}"]
    if config.site_llms:
        lines += ["", function(config.site_llms)(Path(app.srcdir)).strip()]
    for part, names in parts(app):
        lines += ["", f"## {part}", ""]
        lines += [
            _line(app, app.env.titles[name].astext(), app.builder.get_target_uri(name), said[name])
            for name in names
        ]
    figures = {name: each for page in book(app.env).figures.values() for name, each in page.items()}
    data = sorted({name for page in book(app.env).files.values() for name in page if name.endswith(".csv")})
    if data:
        lines += ["", "## Data", "", *(_data(app, name, figures) for name in data)]
    return "\n".join(lines) + "\n"


def descriptions(app: Sphinx) -> dict[str, str]:
    """Page -> its first paragraph, as far as pages keep it for others."""
    found: dict[str, nodes.Element] = {}
    for name, page in book(app.env).previews.items():
        if page.snippets and "text" in page.snippets[0].texts:
            found[name] = page.snippets[0].texts["text"]
    texts = words.resolved(app.env, app.config.root_doc, found)
    shown = {name: words.short(each.astext(), LONGEST) for name, each in texts.items()}
    return dict.fromkeys(app.env.found_docs, "") | shown


def _data(app: Sphinx, name: str, figures: dict[str, Described]) -> str:
    """The line of a CSV file; a figure's says what it is of, and where that is described."""
    stem = name.removesuffix(".csv")
    figure = figures.get(stem)
    if figure is None:
        return _line(app, name, f"{files.FOLDER}/{name}", "a table of the book")
    about = _address(app, f"{files.FOLDER}/{stem}{embed.ENDING}")
    title = figure.title or words.short(figure.caption.astext(), LONGEST)
    return _line(app, name, f"{files.FOLDER}/{name}", f"{title} (about it: {about})")


def _line(app: Sphinx, title: str, place: str, note: str) -> str:
    """A link with a note; what would end the link is escaped."""
    title = " ".join(title.split()).replace("[", r"\[").replace("]", r"\]")
    return f"- [{title}]({_address(app, place)})" + (f": {note}" if note else "")


def _address(app: Sphinx, place: str) -> str:
    return meta.address(app, place) or place


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the index, if it is not just that already."""
    if exception is None and app.builder.name == "html":
        files.write_if_other(Path(app.outdir, FILE), text(app))


def check(app: Sphinx, config: Config) -> None:
    """A function that is not there ends the build."""
    try:
        function(config.site_llms) if config.site_llms else None
    except (ImportError, AttributeError, ValueError) as error:
        takes = "it takes module:function"
        raise ConfigError(
            f"site_llms is {config.site_llms!r}, which is not there ({error}); {takes}"
        ) from None


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("config-inited", said_alone(check))
    app.connect("build-finished", write)
