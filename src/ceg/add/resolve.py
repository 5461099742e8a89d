"""From what a file asks to add to rows of the data: ids are made, names resolved, known rows used."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from ceg import formatting
from ceg.add import as_printed, csv_and_bibtex
from ceg.add.compared import comparison
from ceg.add.draft_file import KEPT, TABLES, Draft, Item
from ceg.add.plan import Plan, known_model, slug, spelling
from ceg.evidence.cost_formula import evaluate
from ceg.evidence.descriptor import schema
from ceg.evidence.problems import InputError, nearest, quoted, same_numbers
from ceg.evidence.tables import Evidence

SECTION = {
    "tool use": "3.1",
    "prompting": "3.2",
    "scaffolding": "3.3",
    "solution choice": "3.4",
    "data": "3.5",
    "combination": "5",
}
"""Category -> section of the paper where an enhancement of the kind would stand."""

COSTS = {"one_time_fraction": "one-time", "runtime_multiple": "runtime"}
"""Quantity of a cost -> the last part of the cost's id."""

TUNING = re.compile(r"(?i)[-_ ](hf|chat|instruct|it|base)\b")
"""Words in the names of checkpoints that say what was done to the weights."""

SIZE = re.compile(r"(?i)[\d.]+\s*[bm]\s*$")
"""The size at the end of a model's name."""

LONGEST = 10_000
"""Characters that a value may have."""


def plan(draft: Draft, evidence: Evidence, *, data_wins: bool = False) -> Plan:
    """The rows that a draft becomes. Raises InputError with everything that cannot be resolved.

    It is a problem if the draft says something else than the data; with ``data_wins`` the data's row is used.
    """
    made = attempt(draft, evidence, data_wins=data_wins)
    if made.problems:
        raise InputError(made.problems)
    return made


def attempt(draft: Draft, evidence: Evidence, *, data_wins: bool = False) -> Plan:
    """The same with the problems in the plan: its rows are those that can be made."""
    draft, unread = as_printed.read(draft, evidence)
    draft, long = _shortened(draft)
    made = Plan(draft, evidence, data_wins)
    for item, name, n in long:
        made.wrong(item, name, f"{n:,} characters", f"at most {LONGEST:,}", "shorten it")
    for item, *said in unread:
        made.wrong(item, *said)
    makers = {
        "enhancement": _enhancement,
        "sources": _source,
        "benchmarks": _known_or_new,
        "models": _known_or_new,
        "scores": _score,
        "costs": _cost,
        "comparisons": comparison,
    }
    for part, make in makers.items():  # in the order in which rows refer to each other
        if part == "scores":
            _unknown_names(made)
        for item in draft.of(part):
            make(made, item)
    _refuse_infinite(made)
    for row in (*made.rows["enhancements"], *made.changes.get("enhancements", {}).values()):
        row.cells["brought"] = " | ".join(filter(None, (row.cells.get("brought"), *_brought(made))))
    return made


def _brought(made: Plan) -> Iterator[str]:
    """What ``ceg remove`` takes out again: table/id of rows, table.column/id of cells.

    The comparisons too where the enhancement was there before.
    """
    left = ("enhancements", *(("comparisons",) if made.new("enhancements") else ()))
    for table in TABLES.values():
        yield from (f"{table}/{key}" for key in made.new(table) if table not in left)
    for key, row in made.changes.get("models", {}).items():
        known = made.evidence.models[key]
        yield from (
            f"models.{c}/{key}" for c, text in row.cells.items() if text and getattr(known, c) is None
        )


def _unknown_names(made: Plan) -> None:
    """Each model and benchmark that neither the data nor the file has, once, where it stands first."""
    for field, table in (("model", "models"), ("benchmark", "benchmarks")):
        known = [*made.evidence.table(table), *made.new(table)]
        named: dict[str, list[Item]] = {}
        for item in (i for part in ("scores", "costs", "comparisons") for i in made.draft.of(part)):
            name = made.model(item) if field == "model" else item.text(field)
            if name and name not in known:
                named.setdefault(name, []).append(item)
        for name, items in named.items():
            made.unknown.add(name)
            first, *more = dict.fromkeys(i.lines.get(field, i.line) for i in items)
            others = [str(line) for line in more if line]
            found = f"the {field} {quoted(name)}"
            if first and others:
                found += f", also in line{'s' if len(others) > 1 else ''} {formatting.listed(others)}"
            allowed = f"a {field} of data/{table}.csv or of this file"
            made.wrong(items[0], field, found, allowed, _meant(name, known, table))


def _meant(name: str, known: list[str], table: str) -> str:
    """What to do about an unknown name; checkpoints are named by their weights, and their tuning."""
    if table == "benchmarks":
        return nearest(name, known, "add it under benchmarks")
    weights = TUNING.sub("", name.rpartition("/")[2])
    near = next((k for k in known if spelling(k) == spelling(weights)), None)
    if near:
        return f"write {quoted(near)}, the weights; what was done to them is the variant"
    kin = [k for k in known if _series(k) == _series(weights)]
    has = f"check the name: the data has {formatting.listed([*map(quoted, kin)])}. If it is another, "
    alike = get_close_matches(_series(name), {_series(k) for k in known})
    meant = [k for k in same_numbers(name, known) if _series(k) in alike]
    return nearest(name, meant, (has if kin else "") + "add it under models, with its training compute")


def _series(name: str) -> str:
    """A model's name without its size: llama2."""
    return "".join(c for c in SIZE.sub("", name).casefold() if c.isalnum())


def _enhancement(made: Plan, item: Item) -> None:
    if made.rows["enhancements"]:
        fix = "put it into a file of its own"
        made.wrong(item, None, "a second enhancement", "one enhancement a file", fix)
        return
    if item.text("id") in made.evidence.enhancements:
        _more_of_known(made, item)
        return
    section = item.text("section") or SECTION.get(item.text("category"), "3")
    kept = dict(zip(KEPT, ("false", "", "true", ""), strict=True))
    made.write(item, item.text("id"), section=section, **kept)


def _more_of_known(made: Plan, item: Item) -> None:
    """An enhancement that the data has gets more rows; the file must not say otherwise of it."""
    known = made.evidence.enhancements[item.text("id")]
    for name in item.fields:
        if name != "id" and not _same(getattr(known, name), item.text(name)):
            allowed = f"{quoted(_shown(getattr(known, name)))}, as data/enhancements.csv has it, or nothing"
            fix = "leave it out to add rows to that enhancement; for another one take another id"
            made.wrong(item, name, quoted(item.text(name)), allowed, fix)
    if not made.draft.of("comparisons"):
        found, allowed = "no comparisons", "comparisons to add to an enhancement that the data has"
        made.wrong(item, None, found, allowed, "add some, or take another id")
    made.used["enhancements"].append(known.enhancement)
    made.change(item, known.enhancement, {})


def _filled(made: Plan, item: Item, key: str) -> set[str]:
    """The fields of a model whose training compute the data does not know that the file fills."""
    known = made.evidence.models[key]
    if known.training_flop or not item.text("training_flop"):
        return set()
    cells = {n: item.text(n) for n in item.fields if n != "id" and getattr(known, n) is None}
    made.change(item, key, cells)
    return set(cells)


def _known_or_new(made: Plan, item: Item) -> None:
    """A row of its own, unless the data has it; then the file must not say otherwise."""
    key, table = item.text("id"), TABLES[item.part]
    in_data = known_model(made.evidence, key) if table == "models" else key
    known = made.evidence.table(table).get(in_data)
    if known is None:
        made.write(item, key)
        return
    made.used[table].append(key)
    filled = _filled(made, item, in_data) if table == "models" else ()
    told = (*filled, "id", "bibtex", *(("source", "locator", "provenance") if table == "models" else ()))
    for name, text in item.fields.items():
        if not made.data_wins and name not in told and not _same(getattr(known, name), item.text(name)):
            allowed = f"{quoted(_shown(getattr(known, name)))}, as data/{table}.csv has it"
            made.wrong(item, name, quoted(text), allowed, "correct one of the two, or give another id")


def _source(made: Plan, item: Item) -> None:
    _known_or_new(made, item)
    key, entry = item.text("id"), item.text("bibtex").strip()
    if key not in made.evidence.sources:
        for found, allowed, fix in csv_and_bibtex.entry_problems(key, entry):
            made.wrong(item, "bibtex", found, allowed, fix)
        if (id(item), "bibtex") not in made.at:
            made.entries.append(entry)


def _score(made: Plan, item: Item) -> None:
    model = made.model(item)
    of = (model, item.text("variant"), item.text("benchmark"), item.text("source"))
    rows = (r for r in made.evidence.results.values() if r.preferred)
    known = next((r for r in rows if (r.model, r.variant, r.benchmark, r.source) == of), None)
    if known is None:
        parts = (made.enhancement, item.text("benchmark"), slug(model), slug(item.text("variant")))
        made.write(item, item.text("id") or ".".join(parts), model=model)
        return
    made.used["results"].append(known.result)
    if not made.data_wins and not _same(known.score, item.text("score")):
        allowed = f"{known.score!r}, as data/results.csv has it ({known.result})"
        fix = "correct the score, or tell the variants apart"
        made.wrong(item, "score", quoted(item.text("score")), allowed, fix)


def _cost(made: Plan, item: Item) -> None:
    model, value = made.model(item), item.text("value")
    if not value and item.text("formula"):
        try:
            value = f"{evaluate(item.text('formula'), item.text('inputs')):.4g}"
        except ValueError as error:
            allowed, fix = "arithmetic over the names in inputs", "correct formula or inputs"
            made.wrong(item, "formula", str(error), allowed, fix)
    parts = (made.enhancement, slug(model), COSTS.get(item.text("quantity"), "cost"))
    key = ".".join(filter(None, parts))
    if key in made.new("costs") or key in made.evidence.costs:  # another variant of the model
        key = ".".join(filter(None, (*parts[:2], slug(item.text("variant")), parts[2])))
    made.write(item, item.text("id") or key, value=value, model=model)


def _refuse_infinite(made: Plan) -> None:
    for table, rows in made.rows.items():
        for field in schema(made.evidence.folder, table)["fields"]:
            name = field["name"]
            for row in rows if field["type"] in ("number", "integer") else ():
                if not _finite(row.cells.get(name, "")):
                    found = quoted(row.cells[name])
                    made.wrong(row.item, name, found, "a finite number", "correct the number")


def _shortened(draft: Draft) -> tuple[Draft, list[tuple[Item, str, int]]]:
    """The draft with no value longer than a cell may be, and each that was: item, field, characters."""
    items, long, seen = [], [], set()
    for item in draft.items:
        cut = {k: item.text(k)[:60] for k in item.fields if k != "bibtex" and len(item.text(k)) > LONGEST}
        items.append(replace(item, fields={**item.fields, **cut}) if cut else item)
        for name in cut:
            text = item.text(name)
            if text not in seen:
                seen.add(text)
                long.append((items[-1], name, len(text)))
    return replace(draft, items=tuple(items)), long


def _finite(text: str) -> bool:
    try:
        return not text or math.isfinite(float(text))
    except ValueError:
        return True  # no number at all: the descriptor says so


def _same(value: object, text: str) -> bool:
    if isinstance(value, float | int) and not isinstance(value, bool):
        try:
            return float(value) == float(text)
        except ValueError:
            return False
    return _shown(value) == text


def _shown(value: object) -> str:
    """A value of the data as a file would say it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
