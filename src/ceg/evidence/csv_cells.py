"""The cells of a CSV file and the values that the descriptor makes of their text."""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ceg.evidence.problems import InputError, Problem, quoted


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


def shown(path: Path) -> str:
    """A path as messages show it: the folder and the file."""
    return f"{path.parent.name}/{path.name}"


def missing(path: Path) -> Problem:
    """The message for a file that is not there."""
    return Problem(shown(path), "no such file", "the file", "put it back, or restore it from version control")


def records(path: Path, fields: Mapping[str, dict]) -> Iterator[tuple[int, list[str | None]]]:
    """Each row's line, and the text of its fields in their order; a cell that the row lacks is None."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            absent = [name for name in fields if name not in header]
            if absent:
                fix = f"add the column {absent[0]}"
                raise InputError(
                    Problem(shown(path), f"no column {absent[0]}", "its columns", fix, 1, absent[0])
                )
            places = [header.index(name) for name in fields]
            for cells in filter(None, reader):
                yield reader.line_num, [cells[i] if i < len(cells) else None for i in places]
    except FileNotFoundError:
        raise InputError(missing(path)) from None
    except UnicodeDecodeError as error:
        raise InputError(Problem(shown(path), str(error), "UTF-8", "save the file as UTF-8")) from None


def reader_of(field: dict) -> tuple[Callable[[str], object], object]:
    """What makes a value of a cell's text, and the value of an empty cell.

    The first raises ValueError or KeyError where the text is not such a value.
    """
    match field["type"]:
        case "number":
            return (Printed if field.get("printed") else float), None
        case "integer":
            return int, None
        case "boolean":
            return {"true": True, "false": False}.__getitem__, None
        case "list":
            return (lambda text: tuple(text.split(field["delimiter"]))), ()
        case _:
            return str, None


def value(path: Path, line: int | None, field: dict, text: str | None) -> object:
    """The value of one cell. Raises InputError."""
    parse, empty = reader_of(field)
    try:
        return parse(text) if text else empty
    except (ValueError, KeyError):
        allowed = f"a {field['type']}"
        raise InputError(
            Problem(shown(path), quoted(text), allowed, "correct the cell", line, field["name"])
        ) from None
