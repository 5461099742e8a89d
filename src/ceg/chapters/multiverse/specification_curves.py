"""Specification curves: the numbers that the choices give an enhancement, and which options give them."""

import math
from collections.abc import Sequence

import altair as alt
import numpy as np

from ceg import formatting
from ceg.exhibits.marks_and_axes import bare_axis, layer, of_panels, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE, theme
from ceg.multiverse.outcomes import BOUND, Outcomes
from ceg.multiverse.specifications import Factor
from ceg.multiverse.survey import Multiverse, moved
from ceg.multiverse.variance_shares import weights_of
from sphinx_fresh.show import Figure

TICKS = (0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)
MATTERS = 0.01
"""Share of the variance from which on a choice is drawn under a specification curve."""


def curves(multiverse: Multiverse, enhancements: Sequence[str], **figure: object) -> Figure:
    """A specification curve an enhancement.

    Its different numbers in rising order, as wide as their share of the specifications with a number; below
    each, how far it goes with every option of the choices that move it.
    """
    ev = multiverse.analysis.evidence
    factors = multiverse.factors[:-1]
    specs, rows = [], []
    for key in enhancements:
        row, made = ev.enhancements[key], multiverse.standing[key][0]
        some = _outcomes(made, factors)
        total = moved_by(multiverse, key)
        used = [i for i, f in enumerate(factors) if total.get(f.name, 0) >= MATTERS]
        specs.append(_curve(row.name, CATEGORY[row.category], some, [(factors[i], i) for i in used]))
        for o in some:
            kept = "; ".join(f"{factors[i].title}: {_options(factors[i], o['options'][i])}" for i in used)
            share = formatting.six(round(o["share"], 9))
            rows.append([key, o["status"], formatting.six(10 ** o["log10"]), share, kept])
    columns = ["enhancement", "status", "number", "share", "options"]
    return of_panels(specs, columns, rows, panel="medium", **figure)


def moved_by(multiverse: Multiverse, enhancement: str) -> dict[str, float]:
    """Choice -> its total share in the variance of the number shown for an enhancement's headline.

    None where that number is constant.
    """
    threshold = multiverse.analysis.assumptions.threshold_large
    shares = moved(multiverse, threshold, [enhancement])[enhancement]["number"][1]
    names = [f.name for f in multiverse.factors[:-1]]
    return {n: float(s) for n, s in zip(names, shares, strict=True) if not math.isnan(s)}


def _options(factor: Factor, parts: Sequence[float]) -> str:
    some = [factor.label(i) for i, p in enumerate(parts) if p > 1e-9]
    return "any" if len(some) == len(factor.levels) else " or ".join(some)


def _outcomes(made: Outcomes, factors: Sequence[Factor]) -> list[dict]:
    """The different numbers with their share, in rising order.

    For each factor, the part that each level has in a number.
    """
    w = weights_of([f.weights for f in factors], made.status.shape)
    point = ~np.isnan(made.log10_ceg)
    shown = np.round(made.shown, 6)
    found = []
    for is_point in (False, True):
        for value in np.unique(shown[(point == is_point) & made.says]):
            inside = w * ((shown == value) & (point == is_point) & made.says)
            options = []
            for axis, factor in enumerate(factors):
                others = tuple(j for j in range(w.ndim) if j != axis)
                part = inside.sum(others) / inside.sum()
                options.append(part if part.size > 1 else np.array(factor.weights))
            status = "point" if is_point else "lower bound or none above it"
            if not is_point:
                codes = made.log10_lower[(shown == value) & (made.status == BOUND)]
                status = "lower bound" if not np.isnan(codes).all() else "upper bound"
            found.append(
                {"log10": float(value), "status": status, "share": float(inside.sum()), "options": options}
            )
    return sorted(found, key=lambda o: (o["log10"], o["status"]))


def _curve(title: str, colour: str, some: Sequence[dict], used: Sequence[tuple[Factor, int]]) -> dict:
    """The curve above, a row an option below.

    All on one pair of axes, so that it takes the width of its panel.
    """
    left, x, whole = -0.62, 0.0, sum(o["share"] for o in some)
    drawn = []
    for o in some:
        drawn.append(o | {"x": x, "x2": x + o["share"] / whole})
        x += o["share"] / whole
    low, high = min(0.0, *(o["log10"] for o in some)) - 0.15, max(1.0, *(o["log10"] for o in some)) + 0.25
    row_height, unit = 13, 110 / (high - low)  # pixels of a row, and of a decade
    rows, labels, y = [], [], low - 16 / unit
    for factor, axis in used:
        labels.append({"x": left, "y": y, "label": factor.title})
        for level in range(len(factor.levels)):
            y -= row_height / unit
            labels.append({"x": -0.03, "y": y, "label": factor.label(level)})
            rows += _joined(drawn, axis, level, y, 5 / unit)
        y -= 18 / unit
    ax = bare_axis(alt.X, "x", (left, 1))
    ay = bare_axis(alt.Y, "y", (y + 6 / unit, high))
    inside = [t for t in TICKS if low <= math.log10(t) <= high]
    ticks = [{"y": math.log10(t), "x": 0.0, "x2": 1.0, "label": f"{t:g}x"} for t in inside]
    beside = [t | {"x": -0.03} for t in ticks]
    layers = [
        layer(ticks, "rule", ax, ay, alt.X2("x2:Q"), color=RULE),
        layer(beside, "text", ax, ay, text="label", align="right", fontSize=12, color=MUTED),
    ]
    shown = tips("says=CEG", "status", "part=share of specifications")
    for is_point in (True, False):
        part = [
            {
                "x": round(o["x"], 5),
                "x2": round(o["x2"], 5),
                "y": round(o["log10"], 4),
                "status": o["status"],
                "says": formatting.times(10 ** o["log10"]),
                "part": formatting.part(o["share"]),
            }
            for o in drawn
            if (o["status"] == "point") == is_point
        ]
        if not part:
            continue
        style = {"strokeWidth": 4} if is_point else {"strokeWidth": 2, "strokeDash": [2, 2]}
        layers.append(layer(part, "rule", ax, ay, alt.X2("x2:Q"), tooltip=shown, color=colour, **style))
        if not is_point:
            middle = [
                p
                | {
                    "x": (p["x"] + p["x2"]) / 2,
                    "y": p["y"] + (6 if p["status"] == "lower bound" else -6) / unit,
                    "way": p["status"],
                }
                for p in part
                if p["x2"] - p["x"] > 0.02
            ]
            for way, shape in (("lower bound", "triangle-up"), ("upper bound", "triangle-down")):
                if marks := [m for m in middle if m["way"] == way]:
                    style = {"shape": shape, "filled": True, "size": 28, "color": colour, "opacity": 1}
                    layers.append(layer(marks, "point", ax, ay, **style))
    if rows:
        dark = alt.Opacity("part:Q", scale=alt.Scale(domain=[0, 1], range=[0.08, 0.9]), legend=None)
        ends = alt.X2("x2:Q"), alt.Y2("y2:Q")
        # rows by name: Altair checks inline ones one by one
        layers.append(layer("parts", "rect", ax, ay, *ends, dark, color=colour))
        heads, names = ([r for r in labels if (r["x"] == left) is is_head] for is_head in (True, False))
        style = {"fontSize": 12, "color": INK}
        layers.append(layer(heads, "text", ax, ay, text="label", align="left", fontWeight="bold", **style))
        layers.append(layer(names, "text", ax, ay, text="label", align="right", **style))
    title = title if whole > 1 - 1e-9 else f"{title}: a number in {formatting.part(whole)}"
    spec = theme(alt.layer(*layers).properties(title=title), round((high - y) * unit))
    if rows:
        spec["datasets"] = {"parts": rows}
    said = "; ".join(
        f"{formatting.times(10 ** o['log10'])} ({o['status']}) in {formatting.part(o['share'])}"
        for o in drawn
    )
    return spec | {"description": f"{title} over the specifications: {said}."}


def _joined(drawn: Sequence[dict], axis: int, level: int, y: float, half: float) -> list[dict]:
    """The marks of an option: one for neighbours in which it has the same part."""
    rows: list[dict] = []
    for o in drawn:
        part = round(float(o["options"][axis][level]), 3)
        x, x2 = round(o["x"], 5), round(o["x2"], 5)
        if part and rows and rows[-1]["x2"] == x and rows[-1]["part"] == part:
            rows[-1]["x2"] = x2
        elif part:
            rows.append({"x": x, "x2": x2, "y": round(y - half, 4), "y2": round(y + half, 4), "part": part})
    return rows
