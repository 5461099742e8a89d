"""What an analyst's choices make of one reported number: every reading of Minerva with a vote.

Beside the paper's value.

A value that some choices give is consistent with them. It is identified only if the text says which were
made.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import altair as alt

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import gain
from ceg.exhibits.marks_and_axes import axis, bare_axis, layer, times
from ceg.exhibits.theme import CATEGORY, INK, RULE, theme
from sphinx_fresh.show import Column, Figure, Table

FORMS = ("logit above chance", "logit", "linear")
CURVES = (("all models", "edge"), ("all models", "line"), ("two largest", "edge"))
"""Models fitted, and where an extrapolation starts. Through two models the edge and the line are the same."""

RULES = ("reported", "compute_optimal")
SIZES = ("8b", "62b", "540b")
SHOWN = 1e5
"""Largest CEG that the chart reaches; what lies beyond is counted in its note."""


@dataclass(frozen=True)
class Reading:
    """One combination of choices on one set of scores, at one model size or as the median over sizes."""

    scores: str
    size: str
    choices: tuple[str, ...]
    ceg: float


def readings(analysis: Analysis, scores: str, comparisons: str) -> list[Reading]:
    """Every CEG that the choices give for comparisons named alike.

    Such as ``minerva-voting.math.palm-{}`` ({}: the size).

    ``scores``: what to call them. The choices: form of the curve; models fitted, and where it is continued
    from; compute rule; the continued training charged or not. No limit on extrapolation; recalled scores let
    in; a vote whatever the book's choice. Choices without a rising curve give nothing.
    """
    found = []
    for form, (fitted, start), rule, charged in product(FORMS, CURVES, RULES, (False, True)):
        a = analysis.assumptions.but(
            compute_rule=rule, charge_finetuning=charged, provenance_admitted="all", aggregation="as_headline"
        )
        under = replace(analysis, assumptions=a)
        cegs = {s: _read(under, comparisons.format(s), form, fitted, start) for s in SIZES}
        cegs = {s: ceg for s, ceg in cegs.items() if ceg is not None}
        if len(cegs) == len(SIZES):
            cegs["median"] = statistics.median(cegs.values())
        choices = (form, fitted, start, rule, "charged" if charged else "not charged")
        found += [Reading(scores, size, choices, ceg) for size, ceg in cegs.items()]
    return found


def _read(analysis: Analysis, comparison: str, form: str, fitted: str, start: str) -> float | None:
    case = analysis.find(comparison)
    if case is None:
        return None
    return gain(
        case.enhanced.point,
        [s.point for s in (case.baselines if fitted == "all models" else case.baselines[-2:])],
        replace(case.scale, chance=0.0) if form == "logit" else case.scale,
        transform=form.partition(" ")[0],
        estimate_order="fit_first" if start == "line" else "interpolate_first",
        extrapolate_from=start,
        min_points=2,
        max_extrapolation_oom=math.inf,
    ).ceg


def near(ceg: float, value: float, within: float) -> bool:
    """Whether a CEG lies within a factor of a value: value/within <= ceg <= value * within."""
    return abs(math.log(ceg / value)) <= math.log(within)


def pairs(left: Sequence[Reading], right: Sequence[Reading]) -> list[tuple[Reading, Reading]]:
    """Readings of two benchmarks that share size and all choices."""
    by_choice = {(r.size, r.choices): r for r in left}
    return [(by_choice[r.size, r.choices], r) for r in right if (r.size, r.choices) in by_choice]


def chart(groups: Mapping[str, Sequence[Reading]], reported: Mapping[str, float], **figure: object) -> Figure:
    """A row a benchmark, a tick a reading, a hollow diamond the paper's value."""
    ticks, diamonds, words, rows = [], [], [], []
    for i, (title, some) in enumerate(groups.items()):
        low, middle, high = (f([r.ceg for r in some]) for f in (min, statistics.median_low, max))
        said = (
            f"{title}: {formatting.times(low, 2)} to "
            f"{formatting.times(high, 2) if high < 1e6 else 'over a million x'}, median "
            f"{formatting.times(middle, 2)}"
        )
        words.append({"x": 0, "y": i - 0.36, "says": said})
        diamonds.append(
            {"x": math.log10(reported[title]), "y": i, "benchmark": title, "reported": reported[title]}
        )
        for r in some:
            rows.append([title, r.size, *r.choices, float(f"{r.ceg:.6g}"), reported[title]])
            if 1 <= r.ceg <= SHOWN:
                shown = {
                    "benchmark": title,
                    "size": r.size,
                    "choices": ", ".join(r.choices).replace("_", "-"),
                    "CEG": formatting.times(r.ceg, 3),
                }
                ticks.append({"x": round(math.log10(r.ceg), 6), "y": i, **shown})
    marks = range(round(math.log10(SHOWN)) + 1)
    ticks_at = {"values": list(marks), "labelExpr": times(",~r"), "gridColor": RULE}
    title = "compute-equivalent gain of Minerva with a vote"
    x = axis(alt.X, "x", title, (-0.03, marks[-1] + 0.05), **ticks_at)
    y = bare_axis(alt.Y, "y", (len(groups) - 0.5, -0.65))
    shown = ["benchmark:N", "size:N", "choices:N", "CEG:N"]
    thin = {"color": CATEGORY["data"], "thickness": 1.5, "size": 16, "opacity": 0.6}
    hollow = {"shape": "diamond", "filled": False, "size": 170, "color": INK, "strokeWidth": 2}
    layers = [
        layer(ticks, "tick", x, y, tooltip=shown, **thin),
        layer(diamonds, "point", x, y, tooltip=["benchmark:N", "reported:N"], **hollow),
        layer(words, "text", x, y, text="says", align="left", color=INK, fontSize=12),
    ]
    beyond = sum(len(some) for some in groups.values()) - len(ticks)
    said = "; ".join(f"{w['says']} (paper {reported[t]:g}x)" for w, t in zip(words, groups, strict=True))
    return Figure(
        description="The CEG of Minerva with a vote under different analysis choices, a row a benchmark, "
        f"log scale. {said}.",
        columns=[
            "benchmark",
            "size",
            "form",
            "fitted",
            "continued_from",
            "compute_rule",
            "continued_training",
            "ceg",
            "reported",
        ],
        rows=rows,
        spec=theme(alt.layer(*layers), 64 * len(groups) + 30),
        note=f"Not drawn: {beyond} readings below 1x or beyond {formatting.times(SHOWN, 1)}."
        if beyond
        else "",
        panel="large",
        numbered=False,
        **figure,
    )


def table(
    found: Sequence[tuple[Reading, Reading]], *, name: str, caption: str, heads: tuple[str, str]
) -> Table:
    """Pairs of readings under the same choices."""
    columns = [
        Column("scores", "Scores"),
        Column("size", "Size"),
        Column("form", "Form"),
        Column("fitted", "Models fitted"),
        Column("rule", "Compute"),
        Column("charged", "Continued training"),
        *(Column(f"ceg-{i}", h, "right") for i, h in enumerate(heads)),
    ]
    rows = []
    for a, b in found:
        form, fitted, start, rule, charged = a.choices
        through = fitted if fitted == "two largest" else f"{fitted}, from the {start}"
        size = a.size if a.size == "median" else a.size.upper()
        rows.append(
            [
                f"{a.scores} and {b.scores}",
                size,
                form,
                through,
                rule.replace("_", "-"),
                charged,
                formatting.times(a.ceg),
                formatting.times(b.ceg),
            ]
        )
    return Table(name, caption, columns, rows)
