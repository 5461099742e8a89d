"""The charts' one visual language: type, colours and spacing.

The functions that draw return Altair charts without any of it. The site lays it under each chart that a page
shows, and ``marks_and_axes`` hands it to Altair for notebooks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_fresh.show import FONT

if TYPE_CHECKING:
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


CONFIG = {
    "font": FONT,
    "background": "transparent",
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": RULE,
        "domainColor": MUTED,
        "tickColor": MUTED,
        "labelFlush": False,
        "titlePadding": 8,
    },
    "legend": {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 12},
    "header": {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 12},
    "title": {"color": INK, "fontSize": 13, "fontWeight": "bold", "anchor": "start", "offset": 10},
    "text": {"fontSize": 12, "font": FONT},
}


def config() -> dict:
    """What the site lays under every chart, as Vega-Lite: ``site_chart_config`` in ``_config.yml``."""
    return {"config": CONFIG, "width": "container", "height": 300}


def theme(chart: alt.TopLevelMixin, height: int = 300, described: str = "") -> dict:
    """The chart as Vega-Lite with all that the book says of charts; ``described``: it, read aloud."""
    chart = chart.properties(width="container", height=height).configure(**CONFIG)
    # to validate is half of the time that a chapter takes; the tests validate every chart
    spec = chart.to_dict(validate=False)
    return spec | {"description": described} if described else spec
