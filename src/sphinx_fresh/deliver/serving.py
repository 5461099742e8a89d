"""The site over http while it is edited: built again after each edit, then loaded again by the browser.

The pages on disk stay as they are built; what reloads them is added on their way to the browser. What is
served is a copy of the last build that ended well.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from typing import cast

from jupyter_cache import get_cache
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

CHANGES = "/-/changes"
SCRIPT = "/-/reload.js"
RELOAD = f"""<script src="{SCRIPT}" data-version="%s"></script>
"""
RELOADING = f"""var version = document.currentScript.dataset.version;
new EventSource("{CHANGES}").onmessage = function (message) {{
  if (message.data !== version) {{ location.reload(); }}
}};
"""
STRICT, SERVED = "default-src 'none';", "default-src 'none'; connect-src 'self';"
"""What a page's policy begins with; and with leave to hear of changes."""

NOTHING_YET = (
    "<!DOCTYPE html><title>Not built yet</title><p>The book is not built yet. The terminal says more.</p>"
)
QUIET_SECONDS = 0.3  # an edit has ended when nothing was written for so long
SIGN_OF_LIFE_SECONDS = 15.0
EDITS = ("created", "modified", "moved", "deleted")
FAILED = "The book was not built"
CACHE, COMPLETE = Path("_build", ".jupyter_cache"), Path("_build", ".doctrees", "complete")


class Published:
    """The copy of the site that is served, and its version."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._number = 0
        self._run = f"{os.getpid()}-{time.time_ns()}"  # a page of an earlier run is out of date as well
        self._changed = threading.Condition()

    @property
    def site(self) -> Path | None:
        """The folder to serve; None before the first good build."""
        return self._folder / str(self._number) if self._number else None

    @property
    def version(self) -> str:
        """A name for what is served."""
        return f"{self._run}-{self._number}"

    def take(self, html: Path) -> None:
        """Copy a built site, serve it from now on, and tell those who wait.

        The copy before stays for its readers.
        """
        shutil.copytree(html, self._folder / str(self._number + 1))
        with self._changed:
            self._number += 1
            self._changed.notify_all()
        shutil.rmtree(self._folder / str(self._number - 2), ignore_errors=True)

    def wait(self, known: str, seconds: float) -> str:
        """The version, as soon as it is not the known one or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != known, seconds)
            return self.version


class Handler(SimpleHTTPRequestHandler):
    """Serves the copy, with the reloading script in each page; never from the browser's cache."""

    published: Published

    def translate_path(self, path: str) -> str:
        """A file of what is served now."""
        self.directory = str(self.published.site or os.devnull)
        return super().translate_path(path)

    def do_GET(self) -> None:
        """Answer, unless the browser has gone: a reload ends the requests of the page before it."""
        try:
            self.answer()
        except ConnectionError:
            self.close_connection = True

    def answer(self) -> None:
        """A page with the script, the stream of versions, or a file as it is."""
        if self.path == CHANGES:
            self.tell_changes()
            return
        if self.path == SCRIPT:
            self.send_text("text/javascript", RELOADING)
            return
        version = self.published.version  # before the page is read: at worst it is loaded once too often
        if self.published.site is None:
            self.send_page(NOTHING_YET, version)
            return
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.split("?")[0].endswith("/"):
            path /= "index.html"
        if path.suffix == ".html" and path.is_file():
            self.send_page(path.read_text(encoding="utf-8"), version)
        else:
            super().do_GET()

    def send_page(self, text: str, version: str) -> None:
        """A page and its script."""
        self.send_text("text/html", text.replace(STRICT, SERVED, 1) + RELOAD % version)

    def send_text(self, kind: str, text: str) -> None:
        """A text of a kind."""
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def tell_changes(self) -> None:
        """The version now and whenever it changes, until the browser goes."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        told = ""
        while True:
            version = self.published.wait(told, SIGN_OF_LIFE_SECONDS)
            self.wfile.write(f"data: {version}\n\n".encode() if version != told else b":\n\n")
            told = version

    def end_headers(self) -> None:
        """No answer is kept by the browser: its next version may have the same name."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not worth a line; builds are."""


class Edits(FileSystemEventHandler):
    """Collects the files that are written, of those to be watched."""

    def __init__(self, root: Path, names: Iterable[str]):
        self.root = root
        self.names = frozenset(names)
        self._written: SimpleQueue[str] = SimpleQueue()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note a file that was written: not one that was read, nor an editor's or Python's own."""
        if event.event_type not in EDITS or event.is_directory:
            return
        for path in filter(None, (event.src_path, event.dest_path)):
            name = Path(os.fsdecode(path)).relative_to(self.root)
            if name.parts[0] in self.names and not is_private(name):
                self._written.put(name.as_posix())

    def pending(self) -> bool:
        """Whether something was written that nobody has asked for."""
        return not self._written.empty()

    def next(self) -> list[str]:
        """Wait for an edit, and until it has ended; the files."""
        files = {self._written.get()}
        with suppress(Empty):
            while True:
                files.add(self._written.get(timeout=QUIET_SECONDS))
        return sorted(files)


def is_private(path: Path) -> bool:
    """Whether a file is nobody's text: hidden, compiled, or an editor's copy."""
    return path.name.endswith(("~", ".pyc")) or any(
        part.startswith((".", "#")) or part in ("__pycache__", "_build") for part in path.parts
    )


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


def build(root: Path, say: Callable[[str], None]) -> bool:
    """Build the book as `jupyter-book build .` does.

    Say what executes and why, and at the end what is wrong.
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
        return True
    start = next((number for number, line in enumerate(lines) if line.startswith(FAILED)), 0)
    say("\n".join(lines[start:]))
    return False


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
    with TemporaryDirectory(prefix="site-") as copies, watched(root, names) as edits:
        published = Published(Path(copies))
        handler = type("BookHandler", (Handler,), {"published": published})
        with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            say(f"http://127.0.0.1:{server.server_port}/ (Ctrl-C ends it)")
            while True:
                known = executions(root)
                if build(root, say):
                    published.take(root / "_build" / "html")
                else:
                    say("The site is still as it was before. Waiting for the next edit.")
                if edits.pending():
                    distrust(root, executions(root) - known)
                say("edited: " + ", ".join(edits.next()))
