"""The toy data, and which rows and choices a page uses: those whose names stand in its code."""

import csv
import re
from pathlib import Path

from .choices import choices

PATH = Path(__file__).parents[1] / "data" / "rows.csv"


def read() -> dict[str, dict[str, float]]:
    with PATH.open(encoding="utf-8") as file:
        return {row["name"]: {"x": float(row["x"]), "y": float(row["y"])} for row in csv.DictReader(file)}


def page_inputs(cells: list[str]) -> dict[str, str]:
    code = "\n".join(cells)
    found = {f"row {name}": row for name, row in read().items()}
    found |= {f"choice {name}": value for name, value in choices().items()}
    return {name: repr(value) for name, value in found.items() if re.search(rf"\b{name.split()[1]}\b", code)}


def inputs_read(cells: list[str]) -> tuple[list[Path], str]:
    return [PATH, PATH.with_name("choices.csv")], ""
