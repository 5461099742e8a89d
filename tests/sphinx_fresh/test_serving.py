"""`ceg serve` on the fixture book: an edit reaches the open page, a failed build does not, and the files
stay as built.
"""

import errno
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest
from site_helpers import Book
from typer.testing import CliRunner

from ceg.cli.main import app
from sphinx_fresh.deliver import http_server

PATIENCE_SECONDS = 90


def heed_signals() -> None:
    """A shell's background jobs ignore Ctrl-C, and the closing of the terminal after nohup."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Serving:
    """The command, running, and what it has said."""

    def __init__(self, book: Book, *options: str):
        path = os.pathsep.join(
            filter(None, [str(book.folder), str(book.distributions), os.environ.get("PYTHONPATH")])
        )
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from ceg.cli.main import app; app()", "serve", "--port", "0", *options],
            cwd=book.folder,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=heed_signals,
            start_new_session=True,  # so that the test's interrupt reaches it and its build, as Ctrl-C does
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        """Keep each line."""
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def said(self, pattern: str, times: int = 1) -> list[str]:
        """Wait until so many lines match; those lines."""
        end = time.monotonic() + PATIENCE_SECONDS
        running = True
        while running:
            running = self.reader.is_alive() and time.monotonic() < end
            found = [line for line in self.lines if re.search(pattern, line)]
            if len(found) >= times:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{pattern!r} was not said {times} times:\n" + "\n".join(self.lines))

    def interrupt(self) -> int:
        """Ctrl-C; the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(20)


@pytest.fixture
def serving(tmp_path):
    """A copy of the fixture book, served."""
    book = Book(tmp_path)
    running = Serving(book)
    yield book, running
    if running.process.poll() is None:
        os.killpg(running.process.pid, signal.SIGKILL)


@pytest.mark.verify
def test_an_edit_reaches_the_open_page(serving, chromium):
    book, running = serving
    address = running.said(r"^http://127\.0\.0\.1:\d+/")[0].split()[0]
    with urllib.request.urlopen(address) as early:
        assert early.status == 200  # while the first build runs
    page = chromium.new_page()
    page.goto(f"{address}book/charts.html")  # opened before it exists: comes when it is built
    running.said("^built in")
    assert set(
        re.findall(r"^executing (\S+): first time$", "\n".join(running.lines), flags=re.MULTILINE)
    ) == {
        "book/index",
        "book/charts",
        "book/tables",
    }
    page.get_by_text("8.5", exact=True).last.wait_for()

    book.edit("data/rows.csv", "bee,2,4.25", "bee,2,6.125")
    page.get_by_text("12.25", exact=True).last.wait_for(timeout=PATIENCE_SECONDS * 1000)
    assert running.said("^executing book/charts: row bee$")
    assert running.said("^edited: data/rows.csv$")
    assert len(running.said("^built in")) == 2
    assert http_server.CHANGES not in (book.site / "book/charts.html").read_text(encoding="utf-8")

    book.edit(
        "toybook/rows.py", 'row["y"]', 'row["no such column"]'
    )  # not watched: changes nothing by itself
    book.edit("data/rows.csv", "bee,2,6.125", "bee,2,1.125")
    running.said("^The site is still as it was before")
    assert any(line.startswith("The book was not built:") for line in running.lines)
    assert any("no such column" in line for line in running.lines)
    page.get_by_role("alert").filter(has_text="no such column").wait_for()
    page.reload()
    assert page.get_by_text("12.25", exact=True).count()
    book.edit("toybook/rows.py", 'row["no such column"]', 'row["y"]')
    book.edit("data/rows.csv", "bee,2,1.125", "bee,2,5.125")
    page.get_by_text("10.25", exact=True).last.wait_for(timeout=PATIENCE_SECONDS * 1000)
    assert page.get_by_role("alert").count() == 0

    page.close()
    assert running.interrupt() == 0
    assert running.said("^ended$") == running.lines[-1:]


@pytest.mark.verify
def test_an_edit_during_a_build_is_built_and_mixes_nothing(serving, chromium):
    book, running = serving
    address = running.said(r"^http://127\.0\.0\.1:\d+/")[0].split()[0]
    running.said("^built in")
    page = chromium.new_page()
    page.goto(f"{address}book/charts.html")
    slow = 'import time; time.sleep(4)\nfigure("fig-ants"'
    book.edit("book/charts.md", 'figure("fig-ants"', slow)
    running.said("^executing book/charts", times=2)
    book.edit(
        "data/rows.csv", "bee,2,4.25", "bee,2,2.0625"
    )  # read by the chapter that is executing, and built again
    running.said("^edited: data/rows.csv$")
    page.get_by_text("4.125", exact=True).last.wait_for(timeout=PATIENCE_SECONDS * 1000)
    assert page.get_by_role("alert").count() == 0
    book.edit(
        "data/rows.csv", "bee,2,2.0625", "bee,2,4.25"
    )  # what the edited build took for this is not used
    page.get_by_text("8.5", exact=True).last.wait_for(timeout=PATIENCE_SECONDS * 1000)
    page.close()

    before = len(running.said("^executing book/charts"))
    book.edit("data/rows.csv", "bee,2,4.25", "bee,2,3")
    running.said("^executing book/charts", times=before + 1)
    assert running.interrupt() == 0  # in the middle of a build
    assert running.said("^ended$") == running.lines[-1:]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_however_it_is_ended_it_leaves_nothing(tmp_path, monkeypatch, ending):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    running = Serving(Book(tmp_path))
    running.said(r"^http://127\.0\.0\.1:\d+/")
    assert list((tmp_path / "temporary").glob("site-*"))
    os.kill(running.process.pid, ending)
    assert running.process.wait(20) == 0
    assert running.said("^ended$") == running.lines[-1:]
    assert list((tmp_path / "temporary").glob("site-*")) == []


def test_a_taken_port_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        second = Serving(Book(tmp_path), "--port", str(port))
        assert second.said(f"found {port}, in use; allowed: a free port")
        assert second.process.wait(PATIENCE_SECONDS) == 1


def test_only_a_book_is_served(tmp_path):
    done = CliRunner().invoke(app, ["serve", str(tmp_path)])
    assert done.exit_code == 1
    assert "no _toc.yml" in done.stderr


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EADDRINUSE, "--port: found 8000, in use; allowed: a free port"),
        (errno.EACCES, "ceg serve: found [Errno 13] Permission denied; allowed: leave to use the port"),
        (errno.ENOSPC, "ceg serve: found [Errno 28] No space left on device; allowed: leave to use the port"),
    ],
)
def test_what_the_system_refuses_is_said(tmp_path, monkeypatch, number, said):
    def refuse(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("sphinx_fresh.deliver.serving.serve", refuse)
    (tmp_path / "_toc.yml").touch()
    done = CliRunner().invoke(app, ["serve", str(tmp_path)])
    assert done.exit_code == 1
    assert said in done.stderr
