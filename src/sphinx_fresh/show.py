"""What a chapter shows: ``show`` makes a figure of a chart, ``table`` a table of a data frame."""

from collections.abc import Mapping, Sequence
from typing import Any

from sphinx_fresh.mime import FIGURE as FIGURE
from sphinx_fresh.mime import TABLE as TABLE
from sphinx_fresh.mime import VEGA_LITE as VEGA_LITE
from sphinx_fresh.shown import charts, frames, pictures
from sphinx_fresh.shown.notebooks import for_notebooks as for_notebooks
from sphinx_fresh.shown.objects import Column as Column
from sphinx_fresh.shown.objects import Figure as Figure
from sphinx_fresh.shown.objects import Fold as Fold
from sphinx_fresh.shown.objects import Folds as Folds
from sphinx_fresh.shown.objects import Grid as Grid
from sphinx_fresh.shown.objects import Lines as Lines
from sphinx_fresh.shown.objects import Linked as Linked
from sphinx_fresh.shown.objects import Live as Live
from sphinx_fresh.shown.objects import Place as Place
from sphinx_fresh.shown.objects import Rounded as Rounded
from sphinx_fresh.shown.objects import Section as Section
from sphinx_fresh.shown.objects import Sections as Sections
from sphinx_fresh.shown.objects import Table as Table
from sphinx_fresh.shown.objects import Words as Words
from sphinx_fresh.shown.objects import packed as packed
from sphinx_fresh.shown.objects import unpacked as unpacked

FONT = "'Site Sans', system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
"""The type of charts. The first is brought along, so that a drawing is the same on every machine."""

PANELS = ("small", "medium", "large")


def show(
    chart: Any,
    *,
    name: str = "",
    title: str = "",
    caption: str = "",
    data: Any = None,
    sources: Sequence[Sequence[str]] = (),
    description: str = "",
    note: str = "",
    panel: str = "small",
    numbered: bool = True,
    copy_of: str | None = None,
) -> Figure:
    """A figure of the book, from a chart.

    Args:
        chart: an Altair chart, several in a list (panels beside each other), a Matplotlib figure, or the text
            of an SVG.
        name: label for references (``fig-7``). Without it the figure has no number.
        title: what the figure shows, in a sentence above it; plain text.
        caption: inline Markdown below the figure.
        data: the data frame for the table under the figure and its CSV. Left out, it is the chart's own, if
            the chart is drawn from one frame.
        sources: key of the bibliography, place in the source and grade, of all that is drawn.
        description: what the figure shows, read aloud. Left out, it is the chart's own, or its title and the
            fields that it shows.
        note: inline Markdown below the caption.
        panel: least width of panels: small (three beside each other), medium (two) or large (one).
        numbered: False for a figure with a name and without a number.
        copy_of: the name of the figure that it repeats.
    """
    if name and not caption:
        raise ValueError(f"figure {name!r} needs a caption: show(chart, name={name!r}, caption='...')")
    if panel not in PANELS:
        raise ValueError(f"panel={panel!r}: it is one of {', '.join(PANELS)}")
    spec, drawn, own = None, None, []
    if charts.is_chart(chart):
        spec, own = charts.vega_lite(chart), charts.frames(chart)
        said = charts.described(spec)
    elif isinstance(chart, list | tuple) and chart and all(map(charts.is_chart, chart)):
        panels = [charts.vega_lite(each) for each in chart]
        spec = [each | {"description": charts.described(each)} for each in panels]
        own = list({id(frame): frame for each in chart for frame in charts.frames(each)}.values())
        said = " ".join(each["description"] for each in spec)
    elif pictures.is_picture(chart):
        said, drawn = pictures.described(chart), pictures.svg(chart)
    elif isinstance(chart, str) and "<svg" in chart:
        said, drawn = "", chart
    else:
        raise TypeError(_no_chart(chart))
    if not (description or said):
        raise ValueError("an SVG needs a description: what it shows, read aloud")
    if data is None and len(own) == 1:
        data = own[0]
    elif data is not None and not charts.is_frame(data):
        raise TypeError(f"data takes a DataFrame, such as pd.DataFrame(rows); found: {_kind(data)}")
    held = frames.rows(data) if data is not None else frames.Rows([], [], [])
    return Figure(
        name=name,
        caption=caption,
        description=description or said,
        columns=held.columns,
        rows=held.rows,
        spec=spec,
        svg=drawn,
        note=note,
        panel=panel,
        numbered=numbered and bool(name),
        copy_of=copy_of,
        sources=sources,
        title=title,
    )


def _no_chart(found: object) -> str:
    """What was shown instead of a chart, and what to do with it."""
    if charts.is_frame(found):
        return "show takes a chart; of a DataFrame make a table: table(frame, name=..., caption=...)"
    takes = "an Altair chart, a list of Altair charts, a Matplotlib figure or the text of an SVG"
    return f"show takes {takes}; found: {_kind(found)}"


def _kind(value: object) -> str:
    """The type of a value, with its items'."""
    kinds = {type(each).__name__: None for each in value} if isinstance(value, list | tuple) else ()
    return type(value).__name__ + (f" of {', '.join(kinds)}" if kinds else "")


def table(
    frame: Any,
    *,
    name: str,
    caption: str,
    columns: Mapping[str, str | Column] | None = None,
    numbered: bool = False,
    searchable: bool = False,
    markdown: bool = False,
    note: str = "",
    find: Sequence[str] = (),
) -> Table:
    """A table of the book, from a data frame. Numbers stand on the right, all else on the left.

    Args:
        frame: the data frame.
        name: label for references (``tab-2``).
        caption: inline Markdown above the table.
        columns: the frame's columns to show, each with its heading; a ``Column`` has alignment, tooltip and
            more. Left out, all are shown under their own names.
        numbered: whether it is ``Table n``.
        searchable: for hundreds of rows and more.
        markdown: whether cells are inline Markdown.
        note: inline Markdown below the table.
        find: columns whose values the site's search finds, in a searchable table.
    """
    if not charts.is_frame(frame):
        raise TypeError(f"table takes a DataFrame, such as pd.DataFrame(rows); found: {_kind(frame)}")
    held = frames.rows(frame)
    columns = {key: key for key in held.columns} if columns is None else columns
    for key in (*columns, *find):
        if key not in held.columns:
            raise ValueError(f"table {name!r}: no column {key!r}; the frame has {', '.join(held.columns)}")
    places = [held.columns.index(key) for key in columns]
    headed = [
        label if isinstance(label, Column) else Column(key, label, "right" if held.numeric[i] else "left")
        for i, (key, label) in zip(places, columns.items(), strict=True)
    ]
    rows = [[row[i] for i in places] for row in held.rows]
    return Table(name, caption, headed, rows, numbered, searchable, markdown, note, find)


def publish(**numbers: str) -> None:
    """Make texts available to the prose of the page as ``{glue:text}`name```; a number comes formatted."""
    from myst_nb import glue

    for name, text in numbers.items():
        if not isinstance(text, str):
            raise TypeError(f"{name} is {text!r}; publish takes text, so format the number")
        glue(name, text, display=False)
