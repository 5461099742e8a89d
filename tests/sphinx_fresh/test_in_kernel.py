"""Before the first cell of a page, its kernel is prepared, and the page does not see it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from sphinx_fresh.notebooks import execute, kernels

CELL = "[*get_ipython().config.InlineBackend.figure_formats], 'prepare' in dir(), len(In)"


@pytest.mark.slow
@pytest.mark.parametrize("warm", [True, False], ids=["forked", "stock"])
def test_a_kernel_is_prepared(tmp_path, warm):
    zygote = kernels.Zygote([], tmp_path) if warm else None
    notebook = new_notebook(cells=[new_code_cell(CELL)])
    work = execute.Job("page", tmp_path / "page.md", notebook, "python3", 60, False)
    ThreadPoolExecutor(1).submit(execute.run_all, work, zygote, []).result()
    if zygote is not None:
        zygote.close()
    [output] = notebook.cells[0].outputs
    assert output.data["text/plain"] == "(['svg'], False, 2)"
    assert output.execution_count == 1
