"""The cells of a CSV file and the values that the descriptor makes of their text."""

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ceg.evidence.files import shown, text_of
from ceg.evidence.problems import InputError, Problem, quoted

LONGEST = 131_072
"""Characters of the longest row: what Python's own reader takes in one cell."""

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
"""How a number is written: in the digits 0 to 9, with nothing before, between or after."""
INTEGER = re.compile(r"[+-]?[0-9]{1,15}")

ALLOWED = {
    "number": "a number in the digits 0 to 9, such as 62.0 or 1.5e22",
    "integer": "a whole number in the digits 0 to 9, of at most 15 digits",
    "boolean": "true or false",
}
"""What is allowed in the cells of a type."""


class Printed(float):
    """A number that remembers how it was printed: a score of 62 and one of 62.0 differ by a digit."""

    text: str

    def __new__(cls, text: str) -> "Printed":
        """The number that the text says. Raises ValueError if it says none."""
        self = super().__new__(cls, text)
        self.text = text
        return self

    @property
    def half_digit(self) -> float:
        """Half of the last printed digit, in the unit of the number."""
        mantissa, _, exponent = self.text.lower().partition("e")
        decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
        return 0.5 * 10.0**-decimals

    def __repr__(self) -> str:
        return self.text


def number(text: str) -> float:
    """The finite number that a text says, as a spreadsheet writes it. Raises ValueError if it says none."""
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise ValueError(f"{quoted(text)} is no finite number")
    return value


def printed(text: str) -> Printed:
    """The same, with how it was printed."""
    number(text)
    return Printed(text)


def integer(text: str) -> int:
    """The whole number that a text says. Raises ValueError if it says none."""
    if not INTEGER.fullmatch(text):
        raise ValueError(f"{quoted(text)} is no whole number of at most 15 digits")
    return int(text)


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each row of a CSV file, the header too, with the line on which it begins. Raises InputError."""
    reader, line = csv.reader(io.StringIO(text_of(path), newline=""), strict=True), 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            fix = "close the quotation mark, double those inside a cell, and shorten a long cell"
            raise InputError(Problem(shown(path), str(error), "CSV", fix, line)) from None
        if cells is None:
            return
        if len("".join(cells)) > LONGEST:
            found, allowed = f"a row of over {LONGEST:,} characters", "a shorter one"
            raise InputError(
                Problem(shown(path), found, allowed, "shorten it, or close its quotation mark", line)
            )
        yield line, cells
        line = reader.line_num + 1


def dicts(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, column -> text, without the cells that a row lacks. Raises InputError."""
    header, *read = [cells for _, cells in rows(path)] or [[]]
    return [dict(zip(header, cells, strict=False)) for cells in read]


def records(path: Path, fields: Iterable[str]) -> Iterator[tuple[int, list[str | None]]]:
    """Each row's line, and the text of its fields in their order; a cell that the row lacks is None."""
    read = rows(path)
    _, header = next(read, (1, []))
    if absent := [name for name in fields if name not in header]:
        fix = f"add the column {absent[0]}"
        raise InputError(Problem(shown(path), f"no column {absent[0]}", "its columns", fix, 1, absent[0]))
    places = [header.index(name) for name in fields]
    for line, cells in read:
        if cells:
            yield line, [cells[i] if i < len(cells) else None for i in places]


def reader_of(field: dict) -> tuple[Callable[[str], object], object]:
    """What makes a value of a cell's text, and the value of an empty cell.

    The first raises ValueError or KeyError where the text is not such a value.
    """
    match field["type"]:
        case "number":
            return (printed if field.get("printed") else number), None
        case "integer":
            return integer, None
        case "boolean":
            return {"true": True, "false": False}.__getitem__, None
        case "list":
            return (lambda text: tuple(text.split(field["delimiter"]))), ()
        case _:
            return str, None


def value(path: Path, row: int | None, field: dict, text: str | None, line: int | None = None) -> object:
    """The value of one cell. Raises InputError."""
    parse, empty = reader_of(field)
    try:
        return parse(text) if text else empty
    except (ValueError, KeyError):
        allowed, fix = ALLOWED[field["type"]], "correct the cell"
        raise InputError(Problem(shown(path), quoted(text), allowed, fix, row, field["name"], line)) from None


def wrong_cells(
    path: Path, row: int, line: int, cells: Iterable[tuple[str | None, dict]]
) -> Iterator[Problem]:
    """The problems of a row's cells, each given with its field."""
    for text, field in cells:
        try:
            value(path, row, field, text, line)
        except InputError as error:
            yield from error.problems
