"""Score against training compute, with the CEG drawn as the horizontal distance to the unenhanced family."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis, Case
from ceg.estimator.gain import Estimate
from ceg.estimator.scaling import isotonic
from ceg.exhibits import left_out
from ceg.exhibits.label_placement import Place, Room
from ceg.exhibits.marks_and_axes import compute_axis, layer, measured, tips
from ceg.exhibits.theme import CATEGORY, MUTED
from ceg.prose import wording
from ceg.prose.compared_scores import Group, by_benchmark, compared_scores, families, rows_of

ENDS = {
    "interpolated": ("circle", True),
    "extrapolated": ("circle", False),
    "bound": ("triangle-right", True),
}
"""How the line of each status ends: shape, and whether it is filled."""

TIP = ("model", "variant", "score", "compute", "source", "provenance")
"""What the tooltip of a model says; an enhanced one has its CEG besides."""

DASHES = {"interpolated": [], "extrapolated": [2, 2], "bound": []}

HEIGHT, PAD = 300, 26
"""Of a plot, in px: its height, and the room above and below the scores."""

ALONE, BESIDE = (250, 660), (200, 290)
"""Widths of a plot, in px, at which names must find room: of one that is alone, and of panels."""


def against_compute(
    book: Analysis,
    comparisons: Sequence[str],
    *,
    title: str | None = None,
    score_title: str = "",
) -> alt.LayerChart:
    """Score against training compute: comparisons on one benchmark.

    Grey: the unenhanced models, joined by the isotonic curve of each family. In colour: the enhanced models,
    each with a line to a dot at C' (interpolated), to a triangle at the bound, or past it to a ring at C'
    (extrapolated), and the gain in words. A chart of which the assumptions leave nothing says so.

    Args:
        book: the evidence under its assumptions.
        comparisons: ids of comparisons on the same benchmark.
        title: above the chart.
        score_title: of the axis; left out, the benchmark's metric.

    Raises:
        ValueError: the comparisons are on several benchmarks.
    """
    groups = by_benchmark(book, comparisons)
    if len(groups) != 1:
        named = formatting.listed([book.evidence.benchmarks[b].name for b in groups]) or "none"
        raise ValueError(f"against_compute takes comparisons on one benchmark; these are on {named}")
    [(benchmark, group)] = groups.items()
    name = title or book.evidence.benchmarks[benchmark].name
    chart = _chart(book, name, group, _reach(group), score_title, HEIGHT, ALONE)
    return chart.properties(title=_flagged(title, group)) if title else chart


def panels(
    book: Analysis,
    comparisons: Sequence[str],
    *,
    titles: Iterable[str] = (),
    score_title: str = "",
    height: int | None = None,
) -> list[alt.LayerChart]:
    """Score against training compute on several benchmarks: a chart for each, with one range of compute.

    Args:
        book: the evidence under its assumptions.
        comparisons: ids of comparisons.
        titles: of the charts, in the order of the benchmarks; left out, the benchmarks' names.
        score_title: of the axis; left out, each benchmark's metric.
        height: of each chart, in px; left out, that of the book's charts.

    Raises:
        ValueError: as many titles are needed as there are benchmarks.
    """
    groups = by_benchmark(book, comparisons)
    ends = _reach([pair for group in groups.values() for pair in group])
    names = [book.evidence.benchmarks[b].name for b in groups]
    titles = list(titles) or names
    if len(titles) != len(names):
        raise ValueError(f"titles: {len(titles)} for {len(names)} benchmarks ({formatting.listed(names)})")
    return [
        _chart(book, t, g, ends, score_title, height or HEIGHT, BESIDE).properties(title=_flagged(t, g))
        for t, g in zip(titles, groups.values(), strict=True)
    ]


def evidence(book: Analysis, comparisons: Sequence[str], note: str = "") -> dict[str, Any]:
    """What ``show`` takes beside the charts of comparisons: their scores, their sources and a note.

    The note names what the assumptions leave out, after the figure's own.
    """
    scores = compared_scores(book, comparisons)
    return {
        "data": scores,
        "sources": provenance.behind(book, scores["result"]),
        "note": left_out.note(book, comparisons, note),
    }


def plainly(estimate: Estimate) -> str:
    """A gain in words, two digits, what was observed first: at least 16x, perhaps 20x; 7.9x to 21x."""
    low, high = estimate.lower_bound, estimate.upper_bound
    least = f"at least {formatting.rounded_down(low, 2)}x" if low else ""
    if estimate.status == "extrapolated":
        return f"{least}, perhaps {wording.short(estimate)}".removeprefix(", ")
    if estimate.status != "bound":
        return wording.short(estimate) if estimate.ceg else wording.ceg(estimate)
    most = f"{formatting.rounded_up(high, 2)}x" if high else ""
    return f"{formatting.rounded_down(low, 2)}x to {most}" if low and high else least or f"at most {most}"


def _reach(group: Group) -> tuple[float, float] | None:
    """The ends of what is drawn, in log10 FLOP."""
    found = [math.log10(s.point.flop) for case, _ in group for s in (case.enhanced, *case.baselines)]
    found += [arrow["to"] for case, estimate in group if (arrow := _arrow(case, estimate))]
    return (min(found), max(found)) if found else None


def _chart(
    book: Analysis, name: str, group: Group, ends, score_title: str, height: int, widths: tuple[int, int]
) -> alt.LayerChart:
    """The chart without its title, with what it says, read aloud."""
    if not group or ends is None:
        return alt.layer(left_out.chart()).properties(height=height, description=f"{name}: {left_out.WORDS}.")
    chart = _panel(book, group, ends, score_title, height, widths)
    return chart.properties(height=height, description=_said(book, _flagged(name, group), group))


def _flagged(title: str, group: Group) -> str:
    """The title, marked where all the estimates are."""
    flat = group and all("flat_baseline" in estimate.flags for _, estimate in group)
    return f"{title} (flat baseline)" if flat else title


def _panel(book: Analysis, group: Group, reach, score_title: str, height: int, widths) -> alt.LayerChart:
    first = group[0][0]
    benchmark = book.evidence.benchmarks[first.enhanced.result.benchmark]
    colour = CATEGORY[book.evidence.enhancements[first.comparison.enhancement].category]
    unenhanced, enhanced = rows_of(book, group)
    curves = _curves(book, group)
    arrows = [arrow for case, estimate in group if (arrow := _arrow(case, estimate))]
    low, high = reach
    ends = low - 0.17 * (high - low) - 0.1, high + 0.2 * (high - low)
    x = compute_axis("log10_flop", ends, reach)
    y = alt.Y(
        "score:Q",
        title=score_title or measured(benchmark),
        scale=alt.Scale(zero=False, nice=False, padding=PAD, reverse=not benchmark.higher_is_better),
        axis=alt.Axis(tickCount=5, grid=False),
    )
    scores = sorted((r["score"] for r in (*unenhanced, *enhanced)), reverse=not benchmark.higher_is_better)
    room = Room(ends, (scores[-1], scores[0]), height, PAD, widths)
    room.draw(
        [[(r["log10_flop"], r["score"]) for r in curve] for curve in curves]
        + [[(a["log10_flop"], a["score"]), (a["to"], a["score"])] for a in arrows],
        [(r["log10_flop"], r["score"]) for r in (*unenhanced, *enhanced)]
        + [(a[end], a["score"]) for a in arrows for end in ("to", "floor") if a[end] is not None],
    )
    says = _placed(room, [(arrow, (arrow["says"],)) for arrow in arrows], _along)
    names = _placed(room, _names(book, group, enhanced, benchmark.higher_is_better), _by_enhanced)
    biggest, *others = sorted(unenhanced, key=lambda row: -row["log10_flop"])
    grey = _placed(room, [(biggest, (biggest["model"], biggest["label"]))], _by_unenhanced)
    grey += _placed(room, [(row, (row["label"],)) for row in others], _by_unenhanced, spare=True)
    shown = tips(*(f"{f}={f}" for f in TIP))
    own = tips(*(f"{f}={f}" for f in TIP[:-2]), "ceg=CEG", *(f"{f}={f}" for f in TIP[-2:]))
    dot = {"filled": True, "opacity": 1}
    layers = [layer(curve, "line", x, y, color=MUTED, strokeWidth=1.5) for curve in curves]
    layers += [
        layer(unenhanced, "point", x, y, tooltip=shown, size=55, color=MUTED, **dot),
        _words(grey, x, y, color=MUTED),
        *_gains(arrows, colour, x, y),
        layer(enhanced, "point", x, y, tooltip=own, size=75, color=colour, **dot),
        _words(says, x, y, color=colour, fontWeight="bold"),
        _words(names, x, y, color=colour),
    ]
    return alt.layer(*layers)


def _curves(book: Analysis, group: Group) -> list[list[dict]]:
    """The isotonic curve of each family with several unenhanced models, as gains are read off it."""
    found = []
    for case in families(group).values():
        if case and len(case.baselines) > 1:
            transform, curve = case.scale.transform(book.assumptions.transform), []
            for (flop, low), (more, high) in pairwise(isotonic([s.point for s in case.baselines])):
                start, rise = transform(low), transform(high) - transform(low)
                for i in range(11):
                    s = low + (high - low) * i / 10
                    share = (transform(s) - start) / rise if rise else i / 10
                    at = math.log10(flop) + share * math.log10(more / flop)
                    curve.append({"log10_flop": round(at, 6), "score": case.scale.oriented(s)})
            found.append(curve)
    return found


def _names(book: Analysis, group: Group, enhanced: list[dict], rising: bool) -> list[tuple[dict, tuple]]:
    """What each enhanced model may be called; the best one of an enhancement says which that is."""
    found, named = [], set()
    pairs = zip(enhanced, (case.comparison.enhancement for case, _ in group), strict=True)
    for row, key in sorted(pairs, key=lambda pair: pair[0]["score"], reverse=rising):
        name = book.evidence.enhancements[key].name
        full = row["label"] if key in named or name in row["label"] else f"{name} {row['label']}"
        named.add(key)
        found.append((row, (full, row["label"])))
    return found


def _placed(room: Room, rows: Iterable[tuple[dict, tuple]], places, spare: bool = False) -> list[dict]:
    """Rows with what they are called and where that stands; those without room are left out if ``spare``."""
    found = [(row, room.place(row["score"], texts, places(row), spare=spare)) for row, texts in rows]
    return [row | spot | {"log10_flop": spot["at"]} for row, spot in found if spot]


def _along(arrow: dict) -> list[Place]:
    """Where a gain may stand: above its line, below it, or past its end."""
    left, right = sorted((arrow["log10_flop"], arrow["to"]))
    over = (((left + right) / 2, "center", 0.0), (right, "right", 4.0), (left, "left", -4.0))
    around = [(x, align, dx, dy) for dy in (-13.0, 14.0) for x, align, dx in over]
    return [*around, (right, "left", 12.0, 0.0)]


def _by_enhanced(row: dict) -> list[Place]:
    x = row["log10_flop"]
    return [(x, "right", -9, 0), (x, "left", -4, 15), (x, "left", -4, -15), (x, "left", 9, 0)]


def _by_unenhanced(row: dict) -> list[Place]:
    around = ((7, 13), (9, 0), (-7, -13), (-9, 0), (7, -13), (-7, 13))
    return [(row["log10_flop"], "left" if dx > 0 else "right", dx, dy) for dx, dy in around]


def _words(rows: list[dict], x, y, **style: Any) -> alt.Chart:
    """Words, each in its place."""
    place: dict[str, Any] = {key: alt.ExprRef(f"datum.{key}") for key in ("align", "dx", "dy")}
    return layer(rows, "text", x, y, text="label", fontSize=12, **place, **style)


def _gains(arrows: list[dict], colour: str, x, y) -> list[alt.Chart]:
    """The line of each gain, as far as it was observed, and dotted beyond; its marks by status."""
    lines, marks = [], []
    for arrow in arrows:
        seen, parts = arrow["floor"], [arrow]
        if seen is not None:
            parts = [arrow | {"to": seen, "status": "bound"}, arrow | {"log10_flop": seen}]
        lines += parts
        marks += [part | {"log10_flop": part["to"]} for part in parts]
    layers = []
    for status, (shape, filled) in ENDS.items():
        if some := [line for line in lines if line["status"] == status]:
            dash = {"strokeWidth": 2, "strokeDash": DASHES[status]}
            layers.append(layer(some, "rule", x, alt.X2("to:Q"), y, color=colour, **dash))
        if some := [mark for mark in marks if mark["status"] == status]:
            end = {"shape": shape, "filled": filled, "opacity": 1, "strokeWidth": 2}
            size = 40 if status == "interpolated" else 75
            layers.append(layer(some, "point", x, y, color=colour, size=size, **end))
    return layers


def _arrow(case: Case, estimate: Estimate) -> dict | None:
    """From the enhanced point to C' or to the model that bounds it, in log10 FLOP, with the gain in words."""
    ratio = estimate.ceg or estimate.lower_bound
    if ratio is None:
        return None
    start = math.log10(case.enhanced.point.flop)
    seen = estimate.lower_bound if estimate.status == "extrapolated" else None
    return {
        "comparison": estimate.comparison,
        "status": estimate.status,
        "log10_flop": round(start, 6),
        "to": round(start + math.log10(ratio), 6),
        "floor": round(start + math.log10(seen), 6) if seen else None,
        "score": float(case.enhanced.result.score),
        "says": plainly(estimate),
    }


def _said(analysis: Analysis, title: str, group: Group) -> str:
    first = group[0][0]
    evidence = analysis.evidence
    unit = evidence.benchmarks[first.enhanced.result.benchmark].unit
    family = ", ".join(f"{s.model.model} {s.result.score!r}" for s in first.baselines)
    enhanced = "; ".join(
        f"{case.enhanced.model.model} with {evidence.enhancements[case.comparison.enhancement].name} "
        f"{case.enhanced.result.score!r}, CEG {wording.ceg(estimate)}"
        for case, estimate in group
    )
    return (
        f"{title}, score ({unit}) against training compute. Without the enhancement: {family}. "
        f"With it: {enhanced}."
    )
