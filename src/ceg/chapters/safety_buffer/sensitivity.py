"""How the chance moves: with each setting, and by domain."""

from collections.abc import Mapping, Sequence

import altair as alt

from ceg import formatting
from ceg.chapters.safety_buffer import model as buffer
from ceg.chapters.safety_buffer.charts import BLUE, CALLED, percent, percent_axis
from ceg.chapters.safety_buffer.model import Model, Values
from ceg.evidence import assumptions as choices
from ceg.exhibits.controls import called
from ceg.exhibits.marks_and_axes import bare_axis, layer, tips
from ceg.exhibits.theme import INK, MUTED, RULE, theme
from sphinx_fresh.show import Column, Figure, Table

AT_RATE = 6.0
"""The buffer for which a domain's own rate of arrivals is tried."""


def sensitivity(
    made: Model,
    known: Mapping[str, choices.Choice],
    values: Values,
    limit: float,
    keys: Sequence[str] = (),
    **figure: object,
) -> Figure:
    """The probability for one buffer under each option of each key, alone.

    keys: default all. Hollow: without the correction for selection.
    """
    marks, spans, rows = [], [], []
    series = {"corrected": {}, "not corrected": {"published_gains": "headline"}}
    keys = list(keys or choices.BUFFER)
    for i, key in enumerate(keys):
        for j, (how, other) in enumerate(series.items()):
            if key in other:
                continue
            options = [(o, made.chance({**values, **other, key: o}, limit)) for o in known[key].options]
            reached = [(100 * p, o) for o, p in options if p is not None]
            low, high = min(reached, default=(0.0, "")), max(reached, default=(0.0, ""))
            at = i + (0.24 if j else -0.04)
            spans.append({"y": at, "low": round(low[0], 1), "high": round(high[0], 1), "how": how})
            for p, o in reached:
                end = "low" if (p, o) == low else "high" if (p, o) == high else "between"
                marks.append(
                    {
                        "y": at,
                        "x": round(p, 1),
                        "end": end,
                        "how": how,
                        "taken": called(o),
                        "choice": CALLED[key],
                        "says": f"{p:.0f}%",
                        "named": "" if j else called(o),
                    }
                )
                rows.append([key, choices.written(o), how, round(p / 100, 4)])
    n = len(keys)
    x = percent_axis(alt.X, "x", f"{limit:g}x exceeded within a year with a probability of (%)")
    y = bare_axis(alt.Y, "y", (n - 0.4, -0.75))
    shown = tips("choice", "taken=option", "says=probability", "how=selection")
    now = made.chance(values, limit)
    heads = [{"y": i - 0.42, "x": 0, "says": CALLED[key]} for i, key in enumerate(keys)]
    at_present = [{"x": round(100 * now, 1)}] if now is not None else []
    layers = [layer(at_present, "rule", x, color=RULE, strokeWidth=1.5)]
    ends = alt.X("low:Q"), alt.X2("high:Q")
    for how, colour, style in (
        ("corrected", BLUE, {"filled": True}),
        ("not corrected", MUTED, {"filled": False, "strokeWidth": 1.5}),
    ):
        lines, some = ([m for m in of if m["how"] == how] for of in (spans, marks))
        layers.append(layer(lines, "rule", *ends, y, color=colour, strokeWidth=1.5))
        layers.append(layer(some, "point", x, y, tooltip=shown, color=colour, size=60, opacity=1, **style))
    for end, where in (("low", {"align": "right", "dx": -8}), ("high", {"align": "left", "dx": 8})):
        some = [m for m in marks if m["end"] == end and m["named"]]
        layers.append(layer(some, "text", x, y, text="named", color=INK, fontSize=12, **where))
    head = {"color": INK, "fontSize": 12, "fontWeight": "bold", "align": "left"}
    layers.append(layer(heads, "text", x, y, text="says", **head))
    said = "; ".join(
        f"{CALLED[key]}: "
        + ", ".join(f"{r[1]} {percent(r[3])}" for r in rows if r[0] == key and r[2] == "corrected")
        for key in keys
    )
    return Figure(
        description=f"Probability that {limit:g}x is exceeded, one option at a time. {said}.",
        columns=["key", "option", "selection", "probability"],
        rows=rows,
        spec=theme(alt.layer(*layers), 56 * n),
        panel="large",
        **figure,
    )


def domains(some: Mapping[str, Model], values: Values, years: int, *, name: str, caption: str) -> Table:
    """The probability for each buffer if the capability lies in a domain, and what was measured there.

    With the arrivals of the values, and for ``AT_RATE`` with as many as were measured there, over the years
    of the data.
    """
    columns = [
        Column("domain", "Domain"),
        Column("n", "Enhancements", "right"),
        Column("c", "Comparisons", "right"),
    ]
    columns += [Column(f"b{b:g}", f"{b:g}x", "right") for b in buffer.BUFFERS]
    columns += [
        Column(
            "rate",
            "Measured a year",
            "right",
            "enhancements with a gain in the domain, over the years of the data",
        ),
        Column("own", f"{AT_RATE:g}x at that rate", "right"),
    ]
    rows = []
    for d, m in some.items():
        n = len(set(m.gains.enhancement))
        own = m.chance({**values, "arrivals_per_year": n / years}, AT_RATE)
        chances = (percent(m.chance(values, b)) for b in buffer.BUFFERS)
        rate = formatting.significant(n / years)
        rows.append([formatting.domain(d), n, len(m.gains.comparison), *chances, rate, percent(own)])
    return Table(name, caption, columns, rows)
