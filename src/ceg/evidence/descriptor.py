"""What ``data/datapackage.json`` says of the tables, and where the classes of their rows say otherwise."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ceg.evidence.csv_cells import Printed
from ceg.evidence.files import find_data, shown, text_of
from ceg.evidence.problems import InputError, Problem, quoted
from ceg.evidence.rows import ROWS
from sphinx_fresh import reads

FIX = "describe the book's tables, or change ceg/evidence/rows.py with them"


LARGEST = 10_000_000
"""Bytes of the largest descriptor that is read."""

TYPES = ("string", "number", "integer", "boolean", "list")
CONSTRAINTS = {
    "required?": bool,
    "unique?": bool,
    "minimum?": float,
    "maximum?": float,
    "pattern?": str,
    "enum?": [str],
}
FIELD = {
    "name": str,
    "type": TYPES,
    "description?": str,
    "unit?": str,
    "delimiter?": str,
    "printed?": bool,
    "constraints?": CONSTRAINTS,
}
KEY = {"fields": str, "reference": {"resource": str, "fields": str}}
RESOURCE = {
    "name": str,
    "path": str,
    "description?": str,
    "type?": ("table",),
    "format?": ("csv",),
    "mediatype?": ("text/csv",),
    "encoding?": ("utf-8",),
    "schema": {"fields": [FIELD], "primaryKey": [str], "missingValues?": ([""],), "foreignKeys?": [KEY]},
}
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
PACKAGE = {
    "$schema?": (PROFILE,),
    "profile?": (PROFILE, "data-package", "tabular-data-package"),
    "name": str,
    "version": str,
    "resources": [RESOURCE],
}
"""The shape of the descriptor as far as the book relies on it. A key with ? may be absent."""


@reads.cached
def descriptor(folder: Path) -> dict:
    """The parsed datapackage.json. Raises InputError where it is none, or not of the shape relied on."""
    path = folder / "datapackage.json"
    text = text_of(path, LARGEST)
    try:
        package = json.loads(text, object_pairs_hook=_once, parse_constant=_finite)
        json.dumps(package, ensure_ascii=False).encode()  # no half of a character
    except (ValueError, RecursionError) as error:
        line, said = getattr(error, "lineno", None), " ".join(str(error).split())
        raise InputError(Problem(shown(path), said, "JSON in UTF-8", "mend the file", line)) from None
    wrong = list(_misfits(package, PACKAGE, "")) or list(_unnamed(package["resources"]))
    if wrong:
        fix = "correct it, or restore the file from version control"
        raise InputError(Problem(shown(path), found, allowed, fix, field=at) for at, found, allowed in wrong)
    return package


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for n, (key, _) in enumerate(pairs) if key in dict(pairs[:n]))
        raise ValueError(f"the key {quoted(twice)} twice")
    return found


def _finite(name: str) -> float:
    raise ValueError(f"{name}, which is no JSON")


def _misfits(value: Any, shape: Any, at: str) -> Iterator[tuple[str | None, str, str]]:
    """Where a value is not of a shape: the field, what was found, what is allowed."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield at or None, _kind(value), "keys with values"
            return
        for name, inner in shape.items():
            key = name.removesuffix("?")
            if key in value:
                yield from _misfits(value[key], inner, f"{at}.{key}" if at else key)
            elif key == name:
                yield at or None, f"no {key}", ", ".join(k for k in shape if not k.endswith("?"))
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield at, _kind(value), "a list"
            return
        for number, each in enumerate(value):
            name = each.get("name") if isinstance(each, dict) else None
            yield from _misfits(each, shape[0], f"{at}[{name or number}]")
    elif isinstance(shape, tuple):
        if value not in shape:
            yield at, _kind(value), " · ".join(map(json.dumps, shape))
    elif shape is float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            yield at, _kind(value), "a finite number"
    elif not isinstance(value, shape) or value == "":
        yield at, _kind(value), "true or false" if shape is bool else "text"


def _unnamed(resources: list[dict]) -> Iterator[tuple[str | None, str, str]]:
    """Where names stand twice or name what is not there, in a descriptor of the right shape."""
    columns = {r["name"]: [f["name"] for f in r["schema"]["fields"]] for r in resources}
    if len(columns) < len(resources):
        yield "resources", "two tables of one name", "each name once"
    for resource in resources:
        table, of = resource["name"], resource["schema"]
        at, names = f"resources[{table}]", columns[table]
        if table in ROWS and resource["path"] != f"{table}.csv":
            yield f"{at}.path", quoted(resource["path"]), f"{table}.csv"
        if twice := {n for n in names if names.count(n) > 1}:
            yield f"{at}.schema.fields", f"{quoted(min(twice))} twice", "each name once"
        for key in of["primaryKey"] or [None]:
            if key not in names:
                yield f"{at}.schema.primaryKey", quoted(key), "the name of a field"
        for key in of.get("foreignKeys", ()):
            target = key["reference"]
            if key["fields"] not in names:
                yield f"{at}.schema.foreignKeys", quoted(key["fields"]), "the name of a field"
            elif target["fields"] not in columns.get(target["resource"], [target["fields"]]):
                found = f"{target['resource']}.{target['fields']}"
                yield f"{at}.schema.foreignKeys", quoted(found), "a field of a table"
        for field in of["fields"]:
            here, rules = f"{at}.schema.fields[{field['name']}]", field.get("constraints", {})
            if field["type"] == "list" and "delimiter" not in field:
                yield here, "no delimiter", "the text between the items of a list"
            if rules.get("enum") == []:
                yield f"{here}.constraints.enum", "an empty list", "the values that are allowed"
            if "pattern" in rules:
                try:
                    re.compile(rules["pattern"])
                except re.error as error:
                    yield f"{here}.constraints.pattern", str(error), "a regular expression"


def _kind(value: object) -> str:
    if isinstance(value, list | dict):
        names = {list: "a list", dict: "keys with values"}
        return names[type(value)] if value else f"empty {names[type(value)].removeprefix('a ')}"
    return quoted(value if value is None else json.dumps(value) if not isinstance(value, str) else value)


def schema(folder: Path, table: str) -> dict:
    """What datapackage.json says of a table's fields and keys; the book's, of a table that is not there."""
    packages = (descriptor(place) for place in (folder, find_data(folder)))
    return next(r["schema"] for p in packages for r in p["resources"] if r["name"] == table)


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
