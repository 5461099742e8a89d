"""Assumptions that say when one is read, so that a page depends on those that it read.

While nobody notes what is read (``sphinx_fresh.reads``), assumptions are plain dataclasses.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ceg.evidence.assumptions import KEYS, Assumptions
from sphinx_fresh import reads

ASSUMPTION = "assumption "
"""What the names of these reads begin with."""

_KEYS = frozenset(KEYS)


class NotedAssumptions(Assumptions):
    """Assumptions of which each is noted as it is read.

    To compare or copy them is not to read them; nor is one read here that was set by code.
    """

    __slots__ = ("_behind", "by_code")
    _behind: reads.Reads
    by_code: frozenset[str]

    @classmethod
    def of(cls, plain: Assumptions, behind: reads.Reads, by_code: frozenset[str]) -> "NotedAssumptions":
        """The same, noted. behind: what was read to have them. by_code: the keys that were not."""
        made = cls(**vars(plain))
        object.__setattr__(made, "_behind", behind)
        object.__setattr__(made, "by_code", by_code)
        return made

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if name in _KEYS and reads.noting() and name not in self.by_code:
            reads.note(f"{ASSUMPTION}{name}", partial(reads.digest, value), self._behind)
        return value

    def but(self, **values: object) -> "NotedAssumptions":
        """The same with some values set by code."""
        plain = Assumptions(**{**vars(self), **values})
        return NotedAssumptions.of(plain, self._behind, self.by_code | values.keys())

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, NotedAssumptions) and self.by_code == other.by_code
        return same and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((tuple(vars(self).values()), self.by_code))

    def __repr__(self) -> str:
        return repr(Assumptions(**{key: getattr(self, key) for key in KEYS}))


class Used(dict):
    """The assumptions that an estimate was made under, key -> value; whoever takes one has read it."""

    source: Assumptions | None = None

    @classmethod
    def of(cls, source: Assumptions, left_out: tuple[str, ...]) -> "Used":
        """Those that can change an estimate."""
        made = cls((k, v) for k, v in vars(source).items() if k not in left_out)
        made.source = source
        return made

    def _read(self, *keys: str) -> None:
        for key in keys:
            getattr(self.source, key, None)

    def __getitem__(self, key: str) -> object:
        self._read(key)
        return super().__getitem__(key)

    def get(self, key: str, default: object = None) -> object:
        """One of them."""
        self._read(key)
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:  # so that also ``dict`` asks for each
        self._read(*super().keys())
        return super().__iter__()

    def __repr__(self) -> str:
        self._read(*self)
        return super().__repr__()

    def items(self) -> Any:
        """All of them."""
        self._read(*self)
        return super().items()

    def values(self) -> Any:
        """All of them."""
        self._read(*self)
        return super().values()

    def __or__(self, other: dict) -> "Used":  # type: ignore[override]
        made = Used(super().items())  # a copy of all of it would ask for each
        made.update(other)
        made.source = self.source
        return made
