"""A data frame's columns and rows, as a page and its files write them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rows:
    """Columns, whether each has numbers, and rows of texts, numbers and None."""

    columns: list[str]
    numeric: list[bool]
    rows: list[list[object]]


def rows(frame: Any) -> Rows:
    """What a data frame holds; of pandas' index, what has a name."""
    import narwhals

    if any(getattr(getattr(frame, "index", None), "names", ())):
        frame = frame.reset_index()
    held = narwhals.from_native(frame, eager_only=True)
    numeric = [kind.is_numeric() for kind in held.schema.values()]
    return Rows(list(held.columns), numeric, [[_cell(value) for value in row] for row in held.rows()])


def _cell(value: Any) -> object:
    """A value as JSON has it; nothing that is missing, and dates as ISO 8601 writes them."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else float(value) if math.isfinite(value) else str(value)
    if hasattr(value, "item"):  # a number of numpy's
        return _cell(value.item())
    if hasattr(value, "isoformat"):
        value = value.isoformat().removesuffix("T00:00:00")
    return None if str(value) in ("NaT", "<NA>") else str(value)
