"""One BibTeX entry: what is wrong with it, and how it is put at the end of a file and taken out again."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from ceg.evidence.problems import quoted
from ceg.evidence.references import FORMS

NEEDED = {"article": ("journal",), "inproceedings": ("booktitle",)}
"""What the bibliography asks of a type of entry, beside author, title and year."""


def with_entry(content: bytes, entry: str) -> bytes:
    """A BibTeX file with one more entry at its end, a blank line before it."""
    block = entry.strip() + "\n"
    if not content or content.endswith(b"\n\n"):
        return content + (block + "\n").encode()
    return content + ("\n" + block).encode()


def entry(content: bytes, key: str) -> str:
    """The text of an entry of a BibTeX file; empty if there is none of that key."""
    start, end = _place(text := content.decode("utf-8-sig"), key)
    return text[start:end]


def _place(text: str, key: str) -> tuple[int, int]:
    """Where the entry of a key begins and ends; nowhere if there is none."""
    found = re.search(rf"^@\w+\s*\{{\s*{re.escape(key)}\s*,", text, flags=re.MULTILINE)
    return (found.start(), found.start() + closed(text[found.start() :])) if found else (0, 0)


def without_entry(content: bytes, key: str) -> bytes:
    """A BibTeX file without the entry of a key: the inverse of ``with_entry``."""
    start, end = _place(text := content.decode(), key)
    if start == end:
        return content
    if text.startswith("\n\n", end):
        return (text[:start] + text[end + 2 :]).encode()
    return (text[: max(start - 1, 0)] + text[end + 1 :]).encode()


def closed(text: str) -> int:
    """Where the first braces of a text close: the length up to their end; 0 if they do not close."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if sign == "}" and depth == 0:
            return at + 1
    return 0


def entry_problems(key: str, entry: str) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a BibTeX entry: (found, allowed, fix)."""
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError
    from pybtex.scanner import PybtexSyntaxError

    allowed = f"one BibTeX entry, @misc{{{key}, title = {{…}}, year = {{…}}, url = {{…}}}}"
    fix = "write it under bibtex: | on lines of its own"
    if not entry:
        yield "nothing", allowed, fix
        return
    try:
        found = parse_string(entry, "bibtex").entries
    except (PybtexError, PybtexSyntaxError) as error:
        yield " ".join(str(error).split()), allowed, "mend the entry: braces, commas, key"
        return
    if list(found) != [key] or closed(entry) != len(entry) or not entry.startswith("@"):
        yield quoted(" ".join(entry.split())), allowed, f"one entry, with the key {key}, and nothing else"
        return
    fields = found[key].fields
    needs = ("author", "title", "year", *NEEDED.get(found[key].type, ()))
    for name in needs:
        if not (fields.get(name) or (name == "author" and found[key].persons.get("author"))):
            yield f"an entry without {name}", " · ".join(needs), f"add {name} = {{…}}"
    given = {name: fields[name] for name in FORMS if name in fields}
    if not given:
        yield "an entry without eprint, doi or url", "one of them", "add url = {https://…}, doi or eprint"
    for name, value in given.items():
        form, allowed = FORMS[name]
        if not re.fullmatch(form, value, re.ASCII):
            yield f"{name} = {quoted(value)}", allowed, "correct the address"


def appended(content: bytes, rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file with rows (column -> text; absent is empty) at its end, in its own columns and line ends."""
    header = content.split(b"\n", 1)[0]
    end = "\r\n" if header.endswith(b"\r") else "\n"
    columns = next(csv.reader([header.decode("utf-8-sig")]))
    text = io.StringIO(newline="")
    csv.DictWriter(text, columns, restval="", lineterminator=end).writerows(rows)
    return content + (b"" if content.endswith(b"\n") else end.encode()) + text.getvalue().encode()


def replaced(content: bytes, key: str, rows: Mapping[str, Mapping[str, str]]) -> bytes:
    """A CSV file with other cells in some rows, by their key; the others stay to the byte."""
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    lines = io.StringIO(content.decode("utf-8-sig"), newline="").readlines()
    reader = csv.reader(lines)
    columns = next(reader)
    made, start = lines[: reader.line_num], reader.line_num
    for cells in reader:
        old, start = lines[start : reader.line_num], reader.line_num
        new = rows.get(cells[columns.index(key)]) if cells else None
        if new is None:
            made += old
            continue
        text = io.StringIO(newline="")
        end = "\r\n" if old[-1].endswith("\r\n") else "\n" if old[-1].endswith("\n") else ""
        csv.DictWriter(text, columns, restval="", lineterminator=end).writerow(new)
        made.append(text.getvalue())
    return mark + "".join(made).encode()


def without(content: bytes, drop: Callable[[dict[str, str]], bool]) -> bytes:
    """A CSV file without the rows that ``drop`` names; a byte order mark stays."""
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    lines = io.StringIO(content.decode("utf-8-sig"), newline="").readlines()
    reader = csv.reader(lines)
    columns = next(reader)
    kept, start = lines[: reader.line_num], reader.line_num
    for cells in reader:
        if not drop(dict(zip(columns, cells, strict=False))):
            kept += lines[start : reader.line_num]
        start = reader.line_num
    return mark + "".join(kept).encode()
