"""The site over http while it is edited: built again after each edit, then loaded again by the browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn, cast

from jupyter_cache import get_cache

from sphinx_fresh.deliver.edits import watched
from sphinx_fresh.deliver.http_server import Published, Server

FAILED = "The book was not built"
CACHE, COMPLETE = Path("_build", ".jupyter_cache"), Path("_build", ".doctrees", "complete")
ENDINGS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""What asks a process to end, beside Ctrl-C: the system, a closed terminal."""


def end(number: int, frame: FrameType | None) -> NoReturn:
    """Clean up as on Ctrl-C, undisturbed by more of the kind."""
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt


def build(root: Path, say: Callable[[str], None]) -> str:
    """Build the book as `jupyter-book build .` does; what is wrong, if anything is.

    Say what executes and why, and how it ended.
    """
    began = time.monotonic()
    process = subprocess.Popen(
        [Path(sys.executable).with_name("jupyter-book"), "build", "."],
        cwd=root,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    lines = []
    try:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if line.startswith("executing "):
                say(lines[-1])
        code = process.wait()
    finally:
        process.terminate()
        process.wait()
    if code == 0:
        say(f"built in {time.monotonic() - began:.0f} s")
        return ""
    start = next((number for number, line in enumerate(lines) if line.startswith(FAILED)), 0)
    failure = "\n".join(lines[start:]) or f"jupyter-book ended with exit code {code}"
    say(failure)
    return failure


def executions(root: Path) -> set[int]:
    """The cached executions of notebooks, by number."""
    return {cast("int", record.pk) for record in get_cache(root / CACHE).list_cache_records()}


def distrust(root: Path, suspects: Iterable[int]) -> None:
    """Forget what was executed while files were edited: it may be made of newer data than its inputs say."""
    for number in suspects:
        get_cache(root / CACHE).remove_cache(number)
        (root / COMPLETE).unlink(missing_ok=True)


def serve(root: Path, names: Iterable[str], port: int, say: Callable[[str], None]) -> None:
    """Build, serve on this machine alone, and again after each edit of the named files; never returns.

    Raises: OSError if the port is taken.
    """
    for ending in ENDINGS:
        if signal.getsignal(ending) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(ending, end)
    with TemporaryDirectory(prefix="site-") as copies, watched(root, names) as edits:
        published = Published(Path(copies))
        with Server(port, published) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            say(f"{server.address} (Ctrl-C ends it)")
            while True:
                known = executions(root)
                failure = build(root, say)
                if not failure:
                    published.take(root / "_build" / "html")
                elif not edits.pending():  # else the next build begins at once
                    published.fail(failure)
                    say("The site is still as it was before. Waiting for the next edit.")
                if edits.pending():
                    distrust(root, executions(root) - known)
                say("edited: " + ", ".join(edits.next()))
