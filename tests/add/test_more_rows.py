"""More rows for an enhancement that exists, an enhancement as a file again, and both out again."""

from pathlib import Path

import pytest
from places import DATA, ROOT, TESTS

from ceg.add import csv_and_bibtex, draft_file, export, write
from ceg.add.resolve import attempt
from ceg.analysis import analysis
from ceg.evidence import tables
from ceg.evidence.problems import InputError

CASES = TESTS / "add/cases"


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@pytest.mark.slow
def test_rows_are_added_to_an_enhancement_of_the_book_and_taken_out_again(whole):
    before = content(whole)
    made = write.add(draft_file.read(CASES / "update-existing.yml", whole), whole)
    assert list(made.new("comparisons")) == ["wizardmath.gsm8k-robust.abel.llama-2-13b"]
    known = tables.load(whole)
    assert not known.enhancements["wizardmath"].added
    own = [c for c in known.of("wizardmath") if c.comparison in made.new("comparisons")]
    assert len(known.of("wizardmath")) > len(own) == 1
    write.remove("wizardmath", whole)
    assert content(whole) == before
    with pytest.raises(InputError, match="part of the book's own evidence"):
        write.remove("wizardmath", whole)


def refused(text: str) -> list[str]:
    known = analysis.open(folder=DATA).evidence
    return [str(p) for p in attempt(draft_file.parse(text, "mine.yml", DATA), known).problems]


def test_a_file_that_says_otherwise_of_it_or_brings_nothing_is_refused():
    text = (CASES / "update-existing.yml").read_text(encoding="utf-8")
    (said,) = refused(text.replace("{id: wizardmath}", "{id: wizardmath, year: 2031}"))
    assert 'field enhancement.year: found "2031"; allowed: "2023"' in said and "leave it out" in said
    (said,) = refused(text.replace("role: supporting", "role: headline, headline_reason: x"))
    assert "field comparisons.role" in said and "make it supporting" in said
    (said,) = refused("enhancement: {id: wizardmath}")
    assert "found no comparisons" in said


@pytest.mark.slow
def test_a_file_that_is_added_twice_is_refused_in_one_message(whole):
    example = ROOT / "examples" / "simplerl-zoo.yml"
    write.add(draft_file.read(example, whole), whole)
    before = content(whole)
    with pytest.raises(InputError) as error:
        write.add(draft_file.read(example, whole), whole)
    (said,) = map(str, error.value.problems)
    assert "ceg remove simplerl-zoo first" in said and "make the comparisons supporting" in said
    assert content(whole) == before


@pytest.mark.slow
def test_a_model_that_brings_its_compute_gives_it_back(whole):
    before = content(whole)
    write.add(draft_file.read(CASES / "as-printed.yml", whole), whole)
    assert tables.load(whole).models["Gemini 2.0 Flash"].training_flop == 1e24
    write.remove("ten", whole)
    assert content(whole) == before


@pytest.mark.slow
def test_an_added_enhancement_is_exported_as_a_file_that_adds_the_same(data):
    write.add(draft_file.read(ROOT / "examples/simplerl-zoo.yml", data), data)
    first = content(data)
    text = export.exported("simplerl-zoo", data)
    write.remove("simplerl-zoo", data)
    write.add(draft_file.parse(text, "again.yml", data), data)
    assert content(data) == first


def test_an_exported_file_says_what_the_data_says():
    text = export.exported("lats", DATA)
    made = draft_file.parse(text, "lats.yml", DATA)
    known = tables.load(DATA)
    assert [c.text("id") for c in made.of("comparisons")] == [c.comparison for c in known.of("lats")]
    assert {s.text("score") for s in made.of("scores")} == {
        known.results[s.text("id")].score.text for s in made.of("scores")
    }
    with pytest.raises(InputError, match="did you mean"):
        export.exported("latz", DATA)


def test_only_the_named_rows_are_written_anew():
    content = b'a,b\r\n1,"x, y"\r\n2,""\r\n3,z'
    found = csv_and_bibtex.replaced(content, "a", {"3": {"a": "3", "b": 'say "z"'}})
    assert found == b'a,b\r\n1,"x, y"\r\n2,""\r\n3,"say ""z"""'
