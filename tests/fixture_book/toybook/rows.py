"""The toy data: a page depends on the rows and choices that it takes."""

import csv
from functools import cache
from pathlib import Path

from sphinx_fresh import reads

from .choices import choices
from .noted import Noted

PATH = Path(__file__).parents[1] / "data" / "rows.csv"


def _read() -> dict[str, dict[str, float]]:
    with PATH.open(encoding="utf-8") as file:
        return {row["name"]: {"x": float(row["x"]), "y": float(row["y"])} for row in csv.DictReader(file)}


@cache
def read() -> Noted:
    return Noted("row", reads.Kept.of(_read))


def digest(name: str) -> str:
    """Of a row or a choice, as it is now; nothing if it is gone."""
    kind, _, key = name.partition(" ")
    values = {"row": read, "choice": choices}[kind]()
    return reads.digest(values[key]) if key in values else ""
