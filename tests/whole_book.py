"""A copy of the whole book that can be edited, built and put back."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from places import ROOT
from site_helpers import NO_COLOUR

KEPT = ("_config.yml", "_toc.yml", "CITATION.cff", "book", "data", "examples", "src", "README.md")


class Copy:
    """The book in a folder of its own, with its own ``ceg``."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir()
        for name in KEPT:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, folder / name)

    def start(self, more: Path | None = None) -> subprocess.Popen:
        """Begin a build in a process group of its own."""
        return subprocess.Popen(
            [Path(sys.executable).parent / "jupyter-book", "build", "."],
            cwd=self.folder,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(map(str, filter(None, [self.folder / "src", more]))),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def build(self, code: int = 0, more: Path | None = None) -> tuple[set[str], str]:
        """Executed chapters and everything said; the exit code must be as given."""
        build = self.start(more)
        output, errors = build.communicate()
        said = NO_COLOUR.sub("", output + errors)
        assert build.returncode == code, said[-3000:]
        return set(re.findall(r"^executing (\S+):", said, flags=re.MULTILINE)), said

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, (path, old, text.count(old))
        file.write_text(text.replace(old, new), encoding="utf-8")

    def restore(self, path: str) -> None:
        shutil.copy(ROOT / path, self.folder / path)

    def page(self, name: str) -> str:
        return (self.folder / "_build/html/book" / f"{name}.html").read_text(encoding="utf-8")

    def digest(self) -> dict[str, str]:
        site = self.folder / "_build/html"
        return {
            p.relative_to(site).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(site.rglob("*"))
            if p.is_file()
        }


def different(a: dict[str, str], b: dict[str, str]) -> set[str]:
    return {name for name in a.keys() | b.keys() if a.get(name) != b.get(name)}
