"""Figures, tables, folds and sections, with all that a page says of them."""

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sphinx_fresh.mime import FIGURE, FOLDS, LINK, LIVE, SECTIONS, TABLE, VEGA_LITE
from sphinx_fresh.shown.notebooks import for_notebooks


class Linked(str):
    """Text that leads to what the book has under a name: a figure, a table, a fold.

    So it does in prose and in tables; elsewhere it is text as any other.
    """

    target: str

    def __new__(cls, text: str, target: str):
        """The text, with the name of what it leads to."""
        made = super().__new__(cls, text)
        made.target = target
        return made

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {"text/plain": str(self), LINK: {"text": str(self), "target": self.target}}


class Rounded(float):
    """A number that a table shows as the given text; the table's file has the number itself."""

    text: str

    def __new__(cls, value: float, text: str):
        """The number, with what is shown of it."""
        made = super().__new__(cls, value)
        made.text = text
        return made


@dataclass(frozen=True)
class Figure:
    """A chart or drawing with all that a reader needs to use it without seeing it.

    name: label for references (``fig-7``), which an unnumbered one may lack. title: what it shows, above it.
    caption, note: inline Markdown.
    description: what the figure shows, read aloud.
    spec: Vega-Lite, or a list of panels with a description each; or svg: a drawing. columns, rows: the
    data drawn, for the table under the figure and its CSV.
    sources: (key of the bibliography, place in the source, grade) of all that is drawn, as often as they
    come.
    panel: least width of panels: small (three beside each other), medium (two) or large (one). numbered
    False: an unnumbered figure; copy_of: the name of the figure that it repeats.
    """

    name: str
    caption: str
    description: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    spec: dict | list[dict] | None = None
    svg: str | None = None
    note: str = ""
    panel: str = "small"
    numbered: bool = True
    copy_of: str | None = None
    sources: Sequence[Sequence[str]] = ()
    title: str = ""

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        bundle: dict[str, object] = {FIGURE: packed(_fields(self)), "text/plain": self.description}
        if self.spec is not None:
            bundle[VEGA_LITE] = for_notebooks(self.spec)
        if self.svg is not None:
            bundle["image/svg+xml"] = self.svg
        return bundle


@dataclass(frozen=True)
class Column:
    """A table's column: key, heading, alignment, tooltip.

    align: left, right, wide: left with room for a sentence, or note: a text that opens below its row.
    tags: value -> what it means; each value of a cell, apart by ", ", is a small tag that explains itself.
    In a searchable table, facet: readers choose rows by the column's values; hidden: the column is shown
    once a reader asks for it.
    """

    key: str
    label: str
    align: str = "left"
    title: str = ""
    tags: Mapping[str, str] | None = None
    facet: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Table:
    """A table: numbered (``Table n``) or not, searchable (for hundreds of rows and more) or not.

    Cells are plain text or numbers; inline Markdown where ``markdown`` is True, and then text of the data
    needs ``text.literal``; a ``Linked`` one is plain text in both. find: keys of columns whose values are
    names that the site's search finds, for a searchable table.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    numbered: bool = False
    searchable: bool = False
    markdown: bool = False
    note: str = ""
    find: Sequence[str] = ()

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        head = "".join(f"<th>{html.escape(c.label)}</th>" for c in self.columns)
        body = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(str(cell if cell is not None else ''))}</td>" for cell in row)
            + "</tr>"
            for row in self.rows
        )
        return {
            TABLE: packed(_fields(self)),
            "text/html": f"<table><tr>{head}</tr>{body}</table>",
            "text/plain": self.caption,
        }


@dataclass(frozen=True)
class Live:
    """A place that a script of the site fills; it finds ``data`` as ``window.siteData[name]``.

    text: what stands there without the script. scripts (in their order), style: files of the site's
    static folder. data: JSON.
    """

    name: str
    text: str
    scripts: Sequence[str]
    style: str
    data: dict

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {LIVE: packed(vars(self)), "text/plain": self.text}


@dataclass(frozen=True)
class Place:
    """Text that leads to a place of another page.

    page: as in the table of contents. fragment: what follows the #.
    """

    text: str
    page: str
    fragment: str


Words = Sequence[str | Place]
"""A line of text with links."""


@dataclass(frozen=True)
class Lines:
    """A heading and lines under it; ``code``: they are typed at a command line."""

    heading: str
    lines: Sequence[Words]
    code: bool = False


@dataclass(frozen=True)
class Grid:
    """A heading and a small table under it."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Words]]


@dataclass(frozen=True)
class Fold:
    """A closed entry with an address of its own.

    name: for references. anchor: its id in the page. title: the line that stands.
    """

    name: str
    anchor: str
    title: Words
    parts: Sequence[Lines | Grid]


@dataclass(frozen=True)
class Folds:
    """Closed entries, one below the other; one that a link leads to opens.

    ``text``: what a notebook shows instead.
    """

    folds: Sequence[Fold]
    text: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {FOLDS: packed(_folded(self)), "text/plain": self.text}


@dataclass(frozen=True)
class Section:
    """A section that code makes: label for references, heading (plain text), and its parts in order."""

    name: str
    title: str
    parts: Sequence[str | Figure | Table | Folds]


@dataclass(frozen=True)
class Sections:
    """Sections of a page; the cell that shows them is the last of its own section."""

    sections: Sequence[Section]

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        shown = [
            {"name": s.name, "title": s.title, "parts": [part_fields(part) for part in s.parts]}
            for s in self.sections
        ]
        texts = [
            f"## {s.title}\n\n" + "\n\n".join(p for p in s.parts if isinstance(p, str)) for s in self.sections
        ]
        said = "\n\n".join(texts)
        return {SECTIONS: packed({"sections": shown}), "text/markdown": said, "text/plain": said}


def part_fields(part: str | Figure | Table | Folds) -> dict:
    """Markdown, or the figure's or table's own fields, under its mime type."""
    if isinstance(part, str):
        return {"text/markdown": part}
    kinds = {Figure: (FIGURE, _fields), Table: (TABLE, _fields), Folds: (FOLDS, _folded)}
    mime, of = kinds[type(part)]
    return {mime: of(part)}


def _folded(shown: Folds) -> dict:
    return {"folds": [_plain(f) for f in shown.folds]}


def _plain(shown):
    """A fold as JSON."""
    if isinstance(shown, str | bool):
        return shown
    if isinstance(shown, Sequence):
        return [_plain(each) for each in shown]
    return {k: _plain(v) for k, v in vars(shown).items()}


def _cell(value: object) -> object:
    """A table's cell as JSON."""
    if isinstance(value, Rounded):
        return {"text": value.text, "value": float(value)}
    return {"text": str(value), "target": value.target} if isinstance(value, Linked) else value


def _fields(shown: Figure | Table) -> dict:
    fields = vars(shown) | {
        "rows": [[_cell(value) for value in row] for row in shown.rows],
        "columns": list(shown.columns),
    }
    return fields | ({"columns": [vars(c) for c in shown.columns]} if isinstance(shown, Table) else {})


def packed(fields: dict) -> str:
    """Fields as one JSON text.

    Notebooks are copied and written many times in a build, and a text costs nothing each time.
    """
    return json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def unpacked(bundle: dict) -> dict:
    """A mime bundle with its packed parts as fields again."""
    return {k: json.loads(v) if k in (FIGURE, TABLE, LIVE, SECTIONS, FOLDS) else v for k, v in bundle.items()}
