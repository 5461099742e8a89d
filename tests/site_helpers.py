"""Builds the fixture book as a reader would, and opens it in a browser that can reach nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from places import TESTS
from playwright.sync_api import expect

SOURCE = TESTS / "fixture_book"
NO_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Build:
    """How one `jupyter-book build .` ended."""

    code: int
    output: str
    errors: str

    @property
    def executed(self) -> dict[str, str]:
        """Chapter -> what changed, from the log, where a line may begin with how far the build is."""
        return dict(re.findall(r"executing (\S+): (.+)$", self.output, flags=re.MULTILINE))

    @property
    def alone(self) -> int:
        """How many notebooks myst-nb ran while it read their page, and so not beside others."""
        return self.output.count("Executing notebook using")


class Book:
    """A copy of the fixture book that can be edited, built and put back."""

    def __init__(self, folder: Path):
        self.folder = folder / "book"
        self.distributions = folder / "distributions"
        shutil.copytree(SOURCE, self.folder, ignore=shutil.ignore_patterns("_build", "__pycache__"))
        self.set_version("1.0")
        self.edited = self.built = False

    def set_version(self, version: str) -> None:
        """Pretend that another version of a library is installed."""
        self.edited, self.built = True, False
        folder = self.distributions / "toydist.dist-info"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: toydist\nVersion: {version}\n")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace one text by another in a file of the book."""
        text = (self.folder / path).read_text(encoding="utf-8")
        self.edited, self.built = True, False
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        (self.folder / path).write_text(text.replace(old, new), encoding="utf-8")

    def restore(self) -> None:
        """Put every source back, and the library's version."""
        shutil.copytree(
            SOURCE, self.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("_build", "__pycache__")
        )
        for path in (p for p in (self.folder / "book").iterdir() if not (SOURCE / "book" / p.name).exists()):
            path.unlink()
        self.set_version("1.0")
        self.edited = False

    def start(self, path: str = ".") -> subprocess.Popen:
        """Begin the command that a person types, in a process group of its own."""
        modules = os.pathsep.join(
            filter(None, [str(self.folder), str(self.distributions), os.environ.get("PYTHONPATH")])
        )
        return subprocess.Popen(
            [Path(sys.executable).parent / "jupyter-book", "build", path],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": modules},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def end(self, started: subprocess.Popen) -> Build:
        """Wait for it."""
        output, errors = started.communicate()
        self.built = started.returncode == 0 and not self.edited
        return Build(started.returncode, NO_COLOUR.sub("", output), NO_COLOUR.sub("", errors))

    def build(self, path: str = ".") -> Build:
        """The command that a person types."""
        return self.end(self.start(path))

    def files(self) -> dict[str, bytes]:
        """Every file of the site by name."""
        return {
            p.relative_to(self.site).as_posix(): p.read_bytes() for p in self.site.rglob("*") if p.is_file()
        }

    @property
    def site(self) -> Path:
        return self.folder / "_build" / "html"

    def page(self, name: str) -> str:
        """The HTML of a page."""
        return (self.site / f"{name}.html").read_text(encoding="utf-8")

    def pages(self) -> dict[str, str]:
        """Every page by name."""
        names = [path.relative_to(self.site).as_posix() for path in sorted(self.site.rglob("*.html"))]
        return {
            name: (self.site / name).read_text(encoding="utf-8")
            for name in names
            if not name.startswith("_static/")
        }


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a log."""

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder over http."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Visit:
    """A page opened in the browser, with everything that went wrong on it."""

    def __init__(self, browser, address: str, **options):
        self.problems: list[str] = []
        self.context = context = browser.new_context(**options)
        context.route("**/*", self.allow)
        self.page = context.new_page()
        self.page.on(
            "console",
            lambda message: message.type in ("error", "warning") and self.problems.append(message.text),
        )
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("requestfailed", lambda request: self.problems.append(f"failed: {request.url}"))
        self.page.on(
            "response",
            lambda answer: answer.status >= 400 and self.problems.append(f"{answer.status}: {answer.url}"),
        )
        self.page.goto(address)
        self.page.mouse.move(1, 1)  # charts are drawn when the reader first does something
        self.page.wait_for_timeout(100)  # what scripts ask for after loading

    def allow(self, route) -> None:
        """Nothing but the local site."""
        if route.request.url.startswith(("http://127.0.0.1:", "file://", "data:")):
            route.continue_()
        else:
            self.problems.append(f"asked for {route.request.url}")
            route.abort()


def wait_for_charts(visit: Visit, charts: int) -> None:
    """Until so many charts are drawn, as they are when they come near the view; patient, since a busy
    machine draws slowly.
    """
    expect(visit.page.locator(".site-chart[data-library]")).to_have_count(charts)
    for chart in visit.page.locator(".site-chart[data-library]").all():
        chart.scroll_into_view_if_needed()
        visit.page.mouse.move(2, 2)  # again, where a page sent the reader on
        expect(chart).to_have_attribute("data-drawn", "", timeout=60_000)
    expect(visit.page.locator(".site-chart[data-drawn] .site-chart-live svg")).to_have_count(
        charts, timeout=60_000
    )


def wait_until(page, expression: str) -> None:
    """Until an expression is true, asked again and again: the page's policy lets no script wait for it
    there.
    """
    for _ in range(600):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {expression}")
