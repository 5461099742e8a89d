"""What the files about figures say of the whole book: its licence, the digest of its inputs, its sources."""

import csv
from pathlib import Path

from ceg.evidence.descriptor import descriptor
from ceg.evidence.edition import input_sha256
from ceg.evidence.tables import find_data


def about(folder: Path) -> dict[str, object]:
    """For ``site_about``: the book in a folder. A source's licence is None where it is not known."""
    data = find_data(folder)
    with (data / "sources.csv").open(encoding="utf-8", newline="") as file:
        licences = {row["source"]: {"licence": row["licence"] or None} for row in csv.DictReader(file)}
    return {
        "licences": descriptor(data)["licenses"],
        "input_sha256": input_sha256(data),
        "sources": licences,
    }
