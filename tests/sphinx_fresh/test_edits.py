"""What counts as an edit: a person's file once it is written, not what an editor writes beside it."""

from pathlib import Path

import pytest

from sphinx_fresh.deliver import edits


@pytest.mark.parametrize(
    ("path", "private"),
    [
        ("book/a.md", False),
        ("data/scores.csv", False),
        ("_config.yml", False),
        ("book/2023.md", False),
        ("book/.a.md.swp", True),
        ("book/.#a.md", True),
        ("book/#a.md#", True),
        ("book/a.md~", True),
        ("book/4913", True),
        ("book/5036", True),
        ("book/a.md.tmp", True),
        ("book/a.md___jb_tmp___", True),
        ("book/a.md.swx", True),
        ("data/a.csv.bak", True),
        ("data/a.csv.tmp.4711.x8", True),
        ("data/a.csv.Xw9k2T", True),
        ("data/~$a.csv", True),
        ("book/sedAb12Zq", True),
        ("book/sedation.md", False),
        ("src/a.min.schema", False),
        ("book/tmp.md", False),
        ("book/.~lock.a.csv#", True),
        ("book/.ipynb_checkpoints/a.md", True),
        ("src/ceg/__pycache__/gain.cpython-311.pyc", True),
    ],
)
def test_files_that_are_nobody_s_text(path, private):
    assert edits.is_private(Path(path)) is private


def test_what_comes_and_goes_while_a_file_is_written_is_no_edit(tmp_path):
    book = tmp_path / "book"
    book.mkdir()
    (book / "a.md").write_text("old")
    (book / "gone.md").write_text("old")
    with edits.watched(tmp_path, ["book"]) as seen:
        for name in ("4913", "sedx1Yz", ".a.md.swp"):
            (book / name).touch()
            (book / name).unlink()
        (book / "sedAb12Z").write_text("new")
        (book / "sedAb12Z").replace(book / "a.md")  # as sed -i and many an editor do
        (book / "gone.md").unlink()
        (book / "new.md").touch()
        assert seen.next() == ["book/a.md", "book/gone.md", "book/new.md"]
