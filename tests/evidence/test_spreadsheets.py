"""Tables as spreadsheets save them: with a byte order mark, and with line breaks inside cells."""

import codecs

import pytest
from small_data import filled

from ceg.evidence import check, tables


@pytest.fixture
def folder(small, tmp_path):
    yield filled(tmp_path / "data", small)
    tables.forget()


@pytest.mark.slow  # it validates every table
def test_a_byte_order_mark_is_no_part_of_the_first_column(folder, small_states):
    known = tables.load(folder)
    for path in folder.glob("*.csv"):
        path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    tables.forget()
    assert check.check(folder, small_states) == []
    assert tables.load(folder).digests() == known.digests()


RESULT = "schick2023.asdiv.toolformer.gpt-j-6b.toolformer"
WRONG = {
    "the descriptor": ("GPT-J 6B", "GPT-J 6.B", "model"),
    "a number": ("40.4", "40_4", "score"),
    "a rule": ("40.4", "140.4", "score"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_lines_below_a_line_break_in_a_cell(name, folder, small_states):
    old, new, field = WRONG[name]
    path = folder / "results.csv"
    header, first, *rows = path.read_text(encoding="utf-8").splitlines()
    assert first.endswith(",")  # the last column, a note, is empty
    number = next(i for i, row in enumerate(rows) if row.startswith(RESULT + ","))
    rows[number] = rows[number].replace(old, new, 1)
    text = "\n".join([header, first + '"one\ntwo\nthree"', *rows, ""])
    path.write_text(text, encoding="utf-8")
    (problem,) = check.check(folder, small_states)
    assert f"data/results.csv, line {number + 5}, field {field}: " in str(problem)
