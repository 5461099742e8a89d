"""Long tables, searched in the browser: by words, by the values of some columns, with the columns chosen.

The page has the first rows. All rows are in scripts of some hundreds each, which are loaded when they are
asked for, and in a CSV file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from sphinx_fresh import files
from sphinx_fresh.formats import add_for_html
from sphinx_fresh.outputs.cells import Tags, split, tag
from sphinx_fresh.outputs.text import Page
from sphinx_fresh.search import table_names

PART = 500
"""Rows of a searchable table in a script."""

FIRST = 15
"""Those that stand in the page: as many as the script shows at a time."""

SCRIPT = "((window.{names} = window.{names} || {{}})[{name}] = window.{names}[{name}] || [])[{i}] = {data};\n"
ADDRESS = re.compile(r"https?://\S+")
UNQUOTED = "!'()*-._~"
"""What JavaScript's encodeURIComponent leaves as it is, beside letters and digits."""

KEYS = ("key", "label", "align", "title", "facet", "hidden")


class SearchTable(nodes.General, nodes.Element):
    """Stands for a long table; attributes name, named, columns, first (rows), count, parts, facets (files).

    Its one child is the caption.
    """


def search_table(page: Page, content: dict, tags: list[Tags | None]) -> SearchTable:
    """The place of a long table, and its files; ``tags`` of each column."""
    name = content.get("name")
    if not name or content.get("numbered") or content.get("markdown"):
        raise ValueError("a searchable table needs a name, has no number, and its cells are plain text")
    columns: list[dict[str, Any]] = [
        {key: column.get(key) or "" for key in KEYS} | {"tags": tags[i]}
        for i, column in enumerate(content["columns"])
    ]
    rows = [[_text(value) for value in row] for row in content["rows"]]
    parts = [f"{name}-{i}.js" for i in range(-(-len(rows) // PART))]
    for i, file in enumerate(parts):
        _record(page, file, "siteTables", name, i, rows[i * PART : (i + 1) * PART])
    facets = [i for i, column in enumerate(columns) if column["facet"]]
    if facets:
        values = [facet_values(columns[i], [row[i] for row in rows]) for i in facets]
        _record(page, f"{name}-facets.js", "siteFacets", name, 0, values)
    exact = [[_value(value) for value in row] for row in content["rows"]]
    files.record(page.env, f"{name}.csv", files.csv_text([column["key"] for column in columns], exact))
    table_names.record(page.env, name, table_names.names(columns, rows, content.get("find", ())))
    named = len({row[0] for row in rows}) == len(rows)  # then what stands first is a row's address
    node = SearchTable("", name=name, named=named, columns=columns, first=rows[:FIRST], count=len(rows))
    node["parts"], node["facets"] = parts, [f"{name}-facets.js"] if facets else []
    node += page.inline(content.get("caption") or "", nodes.paragraph(classes=["site-search-caption"]))
    page.target(node, name)
    return node


def _text(value: object) -> str:
    return "" if value is None else str(value["text"] if isinstance(value, dict) else value)


def _value(value: object) -> object:
    """What the file has for a cell: the number behind a shown one."""
    return value.get("value", value["text"]) if isinstance(value, dict) else value


def _record(page: Page, file: str, names: str, name: str, i: int, data: list) -> None:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    files.record(page.env, file, SCRIPT.format(names=names, name=json.dumps(name), i=i, data=text))


def facet_values(column: dict, cells: Sequence[str]) -> list[tuple[str, int]]:
    """The values that a column has, in alphabetical order, and in how many rows each is."""
    found = Counter(value for cell in cells for value in values_of(column, cell))
    return sorted(found.items(), key=lambda each: (each[0].casefold(), each[0]))


def values_of(column: dict, cell: str) -> list[str]:
    """What a cell says of its row: several values in a column of tags."""
    return split(cell) if column["tags"] else [cell] if cell else []


def visit_search(translator: HTML5Translator, node: SearchTable) -> None:
    """Write the start of the place; its caption follows."""
    columns = [
        {k: v for k, v in column.items() if v and k != "title" and v != "left"} for column in node["columns"]
    ]

    def links(names: Sequence[str]) -> str:
        return json.dumps([files.link_here(translator, each) for each in names])

    about = {
        "data-table": node["name"],
        "data-rows": node["count"],
        "data-part": PART,
        "data-named": str(node["named"]).lower(),
        "data-columns": json.dumps(columns, ensure_ascii=False, separators=(",", ":")),
        "data-files": links(node["parts"]),
        "data-facets": links(node["facets"]),
    }
    translator.body.append(translator.starttag(node, "div", CLASS="site-search", **about))


def depart_search(translator: HTML5Translator, node: SearchTable) -> None:
    """Write the first rows, with places for what a script adds, and the file of all."""
    columns = node["columns"]
    # the script makes buttons of these
    head = "".join(
        f'<th scope="col"{_class(c)}{_title(c)}{" hidden" if c["hidden"] else ""}>{escape(c["label"])}</th>'
        for c in columns
        if c["align"] != "note"
    )
    body = "\n".join(_row(row, columns, node["named"]) for row in node["first"])
    download = files.link_here(translator, f"{node['name']}.csv")
    caption = escape(node.astext())
    some = f"the first {len(node['first'])} of " if len(node["first"]) < node["count"] else ""
    translator.body.append(
        '<div class="site-search-tools"></div>\n'
        f'<div class="pst-scrollable-table-container" tabindex="0">'
        f'<table class="table site-table" aria-label="{caption}">'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>\n"
        f'<nav class="site-search-pages" aria-label="Pages: {caption}"></nav>\n'
        f"<noscript><p>Shown without scripts: {some}{node['count']:,} rows.</p></noscript>\n"
        f'<p class="site-search-file">{node["count"]:,} rows: '
        f'<a href="{escape(download)}" download>download as CSV</a></p>\n</div>\n'
    )


def _class(column: dict) -> str:
    return f' class="site-{column["align"]}"' if column["align"] in ("right", "wide") else ""


def _title(column: dict) -> str:
    return f' title="{escape(column["title"])}"' if column["title"] else ""


def _row(row: Sequence[str], columns: Sequence[dict], named: bool) -> str:
    """A row as the script makes it, with a row of its notes below."""
    shown = [i for i, column in enumerate(columns) if column["align"] != "note" and not column["hidden"]]
    notes = [i for i, column in enumerate(columns) if column["align"] == "note" and row[i]]
    cells = [_cell(row[i], columns[i]) for i in shown[1:]]
    first = _linked(row[0], f"#row={quote(row[0], safe=UNQUOTED)}" if named else None)
    made = f'<tr><th scope="row"{_class(columns[0])}>{first}</th>{"".join(cells)}</tr>'
    said = "".join(
        f"<p><strong>{escape(columns[i]['label'])}</strong> {escape(row[i], quote=False)}</p>" for i in notes
    )
    return made + (f'\n<tr class="site-note"><td colspan="{len(shown)}">{said}</td></tr>' if notes else "")


def _cell(value: str, column: dict) -> str:
    if column["tags"]:
        said = " ".join(tag(each, column["tags"].get(each)) for each in split(value))
    else:
        said = _linked(value, value if ADDRESS.fullmatch(value) else None)
    return f'<td{_class(column)} data-label="{escape(column["label"])}">{said}</td>'


def _linked(value: str, address: str | None) -> str:
    text = escape(value, quote=False)
    return f'<a href="{escape(address)}">{text}</a>' if address else text


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    add_for_html(app, SearchTable, visit_search, depart_search)
    app.add_js_file("tables.js", loading_method="defer", priority=815)
