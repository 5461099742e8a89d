"""The end of a build: anything wrong gives exit code 1 and one message that says what and where."""

from __future__ import annotations

import json
import shutil
from logging import Filter, LogRecord, getLogger
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.exceptions import save_traceback
from sphinx.util.logging import NAMESPACE, WarningStreamHandler

from sphinx_fresh import site_files
from sphinx_fresh.failure import end
from sphinx_fresh.notebooks.execute import FailedCells
from sphinx_fresh.notebooks.rebuild import note_success
from sphinx_fresh.notebooks.run_page import in_cell, line_of
from sphinx_fresh.state import build, with_notebooks


class Collector(Filter):
    """Keeps each warning that Sphinx prints, once; lets all pass."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[LogRecord] = []

    def filter(self, record: LogRecord) -> bool:
        """Keep the record."""
        self.records.append(record)
        return True


def failed_cells(app: Sphinx) -> dict[str, str]:
    """Page -> page, cell, its first line and the error, for each page whose code failed in this build."""
    metadata = with_notebooks(app.env).nb_metadata
    failed = {
        name
        for name, data in metadata.items()
        if not (data.get("exec_data") or {"succeeded": True})["succeeded"]
    }
    return {name: _failure(app, name, metadata[name]["exec_data"]) for name in sorted(failed)}


def _failure(app: Sphinx, docname: str, execution: dict) -> str:
    notebook = Path(with_notebooks(app.env).mystnb_config.output_folder, f"{docname}.ipynb")
    cells = [
        cell
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    for number, cell in enumerate(cells, start=1):
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                source, said = "".join(cell["source"]), f"{output['ename']}: {output['evalue']}"
                return in_cell(docname, number, source, said, line_of(output))
    return f"{docname}: {execution['error']}"


def problems(app: Sphinx, exception: Exception | None) -> list[str]:
    """Everything that is wrong with this build, a line each."""
    failed = failed_cells(app) if exception is None else {}
    found = list(failed.values())
    for record in build(app).warnings.records:
        kind = (getattr(record, "type", ""), getattr(record, "subtype", ""))
        said = record.getMessage().strip().removeprefix(f"{app.srcdir}/")
        if kind == ("mystnb", "exec"):
            continue  # said better by failed_cells
        if kind == ("mystnb", "glue") and any(said.startswith(f"{name}.") for name in failed):
            continue  # what the failed cell would have given
        found.append(said)
    if isinstance(exception, FailedCells):
        found += exception.said
        for docname, said in exception.tracebacks.items():
            report = Path(app.outdir, "reports", f"{docname}.err.log")
            report.parent.mkdir(parents=True, exist_ok=True)
            report.write_text(said, encoding="utf-8")
    elif exception is not None:
        known = isinstance(exception, SphinxError)
        found.append(str(exception) if known else f"{type(exception).__name__}: {exception}")
        if not known:
            found.append(f"the traceback is in {save_traceback(app, exception)}")
    if not found and app._warncount:  # given before this extension was loaded
        found.append(f"warnings: {app._warncount}, printed above")
    return list(dict.fromkeys(found))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Note a good build; end a bad one with its message as the last thing on the screen."""
    found = problems(app, exception)
    if not found:
        # those of cells that failed in an earlier build
        shutil.rmtree(Path(app.outdir, "reports"), ignore_errors=True)
        note_success(app)
        site_files.note(app)
        return
    end(found)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    warnings = build(app).warnings = Collector()
    for handler in getLogger(NAMESPACE).handlers:
        if isinstance(handler, WarningStreamHandler):
            handler.addFilter(warnings)
    app.connect("build-finished", finish, priority=999)
