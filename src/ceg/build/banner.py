"""The line on top of every page of a book whose assumptions are not the defaults."""

from pathlib import Path

from ceg.evidence import assumptions
from ceg.evidence.tables import find_data


def banner(folder: Path) -> str | None:
    """``changes.banner``, which takes much of the package to import, asked only if an assumption differs."""
    data = find_data(folder)
    if assumptions.load(data) == assumptions.defaults(data):
        return None
    from ceg.chapters.about import changes

    return changes.banner(folder)
