"""The multiverse drawn: what becomes of the conclusions, specification curves, which choice moves what."""

import math
from collections.abc import Sequence

import altair as alt
import numpy as np

from ceg import formatting
from ceg.exhibits.marks_and_axes import bare_axis, layer, of_panels, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE, theme
from ceg.multiverse import conclusions
from ceg.multiverse.conclusions import Conclusion
from ceg.multiverse.outcomes import BOUND, Outcomes
from ceg.multiverse.specifications import Factor
from ceg.multiverse.survey import Multiverse, moved
from ceg.multiverse.variance_shares import weights_of
from sphinx_fresh.show import Figure

VERDICT = {"holds": CATEGORY["tool use"], "undetermined": RULE, "fails": CATEGORY["prompting"]}
TICKS = (0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)
MATTERS = 0.01
"""Share of the variance from which on a choice is drawn under a specification curve."""


def shares(found: Sequence[Conclusion], **figure: object) -> Figure:
    """A bar for each way to stand for an enhancement.

    Beside it, the range of the share that holds when options are weighted otherwise.
    """
    standing = found[0].factors[-1]
    rows, labels, ranges, y = [], [], [], 0.0
    for c in found:
        labels.append({"y": y, "label": c.short})
        for level in range(len(standing.levels)):
            y += 1 if level == 0 else 1.4
            low, high = map(formatting.part, c.range("holds", **{standing.name: level}))
            within = "not varied" if not c.varied else low if low == high else f"{low} to {high}"
            if within != low:
                ranges.append({"x": 1, "y": y + 0.62, "label": within if not c.varied else f"holds {within}"})
            left = 0.0
            for word in conclusions.SHARES:
                share = c.share(word, **{standing.name: level})
                rows.append(
                    {
                        "conclusion": c.statement,
                        "stands_for": standing.label(level),
                        "verdict": word,
                        "holds_5_to_95": within,
                        "share": formatting.six(round(share, 9)),
                        "x": left,
                        "x2": left + share,
                        "y": y,
                    }
                )
                left += share
        y += 1.7
    scale = alt.Scale(domain=[-0.3, 1], nice=False)
    x = alt.X(
        "x:Q",
        title="share of specifications",
        scale=scale,
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format="%", grid=False, domain=False),
    )
    at = bare_axis(alt.Y, "y", (y - 0.6, -0.6))
    layers = []
    for word, colour in VERDICT.items():
        some = [r for r in rows if r["verdict"] == word and r["share"]]
        shown = tips("conclusion", "stands_for", "verdict", "share")
        layers.append(
            layer(some, "bar", x, at, alt.X2("x2:Q"), tooltip=shown, color=colour, height=13, opacity=0.5)
        )
        inside = [
            r | {"x": (r["x"] + r["x2"]) / 2, "label": f"{word} {formatting.part(r['share'])}"}
            for r in some
            if r["share"] > (0.36 if word == "undetermined" else 0.2)
        ]
        layers.append(layer(inside, "text", x, at, text="label", fontSize=12, color=INK))
    sides = [{"x": -0.01, "y": r["y"], "label": r["stands_for"]} for r in rows if r["verdict"] == "holds"]
    layers.append(layer(sides, "text", x, at, text="label", align="right", fontSize=12, color=MUTED))
    layers.append(layer(ranges, "text", x, at, text="label", align="right", fontSize=12, color=MUTED))
    head = [r | {"x": -0.3} for r in labels]
    layers.append(
        layer(head, "text", x, at, text="label", align="left", fontSize=12, fontWeight="bold", color=INK)
    )
    said = "; ".join(
        f"{r['conclusion']} ({r['stands_for']}): {r['verdict']} in {formatting.part(r['share'])}"
        for r in rows
    )
    columns = ["conclusion", "stands_for", "verdict", "share", "holds_5_to_95"]
    return Figure(
        description="Share of the specifications in which each conclusion holds, is undetermined or "
        f"fails. {said}.",
        columns=columns,
        rows=[[r[k] for k in columns] for r in rows],
        spec=theme(alt.layer(*layers), round(25 * y)),
        panel="large",
        **figure,
    )


def curves(multiverse: Multiverse, enhancements: Sequence[str], **figure: object) -> Figure:
    """A specification curve an enhancement.

    Its different numbers in rising order, as wide as their share of the specifications with a number; below
    each, how far it goes with every option of the choices that move it. specifications with a number, and
    under each how far it goes with every option of the choices that move it.
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
            rows.append(
                [
                    key,
                    o["status"],
                    formatting.six(10 ** o["log10"]),
                    formatting.six(round(o["share"], 9)),
                    kept,
                ]
            )
    return of_panels(
        specs, ["enhancement", "status", "number", "share", "options"], rows, panel="medium", **figure
    )


def moved_by(multiverse: Multiverse, enhancement: str) -> dict[str, float]:
    """Choice -> its total share in the variance of the number shown for an enhancement's headline.

    None where that number is constant.
    """
    shares = moved(multiverse, multiverse.analysis.assumptions.threshold_large, [enhancement])[enhancement][
        "number"
    ][1]
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
    ticks = [
        {"y": math.log10(t), "x": 0.0, "x2": 1.0, "label": f"{t:g}x"}
        for t in TICKS
        if low <= math.log10(t) <= high
    ]
    layers = [
        layer(ticks, "rule", ax, ay, alt.X2("x2:Q"), color=RULE),
        layer(
            [t | {"x": -0.03} for t in ticks],
            "text",
            ax,
            ay,
            text="label",
            align="right",
            fontSize=12,
            color=MUTED,
        ),
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
                marks = [m for m in middle if m["way"] == way]
                if marks:
                    layers.append(
                        layer(
                            marks, "point", ax, ay, shape=shape, filled=True, size=28, color=colour, opacity=1
                        )
                    )
    if rows:
        dark = alt.Opacity("part:Q", scale=alt.Scale(domain=[0, 1], range=[0.08, 0.9]), legend=None)
        parts = alt.Chart(alt.NamedData("parts")).mark_rect(
            color=colour
        )  # rows by name: Altair checks inline ones one by one
        layers.append(parts.encode(ax, ay, x2="x2:Q", y2="y2:Q", opacity=dark))
        heads = [r for r in labels if r["x"] == left]
        layers.append(
            layer(
                heads, "text", ax, ay, text="label", align="left", fontSize=12, fontWeight="bold", color=INK
            )
        )
        names = [r for r in labels if r["x"] != left]
        layers.append(layer(names, "text", ax, ay, text="label", align="right", fontSize=12, color=INK))
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
