"""Which edition of the book this is: its version, and a digest of what it was worked out from."""

import hashlib
import tomllib
from pathlib import Path

from ceg.evidence.descriptor import descriptor


def below(folder: Path) -> dict[str, Path]:
    """The files of a folder by their name from it, without those that are hidden."""
    named = {p.relative_to(folder): p for p in folder.rglob("*") if p.is_file()}
    return {n.as_posix(): p for n, p in named.items() if not any(part.startswith(".") for part in n.parts)}


def input_sha256(folder: Path) -> str:
    """A digest, by name and content, of what numbers are worked out from: tables, assumptions, references."""
    names = {"assumptions.yml", *_package(folder)}
    for inner in packages(folder):
        names |= {f"{inner.name}/{name}" for name in _package(inner)}
    found = hashlib.sha256()
    for name in sorted(names):
        found.update(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n".encode())
    return found.hexdigest()


def packages(folder: Path) -> list[Path]:
    """The Data Packages of their own that stand in a data folder, such as the evidence held out."""
    return sorted(path.parent for path in folder.glob("*/datapackage.json"))


def _package(folder: Path) -> set[str]:
    """The files of a Data Package: its descriptor, references and tables."""
    return {"datapackage.json", "references.bib", *(r["path"] for r in descriptor(folder)["resources"])}


def version(folder: Path) -> str:
    """The book's version: the package's where its file is, else the data's."""
    path = folder.parent / "pyproject.toml"
    if path.is_file():
        return tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"]
    return descriptor(folder)["version"]
