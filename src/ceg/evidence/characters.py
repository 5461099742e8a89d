"""Characters that no page, table or drawing can hold: refused where they stand in the data."""

import re
from collections.abc import Iterator
from pathlib import Path

from ceg.evidence.problems import Problem
from ceg.evidence.tables import shown

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters but for tab, line feed and carriage return."""


def problems(folder: Path, names: list[str]) -> Iterator[Problem]:
    """The first control character of each file of a folder. A file that is not UTF-8 is passed over: that is another problem."""
    for name in names:
        content = (folder / name).read_bytes().decode("utf-8", errors="replace")
        found = CONTROL.search(content)
        if found and "\N{REPLACEMENT CHARACTER}" not in content:
            line = content.count("\n", 0, found.start()) + 1
            allowed = "text without control characters"
            yield Problem(shown(folder / name), f"the character U+{ord(found[0]):04X}", allowed, "remove it", line)
