"""The site holds what its build made and nothing else, and never what was made from something else."""

from __future__ import annotations

import base64
import time

import pytest
from site_helpers import Book
from tiers import sampled

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
WAITING = """import pathlib, time
pathlib.Path("../_build/started").touch()
while not pathlib.Path("../_build/go").exists(): time.sleep(0.02)
"""
NINE = ("data/rows.csv", "bee,2,4.25", "bee,2,9")


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """The book, built; and the files of its site."""
    book = Book(tmp_path_factory.mktemp("whole"))
    (book.folder / "static").mkdir()
    config = book.folder / "_config.yml"
    config.write_text(config.read_text() + "    html_static_path: [static]\n")
    assert book.build().code == 0
    return book, book.files()


def well_built(book: Book) -> dict[str, str]:
    result = book.build()
    assert result.code == 0, result.errors
    return result.executed


def test_what_was_damaged_deleted_or_put_there_is_as_it_was(toy):
    book, files = toy
    (book.site / "_static/site.css").write_text("* { display: none }")
    (book.site / "searchindex.js").write_text("")
    (book.site / "book/charts.html").unlink()
    (book.site / "downloads/fig-bees.csv").unlink()
    (book.site / "private.txt").write_text("not for others")
    (book.site / "link.txt").symlink_to(book.folder / "data" / "rows.csv")
    assert well_built(book) == {} and book.files() == files


@pytest.mark.verify
def test_a_picture_and_a_script_go_with_their_sources(toy):
    book, files = toy
    (book.folder / "book/dot.png").write_bytes(DOT)
    (book.folder / "static/own.js").write_text("1;")
    book.edit("book/charts.md", "# Charts\n", "# Charts\n\n![A dot](dot.png)\n")
    well_built(book)
    assert book.files().keys() - files.keys() == {"_images/dot.png", "_static/own.js"}
    (book.site / "_images/dot.png").write_bytes(b"")
    well_built(book)
    assert (book.site / "_images/dot.png").read_bytes() == DOT
    (book.folder / "static/own.js").unlink()
    book.restore()
    config = book.folder / "_config.yml"
    config.write_text(config.read_text() + "    html_static_path: [static]\n")
    assert well_built(book) == {} and book.files() == files


@pytest.mark.verify
def test_a_damaged_record_is_as_none(toy):
    book, files = toy
    left = (p for p in (book.folder / "_build/.site").rglob("*.*") if "runs" not in p.parts)
    records = sorted(p for p in left if p.suffix in (".json", ".svg"))
    assert {"explained.json", "site-files.json"} <= {path.name for path in records}
    for damage in ({".json": b"", ".svg": b""}, {".json": b'{"files": [', ".svg": b"\0" * 100}):
        for path in records:
            path.write_bytes(damage[path.suffix])
        assert well_built(book) == {} and book.files() == files


@pytest.mark.parametrize("back", sampled([False, True], [False]), ids=["edited", "edited and undone"])
def test_an_edit_during_a_build_is_never_shown_for_what_was_before(toy, back):
    book, files = toy
    cell = WAITING + f"# {back}\n"
    book.edit("book/charts.md", "from toybook.scale import", cell + "from toybook.scale import")
    for name in ("started", "go"):
        (book.folder / "_build" / name).unlink(missing_ok=True)
    started = book.start()
    until = time.monotonic() + 60
    while not (book.folder / "_build/started").exists() and time.monotonic() < until:
        time.sleep(0.02)
    book.edit(*NINE)
    if back:
        book.edit(NINE[0], NINE[2], NINE[1])
    (book.folder / "_build/go").touch()
    result = book.end(started)
    assert (result.code, result.errors.rstrip().splitlines()[-1]) == (
        1,
        "  book/charts: data/rows.csv changed while it was executed; build again",
    )
    if not back:
        book.edit(NINE[0], NINE[2], NINE[1])
    assert "book/charts" in well_built(book)
    assert (book.site / "downloads/fig-bees.csv").read_bytes() == files["downloads/fig-bees.csv"]
    book.edit("book/charts.md", cell, "")
