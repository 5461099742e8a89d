"""Choosing among many samples: score against their number, methods compared, the cost of an answer."""

import math
from collections.abc import Iterable, Mapping, Sequence

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis, standard_error
from ceg.exhibits.marks_and_axes import POWER, axis, layer, measured, tips
from ceg.exhibits.theme import CATEGORY, INK
from ceg.prose.phrases import find_lead

COLOUR = CATEGORY["solution choice"]


def against_samples(
    book: Analysis, series: Mapping[str, Sequence[str]], *, dashed: str
) -> tuple[alt.LayerChart, pd.DataFrame]:
    """Score against the number of samples drawn, and the scores that the chart shows.

    series: name -> ids of results, a line each; later ones are thicker. dashed: the one that is.
    """
    ids = [key for keys in series.values() for key in keys]
    scores = _results(book, ids)
    scores.insert(1, "series", [name for name, keys in series.items() for _ in keys])
    drawn = scores.assign(log10_samples=[round(math.log10(n), 6) for n in scores["samples"]])
    low, high = drawn["log10_samples"].min(), drawn["log10_samples"].max()
    ticks = {"values": list(range(math.ceil(low), math.floor(high) + 1)), "labelExpr": POWER, "grid": False}
    x = axis(alt.X, "log10_samples", "samples a problem", (low - 0.1, high + 0.55 * (high - low)), **ticks)
    benchmark = book.evidence.benchmarks[book.evidence.results[ids[0]].benchmark]
    scale = alt.Scale(zero=False, nice=True)
    y = alt.Y("score:Q", title=measured(benchmark), scale=scale, axis=alt.Axis(tickCount=5))
    shown = tips("series", "samples", "score", "source", "provenance")
    ends = drawn.groupby("series", sort=False)["score"].last()
    layers, said = [], []
    for i, (name, some) in enumerate(drawn.groupby("series", sort=False)):
        rows = some.to_dict("records")
        line = {"strokeWidth": 1.2 + 0.8 * i, "strokeDash": [5, 3] if name == dashed else []}
        beside = {"align": "left", "dx": 8, "dy": _aside(ends[name], ends.drop(name))}
        layers += [
            layer(rows, "line", x, y, color=COLOUR, **line),
            layer(rows, "point", x, y, tooltip=shown, color=COLOUR, filled=True, size=50, opacity=1),
            layer(rows[-1:], "text", x, y, text="series", color=COLOUR, **beside),
        ]
        said.append(f"{name}: " + ", ".join(f"{r['samples']:,} → {r['score']:g}" for r in rows))
    described = f"{benchmark.name}, {measured(benchmark)}, against samples a problem. {'; '.join(said)}."
    return alt.layer(*layers).properties(description=described), scores


def _aside(end: float, others: pd.Series) -> int:
    """How far a label at the end of a line moves away from one that ends close by."""
    apart = others - end
    close = apart[apart.abs() < 2]
    if close.empty:
        return 0
    return 6 if close[close.abs().idxmin()] > 0 else -6


def methods(
    book: Analysis, studies: Mapping[str, Mapping[str, str]]
) -> tuple[list[alt.LayerChart], pd.DataFrame]:
    """Scores of several methods on the same samples, a chart for each study, and the scores themselves.

    studies: title -> method -> id of a result. Points with their 90% interval, binomial on the items.
    """
    ev, charts, every = book.evidence, [], []
    for title, chosen in studies.items():
        scores = _results(book, chosen.values())[
            ["result", "samples", "score", "unit", "source", "provenance"]
        ]
        scores.insert(1, "panel", title)
        scores.insert(2, "method", list(chosen))
        results = [ev.results[key] for key in scores["result"]]
        benchmark = ev.benchmarks[results[0].benchmark]
        half = [1.645 * standard_error(r, benchmark, r.items or benchmark.items) for r in results]
        scores.insert(5, "low", (scores["score"] - half).round(1))
        scores.insert(6, "high", (scores["score"] + half).round(1))
        every.append(scores)
        charts.append(_intervals(title, measured(benchmark), scores))
    return charts, pd.concat(every)


def _intervals(title: str, score_title: str, scores: pd.DataFrame) -> alt.LayerChart:
    """Methods one below the other, each with its score and its interval."""
    x = alt.X(
        "score:Q",
        title=score_title,
        scale=alt.Scale(zero=False, nice=True, padding=8),
        axis=alt.Axis(grid=False, tickCount=5),
    )
    still = alt.Axis(labelLimit=200, ticks=False, domain=False, labelPadding=8)
    y = alt.Y("method:N", title=None, sort=None, axis=still)
    shown = tips("method", "samples", "score", "low", "high", "source", "provenance")
    rows = scores.to_dict("records")
    said = "; ".join(f"{r['method']} {r['score']:g} ({r['low']:g} to {r['high']:g})" for r in rows)
    return alt.layer(
        layer(rows, "rule", alt.X("low:Q"), alt.X2("high:Q"), y, color=COLOUR, strokeWidth=1.5),
        layer(rows, "point", x, y, tooltip=shown, color=COLOUR, filled=True, size=75, opacity=1),
        layer(rows, "text", x, y, text="score", color=INK, dy=-11),
    ).properties(title=title, height=34 + 46 * len(rows), description=f"{title}, {score_title}. {said}.")


def _results(book: Analysis, ids: Iterable[str]) -> pd.DataFrame:
    """Results by their ids, as a download has them."""
    columns = ["model", "variant", "benchmark_name", "samples", "score", "unit"]
    found = book.results.loc[list(ids), columns].rename(columns={"benchmark_name": "benchmark"})
    said = pd.DataFrame([provenance.said(book, key) for key in found.index], found.index)
    return found.join(said).reset_index()


def titled(charts: Iterable[alt.LayerChart], titles: Iterable[str]) -> list[alt.LayerChart]:
    """The charts with other titles, with which their descriptions begin."""
    return [
        chart.properties(title=title, description=f"{title}: {chart.description}")
        for chart, title in zip(charts, titles, strict=True)
    ]


def lead_in_words(book: Analysis, comparison: str) -> str:
    """The lead behind a lower bound, and its standard error."""
    lead = find_lead(book, comparison)
    if lead is None:
        return "not known under these assumptions"
    points, error = formatting.significant(lead.points), formatting.significant(lead.error)
    return f"{points} points (standard error {error})"


def against_bigger_answer(book: Analysis, comparison: str) -> float | None:
    """FLOP of an enhanced answer over those of one answer of the bigger model that gives the lower bound.

    runtime multiple x N_enhanced / N_bigger (2N FLOP a token, answers of one length); where both arms draw
    samples, their numbers take the place of the multiple. None where the comparison has no lower bound, so no
    bigger model to compare with, or its runtime is not known.
    """
    estimate, case = book.estimate(comparison), book.find(comparison)
    if case is None or estimate.beaten is None:
        return None
    bigger = next(s for s in case.baselines if s.result.result == estimate.beaten)
    multiple = estimate.runtime_multiple
    if case.enhanced.result.samples and bigger.result.samples:
        multiple = case.enhanced.result.samples / bigger.result.samples
    return multiple and multiple * case.enhanced.model.parameters / bigger.model.parameters
