"""One notebook run in a kernel: cell by cell, with what it reads recorded, and what is said if it fails."""

from __future__ import annotations

import ast
import asyncio
import atexit
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.validator import NotebookValidationError
from sphinx.util import logging

from sphinx_fresh.notebooks.kernels import Recorded, WarmManager, Zygote
from sphinx_fresh.notebooks.runs import Report

ANSI = re.compile(r"\x1b\[[0-9;]*m")
"""What colours a traceback."""

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A page to execute: its file, its notebook with the stamp, and how the book wants it executed."""

    docname: str
    path: Path
    notebook: NotebookNode
    kernel: str
    timeout: int | None
    allow_errors: bool


def run_all(
    work: Job, recorded: Recorded, zygote: Zygote | None, begun: list[int], starts: int = 3
) -> Report:
    """Run all cells of a notebook, in place, and say what they read; ``begun`` gathers their numbers.

    A kernel that ends before it has run any is started again: another program may have taken a port that
    was meant for it.
    """
    client = NotebookClient(
        work.notebook,
        km=WarmManager(kernel_name=work.kernel, zygote=zygote),
        timeout=work.timeout,
        allow_errors=work.allow_errors,
        record_timing=False,
        resources={"metadata": {"path": str(work.path.parent)}},
        shutdown_kernel="immediate",  # it has nothing to save
        on_notebook_start=lambda notebook: prepare(client, recorded),
        on_cell_start=lambda cell, cell_index: begun.append(cell_index),
    )

    async def run() -> Report:
        try:
            await client.async_execute(cleanup_kc=False)
            return Report.of(await ask(client, "recorder.report()"))
        finally:
            if client.km is not None:
                await client._async_cleanup_kernel()

    try:
        return asyncio.run(run())
    except RuntimeError as error:
        # nbclient leaves it there, and without a kernel it fails at exit
        atexit.unregister(client._cleanup_kernel)
        if begun or starts == 1 or isinstance(error, DeadKernelError):
            raise
        LOGGER.info("%s: %s; starting another", work.docname, error)
        return run_all(work, recorded, zygote, begun, starts - 1)


async def prepare(client: NotebookClient, recorded: Recorded) -> None:
    """Have a Python kernel note what it reads, and show what cells give in a form that a page can hold."""
    await ask(client, f"recorder.begin(*{recorded!r})")
    await ask(client, "in_kernel.prepare()")


async def ask(client: NotebookClient, call: str) -> str:
    """What a function of this folder gives in a Python kernel, as text; it leaves no name behind.

    Nothing from a kernel of another language, or of a Python without this package.
    """
    kernel, manager = client.kc, client.km
    assert kernel is not None and manager is not None  # it was started
    if manager.kernel_spec is None or manager.kernel_spec.language != "python":
        return ""
    module, _, function = call.partition(".")
    called = {"said": f"__import__('sphinx_fresh.notebooks.{module}', fromlist=['_']).{function} or ''"}
    asked = kernel.execute("", silent=True, store_history=False, user_expressions=called)
    reply = await client.async_wait_for_reply(asked)
    said = reply["content"].get("user_expressions", {}).get("said", {}) if reply else {}
    if said.get("status") == "ok":
        return ast.literal_eval(said["data"]["text/plain"])
    if said.get("ename") != "ModuleNotFoundError":
        raise RuntimeError(f"{call}: {said.get('ename')}: {said.get('evalue')}")
    return ""


def failed(work: Job, begun: list[int], error: Exception) -> str:
    """Page, cell, the line that failed and the error."""
    line = 1
    match error:
        case CellExecutionError():
            # where an object fails to show itself, only the output knows why
            outputs = work.notebook.cells[begun[-1]].outputs
            raised = next((each for each in outputs if each.output_type == "error"), None)
            said = f"{(raised or error).ename}: {(raised or error).evalue}"
            line = line_of(raised) if raised else 1
        case CellTimeoutError():
            said = f"ran for more than {work.timeout} seconds"
        case NotebookValidationError():
            kind = "/".join(map(str, error.relative_path))
            said = f"no notebook can hold its output ({kind}); show an Altair chart, a table or a picture"
        case _:
            said = "the process that ran it ended"
    if not begun:
        return f"{work.docname}: {said}"
    cell = work.notebook.cells[begun[-1]]
    number = sum(each.cell_type == "code" for each in work.notebook.cells[: begun[-1] + 1])
    return in_cell(work.docname, number, cell.source, said, line)


def line_of(raised: Mapping[str, Any]) -> int:
    """The line of its cell that raised an error, or called what did, by its traceback; else the first."""
    text = ANSI.sub("", "\n".join(raised["traceback"]))
    found = re.findall(r"^\s*Cell In\[(\d+)\], line (\d+)$", text, flags=re.MULTILINE)
    return int([line for cell, line in found if cell == found[0][0]][-1]) if found else 1


def in_cell(docname: str, number: int, source: str, said: str, line: int = 1) -> str:
    """What went wrong, after the page, the cell and the line that failed."""
    lines = source.splitlines()
    shown = lines[min(line, len(lines)) - 1].strip() or source.strip().splitlines()[0]
    return f"{docname}, code cell {number} ({shown}): {said}"
