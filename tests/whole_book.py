"""A copy of the whole book that can be edited, built and put back."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from places import ROOT
from site_helpers import NO_COLOUR

KEPT = (
    "_config.yml",
    "_toc.yml",
    "CHANGELOG.md",
    "CITATION.cff",
    "book",
    "data",
    "examples",
    "src",
    "README.md",
)

READS = """
import json
from pathlib import Path
import yaml
from sphinx_fresh.notebooks.fingerprint import Explainer, Settings
config = yaml.safe_load(Path("_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
settings = Settings(tuple(config["site_packages"]), tuple(config["site_distributions"]))
explainer = Explainer(settings, Path.cwd(), Path("_build/.site"))
found = {}
for path in Path("book").rglob("*.md"):
    text = path.read_text(encoding="utf-8")
    if not explainer.is_made(text) and (code := explainer.code(text)):  # what is made runs with the build
        run = explainer.runs.run(explainer.runs.of(explainer.key(path.parent.as_posix(), text))[0][0])
        found[path.with_suffix("").as_posix()] = [[*code, *run.own], [name for name, _, _ in run.read]]
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Reads:
    """Names that the pages have read themselves, with the modules that they reach; and all that was read."""

    own: dict[str, set[str]]
    every: dict[str, set[str]]

    def least(self, *names: str) -> set[str]:
        """The pages that have read one of these themselves: they must run again if it is another."""
        return {page for page, own in self.own.items() if own & set(names)}

    def most(self, *names: str) -> set[str]:
        """The pages that have read one of these, or something that was worked out from it."""
        return {page for page, every in self.every.items() if (every | self.own[page]) & set(names)}

    def whole(self, table: str) -> set[str]:
        """The names of all selections of a table."""
        names = set().union(*self.every.values())
        return {name for name in names if name.startswith(f"rows of {table} for ")}


class Copy:
    """The book in a folder of its own, with its own ``ceg``."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.edited: set[str] = set()
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
        return set(re.findall(r"executing (\S+):", said)), said

    def reads(self) -> Reads:
        """What the pages have read when each was last executed."""
        done = subprocess.run(
            [sys.executable, "-c", READS],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder / "src")},
            capture_output=True,
            text=True,
            check=True,
        )
        found = json.loads(done.stdout)
        return Reads(*({page: set(names[i]) for page, names in found.items()} for i in (0, 1)))

    def edit(self, path: str, old: str, new: str) -> None:
        self.edited.add(path)
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, (path, old, text.count(old))
        file.write_text(text.replace(old, new), encoding="utf-8")

    def restore(self, path: str) -> None:
        shutil.copy(ROOT / path, self.folder / path)
        self.edited.discard(path)

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
