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
from ceg.exhibits.theme import CATEGORY, MUTED, RULE
from ceg.formatting import literal
from sphinx_fresh.show import Column, Figure, Live, Table, table

DRAWN = (1, 2, 3, 5)
"""Exact numbers of arrivals that have a curve."""

CALLED = {
    "arrivals_per_year": "Arrivals a year",
    "combination_discount": "Discount",
    "published_gains": "Published gains",
    "bounds_taken": "Bounds",
    "combined_within": "Domain of the gains",
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
YEAR = "a year"
"""The label of a year's arrivals."""
APART = 6
"""Least distance of two labels at the right of the curves, in percent."""


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
    "every": Column("every", "All settings", "right", "a year's arrivals: the least to the greatest"),
    "a_year": Column("year", "This setting", "right", "a year's arrivals"),
}
CHANCES |= {f"exactly_{k}": Column(f"k{k}", f"Exactly {k}", "right") for k in buffer.EXACTLY}
"""The columns of ``chances``, as readers see them."""


def chances(made: Model, values: Values, every: pd.DataFrame) -> pd.DataFrame:
    """The probability for each of ``buffer.BUFFERS``: over all settings, and under one.

    That is with a year's arrivals and with exactly 1 to 5. every: the settings, as ``buffer.settings``.
    """
    rows = [
        (f"{(b := r.pop('buffer')):g}x", over(every, b), *map(percent, r.values()))
        for r in results(made, values)
    ]
    return pd.DataFrame(rows, columns=list(CHANCES))


def over(every: pd.DataFrame, b: float) -> str:
    """The least and the greatest probability for a buffer over settings: 7% to 98%; none: no value."""
    known = every[b].dropna()
    return formatting.NONE if known.empty else f"{percent(known.min())} to {percent(known.max())}"


def band(every: pd.DataFrame) -> list[dict[str, float]]:
    """The least and the greatest probability over settings for each buffer that is drawn, in percent."""
    ends = every[list(buffer.GRID)].agg(["min", "max"]).T.dropna()
    return [
        {"x": b, "least": round(100 * low), "most": round(100 * high)} for b, low, high in ends.itertuples()
    ]


# --- the probability against the buffer -----------------------------------------------------------


def probabilities(made: Model, values: Values) -> pd.DataFrame:
    """The probability for each buffer that is drawn, in percent: with a year's arrivals, and with exactly k.

    Without rows where there is no gain to draw from.
    """
    found = made.chances(values)
    columns = ["a_year", *(f"exactly_{k}" for k in DRAWN)]
    if found.exactly is None:
        return pd.DataFrame(columns=["buffer", *columns])
    drawn = np.array([found.arriving, *(found.exactly[k] for k in DRAWN)])
    frame = pd.DataFrame(np.rint(100 * drawn).astype(int).T, columns=columns)
    frame.insert(0, "buffer", made.buffers)
    return frame


def curves(
    probabilities: pd.DataFrame, factors: Sequence[tuple[float, tuple[str, ...]]], every: pd.DataFrame
) -> alt.LayerChart:
    """Probability against buffer: over all settings, and under one with a year's and with exactly k arrivals.

    factors: factor and who names it, as quiet lines. every: the settings, as ``buffer.settings``.
    """
    sets = _sets(probabilities, every)
    return _layers(tuple(factors)).properties(
        datasets=sets,
        description=_said(sets["year"], every),
        height=320,
        padding={"left": 4, "top": 4, "bottom": 4, "right": 52},
    )


def _sets(probabilities: pd.DataFrame, every: pd.DataFrame) -> dict[str, list[dict]]:
    """Data set -> records of what is drawn under a setting."""
    year = [{"x": p.buffer, "y": p.a_year} for p in probabilities.itertuples()]
    exactly = [
        {"k": k, "x": x, "y": y}
        for k in DRAWN
        for x, y in zip(probabilities.buffer, probabilities[f"exactly_{k}"].tolist(), strict=True)
    ]
    ends = list(zip((YEAR, *map(str, DRAWN)), probabilities.iloc[-1, 1:], strict=True)) if year else []
    return {"band": band(every), "year": year, "exactly": exactly, "label": _spread(ends)}


def _said(year: Sequence[Mapping], every: pd.DataFrame) -> str:
    """What is drawn, read aloud."""
    said = "; ".join(f"{at['x']:g}x: {at['y']}%" for at in year if at["x"] in buffer.BUFFERS)
    ranges = "; ".join(f"{b:g}x: {over(every, b)}" for b in buffer.BUFFERS)
    return (
        f"Probability against the buffer. A year's arrivals over all settings: {ranges}. "
        f"Under this setting: {said or formatting.NONE}."
    )


def _layers(factors: tuple[tuple[float, tuple[str, ...]], ...]) -> alt.LayerChart:
    """The chart without what a setting moves."""
    x = alt.X(
        "x:Q",
        title="buffer in effective compute",
        scale=alt.Scale(type="log", domain=[1, 100], nice=False),
        axis=alt.Axis(values=list(TICKS), labelExpr="datum.value + 'x'", grid=False),
    )
    title = "exceeded with a probability of (%)"
    y, least, most = percent_axis(alt.Y, "y", title), percent_axis(alt.Y, "least", title), alt.Y2("most:Q")
    end, shown = alt.XDatum(100), ("x=buffer (x)", "y=probability (%)")
    turned = {"color": MUTED, "angle": 270, "align": "left", "dx": 6, "y": "height"}
    sides = [  # of a line: left, right
        [{"x": f, "says": who[i]} for f, who in factors if len(who) > i] for i in (0, 1)
    ]
    dot, beside = {"filled": True, "opacity": 1}, {"align": "left", "dx": 6}
    is_year, is_other = (f"datum.says {sign} '{YEAR}'" for sign in ("==", "!="))
    layers = [
        layer("band", "area", x, least, most, color=BLUE, opacity=0.12),
        layer(sides[0], "rule", x, color=RULE, strokeWidth=1.5),
        *(layer(s, "text", x, text="says", dy=dy, **turned) for s, dy in zip(sides, (-7, 8), strict=True)),
        layer("exactly", "line", x, y, alt.Detail("k:N"), color=MUTED, strokeWidth=1.2),
        layer("exactly", "point", x, y, tooltip=tips("k=arrivals", *shown), color=MUTED, size=12, **dot),
        layer("year", "line", x, y, color=BLUE, strokeWidth=3),
        layer("year", "point", x, y, tooltip=tips(*shown), color=BLUE, size=35, **dot),
        layer("label", "text", end, y, text="says", color=BLUE, fontWeight="bold", **beside).transform_filter(
            is_year
        ),
        layer("label", "text", end, y, text="says", color=MUTED, **beside).transform_filter(is_other),
    ]
    return alt.layer(*layers)


def percent_axis(channel: type, field: str, title: str) -> alt.X | alt.Y:
    """A channel for probabilities in percent."""
    marked = alt.Axis(values=[0, 25, 50, 75, 100])
    return channel(f"{field}:Q", title=title, scale=alt.Scale(domain=[0, 100]), axis=marked)


def _spread(ends: Sequence[tuple[str, float]]) -> list[dict]:
    """Labels at the right end, moved up where they would lie on each other; the lowest stays."""
    made, last = [], -APART
    for says, y in sorted(ends, key=lambda e: e[1]):
        last = max(y, last + APART)
        made.append({"y": last, "says": says})
    return made


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
    "who": "Document",
    "date": "Date",
    "says": Column("says", "What it says", "wide"),
    "factor": Column("factor", "Factor", "right"),
    "months": Column("months", "Months", "right", "time after which a model is tested again at the latest"),
    "chance": Column(
        "chance", "Exceeded before the next test", "right", "all settings, the least to the greatest"
    ),
    "source": "Source",
    "provenance": "Read",
}
"""The columns of ``policies``, as readers see them."""


def policies(made: Model, book: Analysis) -> pd.DataFrame:
    """What each policy names, and how likely arrivals exceed its factor before it tests again, as Markdown.

    Over all settings, within the policy's months, else within a year.
    """
    rows, all_values = [], buffer.combined(book)
    for m in book.evidence.margins.values():
        some = [made.chance(v, m.factor, (m.months or 12) / 12) for v in all_values if m.factor is not None]
        some = [p for p in some if p is not None]
        chance = f"{percent(min(some))} to {percent(max(some))}" if some else formatting.NONE
        chance += "" if m.months else " within a year"
        rows.append(
            {
                "who": literal(f"{m.organisation}: {m.document}{', superseded' if m.superseded else ''}"),
                "date": literal(m.date),
                "says": literal(". ".join(filter(None, (m.statement, m.note)))),
                "factor": "" if m.factor is None else f"{m.factor:g}x",
                "months": "" if m.months is None else f"{m.months:g}",
                "chance": "" if m.factor is None else literal(chance),
                "source": f"{{cite:t}}`{m.source}`, {literal(m.locator)}",
                "provenance": m.provenance,
            }
        )
    return pd.DataFrame(rows, columns=list(POLICIES))
