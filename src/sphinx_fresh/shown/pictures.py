"""Matplotlib's figures as SVG: the same bytes each time, and nothing in it that a page's policy forbids."""

from __future__ import annotations

import io
import re
import sys
from typing import Any

SALT = "site"
METADATA = re.compile(r"\s*<metadata>.*?</metadata>", flags=re.DOTALL)
SHEET = re.compile(r'\s*<style type="text/css">\*\{(.*?)\}</style>', flags=re.DOTALL)
"""What it says of all lines; in a page it would be said of all drawings."""

STYLE = re.compile(r' style="([^"]*)"')


def is_picture(value: object) -> bool:
    """Whether it is a figure of Matplotlib."""
    figure = sys.modules.get("matplotlib.figure")  # it is loaded if there is one
    return figure is not None and isinstance(value, figure.Figure)


def svg(figure: Any) -> str:
    """The figure drawn, which pyplot then forgets: it would show it once more at the cell's end."""
    import matplotlib
    from matplotlib import pyplot

    written = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": SALT, "svg.fonttype": "path"}):
        figure.savefig(written, format="svg", bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)
    drawn = METADATA.sub("", written.getvalue())
    sheet = SHEET.search(drawn)
    drawn = STYLE.sub(lambda found: _attributes(found[1]), SHEET.sub("", drawn))
    return drawn.replace("<svg", f"<svg{_attributes(sheet[1])}", 1) if sheet else drawn


def _attributes(style: str) -> str:
    """``fill: none; opacity: 0.5`` as attributes, of which a page's policy takes any number."""
    pairs = (part.split(":", 1) for part in style.split(";") if part.strip())
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in pairs)


def described(figure: Any) -> str:
    """A figure in words: its titles, what its axes say, and the names in its legends."""
    title = figure.get_suptitle()
    said = [f"{title.rstrip('.')}."] if title else []
    for axes in figure.axes:
        shown = " against ".join(filter(None, (axes.get_ylabel(), axes.get_xlabel())))
        legend = axes.get_legend()
        names = ", ".join(text.get_text() for text in legend.get_texts()) if legend else ""
        about = f"Chart of {shown}" if shown else "Chart"
        said.append(f"{axes.get_title().rstrip('.')}." if axes.get_title() else "")
        said.append(about + (f", by {names}." if names else "." if shown else " without labels."))
    return " ".join(filter(None, said)) or "A picture without axes."
