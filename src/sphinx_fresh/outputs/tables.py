"""Tables: short ones set in the page, long ones searched in the browser."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from sphinx_fresh.formats import add_alike
from sphinx_fresh.outputs.cells import Cell, Tag, Tags, TagTexts, split, tags_of
from sphinx_fresh.outputs.searchable import search_table
from sphinx_fresh.outputs.text import Element, Page, check_rows

LONG = 15
"""Rows above which a narrow screen shows only the first, until the reader asks for all."""


class UnnumberedTable(nodes.table):
    """A table that Sphinx does not count."""


def table_nodes(page: Page, content: dict) -> list[nodes.Element]:
    """The table that the content asks for, and what belongs below it."""
    check_rows(content["rows"], content["columns"])
    texts: dict[str, str] = {}
    tags = [
        tags_of(page, column, (row[i] for row in content["rows"]), texts)
        for i, column in enumerate(content["columns"])
    ]
    table = search_table if content.get("searchable") else set_table
    made: list[nodes.Element] = [table(page, content, tags)]
    if texts:
        made.append(TagTexts(texts=texts))
    if content.get("note"):
        made.append(page.inline(content["note"], nodes.paragraph(classes=["site-table-note"])))
    return made


def set_table(page: Page, content: dict, tags: list[Tags | None]) -> nodes.table:
    """A table in the page; ``tags`` of each column."""
    numbered = content.get("numbered", True)
    if numbered and not content.get("name"):
        raise ValueError("a numbered table needs a name")
    shown = [i for i, column in enumerate(content["columns"]) if column.get("align") != "note"]
    long = ["site-long"] if len(content["rows"]) > LONG else []
    table = (nodes.table if numbered else UnnumberedTable)(classes=["site-table", *long])
    page.place(table)
    if content.get("caption"):
        table += page.inline(content["caption"], nodes.title())
    group = nodes.tgroup(cols=len(shown))
    group += [nodes.colspec(colwidth=1) for _ in shown]
    group += nodes.thead("", nodes.row("", *(_head(page, content["columns"][i]) for i in shown)))
    body = nodes.tbody()
    for row in content["rows"]:
        body += _rows(page, content, tags, shown, row)
    group += body
    table += group
    if content.get("name"):
        page.target(table, content["name"])
    return table


def _rows(
    page: Page, content: dict, tags: list[Tags | None], shown: list[int], row: list[object]
) -> list[nodes.row]:
    """A row of the table, and under it one with its notes, if it has any."""
    columns = content["columns"]
    cells = [_cell(page, row[i], columns[i], tags[i], content) for i in shown]
    cells[0]["first"] = True
    made = [nodes.row("", *cells)]
    notes = {i: value for i, value in enumerate(row) if value and i not in shown}
    if notes:
        below = Cell(first=False, label="", columns=len(shown))
        for i, value in notes.items():
            line = nodes.paragraph("", "", nodes.strong("", columns[i]["label"]), nodes.Text(" "))
            below += line
            line += _filled(page, value, content, nodes.inline())
        made.append(nodes.row("", below, classes=["site-note"]))
    return made


def _head(page: Page, column: dict) -> nodes.entry:
    label = page.plain(column["label"], nodes.paragraph())
    if column.get("title"):
        label = nodes.paragraph(
            "", "", page.plain(column["label"], nodes.abbreviation(explanation=column["title"]))
        )
    return nodes.entry("", label, classes=_classes(column))


def _cell(page: Page, value: object, column: dict, tags: Tags | None, content: dict) -> Cell:
    cell = Cell(classes=_classes(column), first=False, label=column["label"], columns=0)
    if tags is None:
        return _filled(page, value, content, cell)
    cell += [Tag("", each, explained=tags.get(each)) for each in split(str(value or ""))]
    return cell


def _filled(page: Page, value: object, content: dict, into: Element) -> Element:
    """An element with a value: text, a number shown as text, or a text that leads somewhere."""
    if isinstance(value, dict) and "target" in value:
        return page.link(value["text"], value["target"], into)
    text = "" if value is None else str(value["text"] if isinstance(value, dict) else value)
    if not text:
        return into
    return (page.inline if content.get("markdown") else page.plain)(text, into)


def _classes(column: dict) -> list[str]:
    return [f"site-{column['align']}"] if column.get("align") in ("right", "wide") else []


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    add_alike(app, UnnumberedTable, "table")
