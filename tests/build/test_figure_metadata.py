"""What the files about figures say of the whole book."""

import json

import pytest
from places import DATA, ROOT

from ceg.build.figure_metadata import about
from ceg.evidence import edition
from ceg.evidence import tables as evidence


def test_the_book_s_licence_digest_and_sources():
    said = about(ROOT)
    assert said["licences"] == json.loads((DATA / "datapackage.json").read_text("utf-8"))["licenses"]
    assert said["input_sha256"] == edition.input_sha256(DATA)
    known = evidence.load(DATA).tables_by_name["sources"]
    assert said["sources"] == {key: {"licence": row.licence} for key, row in known.items()}


@pytest.mark.verify
def test_every_figure_says_what_it_rests_on(html):
    evident = evidence.load(DATA)
    known = evident.results.keys() | evident.comparisons.keys()
    known |= evidence.load(DATA / "held-out").comparisons.keys()
    found = {
        path.name.partition(".")[0]: json.loads(path.read_text("utf-8"))
        for path in (html / "downloads").glob("*.metadata.json")
    }
    assert len(found) > 20
    for name, said in found.items():
        page, _, anchor = said["page"].removeprefix("../").partition("#")
        assert f'id="{anchor}"' in (html / page).read_text("utf-8")
        assert (html / said["embed"].removeprefix("../")).exists(), name
        assert all((html / "downloads" / file).exists() for file in said["files"]), name
        if name != "fig-with-added":  # has an example that is no row of the book
            assert {row for rows in said["rows"].values() for row in rows} <= known, name
    seven = found["fig-7"]
    assert seven["rows"]["comparison"] and seven["title"] and seven["number"] == "Figure 7"
    assert {source["eprint"] for source in seven["sources"]} >= {"2302.04761"}
