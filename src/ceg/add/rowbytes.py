"""Rows put at the end of a CSV file, and taken out again, with every other byte left as it is."""

import csv
import io
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
