"""The headlines since 2023 beside those of the survey: what they cost, and what they could show."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.chapters.since_2023.gains import lower_median
from ceg.estimator.gain import SAYING
from ceg.exhibits import gain_rows, named_rows
from ceg.exhibits.marks_and_axes import axis, layer, multiples, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED

WITH_COSTS = {
    "enhancement": "enhancement",
    "period": "period",
    "category": "category",
    "one_time": "one_time_fraction",
    "one_time_grade": "one_time_grade",
    "runtime": "runtime_multiple",
    "runtime_grade": "runtime_grade",
    "comparison": "comparison",
}
WITH_DATES = ("enhancement", "period", "category", "from", "to", "status")
WITH_DATES += ("ceg", "lower_bound", "upper_bound", "low", "high", "headroom", "comparison")
"""What the tables under the figures have."""

PERIODS = {"survey": "Surveyed in 2023", "later": "Since 2023"}
"""The panels, with their titles."""

COLOUR = "tool use"
BLUE, ROOM = CATEGORY[COLOUR], 66
"""The marks' colour, and the width of the column of one-time costs in pixels."""


def costs(headlines: pd.DataFrame) -> list[alt.LayerChart]:
    """What an answer costs with each enhancement, and beside it what making it costs; a panel a period."""
    known = headlines.dropna(subset="runtime")
    most = math.log10(max(known.runtime.max(), 10)) + 0.15 if len(known) else 1.0
    return [_costs(known[known.period == period], title, most) for period, title in PERIODS.items()]


def _costs(some: pd.DataFrame, title: str, most: float) -> alt.LayerChart:
    marks = some.sort_values(["runtime", "enhancement"], kind="stable").rename(
        columns={"enhancement": "name"}
    )
    marks["x"] = np.log10(marks.runtime).round(4)
    marks["use"] = _costed(marks.runtime, marks.runtime_grade, formatting.multiple)
    marks["make"] = _costed(marks.one_time, marks.one_time_grade, formatting.percent)
    marks = marks[["name", "x", "use", "make"]]
    ticks = multiples((1, 10, 100, 1000), labelOverlap="greedy")
    x = axis(alt.X, "x", "cost to use: FLOP an answer", (-0.2, most), **ticks)
    base = alt.Chart(marks).encode(y=named_rows.rows(list(marks["name"])))
    middle = [{"x": m, "says": f"middle {formatting.multiple(10**m)}"} for m in _middle(marks.x)]
    number, head = {"fontSize": 12, "color": INK}, {"fontSize": 11, "color": MUTED, "y": -9}
    beside = base.encode(x, text="use:N")
    said = "; ".join(f"{m.name}: an answer {m.use}, once {m.make}" for m in marks.itertuples(index=False))
    return alt.layer(
        layer(middle, "rule", x, color=MUTED, opacity=0.6),
        layer(middle, "text", x, text="says", **head),
        base.mark_point(filled=True, size=80, opacity=1, color=BLUE).encode(
            x, tooltip=tips("name=enhancement", "use=an answer", "make=once")
        ),
        beside.mark_text(align="left", dx=8, **number).transform_filter(f"datum.x < {most / 2}"),
        beside.mark_text(align="right", dx=-8, **number).transform_filter(f"datum.x >= {most / 2}"),
        base.mark_text(align="right", dx=ROOM, **number).encode(x=alt.value("width"), text="make:N"),
        layer(
            [{"says": "to make"}], "text", alt.X(value="width"), text="says", align="right", dx=ROOM, **head
        ),
    ).properties(
        title=alt.TitleParams(text=title, offset=22),
        height=named_rows.ROW * max(len(marks), 1),
        padding={"left": 8, "top": 4, "bottom": 4, "right": 4},
        description=f"{title}: what an answer costs, against a plain one, and what making it costs. {said}.",
    )


def _costed(values: pd.Series, grades: pd.Series, said) -> list[str]:
    """Costs in words, after a ~ where nobody printed them for the case."""
    pairs = zip(values, grades, strict=True)
    return [f"{'~' if grade in formatting.STAND_IN else ''}{said(value)}" for value, grade in pairs]


def _middle(places: pd.Series) -> list[float]:
    found = lower_median(places)
    return [] if found is None else [found]


def limits(book: Analysis, headlines: pd.DataFrame) -> list[alt.LayerChart | alt.Chart]:
    """The headlines as rows, the greatest first, each with the most that its models could show; by period."""
    some = headlines[headlines.status.isin(SAYING)]
    reach = min(some.value.min(), 1.0), max(some.value.max(), some.headroom.max(), 2.0)
    return [_limits(book, some[some.period == p], title, reach) for p, title in PERIODS.items()]


def _limits(book: Analysis, some: pd.DataFrame, title: str, reach: tuple[float, float]) -> alt.LayerChart:
    some = some.sort_values("value", ascending=False, kind="stable")
    frame = gain_rows.rows(book, some.enhancement.map(named_rows.short).to_dict())
    chart = gain_rows.chart(
        frame, category=COLOUR, thresholds=(book.assumptions.threshold_large,), reach=reach
    )
    ends = frame.assign(limit=np.log10(some.headroom.clip(*reach).reindex(frame.comparison).values).round(4))
    shown = tips("name=enhancement", "room=the most it could show")
    ends["room"] = [formatting.times(h, 2) for h in some.headroom.reindex(frame.comparison)]
    at = alt.X("limit:Q", title=gain_rows.GAIN), alt.Y("name:N", sort=list(frame["name"]), title=None)
    tick = alt.Chart(ends.dropna(subset="limit")[["name", "limit", "room"]]).encode(*at, tooltip=shown)
    head = {"subtitle": "upright tick: the most that its models could show", "offset": 22}
    return (chart + tick.mark_tick(orient="vertical", thickness=2, size=18, color=INK)).properties(
        padding=chart.padding | {"left": 12, "right": chart.padding["right"] + 6},
        title=alt.TitleParams(text=title, subtitleColor=MUTED, subtitleFontSize=12, **head),
    )
