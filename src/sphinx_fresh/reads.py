"""What code reads while a page runs: each file, row or setting by name, with a digest of what was found.

A page is right for as long as everything that it read is still the same. Files, folders, looked-for names and
environment variables are noted by the extension (``notebooks.recorder``); a library that hands out parts of
a file notes these here, so that a page depends on the parts that it took and not on the whole.

Outside of a build nothing is noted, and all of this costs next to nothing.
"""

from __future__ import annotations

import functools
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Read(NamedTuple):
    """What was found under a name: its digest, and what was read to find it.

    While everything ``within`` is the same, so is the digest; None: it has to be worked out to be compared.
    """

    digest: str
    within: dict[str, Read] | None = None


Reads = dict[str, Read]
"""Name -> what was found under it."""


class _State(threading.local):
    """The innermost collection of a thread; a thread that begins none notes for the page itself."""

    inner: Reads | None = None


_state = _State()
_page: Reads | None = None


def begin() -> None:
    """Note from now on; what this process, or the one that it was forked from, noted before stays."""
    global _page
    _page = {} if _page is None else _page
    _state.inner = None


def noted() -> Reads:
    """All that was noted since ``begin``."""
    return dict(_page or {})


def noting() -> bool:
    """Whether anybody wants to know."""
    return _page is not None


def digest(content: object) -> str:
    """A short digest of a value by its ``repr``, or of bytes."""
    found = content if isinstance(content, bytes) else repr(content).encode("utf-8", "surrogatepass")
    return hashlib.sha256(found).hexdigest()[:20]


def note(name: str, found: str | Callable[[], str], within: Reads | None = None) -> None:
    """Say that something was read: its name, and its digest or what gives it.

    What was read under a name is asked of the book's ``site_reads`` in a later build, which gives the digest
    that it has then.
    """
    into = _page if _state.inner is None else _state.inner
    if into is not None and name not in into:
        into[name] = Read(found if isinstance(found, str) else found(), within or None)


def again(reads: Reads) -> None:
    """Note what was read before, for a value that was kept since."""
    into = _page if _state.inner is None else _state.inner
    if into is not None:
        into.update(reads)


@contextmanager
def apart() -> Iterator[Reads]:
    """What is read inside, kept from whoever reads outside; nothing where nobody wants to know."""
    outer, found = _state.inner, Reads()
    if _page is None:
        yield found
        return
    _state.inner = found
    try:
        yield found
    except BaseException:
        _state.inner = outer
        again(found)  # who goes on after a failure has read what led to it
        raise
    finally:
        _state.inner = outer


@contextmanager
def collected() -> Iterator[Reads]:
    """What is read inside, in a process in which nobody else wants to know."""
    global _page
    before, _page = _page, {} if _page is None else _page
    try:
        with apart() as found:
            yield found
    finally:
        _page = before


@dataclass
class Named:
    """What ``reading`` notes; the digest may be set once it is known."""

    digest: str = ""
    reads: Reads = field(default_factory=dict)


@contextmanager
def reading(name: str, digest: str = "") -> Iterator[Named]:
    """What is read inside counts as one thing with a name and a digest: a selection, or a value worked out.

    A page that reads it is right while the digest is the same, whatever became of what was read for it. A
    digest given here is of all that is read, seen or not; one set inside follows from what is seen.
    """
    made = Named(digest)
    with apart() as made.reads:
        yield made
    note(name, made.digest, None if digest else made.reads)


@dataclass(frozen=True)
class Kept:
    """A value, and what was read to make it: whoever takes the value has read that too."""

    value: Any
    reads: Reads

    @classmethod
    def of(cls, make: Callable[[], Any]) -> Kept:
        """What ``make`` gives."""
        with apart() as reads:
            value = make()
        return cls(value, reads)

    def take(self, name: str = "", digest: Callable[[Any], str] = digest) -> Any:
        """The value; with a name, it is noted under this with its digest, and not what was read for it."""
        if name:
            note(name, lambda: digest(self.value), self.reads)
        else:
            again(self.reads)
        return self.value


class cached(Generic[P, T]):  # noqa: N801: a decorator
    """``functools.cache`` for what reads: each call has read what the first one read."""

    def __init__(self, function: Callable[P, T]):
        functools.update_wrapper(self, function)
        self._made = functools.cache(lambda *args, **named: Kept.of(lambda: function(*args, **named)))
        self.cache_clear = self._made.cache_clear

    def __call__(self, *args: P.args, **named: P.kwargs) -> T:
        """As the function."""
        return self._made(*args, **named).take()
