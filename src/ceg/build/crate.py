"""What a release's files are, as RO-Crate 1.1: a description of the whole folder that programs read."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ceg.evidence.descriptor import descriptor
from ceg.evidence.edition import input_sha256

FILE = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
CONFORMS = "https://w3id.org/ro/crate/1.1"
KINDS = {  # ending of a file's name -> what it is, its type, and which licence holds
    "-site.zip": ("The book as a site that opens from the disk", "application/zip", "CC-BY-4.0"),
    "-data.zip": ("The data: a Data Package with its references", "application/zip", "CC-BY-4.0"),
    ".pdf": ("The book as one PDF", "application/pdf", "CC-BY-4.0"),
    "results.json": ("Every estimate with its interval and assumptions", "application/json", "CC-BY-4.0"),
    ".whl": ("The Python package that works the numbers out", "application/zip", "MIT"),
}
PROFILES = {"-data.zip": "https://datapackage.org/profiles/2.0/datapackage.json"}
SPDX = "https://spdx.org/licenses/"


def metadata(files: Mapping[str, bytes], folder: Path) -> dict[str, Any]:
    """The description of a release's files (name -> content), of the book whose data are in ``folder``."""
    cited = yaml.safe_load((folder.parent / "CITATION.cff").read_text(encoding="utf-8"))
    package = descriptor(folder)
    authors = [_author(each, i) for i, each in enumerate(cited["authors"])]
    licences = cited["license"] if isinstance(cited["license"], list) else [cited["license"]]
    made_from = [each["doi"] for each in cited.get("references", ()) if "doi" in each]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": cited["title"],
        "description": package["description"],
        "version": str(cited["version"]),
        "datePublished": str(cited["date-released"]),
        "license": [{"@id": SPDX + name} for name in licences],
        "author": [{"@id": each["@id"]} for each in authors],
        "isBasedOn": [{"@id": f"https://doi.org/{doi}"} for doi in made_from],
        "identifier": f"sha256:{input_sha256(folder)}",
        "hasPart": [{"@id": name} for name in sorted(files)],
    }
    about = {
        "@id": FILE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": CONFORMS},
        "about": {"@id": "./"},
    }
    parts = [_file(name, files[name], authors, str(cited["version"])) for name in sorted(files)]
    rights = [{"@id": SPDX + name, "@type": "CreativeWork", "name": name} for name in licences]
    papers = [
        {"@id": f"https://doi.org/{each['doi']}", "@type": "ScholarlyArticle", "name": each["title"]}
        for each in cited.get("references", ())
        if "doi" in each
    ]
    return {"@context": CONTEXT, "@graph": [about, root, *parts, *authors, *rights, *papers]}


def _file(name: str, content: bytes, authors: list[dict[str, Any]], version: str) -> dict[str, Any]:
    """An entity for a file. KeyError: it is of no known kind."""
    ending = next((ending for ending in KINDS if name.endswith(ending)), None)
    if ending is None:
        raise KeyError(f"{name}: say in crate.KINDS what it is")
    description, encoding, licence = KINDS[ending]
    profile = {"conformsTo": {"@id": PROFILES[ending]}} if ending in PROFILES else {}
    return {
        "@id": name,
        "@type": "File",
        "name": name,
        "description": description,
        "encodingFormat": encoding,
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
        "version": version,
        "license": {"@id": SPDX + licence},
        "author": [{"@id": each["@id"]} for each in authors],
        **profile,
    }


def _author(said: Mapping[str, str], i: int) -> dict[str, Any]:
    """An author of the citation file: a person, or an organization where there is but one name."""
    place = said.get("orcid") or said.get("website") or f"#author-{i + 1}"
    if "name" in said:
        return {"@id": place, "@type": "Organization", "name": said["name"]}
    return {"@id": place, "@type": "Person", "name": f"{said['given-names']} {said['family-names']}"}
