"""Editions beside each other: a folder a version, and one list of them that the pages of all read.

A site that stands alone asks for no list. In its copy among the editions the site's script has the switch
behind it, which loads ``editions.js`` from the folder above. That file alone is written again when an edition
joins: the pages of those before stay as they are and yet lead to it.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ceg.evidence.problems import InputError, Problem
from sphinx_fresh.files import write_whole

FOLDER, LIST = "editions", "editions.js"
SCRIPT, SWITCH = "_static/site.js", "_static/editions.js"
VERSION = re.compile(r"\d+(\.\d+)*([a-z.+-][\w.+-]*)?")


def write(site: Mapping[str, Path], version: str, out: Path, part: str) -> Path:
    """Put a built site (name -> file) among the editions below ``out``; its folder.

    An edition with this version makes way for it once it is whole; all others stay untouched. part: how the
    name of a folder of unfinished files begins. Raises InputError where nothing can be written.
    """
    folder = out / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=part, dir=out) as place:
            new = Path(place, version)
            for name, path in site.items():
                (new / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, new / name)
            with (new / SCRIPT).open("ab") as script:
                script.write(b"\n" + site[SWITCH].read_bytes())
            if (folder / version).exists():
                (folder / version).replace(Path(place, "before"))
            new.replace(folder / version)
        write_whole(folder / LIST, listed(folder).encode())
    except OSError as error:
        fix = "name another folder, or mend this one"
        raise InputError(
            Problem(str(folder), error.strerror or str(error), "a folder of editions", fix)
        ) from None
    return folder / version


def listed(folder: Path) -> str:
    """The list of the editions in a folder, the newest first, each with its pages."""
    found = [
        path for path in folder.iterdir() if VERSION.fullmatch(path.name) and (path / "index.html").is_file()
    ]
    editions = [
        {
            "version": path.name,
            "pages": sorted(page.relative_to(path).as_posix() for page in path.glob("book/**/*.html")),
        }
        for path in sorted(found, key=lambda path: order(path.name), reverse=True)
    ]
    return f"window.siteEditions = {json.dumps(editions, separators=(',', ':'))};\n"


def order(version: str) -> tuple[list[int], bool, str]:
    """What versions are sorted by: 0.10 is after 0.9, and 1.0 after 1.0rc1."""
    numbers = re.match(r"\d+(\.\d+)*", version)
    rest = version[numbers.end() :] if numbers else version
    return [int(each) for each in numbers[0].split(".")] if numbers else [], not rest, rest
