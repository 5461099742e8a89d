"""One build at a time in one folder: a second one waits until the first has ended, however that ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from sphinx_fresh.files import kept
from sphinx_fresh.state import build

try:
    import fcntl
except ImportError:  # not on this system
    fcntl = None


def acquire(app: Sphinx, config: Config) -> None:
    """Hold the folder's lock until this process ends; the system gives it back even after a kill."""
    if fcntl is None:
        return
    path = kept(app) / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = build(app).lock = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"waiting: {holder(path)} is building in this folder", file=sys.stderr, flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()


def holder(path: Path) -> str:
    """Who holds the lock, as far as it has said."""
    pid = path.read_text(encoding="utf-8").strip()
    return f"process {pid}" if pid else "another process"


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx, before anything is read."""
    app.connect("config-inited", acquire, priority=1)
