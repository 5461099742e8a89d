"""Scores against compute without and with a prompt; the gain of one model is drawn in and lines are named."""

import math
from collections.abc import Mapping

import altair as alt
import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import ADMITTED, Analysis, Case
from ceg.estimator.gain import Estimate
from ceg.estimator.scaling import isotonic
from ceg.exhibits import left_out, scores_against_compute
from ceg.exhibits.marks_and_axes import compute_axis, layer, measured, tips
from ceg.exhibits.theme import CATEGORY, MUTED
from ceg.prose import wording
from ceg.prose.compared_scores import COLUMNS, compared_scores, row

HEIGHT, COLOUR = 230, CATEGORY["prompting"]


def with_and_without(
    book: Analysis, compared: Mapping[str, str], prompt: str, *, named: tuple[str, str]
) -> tuple[list[alt.LayerChart | alt.Chart], pd.DataFrame]:
    """A chart for each comparison, with one range of compute, and the scores that they show.

    Grey: the models without the prompt, and the curve through them. In colour: the same models with it. From
    the compared one a line leads to the compute that the grey curve needs for its score.

    Args:
        book: the evidence under its assumptions.
        compared: id of a comparison -> title of its chart.
        prompt: how the variants of the scores with the prompt start.
        named: what the lines without and with the prompt are called.
    """
    found = {c: _scores(book, c, prompt) for c in compared if book.find(c)}
    ends = [math.log10(flop) for scores in found.values() for flop in scores["training_flop"]]
    room = (0.3 if len(compared) < 3 else 0.5) * (max(ends, default=0) - min(ends, default=0))
    named_to = max(ends, default=0) + room  # three panels are narrow
    ends += [end for c in found if (end := _end(book.case(c), book.estimate(c))) is not None]
    charts = [
        _chart(book, c, title, found[c], named, (min(ends), max(ends), named_to))
        if c in found
        else left_out.panel(title, HEIGHT)
        for c, title in compared.items()
    ]
    scores = pd.concat([pd.DataFrame(columns=list(COLUMNS)), *found.values()])
    return charts, scores.drop_duplicates("result")


def careful(estimate: Estimate | None) -> str:
    """A gain, what was observed before what is estimated beyond it: ≥ 26x (perhaps 40x); none: no value."""
    if estimate and estimate.status == "extrapolated" and estimate.lower_bound:
        return f"≥ {formatting.rounded_down(estimate.lower_bound, 2)}x (perhaps {wording.short(estimate)})"
    return wording.short(estimate)


def _scores(book: Analysis, comparison: str, prompt: str) -> pd.DataFrame:
    """What is compared, and the other models' scores with the prompt, as far as they are admitted."""
    compared, case = compared_scores(book, [comparison]), book.case(comparison)
    flop = {s.model.model: s.point.flop for s in (*case.baselines, case.enhanced)}
    admitted = ADMITTED[book.assumptions.provenance_admitted]
    results = book.results.query("benchmark == @case.enhanced.result.benchmark and model in @flop")
    results = results[results["variant"].str.startswith(prompt) & results["provenance"].isin(admitted)]
    more = [
        row(book, book.evidence.results[key], flop[model], "with the prompt")
        for key, model in results["model"].items()
    ]
    scores = pd.concat([compared, pd.DataFrame(more, columns=list(COLUMNS))])
    return scores.drop_duplicates("result").sort_values("training_flop", kind="stable")


def _end(case: Case, estimate: Estimate) -> float | None:
    """Where the line of a gain ends, in log10 FLOP; None without a gain."""
    ratio = estimate.ceg or estimate.lower_bound or estimate.upper_bound
    return math.log10(case.enhanced.point.flop * ratio) if ratio else None


def _chart(book, comparison, title, scores, named, reach) -> alt.LayerChart:
    case, estimate = book.case(comparison), book.estimate(comparison)
    low, high, named_to = reach
    domain = low - 0.22 * (high - low), max(high + 0.22 * (high - low), named_to)
    x = compute_axis("log10_flop", domain, (low, high))
    least, most = scores["score"].min(), scores["score"].max()
    room = 0.1 * (most - least)
    scale = alt.Scale(domain=[max(least - room, 0), most + room], nice=False)
    metric = measured(book.evidence.benchmarks[case.enhanced.result.benchmark])
    y = alt.Y("score:Q", title=metric, scale=scale, axis=alt.Axis(tickCount=5))
    shown = tips(*(f"{f}={f}" for f in scores_against_compute.TIP))
    at = scores.assign(
        log10_flop=[round(math.log10(f), 6) for f in scores["training_flop"]],
        size=scores["model"].str.rpartition(" ")[2],
    )
    arm = at["arm"] == "unenhanced"
    without, prompted = at[arm].to_dict("records"), at[~arm].to_dict("records")
    curve = [
        {"log10_flop": math.log10(f), "score": case.scale.oriented(s)}
        for f, s in isotonic([s.point for s in case.baselines])
    ]
    last = [without[-1] | {"says": [named[0], without[-1]["size"]]}]
    below = {"align": "left", "dx": 6, "dy": 14, "lineHeight": 15}
    above = {"align": "right", "dx": -8, "dy": -6}
    one = at[at["arm"] == "enhanced"].to_dict("records")
    said = f"{named[0]}: {_listed(without)}; {named[1]}: {_listed(prompted)}; gain {wording.sure(estimate)}."
    return alt.layer(
        layer(curve, "line", x, y, color=MUTED, strokeWidth=1.5),
        layer(without, "point", x, y, tooltip=shown, filled=True, size=55, color=MUTED, opacity=1),
        layer(prompted, "line", x, y, color=COLOUR, strokeWidth=1.5, opacity=0.6),
        layer(prompted, "point", x, y, tooltip=shown, filled=True, size=25, color=COLOUR, opacity=1),
        layer(one, "point", x, y, tooltip=shown, filled=True, size=80, color=COLOUR, opacity=1),
        *_gain(case, estimate, x, y),
        layer(without[:1], "text", x, y, text="size", color=MUTED, **above),
        layer(last, "text", x, y, text="says", color=MUTED, **below),
        layer(one, "text", x, y, text="size", color=COLOUR, **above),
        layer([prompted[-1] | {"says": named[1]}], "text", x, y, text="says", color=COLOUR, **above),
    ).properties(title=title, height=HEIGHT, description=f"{title}, score by size. {said}")


def _gain(case: Case, estimate: Estimate, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """A line to the compute that the gain stands for, its marks, and the number below it."""
    end, start = _end(case, estimate), math.log10(case.enhanced.point.flop)
    if end is None:
        return []
    score, low = float(case.enhanced.result.score), estimate.lower_bound
    bold = {"align": "left", "dx": 7, "color": COLOUR, "fontWeight": "bold"}
    line = [{"log10_flop": start, "to": end, "score": score}]
    made = [layer(line, "rule", x, alt.X2("to:Q"), y, color=COLOUR, strokeWidth=2)]
    at = {"log10_flop": max(start, end), "score": score, "says": wording.short(estimate)}
    if estimate.status != "interpolated" and low:
        bound = at | {"log10_flop": start + math.log10(low)}
        style = {"shape": "triangle-right", "filled": True, "size": 90, "opacity": 1}
        made.append(layer([bound], "point", x, y, color=COLOUR, **style))
        seen = at | {"log10_flop": start, "says": f"≥ {formatting.rounded_down(low, 2)}x"}
        made.append(layer([seen], "text", x, y, text="says", dy=14, **bold))
    if estimate.status == "extrapolated":
        style = {"shape": "circle", "filled": False, "size": 70, "strokeWidth": 2, "opacity": 1}
        made.append(layer([at | {"log10_flop": end}], "point", x, y, color=COLOUR, **style))
    if estimate.ceg or not low:
        below = {"dy": 0 if estimate.status == "extrapolated" else 10}
        made.append(layer([at], "text", x, y, text="says", **below, **bold))
    return made


def _listed(rows: list[dict]) -> str:
    return ", ".join(f"{r['size']} {r['score']:g}" for r in rows)
