"""Choosing among many samples: score against their number, methods compared, the cost of an answer."""

import math
from collections.abc import Sequence
from dataclasses import replace

import altair as alt

from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis, standard_error
from ceg.exhibits import left_out
from ceg.exhibits.marks_and_axes import POWER, axis, layer, measured, of_panels, tips
from ceg.exhibits.theme import CATEGORY, INK, theme
from sphinx_fresh.show import Figure


def against_samples(
    analysis: Analysis,
    series: Sequence[tuple[str, Sequence[str], bool]],
    *,
    category: str = "solution choice",
    height: int = 300,
    **figure: object,
) -> Figure:
    """Score against the number of samples drawn, a line a series.

    series: (label, result ids, dashed); later ones are thicker.
    """
    ev = analysis.evidence
    colour = CATEGORY[category]
    lines = [(label, [_row(analysis, key, label) for key in keys], dashed) for label, keys, dashed in series]
    rows = [row for _, some, _ in lines for row in some]
    ends = min(r["log10_samples"] for r in rows), max(r["log10_samples"] for r in rows)
    benchmark = ev.benchmarks[ev.results[series[0][1][0]].benchmark]
    reach = ends[0] - 0.1, ends[1] + 0.55 * (ends[1] - ends[0])
    inside = range(math.ceil(ends[0]), math.floor(ends[1]) + 1)
    ticks = {"values": list(inside), "labelExpr": POWER, "grid": False}
    x = axis(alt.X, "log10_samples", "samples a problem", reach, **ticks)
    scale = alt.Scale(zero=False, nice=True)
    y = alt.Y("score:Q", title=measured(benchmark), scale=scale, axis=alt.Axis(tickCount=5))
    shown = tips("series", "samples", "score", "source", "provenance")
    layers = []
    for i, (_, some, dashed) in enumerate(lines):
        line = {"strokeWidth": 1.2 + 0.8 * i, "strokeDash": [5, 3] if dashed else []}
        beside = {"align": "left", "dx": 8, "dy": _aside(some[-1], rows)}
        layers += [
            layer(some, "line", x, y, color=colour, **line),
            layer(some, "point", x, y, tooltip=shown, color=colour, filled=True, size=50, opacity=1),
            layer(some[-1:], "text", x, y, text="series", color=colour, **beside),
        ]
    said = "; ".join(
        f"{label}: " + ", ".join(f"{r['samples']:,} → {r['score']:g}" for r in some)
        for label, some, _ in lines
    )
    columns = [k for k in rows[0] if k != "log10_samples"]
    return Figure(
        description=f"{benchmark.name}, {measured(benchmark)}, against samples a problem. {said}.",
        columns=columns,
        rows=[[r[k] for k in columns] for r in rows],
        spec=theme(alt.layer(*layers), height),
        sources=provenance.behind(analysis, [r["result"] for r in rows]),
        **figure,
    )


def _row(analysis: Analysis, key: str, series: str) -> dict:
    ev = analysis.evidence
    r = ev.results[key]
    benchmark = ev.benchmarks[r.benchmark]
    return {
        "result": key,
        "series": series,
        "model": r.model,
        "variant": r.variant,
        "benchmark": benchmark.name,
        "samples": r.samples,
        "score": float(r.score),
        "unit": benchmark.unit,
        **provenance.said(analysis, key),
        "log10_samples": round(math.log10(r.samples), 6),
    }


def _aside(row: dict, rows: Sequence[dict]) -> int:
    """How far a label at the end of a line moves away from one that ends close by."""
    others = [
        r["score"] - row["score"] for r in rows if r["log10_samples"] == row["log10_samples"] and r is not row
    ]
    close = [d for d in others if abs(d) < 2]
    return 0 if not close else (6 if min(close, key=abs) > 0 else -6)


def methods(
    analysis: Analysis,
    panels: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    *,
    category: str = "solution choice",
    **figure: object,
) -> Figure:
    """Scores of several methods on the same samples, a panel a study: (title, [(method, result id)]).

    Points with their 90% interval, binomial on the items.
    """
    ev = analysis.evidence
    colour = CATEGORY[category]
    specs, rows = [], []
    for title, entries in panels:
        some = []
        for label, key in entries:
            r = ev.results[key]
            benchmark = ev.benchmarks[r.benchmark]
            half = 1.645 * standard_error(r, benchmark, r.items or benchmark.items)
            some.append(
                {
                    "result": key,
                    "panel": title,
                    "method": label,
                    "samples": r.samples,
                    "score": float(r.score),
                    "low": round(r.score - half, 1),
                    "high": round(r.score + half, 1),
                    "unit": benchmark.unit,
                    **provenance.said(analysis, key),
                }
            )
        x = alt.X(
            "score:Q",
            title=measured(benchmark),
            scale=alt.Scale(zero=False, nice=True, padding=8),
            axis=alt.Axis(grid=False, tickCount=5),
        )
        y = alt.Y(
            "method:N",
            title=None,
            sort=None,
            axis=alt.Axis(labelLimit=200, ticks=False, domain=False, labelPadding=8),
        )
        shown = tips("method", "samples", "score", "low", "high", "source", "provenance")
        chart = alt.layer(
            layer(some, "rule", alt.X("low:Q"), alt.X2("high:Q"), y, color=colour, strokeWidth=1.5),
            layer(some, "point", x, y, tooltip=shown, color=colour, filled=True, size=75, opacity=1),
            layer(some, "text", x, y, text="score", color=INK, dy=-11),
        ).properties(title=title)
        said = "; ".join(f"{r['method']} {r['score']:g} ({r['low']:g} to {r['high']:g})" for r in some)
        specs.append(theme(chart, 34 + 46 * len(some), f"{title}, {measured(benchmark)}. {said}."))
        rows += some
    sources = provenance.behind(analysis, [r["result"] for r in rows])
    return of_panels(specs, list(rows[0]), [list(r.values()) for r in rows], sources=sources, **figure)


def beside(figures: Sequence[Figure], titles: Sequence[str] = (), **figure: object) -> Figure:
    """Several figures as panels of one; ``titles``, one a panel, replace those that the panels have."""
    said = [
        (s, s.get("description") or f.description)
        for f in figures
        for s in (f.spec if isinstance(f.spec, list) else [f.spec])
    ]
    if titles:
        said = [(s | {"title": t}, f"{t}: {d}") for t, (s, d) in zip(titles, said, strict=True)]
    specs = [s | {"description": d} for s, d in said]
    columns = list(dict.fromkeys(c for f in figures for c in f.columns))
    rows = [dict(zip(f.columns, row, strict=True)) for f in figures for row in f.rows]
    return replace(
        figures[0],
        description=" ".join(s["description"] for s in specs),
        columns=columns,
        rows=[[r.get(c, "") for c in columns] for r in rows],
        spec=specs,
        sources=list(dict.fromkeys(tuple(s) for f in figures for s in f.sources)),
        **figure | {"note": left_out.joined(figure.get("note", ""), *(f.note for f in figures))},
    )


def against_bigger_answer(analysis: Analysis, comparison: str) -> float | None:
    """FLOP of an enhanced answer over those of one answer of the bigger model that gives the lower bound.

    runtime multiple x N_enhanced / N_bigger (2N FLOP a token, answers of one length); where both arms draw
    samples, their numbers take the place of the multiple. None where the comparison has no lower bound, so no
    bigger model to compare with, or its runtime is not known.
    """
    estimate, case = analysis.estimate(comparison), analysis.find(comparison)
    if case is None or estimate.beaten is None:
        return None
    bigger = next(s for s in case.baselines if s.result.result == estimate.beaten)
    multiple = estimate.runtime_multiple
    if case.enhanced.result.samples and bigger.result.samples:
        multiple = case.enhanced.result.samples / bigger.result.samples
    return multiple and multiple * case.enhanced.model.parameters / bigger.model.parameters
