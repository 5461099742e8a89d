"""What an addition would write: new rows with ids of their own, entries of the bibliography, problems."""

import re
from dataclasses import dataclass, field

from ceg.add.draft_file import OWN, TABLES, Draft, Item
from ceg.evidence.descriptor import schema
from ceg.evidence.problems import Problem, quoted
from ceg.evidence.tables import Evidence

UNLESS_SAID = {
    "comparisons": {
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

    used: ids that the data has already, by table. problems: what is wrong; at: of which fields of which
    items. unknown: names of models that neither the data nor the file has. left_out: comparison -> models of
    another family. With ``data_wins`` the data's row is used where the draft says something else; otherwise
    that is a problem.
    """

    draft: Draft
    evidence: Evidence
    data_wins: bool = False
    rows: dict[str, list[Row]] = field(default_factory=lambda: {t: [] for t in TABLES.values()})
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

    def write(self, item: Item, key: str, **more: str) -> None:
        """A new row with an id that no row has yet."""
        table = TABLES[item.part]
        if key in self.evidence.table(table) or key in self.new(table):
            where = f"data/{table}.csv" if key in self.evidence.table(table) else "this file"
            found = f"{quoted(key)}, which {where} has"
            self.wrong(item, "id", found, "an id that no other row has", "take another id")
        said = {k: item.text(k) for k in item.fields if k not in ("id", *OWN.get(item.part, ()))}
        cells = UNLESS_SAID.get(item.part, {}) | {k: text for k, text in said.items() if text}
        self.rows[table].append(Row({self.key(table): key} | cells | more, item))

    def model(self, item: Item) -> str:
        """The model that an item names, by its name in the data."""
        return self.evidence.aliases.get(item.text("model"), item.text("model"))

    def family(self, model: str) -> str | None:
        """The family of a model of the data or of the file."""
        if new := self.new("models").get(model):
            return new.cells.get("family")
        return self.evidence.models[model].family if model in self.evidence.models else None


def slug(name: str) -> str:
    """A name as part of an id: lower case, everything but letters and digits a hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
