"""What the charts are put together from: layers of marks, axes, tooltips, and panels that make a figure."""

import math
from collections.abc import Mapping, Sequence

import altair as alt

from ceg import formatting
from ceg.exhibits.theme import CATEGORY, CONFIG, MUTED, RULE
from sphinx_fresh.show import Figure

SUPERSCRIPT = "['⁰','¹','²','³','⁴','⁵','⁶','⁷','⁸','⁹']"
POWER = (
    f"'10' + (datum.value < 0 ? '⁻' : '') + (abs(datum.value) > 9 ? "
    f"{SUPERSCRIPT}[floor(abs(datum.value)/10)] : '') + {SUPERSCRIPT}[abs(datum.value) % 10]"
)
"""Label of an axis in decades, in Vega's language: 10²³."""


PLOT = {"continuousWidth": 300, "continuousHeight": 300}
"""Of a chart without a size, in px: Altair's own."""


@alt.theme.register("ceg", enable=True)
def in_notebooks() -> alt.theme.ThemeConfig:
    """How Altair draws in a notebook once this module is imported: as the site does."""
    return {"config": {**CONFIG, "view": {**CONFIG["view"], **PLOT}}}


def layer(
    rows: list[dict] | str,
    mark: str,
    *channels: alt.SchemaBase,
    text: str = "",
    tooltip: list | None = None,
    name: str = "",
    **style: object,
) -> alt.Chart:
    """A layer of one mark over inline rows, or over a data set that the whole chart has by this name.

    text: the field that a text says. name: of the rows, for a page that moves them.
    """
    if isinstance(rows, str):
        data = alt.NamedData(rows)
    else:
        data = alt.Data(name=name, values=rows) if name else alt.Data(values=rows)
    said = {"text": f"{text}:N"} if text else {}
    pointed = {"tooltip": tooltip} if tooltip else {}
    return getattr(alt.Chart(data), f"mark_{mark}")(**style).encode(*channels, **said, **pointed)


def losses(x: alt.X, left: float) -> list[alt.Chart]:
    """The shaded part left of 1x, and the line there."""
    whole = {"y": alt.value(0), "y2": alt.value("height")}
    return [
        layer([{"x": left, "to": 0}], "rect", x, alt.X2("to:Q"), color=RULE, opacity=0.4).encode(**whole),
        layer([{"x": 0}], "rule", x, color=MUTED),
    ]


def axis(
    channel: type, field: str, title: str | None, domain: Sequence[float], /, **axis: object
) -> alt.X | alt.Y:
    """A channel for numbers, on an axis that ends where the domain does. axis: as ``alt.Axis`` has it."""
    scale = alt.Scale(domain=list(domain), nice=False)
    return channel(f"{field}:Q", title=title, scale=scale, axis=alt.Axis(**axis))


def bare_axis(channel: type, field: str, domain: Sequence[float]) -> alt.X | alt.Y:
    """The same without anything drawn of the axis."""
    return channel(f"{field}:Q", axis=None, scale=alt.Scale(domain=list(domain), nice=False))


def powers(low: float, high: float) -> list[int]:
    """The whole decades on an axis."""
    return list(range(math.floor(low), math.ceil(high) + 1))


def compute_axis(field: str, domain: Sequence[float], reached: Sequence[float]) -> alt.X:
    """Training compute in decades, with ticks as far as ``reached`` goes; between decades if it has none."""
    ticks, label = powers(*reached), POWER
    if not any(domain[0] <= tick <= domain[1] for tick in ticks):
        digits, decade = (1.5, *range(2, 10)), math.floor(domain[0])
        within = {math.log10(d) + decade: formatting.flop(d * 10.0**decade) for d in digits}
        ticks = [tick for tick in within if domain[0] <= tick <= domain[1]]
        label = labelled({tick: within[tick] for tick in ticks})
    return axis(alt.X, field, "training compute (FLOP)", domain, values=ticks, labelExpr=label, grid=False)


def times(form: str = ",.1~r") -> str:
    """Label of an axis in decades, in Vega's language, as a multiple: 30x. form: of d3's number formats."""
    return f"format(pow(10, datum.value), '{form}') + 'x'"


def multiples(ticks: Sequence[float], form: str = ",.1~r", **axis: object) -> dict[str, object]:
    """Of an axis in decades: ticks at these multiples, and how they are labelled."""
    values = [math.log10(t) for t in ticks]
    return {"values": values, "labelExpr": times(form), "grid": False, **axis}


def labelled(ticks: Mapping[float, str]) -> str:
    """Label of an axis, in Vega's language, that says something else at each tick."""
    return " : ".join(f"abs(datum.value - ({v:.4f})) < 0.01 ? '{n}'" for v, n in ticks.items()) + " : ''"


def by_category(tones: Mapping[str, str] = CATEGORY) -> alt.Color:
    """The colour of a row's category, without a legend."""
    scale = alt.Scale(domain=list(tones), range=list(tones.values()))
    return alt.Color("category:N", scale=scale, legend=None)


def tips(*fields: str) -> list[alt.Tooltip]:
    """What a mark says when it is pointed at: fields, each with what it is called if not so: ``says=CEG``."""
    found = []
    for field, _, title in (f.partition("=") for f in fields):
        typed = field if ":" in field else f"{field}:N"
        found.append(alt.Tooltip(typed, title=title) if title else alt.Tooltip(typed))
    return found


def measured(benchmark) -> str:
    """The metric with its unit: accuracy (%)."""
    if benchmark.metric == benchmark.unit:
        return benchmark.metric
    return f"{benchmark.metric} ({benchmark.unit})"


def of_panels(panels: Sequence[dict], columns: Sequence[str], rows: Sequence, **figure: object) -> Figure:
    """Panels as one figure, which is described by what they say in turn. figure: what ``Figure`` takes."""
    said = " ".join(p["description"] for p in panels)
    spec = panels[0] if len(panels) == 1 else panels
    return Figure(description=said, columns=columns, rows=rows, spec=spec, **figure)
