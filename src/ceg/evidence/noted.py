"""Rows that say when they are taken, so that a page depends on those that it took.

While nobody notes what is read (``sphinx_fresh.reads``), tables are plain mappings.
"""

import ast
import dataclasses
import functools
import json
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from dataclasses import dataclass
from typing import Any

from sphinx_fresh import reads

ROW, ROWS, FOR = "row ", "rows of ", " for "
"""What the names of these reads are made of: ``row results/gpt-3.x``, ``rows of results for {…}``."""


@dataclass(frozen=True)
class Origin:
    """Where noted rows are from.

    selection: what ``Evidence.subset`` was given, and the file of an enhancement that is shown as if added.
    behind: what was read to have the rows.
    """

    selection: Mapping[str, Any]
    behind: reads.Reads

    def narrowed(self, names: Mapping[str, Any]) -> "Origin":
        """A part of it."""
        some = {name: value for name, value in names.items() if value}
        return Origin({**self.selection, **some}, self.behind)


class NotedTable(Mapping[Any, Any]):
    """A table of the evidence: key -> row.

    origin: where the rows are from. more: the keys of rows that are not from there.
    """

    def __init__(self, name: str, rows: Mapping[Any, Any], origin: Origin, more: frozenset = frozenset()):
        self.name, self.rows, self.origin, self.more = name, rows, origin, more
        self._rows_noted: dict[Any, tuple[str, str]] = {}

    def __repr__(self) -> str:
        return f"<{len(self)} {self.name}>"

    def __getitem__(self, key: Any) -> Any:
        self._note(key)
        return self.rows[key]

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return key in self.rows

    def _note(self, key: object) -> None:
        if key in self.more:
            return
        if key not in self._rows_noted:
            self._rows_noted[key] = f"{ROW}{self.name}/{key}", row_digest(self.rows, key)
        reads.note(*self._rows_noted[key], self.origin.behind)

    def _all(self) -> Mapping[Any, Any]:
        if reads.noting():
            reads.note(self._called, self.digest, self.origin.behind)
        return self.rows

    @functools.cached_property
    def _called(self) -> str:
        """What all of them are noted as."""
        return f"{ROWS}{self.name}{FOR}{json.dumps(self.origin.selection, sort_keys=True)}"

    @functools.cached_property
    def digest(self) -> str:
        """Of all of them."""
        return rows_digest({k: v for k, v in self.rows.items() if k not in self.more})

    def __iter__(self) -> Iterator[Any]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def keys(self) -> KeysView[Any]:
        """All of them."""
        return self._all().keys()

    def values(self) -> ValuesView[Any]:
        """All of them."""
        return self._all().values()

    def items(self) -> ItemsView[Any, Any]:
        """All of them."""
        return self._all().items()


def row_digest(rows: Mapping[Any, Any], key: object) -> str:
    """Of a row's content; nothing where there is none."""
    return reads.digest(rows[key]) if key in rows else ""


def rows_digest(rows: Mapping[Any, Any]) -> str:
    """Of the rows of a table, in their order."""
    return reads.digest(tuple(rows.items()))


def key_of(text: str) -> object:
    """A row's key as it stands in a name."""
    return ast.literal_eval(text) if text.startswith("(") else text


def value_digest(value: Any) -> str:
    """Of what was worked out, without the assumptions that an estimate carries: who reads one notes it."""
    return reads.digest(_plain(value))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (f.name for f in dataclasses.fields(value) if f.name != "assumptions")
        return type(value).__name__, [(name, _plain(getattr(value, name))) for name in names]
    if isinstance(value, Mapping):
        return [(key, _plain(each)) for key, each in value.items()]
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
