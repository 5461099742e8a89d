"""datapackage.json as people may spoil it: one message a fault, or the data is as valid as before."""

import copy
import json
from collections.abc import Iterator

import pytest
from places import DATA
from small_data import filled

from ceg.evidence import check, tables
from ceg.evidence.descriptor import descriptor
from ceg.evidence.problems import InputError

WHOLE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
TEXT = json.dumps(WHOLE)
FIELDS = {
    "sources": ("source", "kind"),
    "results": ("score", "items", "preferred"),
    "comparisons": ("baseline",),
}
UNSEEN = {
    *("$schema", "title", "description", "version", "licenses", "contributors", "sources", "unit"),
    *("type", "format", "mediatype", "encoding", "missingValues", "foreignKeys", "constraints"),
    *("required", "unique", "minimum", "maximum", "pattern", "enum", "delimiter", "printed"),
}
"""Keys that may be absent, or have another value of the same kind, as far as the descriptor itself tells."""


def places(value: object, at: tuple = ()) -> Iterator[tuple]:
    """Where each value inside a value stands; of a list only what stands first."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(min(len(value), 1)):
            yield (*at, key)
            yield from places(value[key], (*at, key))


def reduced() -> dict:
    """The descriptor of three tables and of fields of each type."""
    package = copy.deepcopy(WHOLE)
    package["resources"] = [r for r in package["resources"] if r["name"] in FIELDS]
    for resource in package["resources"]:
        of = resource["schema"]
        named = {*FIELDS[resource["name"]], *of["primaryKey"]}
        of["fields"] = [f for f in of["fields"] if f["name"] in named]
        of["foreignKeys"] = []
    results = next(r["schema"] for r in package["resources"] if r["name"] == "results")
    results["foreignKeys"] = [{"fields": "result", "reference": {"resource": "sources", "fields": "source"}}]
    return package


def spots(package: dict) -> Iterator[tuple]:
    yield from ((key,) for key in package)
    for number, resource in enumerate(package["resources"]):
        at = ("resources", number)
        yield from (at, *places({k: v for k, v in resource.items() if k != "schema"}, at))
        of = resource["schema"]
        yield from ((*at, "schema"), *places({k: v for k, v in of.items() if k != "fields"}, (*at, "schema")))
        for n, field in enumerate(of["fields"]):
            yield from places(field, (*at, "schema", "fields", n))


def spoilt(package: dict) -> Iterator[tuple[tuple, object, dict]]:
    """The descriptor with each value in turn removed, or replaced by one of another kind."""
    for spot in spots(package):
        for value in ("removed", None, 3, True, "x", "", [], {}):
            made = copy.deepcopy(package)
            *way, last = spot
            inner = made
            for key in way:
                inner = inner[key]
            if value == "removed":
                del inner[last]
            elif type(inner[last]) is type(value) and value:
                continue
            else:
                inner[last] = value
            if made != package:
                yield spot, value, made


@pytest.mark.slow
def test_every_value_of_another_kind_is_said_or_does_no_harm(tmp_path):
    package, refused = reduced(), 0
    path = tmp_path / "datapackage.json"
    for spot, value, made in spoilt(package):
        path.write_text(json.dumps(made), encoding="utf-8")
        descriptor.cache_clear()
        try:
            descriptor(tmp_path)
        except InputError as error:
            refused += 1
            assert all(p.file.endswith("datapackage.json") and "\n" not in str(p) for p in error.problems)
        else:
            without = value == [] or (value == "removed" and isinstance(spot[-1], int))
            assert UNSEEN & set(spot) or without, (spot, value)  # the rows say which tables and fields lack
    descriptor.cache_clear()
    assert refused > 400


def changed(*way, to: object) -> str:
    made = copy.deepcopy(WHOLE)
    inner = made
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = to
    return json.dumps(made)


def doubled(*way) -> str:
    inner = WHOLE
    for key in way:
        inner = inner[key]
    return changed(*way, to=[*inner, inner[0]])


SOURCES = ("resources", 0)
FIELD = (*SOURCES, "schema", "fields", 0)
WRONG = {
    "nothing": ("", "Expecting value"),
    "no JSON": (TEXT[:-1], "Expecting"),
    "an open text": (TEXT[:100], "Unterminated string"),
    "a comment": ("// x\n" + TEXT, "Expecting value"),
    "a comma too many": (TEXT[:-1] + ",}", "Expecting property name"),
    "a list": ("[]", "found empty list; allowed: keys with values"),
    "null": ("null", "found nothing; allowed: keys with values"),
    "a number": ("3", 'found "3"; allowed: keys with values'),
    "NaN": (changed(*FIELD, "constraints", "minimum", to=float("nan")), "NaN, which is no JSON"),
    "Infinity": (changed(*FIELD, "constraints", "minimum", to=float("inf")), "Infinity, which is no JSON"),
    "a huge number": (TEXT[:-1] + ', "x": ' + "9" * 5000 + "}", "Exceeds the limit"),
    "a large number": (TEXT.replace('"minimum": 1', '"minimum": 1e999', 1), "allowed: a finite number"),
    "a key twice": (TEXT[:-1] + ', "name": "x"}', 'the key "name" twice'),
    "half a character": (changed("title", to="\ud800"), "surrogates not allowed"),
    "deep": ('{"x": ' + "[" * 100_000 + "]" * 100_000 + "}", "recursion"),
    "another profile": (changed("$schema", to="https://example.org/x.json"), "field $schema"),
    "tables of one name": (doubled("resources"), "two tables of one name"),
    "fields of one name": (doubled(*SOURCES, "schema", "fields"), '"source" twice'),
    "another path": (changed(*SOURCES, "path", to="../x.csv"), "allowed: sources.csv"),
    "another encoding": (changed(*SOURCES, "encoding", to="latin-1"), 'allowed: "utf-8"'),
    "another type": (changed(*FIELD, "type", to="strin"), 'allowed: "string" · "number"'),
    "an open pattern": (changed(*FIELD, "constraints", "pattern", to="["), "unterminated character set"),
    "no values": (changed(*FIELD, "constraints", "enum", to=[]), "found an empty list"),
    "an unknown key field": (changed(*SOURCES, "schema", "primaryKey", to=["x"]), "allowed: the name"),
    "no key field": (changed(*SOURCES, "schema", "primaryKey", to=[]), "found nothing; allowed: the name"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said(name, tmp_path):
    text, said = WRONG[name]
    (tmp_path / "datapackage.json").write_bytes(text.encode())
    with pytest.raises(InputError) as raised:
        descriptor(tmp_path)
    assert said in str(raised.value)
    assert check.check(tmp_path) == list(raised.value.problems)
    assert check.states(tmp_path) == {}


def test_a_key_into_a_table_that_is_not_there_is_said(small, tmp_path):
    folder = filled(tmp_path / "data", small)
    way = (*SOURCES, "schema", "foreignKeys")
    key = {"fields": "source", "reference": {"resource": "model", "fields": "model"}}
    (folder / "datapackage.json").write_text(changed(*way, to=[key]), encoding="utf-8")
    (problem,) = check.check(folder)
    assert (problem.found, problem.field) == ('"model"', "resources[sources].schema.foreignKeys")
    assert 'did you mean "models"?' in problem.fix


STANDARD = {
    "a title that is a number": (("title",), 3, "is not of type 'string' at property 'title'"),
    "licences that are keys": (("licenses",), {}, "at property 'licenses'"),
    "a name in capitals": (("name",), "A Book", None),
    "a description that is null": (("description",), None, "at property 'description'"),
    "a limit that its field cannot have": ((*FIELD, "constraints", "minimum"), 3, "minimum"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STANDARD)
def test_what_the_standard_forbids_is_said(name, small, tmp_path):
    way, value, said = STANDARD[name]
    folder = filled(tmp_path / "data", small)
    (folder / "datapackage.json").write_text(changed(*way, to=value), encoding="utf-8")
    found = check.check(folder)
    tables.forget()
    assert [p.file for p in found] == ["data/datapackage.json"] * len(found)
    assert said is None or said in str(found[0])
