"""How a build ends that went wrong: with one message and exit code 1, and no traceback after it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from sphinx.errors import SphinxError

SHOWN = 20


def end(found: Sequence[str]) -> NoReturn:
    """End the build with what is wrong as its one message."""
    more = [f"… and {len(found) - SHOWN} more, above"] if len(found) > SHOWN else []
    lines = ["", "The book was not built:", *(f"  {line}" for line in [*found[:SHOWN], *more])]
    sys.stdout.flush()
    print("\n".join(lines), file=sys.stderr, flush=True)
    raise SystemExit(1)


def said_alone(listener: Callable[..., None]) -> Callable[..., None]:
    """For listeners that Sphinx calls so early that it prints tracebacks after what they raise."""

    @functools.wraps(listener)
    def call(*arguments: object) -> None:
        try:
            listener(*arguments)
        except SphinxError as error:
            end([str(error)])

    return call
