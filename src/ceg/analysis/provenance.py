"""What a figure rests on: source, place in it and grade of every row behind what is drawn."""

from collections.abc import Iterable

from ceg.analysis.analysis import Analysis

Place = tuple[str, str, str]
"""Source, locator, grade."""


def behind(analysis: Analysis, ids: Iterable[str | None]) -> tuple[Place, ...]:
    """The places of the rows behind some ids, each once.

    A result brings the compute of its model, a comparison all rows behind it, a cost itself. None is passed
    over.

    Raises KeyError on an id of none of these tables.
    """
    ev, found = analysis.evidence, {}
    for key in filter(None, dict.fromkeys(ids)):
        if key in ev.comparisons:
            rows = [
                getattr(ev, table)[name]
                for table, _, name in (r.partition("/") for r in analysis.estimate(key).rows)
            ]
        elif key in ev.results:
            rows = [ev.results[key], ev.models[ev.results[key].model]]
        else:
            rows = [ev.costs[key]]
        found |= dict.fromkeys(map(place, rows))
    return tuple(found)


def place(row) -> Place:
    """Where a row is from."""
    return row.source, row.locator or "", row.provenance


def said(analysis: Analysis, result: str) -> dict[str, str]:
    """Source with its place, and grade, of a result, as a tooltip says them."""
    row = analysis.evidence.results[result]
    return {
        "source": f"{analysis.evidence.sources[row.source].label}, {row.locator}",
        "provenance": row.provenance,
    }


def of_comparison(analysis: Analysis, comparison: str | None) -> dict[str, str]:
    """The same for a comparison: those of its enhanced result."""
    if comparison is None:
        return dict.fromkeys(("source", "provenance"), "")
    return said(analysis, analysis.estimate(comparison).rows[0].removeprefix("results/"))
