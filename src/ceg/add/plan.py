"""What an addition would write: new rows with ids of their own, entries of the bibliography, problems."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ceg.add.draft_file import OWN, TABLES, Draft, Item
from ceg.evidence.csv_cells import dicts
from ceg.evidence.descriptor import schema
from ceg.evidence.problems import Problem, quoted
from ceg.evidence.tables import Evidence

UNLESS_SAID = {
    "comparisons": {
        "role": "supporting",
        "cross_family": "false",
        "metric_mismatch": "false",
        "oracle_feedback": "false",
        "charged_to": "enhanced",
    },
    "scores": {"preferred": "true"},
}
"""What a field is where the file leaves it out."""


@dataclass(frozen=True)
class Row:
    """A new row: column -> text, and the item that asks for it."""

    cells: dict[str, str]
    item: Item


@dataclass
class Plan:
    """Rows to write, by table, and entries for references.bib.

    changes: rows that the data has, whole, with cells filled in, by table and id. used: ids that the data
    has already, by table. problems: what is wrong; at: of which fields of which items. unknown: names of
    models and benchmarks that neither the data nor the file has. left_out: comparison -> models of another
    family. With ``data_wins`` the data's row is used where the draft says something else; otherwise that is
    a problem.
    """

    draft: Draft
    evidence: Evidence
    data_wins: bool = False
    rows: dict[str, list[Row]] = field(default_factory=lambda: {t: [] for t in TABLES.values()})
    changes: dict[str, dict[str, Row]] = field(default_factory=dict)
    entries: list[str] = field(default_factory=list)
    used: dict[str, list[str]] = field(default_factory=lambda: {t: [] for t in TABLES.values()})
    problems: list[Problem] = field(default_factory=list)
    at: set[tuple[int, str | None]] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    left_out: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.problems += self.draft.problems

    @property
    def enhancement(self) -> str:
        """The id of the enhancement; empty if it has none."""
        return next((item.text("id") for item in self.draft.of("enhancement")), "")

    def wrong(self, item: Item, field: str | None, found: str, allowed: str, fix: str) -> None:
        """Keep a problem of an item, once."""
        self.at.add((id(item), field))
        problem = self.draft.problem(item, field, found, allowed, fix)
        if problem not in self.problems:
            self.problems.append(problem)

    def key(self, table: str) -> str:
        """The column of a table's ids."""
        return schema(self.evidence.folder, table)["primaryKey"][0]

    def new(self, table: str) -> dict[str, Row]:
        """Id -> new row of a table."""
        key = self.key(table)
        return {row.cells[key]: row for row in self.rows[table]}

    def rows_with_changes(self) -> dict[str, list[dict[str, str]]]:
        """The cells of new rows and of changed ones, by table."""
        return {
            table: [r.cells for r in (*self.changes.get(table, {}).values(), *rows)]
            for table, rows in self.rows.items()
        }

    def change(self, item: Item, key: str, cells: Mapping[str, str]) -> None:
        """Fill cells of a row that the data has."""
        table = TABLES[item.part]
        rows = dicts(self.evidence.folder / f"{table}.csv")
        whole = next(row for row in rows if row[self.key(table)] == key)
        self.changes.setdefault(table, {})[key] = Row({**whole, **cells}, item)

    def write(self, item: Item, key: str, **more: str) -> None:
        """A new row with an id that no row has yet."""
        table = TABLES[item.part]
        if key in self.evidence.table(table) or key in self.new(table):
            where = f"data/{table}.csv" if key in self.evidence.table(table) else "this file"
            found = f"{quoted(key)}, which {where} has"
            made = item.part == "comparisons" and not item.text("id")
            fix = "remove it: it compares the same scores" if made else "take another id"
            self.wrong(item, "id", found, "an id that no other row has", fix)
        said = {k: item.text(k) for k in item.fields if k not in ("id", *OWN.get(item.part, ()))}
        cells = UNLESS_SAID.get(item.part, {}) | {k: text for k, text in said.items() if text}
        self.rows[table].append(Row({self.key(table): key} | cells | more, item))

    def model(self, item: Item) -> str:
        """The model that an item names, by its name in the data."""
        name = item.text("model")
        return name if name in self.new("models") else known_model(self.evidence, name)

    def family(self, model: str) -> str | None:
        """The family of a model of the data or of the file."""
        if new := self.new("models").get(model):
            return new.cells.get("family")
        return self.evidence.models[model].family if model in self.evidence.models else None


def known_model(evidence: Evidence, name: str) -> str:
    """The model of the data that a name means, as ``llama-2-7b`` means ``Llama 2 7B``; else the name."""
    if name in evidence.models:
        return name
    return evidence.aliases.get(name) or _spelt(evidence).get(spelling(name), name)


@lru_cache(maxsize=1)
def _spelt(evidence: Evidence) -> dict[tuple[str, ...], str]:
    """Spelling -> model, for spellings that one model has."""
    found: dict[tuple[str, ...], set[str]] = {}
    for name, model in (*evidence.aliases.items(), *((m, m) for m in evidence.models)):
        found.setdefault(spelling(name), set()).add(model)
    return {words: models.pop() for words, models in found.items() if len(models) == 1}


def spelling(name: str) -> tuple[str, ...]:
    """The letters and numbers of a name, without case and signs between them."""
    return tuple(re.findall(r"[a-z]+|[0-9]+", name.lower()))


def slug(name: str) -> str:
    """A name as part of an id: lower case, everything but letters and digits a hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
