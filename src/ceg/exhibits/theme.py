"""The charts' one visual language: type, colours, axes; and the simple form of a line a series.

Every chart of the book returns a ``Figure``: Vega-Lite made with Altair, the rows drawn, a caption and a
description.
"""

import altair as alt

INK, MUTED, RULE, PAPER = "#1b1f24", "#59636e", "#d1d9e0", "#ffffff"
CATEGORY = {
    "tool use": "#0072b2",
    "prompting": "#b35900",
    "scaffolding": "#00613a",
    "solution choice": "#862383",
    "data": "#524100",
    "combination": "#59636e",
}
"""Okabe-Ito hues darkened until they can be read as text on white.

The site's style has the light ones for dark pages.
"""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
SUPERSCRIPT = "['⁰','¹','²','³','⁴','⁵','⁶','⁷','⁸','⁹']"
POWER = (
    "'10' + (datum.value < 0 ? '⁻' : '') + (abs(datum.value) > 9 ? "
    f"{SUPERSCRIPT}[floor(abs(datum.value)/10)] : '') + {SUPERSCRIPT}[abs(datum.value) % 10]"
)


def theme(chart: alt.TopLevelMixin, height: int = 300) -> dict:
    """The chart as Vega-Lite in the book's type, colours and spacing."""
    chart = chart.properties(width="container", height=height).configure(
        font=FONT,
        background="transparent",
        padding=4,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=INK,
            titleColor=INK,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            gridColor=RULE,
            domainColor=MUTED,
            tickColor=MUTED,
            labelFlush=False,
            titlePadding=8,
        ),
        title=alt.TitleConfig(color=INK, fontSize=13, fontWeight="bold", anchor="start", offset=10),
        text=alt.MarkConfig(fontSize=12, font=FONT),
    )
    return chart.to_dict(
        validate=False
    )  # half of the time that a chapter takes; the tests validate every chart


def layer(rows: list[dict], mark: str, **options) -> alt.Chart:
    """A layer of one mark over inline rows."""
    return getattr(alt.Chart(alt.Data(values=rows)), f"mark_{mark}")(**options)


def measured(benchmark) -> str:
    """The metric with its unit: accuracy (%)."""
    return (
        benchmark.metric if benchmark.metric == benchmark.unit else f"{benchmark.metric} ({benchmark.unit})"
    )
