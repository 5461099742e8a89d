"""What the tooltips of a chart say, as tables with the same fields: for those who do not point at marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sphinx_fresh.shown.charts import words

Tip = list[tuple[str, str]]
"""The fields of a tooltip in order, each with what it is called."""


@dataclass(frozen=True)
class View:
    """The tooltips of a panel: its title, what the fields are called, a row for each different tooltip."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def views(spec: dict | list[dict] | None) -> list[View]:
    """A view for each panel that has tooltips with fields, in order.

    Empty for drawings and charts without any.
    """
    panels = spec if isinstance(spec, list) else [spec] if spec else []
    made = [_view(panel, f"Panel {i + 1}" if len(panels) > 1 else "") for i, panel in enumerate(panels)]
    return [view for view in made if view]


def _view(panel: dict, otherwise: str) -> View | None:
    found = list(tips(panel, panel.get("datasets", {})))
    if not found:
        return None
    try:
        names = in_order([[name for _, name in tip] for tip, _ in found])
    except ValueError:  # no table has them all in their order
        return None
    rows = {}
    for tip, records in found:
        fields = {name: field for field, name in tip}
        for record in records:
            rows[tuple(record.get(fields[n]) if n in fields else None for n in names)] = None
    return View(words(panel.get("title")) or otherwise, tuple(names), tuple(rows))


def tips(
    unit: dict, datasets: dict, data: dict | None = None, shared: object = None
) -> Iterator[tuple[Tip, list[dict]]]:
    """Each tooltip of a chart and its layers, with the records that show it."""
    data = unit.get("data", data)
    shown = unit.get("encoding", {}).get("tooltip", shared)
    for layer in unit.get("layer", ()):
        yield from tips(layer, datasets, data, shown)
    if "layer" not in unit and shown and data:
        parts = [part for part in (shown if isinstance(shown, list) else [shown]) if "field" in part]
        tip = [(part["field"], part.get("title") or part["field"]) for part in parts]
        records = data["values"] if "values" in data else datasets.get(data.get("name"), [])
        if tip and records and _as_they_are(parts, records):
            yield tip, records


def _as_they_are(parts: list[dict], records: list[dict]) -> bool:
    """Whether the fields of a tooltip are those of the records: the browser works out means and sums."""
    made = any(part.keys() & {"aggregate", "bin", "timeUnit"} for part in parts)
    return not made and {part["field"] for part in parts} <= {key for record in records for key in record}


def in_order(lists: list[list[str]]) -> list[str]:
    """Every name once, in an order that all the lists keep. ValueError: they contradict each other."""
    left, merged = [list(dict.fromkeys(names)) for names in lists], []
    while any(left):
        heads = dict.fromkeys(names[0] for names in left if names)
        free = next((h for h in heads if not any(h in names[1:] for names in left)), None)
        if free is None:
            raise ValueError(f"the tooltips of a chart have their fields in different orders: {lists}")
        merged.append(free)
        left = [names[1:] if names and names[0] == free else names for names in left]
    return merged


def text(value: object) -> str:
    """A value as a tooltip writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return str(value)
