"""Names in the rows of long tables, for the site's search: each leads to the rows that have it.

Sphinx's index holds the text of pages, and these rows are in files of their own. A table says with `find`, a
list of column keys, whose values are names; a name in brackets' company, as in `GSM8K (HELM)`, is found
without them too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from sphinx_fresh.state import book

MARK = "find--"
"""What the anchor of such a result begins with; the script beside it reads it."""

ODD = re.compile(r"[^A-Za-z0-9-]")


def anchor(table: str, name: str) -> str:
    """The address of a name within its page, made of what a CSS selector may hold.

    The theme's script reads it as one.
    """
    words = ODD.sub(lambda odd: "".join(f"_{byte:02X}" for byte in odd[0].encode()), name)
    return f"{MARK}{table}--{words}"


def names(
    columns: Sequence[Mapping[str, str]], rows: Iterable[Sequence[str]], find: Iterable[str]
) -> list[str]:
    """The names in the columns to be found. ValueError: no such column."""
    keys = [column["key"] for column in columns]
    if unknown := set(find) - set(keys):
        raise ValueError(f"a table is to be found by {sorted(unknown)}, its columns are {keys}")
    places = [keys.index(key) for key in find]
    values = {row[place] for row in rows for place in places} - {""}
    return sorted(values | {value.partition(" (")[0] for value in values if value.endswith(")")} - {""})


def record(env: BuildEnvironment, table: str, found: Iterable[str]) -> None:
    """Note that the page being read has a table with these names."""
    anchors = {name: anchor(table, name) for name in found}
    book(env).found.setdefault(env.docname, {}).update(anchors)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.add_js_file("found.js", loading_method="defer", priority=820)
