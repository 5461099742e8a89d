"""Pages whose parts a function of the book's own makes while they are read."""

from __future__ import annotations

import pytest
from site_helpers import Book

MADE = """from sphinx_fresh.show import Column, Table

from .rows import read


def part(name):
    row = read()[name]
    table = Table("made-table", "One row.", [Column("y", "Y")], [[row["y"]]])
    return [f"Row {name}: **{row['x']:g}**.", table]
"""
PAGE = "# Made\n\n```{{made}} toybook.made:{function}\n{argument}\n```\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    book = Book(tmp_path_factory.mktemp("made"))
    (book.folder / "toybook" / "made.py").write_text(MADE, encoding="utf-8")
    (book.folder / "book" / "made.md").write_text(PAGE.format(function="part", argument="{first}"))
    book.edit("_toc.yml", "  - file: book/tables", "  - file: book/tables\n  - file: book/made")
    return book


@pytest.mark.verify
def test_what_a_function_makes_stands_in_the_page_and_follows_what_it_reads(book):
    names = [line.partition(",")[0] for line in (book.folder / "data/rows.csv").read_text().split()[1:]]
    first, other = names[:2]
    book.edit("book/made.md", "{first}", first)
    result = book.build()
    assert result.code == 0, result.errors
    assert f"Row {first}: <strong>" in book.page("book/made") and "made-table" in book.page("book/made")
    before = book.page("book/made")

    def read_again() -> bool:
        result = book.build()
        assert result.code == 0, result.errors
        return "book/made" in "".join(x for x in result.output.splitlines() if "reading sources" in x)

    assert not read_again()
    rows = (book.folder / "data/rows.csv").read_text()
    lines = {line.partition(",")[0]: line for line in rows.split()}
    book.edit("data/rows.csv", lines[other], f"{other},17,18")
    assert not read_again() and book.page("book/made") == before
    book.edit("data/rows.csv", lines[first], f"{first},123.25,18")
    assert read_again() and f"Row {first}: <strong>123.25" in book.page("book/made")
    book.edit("toybook/made.py", "Row {name}", "The row {name}")
    assert read_again() and f"The row {first}: <strong>123.25" in book.page("book/made")


def test_a_part_that_cannot_be_made_ends_the_build(book):
    book.edit("book/made.md", "toybook.made:part", "toybook.made:absent")
    result = book.build()
    assert result.code != 0 and "toybook.made:absent cannot make this part" in result.output + result.errors
    book.edit("book/made.md", "toybook.made:absent", "toybook.made:part")
