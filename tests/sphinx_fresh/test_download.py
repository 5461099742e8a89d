"""The notebook that a page brings: values stand in its prose, and nothing in it moves."""

import nbformat
import pytest
from nbformat import v4

from sphinx_fresh.mime import VALUES
from sphinx_fresh.notebooks import download as notebooks
from sphinx_fresh.outputs.evaluated import HEAD


def test_values_stand_in_the_prose_and_nothing_moves():
    published = {"scrapbook": {"mime_prefix": "application/papermill.record/", "name": "few-shot_ceg"}}
    values = {"n + 1": {"text": "2_000", "target": "fig-a"}, "m": {"error": "it gives None"}}
    cells = [
        v4.new_markdown_cell(
            "The paper says\n{glue:text}`few-shot_ceg`, not {glue:text}`other`; {eval}`n + 1` {eval}`m`"
        ),
        v4.new_code_cell(
            "1 + 1",
            execution_count=1,
            metadata={"execution": {"iopub.execute_input": "2026-01-01T00:00:00Z"}, "tags": ["hide-input"]},
            outputs=[
                v4.new_output(
                    "display_data", {"application/papermill.record/text/plain": "'>13x'"}, metadata=published
                ),
                v4.new_output("execute_result", {"text/plain": "2"}, execution_count=1),
            ],
        ),
        v4.new_code_cell(
            f"{HEAD}\nValues()",
            execution_count=2,
            outputs=[v4.new_output("execute_result", {VALUES: values}, execution_count=2)],
        ),
        v4.new_code_cell("# inputs: 0123", execution_count=2, metadata={"tags": ["remove-cell"]}),
    ]
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python", "version": "3.11.7"},
        "source_map": [9, 17, 29],
    }
    text = notebooks.to_download(v4.new_notebook(cells=cells, metadata=metadata))
    made = nbformat.reads(text, as_version=4)
    assert made["metadata"] == {"kernelspec": metadata["kernelspec"], "language_info": {"name": "python"}}
    prose, cell = made["cells"]
    assert prose["source"] == "The paper says\n\\>13x, not {glue:text}`other`; 2\\_000 {eval}`m`"
    assert (prose["id"], cell["id"], cell["metadata"]) == ("cell-1", "cell-2", {"tags": ["hide-input"]})
    assert [output["data"] for output in cell["outputs"]] == [{"text/plain": "2"}]
    assert "2026" not in text


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("13.6x", "13.6x"),
        (">13x", r"\>13x"),
        ("-3 to 1-2", r"\-3 to 1-2"),
        ("~a_b [c] $5", r"\~a\_b \[c\] \$5"),
    ],
)
def test_a_text_shows_as_it_is(text, markdown):
    assert notebooks.in_prose(text) == markdown
