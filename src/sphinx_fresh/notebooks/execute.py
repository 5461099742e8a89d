"""Notebooks that the cache does not hold are executed, on the cores there are, while pages are read."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import Any, cast

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.cache.db import NbCacheRecord
from jupyter_client.kernelspec import NoSuchKernel
from myst_nb.core.config import NbParserConfig
from myst_nb.core.read import create_nb_reader, is_myst_markdown_notebook, read_myst_markdown_notebook
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.validator import NotebookValidationError
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging
from sqlalchemy.exc import SQLAlchemyError

from sphinx_fresh.notebooks.kernels import Recorded, Zygote
from sphinx_fresh.notebooks.run_page import Job, failed, run_all
from sphinx_fresh.notebooks.runs import Report
from sphinx_fresh.state import with_notebooks

LOGGER = logging.getLogger(__name__)


class FailedCells(SphinxError):
    """Pages whose code failed: ``said`` has a line for each, ``tracebacks`` what Python said."""

    category = "Execution"

    def __init__(self, failures: dict[str, Failure]):
        self.said = [failure.said for _, failure in sorted(failures.items())]
        self.tracebacks = {name: failure.traceback for name, failure in failures.items()}
        super().__init__("\n".join(self.said))


@dataclass(frozen=True)
class Failure:
    """Page, cell and error in a line; and the traceback."""

    said: str
    traceback: str


@dataclass(frozen=True)
class Done:
    """How long a page took, and what it has read."""

    seconds: float
    report: Report


Result = Done | Failure


def job(env: BuildEnvironment, docname: str, text: str) -> Job | None:
    """How a page is executed; None if myst-nb does that, or nobody: the mode is not ``cache``."""
    config = with_notebooks(env).mystnb_config
    path = Path(env.doc2path(docname))
    reader = create_nb_reader(str(path), with_notebooks(env).myst_config, config, text)
    if reader is None:
        return None
    notebook = reader.read(text)
    settings = notebook.metadata.get(config.metadata_key, {})
    if not followed(env, docname, settings):
        return None
    config, own = settings_of(config, settings), notebook.metadata.get("execution", {})
    timeout = own.get("timeout", config.execution_timeout)
    kernel = notebook.metadata.get("kernelspec", {}).get("name", "python3")
    return Job(
        docname, path, notebook, kernel, timeout, own.get("allow_errors", config.execution_allow_errors)
    )


def settings_of(config: NbParserConfig, own: Mapping[str, Any]) -> NbParserConfig:
    """The settings of a page with some of its own, as myst-nb takes them: none if one of them is wrong."""
    try:
        return config.copy(**{name: value for name, value in own.items() if name != "output_folder"})
    except Exception:  # myst-nb says what is wrong
        return config


def followed(env: BuildEnvironment, docname: str, own: Mapping[str, Any]) -> bool:
    """Whether a page, with these settings of its own, is executed here, and not by myst-nb or by nobody."""
    return "cache" == with_notebooks(env).mystnb_config.execution_mode == mode(env, docname, own)


def mode(env: BuildEnvironment, docname: str, own: Mapping[str, Any]) -> str:
    """How a page with these settings of its own is executed; "off": not at all."""
    config = with_notebooks(env).mystnb_config
    path = Path(env.doc2path(docname))
    excluded = any(path.match(pattern) for pattern in config.execution_excludepatterns)
    return "off" if excluded else settings_of(config, own).execution_mode


def is_cached(env: BuildEnvironment, notebook: NotebookNode) -> bool:
    """Whether the notebook's code was executed before, with the same stamp."""
    try:
        get_cache(with_notebooks(env).mystnb_config.execution_cache_path).match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


def keep_without_code(env: BuildEnvironment, docname: str, text: str) -> None:
    """Put a notebook in which nothing is to be run into the cache, or myst-nb starts a kernel for it."""
    work = job(env, docname, text) if is_myst_markdown_notebook(text) else None
    if work is None or any(cell.cell_type == "code" for cell in work.notebook.cells):
        return
    if not is_cached(env, work.notebook):
        cache = get_cache(with_notebooks(env).mystnb_config.execution_cache_path)
        bundle = CacheBundleIn(work.notebook, str(work.path))
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


class Executor:
    """Executes jobs in the order given.

    ``wait`` puts a page's result into the cache, and raises if any page failed. ``refused`` says why a result
    cannot be kept, from what the kernel has recorded; ``stamped`` gives the text under which it is kept.
    """

    def __init__(
        self,
        env: BuildEnvironment,
        jobs: Iterable[Job],
        recorded: Recorded,
        zygote: Zygote | None,
        *,
        said: Callable[[str], None],
        after: Callable[[NotebookNode], None],
        refused: Callable[[str, Report], str | None],
        stamped: Callable[[str, Report], str],
    ):
        self.jobs = {each.docname: each for each in jobs}
        self.cache = get_cache(with_notebooks(env).mystnb_config.execution_cache_path)
        self.recorded, self.said, self.after = recorded, said, after
        self.refused, self.stamped = refused, stamped
        self.zygote = zygote
        self.pool = ThreadPoolExecutor(2 * cores())  # starting a kernel is half waiting
        self.futures: dict[str, Future] = {
            name: self.pool.submit(self._run, each) for name, each in self.jobs.items()
        }
        self.before = signal.signal(signal.SIGINT, self._interrupted)

    def _run(self, work: Job) -> Result:
        """The notebook is filled in place."""
        if not threading.main_thread().is_alive():
            raise RuntimeError("the build was stopped")
        self.said(work.docname)
        start = perf_counter()
        begun: list[int] = []
        try:
            report = run_all(work, self.recorded, self.zygote, begun)
        except NoSuchKernel as error:
            fix = "write `name: python3` under kernelspec"
            said = f"{work.docname}: no kernel is called {error.name!r} here; {fix}"
            return Failure(said, said)
        except (CellExecutionError, CellTimeoutError, DeadKernelError, NotebookValidationError) as error:
            return Failure(failed(work, begun, error), traceback.format_exc())
        seconds = perf_counter() - start
        if why := self.refused(work.docname, report):
            said = f"{work.docname}: {why}"
            return Failure(said, said)
        self.after(work.notebook)
        return Done(seconds, report)

    def wait(self, docname: str) -> None:
        """Return once the page's result is in the cache.

        Raises FailedCells, for all pages, if this one failed.
        """
        future = self.futures.pop(docname, None)
        if future is None:
            return
        result = future.result()
        if isinstance(result, Failure):
            self._fail(docname, result)
        else:
            self._keep(docname, result)

    def executed(self, docname: str) -> NotebookNode | None:
        """The page's notebook as this build executed it, once ``wait`` has returned; None if it did not."""
        work = self.jobs.get(docname)
        return work.notebook if work is not None else None

    def _keep(self, docname: str, done: Done) -> None:
        work = self.jobs[docname]
        stamp = read_myst_markdown_notebook(self.stamped(docname, done.report)).cells[-1]
        work.notebook.cells.append(stamp)
        bundle = CacheBundleIn(work.notebook, str(work.path), data={"execution_seconds": done.seconds})
        self.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    def _fail(self, docname: str, failure: Failure) -> None:
        """Keep what the other pages gave, then say every failure."""
        failures = {docname: failure}
        for other in list(self.futures):
            result = self.futures.pop(other).result()
            if isinstance(result, Failure):
                failures[other] = result
            else:
                self._keep(other, result)
        raise FailedCells(failures)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-C: without their kernels no thread goes on, for which Python would wait."""
        self.close()
        signal.default_int_handler(number, frame)

    def close(self) -> None:
        """End the kernels; pages not begun are left."""
        signal.signal(signal.SIGINT, self.before)
        self.pool.shutdown(wait=False, cancel_futures=True)
        if self.zygote is not None:
            self.zygote.close()
        self.pool.shutdown()


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def mend(folder: Path) -> None:
    """After a build that was killed: drop from the notebook cache what was half written."""
    if not folder.exists():
        return
    cache = get_cache(folder)
    try:
        records = cache.list_cache_records()
    except (RuntimeError, SQLAlchemyError):  # the database was being made
        shutil.rmtree(folder)
        return
    for record in records:
        if not is_notebook(folder / "executed" / record.hashkey / "base.ipynb"):
            NbCacheRecord.remove_record(cast("int", record.pk), cache.db)
    known = {record.hashkey for record in cache.list_cache_records()}
    for path in (folder / "executed").glob("*"):
        if path.name not in known:
            shutil.rmtree(path)


def is_notebook(path: Path) -> bool:
    """Whether the whole file is there."""
    try:
        return "cells" in json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
