"""Rows put at the end of a CSV or BibTeX file, and taken out again, with every other byte left as it is."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping


def appended(content: bytes, rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file with rows (column -> text; absent is empty) at its end, in its own columns and line ends."""
    header = content.split(b"\n", 1)[0]
    end = "\r\n" if header.endswith(b"\r") else "\n"
    columns = next(csv.reader([header.decode()]))
    text = io.StringIO(newline="")
    csv.DictWriter(text, columns, restval="", lineterminator=end).writerows(rows)
    return content + (b"" if content.endswith(b"\n") else end.encode()) + text.getvalue().encode()


def without(content: bytes, drop: Callable[[dict[str, str]], bool]) -> bytes:
    """A CSV file without the rows that ``drop`` names."""
    lines = io.StringIO(content.decode(), newline="").readlines()
    reader = csv.reader(lines)
    columns = next(reader)
    kept, start = lines[: reader.line_num], reader.line_num
    for cells in reader:
        if not drop(dict(zip(columns, cells, strict=False))):
            kept += lines[start : reader.line_num]
        start = reader.line_num
    return "".join(kept).encode()


def with_entry(content: bytes, entry: str) -> bytes:
    """A BibTeX file with one more entry at its end, a blank line before it."""
    block = entry.strip() + "\n"
    if not content or content.endswith(b"\n\n"):
        return content + (block + "\n").encode()
    return content + ("\n" + block).encode()


def without_entry(content: bytes, key: str) -> bytes:
    """A BibTeX file without the entry of a key: the inverse of ``with_entry``."""
    text = content.decode()
    found = re.search(rf"^@\w+\s*\{{\s*{re.escape(key)}\s*,", text, flags=re.MULTILINE)
    if not found:
        return content
    start, end = found.start(), found.start() + closed(text[found.start() :])
    if text.startswith("\n\n", end):
        return (text[:start] + text[end + 2 :]).encode()
    return (text[: max(start - 1, 0)] + text[end + 1 :]).encode()


def closed(text: str) -> int:
    """Where the first braces of a text close: the length up to and with the last of them; 0 if they do not."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if sign == "}" and depth == 0:
            return at + 1
    return 0
