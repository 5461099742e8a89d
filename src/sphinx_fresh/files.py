"""Files that pages bring with them (data downloads), kept with the page and written with the site."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from sphinx_fresh.state import book

LOGGER = logging.getLogger(__name__)
FOLDER = "downloads"
FORMULA = ("=", "+", "-", "@", "\t")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def kept(app: Sphinx) -> Path:
    """The folder beside the site for what one build leaves to the next."""
    return Path(app.outdir).parent / ".site"


def made_once(path: Path, make: Callable[[], str]) -> str:
    """The text of a file, made if it is not there or cannot be read."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        text = path.read_text(encoding="utf-8")
        if text.strip("\0"):  # a machine that stopped may have left nothing, or zeros
            return text
    text = make()
    write_whole(path, text.encode())
    return text


def read_record(path: Path) -> dict:
    """What an earlier build has left in a JSON file; nothing, if that is gone or damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is never there by half, even if the machine stops."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{threading.get_ident()}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def write_if_other(path: Path, text: str) -> None:
    """Write a file of the site, if it is not just that already."""
    content = text.encode()
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns and rows as CSV, an absent value as an empty field; safe to open in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(inert, columns))
    writer.writerows(map(inert, row) for row in rows)
    return text.getvalue()


def inert(value: object) -> object:
    """A value that no spreadsheet takes for a formula: text that begins like one is behind an apostrophe."""
    if not isinstance(value, str):
        return value
    value = re.sub("\r\n?", "\n", value)  # which the writer would leave bare, as if the row ended there
    return f"'{value}" if value.startswith(FORMULA) and not NUMBER.fullmatch(value) else value


def record(env: BuildEnvironment, name: str, text: str) -> None:
    """Note that the page being read brings `downloads/<name>`."""
    if Path(name).name != name:
        raise ValueError(f"{name!r} is no file name")
    book(env).files.setdefault(env.docname, {})[name] = text


def link(builder: Builder, docname: str, name: str) -> str:
    """The address of `downloads/<name>` as seen from a page."""
    return relative_uri(builder.get_target_uri(docname), f"{FOLDER}/{name}")


def link_here(translator: HTML5Translator, name: str) -> str:
    """The address of `downloads/<name>` as seen from the page being written."""
    return link(translator.builder, translator.builder.current_docname, name)


def write(app: Sphinx, exception: Exception | None) -> None:
    """Make the folder hold exactly the recorded files."""
    if exception is not None or app.builder.format != "html":
        return
    wanted: dict[str, str] = {}
    for page, files in sorted(book(app.env).files.items()):
        for name, text in files.items():
            if wanted.setdefault(name, text) != text:
                LOGGER.warning("another page brings a different file named %s", name, location=page)
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, text in sorted(wanted.items()):
        write_if_other(folder / name, text)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("build-finished", write)
