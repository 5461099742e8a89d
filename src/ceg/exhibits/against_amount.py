"""Scores against an amount other than compute: demonstrations, samples, data."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.exhibits.marks_and_axes import layer, measured, tips
from ceg.exhibits.theme import CATEGORY

FRACTIONS = "datum.value < 1 ? '1/' + format(1/datum.value, '.0f') : format(datum.value, '~r')"


def against_amount(
    book: Analysis, results: Sequence[tuple[str, str, float]], *, category: str, amount_title: str
) -> alt.LayerChart:
    """Score against the amount of something, a line a series.

    results: (series, result id, amount); amounts are on a log2 axis. category: of the enhancement.
    """
    rows = _rows(book, results)
    amounts = sorted({r["amount"] for r in rows})
    b = book.evidence.benchmarks[book.evidence.results[results[0][1]].benchmark]
    x = alt.X(
        "amount:Q",
        title=amount_title,
        scale=alt.Scale(type="log", base=2, domain=[amounts[0], amounts[-1] * 1.6], nice=False),
        axis=alt.Axis(values=amounts, grid=False, labelExpr=FRACTIONS),
    )
    scale = alt.Scale(nice=True, zero=False)
    y = alt.Y("score:Q", title=measured(b), scale=scale, axis=alt.Axis(tickCount=5))
    by_series = {s: [r for r in rows if r["series"] == s] for s in dict.fromkeys(r["series"] for r in rows)}
    shown = tips("series", "score", "source", "provenance")
    colour = CATEGORY[category]
    layers = []
    for i, some in enumerate(by_series.values()):
        layers += [
            layer(some, "line", x, y, color=colour, strokeWidth=1.2 + 0.9 * i),
            layer(some, "point", x, y, tooltip=shown, color=colour, filled=True, size=50, opacity=1),
            layer(some[-1:], "text", x, y, text="series", color=colour, align="left", dx=9),
        ]
    said = "; ".join(
        f"{s}: " + ", ".join(f"{r['amount']:g} → {r['score']:g}" for r in some)
        for s, some in by_series.items()
    )
    return alt.layer(*layers).properties(description=f"{b.name}, {b.metric}, against {amount_title}. {said}.")


def scores_by_amount(book: Analysis, results: Sequence[tuple[str, str, float]]) -> pd.DataFrame:
    """The scores that ``against_amount`` draws."""
    return pd.DataFrame(_rows(book, results))


def _rows(book: Analysis, results: Sequence[tuple[str, str, float]]) -> list[dict]:
    ev = book.evidence
    return [
        {
            "result": key,
            "series": series,
            "amount": amount,
            "score": float(ev.results[key].score),
            "unit": ev.benchmarks[ev.results[key].benchmark].unit,
            **provenance.said(book, key),
        }
        for series, key, amount in results
    ]
