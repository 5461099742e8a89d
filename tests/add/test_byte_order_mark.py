"""Tables that a spreadsheet saved as "CSV UTF-8" begin with a byte order mark: it stays, and once."""

import codecs

import pytest

from ceg.add import csv_and_bibtex


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_rows_are_written_and_taken_out(mark, end):
    before = mark + end.join([b"result,score", b"a,1", b""])
    after = csv_and_bibtex.appended(before, [{"result": "b", "score": "2"}])
    assert after == before + b"b,2" + end
    assert csv_and_bibtex.without(after, lambda row: row["result"] == "b") == before
