"""What an analyst chose."""

import csv
from pathlib import Path

PATH = Path(__file__).parents[1] / "data" / "choices.csv"


def choices() -> dict[str, float]:
    with PATH.open(encoding="utf-8") as file:
        return {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
