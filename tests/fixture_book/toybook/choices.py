"""What an analyst chose."""

import csv
from functools import cache
from pathlib import Path

from sphinx_fresh import reads

from .noted import Noted

PATH = Path(__file__).parents[1] / "data" / "choices.csv"


def _read() -> dict[str, float]:
    with PATH.open(encoding="utf-8") as file:
        return {row["name"]: float(row["value"]) for row in csv.DictReader(file)}


@cache
def choices() -> Noted:
    return Noted("choice", reads.Kept.of(_read))
