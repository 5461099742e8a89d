"""What a notebook page depends on: its code, the modules and versions behind it, and what it has read."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from sphinx.config import Config

from sphinx_fresh.notebooks import imports
from sphinx_fresh.notebooks.imports import module_files, reached_modules, stub
from sphinx_fresh.notebooks.recorder import identity
from sphinx_fresh.notebooks.runs import VERSION, Now, Run, Runs
from sphinx_fresh.outputs import evaluated
from sphinx_fresh.outputs.evaluated import with_values
from sphinx_fresh.settings import function

MADE = re.compile(r"^[`:]{3,}\{made\} *([\w.]+):\w+ *$", re.MULTILINE)
"""The module of a ``made`` directive, as ``outputs.made`` reads it."""

MODULE = "module "
"""What the name of an input begins with that is a module."""


@dataclass(frozen=True)
class Settings:
    """The book's packages, the libraries that matter, and the function that looks up what the book names."""

    packages: tuple[str, ...] = ()
    distributions: tuple[str, ...] = ()
    reads: str = ""

    @classmethod
    def of(cls, config: Config) -> Settings:
        """The settings in `_config.yml`."""
        return cls(tuple(config.site_packages), tuple(config.site_distributions), config.site_reads)


class Files:
    """Files of one build, each read and digested once; one that is gone has an empty digest."""

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}
        self._written: dict[str, tuple[int, ...]] = {}

    def digest(self, path: Path | str) -> str:
        """SHA-256 of the file's bytes as they were when it was first asked for."""
        name = str(path)
        if name not in self._digests:
            self._written[name] = identity(name)
            self._digests[name] = _sha(Path(name).read_bytes()) if os.path.isfile(name) else ""
        return self._digests[name]

    def written_since(self, paths: Iterable[Path | str]) -> list[str]:
        """Those that were written after they were digested, even if they say the same again; or are new."""
        return sorted({name for name in map(str, paths) if self._written.get(name) != identity(name)})


class Explainer:
    """Says for one build what pages depend on, and whether a page was run on just that before.

    `record` maps the digest of a page's text, with all modules, to its code and the modules that this
    reaches; an entry is never wrong, only useless. Digests are taken before anything is read for good: an
    edit that falls in between is seen by the next build.
    """

    def __init__(self, settings: Settings, root: Path, kept: Path, record: Mapping[str, dict] | None = None):
        self.files, self.runs = Files(), Runs(kept / "runs")
        self.now = Now(root, function(settings.reads) if settings.reads else None)
        self.record: dict[str, dict] = {}
        self._before = record or {}
        # with what chapters show
        packages = dict.fromkeys((*settings.packages, __name__.partition(".")[0]))
        self._modules = {n: p for package in packages for n, p in module_files(package).items()}
        versions = {f"{VERSION}{name}": version(name) for name in settings.distributions}
        self._versions = versions | {f"{VERSION}python": ".".join(platform.python_version_tuple()[:2])}
        reader = (platform.python_version(), version("myst-nb"), version("PyYAML"))
        own = [self.files.digest(p) for p in (__file__, imports.__file__, evaluated.__file__)]
        code = [(n, self.files.digest(p), self.files.digest(stub(p))) for n, p in self._modules.items()]
        self._code_state = _sha(repr((settings.packages, reader, own, code)).encode())

    @property
    def moved(self) -> bool:
        """Whether the record differs from the one that was given."""
        return self.record != self._before

    def code(self, page_source: str) -> dict[str, str]:
        """The modules that a page's code reaches and the versions that matter, by name, with a digest each.

        Empty for a page without code.
        """
        known = self._known(page_source)
        if not known["cells"] and not known["made"]:
            return {}
        modules = {f"{MODULE}{name}": self.files.digest(self._modules[name]) for name in known["modules"]}
        return modules | self._versions

    def whole(self, page_source: str) -> str:
        """The page with the cell that evaluates the expressions in its prose."""
        return page_source.rstrip() + self._known(page_source)["more"]

    def is_made(self, page_source: str) -> bool:
        """Whether functions of the book's own make parts of it while it is read, and no cell does."""
        return bool(self._known(page_source)["made"])

    def settings(self, page_source: str) -> dict:
        """The page's own settings for myst-nb."""
        return self._known(page_source)["settings"]

    def key(self, folder: str, page_source: str) -> str:
        """What the runs of a page's code, in its folder and with these modules, are kept under."""
        known = self._known(page_source)
        cells = repr((folder, known["cells"] or page_source))
        return digest({"cells": cells} | self.code(page_source))

    def run(self, folder: str, page_source: str) -> str | None:
        """The name of a run of the page on just what there is now; "" without code; None: it must be run."""
        return self.runs.right(self.key(folder, page_source), self.now) if self.code(page_source) else ""

    def add(self, folder: str, page_source: str, run: Run) -> str:
        """Keep what a page has read, under a name that changes with anything of it."""
        name = digest({"folder": folder} | self.code(page_source) | run.own)
        self.runs.add(self.key(folder, page_source), name, run)
        return name

    def differences(self, page_source: str, before: Mapping[str, str], run: str | None) -> str:
        """What differs from an earlier run of the page, and from its code then, in words."""
        if run is None:
            return "first time"
        read, code = self.runs.run(run), self.code(page_source)
        found = {} if read is None else read.own
        now = {name: self.now.digest(name) for name in found}
        return changes({**found, **before}, {**now, **code})

    def modules_of(self, page_source: str) -> list[Path]:
        """The files of the modules that a page's code reaches."""
        return [self._modules[name] for name in self._known(page_source)["modules"]]

    def _known(self, page_source: str) -> dict:
        """The page's code cells, and the modules that they reach."""
        key = _sha(f"{self._code_state}\n{page_source}".encode())
        if key not in self.record:
            self.record[key] = self._before.get(key) or self._read(page_source)
        return self.record[key]

    def _read(self, page_source: str) -> dict:
        text = with_values(page_source)
        if not is_myst_markdown_notebook(text):
            made = MADE.findall(page_source)
            modules = sorted(reached_modules([f"import {name}" for name in made], self._modules))
            return {"cells": [], "modules": modules, "more": "", "settings": {}, "made": made}
        notebook = read_myst_markdown_notebook(text)
        cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        return {
            "cells": cells,
            "modules": sorted(reached_modules(cells, self._modules)) if cells else [],
            "more": text[len(page_source.rstrip()) :],
            "settings": dict(notebook.metadata.get("mystnb", {})),
            "made": [],
        }


def digest(inputs: Mapping[str, str]) -> str:
    """One digest of named digests; the order they are given in does not matter."""
    return _sha(json.dumps(inputs, sort_keys=True).encode())


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """What differs between two explanations, in words."""
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if not names:
        return "its own code"
    shown = ", ".join(names[:8])
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
