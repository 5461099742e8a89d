"""Enhancements added as data: checked as a whole before a byte is written, shown before that, and taken out again."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ceg.add import csv_and_bibtex, draft_file, rowbytes, swap
from ceg.add.draft_file import TABLES, Draft
from ceg.add.plan import Plan, plan
from ceg.analysis import analysis
from ceg.analysis.analysis import Analysis
from ceg.evidence import check, references
from ceg.evidence import tables as evidence
from ceg.evidence.problems import InputError, Problem, nearest, quoted
from ceg.evidence.tables import Evidence

BIB = "references.bib"


def preview(path: str, folder: Path | None = None) -> Analysis:
    """The enhancements that Figure 2 shows, as if the file (a path from the book's folder) had been added; nothing is written.

    A file whose enhancement the data has already changes nothing; a number that the data has otherwise is the data's. Raises InputError.
    """
    folder = folder or evidence.find_data()
    whole = analysis.open(folder=folder)
    draft = draft_file.read(folder.parent / path, folder)
    if draft.of("enhancement")[0].text("id") not in whole.evidence.enhancements:
        whole = replace(whole, evidence=with_rows(whole.evidence, plan(draft, whole.evidence, data_wins=True)))
    return replace(whole, evidence=whole.evidence.subset("shown"))


def with_rows(known: Evidence, made: Plan) -> Evidence:
    """Evidence with the rows of a plan."""
    return known.extended({table: [r.cells for r in rows] for table, rows in made.rows.items()})


def add(draft: Draft, folder: Path, *, write: bool = True) -> Plan:
    """Add an enhancement to a data folder. Raises InputError with everything that is wrong; then nothing is written.

    With ``write=False`` everything is checked and nothing written.
    """
    folder = folder.resolve()
    with swap.alone(folder):
        evidence.forget()
        made = plan(draft, evidence.load(folder))
        before, after = _files(folder), {}
        for table, rows in made.rows.items():
            if rows:
                name = f"{table}.csv"
                after[name] = rowbytes.appended(before[name], [r.cells for r in rows])
        for entry in made.entries:
            after[BIB] = csv_and_bibtex.with_entry(after.get(BIB, before[BIB]), entry)
        if problems := check_with(folder, after):
            raise InputError(_in_words_of_the_file(problems, made, folder))
        if write:
            _commit(folder, before, after)
    return made


def remove(enhancement: str, folder: Path) -> dict[str, list[str]]:
    """Take an added enhancement out again, with the rows that came with it and that nothing else uses.

    Returns table -> ids of the rows taken out. Raises InputError if the enhancement is not an added one.
    """
    folder = folder.resolve()
    with swap.alone(folder):
        evidence.forget()
        known = evidence.load(folder)
        row = known.enhancements.get(enhancement)
        if row is None:
            raise InputError([evidence.unknown_name(known, "enhancements", enhancement)])
        if not row.added:
            fix = nearest(enhancement, [k for k, e in known.enhancements.items() if e.added], "none is added")
            found = f"{quoted(enhancement)}, which is part of the book's own evidence"
            raise InputError(
                [Problem(f"{folder.name}/enhancements.csv", found, "an enhancement that ceg add wrote", fix)]
            )
        out = _to_take_out(known, enhancement)
        before, after = _files(folder), {}
        for table, ids in out.items():
            name, key = f"{table}.csv", _key(folder, table)
            after[name] = rowbytes.without(before[name], lambda cells, key=key, ids=ids: cells[key] in ids)
        for key in out.get("sources", ()):
            after[BIB] = csv_and_bibtex.without_entry(after.get(BIB, before[BIB]), key)
        if problems := check_with(folder, after):
            raise InputError(problems)
        _commit(folder, before, after)
    return {table: sorted(ids) for table, ids in out.items()}


def check_with(folder: Path, files: Mapping[str, bytes]) -> list[Problem]:
    """What would be wrong with a data folder if some of its files were these."""
    with tempfile.TemporaryDirectory() as temporary:
        trial = Path(temporary) / folder.name
        shutil.copytree(folder, trial)
        for name, content in files.items():
            (trial / name).write_bytes(content)
        return check.check(trial)


def _commit(folder: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    swap.replace(folder, before, after)
    evidence.forget()
    references.entries.cache_clear()


def _files(folder: Path) -> dict[str, bytes]:
    """The files that adding and removing may change."""
    return {name: (folder / name).read_bytes() for name in (*(f"{t}.csv" for t in TABLES.values()), BIB)}


def _key(folder: Path, table: str) -> str:
    return next(r for r in evidence.descriptor(folder)["resources"] if r["name"] == table)["schema"]["primaryKey"][0]


def _to_take_out(known: Evidence, enhancement: str) -> dict[str, set[str]]:
    """Table -> ids: the enhancement, its comparisons, and of the rows that came with it those that no other row uses."""
    out = {("enhancements", enhancement), *(("comparisons", c.comparison) for c in known.of(enhancement))}
    out |= {tuple(b.split("/", 1)) for b in known.enhancements[enhancement].brought}
    while kept := {to for row, to in known.references() if row not in out and to in out and to[0] != "enhancements"}:
        out -= kept
    found: dict[str, set[str]] = {}
    for table, key in out:
        found.setdefault(table, set()).add(key)
    return found


def _in_words_of_the_file(problems: list[Problem], made: Plan, folder: Path) -> list[Problem]:
    """Problems of the rows to be written, said of the items that ask for them; others as they are."""
    part_of = {table: part for part, table in TABLES.items()}
    places = {}
    for table, rows in made.rows.items():
        first = 2 + len(evidence.load(folder).tables_by_name[table])
        places |= {(f"{folder.name}/{table}.csv", first + i): (table, row) for i, row in enumerate(rows)}
    said = []
    for p in problems:
        if (p.file, p.row) not in places:
            said.append(p)
            continue
        table, row = places[p.file, p.row]
        name = "id" if p.field == _key(folder, table) else p.field
        fix = p.fix
        for other, part in part_of.items():
            fix = fix.replace(f"add it to {other}.csv", f"add it under {part}")
        said.append(made.draft.problem(row.item, name, p.found, p.allowed, fix))
    return list(dict.fromkeys(said))
