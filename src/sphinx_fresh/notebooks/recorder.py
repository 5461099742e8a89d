"""Notes in a kernel what its cells read: files, folders, names looked for, settings of the environment.

Python says of each file that it opens (audit events); what it does not say of, the recorder wraps. What a
program started by a cell reads, and what a library opens without Python, nobody can see: a cell that starts
a program is refused, unless it does so inside of ``reads.reading``.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import all_suffixes
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from sphinx_fresh import reads

T = TypeVar("T")

FILE, FOLDER, KIND, VARIABLE, PROGRAM = "file ", "folder ", "kind of ", "variable ", "program "
"""What the names of reads begin with that the extension itself can look up again."""

CHANGED = "changed while it was read"
"""The digest of what was found twice, and not the same."""

QUIET = ("__pycache__",)
"""In a folder these change nothing; nor do hidden files and those that an editor keeps."""

LIBRARIES = tuple(
    os.path.realpath(folder) + os.sep
    for folder in (sys.prefix, os.path.dirname(os.__file__), Path(__file__).parents[1])
)
"""Where installed packages stand, Python's own modules, and this extension."""

BETWEEN = tuple(
    f"{os.sep}{part}"
    for part in (
        "os.py",
        "_collections_abc.py",
        "subprocess.py",
        "zmqshell.py",
        "IPython/",
        "multiprocessing/",
    )
)
"""What stands between a cell that asks for something and who hears of it."""

SEEKERS = (f"{os.sep}importlib{os.sep}", "pkgutil.py", "linecache.py", "inspect.py", "pydevd", "debugpy")
CODE = tuple(all_suffixes())  # a package's data is read by what reads its modules
PATHS = ("os.py", "genericpath.py", "posixpath.py", "ntpath.py", "pathlib.py", "contextlib.py", "tokenize.py")
"""What stands between them and a file."""


def file_digest(path: str) -> str:
    """Of a file's bytes; nothing where no file is."""
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()[:20]
    except OSError:
        return ""


def folder_digest(path: str) -> str:
    """Of the names in a folder; nothing where no folder is."""
    try:
        names = os.listdir(path)
    except OSError:
        return ""
    return reads.digest(sorted(n for n in names if n not in QUIET and n[0] != "." and n[-1] != "~"))


def kind_of(path: str) -> str:
    """What stands there: a file, a folder, or nothing."""
    return "folder" if os.path.isdir(path) else "file" if os.path.exists(path) else ""


def variable_digest(name: str) -> str:
    """Of a setting of the environment; nothing where there is none."""
    value = os.environ.get(name)
    return "" if value is None else reads.digest(value)


def for_modules(frame: FrameType | None) -> bool:
    """Whether Python looks for modules or their sources: those that a page reaches count by themselves."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith("<frozen importlib") or any(part in name for part in SEEKERS):
            return True
        if not (name[0] == "<" or os.path.basename(name) in PATHS):
            return False
        frame = frame.f_back
    return False


def by_book(frame: FrameType | None) -> bool:
    """Whether a cell or a module of the book asks, rather than a library on its own account."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name[0] != "<" and not any(part in name for part in BETWEEN):
            return not name.startswith(LIBRARIES)
        frame = frame.f_back
    return False


def identity(path: str) -> tuple[int, ...]:
    """What differs after a file was written, or another put in its place; nothing of one that is gone."""
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


class Recorder:
    """Notes what is read below ``root``, but for what is in the folders ``left_out``; paths as from there.

    packages: those whose modules are not noted, as a page's code says which of them it reaches.
    """

    def __init__(self, root: str, left_out: Sequence[str], packages: Sequence[str]):
        self.packages = packages
        self.root = os.path.realpath(root) + os.sep
        self.left_out = (*(os.path.realpath(os.path.join(root, p)) + os.sep for p in left_out), *LIBRARIES)
        self.identities: dict[str, tuple[int, ...]] = {}
        self.own: set[str] = set()
        """What the cells have written or made: what they then find there is theirs."""
        self._digests: dict[tuple, str] = {}
        self._busy = threading.local()

    def install(self) -> None:
        """Begin; there is no way to end it but with the process."""
        sys.addaudithook(self._heard)
        os.stat, os.lstat = self._looking(os.stat), self._looking(os.lstat)
        os.access = self._looking(os.access)
        _Environment.recorder = self
        os.environ.__class__ = _Environment

    def _inside(self, path: object) -> str | None:
        """A path as seen from the root; None if it is of no interest."""
        if isinstance(path, int):
            return None
        whole = os.path.abspath(os.fsdecode(path))  # type: ignore[arg-type]
        if not whole.startswith(self.root):
            whole = os.path.join(os.path.realpath(os.path.dirname(whole)), os.path.basename(whole))
        if not f"{whole}{os.sep}".startswith(self.root):
            return None
        return None if f"{whole}{os.sep}".startswith(self.left_out) else whole[len(self.root) :] or "."

    @contextmanager
    def _once(self) -> Iterator[bool]:
        """Whether to note; what is read to note something is not noted."""
        if not reads.noting() or getattr(self._busy, "on", False):
            yield False
            return
        self._busy.on = True
        try:
            yield True
        finally:
            self._busy.on = False

    def _heard(self, event: str, arguments: tuple) -> None:
        act = _ACTS.get(event)
        if act is None:
            return
        with self._once() as noting:
            frame = sys._getframe(1)
            is_data = event == "open" and not str(arguments[0]).endswith(CODE)
            if noting and (is_data or not for_modules(frame)):
                act(self, frame, *arguments)

    def _opened(self, _: FrameType, path: object, mode: str | None = "r", flags: int = 0) -> None:
        name = self._inside(path)
        if name is None:
            return
        if not flags & os.O_WRONLY if mode is None else mode.startswith(("r", "U")):
            self.file(name)
        else:
            self.own.add(name)

    def _connected(self, frame: FrameType, path: object) -> None:
        if ":memory:" not in str(path):
            self._opened(frame, str(path).removeprefix("file:").partition("?")[0])

    def file(self, name: str) -> None:
        """Note a file, as it is now."""
        if name in self.own:
            return
        now = identity(self.root + name)
        self.identities.setdefault(name, now)
        if (name, now) not in self._digests:
            self._digests[name, now] = file_digest(self.root + name)
        reads.note(FILE + name, self._digests[name, now])

    def modules(self) -> None:
        """Note the files of the modules that were imported, such as one beside the chapter."""
        for name, module in list(sys.modules.items()):
            path = getattr(module, "__file__", None)
            inside = self._inside(path) if path and name.partition(".")[0] not in self.packages else None
            if inside is not None:
                self.file(inside)

    def _listed(self, _: FrameType, path: object) -> None:
        name = self._inside(os.getcwd() if path is None else path)
        if name is not None:
            reads.note(FOLDER + name, lambda: folder_digest(self.root + name))

    def _started(self, frame: FrameType, program: object = "another process", *_: object) -> None:
        if by_book(frame):
            reads.note(PROGRAM + os.path.basename(os.fsdecode(program)), "")  # type: ignore[arg-type]

    def _made(self, _: FrameType, *paths: object) -> None:
        self.own.update(filter(None, map(self._inside, paths)))

    def is_own(self, name: str, digest: str) -> bool:
        """Whether a cell looked for what a later one made."""
        kind = name.startswith(KIND) and name.removeprefix(KIND) in self.own
        return kind or (not digest and name.startswith(FILE) and name.removeprefix(FILE) in self.own)

    def _looking(self, stat: Callable[..., T]) -> Callable[..., T]:
        """``os.stat`` and the like, through which files are looked for."""

        def looked(path: Any, *args: Any, dir_fd: int | None = None, **kwargs: Any) -> T:
            with self._once() as noting:
                seen = noting and dir_fd is None and not for_modules(sys._getframe(1))
                name = self._inside(path) if seen else None
                if name is not None and name not in self.own:
                    reads.note(KIND + name, lambda: kind_of(self.root + name))
            return stat(path, *args, dir_fd=dir_fd, **kwargs)

        return looked

    def setting(self, name: str, frame: FrameType) -> None:
        """Note a setting of the environment that the book asks for; libraries ask for many of their own."""
        with self._once() as noting:
            if noting and by_book(frame):
                reads.note(VARIABLE + name, lambda: variable_digest(name))


_ACTS: dict[str, Callable[..., None]] = {
    "open": Recorder._opened,
    "os.listdir": Recorder._listed,
    "os.scandir": Recorder._listed,
    "os.mkdir": Recorder._made,
    "os.rename": Recorder._made,
    "sqlite3.connect": Recorder._connected,
    "subprocess.Popen": Recorder._started,
    "os.posix_spawn": Recorder._started,
    "os.system": Recorder._started,
    "os.fork": Recorder._started,
    "os.exec": Recorder._started,
}


class _Environment(type(os.environ)):  # type: ignore[misc]
    """``os.environ`` that says what is asked of it."""

    recorder: Recorder

    def __getitem__(self, key: str) -> str:
        self.recorder.setting(key, sys._getframe(1))
        return super().__getitem__(key)


_recorder: Recorder | None = None


def begin(root: str, left_out: Sequence[str], packages: Sequence[str]) -> None:
    """Note from now on what this process reads, with what the one that it was forked from has noted."""
    global _recorder
    if _recorder is None:
        _recorder = Recorder(root, left_out, packages)
        _recorder.install()
    reads.begin()


def report() -> str:
    """What was read since ``begin``, as JSON for ``runs.Run``. It is the last that a kernel is asked."""
    recorder = _recorder
    assert recorder is not None
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is about to be ended, which interrupts no cell
    recorder.modules()
    nodes: dict[str, list] = {}
    sets: list[list[int]] = []
    known: dict[int, int] = {}

    def packed(found: reads.Reads) -> int:
        if id(found) not in known:
            known[id(found)] = number = len(sets)
            sets.append([])
            for name, read in found.items():
                if recorder.is_own(name, read.digest):
                    continue
                if name not in nodes:
                    nodes[name] = [len(nodes), read.digest, -1]
                    nodes[name][2] = -1 if read.within is None else packed(read.within)
                elif nodes[name][1] != read.digest:
                    nodes[name][1] = CHANGED
                sets[number].append(nodes[name][0])
        return known[id(found)]

    packed(reads.noted())
    read = [[name, digest, within] for name, (_, digest, within) in nodes.items()]
    return json.dumps({"read": read, "sets": sets, "files": recorder.identities})
