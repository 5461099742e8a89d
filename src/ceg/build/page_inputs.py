"""What a chapter's code reaches in ``data/``, worked out from the code: a fingerprint of rows, not files."""

import ast
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from ceg.chapters.about import status
from ceg.evidence import assumptions
from ceg.evidence import tables as evidence
from sphinx_fresh.notebooks.imports import module_files, reached_modules

_ALTERNATIVES = {
    "baseline_prompt": ("baseline_weakest", "baseline_strongest"),
    "aggregation": ("enhanced_single_sample", "enhanced_vote"),
}

INTERVALS = "ceg.uncertainty.intervals"
"""A page whose imports do not lead there leans on no width of an error."""
LIVES = (
    "ceg.survey.break_even",
    "ceg.chapters.break_even.charts",
    "ceg.chapters.break_even.cost_curves",
    "ceg.chapters.break_even.shares",
    "ceg.chapters.break_even.tables",
    "ceg.chapters.about.changes_table",
)
"""Without one of these a page shows nothing of a model's life: it leans on no ``assumptions.BREAK_EVEN``."""
BUFFERS = ("ceg.chapters.safety_buffer.model", "ceg.chapters.safety_buffer.charts")
"""The modules that read what only the safety buffer is worked out from."""
REPOSITORY = "ceg.chapters.about.status.contents"
"""What a page calls that depends on the repository beside the data."""
PREVIEW = "ceg.add.write.preview"
"""What a page calls that shows an enhancement from a file, without adding it."""

BIBLIOGRAPHY = "references.bib"
"""A page whose code names this file depends on it."""


def read(cells: Iterable[str], folder: Path | None = None) -> tuple[list[Path], str]:
    """Every file that ``page_inputs`` can read for these cells, and the settings that it can see.

    While both stay, so does its answer.
    """
    folder = folder or evidence.find_data()
    code = "\n".join(cells)
    draft = _previewed(code)
    # without the files that an editor keeps beside the one that is open
    tables = sorted(p for p in folder.rglob("*") if p.is_file() and p.name[0] != "." and p.name[-1] != "~")
    files = tables + ([folder.parent / draft] if draft else [])
    setting = os.environ.get(assumptions.VARIABLE, "")
    if not _shows_repository(code):
        return files, setting
    return files + status.files(folder), f"{setting}\n{status.versions()}"


def _shows_repository(code: str) -> bool:
    return REPOSITORY in _called(code)


def page_inputs(cells: Iterable[str], folder: Path | None = None) -> dict[str, str]:
    """Name -> SHA-256 of everything in ``data/`` that the cells' calls of ``ceg.open`` reach.

    A page with code that calls ``ceg.open`` without literal names, or reads data in another way, depends on
    all of it. A page without code depends on nothing. One that calls ``add.preview`` depends on the rows that
    it shows, the file's among them.
    """
    cells = list(cells)
    if not any(c.strip() for c in cells):
        return {}
    folder = folder or evidence.find_data()
    named, draft = _named("\n".join(cells)), _previewed("\n".join(cells))
    if draft:
        from ceg.add import write  # and much of the package with it

        named, reached = {}, write.preview(draft, folder).evidence
    else:
        whole = evidence.load(folder)
        reached = whole if named is None else whole.subset(**named)
    found = {f"rows of {table}": digest for table, digest in reached.digests().items()}
    if named is None:
        whole_files = (BIBLIOGRAPHY, "datapackage.json")
        found |= {
            f"file {name}": _digest((folder / name).read_text(encoding="utf-8")) for name in whole_files
        }
    if _shows_repository("\n".join(cells)):
        found |= {f"repository {name}": _digest(said) for name, said in status.contents(folder).items()}
    known = assumptions.current(folder)
    keys = _keys(reached) if named is not None else set(known)
    if named is not None and "survey" not in "".join(cells).replace("from ceg.survey import", ""):
        keys -= set(assumptions.THRESHOLDS)  # only ceg.survey.survey says what exceeds them
    if named is not None and INTERVALS not in reached_modules(cells, module_files("ceg")):
        keys -= set(assumptions.ERRORS)
    imported = set(_imported("\n".join(cells)).values())
    if not imported & set(LIVES):
        keys -= set(assumptions.BREAK_EVEN)
    if named is not None and BIBLIOGRAPHY in "\n".join(cells):
        found[f"file {BIBLIOGRAPHY}"] = _digest((folder / BIBLIOGRAPHY).read_text(encoding="utf-8"))
    if named is not None and not imported & set(BUFFERS):
        keys -= set(assumptions.BUFFER)
    found |= {f"assumption {key}": _digest(repr(known[key])) for key in known if key in keys}
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _calls(code: str) -> list[ast.Call]:
    return [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Call)]


def _imported(code: str) -> dict[str, str]:
    """Name in the code -> dotted name of what it imports under it."""
    found = (n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.ImportFrom))
    return {a.asname or a.name: f"{n.module}.{a.name}" for n in found for a in n.names}


def _called(code: str) -> dict[str, ast.Call]:
    """The last call of each function, by its dotted name."""
    imported = _imported(code)
    found = {}
    for call in _calls(code):
        head, dot, rest = ast.unparse(call.func).partition(".")
        found[imported.get(head, head) + dot + rest] = call
    return found


def _named(code: str) -> dict | None:
    """The arguments of ``Evidence.subset`` that a page's ``ceg.open`` calls name; None: it may reach all."""
    calls = _calls(code)
    opened = [n for n in calls if ast.unparse(n.func) == "ceg.open"]
    elsewhere = any(ast.unparse(n.func).endswith(("evidence.load", "find_data", "read_csv")) for n in calls)
    if elsewhere or not opened:
        return None
    found: dict[str, list] = {"enhancements": [], "tables": [], "benchmarks": []}
    for call in opened:
        try:
            arguments = {k.arg: ast.literal_eval(k.value) for k in call.keywords}
        except ValueError:
            return None
        if call.args or not arguments or not set(arguments) <= set(found):
            return None
        for name, value in arguments.items():
            found[name] += [value] if isinstance(value, str) else value
    return found


def _previewed(code: str) -> str | None:
    """The file whose ``add.preview`` a page shows, if that is where all its rows come from."""
    if "preview" not in code:  # most pages: no need to parse
        return None
    calls = _called(code)
    call = calls.get(PREVIEW)
    if call is None or "ceg.open" in calls or call.keywords or not isinstance(call.args[0], ast.Constant):
        return None
    return call.args[0].value


def _keys(reached: evidence.Evidence) -> set[str]:
    """The assumptions that can change an estimate from these rows, or what is said of it."""
    comparisons = reached.comparisons.values()
    if not comparisons:
        return set()
    keys = set(assumptions.KEYS) - set(_ALTERNATIVES) - {"gpt35_flop", "gpt4_flop", "include_cross_family"}
    keys |= {
        k for k, fields in _ALTERNATIVES.items() if any(getattr(c, f) for c in comparisons for f in fields)
    }
    keys |= {"gpt35_flop"} if "GPT-3.5" in reached.models else set()
    keys |= {"gpt4_flop"} if "GPT-4" in reached.models else set()
    keys |= {"include_cross_family"} if any(c.cross_family for c in comparisons) else set()
    return keys
