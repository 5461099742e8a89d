"""The headlines since 2023 beside those of the survey: what they cost, and when they came out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.chapters.since_2023.charts import headed, with_headings
from ceg.estimator.gain import SAYING
from ceg.exhibits import label_placement
from ceg.exhibits.marks_and_axes import axis, by_category, labelled, layer, multiples, times, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE
from ceg.prose import wording

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
WITH_DATES += ("ceg", "lower_bound", "upper_bound", "least", "greatest", "comparison")
"""What the tables under the figures have."""

SURVEY_OR_CATEGORY = by_category({"survey": MUTED} | CATEGORY | {"combination": INK})
"""Grey for the survey's, the category's colour for the later ones; black for a combination."""

GRADES = {"read": "circle", "estimated": "square", "recalled": "triangle-up"}
"""Grade of the worse of two costs -> its shape; read: verified, read off a drawing, or secondary."""

PERIODS = {
    "survey": {"filled": False, "size": 130, "strokeWidth": 1.5},
    "later": {"filled": True, "size": 60},
}
"""The survey's marks are hollow, so that one of each on the same place can be told."""

STATUSES = {
    "interpolated": {"shape": "circle", "filled": True, "size": 70},
    "extrapolated": {"shape": "stroke", "angle": 90, "size": 130, "strokeWidth": 3},
    "bound": {"shape": "triangle-right", "filled": True, "size": 80},
}
"""A headline's mark; of an extrapolated one the bound, and beside it a ring for the value."""

LEAST = math.log10(0.03)
"""Where the timeline's axis of gains begins, in decades; what is less is drawn there."""


def _marks(headlines: pd.DataFrame) -> pd.DataFrame:
    """The headlines with the colour of their marks: later ones that of their category."""
    later = headlines.period == "later"
    return headlines.assign(category=headlines.category.astype(str).where(later, "survey"))


def costs(headlines: pd.DataFrame) -> alt.LayerChart:
    """Runtime multiple against one-time share of each headline whose runtime is known.

    Lanes at the left for no one-time cost and for one that is not known.
    """
    marks = _marks(headlines.dropna(subset="runtime"))
    once = marks.one_time
    least = math.floor(np.log10(once[once > 0].min()))
    none_at, unknown_at = least - 1.2, least - 2.6
    marks["x"] = np.log10(once.where(once > 0)).mask(once == 0, none_at).fillna(unknown_at)
    marks["y"] = np.log10(marks.runtime)
    marks["name"] = marks.enhancement.str.partition(" (")[0]
    grades = marks[["one_time_grade", "runtime_grade"]]
    marks["grade"] = [
        next((g for g in ("recalled", "estimated") if g in row), "read") for row in grades.values
    ]
    marks["grades"] = ["runtime: " + g for g in marks.runtime_grade]
    known = once.notna()
    marks.loc[known, "grades"] = "one-time: " + marks.one_time_grade[known].astype(str) + "; " + marks.grades
    paid = [formatting.percent(None if pd.isna(v) else v) for v in once]
    answered = map(formatting.multiple, marks.runtime)
    marks["says"] = [f"once {c}, runtime {m}" for c, m in zip(paid, answered, strict=True)]

    ticks = {unknown_at: "not known", none_at: "none"}
    ticks |= {float(v): formatting.percent(10.0**v) for v in range(least, 0)}
    xs, ys = (unknown_at - 0.7, 0.2), (marks.y.min() - 0.25, marks.y.max() + 0.4)
    shares = {"values": list(ticks), "labelExpr": labelled(ticks), "grid": False}
    x = axis(alt.X, "x", "one-time cost, share of pre-training", xs, **shares)
    whole = {"values": list(range(math.ceil(ys[1]))), "labelExpr": times(","), "grid": False}
    y = axis(alt.Y, "y", "FLOP an answer, against the same model without it", ys, **whole)
    pointed = tips("name=enhancement", "period", "says=cost", "grades=how known")
    columns = ["name", "period", "category", "x", "y", "grade", "says", "grades"]
    base = alt.Chart(marks[columns]).encode(x, y, SURVEY_OR_CATEGORY, tooltip=pointed)
    drawn = [
        base.mark_point(shape=shape, opacity=1, **style).transform_filter(
            f"datum.grade == '{grade}' && datum.period == '{period}'"
        )
        for grade, shape in GRADES.items()
        for period, style in PERIODS.items()
    ]
    placed = marks.assign(foot=marks.y, top=marks.y, free=False, low=None)[
        [*columns, "foot", "top", "free", "low"]
    ]
    names = label_placement.beside(placed.to_dict("records"), xs, ys, (680, 420))
    at = alt.X("lx:Q"), alt.Y("ly:Q")
    said = "; ".join(f"{m.name} ({m.period}): {m.says} ({m.grades})" for m in marks.itertuples())
    return alt.layer(
        alt.Chart(pd.DataFrame({"x": [(least + none_at) / 2]})).mark_rule(color=RULE).encode(x),
        *drawn,
        layer(names, "text", *at, SURVEY_OR_CATEGORY, text="name", align="left", fontSize=12),
    ).properties(height=420, description=f"Runtime multiple against one-time cost. {said}.")


def timeline(headlines: pd.DataFrame, thresholds: Sequence[float]) -> alt.LayerChart:
    """Each headline with a number by year and date of first publication; a line over all its comparisons."""
    marks = _marks(headlines[headlines.status.isin(SAYING)])
    marks = marks.sort_values(["from", "enhancement"], kind="stable")
    month = [f"{int(year)}-{round(12 * (year % 1)) + 1:02}" for year in marks["from"]]
    marks["year"] = marks["from"].astype(int).astype(str)
    marks["date"] = marks.year.where(marks.to - marks["from"] > 0.5, month)
    marks["says"] = [wording.sure(e) for e in marks.estimate]
    marks["x"] = np.log10(marks.known).round(4)
    marks["reached"] = np.log10(marks.ceg.fillna(marks.known)).round(4)
    marks["start"] = np.log10(marks.least).clip(lower=LEAST).round(4)
    marks["end"] = np.log10(marks.greatest).round(4)

    ticks = multiples((0.03, 0.1, 0.3, 1, 5, 20, 100, 1000), labelOverlap="greedy")
    x = axis(alt.X, "x", "compute-equivalent gain", (LEAST, marks.end.max() + 0.1), **ticks)
    order = with_headings(marks, "year", "enhancement")
    y = headed("enhancement:N", order, marks.year, 270)
    pointed = tips("enhancement", "date=published", "says=CEG", "range=all comparisons")
    columns = [
        "enhancement",
        "period",
        "category",
        "status",
        "date",
        "says",
        "range",
        "x",
        "reached",
        "start",
        "end",
    ]
    base = alt.Chart(marks[columns]).encode(y, SURVEY_OR_CATEGORY)
    lines = pd.DataFrame({"x": [round(math.log10(v), 4) for v in (1, *thresholds)]})
    drawn = [
        base.mark_point(opacity=1, **style)
        .encode(x, tooltip=pointed)
        .transform_filter(f"datum.status == '{status}'")
        for status, style in STATUSES.items()
    ]
    ring = base.mark_point(filled=False, size=60, opacity=1, strokeWidth=2).encode(
        alt.X("reached:Q"), tooltip=pointed
    )
    drawn.insert(2, ring.transform_filter("datum.status == 'extrapolated'"))
    said = "; ".join(
        f"{m.date} {m.enhancement} ({m.period}): {m.says}, all comparisons {m.range}"
        for m in marks.itertuples()
    )
    return alt.layer(
        alt.Chart(lines).mark_rule(color=RULE).encode(x),
        base.mark_rule(strokeWidth=1, opacity=0.6).encode(alt.X("start:Q"), alt.X2("end:Q")),
        *drawn,
    ).properties(height=21 * len(order), description=said)
