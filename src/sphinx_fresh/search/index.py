"""The search index, with the names in tables, and in an order of its own.

Sphinx writes it in the order in which pages were last read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.index import IndexDomain
from sphinx.environment import BuildEnvironment
from sphinx.util.index_entries import split_index_msg

from sphinx_fresh.files import write_if_other
from sphinx_fresh.search.table_names import MARK
from sphinx_fresh.state import book

HEAD, TAIL = "Search.setIndex(", ")"
TAKEN = "Search._index = index;"
OWN_WORDS = f"""{TAKEN}
    for (const words of [index.terms, index.titleterms]) // not what every object has, such as "constructor"
      Object.setPrototypeOf(words, {{ __proto__: null, hasOwnProperty: Object.prototype.hasOwnProperty }});"""


FETCHED = """    fetch(requestUrl)
      .then((responseData) => responseData.text())
"""
OWN_TEXT = """    Promise.resolve(Search._index.texts[Search._index.docnames.indexOf(docName)])
"""
STRIPPED, OWN_STRIPPED = "const text = Search.htmlToText(htmlText, anchor);", "const text = htmlText;"


def order_index(app: Sphinx, exception: Exception | None) -> None:
    """Rewrite the index, and the script that reads it, after a build, if they are not as wanted already."""
    path = Path(app.outdir, "searchindex.js")
    if exception is not None or not path.exists():
        return
    text = path.read_text(encoding="utf-8")
    index = json.loads(text.removeprefix(HEAD).removesuffix(TAIL))
    index["alltitles"] = with_names(index, book(app.env).found)
    index["indexentries"] = entries(app.env, index["docnames"])
    index["texts"] = [book(app.env).texts.get(name, "") for name in index["docnames"]]
    for terms in (
        "terms",
        "titleterms",
    ):  # words that an edited page no longer has stay behind without a page
        index[terms] = {word: pages for word, pages in index[terms].items() if pages != []}
    written = json.dumps(index, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    write_if_other(path, f"{HEAD}{written}{TAIL}")
    script = Path(app.outdir, "_static/searchtools.js")
    write_if_other(script, own_script(script.read_text(encoding="utf-8")))


def own_script(script: str) -> str:
    """Sphinx's script for the search, which then finds a word only where the index has it.

    Its excerpts are of the texts in the index: from disk no page may be fetched.
    """
    for before, after in ((TAKEN, OWN_WORDS), (FETCHED, OWN_TEXT), (STRIPPED, OWN_STRIPPED)):
        script = script if after in script else script.replace(before, after)
    return script


def keep_text(app: Sphinx, doctree: nodes.document) -> None:
    """Remember a page's prose, for the excerpts of what is found."""
    prose = (p.astext() for p in doctree.findall(nodes.paragraph))
    book(app.env).texts[app.env.docname] = " ".join(" ".join(prose).split())


def with_names(index: Mapping, found: Mapping[str, Mapping[str, str]]) -> dict[str, list]:
    """Title -> places of the index: of sections, and of the names in tables (page -> name -> anchor).

    Sphinx's script puts titles into the page as HTML. What is done here to an index that Sphinx reads
    again changes nothing there.
    """
    titles: dict[str, list] = {}
    for title, places in index["alltitles"].items():
        kept = [place for place in places if not (place[1] or "").startswith(MARK)]
        if kept:
            titles.setdefault(title.replace("<", "&lt;"), []).extend(kept)
    for page, anchors in found.items():
        number = index["docnames"].index(page)
        for name, anchor in anchors.items():
            titles.setdefault(name.replace("<", "&lt;"), []).append([number, anchor])
    return {
        title: sorted(places, key=lambda place: (place[0], place[1] or ""))
        for title, places in titles.items()
    }


def entries(env: BuildEnvironment, docnames: Sequence[str]) -> dict[str, list]:
    """Entry of the book's index -> its places; Sphinx forgets those of pages that a build does not write."""
    found: dict[str, set] = {}
    known = cast("IndexDomain", env.get_domain("index")).entries
    for number, name in enumerate(docnames):
        for kind, value, target, main, _ in known.get(name, ()):
            for entry in split_index_msg(kind, value):
                found.setdefault(entry.lower(), set()).add((number, target, main == "main"))
    return {entry: sorted(map(list, places)) for entry, places in found.items()}


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("doctree-read", keep_text)
    app.connect("build-finished", order_index, priority=400)
