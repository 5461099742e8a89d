"""Files that cannot be read as what they should be: one message, never a traceback or a wait."""

import os

import pytest
from places import DATA

from ceg.evidence import files
from ceg.evidence.problems import InputError


def pipe(path):
    os.mkfifo(path)


def folder(path):
    path.mkdir()


def link_to_itself(path):
    path.symlink_to(path)


def nothing(path):
    pass


def device(path):
    path.symlink_to("/dev/zero")


def holding(content):
    return lambda path: path.write_bytes(content)


UNREADABLE = {
    "missing": (nothing, "no such file", None),
    "folder": (folder, "a folder", None),
    "pipe": (pipe, "a pipe or a device", None),
    "device": (device, "a pipe or a device", None),
    "link to itself": (link_to_itself, "Too many levels of symbolic links", None),
    "too large": (holding(b"x" * 101), "101 bytes; allowed: at most 100 bytes", None),
    "Latin-1": (holding("a\nb\nMüller".encode("latin-1")), "can't decode byte 0xfc", 3),
    "UTF-16": (holding("a\nb".encode("utf-16")), "can't decode byte 0xff", 1),
    "NUL": (holding(b"a\nb\0"), "the character U+0000", 2),
    "escape": (holding(b"a\n\nb\x1b[31m"), "the character U+001B", 3),
    "surrogate": (holding(b"a\xed\xa0\x80"), "can't decode byte 0xed", 1),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read(name, tmp_path):
    make, found, line = UNREADABLE[name]
    path = tmp_path / "data" / "models.csv"
    path.parent.mkdir()
    make(path)
    with pytest.raises(InputError) as raised:
        files.text_of(path, largest=100)
    (problem,) = raised.value.problems
    assert (problem.file, problem.row) == ("data/models.csv", line)
    assert found in str(problem)


def test_what_may_not_be_read(monkeypatch):
    def refused(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refused)
    with pytest.raises(InputError, match=r"found Permission denied; .* correct the file's permissions"):
        files.text_of(DATA / "models.csv")


def test_a_byte_order_mark_is_no_text(tmp_path):
    (tmp_path / "x").write_bytes(b"\xef\xbb\xbfa\r\nb")
    assert files.text_of(tmp_path / "x") == "a\r\nb"
