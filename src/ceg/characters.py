"""Characters that no page, table or drawing can hold: refused where they stand in the data."""

import re
from collections.abc import Iterator
from pathlib import Path

from ceg.evidence import shown
from ceg.problems import Problem

CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters but for tab, line feed and carriage return; none of these bytes is part of another character in UTF-8."""


def problems(folder: Path, names: list[str]) -> Iterator[Problem]:
    """The first control character of each file of a folder."""
    for name in names:
        content = (folder / name).read_bytes()
        if found := CONTROL.search(content):
            line = content.count(b"\n", 0, found.start()) + 1
            allowed = "text without control characters"
            yield Problem(shown(folder / name), f"the byte 0x{found[0][0]:02x}", allowed, "remove it", line)
