"""What the release says of its files to programs: RO-Crate."""

import hashlib

import pytest
import yaml
from places import DATA, ROOT

from ceg.build import crate

FILES = {
    "ceg-book-1-site.zip": b"1",
    "ceg-book-1-data.zip": b"22",
    "ceg-book-1.pdf": b"3",
    "results.json": b"{}",
    "ceg_book-1-py3-none-any.whl": b"4",
}


def test_every_file_is_described_and_every_id_leads_somewhere():
    said = crate.metadata(FILES, DATA)
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    entities = {each["@id"]: each for each in said["@graph"]}
    assert len(entities) == len(said["@graph"])
    about, root = entities["ro-crate-metadata.json"], entities["./"]
    assert about["@type"] == "CreativeWork" and about["about"] == {"@id": "./"}
    assert said["@context"] == f"{about['conformsTo']['@id']}/context"
    assert root["@type"] == "Dataset" and root["name"] == cited["title"] and root["description"]
    assert (root["version"], root["datePublished"]) == (cited["version"], str(cited["date-released"]))
    assert [entities[a["@id"]]["name"] for a in root["author"]] == [a["name"] for a in cited["authors"]]
    assert [entities[each["@id"]]["name"] for each in root["license"]] == cited["license"]
    assert {each["@id"] for each in root["hasPart"]} == FILES.keys()
    for name, content in FILES.items():
        each = entities[name]
        assert each["@type"] == "File" and each["encodingFormat"] and each["license"] in root["license"]
        assert (
            each["contentSize"] == str(len(content)) and each["sha256"] == hashlib.sha256(content).hexdigest()
        )
    outside = ("https://w3id.org/ro/crate/", "https://datapackage.org/")
    assert [i for i in ids(said["@graph"]) if i not in entities and not i.startswith(outside)] == []


def ids(value):
    """Every id that is named anywhere."""
    if isinstance(value, dict):
        return [value["@id"]] * ("@id" in value) + [i for each in value.values() for i in ids(each)]
    return [i for each in value for i in ids(each)] if isinstance(value, list) else []


def test_a_file_of_another_kind_has_to_be_described():
    with pytest.raises(KeyError, match=r"say in crate\.KINDS"):
        crate.metadata({"x.exe": b""}, DATA)
