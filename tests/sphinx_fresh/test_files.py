"""Downloaded tables: a spreadsheet runs no cell."""

from __future__ import annotations

import csv
import io

import hostile

from sphinx_fresh import files


def test_a_spreadsheet_runs_no_cell():
    rows = [
        ["=1+1", "+cmd", "-x", "@sum", "\tx", "a=b"],
        [-1, -1.5, "-1.5", "+3e-2", None, "−2"],
        ["-", "+1-1", "-1e", "", True, "1-2"],
    ]
    written = list(csv.reader(io.StringIO(files.csv_text(["=c", *"bcdef"], rows))))
    assert written == [
        ["'=c", *"bcdef"],
        ["'=1+1", "'+cmd", "'-x", "'@sum", "'\tx", "a=b"],
        ["-1", "-1.5", "-1.5", "+3e-2", "", "−2"],
        ["'-", "'+1-1", "'-1e", "", "True", "1-2"],
    ]


def test_downloads_hold_no_formula_and_numbers_stay_numbers():
    cells = [
        "=1+2",
        "+x",
        "-2+3",
        "@a",
        "\tx",
        "a\r=x",
        "-2",
        "+1.5e3",
        "a=b",
        -3,
        2.5,
        None,
        "",
        *hostile.PAYLOADS,
    ]
    said = files.csv_text([str(i) for i in range(len(cells))], [cells])
    read = list(csv.reader(io.StringIO(said, newline="")))[1]
    assert read[:13] == [
        "'=1+2",
        "'+x",
        "'-2+3",
        "'@a",
        "'\tx",
        "a\n=x",
        "-2",
        "+1.5e3",
        "a=b",
        "-3",
        "2.5",
        "",
        "",
    ]
    for before, after in zip(hostile.PAYLOADS, read[13:], strict=True):
        assert after == (f"'{before}" if before[0] in "=+-@" and before != "+11" else before)
