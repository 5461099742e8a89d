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
from ceg.exhibits.marks_and_axes import bare_axis, layer, tips
from ceg.exhibits.theme import INK, MUTED
from sphinx_fresh.show import Column

AT_RATE = 6.0
"""The buffer for which a domain's own rate of arrivals is tried."""

OPTIONS = {
    "arrivals_per_year": "{:g} a year",
    "0.0": "gains multiply",
    "1.0": "only the best counts",
    "any_comparison": "any comparison",
    "headline": "headlines only",
    "shrunk": "half of each",
    "at_bound": "at their value",
    "beyond": "drawn from beyond",
    "all_at_bound": "bounds alone",
    "survey_and_later": "all",
    "survey": "survey only",
    "later": "later only",
    "same_domain": "one domain",
    "any_domain": "any domain",
}
"""An option, or the form of a key's numbers -> what readers see."""

ROW = 40
"""Height of a row, in pixels."""


def one_at_a_time(
    made: Model, known: Mapping[str, choices.Choice], values: Values, limit: float, keys: Sequence[str]
) -> pd.DataFrame:
    """The probability for one buffer under each option of each key, alone, in the order of the keys.

    key, option, probability; choice, taken and says: key, option and probability as readers see them.
    """
    rows = [
        (key, choices.written(option), round(p, 4), CALLED[key], _taken(key, option), 100 * p, percent(p))
        for key in keys
        for option in known[key].options
        if (p := made.chance({**values, key: option}, limit)) is not None
    ]
    columns = ["key", "option", "probability", "choice", "taken", "percent", "says"]
    return pd.DataFrame(rows, columns=columns)


def _taken(key: str, option: object) -> str:
    return OPTIONS[key].format(option) if key in OPTIONS else OPTIONS.get(str(option), called(option))


def options(found: pd.DataFrame, limit: float, at_present: float | None) -> alt.LayerChart:
    """The probabilities of ``one_at_a_time``, a row a choice, its ends named.

    at_present: the probability under the choices as they are, as an upright line.
    """
    names = list(found.choice.unique())
    by_choice = found.groupby("choice").percent
    marks = found.assign(
        y=found.choice.map({name: i for i, name in enumerate(names)}),
        low=by_choice.transform("min"),
        high=by_choice.transform("max"),
    )
    title = f"chance that {limit:g}x is exceeded within a year (%)"
    x, y = percent_axis(alt.X, "percent", title), bare_axis(alt.Y, "y", (len(names) - 0.6, -0.75))
    base = alt.Chart(marks).encode(y=y)
    layers = [
        base.mark_rule(color=BLUE, strokeWidth=2, opacity=0.45).encode(alt.X("low:Q"), alt.X2("high:Q")),
        base.mark_point(color=BLUE, size=80, opacity=1, filled=True).encode(
            x, tooltip=tips("choice", "taken=option", "says=probability")
        ),
    ]
    for end, where in (("low", {"align": "right", "dx": -9}), ("high", {"align": "left", "dx": 9})):
        at_end = marks[marks.percent == marks[end]].drop_duplicates("y")
        named = alt.Chart(at_end).mark_text(color=INK, fontSize=12, **where)
        layers.append(named.encode(x, y, text="taken:N"))
    headings = pd.DataFrame({"y": [i - 0.42 for i in range(len(names))], "says": names})
    bold = {"color": INK, "fontSize": 12, "fontWeight": "bold", "align": "left", "dx": 4}
    layers.append(alt.Chart(headings).mark_text(**bold).encode(y=y, x=alt.value(0), text="says:N"))
    present = (
        []
        if at_present is None
        else [{"percent": 100 * at_present, "says": f"as set: {percent(at_present)}"}]
    )
    rule = layer(present, "rule", x, color=MUTED, opacity=0.6)
    label = layer(present, "text", x, text="says", color=MUTED, fontSize=12, y=-8)
    said = "; ".join(
        f"{name}: " + ", ".join(f"{m.taken} {m.says}" for m in some.itertuples())
        for name, some in marks.groupby("choice", sort=False)
    )
    described = f"Probability that {limit:g}x is exceeded, one option at a time. {said}."
    height = {"height": ROW * max(len(names), 1), "padding": {"left": 4, "top": 4, "bottom": 4, "right": 4}}
    return alt.layer(rule, label, *layers).properties(description=described, **height)


BY_DOMAIN = {
    "domain": "Domain",
    **{f"b{b:g}": Column(f"b{b:g}", f"{b:g}x", "right") for b in buffer.BUFFERS[::2]},
    "rate": Column("rate", "Measured a year", "right", "enhancements with a gain in the domain"),
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
        chances = {f"b{b:g}": percent(made.chance(values, b)) for b in buffer.BUFFERS[::2]}
        row = {"domain": formatting.domain(domain), **chances}
        rows.append(row | {"rate": formatting.significant(n / years), "own": percent(own)})
    return pd.DataFrame(rows, columns=list(BY_DOMAIN))
