"""references.bib as people may spoil it: one message with the line of the entry."""

import pytest
from places import DATA

from ceg.evidence import references, tables
from ceg.evidence.problems import InputError
from ceg.evidence.rules import broken

BEFORE = "@misc{one,\n  title = {One},\n  year = {2020},\n  url = {https://example.org/1}\n}\n\n"
AFTER = "@misc{three,\n  title = {Three},\n  url = {https://example.org/3}\n}\n"
SPOILT = {
    "an open entry": ("@misc{two,\n  title = {Two},\n\n", 7, 'the entry two, whose braces do not close'),
    "an open title": ("@misc{two,\n  note = {{2},\n}\n\n", 7, 'the entry two, whose braces do not close'),
    "a brace too many": ("@misc{two,\n  title = {Two}},\n}\n\n", 7, "entry two, whose"),
    "no comma": ("@misc{two,\n  title = {Two}\n  year = {2021}\n}\n\n", 9, "'}' expected"),
    "no equals sign": ("@misc{two,\n  title {Two}\n}\n\n", 8, "'=' expected"),
    "no key": ("@misc{,\n  title = {Two}\n}\n\n", 7, "entry key expected"),
    "a key twice": ("@misc{one,\n  title = {Two}\n}\n\n", 7, "repeated bibliography entry: one"),
    "a key in other letters": ("@misc{ONE,\n  title = {2}\n}\n\n", 7, "repeated bibliography entry: ONE"),
    "a field twice": ("@misc{two,\n  title = {Two},\n  title = {2}\n}\n\n", 7, "duplicate title field"),
    "an unknown name": ("@misc{two,\n  month = may2\n}\n\n", 8, "undefined string"),
    "commas in a name": ("@misc{two,\n  author = {a, b, c, d, e}\n}\n\n", None, "Too many commas"),
    "deep": ("@misc{two,\n  title = " + "{" * 999 + "}" * 999 + "\n}\n\n", 8, "too many nested"),
    "a NUL byte": ("@misc{two,\n  title = {\0}\n}\n\n", 8, "U+0000"),
    "a script": ("@misc{two,\n  url = {javascript:alert(1)}\n}\n\n", 7, 'url = "javascript:alert(1)"'),
    "data": ("@misc{two,\n  url = {data:text/html,x}\n}\n\n", 7, 'url = "data:text/html,x"'),
    "a file": ("@misc{two,\n  url = {file:///etc/passwd}\n}\n\n", 7, "url = "),
    "FTP": ("@misc{two,\n  url = {ftp://example.org/x}\n}\n\n", 7, "url = "),
    "an address without host": ("@misc{two,\n  url = {https:///x}\n}\n\n", 7, "url = "),
    "two addresses": ("@misc{two,\n  url = {https://a.org https://b.org}\n}\n\n", 7, "url = "),
    "a quotation mark": ("@misc{two,\n  url = {https://a.b/\"onclick=\"x}\n}\n\n", 7, "url = "),
    "a script as DOI": ("@misc{two,\n  doi = {javascript:1}\n}\n\n", 7, 'doi = "javascript:1"'),
    "a page as DOI": ("@misc{two,\n  doi = {https://doi.org/10.1000/1}\n}\n\n", 7, "doi = "),
    "a way up as eprint": ("@misc{two,\n  eprint = {../../x}\n}\n\n", 7, 'eprint = "../../x"'),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_wrong_is_said(name, tmp_path):
    entry, line, found = SPOILT[name]
    (tmp_path / "references.bib").write_text(BEFORE + entry + AFTER, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        references.entries(tmp_path / "references.bib")
    (problem,) = raised.value.problems
    assert (problem.file, problem.row) == (f"{tmp_path.name}/references.bib", line)
    assert found in problem.found


UNPRINTABLE = {
    "an unknown type": ("@articel{two,\n  title = {Two}\n}\n", 'did you mean "article"?'),
    "no author": ("@article{two,\n  title = {Two}\n}\n", "missing author in two"),
    "no editor": ("@inbook{two,\n  title = {Two}\n}\n", "missing editor in two"),
    "no LaTeX": ("@misc{two,\n  title={x\\}\n}\n", "can't decode byte"),
}


@pytest.mark.parametrize("name", UNPRINTABLE)
def test_what_cannot_be_printed_is_said(name, tmp_path):
    entry, found = UNPRINTABLE[name]
    (tmp_path / "references.bib").write_text(BEFORE + entry + AFTER, encoding="utf-8")
    (problem,) = references.unprintable(tmp_path / "references.bib")
    assert problem.row == 7
    assert found in str(problem)


UNREADABLE = {
    "a folder": lambda path: path.mkdir(),
    "wrong encoding": lambda path: path.write_bytes(BEFORE.replace("One", "Ü").encode("latin-1")),
    "missing": lambda path: None,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_said(name, tmp_path):
    UNREADABLE[name](tmp_path / "references.bib")
    with pytest.raises(InputError, match=r"references.bib"):
        references.entries(tmp_path / "references.bib")


def test_a_byte_order_mark_is_read(tmp_path):
    (tmp_path / "references.bib").write_text("\ufeff" + BEFORE, encoding="utf-8")
    assert references.entries(tmp_path / "references.bib")["one"].link == "https://example.org/1"


@pytest.mark.slow
def test_the_book_has_no_such_entries():
    assert list(broken(tables.load(DATA))) == []


def test_a_bibliography_without_entries_has_none(tmp_path):
    (tmp_path / "references.bib").write_text("% nothing yet\n", encoding="utf-8")
    assert references.entries(tmp_path / "references.bib") == {}
