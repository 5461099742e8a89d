"""How the chance moves: with each choice, and by domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.chapters.safety_buffer import model as buffer
from ceg.chapters.safety_buffer.charts import BLUE, CALLED, percent, percent_axis
from ceg.chapters.safety_buffer.model import Model, Values
from ceg.evidence import assumptions as choices
from ceg.exhibits.controls import called
from ceg.exhibits.marks_and_axes import bare_axis, tips
from ceg.exhibits.theme import INK, MUTED, RULE
from sphinx_fresh.show import Column

AT_RATE = 6.0
"""The buffer for which a domain's own rate of arrivals is tried."""

SELECTION = {"corrected": {}, "not corrected": {"published_gains": "headline"}}
"""Whether selection within papers is corrected for -> the choices that make it so."""


def one_at_a_time(
    made: Model, known: Mapping[str, choices.Choice], values: Values, limit: float, keys: Sequence[str]
) -> pd.DataFrame:
    """The probability for one buffer under each option of each key, alone, corrected for selection and not.

    In the order of the keys: key, option, selection, probability; choice, taken and says: key, option and
    probability as readers see them.
    """
    rows = [
        (key, choices.written(option), how, round(p, 4), CALLED[key], called(option), 100 * p, percent(p))
        for key in keys
        for how, other in SELECTION.items()
        if key not in other
        for option in known[key].options
        if (p := made.chance({**values, **other, key: option}, limit)) is not None
    ]
    columns = ["key", "option", "selection", "probability", "choice", "taken", "percent", "says"]
    return pd.DataFrame(rows, columns=columns)


def options(found: pd.DataFrame, limit: float, at_present: float | None) -> alt.LayerChart:
    """The probabilities of ``one_at_a_time``, a row a choice. Hollow: without the correction for selection.

    at_present: the probability under the choices as they are, as an upright line.
    """
    names = list(found.choice.unique())
    row = found.choice.map({name: i for i, name in enumerate(names)})
    corrected = found.selection == "corrected"
    ends = found.groupby(["choice", "selection"]).percent
    marks = found.assign(
        y=row + corrected.map({True: -0.04, False: 0.24}),
        low=ends.transform("min"),
        high=ends.transform("max"),
    )
    title = f"{limit:g}x exceeded within a year with a probability of (%)"
    x, y = percent_axis(alt.X, "percent", title), bare_axis(alt.Y, "y", (len(names) - 0.4, -0.75))
    pointed = tips("choice", "taken=option", "says=probability", "selection")
    layers = []
    for how, colour, style in (
        ("corrected", BLUE, {"filled": True}),
        ("not corrected", MUTED, {"filled": False, "strokeWidth": 1.5}),
    ):
        some = alt.Chart(marks[marks.selection == how])
        spans = marks[marks.selection == how].drop_duplicates("y")[["y", "low", "high"]]
        line = alt.Chart(spans).mark_rule(color=colour, strokeWidth=1.5)
        layers.append(line.encode(alt.X("low:Q"), alt.X2("high:Q"), y))
        layers.append(
            some.mark_point(color=colour, size=60, opacity=1, **style).encode(x, y, tooltip=pointed)
        )
    for end, where in (("low", {"align": "right", "dx": -8}), ("high", {"align": "left", "dx": 8})):
        at_end = marks[corrected & (marks.percent == marks[end])].drop_duplicates("y")
        named = alt.Chart(at_end).mark_text(color=INK, fontSize=12, **where)
        layers.append(named.encode(x, y, text="taken:N"))
    headings = pd.DataFrame({"y": [i - 0.42 for i in range(len(names))], "percent": 0, "says": names})
    bold = {"color": INK, "fontSize": 12, "fontWeight": "bold", "align": "left"}
    layers.append(alt.Chart(headings).mark_text(**bold).encode(x, y, text="says:N"))
    present = [] if at_present is None else [{"percent": round(100 * at_present, 1)}]
    rule = alt.Chart(alt.Data(values=present)).mark_rule(color=RULE, strokeWidth=1.5).encode(x)
    said = "; ".join(
        f"{name}: " + ", ".join(f"{m.option} {m.says}" for m in some.itertuples())
        for name, some in marks[corrected].groupby("choice", sort=False)
    )
    described = f"Probability that {limit:g}x is exceeded, one option at a time. {said}."
    return alt.layer(rule, *layers).properties(height=56 * len(names), description=described)


BY_DOMAIN = {
    "domain": "Domain",
    "n": "Enhancements",
    "c": "Comparisons",
    **{f"b{b:g}": Column(f"b{b:g}", f"{b:g}x", "right") for b in buffer.BUFFERS},
    "rate": Column(
        "rate",
        "Measured a year",
        "right",
        "enhancements with a gain in the domain, over the years of the data",
    ),
    "own": Column("own", f"{AT_RATE:g}x at that rate", "right"),
}
"""The columns of ``domains``, as readers see them."""


def domains(some: Mapping[str, Model], values: Values, years: int) -> pd.DataFrame:
    """The probability for each buffer if the capability lies in a domain, and what was measured there.

    With the arrivals of the values, and for ``AT_RATE`` with as many as were measured there, over the years
    of the data.
    """
    rows = []
    for domain, made in some.items():
        n = len(set(made.gains.enhancement))
        own = made.chance({**values, "arrivals_per_year": n / years}, AT_RATE)
        chances = {f"b{b:g}": percent(made.chance(values, b)) for b in buffer.BUFFERS}
        row = {"domain": formatting.domain(domain), "n": n, "c": len(made.gains.comparison), **chances}
        rows.append(row | {"rate": formatting.significant(n / years), "own": percent(own)})
    return pd.DataFrame(rows, columns=list(BY_DOMAIN))
