"""Everything that is wrong with the data package and the assumptions, at once.

Types, constraints, keys and foreign keys are the descriptor's and checked by frictionless; the rules below are the
book's own: scores inside their benchmark, comparisons that make sense, costs that equal their formula, sources that can
be looked up.
"""

import csv
import functools
import hashlib
import platform
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from ceg.evidence import characters
from ceg.evidence.problems import InputError, Problem, nearest, quoted
from ceg.evidence.tables import LATER, Evidence, descriptor, find_data, forget, load, missing, shown

FIXES = {
    "missing-label": "add the column",
    "extra-label": "remove the column, or describe it in datapackage.json",
    "incorrect-label": "rename the column, or add the column that is missing",
    "type-error": "correct the cell",
    "constraint-error": "correct the cell",
    "unique-error": "remove the row, or give it an id of its own",
    "primary-key": "remove the row, or give it an id of its own",
    "foreign-key": "correct the name, or add the row that it refers to",
    "encoding-error": "save the file as UTF-8",
    "missing-cell": "give the row all its cells",
    "extra-cell": "remove the cell, or quote a comma inside one",
    "blank-row": "remove the row",
}


def check(folder: Path | str | None = None, passed: Mapping[str, str] | None = None) -> list[Problem]:
    """All problems of a data folder, in the order of the descriptor; an empty list if there are none.

    ``passed`` is what ``states`` said of it when it had none: tables that are still so are not validated again.
    """
    from ceg.evidence import assumptions

    folder = Path(folder) if folder else find_data()
    if not (folder / "datapackage.json").is_file():
        return [missing(folder / "datapackage.json")]
    try:
        forget()
        package = descriptor(folder)
    except InputError as error:
        return list(error.problems)
    absent = [missing(folder / r["path"]) for r in package["resources"] if not (folder / r["path"]).is_file()]
    absent = absent or list(characters.problems(folder, [r["path"] for r in package["resources"]]))
    problems = absent or list(_by_descriptor(folder, package, _changed(folder, package, passed)))
    problems += assumptions.problems(folder)
    if not problems:
        problems = list(_by_rule(load(folder)))
    return problems


def states(folder: Path) -> dict[str, str]:
    """Table -> SHA-256 of all that frictionless's answer depends on; only of tables that are there.

    That is the table, the keys that it may name in others, the descriptor, and the validator.
    """
    path = folder / "datapackage.json"
    try:
        package = descriptor(folder)
    except InputError:  # ``check`` says it
        return {}
    common = (path.read_bytes(), Path(__file__).read_bytes(), version("frictionless"), platform.python_version())

    tables = {r["name"]: folder / r["path"] for r in package["resources"]}

    @functools.cache
    def rows(table: str) -> list[dict]:
        if table not in tables or not tables[table].is_file():
            return []
        with tables[table].open(encoding="utf-8", errors="replace", newline="") as file:
            return list(csv.DictReader(file))

    def keys(reference: dict, table: str) -> list[list]:
        fields = reference["fields"]
        names = [fields] if isinstance(fields, str) else fields
        return [[row.get(name) for name in names] for row in rows(reference["resource"] or table)]

    found = {}
    for resource in package["resources"]:
        name, table = resource["name"], folder / resource["path"]
        if table.is_file():
            named = [keys(key["reference"], name) for key in resource["schema"].get("foreignKeys", [])]
            found[name] = hashlib.sha256(repr((common, table.read_bytes(), named)).encode()).hexdigest()
    return found


def _changed(folder: Path, package: dict, passed: Mapping[str, str] | None) -> list[str]:
    """The tables that are not as they were when they passed."""
    now = states(folder) if passed else {}
    return [r["name"] for r in package["resources"] if not now or now.get(r["name"]) != passed.get(r["name"])]


def _with_named(package: dict, wanted: Iterable[str]) -> dict:
    """The descriptor with those tables alone and the ones that they refer to, directly or not."""
    refers = {
        r["name"]: {k["reference"]["resource"] for k in r["schema"].get("foreignKeys", [])}
        for r in package["resources"]
    }
    found, waiting = set(), set(wanted)
    while waiting:
        found |= waiting
        waiting = set().union(*(refers.get(name, ()) for name in waiting)) - found
    return package | {"resources": [r for r in package["resources"] if r["name"] in found]}


def _by_descriptor(folder: Path, package: dict, tables: Collection[str]) -> Iterator[Problem]:
    if not tables:
        return
    from frictionless import Package, system

    with system.use_context(trusted=True):
        known = Package.from_descriptor(_with_named(package, tables), basepath=str(folder))
        tasks = [task for r in known.resources if r.name in tables for task in r.validate().tasks]
    described = {r["name"]: {f["name"]: f for f in r["schema"]["fields"]} for r in package["resources"]}
    for task in tasks:
        for error in task.errors:
            fields = described[task.name]
            name = getattr(error, "field_name", None)
            if name is None and (names := getattr(error, "field_names", None)):
                name = names[0]
            cell = getattr(error, "cell", None)
            if cell is None and error.type in ("foreign-key", "unique-error", "primary-key"):
                cell = (getattr(error, "field_cells", None) or [None])[0] or _cell(folder / task.place, error, name)
            allowed, fix = _allowed(error, fields.get(name, {}), package, task.name, folder, cell)
            label = error.type in ("missing-label", "extra-label", "incorrect-label")
            found = (
                f"no column {name}" if error.type == "missing-label" else quoted(cell or getattr(error, "label", None))
            )
            if error.type == "encoding-error":
                found = error.note
            row = 1 if label else getattr(error, "row_number", None)
            yield Problem(f"{folder.name}/{task.place}", found, allowed, fix, row, name)


def _cell(path: Path, error, name: str | None) -> str | None:
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            if number == error.row_number:
                return row.get(name)
    return None


def _allowed(error, field: dict, package: dict, table: str, folder: Path, cell) -> tuple[str, str]:
    fix = FIXES.get(error.type, "correct the file")
    if error.type.endswith("-label"):
        return f"the column {error.field_name}" if error.type != "extra-label" else "the described columns", fix
    if error.type == "type-error":
        return f"a {field.get('type', 'value')}", fix
    if error.type == "constraint-error":
        rules = field.get("constraints", {})
        words = []
        if "enum" in rules:
            fix = nearest(str(cell), rules["enum"], "take one of them") if cell else "fill the cell"
            words.append("one of " + " · ".join(rules["enum"]))
        if rules.get("required"):
            words.append("not empty")
            fix = "fill the cell" if not cell else fix
        words += [f"at least {rules['minimum']}"] if "minimum" in rules else []
        words += [f"at most {rules['maximum']}"] if "maximum" in rules else []
        words += [f"matching {rules['pattern']}"] if "pattern" in rules else []
        return ", ".join(words), fix
    if error.type == "foreign-key":
        schema = next(r for r in package["resources"] if r["name"] == table)["schema"]
        name = error.field_names[0]
        key = next(k for k in schema["foreignKeys"] if name in (k["fields"], *k["fields"]))
        target, target_field = key["reference"]["resource"], key["reference"]["fields"]
        with (folder / f"{target}.csv").open(encoding="utf-8", newline="") as file:
            known = [r.get(target_field) or "" for r in csv.DictReader(file)]
        return f"a {target_field} of {target}.csv", nearest(str(cell), known, f"add it to {target}.csv")
    if error.type in ("unique-error", "primary-key"):
        return "a value that no other row has", fix
    if error.type == "encoding-error":
        return "UTF-8", fix
    return error.title.lower(), fix


def _by_rule(evidence: Evidence) -> Iterator[Problem]:
    lines = {
        name: {key: number for number, key in enumerate(rows, 2)} for name, rows in evidence.tables_by_name.items()
    }

    def problem(table: str, key, field: str, found: str, allowed: str, fix: str) -> Problem:
        return Problem(shown(evidence.folder / f"{table}.csv"), found, allowed, fix, lines[table].get(key), field)

    yield from _models(evidence, problem)
    yield from _results(evidence, problem)
    yield from _comparisons(evidence, problem)
    yield from _enhancements(evidence, problem)
    yield from _costs(evidence, problem)
    yield from _sources(evidence, problem)


def _models(evidence, problem):
    for key, m in evidence.models.items():
        if (m.training_flop is None) != (m.certainty is None) or (m.training_flop is None) != (m.flop_method is None):
            yield problem("models", key, "certainty", quoted(m.certainty), "certainty and flop_method with, and only with, training_flop", "fill or empty all three")  # fmt: skip
        if m.training_flop and not (m.source and m.locator and m.provenance):
            yield problem("models", key, "source", "nothing", "source, locator and provenance with training_flop", "say where the compute comes from")  # fmt: skip
        if m.training_flop and not (m.flop_low or 0) <= m.training_flop <= (m.flop_high or float("inf")):
            yield problem("models", key, "training_flop", f"{m.training_flop:g}", "between flop_low and flop_high", "correct the interval or the value")  # fmt: skip
        n, d = m.active_parameters or m.parameters, m.training_tokens
        if m.training_flop and n and d and abs(m.training_flop / (6 * n * d) - 1) > 0.25 and not m.flop_note:
            yield problem("models", key, "flop_note", "nothing", f"a reason: training_flop {m.training_flop:.3g} and 6ND {6 * n * d:.3g} differ by over 25%", "say why in flop_note")  # fmt: skip


def _results(evidence, problem):
    facts = Counter((r.model, r.variant, r.benchmark, r.source) for r in evidence.results.values() if r.preferred)
    for key, r in evidence.results.items():
        b = evidence.benchmarks[r.benchmark]
        low = b.minimum if b.minimum is not None else float("-inf")
        high = b.maximum if b.maximum is not None else float("inf")
        if not low <= r.score <= high:
            yield problem("results", key, "score", f"{r.score:g}", f"{low:g} to {high:g} {b.unit} on {r.benchmark}", "correct the score, or the benchmark's minimum and maximum")  # fmt: skip
        ends = (r.score_low if r.score_low is not None else low, r.score_high if r.score_high is not None else high)
        if low <= r.score <= high and not ends[0] <= r.score <= ends[1]:
            yield problem("results", key, "score_low", f"{ends[0]:g} to {ends[1]:g}", f"an interval around the score {r.score:g}", "correct the interval or the score")  # fmt: skip
        if r.preferred and facts[r.model, r.variant, r.benchmark, r.source] > 1:
            yield problem("results", key, "preferred", "a second preferred row of the same model, variant, benchmark and source", "one preferred row a fact", "remove the duplicate, tell the variants apart, or set preferred to false")  # fmt: skip
        if not r.preferred and not r.preferred_reason:
            yield problem("results", key, "preferred_reason", "nothing", "a reason where preferred is false", "say why the row is not preferred")  # fmt: skip


def _comparisons(evidence, problem):
    headlines = Counter(c.enhancement for c in evidence.comparisons.values() if c.role == "headline")
    versions: dict[str, set[str]] = {}
    for benchmark, row in evidence.benchmarks.items():
        versions.setdefault(row.name, set()).add(benchmark)
    for key, c in evidence.comparisons.items():
        lists = (("baseline", "results"), ("baseline_weakest", "results"), ("baseline_strongest", "results"), ("components", "enhancements"), ("teacher", "models"))  # fmt: skip
        unknown = [(f, t, i) for f, t in lists for i in getattr(c, f) if i not in getattr(evidence, t)]
        for field, table, item in unknown:
            yield problem("comparisons", key, field, quoted(item), f"rows of {table}.csv", nearest(item, getattr(evidence, table), f"add it to {table}.csv"))  # fmt: skip
        if unknown:
            continue
        enhanced = evidence.results[c.enhanced]
        if enhanced.model in c.teacher:
            yield problem("comparisons", key, "teacher", quoted(enhanced.model), "another model than the enhanced one", "leave the cell empty: what a model learns from itself is not borrowed")  # fmt: skip
        for field in ("baseline", "baseline_weakest", "baseline_strongest"):
            rows = [evidence.results[i] for i in getattr(c, field)]
            if len({r.model for r in rows}) < len(rows):
                yield problem("comparisons", key, field, "two results of one model", "one result a model", "keep one; other prompts go to baseline_weakest or baseline_strongest")  # fmt: skip
            same = versions[
                evidence.benchmarks[enhanced.benchmark].name
            ]  # another prompt may come with another harness
            allowed = {enhanced.benchmark} if field == "baseline" else same
            if not c.metric_mismatch and any(r.benchmark not in allowed for r in rows):
                yield problem("comparisons", key, field, "another benchmark than the enhanced result's", enhanced.benchmark, "correct the ids, or set metric_mismatch to true")  # fmt: skip
            families = {evidence.models[r.model].family for r in (enhanced, *rows)}
            if not c.cross_family and len(families) > 1:
                yield problem("comparisons", key, "cross_family", "false", f"true: the models are of several families, {', '.join(sorted(families))}", "set cross_family to true")  # fmt: skip
        if c.role == "headline" and headlines[c.enhancement] > 1:
            yield problem("comparisons", key, "role", "a second headline", "one headline an enhancement", "make one of them supporting")  # fmt: skip
        if c.role == "headline" and not c.headline_reason:
            yield problem("comparisons", key, "headline_reason", "nothing", "the reason for the headline", "say which rule of the estimator chose it")  # fmt: skip
        if c.role == "headline" and {evidence.results[i].provenance for i in (c.enhanced, *c.baseline)} == {"recalled"}:
            yield problem("comparisons", key, "role", "a headline on recalled scores alone", "a score that was seen", "find the scores, or make the comparison supporting")  # fmt: skip


def _enhancements(evidence, problem):
    compared = {c.enhancement for c in evidence.comparisons.values()}
    with_headline = {c.enhancement for c in evidence.comparisons.values() if c.role == "headline"}
    for key, e in evidence.enhancements.items():
        if key not in compared and not e.no_estimate_reason:
            yield problem("enhancements", key, "no_estimate_reason", "nothing", "a reason where there is no comparison", "add a comparison with a baseline, or the reason")  # fmt: skip
        if e.section == LATER and (e.in_survey or e.added):
            yield problem("enhancements", key, "section", quoted(e.section), "the section of an enhancement that the survey could not have, with in_survey and added false", "correct the section or the two")  # fmt: skip
        if key in compared and key not in with_headline and not e.no_estimate_reason:
            yield problem("enhancements", key, "no_estimate_reason", "nothing", "a headline comparison, or the reason for none", "give one comparison the role headline")  # fmt: skip


def _costs(evidence, problem):
    from ceg.evidence.cost_formula import evaluate

    for key, c in evidence.costs.items():
        try:
            result = evaluate(c.formula, c.inputs)
        except ValueError as error:
            yield problem("costs", key, "formula", str(error), "arithmetic over the names in inputs", "correct formula or inputs")  # fmt: skip
            continue
        if not (c.low if c.low is not None else 0) <= c.value <= (c.high if c.high is not None else float("inf")):
            yield problem("costs", key, "value", f"{c.value:g}", "between low and high", "correct the value or its range")  # fmt: skip
        if abs(result - c.value) > 0.01 * max(abs(result), abs(c.value)):
            yield problem("costs", key, "value", f"{c.value:g}", f"the formula's result, {result:.4g}", "correct the value, the formula or the inputs")  # fmt: skip


def _sources(evidence, problem):
    from ceg.evidence.references import entries

    path = evidence.folder / "references.bib"
    if not path.is_file():
        yield missing(path)
        return
    known = entries(path)
    for key in evidence.sources:
        if key not in known:
            yield problem("sources", key, "source", quoted(key), "a key of references.bib", nearest(key, known, "add the entry to references.bib"))  # fmt: skip
        elif not known[key].link:
            yield Problem(shown(path), f"the entry {key} without eprint, doi or url", "one of them", f"add it to {key}")
