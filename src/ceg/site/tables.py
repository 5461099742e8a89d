"""Tables: short ones set in the page, long ones searched in the browser."""

from __future__ import annotations

import json
from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from . import files, found
from .charts import skip
from .text import Page


class UnnumberedTable(nodes.table):
    """A table that Sphinx does not count."""


class SearchTable(nodes.General, nodes.Element):
    """Stands for a long table; attributes name, count. Its one child is the caption."""


def table_nodes(page: Page, content: dict) -> list[nodes.Element]:
    """The table that the content asks for."""
    columns, rows = content["columns"], content["rows"]
    wrong = [row for row in rows if len(row) != len(columns)]
    if wrong:
        raise ValueError(f"a row has {len(wrong[0])} cells for {len(columns)} columns: {wrong[0]!r}")
    return [search_table(page, content) if content.get("searchable") else set_table(page, content)]


def set_table(page: Page, content: dict) -> nodes.table:
    """A table in the page."""
    columns = content["columns"]
    numbered = content.get("numbered", True)
    if numbered and not content.get("name"):
        raise ValueError("a numbered table needs a name")
    table = (nodes.table if numbered else UnnumberedTable)(classes=["site-table"])
    page.place(table)
    if content.get("caption"):
        table += page.inline(content["caption"], nodes.title())
    group = nodes.tgroup(cols=len(columns))
    group += [nodes.colspec(colwidth=1) for _ in columns]
    group += nodes.thead("", nodes.row("", *(_head(page, column) for column in columns)))
    body = nodes.tbody()
    for row in content["rows"]:
        body += nodes.row(
            "", *(_cell(page, value, column, content) for value, column in zip(row, columns, strict=True))
        )
    group += body
    table += group
    if content.get("name"):
        page.target(table, content["name"])
    return table


def _head(page: Page, column: dict) -> nodes.entry:
    label = page.plain(column["label"], nodes.paragraph())
    if column.get("title"):
        label = nodes.paragraph("", "", page.plain(column["label"], nodes.abbreviation(explanation=column["title"])))
    return nodes.entry("", label, classes=_classes(column))


def _cell(page: Page, value: object, column: dict, content: dict) -> nodes.entry:
    text = "" if value is None else str(value)
    fill = page.inline if content.get("markdown") else page.plain
    return nodes.entry("", fill(text, nodes.paragraph()), classes=_classes(column))


def _classes(column: dict) -> list[str]:
    return [f"site-{column['align']}"] if column.get("align") in ("right", "wide") else []


def search_table(page: Page, content: dict) -> SearchTable:
    """A place in the page; the rows go to a script of their own and to a CSV file."""
    name = content.get("name")
    if not name or content.get("numbered") or content.get("markdown"):
        raise ValueError("a searchable table needs a name, has no number, and its cells are plain text")
    columns = [
        {key: column.get(key) or "" for key in ("key", "label", "align", "title")} for column in content["columns"]
    ]
    rows = [["" if value is None else str(value) for value in row] for row in content["rows"]]
    data = json.dumps({"columns": columns, "rows": rows}, ensure_ascii=False)
    files.record(
        page.env, f"{name}.js", f"(window.siteTables = window.siteTables || {{}})[{json.dumps(name)}] = {data};\n"
    )
    files.record(page.env, f"{name}.csv", files.csv_text([column["key"] for column in columns], content["rows"]))
    found.record(page.env, name, found.names(columns, rows, content.get("find", ())))
    node = SearchTable("", name=name, count=len(rows))
    node += page.inline(content.get("caption") or "", nodes.paragraph(classes=["site-search-caption"]))
    page.target(node, name)
    return node


def visit_search(translator: HTML5Translator, node: SearchTable) -> None:
    """Write the place that the script fills; its caption follows."""
    docname = translator.builder.current_docname
    script = files.link(translator.builder, docname, f"{node['name']}.js")
    download = files.link(translator.builder, docname, f"{node['name']}.csv")
    translator.body.append(translator.starttag(node, "div", CLASS="site-search", **{"data-table": node["name"]}))
    translator.context.append(
        f'<p class="site-search-file">{node["count"]} rows: <a href="{escape(download)}" download>download as CSV</a></p>\n'
        f'<script src="{escape(script)}" defer></script>\n</div>\n'
    )


def depart_search(translator: HTML5Translator, node: SearchTable) -> None:
    """Write what a reader without scripts has: the file."""
    translator.body.append(translator.context.pop())


def visit_table(translator: HTML5Translator, node: UnnumberedTable) -> None:
    """As any table."""
    translator.visit_table(node)


def depart_table(translator: HTML5Translator, node: UnnumberedTable) -> None:
    """As any table."""
    translator.depart_table(node)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    others = ("latex", "text", "man", "texinfo")
    app.add_node(UnnumberedTable, **dict.fromkeys(("html", *others), (visit_table, depart_table)))
    app.add_node(SearchTable, html=(visit_search, depart_search), **dict.fromkeys(others, (skip, None)))
