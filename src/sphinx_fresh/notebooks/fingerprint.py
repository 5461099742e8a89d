"""What a notebook page depends on: data rows, modules and library versions, each with a digest."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from sphinx.config import Config

from sphinx_fresh.notebooks.imports import module_files, reached_modules, stub
from sphinx_fresh.outputs.evaluated import with_values
from sphinx_fresh.settings import function

MODULE = "module "
"""What the name of an input begins with that is a module."""


@dataclass(frozen=True)
class Settings:
    """Where to look.

    The book's own function for data, what that one reads, the book's packages, the libraries that matter.
    """

    inputs: str = ""
    reads: str = ""
    packages: tuple[str, ...] = ()
    distributions: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: Config) -> Settings:
        """The settings in `_config.yml`."""
        return cls(
            config.site_inputs,
            config.site_inputs_read,
            tuple(config.site_packages),
            tuple(config.site_distributions),
        )


class Files:
    """Files of one build, each read and digested once; one that is gone has an empty digest."""

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}
        self._written: dict[str, tuple[int, ...]] = {}

    def digest(self, path: Path | str) -> str:
        """SHA-256 of the file's bytes as they were when it was first asked for."""
        name = str(path)
        if name not in self._digests:
            self._written[name] = _written(name)
            self._digests[name] = _sha(Path(name).read_bytes()) if os.path.isfile(name) else ""
        return self._digests[name]

    def written_since(self, paths: Iterable[Path | str]) -> list[str]:
        """Those that were written after they were digested, even if they say the same again; or are new."""
        return sorted({name for name in map(str, paths) if self._written.get(name) != _written(name)})


class Explainer:
    """Explains pages for one build, by `record` wherever nothing changed that decides.

    `record` maps the digest of a page's code, with all that its parts are made from, to what was worked
    out; an entry is never wrong, only useless. Digests are taken before anything is read for good: an
    edit that falls in between is seen by the next build.
    """

    def __init__(self, settings: Settings, record: Mapping[str, dict] | None = None):
        self.settings, self.files = settings, Files()
        self.record: dict[str, dict] = {}
        self._before = record or {}
        packages = dict.fromkeys((*settings.packages, __name__.partition(".")[0]))  # with what chapters show
        self._modules = {n: p for package in packages for n, p in module_files(package).items()}
        versions = {f"version {name}": version(name) for name in settings.distributions}
        self._versions = versions | {"version python": ".".join(platform.python_version_tuple()[:2])}
        reader = (platform.python_version(), version("myst-nb"), version("PyYAML"))
        own = [self.files.digest(Path(__file__).with_name(name)) for name in ("fingerprint.py", "imports.py")]
        code = [(n, self.files.digest(p), self.files.digest(stub(p))) for n, p in self._modules.items()]
        self._code_state = _sha(repr((settings, reader, own, code)).encode())
        self._data_state([])

    @property
    def moved(self) -> bool:
        """Whether the record differs from the one that was given."""
        return self.record != self._before

    def explain(self, page_source: str) -> dict[str, str]:
        """Every input of a page by name, with a digest of its content; empty for a page without code.

        Names are those of the book's own function, `module x.y` and `version x`.
        """
        key = self._key(page_source)
        known = self.record.get(key) or self._before.get(key) or self._read(page_source)
        cells = known["cells"]
        if not cells:
            self.record[key] = known
            return {}
        state = self._data_state(cells)
        if state is None or known.get("state") != state:
            known = known | {"state": state, "data": dict(self._data(cells))}
        self.record[key] = known
        modules = {f"{MODULE}{name}": self.files.digest(self._modules[name]) for name in known["modules"]}
        return dict(sorted({**known["data"], **modules, **self._versions}.items()))

    def files_of(self, page_source: str) -> list[Path]:
        """The files that a page's code may read when it is executed, as far as the book says which."""
        known = self.record[self._key(page_source)]
        modules = [self._modules[name] for name in known["modules"]]
        if not self.settings.reads or not known["cells"]:
            return modules
        return [*modules, *map(Path, function(self.settings.reads)(list(known["cells"]))[0])]

    def _key(self, page_source: str) -> str:
        return _sha(f"{self._code_state}\n{page_source}".encode())

    def _read(self, page_source: str) -> dict:
        """The page's code cells, and the modules that they reach."""
        cells = code_cells(page_source) or []
        return {"cells": cells, "modules": sorted(reached_modules(cells, self._modules)) if cells else []}

    def _data(self, cells: list[str]) -> Mapping[str, str]:
        return function(self.settings.inputs)(list(cells)) if self.settings.inputs else {}

    def _data_state(self, cells: list[str]) -> str | None:
        """A digest of all that the book's function can read for these cells.

        None if the book does not say what that is.
        """
        if not self.settings.reads:
            return None
        paths, other = function(self.settings.reads)(list(cells))
        return _sha(repr(([(str(path), self.files.digest(path)) for path in paths], other)).encode())


def explain(page_source: str, settings: Settings) -> dict[str, str]:
    """What `Explainer` says of one page, worked out anew."""
    return Explainer(settings).explain(page_source)


def code_cells(page_source: str) -> list[str] | None:
    """The sources of a page's code cells, its expressions among them; None for a page that is no notebook."""

    if not is_myst_markdown_notebook(page_source):
        return None
    notebook = read_myst_markdown_notebook(with_values(page_source))
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def digest(inputs: Mapping[str, str]) -> str:
    """One digest of named digests; the order they are given in does not matter."""
    return _sha(json.dumps(inputs, sort_keys=True).encode())


def changes(before: Mapping[str, str] | None, after: Mapping[str, str]) -> str:
    """What differs between two explanations, in words."""
    if before is None:
        return "first time"
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if not names:
        return "its own code"
    shown = ", ".join(names[:8])
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"


def _written(name: str) -> tuple[int, ...]:
    """What differs after a file was written, or another put in its place; nothing of one that is gone."""
    try:
        found = os.stat(name)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
