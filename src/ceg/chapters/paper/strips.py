"""One enhancement over many tasks: a row a group, with a small mark for each task and a large one for their
median.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.exhibits import gain_rows, left_out
from ceg.exhibits.marks_and_axes import tips
from ceg.exhibits.tables import numbers
from ceg.exhibits.theme import CATEGORY, INK, MUTED
from ceg.prose import wording
from ceg.survey import survey

STEP, LEVELS, APART = 3, 3, 0.07
"""Pixels by which marks are moved off each other, how often at most, least distance on a level in decades."""

OPEN = ("observed", "low", "high")
"""Columns of ``gain_rows.rows`` that say nothing of a median."""


def measurable(gains: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``gains_by_task`` that have something to be measured by.

    The task's baseline rises, and the family has a bigger model.
    """
    biggest = gains.groupby("family")["model"].transform("last")
    return gains[(gains["yardstick"] == "rises") & (gains["model"] != biggest)]


def medians(gains: pd.DataFrame, by: str) -> pd.DataFrame:
    """A row for each group of tasks, as ``gain_rows.rows`` has them, in the order in which they come.

    value: the median, or a bound on it. A group without a number is left out.
    """
    found = []
    for name, some in gains.groupby(by, sort=False, observed=True):
        e = survey.median(list(some["estimate"]))
        if e is None or not (value := e.ceg or e.lower_bound or e.upper_bound):
            continue
        shape = "point" if e.ceg else "least" if e.lower_bound else "most"
        says = f"median {wording.ceg(e)} of {some['with_number'].sum()} tasks"
        ends = dict(zip(("ceg", "lower_bound", "upper_bound"), numbers(e), strict=True))
        row = {"name": str(name), **ends, "value": value, "shape": shape, **dict.fromkeys(OPEN, np.nan)}
        found.append(row | {"short": wording.short(e), "says": says, "source": "", "provenance": ""})
    columns = ["name", "ceg", "lower_bound", "upper_bound", "value", "shape", *OPEN, "short", "says"]
    frame = pd.DataFrame(found, columns=[*columns, "source", "provenance"])
    return frame.astype(dict.fromkeys(("value", *OPEN), float))


def chart(
    gains: pd.DataFrame,
    by: str,
    rows: pd.DataFrame,
    *,
    category: str,
    thresholds: Sequence[float],
) -> alt.LayerChart | alt.Chart:
    """The rows of ``medians`` over a small mark for each task; bounds that tasks share are one mark."""
    if rows.empty:
        return left_out.panel("", gain_rows.ROW)
    tasks = pd.concat([_marks(some, i) for i, some in enumerate(_groups(gains, by, rows))])
    reach = 10 ** (tasks["x"].min() - 0.15), 10 ** (tasks["x"].max() + 0.15)  # with room for counts
    over = gain_rows.chart(rows, category=category, thresholds=thresholds, reach=reach)
    x = over.layer[0].encoding.x
    y = alt.Y("y:Q", scale=None, axis=None)
    shown, colour = tips("task", "CEG=gain", "status", "source", "provenance"), CATEGORY[category]
    small = []
    for shape, some in tasks.groupby("shape"):
        style = gain_rows.SHAPES[shape] | {"size": 40 if shape in ("least", "most") else 16}
        marks = alt.Chart(some).mark_point(color=colour, opacity=0.55, **style)
        small.append(marks.encode(x, y, tooltip=shown))
        counted = some[some["count"] > 1]
        if len(counted):
            small += _counts(alt.Chart(counted).encode(x, y), shape == "least", colour)
    head = {"y": alt.value(5 - gain_rows.HEAD)}
    above = [
        alt.Chart(pd.DataFrame({"says": ["median"]}))
        .mark_text(color=INK, fontSize=11, align="left", dx=8, fontWeight="bold")
        .encode(x=alt.value("width"), text="says:N", **head),
        alt.Chart(pd.DataFrame({"x": [0.0], "says": ["loss"]}))
        .mark_text(color=MUTED, fontSize=11, align="right", dx=-4)
        .encode(x, text="says:N", **head),
    ]
    room = over.padding | {"left": 10, "right": 10}
    said = " ".join(map(_said, rows["name"], rows["says"], _groups(gains, by, rows)))
    made = alt.layer(*over.layer, *small, *above)
    return made.properties(height=over.height, padding=room, description=f"Gains, a mark a task. {said}")


def _counts(counted: alt.Chart, right: bool, colour: str) -> list[alt.Chart]:
    """How many tasks share a bound, on its right or left; that they are tasks, where there is room."""
    wide, style = "width > 400", {"color": colour, "align": "left" if right else "right"}
    number = "7" if right else f"-7 - ({wide} ? 36 : 0)"
    word = "10 + 7.5 * length(toString(datum.count))" if right else "-7"
    return [
        counted.mark_text(dx=alt.ExprRef(number), **style).encode(text="count:N"),
        counted.mark_text(dx=alt.ExprRef(word), text=alt.ExprRef(f"{wide} ? 'tasks' : ''"), **style),
    ]


def evidence(book: Analysis, gains: pd.DataFrame, rows: Iterable[pd.DataFrame], note: str) -> dict[str, Any]:
    """What ``show`` takes beside the charts: the estimates and their medians, sources, what is left out."""
    ends = ("ceg", "lower_bound", "upper_bound")
    found = [
        {column: getattr(r, column) for column in ("model", "task", "kind")}
        | {"status": r.estimate.status, **dict(zip(ends, numbers(r.estimate), strict=True))}
        | {"comparison": r.Index}
        for r in gains.itertuples()
    ]
    middles = [some.assign(task="median, " + some["name"])[["task", *ends]] for some in rows]
    said = dict.fromkeys(("model", "kind", "status", "comparison"), "")
    data = pd.concat([pd.DataFrame(found), *middles]).fillna(said)
    sources = provenance.behind(book, gains.index)
    return {"data": data, "sources": sources, "note": left_out.joined(note, _left_out(gains))}


def _left_out(gains: pd.DataFrame) -> str:
    """How many comparisons the assumptions leave out, and why; empty if none."""
    out = {e.comparison: e for e in gains["estimate"] if e.status == "not-available"}
    reasons = formatting.literal("; ".join(dict.fromkeys(e.reason for e in out.values())))
    return f"{len(out)} {left_out.WORDS} ({reasons}); the data name them." if out else ""


def _groups(gains: pd.DataFrame, by: str, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The tasks with a number behind each row."""
    return [gains[(gains[by].astype(str) == name) & gains["with_number"]] for name in rows["name"]]


def _value(e: Estimate) -> float | None:
    return e.ceg or e.lower_bound or e.upper_bound


def _marks(some: pd.DataFrame, row: int) -> pd.DataFrame:
    """The marks of a row: equal bounds gathered, the others moved off each other.

    y: in pixels from the top.
    """
    gathered: dict[tuple[str, str], list] = {}
    for r in some.itertuples():
        e = r.estimate
        points = {"interpolated": "point", "extrapolated": "beyond"}
        shape = points[e.status] if e.ceg else "least" if e.lower_bound else "most"
        alike = formatting.rounded_down(_value(e)) if e.ceg is None else r.Index
        gathered.setdefault((shape, alike), []).append(r)
    placed: list[tuple[float, int]] = []
    marks = []
    for (shape, _), alike in sorted(gathered.items(), key=lambda kept: _value(kept[1][0].estimate)):
        first, x = alike[0].estimate, math.log10(_value(alike[0].estimate))
        crowd = {
            k: sum(k == pk and abs(x - px) < APART for px, pk in placed) for k in range(-LEVELS, LEVELS + 1)
        }
        level = 0 if first.ceg is None else min(crowd, key=lambda k: (crowd[k], abs(k)))
        placed.append((x, level))
        at = {"x": round(x, 4), "y": (row + 0.5) * gain_rows.ROW + level * STEP, "shape": shape}
        said = {"task": formatting.listed([r.task for r in alike]), "CEG": wording.ceg(first)}
        where = {c: "; ".join(dict.fromkeys(getattr(r, c) for r in alike)) for c in ("source", "provenance")}
        marks.append(at | said | {"status": first.status, "count": len(alike)} | where)
    return pd.DataFrame(marks)


def _said(name: str, median: str, some: pd.DataFrame) -> str:
    """A row read aloud."""
    values = sorted(some["estimate"], key=_value)
    return f"{name}: {median}, from {wording.ceg(values[0])} to {wording.ceg(values[-1])}."
