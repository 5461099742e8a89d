"""The safety buffer as charts, tables and a sentence, for the page and for what its controls look up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.chapters.safety_buffer import model as buffer
from ceg.chapters.safety_buffer.model import Model, Values
from ceg.exhibits import controls
from ceg.exhibits.marks_and_axes import layer, tips
from ceg.exhibits.theme import CATEGORY, MUTED
from ceg.formatting import literal
from sphinx_fresh.show import Column, Figure, Live, Table, table

CALLED = {
    "arrivals_per_year": "Arrivals a year",
    "combination_discount": "How gains add up",
    "published_gains": "Which gains count",
    "bounds_taken": "How bounds count",
    "combined_within": "Where gains add up",
    "drawn_from": "Which enhancements",
}
"""What readers see for a key."""

CONTROLS = {
    "How many arrive": {k: CALLED[k] for k in ("arrivals_per_year", "combination_discount")},
    "What they bring": {k: CALLED[k] for k in ("published_gains", "bounds_taken", "drawn_from")},
}
"""The controls of the page, under their headings.

The domain of combined gains has none: it moves least.
"""

BLUE = CATEGORY["tool use"]
TICKS = (1, 2, 3, 6, 10, 30, 100)
STEP = 15
"""Height of a line of the names above the plot, in pixels."""


def percent(chance: float | None) -> str:
    """A probability in whole percent; none: no value."""
    return formatting.NONE if chance is None else "0%" if chance < 1e-9 else formatting.part(chance)


def sentence(made: Model, values: Values) -> str:
    """What one setting says: the probability for each buffer, as that of one setting of many."""
    found = made.chances(values).arriving
    if found is None:
        return "Under these assumptions there is no gain to draw from."
    first, *further = [(f"{b:g}x", percent(_at(made, found, b))) for b in buffer.BUFFERS]
    said = [f"{first[0]} with a probability of {first[1]}", *(f"{b} with {p}" for b, p in further)]
    return f"Under this setting, one of many, the enhancements of a year exceed {formatting.listed(said)}."


def _at(made: Model, row, b: float) -> float:
    return float(row[made.buffers.index(b)])


def results(made: Model, values: Values) -> list[dict[str, object]]:
    """A record for each of ``buffer.BUFFERS``: probabilities with a year's arrivals and with exactly k.

    None: no gain to draw from.
    """
    found = made.chances(values)

    def chance(row, b: float) -> float | None:
        return None if row is None else round(_at(made, row, b), 6)

    exactly = [(k, None if found.exactly is None else found.exactly[k]) for k in buffer.EXACTLY]
    return [
        {"buffer": b, "a_year": chance(found.arriving, b)}
        | {f"exactly_{k}": chance(row, b) for k, row in exactly}
        for b in buffer.BUFFERS
    ]


CHANCES = {
    "buffer": Column("buffer", "Buffer", "right"),
    "least": Column("least", "Lowest", "right", "over all settings"),
    "most": Column("most", "Highest", "right", "over all settings"),
    "a_year": Column("year", "This setting", "right", "of the controls"),
}
"""The columns of ``chances``, as readers see them."""


def chances(made: Model, values: Values, every: pd.DataFrame) -> pd.DataFrame:
    """The probability for each of ``buffer.BUFFERS``, over all settings and under one.

    every: the settings, as ``buffer.settings``.
    """
    rows = [
        (f"{r['buffer']:g}x", *ends(every, r["buffer"]), percent(r["a_year"])) for r in results(made, values)
    ]
    return pd.DataFrame(rows, columns=list(CHANCES))


def ends(every: pd.DataFrame, b: float) -> tuple[str, str]:
    """The least and the greatest probability for a buffer over settings, in words."""
    known = every[b].dropna()
    return (percent(known.min()), percent(known.max())) if len(known) else (formatting.NONE,) * 2


def over(every: pd.DataFrame, b: float) -> str:
    """The same in one text: 7% to 98%; none: no value."""
    least, most = ends(every, b)
    return least if least == formatting.NONE else f"{least} to {most}"


def band(every: pd.DataFrame) -> list[dict[str, float]]:
    """The least and the greatest probability over settings for each buffer that is drawn, in percent."""
    ends = every[list(buffer.GRID)].agg(["min", "max"]).T.dropna()
    return [
        {"x": b, "least": round(100 * low), "most": round(100 * high)} for b, low, high in ends.itertuples()
    ]


# --- the probability against the buffer -----------------------------------------------------------


def probabilities(made: Model, values: Values) -> pd.DataFrame:
    """The probability for each buffer that is drawn, in percent.

    Without rows where there is no gain to draw from.
    """
    found = made.chances(values).arriving
    drawn = [] if found is None else np.rint(100 * found).astype(int).tolist()
    return pd.DataFrame({"buffer": made.buffers[: len(drawn)], "a_year": drawn})


def curves(
    probabilities: pd.DataFrame, factors: Sequence[tuple[float, tuple[str, ...]]], every: pd.DataFrame
) -> alt.LayerChart:
    """Probability against buffer: over all settings, and under one.

    factors: factor and who names it, as quiet lines. every: the settings, as ``buffer.settings``.
    """
    sets = _sets(probabilities, every)
    return _layers(tuple(factors)).properties(
        datasets=sets,
        description=_said(sets["year"], every),
        height=320,
        padding={"left": 4, "top": 4, "bottom": 4, "right": 48},
    )


def _sets(probabilities: pd.DataFrame, every: pd.DataFrame) -> dict[str, list[dict]]:
    """Data set -> records of what is drawn under a setting."""
    year = [{"x": p.buffer, "y": p.a_year} for p in probabilities.itertuples()]
    return {"band": band(every), "year": year, "label": [{"y": year[-1]["y"]}] if year else []}


def _said(year: Sequence[Mapping], every: pd.DataFrame) -> str:
    """What is drawn, read aloud."""
    said = "; ".join(f"{at['x']:g}x: {at['y']}%" for at in year if at["x"] in buffer.BUFFERS)
    ranges = "; ".join(f"{b:g}x: {over(every, b)}" for b in buffer.BUFFERS)
    return (
        f"Probability against the buffer. A year's arrivals over all settings: {ranges}. "
        f"Under this setting: {said or formatting.NONE}."
    )


def _layers(factors: tuple[tuple[float, tuple[str, ...]], ...]) -> alt.LayerChart:
    """The chart without what a setting moves. What policies name stands above it, like a staircase."""
    x = alt.X(
        "x:Q",
        title="buffer (times the effective compute)",
        scale=alt.Scale(type="log", domain=[1, 100], nice=False),
        axis=alt.Axis(values=list(TICKS), labelExpr="datum.value + 'x'", grid=False, labelOverlap="greedy"),
    )
    title = "chance that it is exceeded (%)"
    y, least, most = percent_axis(alt.Y, "y", title), percent_axis(alt.Y, "least", title), alt.Y2("most:Q")
    shown = tips("x=buffer (x)", "y=probability (%)")
    beside = {"align": "left", "dx": 6, "color": BLUE, "fontWeight": "bold", "lineBreak": "\n"}
    layers = [layer("band", "area", x, least, most, color=BLUE, opacity=0.14)]
    for i, (factor, who) in enumerate(reversed(factors)):
        top = -8 - STEP * i
        rule = layer([{"x": factor}], "rule", x, color=MUTED, opacity=0.6)
        layers.append(rule.encode(y=alt.value(top - 4), y2=alt.value("height")))
        named = [{"x": factor, "says": f"{factor:g}x {', '.join(who)}"}]
        style = {"align": "left", "dx": 4, "color": MUTED, "fontSize": 11, "y": top}
        layers.append(layer(named, "text", x, text="says", **style))
    inside = {"color": BLUE, "opacity": 0.8, "align": "right", "dx": -8}
    layers += [
        layer([{"x": 100, "y": 80, "says": "all settings"}], "text", x, y, text="says", **inside),
        layer("year", "line", x, y, color=BLUE, strokeWidth=3),
        layer("year", "point", x, y, tooltip=shown, color=BLUE, size=35, filled=True, opacity=1),
        layer("label", "text", alt.XDatum(100), y, **beside).encode(text=alt.value("this\nsetting")),
    ]
    return alt.layer(*layers)


def percent_axis(channel: type, field: str, title: str) -> alt.X | alt.Y:
    """A channel for probabilities in percent."""
    marked = alt.Axis(values=[0, 25, 50, 75, 100])
    return channel(f"{field}:Q", title=title, scale=alt.Scale(domain=[0, 100]), axis=marked)


def live(
    book: Analysis, made: Model, every: pd.DataFrame, *, name: str, figure: Figure, listed: Table
) -> Live:
    """The controls, and what ``ceg`` finds for every combination of them.

    every: all settings, as ``buffer.settings``. figure, listed: what the page shows under its own setting.
    """

    def outcome(now: Analysis) -> controls.Outcome:
        values = buffer.current(now)
        drawn = probabilities(made, values)
        sets = _sets(drawn, every)
        said = _said(sets["year"], every)
        spec = figure.spec | {"datasets": sets, "description": said}
        shown = replace(figure, spec=spec, description=said, rows=list(drawn.itertuples(index=False)))
        rows = table(chances(made, values, every), columns=CHANCES, name=listed.name, caption=listed.caption)
        return controls.Outcome(sentence(made, values), [shown], rows)

    return controls.live(book, outcome, CONTROLS, name=name, command="ceg buffer")


# --- what policies name -----------------------------------------------------------------------------


def named(book: Analysis) -> list[tuple[float, tuple[str, ...]]]:
    """Each factor that policies name, with who does."""
    found: dict[float, dict[str, None]] = {}
    for m in book.evidence.margins.values():
        if m.factor is not None:
            found.setdefault(m.factor, {})[m.organisation] = None
    return [(factor, tuple(found[factor])) for factor in sorted(found)]


POLICIES = {
    "who": "Policy",
    "factor": Column("factor", "Factor", "right"),
    "months": Column("months", "Months", "right", "after which a model is tested again; none named: a year"),
    "least": Column("least", "Lowest", "right", "probability, over all settings"),
    "most": Column("most", "Highest", "right", "probability, over all settings"),
}
TEXTS = {
    "who": "Policy",
    "says": Column("says", "What it says", "wide"),
    "source": Column("source", "Source", "note"),
}
"""The columns of ``policies`` and of ``texts``, as readers see them."""


def policies(made: Model, book: Analysis) -> pd.DataFrame:
    """What policies name, and how likely arrivals exceed the factor before the next test, over all settings.

    Within the policy's months, else within a year.
    """
    rows, all_values = [], buffer.combined(book)
    for m in book.evidence.margins.values():
        if m.factor is None:
            continue
        some = [made.chance(v, m.factor, (m.months or 12) / 12) for v in all_values]
        known = pd.DataFrame({m.factor: some}, dtype=float)
        least, most = ends(known, m.factor)
        months = "" if m.months is None else f"{m.months:g}"
        rows.append([f"{m.organisation}, {m.date[:4]}", f"{m.factor:g}x", months, least, most])
    return pd.DataFrame(rows, columns=list(POLICIES)).drop_duplicates(ignore_index=True)


def texts(book: Analysis) -> pd.DataFrame:
    """What each policy says, and where that was read, as Markdown."""
    rows = [
        {
            "who": literal(
                f"{m.organisation}: {m.document}, {m.date}{', superseded' if m.superseded else ''}"
            ),
            "says": literal(". ".join(filter(None, (m.statement, m.note)))),
            "source": f"{{cite:t}}`{m.source}`, {literal(f'{m.locator} ({m.provenance})')}",
        }
        for m in book.evidence.margins.values()
    ]
    return pd.DataFrame(rows, columns=list(TEXTS))
