"""Rows: the classes of ``ceg.evidence.rows`` say what the descriptor says, and the loader checks it."""

import json
import shutil

import pytest
from places import ROOT

from ceg.evidence import tables
from ceg.evidence.csv_cells import Printed
from ceg.evidence.descriptor import type_of
from ceg.evidence.problems import InputError
from ceg.evidence.rows import ROWS

RESOURCES = {r["name"]: r["schema"] for r in tables.descriptor(ROOT / "data")["resources"]}


def test_every_table_has_a_class_in_the_order_of_the_descriptor():
    assert list(ROWS) == list(RESOURCES)
    assert len(set(ROWS.values())) == len(ROWS)


@pytest.mark.parametrize("table", RESOURCES)
def test_classes_have_the_columns_of_the_descriptor(table):
    fields = RESOURCES[table]["fields"]
    assert list(ROWS[table].__annotations__.items()) == [(f["name"], type_of(f)) for f in fields]


@pytest.mark.parametrize("table", RESOURCES)
def test_rows_are_of_their_class(table):
    for row in getattr(tables.load(ROOT / "data"), table).values():
        assert type(row) is ROWS[table]
        for name, kind in type(row).__annotations__.items():
            cell = getattr(row, name)
            assert isinstance(cell, tuple if kind == tuple[str, ...] else kind), (row[0], name)


def test_types_of_fields():
    known = ROWS["results"].__annotations__
    assert (known["score"], known["items"], known["preferred"]) == (Printed, int | None, bool)
    assert ROWS["comparisons"].__annotations__["teacher"] == tuple[str, ...]


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    yield tmp_path / "data"
    tables.forget()


def described(folder, change):
    """The problems of data whose descriptor was changed."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    change({r["name"]: r["schema"]["fields"] for r in package["resources"]}, package["resources"])
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    tables.forget()
    with pytest.raises(InputError) as error:
        tables.load(folder)
    return [str(problem) for problem in error.value.problems]


def test_another_package_of_the_same_shape_is_read(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        resource["schema"]["fields"].reverse()
    package["resources"] = [r for r in package["resources"] if r["name"] != "sections"]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    found, known = tables.load(folder), tables.load(ROOT / "data")
    assert found.results == known.results
    assert not found.sections
    assert {**found.digests(), "sections": known.digests()["sections"]} == known.digests()


def test_other_columns_are_said(folder):
    (more,) = described(
        folder, lambda fields, _: fields["models"].append({"name": "colour", "type": "string"})
    )
    assert "field models.colour: found str | None; allowed: no such column" in more


def test_missing_columns_are_said(folder):
    (fewer,) = described(folder, lambda fields, _: fields["models"].pop())
    assert "field models.aliases: found no such column; allowed: str | None" in fewer


def test_other_types_are_said(folder):
    (other,) = described(folder, lambda fields, _: fields["results"][4].pop("printed"))
    assert "field results.score: found float; allowed: Printed" in other


def test_missing_and_unknown_tables_are_said(folder):
    def change(_, resources):
        resources[:] = [r for r in resources if r["name"] != "costs"]
        resources[0]["name"] = "origins"

    found = described(folder, change)
    assert "found no table costs; allowed: the present tables" in found[0]
    assert any("field origins.source: found str; allowed: no such column" in line for line in found)
