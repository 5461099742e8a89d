"""What a chapter's cell shows: figures and tables that know their caption, description, data and sources."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, field

FIGURE = "application/vnd.site.figure+json"
TABLE = "application/vnd.site.table+json"
LIVE = "application/vnd.site.live+json"
SECTIONS = "application/vnd.site.sections+json"
VEGA_LITE = "application/vnd.vegalite.v5+json"  # the newest that JupyterLab 4.6 draws; the charts are the same in both
VEGA_LITE_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


@dataclass(frozen=True)
class Figure:
    """A chart or drawing with all that a reader needs to use it without seeing it.

    name: label for references (``fig-7``). caption, note: inline Markdown. description: what the figure shows, read aloud.
    spec: Vega-Lite, or a list of panels with a description each; or svg: a drawing. columns, rows: the data drawn, for the table under the figure and its CSV.
    panel: least width of panels: small (three beside each other), medium (two) or large (one). numbered False: an unnumbered figure; copy_of: the name of the figure that it repeats.
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

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        bundle = {FIGURE: _fields(self), "text/plain": self.description}
        if self.spec is not None:
            bundle[VEGA_LITE] = for_notebooks(self.spec)
        if self.svg is not None:
            bundle["image/svg+xml"] = self.svg
        return bundle


@dataclass(frozen=True)
class Column:
    """A table's column: key, heading, alignment (left, right, or wide: left with room for a sentence), tooltip."""

    key: str
    label: str
    align: str = "left"
    title: str = ""


@dataclass(frozen=True)
class Table:
    """A table: numbered (``Table n``) or not, searchable (for hundreds of rows and more) or not.

    Cells are plain text or numbers; inline Markdown where ``markdown`` is True, and then text of the data needs ``text.literal``. find: keys of columns whose values are names
    that the site's search finds, for a searchable table.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    numbered: bool = False
    searchable: bool = False
    markdown: bool = False
    note: str = field(default="")
    find: Sequence[str] = ()

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        fields = _fields(self) | {"columns": [vars(c) for c in self.columns]}
        head = "".join(f"<th>{html.escape(c.label)}</th>" for c in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(str(cell if cell is not None else ''))}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        return {TABLE: fields, "text/html": f"<table><tr>{head}</tr>{body}</table>", "text/plain": self.caption}


@dataclass(frozen=True)
class Live:
    """A place that a script of the site fills: it finds ``data`` as ``window.siteData[name]`` and replaces nothing by itself.

    text: what stands there without the script. script, style: files of the site's static folder. data: JSON.
    """

    name: str
    text: str
    script: str
    style: str
    data: dict

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {LIVE: dict(vars(self)), "text/plain": self.text}


@dataclass(frozen=True)
class Section:
    """A section that code makes: label for references, heading (plain text), and Markdown, figures and tables in order."""

    name: str
    title: str
    parts: Sequence[str | Figure | Table]


@dataclass(frozen=True)
class Sections:
    """Sections of a page; the cell that shows them is the last of its own section."""

    sections: Sequence[Section]

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        shown = [{"name": s.name, "title": s.title, "parts": list(map(_part, s.parts))} for s in self.sections]
        texts = [f"## {s.title}\n\n" + "\n\n".join(p for p in s.parts if isinstance(p, str)) for s in self.sections]
        said = "\n\n".join(texts)
        return {SECTIONS: {"sections": shown}, "text/markdown": said, "text/plain": said}


def _part(part: str | Figure | Table) -> dict:
    """Markdown, or the figure's or table's own fields, under its mime type."""
    if isinstance(part, str):
        return {"text/markdown": part}
    return {k: v for k, v in part._repr_mimebundle_().items() if k in (FIGURE, TABLE)}


def _fields(shown) -> dict:
    return {
        k: (list(map(list, v)) if k == "rows" else list(v) if k in ("columns", "find") else v)
        for k, v in vars(shown).items()
    }


def for_notebooks(spec: dict | list[dict]) -> dict:
    """A chart, or its panels beside each other, as a notebook draws it: of fixed width (pixels)."""
    if isinstance(spec, dict):
        return spec | {"$schema": VEGA_LITE_SCHEMA, "width": 640}
    bare = [{k: v for k, v in p.items() if k not in ("config", "$schema", "width")} | {"width": 240} for p in spec]
    return {"$schema": VEGA_LITE_SCHEMA, "config": spec[0]["config"], "concat": bare, "columns": 2}


def publish(**numbers: str) -> None:
    """Make texts available to the prose of the page as ``{glue:text}`name```; a number comes formatted."""
    from myst_nb import glue

    for name, text in numbers.items():
        if not isinstance(text, str):
            raise TypeError(f"{name} is {text!r}; publish takes text, so format the number")
        glue(name, text, display=False)
