"""Every page with code as a notebook to download: its cells, and what they gave in the build."""

from __future__ import annotations

import ast
import json
import re
from pathlib import PurePosixPath

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from sphinx_fresh import files
from sphinx_fresh.outputs import evaluated
from sphinx_fresh.outputs.outputs import unpacked
from sphinx_fresh.state import book, build, with_notebooks

GLUED = re.compile(r"\{glue:text\}`([^`]+)`")
MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~$])|^([+-])")
SOURCE = "site_notebook_source"  # in the environment's memory of the page being read


def file_name(docname: str) -> str:
    """The name of a page's notebook among the downloads."""
    return f"{PurePosixPath(docname).name}.ipynb"


def executed(env: BuildEnvironment, page_source: str) -> NotebookNode | None:
    """The page as it was run, from the cache; None if it has no code or did not run to its end."""
    config = with_notebooks(env).mystnb_config
    if config.execution_mode != "cache" or not is_myst_markdown_notebook(page_source):
        return None
    notebook = read_myst_markdown_notebook(page_source)
    if not any(cell.cell_type == "code" for cell in notebook.cells):
        return None
    try:
        return get_cache(config.execution_cache_path).merge_match_into_notebook(notebook)[1]
    except KeyError:
        return None


def published(output: NotebookNode) -> tuple[str, str] | None:
    """Name and text, if an output is only a text that the code publishes for the prose."""
    named = output.get("metadata", {}).get("scrapbook", {})
    text = output["data"].get(f"{named.get('mime_prefix', '')}text/plain") if named else None
    return None if text is None else (named["name"], _unquoted(text))


def _unquoted(text: str) -> str:
    """A published text arrives as Python would print it."""
    try:
        return str(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return text


def in_prose(text: str) -> str:
    """Plain text as Markdown that shows just that: `>13x` at the start of a line is no quotation."""
    return MARKDOWN.sub(r"\\\g<0>", text)


def to_download(notebook: NotebookNode) -> str:
    """The notebook as a file: values set into the prose, and nothing of the machine or the moment.

    Without the hidden cells, which evaluate the prose and name the page's inputs; cells are called by their
    position.
    """
    values = {text: value["text"] for text, value in evaluated.values(notebook).items() if "text" in value}
    kept = [cell for cell in notebook.cells if not cell.source.startswith(("# inputs: ", evaluated.HEAD))]
    outputs = [output for cell in kept for output in cell.get("outputs", [])]
    texts = dict(filter(None, map(published, outputs)))
    for number, cell in enumerate(kept, start=1):
        cell["id"] = f"cell-{number}"
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [unpacked(output) for output in cell.outputs if published(output) is None]
        else:
            glued = GLUED.sub(
                lambda role: in_prose(texts[role[1]]) if role[1] in texts else role[0], cell.source
            )
            cell.source = evaluated.replaced(glued, values, in_prose)
    language = {
        key: value for key, value in notebook.metadata.get("language_info", {}).items() if key != "version"
    }
    metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": language}
    made = nbformat.v4.new_notebook(cells=kept, metadata=metadata)
    nbformat.validate(made)
    return json.dumps(made, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"


def keep_source(app: Sphinx, docname: str, content: list[str]) -> None:
    """Remember the page's source as it is looked up in the cache: with the cell that names its inputs."""
    app.env.temp_data[SOURCE] = content[0]


def bring(app: Sphinx, doctree: nodes.document) -> None:
    """Note the notebook as a file of the page that was read."""
    executor = build(app).executor
    now = executor.executed(app.env.docname) if executor is not None else None
    notebook = now or executed(app.env, app.env.temp_data.get(SOURCE, ""))
    if notebook is not None:
        files.record(app.env, file_name(app.env.docname), to_download(notebook))


def add_button(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Put the notebook first in the theme's download menu."""
    name = file_name(pagename)
    if name not in book(app.env).files.get(pagename, {}):
        return
    button = {
        "type": "link",
        "url": files.link(app.builder, pagename, name),
        "text": ".ipynb",
        "tooltip": "Download executed notebook",
        "icon": "fas fa-code",
        "label": "download-notebook-button",
    }
    for group in context.get("header_buttons", []):
        if group.get("label") == "download-buttons":
            group["buttons"].insert(0, button)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx: after the inputs are named, and after the theme has made its menu."""
    app.connect("source-read", keep_source, priority=950)
    app.connect("doctree-read", bring)
    app.connect("html-page-context", add_button, priority=600)
