"""Everything that is wrong with an addition: at once, each thing once, said of the items of the file."""

from collections.abc import Collection, Iterable, Mapping

from ceg.add.draft_file import TABLES, Draft
from ceg.add.plan import Plan, Row
from ceg.evidence import rules
from ceg.evidence.descriptor import schema
from ceg.evidence.problems import Problem, quoted
from ceg.evidence.tables import LINKS, Evidence

Placed = tuple[str, Row, Problem]
"""A problem of a new row of a table."""

STAND_INS = ("sources", "enhancements", "benchmarks", "models")
"""Tables whose faulty cells are stood in for while the rules look at the rows that refer to them."""

CONSEQUENCE = {"enhancements": "no_estimate_reason", "sources": "source"}
"""What a rule says of a row because other rows, or an entry of the bibliography, are faulty."""


def added_again(draft: Draft, known: Evidence) -> Problem | None:
    """What is wrong where a file brings an enhancement that the data has, with another headline."""
    names = {item.text("id") for item in draft.of("enhancement")}
    heads = {c.enhancement for c in known.comparisons.values() if c.role == "headline"}
    if not names & heads or not any(c.text("role") == "headline" for c in draft.of("comparisons")):
        return None
    (name,) = names & heads
    allowed = "an enhancement that the data does not have, or rows without a headline"
    another = f"ceg remove {name} first" if known.enhancements[name].added else "take another id"
    fix = f"{another}; to add rows to it, make the comparisons supporting"
    return Problem(draft.name, f"{quoted(name)}, which the data has with its headline", allowed, fix)


def refused(made: Plan, checked: Iterable[Problem]) -> list[Problem]:
    """What is wrong with a plan; ``checked``: with the data, if it had the plan's rows.

    The checks of the data stop at a wrong cell. The rules are asked again, of the rows that are sound.
    """
    placed, found, data_is_wrong = [], list(made.problems), False
    for problem in checked:
        place = _row_of(problem, made, made.rows)
        if place:
            placed.append((*place, problem))
        else:
            found.append(problem)
            data_is_wrong |= problem.row is not None
    faulty: dict[int, set[str | None]] = {}  # by item
    for item, field in [*made.at, *((id(row.item), p.field) for _, row, p in placed)]:
        faulty.setdefault(item, set()).add(field)
    placed = [p for p in placed if not _said_before(made, *p)]
    if not found and not placed:
        return []
    sound, rows = _sound(made, faulty)
    # wrong rows of the data's own would still be in it, and a rule takes every row for whole
    for problem in () if data_is_wrong else rules.broken(sound):
        place = _row_of(problem, made, rows)
        if place and id(place[1].item) not in faulty and CONSEQUENCE.get(place[0]) != problem.field:
            placed.append((*place, problem))
    said = dict.fromkeys([*found, *(_worded(made, *p) for p in placed)])
    return sorted(said, key=lambda problem: problem.row or 0)


def _row_of(problem: Problem, made: Plan, rows: Mapping[str, list[Row]]) -> tuple[str, Row] | None:
    """The table and the new row that a problem is about; None if it is about the data's own."""
    table = problem.file.rpartition("/")[2].removesuffix(".csv")
    if table not in rows or problem.row is None:
        return None
    known = list(made.evidence.tables_by_name[table])
    index = problem.row - 2 - len(known)
    if index < 0:
        if problem.row < 2:
            return None
        changed = made.changes.get(table, {}).get(known[problem.row - 2])
        return (table, changed) if changed else None
    return (table, rows[table][index]) if index < len(rows[table]) else None


def _said_before(made: Plan, table: str, row: Row, problem: Problem) -> bool:
    """Whether the plan has said it, or it follows from what the plan has said."""
    name = _field(made, table, problem)
    if (id(row.item), name) in made.at or row.cells.get(problem.field or "") in made.unknown:
        return True
    if row.item.unsure and problem.found == "nothing":
        return True
    if table == "sources" and (id(row.item), "bibtex") in made.at:
        return problem.field == CONSEQUENCE[table]
    lost = len(made.rows["comparisons"]) < len(made.draft.of("comparisons"))
    return lost and CONSEQUENCE.get(table) == problem.field


def _sound(made: Plan, faulty: Mapping[int, set[str | None]]) -> tuple[Evidence, dict[str, list[Row]]]:
    """The data with the new rows whose cells are right and that refer to rows that are there."""
    rows = {
        table: [
            Row(_stood_in(made, table, row, faulty.get(id(row.item), set())), row.item)
            for row in some
            if row.cells[made.key(table)] and (table in STAND_INS or id(row.item) not in faulty)
        ]
        for table, some in made.rows.items()
    }
    changed = {
        table: [row.cells for row in some.values() if id(row.item) not in faulty]
        for table, some in made.changes.items()
    }
    known = made.evidence.extended(changed)
    while True:
        with_rows = known.extended({table: [r.cells for r in some] for table, some in rows.items()})
        dangling = {row for row, (table, key) in with_rows.references() if key not in with_rows.table(table)}
        kept = {
            table: [r for r in some if (table, r.cells.get(made.key(table))) not in dangling]
            for table, some in rows.items()
        }
        if kept == rows:
            return with_rows, rows
        rows = kept


def _stood_in(made: Plan, table: str, row: Row, faulty: Collection[str | None]) -> dict[str, str]:
    """A row's cells with something allowed in the faulty ones."""
    links, key = dict(LINKS.get(table, ())), made.key(table)
    kinds = {f["name"]: f["type"] for f in schema(made.evidence.folder, table)["fields"]}

    def stand_in(column: str) -> str:
        if column in links:
            return next(iter(made.evidence.table(links[column])))
        return "?" if kinds[column] == "string" else ""

    return row.cells | {c: stand_in(c) for c in kinds if c in faulty and c != key}


def _field(made: Plan, table: str, problem: Problem) -> str | None:
    return "id" if problem.field == made.key(table) else problem.field


def _worded(made: Plan, table: str, row: Row, problem: Problem) -> Problem:
    """A problem of a row, said of the item that asks for it."""
    fix = problem.fix
    for part, other in TABLES.items():
        fix = fix.replace(f"add it to {other}.csv", f"add it under {part}")
    return made.draft.problem(row.item, _field(made, table, problem), problem.found, problem.allowed, fix)
