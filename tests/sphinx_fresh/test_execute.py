"""Results half written by a killed build, and kernels that end before they begin."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbformat.v4 import new_code_cell, new_notebook

from sphinx_fresh.notebooks import execute, kernels
from sphinx_fresh.notebooks.execute import mend
from sphinx_fresh.notebooks.kernels import written_since


def test_half_written_results_are_dropped(tmp_path):
    cache = get_cache(tmp_path / "cache")
    keys = []
    for text in ("1", "2", "3", "4"):
        notebook = new_notebook(cells=[new_code_cell(text, execution_count=1)])
        cache.cache_notebook_bundle(CacheBundleIn(notebook, text))
        keys.append(cache.match_cache_notebook(notebook).hashkey)
    folders = [tmp_path / "cache" / "executed" / key for key in keys]
    (folders[0] / "base.ipynb").write_text('{"cells": [')
    (folders[1] / "base.ipynb").unlink()
    shutil.rmtree(folders[2])
    (tmp_path / "cache" / "executed" / "unknown").mkdir()
    mend(tmp_path / "cache")
    assert [record.hashkey for record in get_cache(tmp_path / "cache").list_cache_records()] == keys[3:]
    assert [path.name for path in (tmp_path / "cache" / "executed").iterdir()] == keys[3:]
    (tmp_path / "cache" / "global.db").write_bytes(b"")
    mend(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_an_edit_since_the_last_build_is_seen(tmp_path):
    page, marker = tmp_path / "book" / "index.md", tmp_path / "_build" / "complete"
    for path in (page, tmp_path / ".venv" / "new.py", tmp_path / "_build" / "site" / "index.html", marker):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")

    def seen() -> bool:
        return written_since(tmp_path, tmp_path / "_build", marker)

    os.utime(page, (0, 0))
    os.utime(marker, (100, 100))
    assert not seen()
    os.utime(page, (101, 101))
    assert seen()
    os.utime(page, (0, 0))
    marker.unlink()
    assert seen()


@pytest.mark.slow
def test_a_kernel_that_ends_before_it_begins_is_started_again(tmp_path, monkeypatch):
    """Twice a process that has ended stands for the kernel."""
    recorded = (str(tmp_path), [], [])
    made = kernels.Zygote([], tmp_path, recorded)
    ended, fork = [], made.fork
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()

    def forked(*arguments):
        if len(ended) < 2:
            ended.append(process.pid)
            return process.pid
        return fork(*arguments)

    monkeypatch.setattr(made, "fork", forked)
    cells = [new_code_cell("6 * 7")]
    work = execute.Job("page", tmp_path / "page.md", new_notebook(cells=cells), "python3", 60, False)
    begun: list[int] = []
    threads = ThreadPoolExecutor(1)  # as in a build; the browser has a loop of its own in this one
    threads.submit(execute.run_all, work, recorded, made, begun).result()
    assert begun == [0] and len(ended) == 2
    assert work.notebook.cells[0].outputs[0].data["text/plain"] == "42"
    ended.clear()
    with pytest.raises(RuntimeError, match="died"):
        threads.submit(execute.run_all, work, recorded, made, [], starts=2).result()
    made.close()
