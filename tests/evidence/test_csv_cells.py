"""Cells: which numbers are read, where rows begin, and what cannot be read."""

import pytest

from ceg.evidence import csv_cells
from ceg.evidence.problems import InputError

NUMBERS = {"62.0": 62, "-1.5e22": -1.5e22, "+3": 3, ".5": 0.5, "5.": 5, "1E+05": 1e5, "0": 0}
NO_NUMBERS = [
    *(
        "1_0",
        "1e999",
        "1e-400",
        "0e400",
        "inf",
        "-Infinity",
        "nan",
        "9" * 400,
        "1e5_0",
        "0x10",
        "1,5",
        "1 000",
    ),
    *(
        "٤٠",
        "４０",
        "4\n0",
        "40\n",
        "40\r\n",
        " 40",
        "40 ",
        "40\u00a0",
        "−40",
        "--4",
        "1e",
        "e5",
        ".",
        "true",
    ),
]


@pytest.mark.parametrize("kind", [{"type": "number"}, {"type": "number", "printed": True}])
def test_numbers(kind, tmp_path):
    field = kind | {"name": "score"}
    for text, value in NUMBERS.items():
        assert csv_cells.value(tmp_path / "x.csv", 2, field, text) == value
    for text in NO_NUMBERS:
        with pytest.raises(InputError, match=r"field score: .*; allowed: a number in the digits 0 to 9"):
            csv_cells.value(tmp_path / "x.csv", 2, field, text)


def test_whole_numbers(tmp_path):
    field = {"type": "integer", "name": "items"}
    assert csv_cells.value(tmp_path / "x.csv", 2, field, "1319") == 1319
    for text in [*NO_NUMBERS, "1.0", "9" * 16, "9" * 5000]:
        with pytest.raises(InputError, match="allowed: a whole number in the digits 0 to 9"):
            csv_cells.value(tmp_path / "x.csv", 2, field, text)


LONG = "x" * (csv_cells.LONGEST + 1)
BROKEN = {
    "a long cell": (f"a,b\n1,2\n3,{LONG}\n", 3, "131,072"),
    "a long cell behind a line break": (f'a,b\n"1\n1",2\n3,{LONG}\n', 4, "131,072"),
    "an open quotation mark": ('a,b\n1,2\n"3,4\n5,6\n', 3, "unexpected end of data"),
    "a quotation mark inside": ('a,b\n1,2\n"3"x,4\n', 3, "expected after"),
}


@pytest.mark.parametrize("limit", [csv_cells.LONGEST, 10**9])  # frictionless sets it for the whole process
@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_csv(name, limit, tmp_path):
    import csv

    text, line, found = BROKEN[name]
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    before = csv.field_size_limit(limit)
    try:
        with pytest.raises(InputError) as raised:
            list(csv_cells.rows(tmp_path / "x.csv"))
    finally:
        csv.field_size_limit(before)
    (problem,) = raised.value.problems
    assert problem.row == line
    assert found.replace(",", "") in problem.found.replace(",", "")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_rows_begin_where_they_do(mark, end, tmp_path):
    content = mark + end.join([b"a,b", b'1,"x', b'y"', b"", b"2,z", b""])
    (tmp_path / "x.csv").write_bytes(content)
    inside = "x" + end.decode() + "y"
    assert list(csv_cells.rows(tmp_path / "x.csv")) == [
        (1, ["a", "b"]),
        (2, ["1", inside]),
        (4, []),
        (5, ["2", "z"]),
    ]
    assert list(csv_cells.records(tmp_path / "x.csv", ["b", "a"])) == [(2, [inside, "1"]), (5, ["z", "2"])]
