"""Tables: short ones set in the page, long ones searched in the browser."""

from __future__ import annotations

import json
import re
from html import escape
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from sphinx_fresh import files
from sphinx_fresh.formats import add_alike, add_for_html
from sphinx_fresh.outputs.text import Page, check_rows
from sphinx_fresh.search import table_names

PART = 500
"""Rows of a searchable table in a script."""

FIRST = 20
"""Those that stand in the page: as many as the script shows at a time."""

PART_SCRIPT = (
    "((window.siteTables = window.siteTables || {{}})[{name}]"
    " = window.siteTables[{name}] || [])[{i}] = {data};\n"
)
ADDRESS = re.compile(r"https?://\S+")
UNQUOTED = "!'()*-._~"
"""What JavaScript's encodeURIComponent leaves as it is, beside letters and digits."""


class UnnumberedTable(nodes.table):
    """A table that Sphinx does not count."""


class SearchTable(nodes.General, nodes.Element):
    """Stands for a long table; attributes name, columns, first (rows), count, parts (files).

    Its one child is the caption.
    """


def table_nodes(page: Page, content: dict) -> list[nodes.Element]:
    """The table that the content asks for."""
    check_rows(content["rows"], content["columns"])
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
        label = nodes.paragraph(
            "", "", page.plain(column["label"], nodes.abbreviation(explanation=column["title"]))
        )
    return nodes.entry("", label, classes=_classes(column))


def _cell(page: Page, value: object, column: dict, content: dict) -> nodes.entry:
    if isinstance(value, dict):
        return nodes.entry(
            "", page.link(value["text"], value["target"], nodes.paragraph()), classes=_classes(column)
        )
    text = "" if value is None else str(value)
    fill = page.inline if content.get("markdown") else page.plain
    return nodes.entry("", fill(text, nodes.paragraph()), classes=_classes(column))


def _classes(column: dict) -> list[str]:
    return [f"site-{column['align']}"] if column.get("align") in ("right", "wide") else []


def search_table(page: Page, content: dict) -> SearchTable:
    """The first rows in the page.

    All of them are in a CSV file, and in scripts of some hundreds that are loaded when asked for.
    """
    name = content.get("name")
    if not name or content.get("numbered") or content.get("markdown"):
        raise ValueError("a searchable table needs a name, has no number, and its cells are plain text")
    columns = [
        {key: column.get(key) or "" for key in ("key", "label", "align", "title")}
        for column in content["columns"]
    ]
    rows = [["" if value is None else str(value) for value in row] for row in content["rows"]]
    parts = [f"{name}-{i}.js" for i in range(-(-len(rows) // PART))]
    for i, file in enumerate(parts):
        data = json.dumps(rows[i * PART : (i + 1) * PART], ensure_ascii=False)
        files.record(page.env, file, PART_SCRIPT.format(name=json.dumps(name), i=i, data=data))
    files.record(
        page.env, f"{name}.csv", files.csv_text([column["key"] for column in columns], content["rows"])
    )
    table_names.record(page.env, name, table_names.names(columns, rows, content.get("find", ())))
    named = len({row[0] for row in rows}) == len(rows)  # then what stands first is a row's address
    node = SearchTable(
        "", name=name, named=named, columns=columns, first=rows[:FIRST], count=len(rows), parts=parts
    )
    node += page.inline(content.get("caption") or "", nodes.paragraph(classes=["site-search-caption"]))
    page.target(node, name)
    return node


def visit_search(translator: HTML5Translator, node: SearchTable) -> None:
    """Write the start of the place; its caption follows."""
    about = {
        "data-table": node["name"],
        "data-rows": node["count"],
        "data-part": PART,
        "data-named": str(node["named"]).lower(),
        "data-files": json.dumps([files.link_here(translator, part) for part in node["parts"]]),
    }
    translator.body.append(translator.starttag(node, "div", CLASS="site-search", **about))


def depart_search(translator: HTML5Translator, node: SearchTable) -> None:
    """Write the first rows, with places for what a script adds, and the file of all."""
    columns = node["columns"]
    # the script makes buttons of these
    head = "".join(f'<th scope="col"{_class(c)}{_title(c)}>{escape(c["label"])}</th>' for c in columns)
    named = [node["named"], *[None] * len(columns)]
    body = "\n".join(f"<tr>{''.join(map(_shown, row, columns, named))}</tr>" for row in node["first"])
    download = files.link_here(translator, f"{node['name']}.csv")
    caption = escape(node.astext())
    some = f"the first {len(node['first'])} of " if len(node["first"]) < node["count"] else ""
    translator.body.append(
        '<div class="site-search-tools"></div>\n'
        f'<div class="pst-scrollable-table-container" tabindex="0">'
        f'<table class="table site-table" aria-label="{caption}">'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>\n"
        f'<nav class="site-search-pages" aria-label="Pages: {caption}"></nav>\n'
        f"<noscript><p>Shown without scripts: {some}{node['count']} rows.</p></noscript>\n"
        f'<p class="site-search-file">{node["count"]} rows: '
        f'<a href="{escape(download)}" download>download as CSV</a></p>\n</div>\n'
    )


def _class(column: dict) -> str:
    return f' class="site-{column["align"]}"' if column["align"] else ""


def _title(column: dict) -> str:
    return f' title="{escape(column["title"])}"' if column["title"] else ""


def _shown(value: str, column: dict, named: bool | None) -> str:
    """A cell as the script makes it; ``named`` is None for all but a row's first.

    That one leads to its own row where rows are ``named``.
    """
    address = f"#row={quote(value, safe=UNQUOTED)}" if named else value if ADDRESS.fullmatch(value) else ""
    text = escape(value, quote=False)
    said = f'<a href="{escape(address)}">{text}</a>' if address else text
    return (
        f'<th scope="row"{_class(column)}>{said}</th>'
        if named is not None
        else f"<td{_class(column)}>{said}</td>"
    )


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    add_alike(app, UnnumberedTable, "table")
    add_for_html(app, SearchTable, visit_search, depart_search)
