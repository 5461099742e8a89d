"""What the extension does in every Python kernel before the first cell of a page.

It imports no library that a page might not need: IPython finds types by name.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

from IPython.core.getipython import get_ipython

CHART = ("altair.vegalite.v6.api", "TopLevelMixin")
PICTURE = ("matplotlib.figure", "Figure")
DRAWN = ("matplotlib.artist", "Artist")


def prepare() -> None:
    """Have charts of Altair and figures of Matplotlib shown as figures of the page, without a number."""
    shell = get_ipython()
    if shell is None:
        return
    formatter: Any = shell.display_formatter
    formatter.mimebundle_formatter.for_type_by_name(*CHART, _figure)
    shows = formatter.ipython_display_formatter
    shows.for_type_by_name(*PICTURE, _display)
    shows.for_type_by_name(*DRAWN, _nothing)
    for kind in (list, tuple, dict):
        shows.for_type(kind, _nothing_if_drawn)
    shows.for_type_by_name("numpy", "ndarray", _nothing_if_drawn)
    # of (a | b).interactive(), which is as it should be; a warning would end the build
    warnings.filterwarnings("ignore", "Automatically deduplicated selection parameter")
    if "matplotlib" in sys.modules:  # imported before the kernel was there, and so without its backend
        shell.enable_matplotlib("inline")


def _figure(chart: Any) -> dict:
    """What a chart, shown by itself, gives."""
    from sphinx_fresh.show import show

    return show(chart)._repr_mimebundle_()


def _display(picture: Any) -> None:
    """Show a figure of Matplotlib."""
    from IPython.display import display

    from sphinx_fresh.show import show

    display(show(picture))


def _nothing(drawn: Any) -> None:
    """Show nothing of a part of a drawing, such as ``ax.set_title`` gives: the figure itself is shown."""


def _nothing_if_drawn(value: Any) -> None:
    """The same for what holds parts of a drawing: ``plt.plot`` gives a list of lines."""
    if not _is_drawn(value):
        raise NotImplementedError  # so IPython shows it as ever


def _is_drawn(value: Any) -> bool:
    """Whether it is a part of a drawing or holds one."""
    artist = sys.modules.get("matplotlib.artist")
    if artist is None:
        return False
    if isinstance(value, dict):
        value = list(value.values())
    elif getattr(getattr(value, "dtype", None), "kind", "") == "O":  # an array of axes
        value = list(value.flat)
    return isinstance(value, artist.Artist) or (
        isinstance(value, list | tuple) and any(map(_is_drawn, value))
    )
