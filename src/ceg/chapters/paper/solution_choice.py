"""Choosing among many samples: score against their number, methods compared, gains as bound and estimate."""

import math
from collections.abc import Iterable, Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.alternatives import under
from ceg.analysis.analysis import Analysis, Case, standard_error
from ceg.estimator.gain import SAYING, Estimate
from ceg.exhibits import left_out
from ceg.exhibits.gain_rows import SHAPES, rows
from ceg.exhibits.marks_and_axes import axis, labelled, layer, measured, multiples, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED
from ceg.prose.phrases import find_lead

COLOUR = CATEGORY["solution choice"]
APART = 34
"""Distance of brackets, in pixels."""

NOTHING = "–"
"""What a table says where there is no bound, or no estimate."""


def against_samples(
    book: Analysis, series: Mapping[str, Sequence[str]], score_title: str
) -> tuple[alt.LayerChart, pd.DataFrame]:
    """Score against the number of samples drawn, and the scores that the chart shows.

    series: name -> ids of results, a line each.
    """
    ids = [key for keys in series.values() for key in keys]
    scores = _results(book, ids)
    scores.insert(1, "series", [name for name, keys in series.items() for _ in keys])
    drawn = scores.assign(log10_samples=[round(math.log10(n), 6) for n in scores["samples"]])
    low, high = drawn["log10_samples"].min(), drawn["log10_samples"].max()
    counts = {math.log10(n): formatting.amount(n) for n in sorted(set(scores["samples"]))}
    ticks = {"values": list(counts), "labelExpr": labelled(counts), "grid": False}
    reach = (low - 0.15, high + 0.15)
    x = axis(alt.X, "log10_samples", "programs drawn for each problem", reach, **ticks)
    scale = alt.Scale(zero=False, nice=True)
    y = alt.Y("score:Q", title=score_title, scale=scale, axis=alt.Axis(tickCount=5))
    shown = tips("series", "samples", "score", "source", "provenance")
    ends = drawn.groupby("series", sort=False)["score"].last()
    layers, said = [], []
    for name, some in drawn.groupby("series", sort=False):
        of_series = some.to_dict("records")
        beside = {"align": "left", "dx": 9, "dy": _aside(ends[name], ends.drop(name))}
        layers += [
            layer(of_series, "line", x, y, color=COLOUR, strokeWidth=2),
            layer(of_series, "point", x, y, tooltip=shown, color=COLOUR, filled=True, size=60, opacity=1),
            layer(of_series[-1:], "text", x, y, text="series", color=COLOUR, **beside),
        ]
        said.append(f"{name}: " + ", ".join(f"{r['samples']:,} → {r['score']:g}" for r in of_series))
    benchmark = book.evidence.benchmarks[book.evidence.results[ids[0]].benchmark]
    described = f"{benchmark.name}, {measured(benchmark)}, against samples a problem. {'; '.join(said)}."
    room = {
        "left": 4,
        "top": 4,
        "bottom": 4,
        "right": 16,
    }  # a name at a line's end may be wider than reckoned
    return alt.layer(*layers).properties(description=described, padding=room), scores


def _aside(end: float, others: pd.Series) -> int:
    """How far a label at the end of a line moves away from one that ends close by."""
    apart = others - end
    close = apart[apart.abs() < 2]
    if close.empty:
        return 0
    return 6 if close[close.abs().idxmin()] > 0 else -6


def methods(
    book: Analysis, studies: Mapping[str, Mapping[str, str]], *, of: str
) -> tuple[alt.LayerChart, pd.DataFrame]:
    """Scores of several methods on the same samples, in rows on one axis, and the scores themselves.

    studies: heading -> method -> id of a result. Points with their 90% interval, binomial on the items. of:
    the method in colour; the others are what it is held against.
    """
    ev, every = book.evidence, []
    for study, chosen in studies.items():
        columns = ["result", "samples", "score", "unit", "source", "provenance"]
        scores = _results(book, chosen.values())[columns]
        scores.insert(1, "study", study)
        scores.insert(2, "method", list(chosen))
        results = [ev.results[key] for key in scores["result"]]
        benchmarks = [ev.benchmarks[r.benchmark] for r in results]
        both = zip(results, benchmarks, strict=True)
        half = [1.645 * standard_error(r, b, r.items or b.items) for r, b in both]
        scores.insert(5, "low", (scores["score"] - half).round(1))
        scores.insert(6, "high", (scores["score"] + half).round(1))
        every.append(scores)
    found = pd.concat(every, ignore_index=True)
    return _in_rows(found, measured(benchmarks[0]), of), found


def _in_rows(scores: pd.DataFrame, score_title: str, of: str) -> alt.LayerChart:
    """Methods one below the other under the heading of their study, each with its score and interval."""
    drawn = scores.assign(row=scores["study"] + "|" + scores["method"])
    order = [row for study, some in drawn.groupby("study", sort=False) for row in (study + "|", *some["row"])]
    heads = [{"row": row, "study": row[:-1]} for row in order if row.endswith("|")]
    ends = [math.floor(scores["low"].min() / 5) * 5, math.ceil(scores["high"].max() / 5) * 5]
    on, ticks = (score_title, ends), {"grid": False, "tickCount": 5}
    x = axis(alt.X, "score", *on, **ticks)
    names = alt.Axis(labelExpr="split(datum.label, '|')[1]", ticks=False, domain=False, labelPadding=8)
    y = alt.Y("row:N", title=None, sort=order, scale=alt.Scale(domain=order), axis=names)
    shown = tips("method", "samples", "score", "low", "high", "source", "provenance")
    layers = [
        layer(heads, "text", y, alt.XValue(0), text="study", color=INK, align="left", fontWeight="bold")
    ]
    for some, colour in ((drawn[drawn["method"] == of], COLOUR), (drawn[drawn["method"] != of], MUTED)):
        records = some.to_dict("records")
        faint = {"color": colour, "strokeWidth": 2, "opacity": 0.45}
        layers += [
            layer(records, "rule", axis(alt.X, "low", *on, **ticks), alt.X2("high:Q"), y, **faint),
            layer(records, "point", x, y, tooltip=shown, color=colour, filled=True, size=80, opacity=1),
            layer(records, "text", x, y, text="score", color=INK, dy=-11),
        ]
    said = "; ".join(
        f"{r.study}, {r.method} {r.score:g} ({r.low:g} to {r.high:g})" for r in scores.itertuples()
    )
    return alt.layer(*layers).properties(height=38 * len(order), description=f"{score_title}. {said}.")


def brackets(
    rules: Mapping[str, Analysis], comparison: str, *, enhanced: str, score_title: str
) -> alt.LayerChart:
    """One gain under several ways to count compute, against compute in multiples of the enhanced model's.

    rules: how compute is counted -> the book so. enhanced: what the enhanced model is called. Each rule has a
    bracket on the level of the enhanced model, and the unenhanced models where it puts them.
    """
    cases = {name: case for name, book in rules.items() if (case := book.find(comparison))}
    if not cases:
        return alt.layer(left_out.chart()).properties(description=f"{enhanced}: {left_out.WORDS}.")
    gains = pd.concat([rows(rules[name], {comparison: name}) for name in cases], ignore_index=True)
    curves = {name: _relative(case) for name, case in cases.items()}
    models = [m for curve in curves.values() for m in curve]
    score = float(next(iter(cases.values())).enhanced.result.score)
    gains = gains.assign(at=0.0, to=np.log10(gains["value"]).round(4), score=score).sort_values("to")
    gains = gains.assign(
        says=gains["short"] + ", " + gains["name"], foot=[curves[name][-1]["score"] for name in gains["name"]]
    )
    low, high = (end([0.0, *gains["to"], *(m["at"] for m in models)]) for end in (min, max))
    ticks = multiples([t for t in (1, 2, 5, 10, 20, 50, 100) if low <= math.log10(t) <= high + 0.2])
    x = axis(
        alt.X, "at", "training compute (times that of the small model)", (low - 0.15, high + 0.35), **ticks
    )
    y = alt.Y("score:Q", title=score_title, scale=alt.Scale(domain=_tens(cases)), axis=alt.Axis(tickCount=5))
    layers = _small_and_big(curves, x, y)
    for n, gain in enumerate(gains.drop(columns=["observed", "low", "high"]).to_dict("records")):
        layers += _bracket(gain, -APART * n, x, y)
    own = {"at": 0.0, "score": score, "says": enhanced}
    layers += [
        layer([own], "point", x, y, color=COLOUR, filled=True, size=90, opacity=1),
        layer([own], "text", x, y, text="says", color=COLOUR, align="left", dx=-5, dy=18),
    ]
    without = "; ".join(
        f"{name}: " + ", ".join(f"{m['model']} {m['score']:g} at {10 ** m['at']:.3g}x" for m in curve)
        for name, curve in curves.items()
    )
    said = f"{enhanced} {score:g}, gain {'; '.join(gains['says'])}. Without it, by compute: {without}."
    return alt.layer(*layers).properties(description=said)


def _bracket(gain: dict, up: int, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """A gain from the enhanced model on, at this offset in pixels; a bound stands on the model it beats."""
    to, coloured = alt.X("to:Q"), {"color": COLOUR, "yOffset": up}
    shown = tips("name=compute", "short=gain", "source", "provenance")
    foot = [gain] if gain["shape"] == "least" else []
    thin = {"color": COLOUR, "strokeWidth": 1, "opacity": 0.45}
    return [
        layer([gain], "rule", x, y, alt.Y2("score:Q"), y2Offset=up, **thin),
        layer(foot, "rule", to, y, alt.Y2("foot:Q"), yOffset=up, **thin),
        layer([gain], "rule", x, alt.X2("to:Q"), y, strokeWidth=2, **coloured),
        layer([gain], "point", to, y, tooltip=shown, opacity=1, **SHAPES[gain["shape"]], **coloured),
        layer([gain], "text", x, y, text="says", color=COLOUR, align="left", dx=12, dy=up - 11),
    ]


def _relative(case: Case) -> list[dict]:
    """The unenhanced models, by compute relative to the enhanced one's (log10)."""
    return [
        {
            "at": round(math.log10(s.point.flop / case.enhanced.point.flop), 4),
            "score": float(s.result.score),
            "model": s.model.model,
            "size": s.model.model.split()[-1],
        }
        for s in sorted(case.baselines, key=lambda s: s.point.flop)
    ]


def _tens(cases: Mapping[str, Case]) -> list[int]:
    """Whole tens around the scores, with room for brackets above the highest."""
    scores = [s.result.score for case in cases.values() for s in (case.enhanced, *case.baselines)]
    return [math.floor(min(scores) / 10) * 10, math.ceil(max(scores) / 10) * 10 + 10]


def _small_and_big(curves: Mapping[str, list[dict]], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The unenhanced models of each rule; the last is named on the outer side of where the rules put it."""
    grey, models = {"color": MUTED}, [m for curve in curves.values() for m in curve]
    biggest = sorted((curve[-1] for curve in curves.values()), key=lambda m: m["at"])
    smaller = list({m["model"]: m for curve in curves.values() for m in curve[:-1]}.values())
    return [
        *(layer(curve, "line", x, y, strokeWidth=1.5, **grey) for curve in curves.values()),
        layer(models, "point", x, y, tooltip=tips("model", "score"), filled=True, size=60, opacity=1, **grey),
        layer(smaller, "text", x, y, text="size", align="left", dx=8, dy=12, **grey),
        layer(biggest[:-1], "text", x, y, text="size", align="right", dx=-5, dy=-11, **grey),
        layer(biggest[-1:], "text", x, y, text="size", align="left", dx=9, **grey),
    ]


def _results(book: Analysis, ids: Iterable[str]) -> pd.DataFrame:
    """Results by their ids, as a download has them."""
    columns = ["model", "variant", "benchmark_name", "samples", "score", "unit"]
    found = book.results.loc[list(ids), columns].rename(columns={"benchmark_name": "benchmark"})
    said = pd.DataFrame([provenance.said(book, key) for key in found.index], found.index)
    return found.join(said).reset_index()


def bound_and_estimate(estimate: Estimate | None) -> dict[str, str]:
    """A gain in two cells of a table: ``at_least``, what was seen, and ``estimate``, read off a curve."""
    bound, best = NOTHING, NOTHING
    if estimate is not None and estimate.status in SAYING:
        if estimate.lower_bound and estimate.status != "interpolated":
            bound = formatting.at_least(estimate.lower_bound)
        if estimate.ceg:
            best = formatting.times(estimate.ceg, 2)
        elif estimate.upper_bound:
            best = f"≤ {formatting.rounded_up(estimate.upper_bound)}x"
    return {"at_least": bound, "estimate": best}


def under_choices(book: Analysis, comparison: str, choices: Mapping[str, Mapping]) -> pd.DataFrame:
    """The gain of a comparison under other choices: a row each, with ``choice``, bound and estimate.

    choices: what is chosen -> changed assumptions.
    """
    found = {name: under(book, comparison, **changes) for name, changes in choices.items()}
    return pd.DataFrame([{"choice": name} | bound_and_estimate(e) for name, e in found.items()])


def errors_in_words(estimate: Estimate | None) -> str:
    """What the errors of scores, compute and fit leave of a gain, as half a sentence."""
    if estimate is None or not estimate.draws:
        return "its errors are not known"
    if estimate.low is None and estimate.high is None:
        return "its errors are so large that it has no known limit in either direction"
    if estimate.low and estimate.high:
        return f"its 90% interval is {formatting.interval(estimate.low, estimate.high)}"
    return f"with errors, it is {formatting.interval(estimate.low, estimate.high)} (95% limit)"


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


def dearness(costs: Mapping[str, float | None]) -> str:
    """The range of what a chosen answer costs, against one of the bigger model that it beats.

    costs: enhancement -> ``against_bigger_answer``.
    """
    known = sorted((cost, name) for name, cost in costs.items() if cost)
    if not known:
        return "an unknown multiple of"
    ends = dict.fromkeys((known[0], known[-1]))
    return " to ".join(f"{formatting.significant(cost)} times ({name})" for cost, name in ends)
