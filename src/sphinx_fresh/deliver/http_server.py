"""The site over http, for this machine's browser alone: pages that hear of builds, and load themselves again.

The pages on disk stay as they are built; the script is added on their way to the browser. What is served
is a copy of the last build that ended well.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import threading
import time
from contextlib import suppress
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO, cast

CHANGES = "/-/changes"
SCRIPT = "/-/reload.js"
RELOAD = f"""<script src="{SCRIPT}" data-version="%s"></script>
"""
RELOADING = f"""(function (version) {{
  "use strict";
  var banner = document.createElement("pre"), stream = null;
  banner.setAttribute("role", "alert");
  banner.style.cssText = "position: fixed; inset: auto 0 0; z-index: 9999; max-height: 50vh; " +
    "overflow: auto; margin: 0; padding: 1rem; background: #8b1a1a; color: #fff; white-space: pre-wrap";
  function hear(message) {{
    var said = JSON.parse(message.data);
    if (said.version !== version) {{ location.reload(); return; }}
    banner.textContent = said.failure;
    if (said.failure) {{ document.body.append(banner); }} else {{ banner.remove(); }}
  }}
  function listen() {{ /* a browser keeps few connections to one host: hidden pages need none */
    if (stream) {{ stream.close(); }}
    stream = document.hidden ? null : new EventSource("{CHANGES}");
    if (stream) {{ stream.onmessage = hear; }}
  }}
  document.addEventListener("visibilitychange", listen);
  listen();
}})(document.currentScript.dataset.version);
"""
STRICT, SERVED = "default-src 'none';", "default-src 'none'; connect-src 'self';"
"""What a page's policy begins with; and with leave to hear of changes."""

NOTHING_YET = (
    "<!DOCTYPE html><title>Not built yet</title><p>The book is not built yet. The terminal says more.</p>"
)
HOSTS = ("localhost", "127.0.0.1", "[::1]")
"""By these names a browser on this machine asks; a page from elsewhere asks by its own."""
IDLE_SECONDS = 10.0
SIGN_OF_LIFE_SECONDS = 15.0


class Published:
    """The copy of the site that is served, its version, and how the last build failed."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._number = 0
        self._failure = ""
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

    @property
    def state(self) -> str:
        """What pages hear: the version, and the failure if the last build failed."""
        return json.dumps({"version": self.version, "failure": self._failure})

    def take(self, html: Path) -> None:
        """Copy a built site, serve it from now on, and tell those who wait.

        The copy before stays for its readers.
        """
        shutil.copytree(html, self._folder / str(self._number + 1))
        with self._changed:
            self._number += 1
            self._failure = ""
            self._changed.notify_all()
        shutil.rmtree(self._folder / str(self._number - 2), ignore_errors=True)

    def fail(self, failure: str) -> None:
        """Tell those who wait that a build failed; what is served stays."""
        with self._changed:
            self._failure = failure
            self._changed.notify_all()

    def wait(self, known: str, seconds: float) -> str:
        """The state, as soon as it is not the known one or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self.state != known, seconds)
            return self.state


class Handler(SimpleHTTPRequestHandler):
    """Serves the copy, with the reloading script in each page; never from the browser's cache."""

    timeout = IDLE_SECONDS

    @property
    def book(self) -> Server:
        """What it answers for."""
        return cast("Server", self.server)

    def handle(self) -> None:
        """Answer, unless the browser has gone: a reload ends the requests of the page before it."""
        with suppress(ConnectionError):
            super().handle()

    def parse_request(self) -> bool:
        """Whether a request is to be answered: not where another site has its own name lead here."""
        if not super().parse_request():
            return False
        if self.headers.get("Host", "").lower() in self.book.hosts:
            return True
        self.send_error(HTTPStatus.MISDIRECTED_REQUEST, explain=f"Ask for {self.book.address}")
        return False

    def do_GET(self) -> None:
        """The stream of states, or a file."""
        if self.path == CHANGES:
            self.tell_changes()
        else:
            super().do_GET()

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """A page with the script, or a file as it is."""
        if self.path == SCRIPT:
            return self.text("text/javascript", RELOADING)
        published = self.book.published
        version = published.version  # before the page is read: at worst it is loaded once too often
        if published.site is None:
            return self.page(NOTHING_YET, version)
        self.directory = str(published.site)
        try:
            path = self.translate_path(self.path)
            os.stat(path)  # says of every name that can be no file's what is wrong with it
            page = Path(path, "index.html") if path.endswith("/") else Path(path)
            if page.suffix == ".html" and page.is_file():
                return self.page(page.read_text(encoding="utf-8"), version)
            return super().send_head()
        except (OSError, ValueError):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        """A folder is no page."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def page(self, text: str, version: str) -> io.BytesIO:
        """A page and its script."""
        return self.text("text/html", text.replace(STRICT, SERVED, 1) + RELOAD % version)

    def text(self, kind: str, text: str) -> io.BytesIO:
        """A text of a kind, after its headers."""
        content = text.encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def tell_changes(self) -> None:
        """The state now and whenever it changes, until the browser goes."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        told = ""
        while True:
            state = self.book.published.wait(told, SIGN_OF_LIFE_SECONDS)
            self.wfile.write(f"data: {state}\n\n".encode() if state != told else b":\n\n")
            told = state

    def end_headers(self) -> None:
        """No answer is kept by the browser: its next version may have the same name."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not worth a line; builds are."""


class Server(ThreadingHTTPServer):
    """Answers on this machine alone. OSError: the port is taken."""

    request_queue_size = 128  # a page asks for many files at once

    def __init__(self, port: int, published: Published):
        super().__init__(("127.0.0.1", port), Handler)
        self.published = published
        self.address = f"http://127.0.0.1:{self.server_port}/"
        self.hosts = {f"{host}:{self.server_port}" for host in HOSTS}
        if self.server_port == 80:
            self.hosts |= set(HOSTS)  # browsers leave out a port that goes without saying
