"""What pages read when they ran, kept from build to build; and whether all of it is still the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from uuid import uuid4

from sphinx_fresh.files import write_whole
from sphinx_fresh.notebooks import recorder
from sphinx_fresh.notebooks.recorder import FILE, FOLDER, KIND, PROGRAM, VARIABLE, identity

VERSION = "version "
"""What the name of an installed distribution's version begins with."""

UNKNOWN = "what it reads, which is not recorded"
"""What is never the same again: of a kernel of another language, or a page that myst-nb executes itself."""

KEPT = 8
"""Runs of one page's code: after an edit is taken back, the page need not run again."""


@dataclass(frozen=True)
class Run:
    """What one run of a page has read.

    read: name, digest, and the number of the set that was read for it, or -1. sets: of numbers of reads; the
    first is what the page itself has read.
    """

    read: list[tuple[str, str, int]]
    sets: list[list[int]]

    @classmethod
    def of(cls, digests: Mapping[str, str]) -> Run:
        """What a page itself has read, by name."""
        return cls([(name, digest, -1) for name, digest in digests.items()], [list(range(len(digests)))])

    @property
    def own(self) -> dict[str, str]:
        """Name -> digest of all that the page itself has read."""
        return dict(sorted(self.read[number][:2] for number in self.sets[0]))

    @property
    def leaves(self) -> dict[str, str]:
        """Name -> digest of what was not found by reading something else: while these stay, so does all."""
        return {name: digest for name, digest, within in self.read if within < 0}

    def digests(self, prefix: str) -> dict[str, str]:
        """What names with this beginning end in -> digest, of all reads, also those for others."""
        return {n.removeprefix(prefix): digest for n, digest, _ in self.read if n.startswith(prefix)}


@dataclass(frozen=True)
class Report:
    """What a kernel has sent: the run, and the identity of each file as it was first opened."""

    run: Run
    files: dict[str, tuple[int, ...]]

    @classmethod
    def of(cls, said: str) -> Report:
        """From the text that ``recorder.report`` gives; a kernel that cannot say has none."""
        if not said:
            return cls(Run.of({UNKNOWN: uuid4().hex}), {})
        made = json.loads(said)
        read = [(name, digest, within) for name, digest, within in made["read"]]
        return cls(Run(read, made["sets"]), {name: tuple(kept) for name, kept in made["files"].items()})

    def written_since(self, root: Path) -> list[str]:
        """The files that were written after they were opened, even if they say the same again."""
        read = sorted(self.run.digests(FILE))
        return [name for name in read if self.files.get(name, ()) != identity(str(root / name))]


class Now:
    """What stands under names as one build finds it, each looked up once.

    ``of_book`` gives the digest of a name that only the book knows, "" for what is gone.
    """

    def __init__(self, root: Path, of_book: Callable[[str], str] | None):
        self.root, self.of_book = root, of_book
        self._found: dict[str, str] = {}

    def digest(self, name: str) -> str:
        """As ``reads.note`` would have it; "" for what is gone."""
        if name not in self._found:
            self._found[name] = self._look(name)
        return self._found[name]

    def _look(self, name: str) -> str:
        for prefix, found in (
            (FILE, recorder.file_digest),
            (FOLDER, recorder.folder_digest),
            (KIND, recorder.kind_of),
        ):
            if name.startswith(prefix):
                return found(str(self.root / name.removeprefix(prefix)))
        if name.startswith(VARIABLE):
            return recorder.variable_digest(name.removeprefix(VARIABLE))
        if name.startswith(VERSION):
            return installed(name.removeprefix(VERSION))
        if name == UNKNOWN or name.startswith(PROGRAM):
            return UNKNOWN
        return "" if self.of_book is None else self.of_book(name)

    def same(self, names: Mapping[str, str]) -> bool:
        """Whether each name still has its digest."""
        return all(self.digest(name) == digest for name, digest in names.items())

    def same_run(self, run: Run) -> bool:
        """Whether all that a page itself has read is still the same; what was read for it decides first."""
        known: dict[int, bool] = {}

        def one(number: int) -> bool:
            name, digest, within = run.read[number]
            return (within >= 0 and every(within)) or self.digest(name) == digest

        def every(index: int) -> bool:
            if index not in known:
                known[index] = all(map(one, run.sets[index]))
            return known[index]

        return every(0)


def installed(name: str) -> str:
    """The version of a distribution; nothing where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


class Runs:
    """The runs of a book's pages, in a folder.

    A file for each page's code, with the modules that it reaches, names its runs, and what decides first
    whether they are still right; all that a run has read is in a file of its own.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._known: dict[str, list[tuple[str, dict[str, str]]]] = {}

    def of(self, key: str) -> list[tuple[str, dict[str, str]]]:
        """(name of a run, its leaves), the latest first; none where the file is gone or damaged."""
        if key not in self._known:
            found = _json(self.folder / f"{key}.json")
            right = isinstance(found, list) and all(map(_is_entry, found))
            self._known[key] = [(name, leaves) for name, leaves in found] if right else []
        return self._known[key]

    def run(self, name: str) -> Run | None:
        """All that a run has read; None where the file is gone or damaged."""
        try:
            found = _json(self._file(name))
            run = Run([(str(n), digest, within) for n, digest, within in found["read"]], found["sets"])
            numbers, within = {n for each in run.sets for n in each}, {within for *_, within in run.read}
        except (KeyError, TypeError, ValueError):
            return None
        whole = numbers <= {*range(len(run.read))} and within <= {*range(-1, len(run.sets))}
        return run if run.sets and whole else None

    def right(self, key: str, now: Now) -> str | None:
        """The name of a run of a page's code on just what there is now."""
        for name, leaves in self.of(key):
            if now.same(leaves) or ((run := self.run(name)) is not None and now.same_run(run)):
                return name
        return None

    def add(self, key: str, name: str, run: Run) -> None:
        """Keep a run, as the latest."""
        entries = [(name, run.leaves), *(each for each in self.of(key) if each[0] != name)]
        for old, _ in entries[KEPT:]:
            self._file(old).unlink(missing_ok=True)
        self._known[key] = entries[:KEPT]
        write_whole(self._file(name), _text({"read": run.read, "sets": run.sets}))
        write_whole(self.folder / f"{key}.json", _text(self._known[key]))

    def _file(self, name: str) -> Path:
        return self.folder / "reads" / f"{name}.json"


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _text(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _is_entry(found: object) -> bool:
    return isinstance(found, list) and [type(part) for part in found] == [str, dict]


def without_own(run: Run) -> Run:
    """A run without the settings that the machinery of kernels makes itself: in the build they are others."""
    settings = run.digests(VARIABLE)
    own = {f"{VARIABLE}{n}" for n, digest in settings.items() if digest != recorder.variable_digest(n)}
    sets = [[number for number in each if run.read[number][0] not in own] for each in run.sets]
    return Run(run.read, sets)


def programs(run: Run) -> list[str]:
    """The programs that cells have started without saying what these read."""
    return [name.removeprefix(PROGRAM) for name in run.own if name.startswith(PROGRAM)]
