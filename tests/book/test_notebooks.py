"""Every chapter as a notebook: opened through jupytext it gives the site's figures; its page brings it,
executed.
"""

import json
import re
from pathlib import Path

import jupytext
import nbclient
import nbformat
import pytest
import vl_convert
from bs4 import BeautifulSoup
from places import ROOT, pages
from tiers import sampled

from sphinx_fresh import show
from sphinx_fresh.notebooks import download as notebooks

TOC = pages()
CHAPTERS = [name for name in TOC if "{code-cell}" in (ROOT / f"{name}.md").read_text(encoding="utf-8")]
IN_FULL = sampled(CHAPTERS, ["book/paper/01-executive-summary"])


def download(html: Path, name: str) -> nbformat.NotebookNode:
    return nbformat.read(html / "downloads" / notebooks.file_name(name), as_version=4)


def code(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def run(notebook: nbformat.NotebookNode, folder: Path) -> list[dict]:
    """The figures and tables that a notebook gives when all its cells are run in a folder."""
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return shown(notebook)


def shown(notebook: nbformat.NotebookNode) -> list[dict]:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    bundles = [show.unpacked(output["data"]) for output in outputs if "data" in output]
    found = [bundle[kind] for bundle in bundles for kind in (show.FIGURE, show.TABLE) if kind in bundle]
    return [one for one in found if one["name"]]  # a plain Altair chart is one of the site alone


@pytest.mark.parametrize("name", IN_FULL)
def test_a_chapter_run_as_a_notebook_gives_the_site_s_figures(html, name):
    expected = shown(download(html, name))
    assert run(jupytext.read(ROOT / f"{name}.md"), (ROOT / name).parent) == expected


def test_a_downloaded_notebook_runs_elsewhere(html, tmp_path):
    name = "book/paper/03-1-tools"
    notebook = download(html, name)
    expected = shown(notebook)
    assert len(expected) == 5
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    assert run(notebook, tmp_path) == expected


@pytest.mark.parametrize("name", TOC)
def test_a_page_with_code_brings_its_notebook(html, name):
    links = BeautifulSoup((html / f"{name}.html").read_text(encoding="utf-8"), "html.parser").select(
        ".btn-download-notebook-button"
    )
    assert len(links) == (name in CHAPTERS)
    if links:
        target = ((html / name).parent / links[0]["href"]).resolve()
        assert target == (html / "downloads" / notebooks.file_name(name)).resolve()
        assert code(download(html, name)) == code(jupytext.read(ROOT / f"{name}.md"))


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_downloaded_notebook_holds_what_a_reader_needs_and_no_more(html, name):
    notebook = download(html, name)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == [f"cell-{n}" for n in range(1, len(notebook.cells) + 1)]
    assert [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"] == list(
        range(1, len(code(notebook)) + 1)
    )
    text = json.dumps(notebook)
    for foreign in (str(ROOT), str(Path.home()), "{glue:", "{eval}`", "# inputs:", "papermill", "iopub"):
        assert foreign not in text
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if {show.FIGURE, show.TABLE} & set(output["data"]):
                assert {show.VEGA_LITE, "image/svg+xml", "text/html"} & set(
                    output["data"]
                )  # what JupyterLab can show


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_survives_the_way_through_jupyterlab(name):
    written = jupytext.read(ROOT / f"{name}.md")
    saved = jupytext.writes(
        nbformat.reads(jupytext.writes(written, fmt="ipynb"), as_version=4), fmt="md:myst"
    )
    again = jupytext.reads(saved, fmt="md:myst")
    assert [(c.cell_type, c.source, c.metadata) for c in again.cells] == [
        (c.cell_type, c.source, c.metadata) for c in written.cells
    ]
    assert jupytext.writes(again, fmt="md:myst") == saved


EVALUATING = [name for name in CHAPTERS if "{eval}`" in (ROOT / f"{name}.md").read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", EVALUATING)
def test_jupyterlab_writes_no_values_into_a_chapter(name):
    """Else write `cell_metadata_filter: -user_expressions` under `jupytext:` at the top of the chapter."""
    notebook = jupytext.read(ROOT / f"{name}.md")
    before = jupytext.writes(notebook, fmt="md:myst")
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.metadata["user_expressions"] = [{"expression": "x", "result": {"data": "13x"}}]
    assert jupytext.writes(notebook, fmt="md:myst") == before


@pytest.mark.verify
@pytest.mark.parametrize("name", CHAPTERS)
def test_charts_are_the_same_in_the_version_that_jupyterlab_draws(html, name):
    for cell in download(html, name).cells:
        for output in cell.get("outputs", []):
            if show.VEGA_LITE in output["data"]:
                spec = output["data"][show.VEGA_LITE]
                newer = spec | {"$schema": spec["$schema"].replace("v5", "v6")}
                assert drawn(spec, vl_version="5.20") == drawn(newer)


def drawn(spec: dict, **version: str) -> str:
    """A chart as SVG, without the labels that are heard: Vega-Lite 5 puts a comma between two lines."""
    return re.sub(r' aria-label="[^"]*"', "", vl_convert.vegalite_to_svg(spec, **version))
