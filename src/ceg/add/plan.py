"""From what a file asks to add to rows of the data: ids made, names resolved, what the data has already used."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ceg.add import csv_and_bibtex
from ceg.add.draft_file import KEPT, OWN, TABLES, Draft, Item
from ceg.evidence.problems import InputError, Problem, nearest, quoted
from ceg.evidence.tables import Evidence, descriptor

SECTION = {
    "tool use": "3.1",
    "prompting": "3.2",
    "scaffolding": "3.3",
    "solution choice": "3.4",
    "data": "3.5",
    "combination": "5",
}
"""Category -> section of the paper where an enhancement of the kind would stand."""

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
    """Rows to write, by table; entries for references.bib; ids that the data has already, by table; what is wrong."""

    draft: Draft
    rows: dict[str, list[Row]] = field(default_factory=lambda: {t: [] for t in TABLES.values()})
    entries: list[str] = field(default_factory=list)
    used: dict[str, list[str]] = field(default_factory=lambda: {t: [] for t in TABLES.values()})
    problems: list[Problem] = field(default_factory=list)

    @property
    def enhancement(self) -> str:
        """The id of the enhancement."""
        return self.draft.of("enhancement")[0].text("id")


def plan(draft: Draft, evidence: Evidence, *, data_wins: bool = False) -> Plan:
    """The rows that a draft becomes. Raises InputError with everything that cannot be resolved.

    Where the draft says something else than the data, that is a problem; with ``data_wins`` the data's row is used.
    """
    made = _Planner(draft, evidence, data_wins).plan
    if made.problems:
        raise InputError(made.problems)
    return made


def slug(name: str) -> str:
    """A name as part of an id: lower case, everything but letters and digits a hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


class _Planner:
    """Makes the plan, part by part, in the order in which rows refer to each other."""

    def __init__(self, draft: Draft, evidence: Evidence, data_wins: bool):
        self.draft, self.evidence, self.data_wins, self.plan = draft, evidence, data_wins, Plan(draft)
        self.key = {r["name"]: r["schema"]["primaryKey"][0] for r in descriptor(evidence.folder)["resources"]}
        self.aliases = {a: m for m, r in evidence.models.items() for a in (r.aliases or "").split(" | ") if a}
        self.id = self.plan.enhancement
        self.enhancement()
        for item in draft.of("sources"):
            self.source(item)
        for item in draft.of("benchmarks"):
            self.known_or_new(item, item.text("id"))
        for item in draft.of("models"):
            self.known_or_new(item, item.text("id"))
        for item in draft.of("scores"):
            self.score(item)
        for item in draft.of("costs"):
            self.cost(item)
        for item in draft.of("comparisons"):
            self.comparison(item)
        numbers = [
            (t, f["name"])
            for t in TABLES.values()
            for f in self.schema(t)
            if f["type"] in ("number", "integer")
        ]
        for table, name in numbers:
            for row in self.plan.rows[table]:
                if not _finite(row.cells.get(name, "")):
                    self.wrong(
                        row.item, name, quoted(row.cells[name]), "a finite number", "correct the number"
                    )
        self.rows("enhancements")[0].cells["brought"] = " | ".join(
            f"{t}/{r.cells[self.key[t]]}"
            for t, rows in self.plan.rows.items()
            for r in rows
            if t not in ("enhancements", "comparisons")
        )

    def schema(self, table: str) -> list[dict]:
        return next(r for r in descriptor(self.evidence.folder)["resources"] if r["name"] == table)["schema"][
            "fields"
        ]

    def rows(self, table: str) -> list[Row]:
        return self.plan.rows[table]

    def wrong(self, item: Item, field: str | None, found: str, allowed: str, fix: str) -> None:
        self.plan.problems.append(self.draft.problem(item, field, found, allowed, fix))

    def write(self, item: Item, key: str, **more: str) -> None:
        """A new row with an id that no row has yet."""
        table = TABLES[item.part]
        if key in self.evidence.tables_by_name[table] or key in self.new(table):
            where = f"data/{table}.csv" if key in self.evidence.tables_by_name[table] else "this file"
            self.wrong(
                item,
                "id",
                f"{quoted(key)}, which {where} has",
                "an id that no other row has",
                "take another id",
            )
        cells = {k: item.text(k) for k in item.fields if k not in ("id", *OWN.get(item.part, ()))}
        cells = UNLESS_SAID.get(item.part, {}) | {k: v for k, v in cells.items() if v != ""}
        self.rows(table).append(Row({self.key[table]: key} | cells | more, item))

    def new(self, table: str) -> dict[str, Row]:
        return {row.cells[self.key[table]]: row for row in self.rows(table)}

    def enhancement(self) -> None:
        first, *others = self.draft.of("enhancement")
        for other in others:
            self.wrong(
                other, None, "a second enhancement", "one enhancement a file", "put it into a file of its own"
            )
        section = first.text("section") or SECTION.get(first.text("category"), "3")
        self.write(first, self.id, section=section, **dict(zip(KEPT, ("false", "", "true", ""), strict=True)))

    def known_or_new(self, item: Item, key: str) -> None:
        """A row of its own, unless the data has it; then the file must not say otherwise."""
        table = TABLES[item.part]
        known = self.evidence.tables_by_name[table].get(
            self.aliases.get(key, key) if table == "models" else key
        )
        if known is None:
            self.write(item, key)
            return
        self.plan.used[table].append(key)
        told = ("id", "bibtex", *(("source", "locator", "provenance") if table == "models" else ()))
        for name, text in item.fields.items():
            if not self.data_wins and name not in told and not _same(getattr(known, name), item.text(name)):
                has = quoted(_shown(getattr(known, name)))
                self.wrong(
                    item,
                    name,
                    quoted(text),
                    f"{has}, as data/{table}.csv has it",
                    "correct one of the two, or give another id",
                )

    def source(self, item: Item) -> None:
        key, entry = item.text("id"), item.text("bibtex").strip()
        if key in self.evidence.sources:
            self.known_or_new(item, key)
            return
        self.write(item, key)
        for found, allowed, fix in csv_and_bibtex.entry_problems(key, entry):
            self.wrong(item, "bibtex", found, allowed, fix)
        self.plan.entries.append(entry)

    def score(self, item: Item) -> None:
        model = self.aliases.get(item.text("model"), item.text("model"))
        of = (model, item.text("variant"), item.text("benchmark"), item.text("source"))
        facts = [
            r
            for r in self.evidence.results.values()
            if r.preferred and (r.model, r.variant, r.benchmark, r.source) == of
        ]
        if facts:
            self.plan.used["results"].append(facts[0].result)
            if not self.data_wins and not _same(facts[0].score, item.text("score")):
                allowed = f"{facts[0].score!r}, as data/results.csv has it ({facts[0].result})"
                self.wrong(
                    item,
                    "score",
                    quoted(item.text("score")),
                    allowed,
                    "correct the score, or tell the variants apart",
                )
            return
        parts = (self.id, item.text("benchmark"), slug(model), slug(item.text("variant")))
        self.write(item, item.text("id") or ".".join(parts), model=model)

    def cost(self, item: Item) -> None:
        from ceg.evidence.cost_formula import evaluate

        kind = {"one_time_fraction": "one-time", "runtime_multiple": "runtime"}.get(
            item.text("quantity"), "cost"
        )
        model = self.aliases.get(item.text("model"), item.text("model"))
        value = item.text("value")
        if not value and item.text("formula"):
            try:
                value = f"{evaluate(item.text('formula'), item.text('inputs')):.4g}"
            except ValueError as error:
                self.wrong(
                    item,
                    "formula",
                    str(error),
                    "arithmetic over the names in inputs",
                    "correct formula or inputs",
                )
        key = item.text("id") or ".".join(filter(None, (self.id, slug(model), kind)))
        self.write(item, key, value=value, model=model)

    def comparison(self, item: Item) -> None:
        model = self.aliases.get(item.text("model"), item.text("model"))
        benchmark, baseline = item.text("benchmark"), item.fields.get("baseline", "")
        known = {
            **{k: r._asdict() for k, r in self.evidence.results.items()},
            **{k: r.cells for k, r in self.new("results").items()},
        }
        named = known.get(item.text("enhanced"))
        pool = dict(self.pool(known, named["benchmark"] if named else benchmark))
        enhanced = [item.text("enhanced")] if named else self.variant(pool, item.text("enhanced"), model)
        listed = baseline if isinstance(baseline, tuple) else (baseline,) if baseline in known else ()
        baselines = list(listed) or self.variant(pool, baseline)
        if len(enhanced) != 1:
            fix = "add the score, or give its id" if not enhanced else "give the id of one of them"
            found = f"{len(enhanced) or 'no'} scores of {quoted(item.text('enhanced'))} by {quoted(model)} on {quoted(benchmark)}"
            self.wrong(item, "enhanced", found, "one score among scores, or in data/results.csv", fix)
        if not baselines:
            found = f"no score of {quoted(baseline)} on {quoted(benchmark)}" if baseline else "no baseline"
            allowed = "a variant with scores on the same benchmark, or a list of ids of scores"
            variants = sorted({r["variant"] for r in pool.values()})
            fix = nearest(str(baseline), variants, "add scores of the models without the enhancement")
            self.wrong(item, "baseline", found, allowed, fix)
        if len(enhanced) != 1 or not baselines:
            return
        self.compute(item, [known[i]["model"] for i in (*enhanced, *baselines) if i in known])
        of = known[enhanced[0]]
        costs = {
            field: self.cost_of(of["model"], of["variant"], quantity) or ""
            for field, quantity in (
                ("one_time_cost", "one_time_fraction"),
                ("runtime_cost", "runtime_multiple"),
            )
            if not item.text(field)
        }
        key = item.text("id") or ".".join((self.id, of["benchmark"], slug(of["model"])))
        components = item.text("components") or self.id
        self.write(
            item,
            key,
            enhancement=self.id,
            enhanced=enhanced[0],
            baseline=" ".join(baselines),
            components=components,
            **costs,
        )

    def pool(self, known: Mapping[str, Mapping], benchmark: str) -> Iterator[tuple[str, Mapping]]:
        """The scores on a benchmark that stand in the file; where it has none of them, all that the data has."""
        own = {*self.plan.used["results"], *self.new("results")}
        on = {k: r for k, r in known.items() if r["benchmark"] == benchmark}
        yield from ({k: r for k, r in on.items() if k in own} or on).items()

    @staticmethod
    def variant(pool: Mapping[str, Mapping], variant: object, model: str | None = None) -> list[str]:
        return [
            k
            for k, r in pool.items()
            if r["variant"] == variant
            and r["preferred"] in (True, "true")
            and (model is None or r["model"] == model)
        ]

    def compute(self, item: Item, models: list[str]) -> None:
        """Every compared model needs training compute."""
        for model in dict.fromkeys(models):
            new, old = self.new("models").get(model), self.evidence.models.get(model)
            if new and not new.cells.get("training_flop"):
                self.wrong(
                    new.item,
                    "training_flop",
                    "nothing",
                    f"the training compute of {quoted(model)} in FLOP",
                    "give it, with flop_method and certainty",
                )
            elif old and not old.training_flop:
                self.wrong(
                    item,
                    None,
                    f"{quoted(model)}, whose training compute data/models.csv does not know",
                    "models with training compute",
                    "leave the model out",
                )
            elif not (new or old):
                fix = nearest(
                    model,
                    [*self.evidence.models, *self.new("models")],
                    "add it under models, with its training compute",
                )
                self.wrong(
                    item,
                    None,
                    f"the model {quoted(model)}",
                    "a model of data/models.csv or of this file",
                    fix,
                )

    def cost_of(self, model: str, variant: str, quantity: str) -> str | None:
        """The cost in the file that is of this model (or of every size) and variant."""
        fits = [
            k
            for k, r in self.new("costs").items()
            if (r.cells.get("variant"), r.cells.get("quantity")) == (variant, quantity)
            and r.cells.get("model") in (model, "")
        ]
        return max(fits, key=lambda k: bool(self.new("costs")[k].cells["model"]), default=None)


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
    return (
        {None: "", True: "true", False: "false"}.get(value, str(value))
        if isinstance(value, bool | None)
        else str(value)
    )
