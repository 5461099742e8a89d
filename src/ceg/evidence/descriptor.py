"""What ``data/datapackage.json`` says of the tables, and where the classes of their rows say otherwise."""

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ceg.evidence.csv_cells import Printed
from ceg.evidence.files import missing, shown
from ceg.evidence.problems import InputError, Problem
from ceg.evidence.rows import ROWS

FIX = "describe the book's tables, or change ceg/evidence/rows.py with them"


@functools.cache
def descriptor(folder: Path) -> dict:
    """The parsed datapackage.json."""
    path = folder / "datapackage.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(missing(path)) from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(Problem(shown(path), str(error), "JSON in UTF-8", "mend the file")) from None


def schema(folder: Path, table: str) -> dict:
    """What datapackage.json says of a table's fields and keys."""
    return next(r["schema"] for r in descriptor(folder)["resources"] if r["name"] == table)


def type_of(field: dict) -> object:
    """The type of a described field's values, as a row's class has it; with None if it may be empty."""
    kinds = {"number": Printed if field.get("printed") else float, "integer": int, "boolean": bool}
    if field["type"] == "list":
        return tuple[str, ...]
    kind = kinds.get(field["type"], str)
    return kind if field.get("constraints", {}).get("required") else kind | None


def unlike_rows(resource: dict) -> Iterator[Problem]:
    """Where the described columns of a table are not those of the class of its rows."""
    table = resource["name"]
    columns = ROWS[table].__annotations__ if table in ROWS else {}
    found = {f["name"]: type_of(f) for f in resource["schema"]["fields"]}
    for column in columns | found:
        if (kind := found.get(column)) != (wanted := columns.get(column)):
            allowed, field = f"{_named(wanted)} (ceg/evidence/rows.py)", f"{table}.{column}"
            yield Problem("data/datapackage.json", _named(kind), allowed, FIX, field=field)


def lacking(resource: dict, present: dict) -> Iterator[Problem]:
    """The columns that the present schema says must be filled and an earlier table does not have."""
    had = {f["name"] for f in resource["schema"]["fields"]}
    for field in present["fields"]:
        if field.get("constraints", {}).get("required") and field["name"] not in had:
            found = f"no column {field['name']}"
            yield Problem(f"data/{resource['path']}", found, "the present columns", FIX)


def _named(kind: Any) -> str:
    """A type as a message names it."""
    return "no such column" if kind is None else getattr(kind, "__name__", str(kind))
