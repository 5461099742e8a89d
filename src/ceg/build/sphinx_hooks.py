"""A Sphinx extension: no book is built from data or settings that are wrong."""

import hashlib
import json
import platform
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

import ceg
from ceg.chapters.about import profiles
from ceg.evidence import assumptions
from ceg.evidence.check import check, states
from ceg.evidence.problems import InputError
from ceg.evidence.tables import find_data
from sphinx_fresh.files import kept, read_record, write_whole


def refuse_wrong_data(app: Sphinx, config: Config) -> None:
    """End the build with everything that is wrong in ``data/`` and ``CEG_SET``, and no traceback after it.

    Data that passed is not checked again until it, or what checks it, changes; then the tables that changed
    are validated.
    """
    folder = find_data(Path(app.srcdir))
    file, now = kept(app) / "data-passed.json", checked(folder)
    passed = read_record(file)
    known = passed.get("all") == now
    tables = {} if known else states(folder)  # before the data is read for good
    problems = [] if known else check(folder, passed.get("tables", {}))
    if not problems:
        try:
            assumptions.current(folder)
        except InputError as error:  # the file is right, so it is CEG_SET
            problems = error.problems
    if problems:
        sys.exit("\nThe book was not built, its input is wrong:\n" + "\n".join(f"  {p}" for p in problems))
    if not known:
        write_whole(file, json.dumps({"all": now, "tables": tables}).encode())


def write_pages(app: Sphinx, config: Config) -> None:
    """Give each enhancement its page, before the contents are read."""
    profiles.write_pages(find_data(Path(app.srcdir)))


def checked(folder: Path) -> str:
    """A digest of the data, this package's code, and the versions that the check's answer may depend on."""
    code = Path(ceg.__file__).parent
    versions = f"{version('frictionless')} {version('pybtex')} {platform.python_version()}"
    found = hashlib.sha256(versions.encode())
    for path in (*sorted(p for p in folder.rglob("*") if p.is_file()), *sorted(code.rglob("*.py"))):
        found.update(f"{path.name} {path.stat().st_size}\n".encode())
        with suppress(OSError):  # ``check`` says which file cannot be read
            found.update(path.read_bytes())
    return found.hexdigest()


def setup(app: Sphinx) -> dict[str, object]:
    """Called by Sphinx."""
    app.connect("config-inited", refuse_wrong_data)
    app.connect("config-inited", write_pages, priority=501)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def banner(folder: Path) -> str | None:
    """``changes.banner``, which takes much of the package to import, asked only if an assumption differs."""
    data = find_data(folder)
    if assumptions.load(data) == assumptions.defaults(data):
        return None
    from ceg.chapters.about import changes

    return changes.banner(folder)
