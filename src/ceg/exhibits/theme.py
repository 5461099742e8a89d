"""The charts' one visual language: type, colours and spacing.

Every chart of the book returns a ``Figure``: Vega-Lite made with Altair, the rows drawn, a caption and a
description.
"""

import altair as alt

from sphinx_fresh.show import FONT

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


def theme(chart: alt.TopLevelMixin, height: int = 300, described: str = "") -> dict:
    """The chart as Vega-Lite in the book's type, colours and spacing; ``described``: it, read aloud."""
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
    # to validate is half of the time that a chapter takes; the tests validate every chart
    spec = chart.to_dict(validate=False)
    return spec | {"description": described} if described else spec
