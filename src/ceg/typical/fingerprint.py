"""What the typical gains depend on: the rows, assumptions and code that they are worked out from.

Each has a digest of its own, so that one can say which has changed. Prose does not count: notes and locators
of rows, comments and docstrings of code.
"""

import ast
import hashlib
import json
from pathlib import Path
from typing import Any

from ceg.analysis import analysis as analysis_code
from ceg.analysis.analysis import Analysis
from ceg.evidence import assumptions as choices
from ceg.evidence import tables as evidence
from sphinx_fresh import reads

CODE = (
    *(
        f"estimator/{name}.py"
        for name in ("compute", "gain", "gain_on_arrays", "scaling", "scaling_on_arrays")
    ),
    *(f"uncertainty/{name}.py" for name in ("draws", "errors", "gain_draws", "scatter", "uncertain")),
    *(f"typical/{name}.py" for name in ("model", "observations", "sampler", "summary")),
)
"""The modules of this package that decide the numbers, once the evidence is read.

What may still change them is caught by the digest of the observations, which a long test works out.
"""

COLUMNS = {
    "enhancements": ("enhancement", "category"),
    "comparisons": (
        *("comparison", "enhancement", "enhanced", "enhanced_single_sample", "enhanced_vote"),
        *("baseline", "baseline_weakest", "baseline_strongest", "cross_family"),
        *("charged_to", "one_time_cost"),
    ),
    "results": (
        "result",
        "model",
        "benchmark",
        "score",
        "score_low",
        "score_high",
        "items",
        "provenance",
        "readoff_error",
    ),
    "models": (
        *("model", "family", "parameters", "active_parameters", "training_tokens"),
        *("training_flop", "certainty", "flop_low", "flop_high"),
    ),
    "benchmarks": (
        "benchmark",
        "name",
        "domain",
        "scale",
        "unit",
        "higher_is_better",
        "items",
        "chance",
        "minimum",
        "maximum",
    ),
    "costs": ("cost", "value", "low", "high"),
    "scaling_laws": ("law", "parameter", "value"),
}
"""The columns of tables that decide the numbers."""

ASSUMED = tuple(
    key for key in choices.KEYS if key not in (*choices.THRESHOLDS, *choices.COUNTING, *choices.BEYOND)
)
"""The assumptions that do."""


def fingerprint(analysis: Analysis) -> dict[str, str]:
    """Digests of ``rows``, ``assumptions`` and ``code``, of the whole data folder, worked out once.

    A page that takes them depends on the digests, not on all that is behind them.
    """
    return dict(analysis.once("typical", "fingerprint", make=lambda: _made(analysis), by_value=True))


def _made(analysis: Analysis) -> dict[str, str]:
    settled = {key: getattr(analysis.assumptions, key) for key in ASSUMED}
    return {
        "rows": _rows(analysis.evidence.folder),
        "assumptions": reads.digest(json.dumps(settled, sort_keys=True)),
        "code": code(Path(analysis_code.__file__).parents[1]),
    }


def _rows(folder: Path) -> str:
    """Of the rows of all enhancements, whichever a page has opened."""
    known = evidence.load(folder)
    found: list[Any] = [
        (table, [tuple(getattr(row, c) for c in columns) for row in known.table(table).values()])
        for table, columns in COLUMNS.items()
    ]
    doubted = [
        (c.contested is None, (c.note or "").startswith("composite")) for c in known.comparisons.values()
    ]
    return reads.digest([*found, doubted])


def code(package: Path) -> str:
    """Of what the modules say to Python, in whichever version: comments and docstrings do not count."""
    found = hashlib.sha256()
    for name in CODE:
        said = json.dumps(_plain(ast.parse((package / name).read_text("utf-8"))))
        found.update(f"{name}\n{said}\n".encode())
    return found.hexdigest()[:20]


def _plain(node: Any) -> Any:
    """A syntax tree as lists, without places, empty fields and text that stands alone."""
    if isinstance(node, list):
        return [_plain(n) for n in node if not _is_prose(n)]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = ((name, value) for name, value in ast.iter_fields(node) if value not in (None, []))
    return [type(node).__name__, *([name, _plain(value)] for name, value in fields)]


def _is_prose(node: Any) -> bool:
    """Whether it is a text that stands alone, as docstrings do."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
