"""Enhancements added as data: shown, checked as a whole before a byte is written, and taken out again."""

import csv
import ctypes
import errno
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ceg.add import csv_and_bibtex, draft_file
from ceg.add.draft_file import TABLES, Draft
from ceg.add.plan import Plan
from ceg.add.refusals import added_again, refused
from ceg.add.resolve import attempt, plan
from ceg.analysis import analysis
from ceg.analysis.analysis import Analysis
from ceg.evidence import assumptions as choices
from ceg.evidence import check, csv_cells, references
from ceg.evidence import tables as evidence
from ceg.evidence.descriptor import schema
from ceg.evidence.problems import InputError, Problem, nearest, quoted
from ceg.evidence.tables import Evidence

BIB = "references.bib"
WRITTEN = "an enhancement that ceg add wrote"


def preview(path: str, folder: Path | None = None) -> Analysis:
    """The enhancements that Figure 2 shows, as if a file had been added; nothing is written.

    ``path`` leads to the file from the book's folder. If the data has its enhancement already, it changes
    nothing; if the data has another number, that number stays. Raises InputError.
    """
    folder = folder or evidence.find_data()
    whole = analysis.open(folder=folder)
    draft = draft_file.read(folder.parent / path, folder)
    if draft.of("enhancement")[0].text("id") not in whole.evidence.enhancements:
        made = plan(draft, whole.evidence, data_wins=True)
        known = with_rows(whole.evidence, made)
        origin = known.origin and known.origin.narrowed({"preview": path})
        whole = replace(whole, evidence=replace(known, origin=origin))
    return replace(whole, evidence=whole.evidence.subset("shown"))


def with_rows(known: Evidence, made: Plan) -> Evidence:
    """Evidence with the rows of a plan."""
    return known.extended(made.rows_with_changes())


def add(draft: Draft, folder: Path, *, write: bool = True) -> Plan:
    """Add an enhancement to a data folder; with ``write=False`` everything is checked and nothing written.

    Raises InputError with everything that is wrong; then nothing is written.
    """
    folder = folder.resolve()
    with alone(folder):
        evidence.forget()
        known, before, after = evidence.load(folder), _files(folder), {}
        if _repeats(known, before) and (problems := check.check(folder)):
            raise InputError(problems)
        if again := added_again(draft, known):
            raise InputError(again)
        made = attempt(draft, known)
        for table, rows in made.rows.items():
            name, changed = f"{table}.csv", made.changes.get(table, {})
            if changed:
                cells = {k: r.cells for k, r in changed.items()}
                after[name] = csv_and_bibtex.replaced(before[name], made.key(table), cells)
            if rows:
                old = after.get(name, before[name])
                after[name] = csv_and_bibtex.appended(old, [r.cells for r in rows])
        for entry in made.entries:
            after[BIB] = csv_and_bibtex.with_entry(after.get(BIB, before[BIB]), entry)
        if problems := refused(made, check_with(folder, after)):
            raise InputError(problems)
        _estimated(made)
        if write:
            _commit(folder, before, after)
    return made


def _repeats(known: Evidence, files: Mapping[str, bytes]) -> bool:
    """Whether a table has more rows than ids: what is said of a row could then be said of another."""
    return any(
        len(list(csv.reader(io.StringIO(files[f"{table}.csv"].decode("utf-8-sig"), newline=""))))
        != 1 + len(known.tables_by_name[table])
        for table in TABLES.values()
    )


def _estimated(made: Plan) -> None:
    """Work the estimates out before anything is written. Raises InputError where that fails."""
    settled = choices.load(made.evidence.folder)
    try:
        Analysis(with_rows(made.evidence, made), settled).estimate_all(made.enhancement)
    except (ArithmeticError, ValueError) as error:
        allowed, fix = "numbers that give an estimate", "correct the benchmark, the scores or the compute"
        raise InputError(Problem(made.draft.name, str(error), allowed, fix)) from None


def remove(enhancement: str, folder: Path) -> dict[str, list[str]]:
    """Take an added enhancement out again, with the rows that came with it and that nothing else uses.

    Returns table -> ids of the rows taken out. Raises InputError if the enhancement is not an added one.
    """
    folder = folder.resolve()
    with alone(folder):
        evidence.forget()
        known = evidence.load(folder)
        row = known.enhancements.get(enhancement)
        if row is None:
            raise InputError(evidence.unknown_name(known, "enhancements", enhancement))
        if not (row.added or row.brought):
            fix = nearest(enhancement, [k for k, e in known.enhancements.items() if e.added], "none is added")
            found, allowed = f"{quoted(enhancement)}, which is part of the book's own evidence", WRITTEN
            raise InputError(Problem(f"{folder.name}/enhancements.csv", found, allowed, fix))
        emptied = _to_empty(known, enhancement)
        out = _to_take_out(known, enhancement, emptied)
        before, after = _files(folder), {}
        for table, rows in emptied.items():
            name, key = f"{table}.csv", _key(folder, table)
            read = {r[key]: r for r in csv_cells.dicts(folder / name) if r[key] in rows}
            cells = {k: r | dict.fromkeys(rows[k], "") for k, r in read.items()}
            after[name] = csv_and_bibtex.replaced(before[name], key, cells)
        for table, ids in out.items():
            name, key = f"{table}.csv", _key(folder, table)
            after[name] = csv_and_bibtex.without(
                after.get(name, before[name]), lambda cells, key=key, ids=ids: cells[key] in ids
            )
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
    replace_files(folder, before, after)
    evidence.forget()
    references.entries.cache_clear()


def _files(folder: Path) -> dict[str, bytes]:
    """The files that adding and removing may change."""
    return {name: (folder / name).read_bytes() for name in (*(f"{t}.csv" for t in TABLES.values()), BIB)}


def _key(folder: Path, table: str) -> str:
    return schema(folder, table)["primaryKey"][0]


def _to_empty(known: Evidence, enhancement: str) -> dict[str, dict[str, list[str]]]:
    """Table -> id -> columns that adding filled, of models that no comparison that stays rests on."""
    row = known.enhancements[enhancement]
    stay = [
        c
        for c in known.comparisons.values()
        if f"comparisons/{c.comparison}" not in row.brought
        and not (row.added and c.enhancement == enhancement)
    ]
    needed = {known.results[i].model for c in stay for i in (c.enhanced, *c.baseline)}
    found: dict[str, dict[str, list[str]]] = {} if row.added else {"enhancements": {enhancement: ["brought"]}}
    for place, key in (b.split("/", 1) for b in row.brought):
        table, dot, column = place.partition(".")
        if dot and key not in needed:
            found.setdefault(table, {}).setdefault(key, []).append(column)
    return found


def _to_take_out(
    known: Evidence, enhancement: str, emptied: Mapping[str, Mapping[str, list[str]]]
) -> dict[str, set[str]]:
    """Table -> ids: of the enhancement, its comparisons, and what it brought that no other row uses."""
    row = known.enhancements[enhancement]
    out = {tuple(b.split("/", 1)) for b in row.brought if "." not in b.partition("/")[0]}
    if row.added:
        own = (("comparisons", c.comparison) for c in known.of(enhancement))
        out |= {("enhancements", enhancement), *own}
    free = {("models", key) for key in emptied.get("models", ())}  # their source goes with their compute
    while kept := {
        to
        for row, to in known.references()
        if row not in out | free and to in out and to[0] != "enhancements"
    }:
        out -= kept
    found: dict[str, set[str]] = {}
    for table, key in out:
        found.setdefault(table, set()).add(key)
    return found


EXCHANGE = {
    "linux": ("renameat2", lambda a, b: (-100, a, -100, b, 2)),
    "darwin": ("renamex_np", lambda a, b: (a, b, 2)),
}
"""The system's call that exchanges two paths, and its arguments; -100: paths from the working directory."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder against other changes of this kind. Raises InputError if one is under way.

    The lock goes with the process, however it ends. What a stopped process left beside the folder is cleared.
    """
    import fcntl

    held = os.open(folder.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            found, fix = "another ceg add or remove at work", "wait until it has ended, and call it again"
            raise InputError(Problem(folder.name, found, "one at a time", fix)) from None
        settle(folder)
        yield
    finally:
        os.close(held)


def put_back(folder: Path) -> None:
    """Recover a data folder that is not in its place, because a change was stopped between two renames."""
    if not folder.exists() and _beside(folder)[1].is_dir():
        with alone(folder):
            pass


def settle(folder: Path) -> None:
    """Undo what an interrupted change left: put the folder back if it is away, drop the half-made copy."""
    old = _beside(folder)[1]
    if old.is_dir() and not folder.exists():
        os.rename(old, folder)
    _clear(folder)


def _clear(folder: Path) -> None:
    """Remove what a change makes beside the folder."""
    for left in _beside(folder):
        if left.is_dir():
            shutil.rmtree(left)


def replace_files(folder: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Write the files of ``after`` into the folder, all or none; call it while ``alone``.

    The changed copy is made beside the folder and exchanged with it by one system call; where a system has
    none, by two renames between which ``settle`` finds the way back. Raises InputError if a file is not as
    ``before`` any more.
    """
    new, old = _beside(folder)
    try:
        shutil.copytree(folder, new)
        changed = [name for name, content in before.items() if (new / name).read_bytes() != content]
        for name, content in after.items():
            with (new / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:  # no room, no right to write: nothing has changed yet
        shutil.rmtree(new, ignore_errors=True)
        found, fix = (
            error.strerror or str(error),
            "make room, or change the rights of the folder that holds it",
        )
        raise InputError(Problem(str(folder), found, "a folder to write beside", fix)) from None
    if changed:
        shutil.rmtree(new)
        found, fix = "a change made meanwhile", "call it again"
        raise InputError(Problem(f"{folder.name}/{n}", found, "the file as read", fix) for n in changed)
    if not _exchange(new, folder):
        os.rename(folder, old)
        os.rename(new, folder)
    _clear(folder)


def _beside(folder: Path) -> tuple[Path, Path]:
    return folder.with_name(f".{folder.name}-new"), folder.with_name(f".{folder.name}-old")


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two paths in one step; False where the system or the file system cannot.

    Raises OSError on other failures.
    """
    name, arguments = EXCHANGE.get(sys.platform, ("", None))
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None) if name else None
    if call is None:
        return False
    if call(*arguments(os.fsencode(a), os.fsencode(b))) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(b))
