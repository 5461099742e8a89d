"""The headlines at a glance: a row an enhancement, its gain and where it very likely lies, what it costs."""

from collections.abc import Iterable

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, exceeds
from ceg.exhibits.marks_and_axes import multiples, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE
from ceg.prose import wording
from ceg.survey.survey import Entry
from ceg.typical import derived

LEFT, RIGHT = -0.55, 3.15
"""Where the axis begins and where lines that go on end, in powers of ten of the gain."""

COSTS = {"one_time": (4.05, "cost to make\n(of training)"), "runtime": (5.2, "cost to use\n(of an answer)")}
"""Where the columns of costs end on that axis, and their headings."""

WIDE = "width > 330"
"""Where the plot is wide enough for columns; else the costs stand below each line. In Vega's language."""

TICKS = (1, 5, 20, 100, 1000)
HEADER = " "
"""The row of the headings."""


def rows(book: Analysis, entries: Iterable[Entry], threshold: float) -> pd.DataFrame:
    """A row for each headline with a number, the greatest first.

    value: the point, else the bound. bound: whether there is a bound alone. counted: whether it counts as
    above the threshold. count_low, count_high: what the gain is very likely above, and below; nan where
    nothing. typical: the gain to expect on a new test, if it is computed; typical_counted: whether that is
    very likely above the threshold. Costs are in words.
    """
    entries = list(entries)
    gains = derived.of(book, [entry.enhancement.enhancement for entry in entries])
    probability = book.assumptions.count_probability
    on_new = {} if gains.empty else derived.verdicts(gains, threshold, probability)
    found = []
    for entry in entries:
        e, of = entry.headline, entry.enhancement.enhancement
        if e is None or e.status not in SAYING:
            continue
        value = e.ceg or e.lower_bound or e.upper_bound
        found.append(
            {
                "name": entry.enhancement.name,
                "category": entry.enhancement.category,
                "value": value,
                "bound": e.ceg is None,
                "counted": exceeds(e, threshold) is True,
                "count_low": e.count_low,
                "count_high": e.count_high,
                "typical": gains["typical"].get(of),
                "typical_counted": on_new.get(of) == "exceeds",
                "short": wording.short(e),
                "says": ", very likely ".join(filter(None, (wording.short(e), wording.likely(e)))),
                "one_time": _cost(e.one_time_fraction, formatting.percent),
                "runtime": _cost(e.runtime_multiple, formatting.multiple),
                **provenance.of_comparison(book, e.comparison),
            }
        )
    frame = pd.DataFrame(found).astype({"count_low": float, "count_high": float, "typical": float})
    return frame.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def _cost(value: float | None, said) -> str:
    return "?" if value is None else said(value)


def forest(frame: pd.DataFrame, threshold: float) -> alt.LayerChart:
    """The rows of ``rows`` as a chart; blue are those that count as above the threshold."""
    at = frame.assign(
        x=np.log10(frame["value"]).clip(LEFT, RIGHT).round(3),
        from_=np.log10(frame["count_low"]).clip(lower=LEFT).round(3),
        new=np.log10(frame["typical"]).clip(LEFT, RIGHT).round(3),
        to=np.log10(frame["count_high"]).clip(upper=RIGHT).fillna(RIGHT).round(3),
    )
    at["on_new"] = frame["typical"].map(lambda v: formatting.times(v, 2), na_action="ignore")
    order = [HEADER, *frame["name"]]
    tones = alt.Scale(domain=[True, False], range=[CATEGORY["tool use"], MUTED])
    colour = alt.Color("counted:N", scale=tones, legend=None)
    names = alt.Axis(labelLimit=170, ticks=False, domain=False, labelPadding=6)
    y = alt.Y("name:N", title=None, sort=order, axis=names, scale=alt.Scale(domain=order))
    most = alt.ExprRef(f"{WIDE} ? {COSTS['runtime'][0] + 0.05} : {RIGHT + 0.3}")
    scale = alt.Scale(domainMin=LEFT, domainMax=most, nice=False)
    ticks = alt.Axis(**multiples(TICKS, orient="top", domain=False, labelPadding=2))
    x = alt.X("x:Q", title=None, scale=scale, axis=ticks)
    shown = tips("name=enhancement", "says=gain", "source", "provenance")
    limited = at.dropna(subset="count_low")
    lines = at[["name"]].merge(pd.DataFrame({"x": np.log10(TICKS[:3])}), how="cross")
    point = {"size": 90, "opacity": 1, "filled": True}
    marks = [
        alt.Chart(limited).mark_rule(strokeWidth=2, opacity=0.55).encode(x=alt.X("from_:Q"), x2="to:Q"),
        alt.Chart(limited[limited["count_high"].isna()].assign(x=RIGHT)).mark_point(
            shape="triangle-right", size=40, opacity=0.55, filled=True
        ),
        alt.Chart(at[at["bound"]]).mark_point(shape="triangle-right", **point),
        alt.Chart(at[~at["bound"]]).mark_point(**point),
    ]
    bar = {"orient": "vertical", "size": 12, "color": INK, "opacity": 1}
    new = [
        alt.Chart(some).mark_tick(thickness=thickness, **bar)
        for counted, thickness in ((True, 6), (False, 2))
        if len(some := at[at["typical_counted"] == counted].dropna(subset="new"))
    ]
    texts = [
        alt.Chart(at).mark_text(dy=-10, fontSize=11, fontWeight="bold").encode(x, y, colour, text="short:N")
    ]
    for column, (place, heading) in COSTS.items():
        cells = pd.concat([pd.DataFrame({"name": [HEADER], column: [heading]}), at[["name", column]]])
        text = alt.Chart(cells.assign(x=place)).mark_text(
            align="right", fontSize=12, lineBreak="\n", color=INK, opacity=alt.ExprRef(f"{WIDE} ? 1 : 0")
        )
        texts.append(text.encode(x, y, text=f"{column}:N"))
    below = at.assign(x=LEFT, costs="make " + at["one_time"] + ", use " + at["runtime"])
    narrow = alt.Chart(below).mark_text(
        align="left", dy=15, fontSize=11, color=MUTED, opacity=alt.ExprRef(f"{WIDE} ? 0 : 1")
    )
    texts.append(narrow.encode(x, y, text="costs:N"))
    on_new = ["" if pd.isna(v) else f", on a new test {v}" for v in at["on_new"]]
    said = "; ".join(frame["name"] + ": " + frame["says"] + on_new + ", to make " + frame["one_time"])
    how = [
        f"Blue: very likely above {threshold:g}x on the chosen test. Grey: not.",
        "Dot: best estimate. Triangle: at least that much.",
        "Line: where the gain very likely lies. Arrow: no limit known.",
    ]
    if new:
        how.append(f"Short bar: a test not yet tried, thick if very likely above {threshold:g}x.")
    return alt.layer(
        alt.Chart(lines)
        .mark_tick(orient="vertical", size=22, thickness=1, color=RULE, opacity=1)
        .encode(x, y),
        *(m.encode(alt.X("new:Q"), y, tooltip=tips("name=enhancement", "on_new=on a new test")) for m in new),
        *(m.encode(*((x,) if i else ()), y, colour, tooltip=shown) for i, m in enumerate(marks)),
        *texts,
    ).properties(
        title=alt.TitleParams(text=how, color=MUTED, fontSize=12, fontWeight="normal"),
        height=42 * (len(frame) + 1),
        description=f"Gains of the enhancements, a row each. {said}.",
    )
