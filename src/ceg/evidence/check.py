"""Everything that is wrong with the data package and the assumptions, at once.

Types, constraints, keys and foreign keys are the descriptor's, and frictionless checks them. The rules of
``ceg.evidence.rules`` are the book's own: scores inside their benchmark, comparisons that make sense, costs
that equal their formula, sources that can be looked up.
"""

import dataclasses
import functools
import hashlib
import platform
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ceg.evidence.csv_cells import ALLOWED as CELLS
from ceg.evidence.csv_cells import dicts, rows
from ceg.evidence.descriptor import descriptor, schema
from ceg.evidence.files import shown, text_of
from ceg.evidence.problems import InputError, Problem, nearest, quoted, same_numbers
from ceg.evidence.rules import broken
from ceg.evidence.tables import find_data, forget, load

FIXES = {
    "missing-label": "add the column",
    "extra-label": "remove the column, or describe it in datapackage.json",
    "incorrect-label": "rename the column, or add the column that is missing",
    "type-error": "correct the cell",
    "constraint-error": "correct the cell",
    "unique-error": "remove the row, or give it an id of its own",
    "primary-key": "remove the row, or give it an id of its own",
    "foreign-key": "correct the name, or add the row that it refers to",
    "encoding-error": "save the file as UTF-8",
    "missing-cell": "give the row all its cells",
    "extra-cell": "remove the cell, or quote a comma inside one",
    "blank-row": "remove the row",
}

ALLOWED = {
    "extra-label": "the described columns",
    "unique-error": "a value that no other row has",
    "primary-key": "a value that no other row has",
    "encoding-error": "UTF-8",
}
"""What is allowed where that depends on the kind of error alone."""


def check(folder: Path | str | None = None, passed: Mapping[str, str] | None = None) -> list[Problem]:
    """All problems of a data folder, in the order of the descriptor; an empty list if there are none.

    ``passed`` is what ``states`` said of the folder when it had none: tables that have not changed since are
    not validated again.
    """
    from ceg.evidence import assumptions

    folder = Path(folder) if folder else find_data()
    try:
        forget()
        package = descriptor(folder)
    except InputError as error:
        return list(error.problems)
    lines, problems = _lines(folder, [r["path"] for r in package["resources"]])
    if not problems:
        found = _by_descriptor(folder, package, _changed(folder, package, passed))
        problems = [_placed(problem, lines) for problem in found]
    problems += assumptions.problems(folder)
    if problems:
        return problems
    try:
        return [_placed(problem, lines) for problem in broken(load(folder))]
    except InputError as error:  # other columns than the book, numbers in other digits, a broken bibliography
        return list(error.problems)


def _lines(folder: Path, names: list[str]) -> tuple[dict[str, list[int]], list[Problem]]:
    """The lines on which the rows of each table begin, and what keeps tables from being read."""
    lines, problems = {}, []
    for name in names:
        try:
            lines[shown(folder / name)] = [line for line, _ in rows(folder / name)]
        except InputError as error:
            problems += error.problems
    return lines, problems


def _placed(problem: Problem, lines: Mapping[str, list[int]]) -> Problem:
    """A problem of a table's row with the line on which the row begins."""
    known = lines.get(problem.file, [])
    line = known[problem.row - 1] if problem.row and problem.row <= len(known) else None
    return problem if line == problem.row else dataclasses.replace(problem, line=line)


def states(folder: Path) -> dict[str, str]:
    """Table -> SHA-256 of all that frictionless's answer depends on; only of tables that can be read.

    That is the table, the keys that it may name in others, the descriptor, and the validator.
    """
    path = folder / "datapackage.json"
    try:
        package = descriptor(folder)
    except InputError:  # ``check`` says it
        return {}
    validator = (Path(__file__).read_bytes(), version("frictionless"), platform.python_version())
    common = (path.read_bytes(), *validator)
    tables = {r["name"]: folder / r["path"] for r in package["resources"]}

    @functools.cache
    def named_by(table: str) -> list[dict]:
        try:
            return dicts(tables[table]) if table in tables else []
        except InputError:  # ``check`` says it
            return []

    def keys(reference: dict) -> list[str | None]:
        return [row.get(reference["fields"]) for row in named_by(reference["resource"])]

    found = {}
    for resource in package["resources"]:
        try:
            table = text_of(folder / resource["path"])
        except InputError:
            continue
        named = [keys(key["reference"]) for key in resource["schema"].get("foreignKeys", [])]
        found[resource["name"]] = hashlib.sha256(repr((common, table, named)).encode()).hexdigest()
    return found


def _changed(folder: Path, package: dict, passed: Mapping[str, str] | None) -> list[str]:
    """The tables that are not as they were when they passed."""
    names = [r["name"] for r in package["resources"]]
    if not passed:
        return names
    now = states(folder)
    return [name for name in names if name not in now or now[name] != passed.get(name)]


def _with_named(package: dict, wanted: Iterable[str]) -> dict:
    """The descriptor with those tables alone and the ones that they refer to, directly or not."""
    refers = {
        r["name"]: {k["reference"]["resource"] for k in r["schema"].get("foreignKeys", [])}
        for r in package["resources"]
    }
    found: set[str] = set()
    waiting = set(wanted)
    while waiting:
        found |= waiting
        waiting = {other for name in waiting for other in refers.get(name, ())} - found
    return package | {"resources": [r for r in package["resources"] if r["name"] in found]}


def _by_descriptor(folder: Path, package: dict, tables: Collection[str]) -> Iterator[Problem]:
    if not tables:
        return
    if found := list(_absent(folder, package)):
        yield from found
        return
    from frictionless import FrictionlessException, Package, system

    with system.use_context(trusted=True):
        try:
            known = Package.from_descriptor(_with_named(package, tables), basepath=str(folder))
        except FrictionlessException as error:
            for reason in error.reasons or [error.error]:
                allowed, fix = "a Data Package", "correct datapackage.json"
                yield Problem(shown(folder / "datapackage.json"), reason.note, allowed, fix)
            return
        tasks = [task for r in known.resources if r.name in tables for task in r.validate().tasks]
    described = {r["name"]: {f["name"]: f for f in r["schema"]["fields"]} for r in package["resources"]}
    for task in tasks:
        for error in task.errors:
            name, cell = getattr(error, "field_name", None), getattr(error, "cell", None)
            if name is None and (names := getattr(error, "field_names", None)):
                name = names[0]
            if cell is None and error.type in ("foreign-key", "unique-error", "primary-key"):
                cells = getattr(error, "field_cells", None) or [None]
                cell = cells[0] or _cell(folder / task.place, error, name)
            field = described[task.name].get(name, {})
            allowed, fix = _allowed(error, field, task.name, folder, cell)
            found = quoted(cell or getattr(error, "label", None))
            if error.type == "missing-label":
                found = f"no column {name}"
            elif name is None and cell is None and not getattr(error, "label", None):
                found = error.note
            row = 1 if error.type.endswith("-label") else getattr(error, "row_number", None)
            yield Problem(f"{folder.name}/{task.place}", found, allowed, fix, row, name)


def _absent(folder: Path, package: dict) -> Iterator[Problem]:
    """The foreign keys into tables that are not there; a part of the package can be read without them."""
    names = [r["name"] for r in package["resources"]]
    for resource in package["resources"]:
        for key in resource["schema"].get("foreignKeys", []):
            if (table := key["reference"]["resource"]) not in names:
                at, allowed = f"resources[{resource['name']}].schema.foreignKeys", "the name of a table"
                fix = nearest(table, names, "describe the table")
                yield Problem(shown(folder / "datapackage.json"), quoted(table), allowed, fix, field=at)


def _cell(path: Path, error: Any, name: str | None) -> str | None:
    records = dicts(path)
    return records[error.row_number - 2].get(name or "") if error.row_number - 2 < len(records) else None


def _allowed(error: Any, field: dict, table: str, folder: Path, cell: object) -> tuple[str, str]:
    """What is allowed where frictionless found an error, and how to mend it."""
    fix = FIXES.get(error.type, "correct the file")
    if error.type == "constraint-error":
        rules = field.get("constraints", {})
        words = []
        if "enum" in rules:
            fix = nearest(str(cell), rules["enum"], "take one of them") if cell else "fill it in"
            words.append("one of " + " · ".join(rules["enum"]))
        if rules.get("required") and not cell:
            words.append("not empty")
            fix = "fill it in"
        limits = {"minimum": "at least", "maximum": "at most", "pattern": "matching"}
        words += [f"{said} {rules[rule]}" for rule, said in limits.items() if rule in rules]
        return ", ".join(words), fix
    if error.type == "foreign-key":
        name = error.field_names[0]
        keys = schema(folder, table)["foreignKeys"]
        key = next(k for k in keys if name in (k["fields"], *k["fields"]))
        target, target_field = key["reference"]["resource"], key["reference"]["fields"]
        known = [r.get(target_field) or "" for r in dicts(folder / f"{target}.csv")]
        if target in ("models", "sources"):
            known = same_numbers(str(cell), known)
        return f"a {target_field} of {target}.csv", nearest(str(cell), known, f"add it to {target}.csv")
    if error.type == "type-error":
        return CELLS.get(field.get("type", ""), "a value"), fix
    if error.type in ALLOWED:
        return ALLOWED[error.type], fix
    return f"the column {error.field_name}" if error.type.endswith("-label") else error.title.lower(), fix
