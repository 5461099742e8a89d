"""The bibliography: what a source is and where it can be looked up."""

import functools
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reference:
    """One entry of references.bib.

    link: the address of the DOI, the arXiv record or the page; None if there is none.
    """

    key: str
    title: str
    year: str
    link: str | None


@functools.cache
def entries(path: Path) -> dict[str, Reference]:
    """Key -> Reference for a BibTeX file. Raises pybtex's own error, which names the line, on bad BibTeX."""
    from pybtex.database import parse_file

    found = {}
    for key, entry in parse_file(str(path), bib_format="bibtex").entries.items():
        fields = entry.fields
        link = fields.get("url")
        if "eprint" in fields:
            link = f"https://arxiv.org/abs/{fields['eprint']}"
        elif "doi" in fields:
            link = f"https://doi.org/{fields['doi']}"
        found[key] = Reference(
            key, fields.get("title", "").replace("{", "").replace("}", ""), fields.get("year", ""), link
        )
    return found
