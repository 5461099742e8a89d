"""Pages on which a reader moves assumptions: what ``ceg`` finds under every combination, ready to look up.

The page computes nothing: sentence, figures and table are made here for each combination, by the functions
that make those that the page shows without its script. Equal parts are kept once.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ceg.analysis.analysis import Analysis
from ceg.evidence import assumptions as choices
from sphinx_fresh.show import Figure, Live, Table

SCRIPTS = ("choices.js", "lookup.js")
STYLE = "choices.css"

CURVE = {
    "transform": "Transform of scores",
    "estimate_order": "Order of methods",
    "extrapolate_from": "Extrapolate from",
    "min_points": "Least models for a slope",
    "max_extrapolation_oom": "Furthest extrapolation",
}
"""Assumptions that say how the baseline's curve is read, and what each is called."""


@dataclass(frozen=True)
class Outcome:
    """What a page shows under one combination.

    Figures have the same panels, and the table the same rows and columns, in all of them.
    """

    text: str
    figures: Sequence[Figure]
    table: Table | None = None


def live(
    analysis: Analysis,
    made: Callable[[Analysis], Outcome],
    groups: Mapping[str, Mapping[str, str]],
    *,
    name: str,
    command: str,
) -> Live:
    """The controls for the assumptions in ``groups``, and what ``made`` gives for every combination.

    groups: heading -> key -> what it is called.

    name: ends in ``-controls``. command: what prints the same in the terminal, before ``--set``. The page
    shows figures and table under the analysis' own assumptions by the same names. Data sets that move are
    named (``alt.Data(name=...)``).
    """
    controls = list(described(analysis, groups))
    options = [[(c["key"], o) for o in choice(analysis, c["key"]).options] for c in controls]
    combined = (analysis.assumptions.but(**dict(values)) for values in itertools.product(*options))
    outcomes = [made(replace(analysis, assumptions=a)) for a in combined]
    figures, table = [f.name for f in outcomes[0].figures], outcomes[0].table.name
    data = payload(outcomes) | places(figures, table, command, "sentence, figures and table")
    return Live(name, made(analysis).text, SCRIPTS, STYLE, data | {"choices": controls})


def view(key: str, label: str, options: Sequence[str], reason: str, group: str = "What is shown") -> dict:
    """A control, as JSON, that changes what is shown and no assumption.

    The page starts with the first option.
    """
    return {
        "key": key,
        "label": label,
        "group": group,
        "reason": reason,
        "options": options,
        "called": options,
        "start": 0,
        "view": True,
    }


def places(figures: Sequence[str], table: str | None, command: str | None, follows: str) -> dict:
    """What the script of the controls must know of the page: the names of what follows, the table last.

    command: None where no assumption moves.
    """
    return {"figures": list(figures), "table": table, "command": command, "follows": follows}


def known(analysis: Analysis) -> dict[str, choices.Choice]:
    """The assumptions of the analysis' data, with their options."""
    return choices.choices(analysis.evidence.folder)


def choice(analysis: Analysis, key: str) -> choices.Choice:
    """One of them; the analysis' own value is among its options."""
    return known(analysis)[key].with_own(getattr(analysis.assumptions, key))


def called(value: object) -> str:
    """An option as a control shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ").replace("+", " + ")


def described(analysis: Analysis, groups: Mapping[str, Mapping[str, str]]) -> Iterator[dict]:
    """Each control as JSON.

    Sources are written out where the analysis was opened with the table of sources.
    """
    sources = analysis.evidence.sources
    for group, labels in groups.items():
        for key, label in labels.items():
            found = choice(analysis, key)
            yield {
                "key": key,
                "label": label,
                "group": group,
                "unit": found.unit,
                "reason": found.reason,
                "source": sources[found.source].label if found.source in sources else found.source,
                "options": [choices.written(o) for o in found.options],
                "called": [called(o) for o in found.options],
                "start": found.options.index(getattr(analysis.assumptions, key)),
            }


def payload(outcomes: Sequence[Outcome]) -> dict:
    """Everything that the page looks up, as JSON.

    at: the number of each combination's outcome, the last control running fastest.
    """
    texts, cells, drawings, sets, found = Pool(), Pool(), Pool(), Pool(), Pool()
    moving = _moving([o.table for o in outcomes if o.table])
    at = [
        found.number(
            {
                "text": texts.number(o.text),
                "table": [cells.number([str(row[c]) for row in o.table.rows]) for c in moving]
                if o.table
                else None,
                "drawings": [drawings.number(_drawing(f, sets)) for f in o.figures],
            }
        )
        for o in outcomes
    ]
    tips = [[list(_tips(panel)) for panel in _panels(f)] for f in outcomes[0].figures]
    parts = {"texts": texts, "cells": cells, "drawings": drawings, "sets": sets, "outcomes": found}
    return {name: pool.items for name, pool in parts.items()} | {"at": at, "moving": moving, "tips": tips}


class Pool:
    """JSON values, each once, by number."""

    def __init__(self) -> None:
        self.items: list = []
        self._numbers: dict[str, int] = {}

    def number(self, item: object) -> int:
        """Where the item stands; it is put there if it is new."""
        number = self._numbers.setdefault(json.dumps(item, sort_keys=True, allow_nan=False), len(self.items))
        if number == len(self.items):
            self.items.append(item)
        return number


def _moving(tables: Sequence[Table]) -> list[int]:
    """The columns in which any two of the tables differ."""
    columns = range(len(tables[0].columns)) if tables else ()
    return [c for c in columns if len({tuple(str(row[c]) for row in t.rows) for t in tables}) > 1]


def _panels(figure: Figure) -> list[dict]:
    return figure.spec if isinstance(figure.spec, list) else [figure.spec]


def _drawing(figure: Figure, sets: Pool) -> dict:
    """A figure as the script draws it: the data sets of its panels, what is said of it, and its data."""
    panels = [
        {"description": p["description"], "sets": {name: sets.number(values) for name, values in _sets(p)}}
        for p in _panels(figure)
    ]
    return {
        "panels": panels,
        "note": _plain(figure.note),
        "columns": list(figure.columns),
        "rows": [list(r) for r in figure.rows],
    }


def _plain(markdown: str) -> str:
    """A note without its links and escapes."""
    return re.sub(r"\\([^\w\s])", r"\1", re.sub(r"(?<!\\)\[([^]]*)\]\([^)]*\)", r"\1", markdown))


def _units(spec: Mapping) -> Iterator[Mapping]:
    layers = spec.get("layer")
    for layer in layers or ():
        yield from _units(layer)
    if not layers:
        yield spec


def _sets(panel: Mapping) -> Iterator[tuple[str, list]]:
    for unit in _units(panel):
        data = unit.get("data", panel.get("data", {}))
        if "name" in data:
            yield data["name"], data["values"] if "values" in data else panel["datasets"][data["name"]]


def _tips(panel: Mapping) -> Iterator[dict]:
    """Data sets with tooltips, each with the fields of these and what they are called."""
    for unit in _units(panel):
        shown = unit.get("encoding", {}).get("tooltip")
        if shown:
            fields = {
                part.get("title") or part["field"]: part["field"]
                for part in (shown if isinstance(shown, list) else [shown])
            }
            yield {"set": unit.get("data", panel.get("data"))["name"], "fields": fields}
