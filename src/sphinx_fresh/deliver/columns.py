"""Tables for paper: columns as wide as their texts ask for, and below a row what does not fit beside."""

from __future__ import annotations

import math

from bs4 import BeautifulSoup, Tag

MOST = 8
"""Columns that fit on an upright sheet."""

NARROWEST, SHORT, WIDEST = 5, 14, 50
"""Letters: what a column has at least, what is not broken into lines, what it has at most."""


def fit(parsed: BeautifulSoup, table: Tag) -> None:
    """Give the table's columns their widths; in a table of more than ``MOST``, move the wide ones below.

    Also what stands after the others goes there. A table without one line of headings stays as it is.
    """
    heads = table.select("thead > tr > th")
    if not heads or len(table.select("thead > tr")) > 1:
        return
    rows = [row.find_all(["th", "td"], recursive=False) for row in table.select("tbody > tr")]
    below = set()
    if len(heads) > MOST:
        wide = (i for i, head in enumerate(heads) if i and "site-wide" in head.get_attribute_list("class"))
        below = {*wide, *range(MOST - 1, len(heads))}
    for cells in rows:
        if len(cells) == len(heads):
            _move_below(parsed, heads, cells, below)
        elif cells and cells[0].get("colspan"):
            cells[0]["colspan"] = str(len(heads) - len(below))
    kept = [i for i in range(len(heads)) if i not in below]
    texts = [[row[i].get_text() for row in [heads, *rows] if len(row) == len(heads)] for i in kept]
    for i in sorted(below):
        heads[i].decompose()
    _set_widths(parsed, table, [_weight(column) for column in texts])


def _move_below(parsed: BeautifulSoup, heads: list[Tag], cells: list[Tag], below: set[int]) -> None:
    """What the cells ``below`` say, each after its heading, in the row of notes; made if there is none."""
    lines = []
    for i in sorted(below):
        cell = cells[i].extract()
        if not cell.get_text(strip=True):
            continue
        for paragraph in cell.find_all("p"):
            paragraph.unwrap()
        line, label, said = (parsed.new_tag(name) for name in ("p", "strong", "span"))
        label.string = heads[i].get_text(strip=True)
        said.extend(list(cell.contents))
        line.extend([label, " ", said])
        lines.append(line)
    row = next(iter(cells[0].parents))
    notes = row.find_next_sibling("tr")
    if lines and not (notes and "site-note" in notes.get_attribute_list("class")):
        notes = parsed.new_tag("tr", attrs={"class": "site-note"})
        notes.append(parsed.new_tag("td", colspan=str(len(heads) - len(below))))
        row.insert_after(notes)
    if notes and notes.td:
        notes.td.extend(lines)


def _weight(texts: list[str]) -> float:
    """How much room a column asks for, in letters: what keeps short texts on a line and long ones low."""
    lengths = [len(text.strip()) for text in texts]
    if max(lengths[1:], default=0) <= SHORT:
        return max(NARROWEST, *lengths[1:], *map(len, texts[0].split()))
    word = max(len(word) for text in texts for word in text.split())
    usual = math.sqrt(max(lengths) * sum(lengths) / len(lengths))
    return min(max(word, usual / 2), WIDEST)


def _set_widths(parsed: BeautifulSoup, table: Tag, weights: list[float]) -> None:
    for group in table.find_all("colgroup", recursive=False):
        group.decompose()
    group = parsed.new_tag("colgroup")
    for weight in weights:
        group.append(parsed.new_tag("col", style=f"width: {100 * weight / sum(weights):.1f}%"))
    if table.thead:
        table.thead.insert_before(group)
