"""Which files of a book a person has edited, once the edit has ended."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

QUIET_SECONDS = 0.3  # an edit has ended when nothing was written for so long
EVENTS = ("created", "modified", "moved", "deleted")
PRIVATE_NAMES = re.compile(
    r".*(~|___jb_(tmp|old)___)"  # Emacs, gedit; PyCharm
    r"|.*\.(pyc|sw[a-z]|bak|orig|part|tmp(\..*)?)"  # tools that write a.csv.tmp.4711 first
    r"|.*\.\w+\.(?=\w*[A-Z0-9])[A-Za-z0-9]{6}"  # Kate, LibreOffice and all of Qt: a.csv.Xw9k2T
    r"|~\$.*|sed[A-Za-z0-9]{6}|[0-9]+",  # Excel; sed -i; vim tries out 4913
    re.DOTALL,
)
PRIVATE_FOLDERS = ("__pycache__", "_build")


def is_private(path: Path) -> bool:
    """Whether a file is nobody's text: hidden, compiled, or an editor's own."""
    return bool(PRIVATE_NAMES.fullmatch(path.name)) or any(
        part.startswith((".", "#")) or part in PRIVATE_FOLDERS for part in path.parts
    )


class Edits(FileSystemEventHandler):
    """Collects the files that are written, of those to be watched."""

    def __init__(self, root: Path, names: Iterable[str]):
        self.root = root
        self.names = frozenset(names)
        self._written: SimpleQueue[tuple[str, bool]] = SimpleQueue()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note a file that was written: not one that was read, nor an editor's or Python's own."""
        if event.event_type not in EVENTS or event.is_directory:
            return
        for path in filter(None, (event.src_path, event.dest_path)):
            name = Path(os.fsdecode(path)).relative_to(self.root)
            if name.parts[0] in self.names and not is_private(name):
                self._written.put((name.as_posix(), event.event_type == "created"))

    def pending(self) -> bool:
        """Whether something was written that nobody has asked for."""
        return not self._written.empty()

    def next(self) -> list[str]:
        """Wait for an edit, and until it has ended; the files, without those that came and went."""
        while True:
            written = [self._written.get()]
            with suppress(Empty):
                while True:
                    written.append(self._written.get(timeout=QUIET_SECONDS))
            made = {name for name, is_made in written if is_made}
            files = {name for name, _ in written if name not in made or (self.root / name).exists()}
            if files:
                return sorted(files)


@contextmanager
def watched(root: Path, names: Iterable[str]) -> Iterator[Edits]:
    """The edits of the named files and folders of a folder, from now on."""
    edits, observer = Edits(root, names), Observer()
    # not its files themselves: editors put a new file in the place of an old one
    observer.schedule(edits, str(root))
    for name in sorted(edits.names):
        if (root / name).is_dir():
            observer.schedule(edits, str(root / name), recursive=True)
    observer.start()
    try:
        yield edits
    finally:
        observer.stop()
        observer.join()
