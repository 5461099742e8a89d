"""The data of one enhancement and of the example's scores: quick to check, and whole in itself."""

from pathlib import Path

from places import DATA

from ceg.add import csv_and_bibtex
from ceg.evidence import tables
from ceg.evidence.descriptor import descriptor


def files() -> dict[str, bytes]:
    """Every file of the folder by name."""
    part = tables.load(DATA).subset(["toolformer"], benchmarks=["math-500.simplerl", "gsm8k.simplerl"])
    found = {p.name: p.read_bytes() for p in DATA.iterdir() if p.is_file()}
    for resource in descriptor(DATA)["resources"]:
        keys, kept = resource["schema"]["primaryKey"], part.tables_by_name[resource["name"]]

        def other(row, keys=keys, kept=kept) -> bool:
            return (row[keys[0]] if len(keys) == 1 else tuple(row[k] for k in keys)) not in kept

        if resource["name"] not in tables.PAPER_TABLES:
            found[resource["path"]] = csv_and_bibtex.without(found[resource["path"]], other)
    return found


def filled(folder: Path, files: dict[str, bytes]) -> Path:
    """A folder with those files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
