"""The charts' one visual language: type, colours, axes; and the simple form of a line a series.

Every chart of the book returns a ``Figure``: Vega-Lite made with Altair, the rows drawn, a caption and a description.
"""

from collections.abc import Sequence

import altair as alt

from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from sphinx_fresh.show import Figure

INK, MUTED, RULE, PAPER = "#1b1f24", "#59636e", "#d1d9e0", "#ffffff"
CATEGORY = {
    "tool use": "#0072b2",
    "prompting": "#b35900",
    "scaffolding": "#00613a",
    "solution choice": "#862383",
    "data": "#524100",
    "combination": "#59636e",
}
"""Okabe-Ito hues darkened until they can be read as text on white; the site's style has the light ones for dark pages."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
SUPERSCRIPT = "['⁰','¹','²','³','⁴','⁵','⁶','⁷','⁸','⁹']"
POWER = f"'10' + (datum.value < 0 ? '⁻' : '') + (abs(datum.value) > 9 ? {SUPERSCRIPT}[floor(abs(datum.value)/10)] : '') + {SUPERSCRIPT}[abs(datum.value) % 10]"


def theme(chart: alt.TopLevelMixin, height: int = 300) -> dict:
    """The chart as Vega-Lite in the book's type, colours and spacing."""
    chart = chart.properties(width="container", height=height).configure(
        font=FONT,
        background="transparent",
        padding=4,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=INK, titleColor=INK, labelFontSize=12, titleFontSize=12, titleFontWeight="normal",
            gridColor=RULE, domainColor=MUTED, tickColor=MUTED, labelFlush=False, titlePadding=8,
        ),
        title=alt.TitleConfig(color=INK, fontSize=13, fontWeight="bold", anchor="start", offset=10),
        text=alt.MarkConfig(fontSize=12, font=FONT),
    )  # fmt: skip
    return chart.to_dict(validate=False)  # half of the time that a chapter takes; the tests validate every chart


def layer(rows: list[dict], mark: str, **options) -> alt.Chart:
    """A layer of one mark over inline rows."""
    return getattr(alt.Chart(alt.Data(values=rows)), f"mark_{mark}")(**options)


def measured(benchmark) -> str:
    """The metric with its unit: accuracy (%)."""
    return benchmark.metric if benchmark.metric == benchmark.unit else f"{benchmark.metric} ({benchmark.unit})"


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
    """Score against the amount of something, a line a series: (series, result id, amount); amounts on a log2 axis."""
    ev = analysis.evidence
    rows = []
    for series, key, amount in results:
        r = ev.results[key]
        b = ev.benchmarks[r.benchmark]
        rows.append(
            {"result": key, "series": series, "amount": amount, "score": float(r.score), "unit": b.unit,
             **provenance.said(analysis, key)}
        )  # fmt: skip
    amounts = sorted({r["amount"] for r in rows})
    b = ev.benchmarks[ev.results[results[0][1]].benchmark]
    x = alt.X("amount:Q", title=amount_title, scale=alt.Scale(type="log", base=2, domain=[amounts[0], amounts[-1] * 1.6], nice=False),
              axis=alt.Axis(values=amounts, grid=False, labelExpr="datum.value < 1 ? '1/' + format(1/datum.value, '.0f') : format(datum.value, '~r')"))  # fmt: skip
    y = alt.Y("score:Q", title=measured(b), scale=alt.Scale(nice=True, zero=False), axis=alt.Axis(tickCount=5))
    widths = {s: 1.2 + 0.9 * i for i, s in enumerate(dict.fromkeys(r["series"] for r in rows))}
    tips = [alt.Tooltip(f"{k}:N") for k in ("series", "score", "source", "provenance")]
    colour = CATEGORY[category]
    layers = []
    for series, width in widths.items():
        some = [r for r in rows if r["series"] == series]
        layers.append(layer(some, "line", color=colour, strokeWidth=width).encode(x, y))
        layers.append(layer(some, "point", color=colour, filled=True, size=50, opacity=1).encode(x, y, tooltip=tips))
        layers.append(layer(some[-1:], "text", color=colour, align="left", dx=9).encode(x, y, text="series:N"))
    said = "; ".join(
        f"{s}: " + ", ".join(f"{r['amount']:g} → {r['score']:g}" for r in rows if r["series"] == s) for s in widths
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
