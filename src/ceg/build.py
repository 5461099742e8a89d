"""A Sphinx extension: no book is built from data or settings that are wrong."""

import hashlib
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from ceg import assumptions
from ceg.check import check
from ceg.evidence import find_data
from ceg.problems import InputError
from ceg.site.files import kept


def refuse_wrong_data(app: Sphinx, config: Config) -> None:
    """End the build with everything that is wrong in ``data/`` and ``CEG_SET``, and nothing more: no library's traceback after it.

    Data that passed is not checked again until it, or what checks it, changes.
    """
    folder = find_data(Path(app.srcdir))
    passed, now = kept(app) / "data-passed", checked(folder)
    known = passed.is_file() and passed.read_text(encoding="utf-8") == now
    problems = [] if known else check(folder)
    if not problems:
        try:
            assumptions.current(folder)
        except InputError as error:  # the file is right, so it is CEG_SET
            problems = error.problems
    if problems:
        sys.exit("\nThe book was not built, its input is wrong:\n" + "\n".join(f"  {p}" for p in problems))
    if not known:
        passed.parent.mkdir(parents=True, exist_ok=True)
        passed.write_text(now, encoding="utf-8")


def checked(folder: Path) -> str:
    """A digest of the data, of this package's code, and of the versions that the check's answer may depend on."""
    code = Path(__file__).parent
    found = hashlib.sha256(f"{version('frictionless')} {version('pybtex')} {platform.python_version()}".encode())
    for path in (*sorted(p for p in folder.rglob("*") if p.is_file()), *sorted(code.glob("*.py"))):
        found.update(f"{path.name} {path.stat().st_size}\n".encode() + path.read_bytes())
    return found.hexdigest()


def setup(app: Sphinx) -> dict[str, object]:
    """Called by Sphinx."""
    app.connect("config-inited", refuse_wrong_data)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
