"""What differs between two built sites: ``python bench/compare_sites.py BEFORE AFTER``.

A page counts as changed only where something differs that a reader sees without opening its code. The
source in code folds, checksums in addresses of style sheets and scripts, and white space are passed over,
and listed apart. Exit code 1 if any page changed, came or went.
"""

import argparse
import difflib
import filecmp
import re
import sys
from pathlib import Path

from bs4 import BeautifulSoup

CHECKSUM = re.compile(r"\?(?:v|digest)=[0-9a-f]+")


def files(site: Path) -> set[str]:
    """Every file of a site, by its path in it."""
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def shown(page: Path) -> list[str]:
    """A page's HTML, a line a tag, without the source of its cells."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    for source in soup.select(".cell_input"):
        source.clear()
    return CHECKSUM.sub("", soup.prettify()).splitlines()


def compare(before: Path, after: Path) -> dict[str, list[str]]:
    """Kind of difference -> files, in order.

    A page that differs for readers is followed by the lines that do.
    """
    old, new = files(before), files(after)
    found = {
        "gone": sorted(old - new),
        "new": sorted(new - old),
        "code or checksums only": [],
        "other files": [],
        "pages": [],
    }
    for name in sorted(old & new):
        if filecmp.cmp(before / name, after / name, shallow=False):
            continue
        if not name.endswith(".html"):
            found["other files"].append(name)
            continue
        lines = list(difflib.unified_diff(shown(before / name), shown(after / name), n=0, lineterm=""))[2:]
        if lines:
            found["pages"] += [name, *(f"    {line[:200]}" for line in lines if not line.startswith("@@"))]
        else:
            found["code or checksums only"].append(name)
    return found


def main() -> None:
    """Print what differs between two built sites."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    options = parser.parse_args()
    found = compare(options.before, options.after)
    same = files(options.before) & files(options.after)
    print(f"{len(same)} files in both")
    for kind, names in found.items():
        print(f"{kind}: {sum(not n.startswith(' ') for n in names)}", *(f"  {n}" for n in names), sep="\n")
    sys.exit(1 if found["pages"] or found["gone"] or found["new"] else 0)


if __name__ == "__main__":
    main()
