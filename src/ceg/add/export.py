"""An enhancement of the data as the YAML file that ``ceg add`` takes."""

from pathlib import Path

from ceg.add import csv_and_bibtex
from ceg.add.draft_file import TABLES, Draft, Item, dumped, fields_of
from ceg.evidence import tables as evidence
from ceg.evidence.csv_cells import dicts
from ceg.evidence.descriptor import schema

LISTS = ("baseline", "baseline_weakest", "baseline_strongest", "components")
"""Fields of a comparison that are lists of ids."""


def exported(enhancement: str, folder: Path) -> str:
    """The enhancement with all that it refers to. Raises InputError on an unknown name."""
    known, items = evidence.load(folder).subset([enhancement]), []
    bibliography = (folder / "references.bib").read_bytes()
    for part, table in TABLES.items():
        key, wanted = schema(folder, table)["primaryKey"][0], set(known.table(table))
        if part == "enhancement":
            wanted = {enhancement}  # and not those that are part of a combination
        for row in dicts(folder / f"{table}.csv"):
            if row[key] in wanted:
                of = {"id": row[key]} | {k: row[k] for k in fields_of(part, folder) if row.get(k)}
                items.append(Item(part, None, of | _own(part, row, bibliography), {}))
    return dumped(Draft(f"{enhancement}.yml", tuple(items)))


def _own(part: str, row: dict[str, str], bibliography: bytes) -> dict[str, str | tuple[str, ...]]:
    """What stands otherwise in the file than in the table."""
    if part == "sources":
        return {"bibtex": csv_and_bibtex.entry(bibliography, row["source"])}
    if part == "enhancement" and row["section"] == evidence.LATER:
        return {"section": ""}  # which the book alone gives
    if part == "comparisons":
        return {name: tuple(row[name].split()) for name in LISTS if row[name]}
    return {}
