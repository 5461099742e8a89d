"""The text of a file that a person edits, or one message why it cannot be read."""

from pathlib import Path

from ceg.evidence.problems import InputError, Problem

LARGEST = 100_000_000
"""Bytes of the largest table that is read."""

CONTROL = bytes({*range(32), 127} - set(b"\t\n\r"))
"""Control characters but for tab, line feed and carriage return."""

BROUGHT = Path(__file__).resolve().parents[1] / "data"
"""Where the data lie in an installed package; there is no such folder in a checkout."""

OURS = ("assumptions.yml", "comparisons.csv")
"""Files by which a book's data are told from any other Data Package in a folder ``data``."""


def shown(path: Path) -> str:
    """A path as messages show it: the folder and the file."""
    return f"{path.parent.name}/{path.name}"


def missing(path: Path) -> Problem:
    """The message for a file that is not there."""
    return Problem(shown(path), "no such file", "the file", "put it back, or restore it from version control")


def text_of(path: Path, largest: int = LARGEST) -> str:
    """The text of a file, without a byte order mark and with the line ends that it has.

    Raises InputError where there is no such file, where it is none (a pipe might never end), and where it is
    too large, not to be read, not UTF-8, or has control characters.
    """
    try:
        if path.exists() and not path.is_file():
            found = "a folder" if path.is_dir() else "a pipe or a device"
            fix = "put the file in its place, or restore it from version control"
            raise InputError(Problem(shown(path), found, "a file", fix))
        if (size := path.stat().st_size) > largest:
            found, allowed = f"{size:,} bytes", f"at most {largest:,} bytes"
            raise InputError(Problem(shown(path), found, allowed, "shorten the file"))
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(missing(path)) from None
    except OSError as error:
        found, fix = error.strerror or str(error), "correct the file's permissions"
        raise InputError(Problem(shown(path), found, "a file that can be read", fix)) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(Problem(shown(path), str(error), "UTF-8", "save the file as UTF-8", line)) from None
    if len(content.translate(None, CONTROL)) < len(content):
        place = next(i for i, c in enumerate(content) if c in CONTROL)
        line, found = content.count(b"\n", 0, place) + 1, f"the character U+{content[place]:04X}"
        allowed = "text without control characters"
        raise InputError(Problem(shown(path), found, allowed, "remove it", line))
    return text


def find_data(start: Path | None = None) -> Path:
    """The book's ``data`` folder.

    The book is the one that ``start`` (default: the working directory) stands in; else the checkout that this
    package is run from; else the data are those that came with the installed package.
    """
    start, package = (start or Path.cwd()).resolve(), BROUGHT.parent
    for folder in (start, *start.parents, package.parents[1], package):
        if (folder / ".data-old").is_dir() and not (folder / "data").exists():
            fix = "rename .data-old to data; ceg add and ceg remove do so themselves"
            raise InputError(Problem("data", "put aside by an interrupted change", "the data folder", fix))
        data = folder / "data"
        if (data / "datapackage.json").is_file() and any((data / name).exists() for name in OURS):
            return data
    fix = "run inside the book's folder, or name the folder"
    raise InputError(Problem("data/datapackage.json", "no such file", "a Data Package in data/", fix))


def of_a_book(folder: Path) -> bool:
    """Whether a folder is the ``data`` of a book, rather than a Data Package beside or inside of it."""
    return folder.resolve() == find_data(folder)
