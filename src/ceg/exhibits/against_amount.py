"""Scores against an amount other than compute: demonstrations, samples, data."""

from collections.abc import Sequence

import altair as alt

from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.exhibits.theme import CATEGORY, layer, measured, theme
from sphinx_fresh.show import Figure


def by_amount(
    analysis: Analysis,
    results: Sequence[tuple[str, str, float]],
    *,
    name: str,
    caption: str,
    category: str,
    amount_title: str,
    **figure: object,
) -> Figure:
    """Score against the amount of something, a line a series.

    results: (series, result id, amount); amounts are on a log2 axis.
    """
    ev = analysis.evidence
    rows = []
    for series, key, amount in results:
        r = ev.results[key]
        b = ev.benchmarks[r.benchmark]
        rows.append(
            {
                "result": key,
                "series": series,
                "amount": amount,
                "score": float(r.score),
                "unit": b.unit,
                **provenance.said(analysis, key),
            }
        )
    amounts = sorted({r["amount"] for r in rows})
    b = ev.benchmarks[ev.results[results[0][1]].benchmark]
    x = alt.X(
        "amount:Q",
        title=amount_title,
        scale=alt.Scale(type="log", base=2, domain=[amounts[0], amounts[-1] * 1.6], nice=False),
        axis=alt.Axis(
            values=amounts,
            grid=False,
            labelExpr="datum.value < 1 ? '1/' + format(1/datum.value, '.0f') : format(datum.value, '~r')",
        ),
    )
    y = alt.Y(
        "score:Q", title=measured(b), scale=alt.Scale(nice=True, zero=False), axis=alt.Axis(tickCount=5)
    )
    widths = {s: 1.2 + 0.9 * i for i, s in enumerate(dict.fromkeys(r["series"] for r in rows))}
    tips = [alt.Tooltip(f"{k}:N") for k in ("series", "score", "source", "provenance")]
    colour = CATEGORY[category]
    layers = []
    for series, width in widths.items():
        some = [r for r in rows if r["series"] == series]
        layers.append(layer(some, "line", color=colour, strokeWidth=width).encode(x, y))
        layers.append(
            layer(some, "point", color=colour, filled=True, size=50, opacity=1).encode(x, y, tooltip=tips)
        )
        layers.append(
            layer(some[-1:], "text", color=colour, align="left", dx=9).encode(x, y, text="series:N")
        )
    said = "; ".join(
        f"{s}: " + ", ".join(f"{r['amount']:g} → {r['score']:g}" for r in rows if r["series"] == s)
        for s in widths
    )
    return Figure(
        name=name,
        caption=caption,
        description=f"{b.name}, {b.metric}, against {amount_title}. {said}.",
        columns=list(rows[0]),
        rows=[list(r.values()) for r in rows],
        spec=theme(alt.layer(*layers)),
        sources=provenance.behind(analysis, [r["result"] for r in rows]),
        **figure,
    )
