"""What is known: the Data Package in ``data/``, as frozen tables, whole or closed over what is named."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as own
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ceg.evidence import noted, references
from ceg.evidence.csv_cells import reader_of, records, value, wrong_cells
from ceg.evidence.descriptor import FIX, descriptor, lacking, schema, unlike_rows
from ceg.evidence.files import find_data, of_a_book, shown
from ceg.evidence.noted import NotedTable, Origin
from ceg.evidence.problems import InputError, Problem, nearest, quoted
from ceg.evidence.rows import ROWS, Comparison, Enhancement, Tables
from sphinx_fresh import reads

LINKS = {
    "results": (("model", "models"), ("benchmark", "benchmarks"), ("source", "sources")),
    "models": (("source", "sources"),),
    "compute_alternatives": (("source", "sources"),),
    "benchmarks": (("source", "sources"),),
    "enhancements": (("source", "sources"),),
    "costs": (("model", "models"), ("source", "sources")),
    "scaling_laws": (("source", "sources"),),
    "margins": (("source", "sources"),),
    "prices": (("source", "sources"),),
    "training_costs": (("model", "models"), ("source", "sources")),
    "comparisons": (
        ("enhancement", "enhancements"),
        *((f, "results") for f in ("enhanced", "enhanced_single_sample", "enhanced_vote")),
        *((f, "results") for f in ("baseline", "baseline_weakest", "baseline_strongest")),
        ("one_time_cost", "costs"),
        ("runtime_cost", "costs"),
        ("components", "enhancements"),
        ("teacher", "models"),
    ),
}
"""Which fields name rows of which table: what ``Evidence.subset`` closes over."""

NEEDED = ("sources", "models", "benchmarks", "results", "enhancements", "comparisons")
"""Of these, the tables that a Data Package has which is not a book's."""

PAPER_TABLES = ("figures", "tables", "sections")
"""Tables about the paper alone; a page that shows one asks for it by name."""

LATER = "since-2023"
"""The ``section`` of enhancements that came after the survey, and the name of their group."""

GROUPS: dict[str, Callable[[Enhancement], bool]] = {
    "survey": lambda e: e.in_survey,
    "added": lambda e: e.added,
    "shown": lambda e: e.in_survey or e.added,
    "all": lambda e: e.section != LATER,
    LATER: lambda e: e.section == LATER,
}
"""Groups of enhancements that a page can name, and which rows of enhancements.csv belong to each."""


@dataclass(frozen=True, eq=False, repr=False)
class Evidence(Tables):
    """Frozen tables: ``evidence.results["…"].score``. A table maps the primary key to a row.

    Rows are the named tuples of ``ceg.evidence.rows``; absent values are None, lists tuples. A key of several
    fields, as those of ``scaling_laws`` and ``compute_alternatives``, is a tuple.
    """

    folder: Path
    tables_by_name: Mapping[str, Mapping[Any, Any]]
    origin: Origin | None = None
    more: Mapping[str, frozenset] = own(default_factory=dict)  # table -> keys of rows that are not from there

    def __post_init__(self) -> None:
        for name, rows in self.tables_by_name.items():
            if self.origin is not None:
                rows = NotedTable(name, rows, self.origin, self.more.get(name, frozenset()))
            self.__dict__[name] = rows

    def __repr__(self) -> str:
        rows = ", ".join(f"{len(getattr(self, table))} {table}" for table in self.tables_by_name)
        return f"<Evidence of {rows} in {self.folder.name}/>"

    @functools.cached_property
    def aliases(self) -> dict[str, str]:
        """Another name of a model -> the model."""
        return {a: key for key, m in self.models.items() for a in (m.aliases or "").split(" | ") if a}

    def table(self, name: str) -> Mapping[Any, Any]:
        """A table by its name."""
        return vars(self)[name]

    def of(self, enhancement: str) -> list[Comparison]:
        """The comparisons of an enhancement, in the order of the file."""
        return [c for c in self.comparisons.values() if c.enhancement == enhancement]

    def subset(
        self, enhancements: Iterable[str] | str, tables: Iterable[str] = (), benchmarks: Iterable[str] = ()
    ) -> "Evidence":
        """Only the named enhancements with all they refer to, the benchmarks' results, and whole tables.

        ``enhancements`` may be a group, and a list may name groups among its enhancements:

        - ``"survey"``: those that the paper surveys, with its claims about all of them;
        - ``"added"``: those that ``ceg add`` wrote;
        - ``"shown"``: both, as Figure 2 and Table 2 show them;
        - ``"all"``: all but those that came after the survey;
        - ``"since-2023"``: those that came after the survey.

        Raises InputError on a name that does not exist.
        """
        rows = self.tables_by_name  # a page depends on what it takes, not on what is left out here
        groups = [enhancements] if isinstance(enhancements, str) else list(enhancements)
        overall = any(n in GROUPS and n != "added" for n in groups)
        members = {
            n: [k for k, e in rows["enhancements"].items() if GROUPS[n](e)] for n in groups if n in GROUPS
        }
        named = [k for n in groups for k in members.get(n, [n])]
        tables, benchmarks = list(tables), list(benchmarks)
        for table, names in (("enhancements", named), ("benchmarks", benchmarks)):
            if unknown := [n for n in names if n not in self.tables_by_name[table]]:
                raise InputError(unknown_name(self, table, n) for n in unknown)
        if unknown := [n for n in tables if n not in self.tables_by_name]:
            fix = nearest(unknown[0], self.tables_by_name, "see data/datapackage.json for the names")
            raise InputError(Problem("data/datapackage.json", quoted(unknown[0]), "the name of a table", fix))
        keep: dict[str, set] = {name: set() for name in self.tables_by_name}
        todo: list[tuple[str, object]] = [("enhancements", n) for n in named]
        todo += [("comparisons", k) for k, c in rows["comparisons"].items() if c.enhancement in named]
        todo += [("results", k) for k, r in rows["results"].items() if r.benchmark in benchmarks]
        todo += [(t, key) for t in tables for key in rows[t]]
        about = {*named, *([None] if overall else [])}
        todo += [("paper_claims", k) for k, c in rows["paper_claims"].items() if c.enhancement in about]
        if named:
            todo += [("scaling_laws", k) for k in rows["scaling_laws"]]
        brings = self._named
        while todo:
            table, key = todo.pop()
            if key not in keep[table]:
                self.tables_by_name[table][key]  # KeyError: a row names one that is not there
                keep[table].add(key)
                todo += brings.get((table, key), ())
        ordered = {
            name: MappingProxyType({k: v for k, v in every.items() if k in keep[name]} if keep[name] else {})
            for name, every in self.tables_by_name.items()
        }
        names = {"enhancements": enhancements, "tables": tables, "benchmarks": benchmarks}
        origin = self.origin and self.origin.narrowed(names)
        return Evidence(self.folder, MappingProxyType(ordered), origin, self.more)

    @functools.cached_property
    def _named(self) -> dict[tuple[str, object], list[tuple[str, object]]]:
        """(table, key) of a row -> those of the rows that it brings with it, if any."""
        found: dict[tuple[str, object], list[tuple[str, object]]] = {
            (table, key): list(_named_by(table, row))
            for table in LINKS
            for key, row in self.tables_by_name[table].items()
        }
        for key, row in self.tables_by_name["compute_alternatives"].items():
            found.setdefault(("models", row.model), []).append(("compute_alternatives", key))
        return found

    def digests(self) -> dict[str, str]:
        """Table -> digest of its rows' content, for the tables that have rows."""
        tables = {name: getattr(self, name) for name in self.tables_by_name}
        return {name: noted.rows_digest(dict(rows)) for name, rows in tables.items() if rows}

    def references(self) -> Iterator[tuple[tuple, tuple]]:
        """Every (table, key) of a row with each (table, key) that it names."""
        for table, rows in self.tables_by_name.items():
            for key, row in rows.items():
                yield from (((table, key), named) for named in _named_by(table, row))
                if table == "compute_alternatives":
                    yield (table, key), ("models", row.model)

    def extended(self, rows: Mapping[str, Iterable[Mapping[str, str]]]) -> "Evidence":
        """The same with more rows, given as column -> text; a column that is absent is empty.

        Raises InputError on a cell of the wrong type.
        """
        tables, keys = dict(self.tables_by_name), dict(self.more)
        for table, more in rows.items():
            path, fields = self.folder / f"{table}.csv", schema(self.folder, table)["fields"]
            made = [
                ROWS[table](**{f["name"]: value(path, None, f, cells.get(f["name"])) for f in fields})
                for cells in more
            ]
            tables[table] = MappingProxyType({**tables[table], **{row[0]: row for row in made}})
            keys[table] = keys.get(table, frozenset()) | {row[0] for row in made}
        return Evidence(self.folder, MappingProxyType(tables), self.origin, keys)


def _named_by(table: str, row: tuple) -> Iterator[tuple[str, str]]:
    """The (table, key) of every row that a row names."""
    for field, target in LINKS.get(table, ()):
        value = getattr(row, field)
        yield from ((target, v) for v in (value if isinstance(value, tuple) else (value,)) if v is not None)


def load(
    folder: Path | str | None = None,
    *,
    enhancements: Iterable[str] | str | None = None,
    tables: Iterable[str] = (),
    benchmarks: Iterable[str] = (),
) -> Evidence:
    """Read the Data Package; with names, only what ``Evidence.subset`` gives for them.

    Raises InputError where a file, a field or a number cannot be read; ``check`` says all that is wrong.
    """
    folder = Path(folder) if folder else find_data()
    if enhancements is None and not tables and not benchmarks:
        return _load(folder, reads.noting())
    if not isinstance(enhancements, str):
        enhancements = tuple(enhancements or ())
    return _part(folder, reads.noting(), enhancements, tuple(tables), tuple(benchmarks))


def load_earlier(folder: Path, present: Path) -> Evidence:
    """An earlier form of the Data Package, in rows of the present one.

    Columns that came later are empty; columns and tables that are gone are left out. Raises InputError also
    where a table, or a column that must be filled, is absent.
    """
    return _read(folder, present)


def forget() -> None:
    """Read the files anew at the next ``load``: for a process that outlives an edit."""
    for known in (descriptor, _load, _part, references.entries):
        known.cache_clear()


def unknown_name(evidence: Evidence, table: str, name: str) -> Problem:
    """The message for an enhancement, benchmark, … that does not exist."""
    file = shown(evidence.folder / f"{table}.csv")
    fix = nearest(name, evidence.tables_by_name[table], f"see {file} for the names")
    return Problem(file, quoted(name), f"an id in {table}.csv", fix, field=table[:-1])


@reads.cached
def _part(
    folder: Path,
    noting: bool,
    enhancements: tuple[str, ...] | str,
    tables: tuple[str, ...],
    benchmarks: tuple[str, ...],
) -> Evidence:
    return _load(folder, noting).subset(enhancements, tables, benchmarks)


@reads.cached
def _load(folder: Path, noting: bool) -> Evidence:
    if not noting or not of_a_book(folder):  # of another folder a page has read the files
        return _read(folder)
    with reads.apart() as behind:
        found = _read(folder)
    return Evidence(folder, found.tables_by_name, Origin({}, behind))


def _read(folder: Path, present: Path | None = None) -> Evidence:
    """All tables; with ``present``, of an earlier form of the data in that folder."""
    resources = {r["name"]: r for r in descriptor(folder)["resources"]}
    needed = LINKS if present or of_a_book(folder) else NEEDED
    wrong = [
        Problem(shown(folder / "datapackage.json"), f"no table {table}", "the present tables", FIX)
        for table in set(needed) - resources.keys()
    ]
    for table, resource in resources.items():
        if present is None:
            wrong += unlike_rows(resource)
        elif table in ROWS:
            wrong += lacking(resource, schema(present, table))
    if wrong:
        raise InputError(wrong)
    read: dict[str, Mapping[Any, Any]] = {}
    for name in ROWS:
        try:
            read[name] = MappingProxyType(_rows(folder, resources[name]) if name in resources else {})
        except InputError as error:
            wrong += error.problems
    if wrong:
        raise InputError(wrong)
    return Evidence(folder, MappingProxyType(read))


def _rows(folder: Path, resource: dict) -> dict[Any, Any]:
    """Key -> row of one table. A column that the descriptor does not have is empty."""
    path, row_type = folder / resource["path"], ROWS[resource["name"]]
    described = {f["name"]: f for f in resource["schema"]["fields"]}
    fields = {name: described[name] for name in row_type._fields if name in described}
    columns = row_type.__annotations__.items()
    absent = {name: () if kind == tuple[str, ...] else None for name, kind in columns if name not in fields}
    readers = [reader_of(f) for f in fields.values()]
    places = [row_type._fields.index(k) for k in resource["schema"]["primaryKey"]]
    rows, wrong = {}, []
    for number, (line, cells) in enumerate(records(path, fields), 2):
        try:
            values = [f(text) if text else empty for text, (f, empty) in zip(cells, readers, strict=True)]
        except (ValueError, KeyError):
            wrong += wrong_cells(path, number, line, zip(cells, fields.values(), strict=True))
            continue
        if absent:
            row = row_type(**dict(zip(fields, values, strict=True)), **absent)
        else:
            row = row_type._make(values)
        rows[tuple(row[i] for i in places) if len(places) > 1 else row[places[0]]] = row
    if wrong:
        raise InputError(wrong)
    return rows
