"""What a cell of a page gives, shown by a prepared kernel."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from sphinx_fresh.mime import FIGURE

PREPARE = "__import__('sphinx_fresh.notebooks.in_kernel', fromlist=['_']).prepare()"
PLOT = "import matplotlib.pyplot as plt, numpy as np, pandas as pd\n"
CHART = "import altair as alt\nchart = alt.Chart(pd.DataFrame({'a': [1]})).mark_point().encode(x='a')\n"
GIVES = {  # a cell -> what it gives: the description of a figure, or text
    f"{PLOT}plt.xlabel('year')\nplt.plot([1, 2])": ["Chart of year."],
    "plt.title('T')": ["T. Chart without labels."],
    "plt.hist([1, 2, 2])": ["Chart without labels."],
    "plt.boxplot([1, 2])": ["Chart without labels."],
    "pd.DataFrame({'a': [1]}).hist()": ["a. Chart without labels."],
    "figure, axes = plt.subplots()\nfigure": ["Chart without labels."],
    "axes": [],
    "[1, 'a']": ["[1, 'a']"],
    "{'a': np.array([None])}": ["{'a': array([None], dtype=object)}"],
    f"{CHART}chart": ["Chart of a."],
    "(chart | chart).interactive()": ["Chart of a. Chart of a."],
    "from IPython.display import display\nfor each in (chart, 7):\n    display(each)": ["Chart of a.", "7"],
    "chart.display()": ["Chart of a."],
}


def said(output) -> str:
    """An output in short; the figure's own text is the same."""
    if FIGURE in output.data:
        figure = json.loads(output.data[FIGURE])
        assert not figure["numbered"] and bool(figure["svg"]) != bool(figure["spec"])
        assert "image/png" not in output.data
        return figure["description"]
    return output.data["text/plain"]


@pytest.mark.slow
@pytest.mark.parametrize("first", ["", "import matplotlib.pyplot"], ids=["stock", "matplotlib-was-imported"])
def test_what_cells_give(first):
    backend = f"import os\nchosen = os.environ.pop('MPLBACKEND')\n{first}\nos.environ['MPLBACKEND'] = chosen"
    cells = [new_code_cell(cell) for cell in (backend, PREPARE, *GIVES)]
    notebook = new_notebook(cells=cells)
    ThreadPoolExecutor(1).submit(NotebookClient(notebook, timeout=60).execute).result()
    assert [[said(output) for output in cell.outputs] for cell in notebook.cells[2:]] == [*GIVES.values()]


@pytest.mark.slow
def test_it_imports_no_library_that_a_page_might_not_need():
    names = "altair", "pandas", "numpy", "matplotlib", "sphinx", "docutils", "narwhals"
    cells = [
        new_code_cell(PREPARE),
        new_code_cell(f"import sys\nsorted({{*{names!r}}} & sys.modules.keys())"),
    ]
    notebook = new_notebook(cells=cells)
    ThreadPoolExecutor(1).submit(NotebookClient(notebook, timeout=60).execute).result()
    assert notebook.cells[1].outputs[0].data["text/plain"] == "[]"
