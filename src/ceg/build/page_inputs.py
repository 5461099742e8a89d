"""What pages have read by names of this package, looked up again: a row, an assumption, an estimate."""

import functools
import json
import os
from pathlib import Path
from typing import Any

from ceg.add import write
from ceg.analysis import analysis
from ceg.analysis.noted_assumptions import ASSUMPTION
from ceg.evidence import assumptions, noted
from ceg.evidence import tables as evidence
from ceg.evidence.noted import FOR, ROW, ROWS
from ceg.evidence.problems import InputError
from sphinx_fresh import reads


def digest(name: str) -> str:
    """As ``reads.note`` had it, if nothing has changed since; nothing where there is no such thing now."""
    try:
        return _digest(_data(os.getcwd()), name)
    except (InputError, KeyError):  # it names an enhancement, a table or a file that is gone
        return ""


@functools.cache
def _data(working: str) -> Path:
    return evidence.find_data(Path(working))


def _digest(folder: Path, name: str) -> str:
    if name.startswith(ROW):
        table, _, key = name.removeprefix(ROW).partition("/")
        return noted.row_digest(_selected(folder, "{}", table), noted.key_of(key))
    if name.startswith(ROWS):
        table, _, selection = name.removeprefix(ROWS).partition(FOR)
        return noted.rows_digest(_selected(folder, selection, table))
    if name.startswith(ASSUMPTION):
        return reads.digest(vars(_whole(folder).assumptions).get(name.removeprefix(ASSUMPTION)))
    return noted.value_digest(_value(folder, *name.split(" ")))


@functools.cache
def _whole(folder: Path) -> analysis.Analysis:
    return analysis.open(folder=folder)


@functools.cache
def _selected(folder: Path, selection: str, table: str) -> dict[Any, Any]:
    """The rows of a table that are selected, without those that an enhancement's own file has."""
    if table == assumptions.FILE:
        return dict(assumptions.choices(folder))
    names = json.loads(selection)
    shown = names.get("preview")
    found = write.preview(shown, folder).evidence if shown else evidence.load(folder, **names)
    more = found.more.get(table, ())
    return {k: row for k, row in found.tables_by_name.get(table, {}).items() if k not in more}


def _value(folder: Path, kind: str, key: str) -> object:
    """What ``Analysis.once`` keeps by its value."""
    if kind == "estimate":
        return _whole(folder).estimate(key)
    if kind == "typical":
        from ceg.typical.fingerprint import fingerprint

        return fingerprint(_whole(folder))
    from ceg.survey import survey  # and numpy with it

    return survey.entry(_whole(folder), key)
