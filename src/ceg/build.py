"""A Sphinx extension: no book is built from data or settings that are wrong."""

import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from ceg import assumptions
from ceg.check import check
from ceg.evidence import find_data
from ceg.problems import InputError


def refuse_wrong_data(app: Sphinx, config: Config) -> None:
    """End the build with everything that is wrong in ``data/`` and ``CEG_SET``, and nothing more: no library's traceback after it."""
    folder = find_data(Path(app.srcdir))
    problems = check(folder)
    if not problems:
        try:
            assumptions.current(folder)
        except InputError as error:  # the file is right, so it is CEG_SET
            problems = error.problems
    if problems:
        sys.exit("\nThe book was not built, its input is wrong:\n" + "\n".join(f"  {p}" for p in problems))


def setup(app: Sphinx) -> dict[str, object]:
    """Called by Sphinx."""
    app.connect("config-inited", refuse_wrong_data)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
