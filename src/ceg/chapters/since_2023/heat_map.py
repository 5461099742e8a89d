"""The gain of one enhancement on every benchmark and model, as a heat map."""

import math
from collections.abc import Iterable, Mapping, Sequence

import altair as alt

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.chapters.since_2023 import model as since
from ceg.chapters.since_2023.model import Row
from ceg.estimator.gain import Estimate
from ceg.exhibits.columns import numbers
from ceg.exhibits.marks_and_axes import layer, of_panels, tips
from ceg.exhibits.theme import INK, MUTED, PAPER, RULE, theme
from ceg.prose import wording
from ceg.survey import survey
from sphinx_fresh.show import Figure

TONES = (  # up to, fill, ink; the site's style has the fills for dark pages
    (0.2, "#9c4a00", PAPER),
    (0.5, "#f0a850", INK),
    (1 / 1.1, "#fbe3c4", INK),
    (1.1, "#e8eaed", INK),
    (2, "#d6e8f5", INK),
    (5, "#9ccbe8", INK),
    (20, "#5aa5d6", INK),
    (math.inf, "#0b4f85", PAPER),
)
"""Loss in browns, no change in grey, gain in blues; steps at even ratios."""

NONE, STEP = "–", 30
OUTCOME = ("status", "ceg", "lower_bound", "upper_bound", "flags", "comparison")
COLUMNS = ("part", "domain", "benchmark", "model", "cell", "extrapolated", *OUTCOME)
"""What the data of the heat map have; of them, what an estimate gives."""


def cell(estimate: Estimate) -> tuple[str, str]:
    """What stands in a cell, without the x: what is known for sure, and the extrapolation after a ~.

    Either may be empty.
    """
    e = estimate
    if e.status not in survey.SAYING:
        return NONE, ""
    if e.status == "interpolated":
        return formatting.significant(e.ceg), ""
    low, high = e.lower_bound, e.upper_bound
    if low and high:
        sure = f"{formatting.rounded_down(low, 2)}–{formatting.rounded_up(high, 2)}"
    elif low or high:
        sure = f"≥{formatting.rounded_down(low, 2)}" if low else f"≤{formatting.rounded_up(high, 2)}"
    else:
        sure = ""
    return sure, f"~{formatting.significant(e.ceg)}" if e.status == "extrapolated" else ""


def tone(estimate: Estimate) -> tuple[str, str]:
    """Fill and ink of a cell: those of the number on top in it, the bound where there is one."""
    return next((fill, ink) for up_to, fill, ink in TONES if since.sure(estimate) <= up_to)


def exported(estimate: Estimate) -> list[object]:
    """What the data have of an estimate: ``OUTCOME``."""
    return [estimate.status, *numbers(estimate), " ".join(estimate.flags), estimate.comparison]


def heat(
    analysis: Analysis, parts: Mapping[str, Sequence[Row]], models: Sequence[str], **figure: object
) -> Figure:
    """A panel a part: benchmarks down, by domain, models across, the gain written in every cell.

    models: in order of compute.

    The panels are of the same benchmarks, in the order of the first. On flat baselines, where a gain means
    little, a cell has no fill.
    """
    ev, specs, rows = analysis.evidence, [], []
    sizes = {m: m.rpartition(" ")[2] for m in models}
    first = [r.benchmark.benchmark for r in next(iter(parts.values()))]
    for title, found in parts.items():
        order, cells = [], []
        for row in sorted(found, key=lambda r: first.index(r.benchmark.benchmark)):
            order += [d for d in [row.domain] if d not in order] + [row.benchmark.name]
            for model, e in row.estimates.items():
                sure, more = cell(e)
                score = ev.results[ev.comparisons[e.comparison].enhanced].score
                fill, ink = tone(e) if e.status in survey.SAYING and since.rises(e) else (None, MUTED)
                cells.append(
                    {
                        "benchmark": row.benchmark.name,
                        "model": model,
                        "size": sizes[model],
                        "fill": fill,
                        "ink": ink,
                        "sure": sure,
                        "more": more,
                        "says": wording.ceg(e),
                        "score": f"{score:g} {row.benchmark.unit}",
                        "noted": since.noted(e),
                        **provenance.of_comparison(analysis, e.comparison),
                    }
                )
                rows.append([title, row.domain, row.benchmark.name, model, sure, more, *exported(e)])
        chart = _cells(cells, order, {r.domain for r in found}, list(sizes.values()))
        chart = chart.properties(title=title) if len(parts) > 1 else chart
        specs.append(theme(chart, STEP * len(order), described(title, found)))
    sources = provenance.behind(analysis, [r[-1] for r in rows])
    return of_panels(specs, COLUMNS, rows, sources=sources, **figure)


BENCHMARK = ("benchmark=benchmark", "model=model", "says=CEG")
HOW_KNOWN = ("noted=flags", "source=source", "provenance=provenance")
"""What a tooltip begins and ends with."""


def _cells(cells: list[dict], order: list[str], domains: Iterable[str], sizes: list[str]) -> alt.LayerChart:
    x = alt.X(
        "size:N",
        title=None,
        sort=sizes,
        scale=alt.Scale(domain=sizes, paddingInner=0.05, paddingOuter=0.02),
        axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False, grid=False),
    )
    y = headed("benchmark:N", order, domains, paddingInner=0.07, paddingOuter=0.02)
    shown = tips(*BENCHMARK, "score=score with it", *HOW_KNOWN)
    filled, empty = [c for c in cells if c["fill"]], [c for c in cells if not c["fill"]]

    def bare(some: Sequence[dict], *keys: str) -> list[dict]:
        return [{k: c[k] for k in ("benchmark", "size", *keys)} for c in some]

    layers = [layer(bare(filled, "fill"), "rect", x, y, alt.Fill("fill:N", scale=None))] if filled else []
    if empty:
        layers.append(layer(bare(empty), "rect", x, y, fill="transparent", stroke=RULE, strokeDash=[3, 3]))
    pairs = [c for c in cells if c["sure"] and c["more"]]
    for some, key, style in (
        ([c for c in cells if c["sure"] and not c["more"]], "sure", {}),
        (pairs, "sure", {"dy": -6}),
        (pairs, "more", {"dy": 7, "fontStyle": "italic"}),
        ([c for c in cells if not c["sure"]], "more", {"fontStyle": "italic"}),
    ):
        if some:
            ink, style = alt.Color("ink:N", scale=None), {"fontSize": 12, "baseline": "middle", **style}
            layers.append(layer(bare(some, "ink", key), "text", x, y, ink, text=key, **style))
    said = [{k: v for k, v in c.items() if k not in ("fill", "ink", "sure", "more")} for c in cells]
    on_top = layer(said, "rect", x, y, tooltip=shown, fill="transparent")  # so that all of a cell answers
    return alt.layer(*layers, on_top)


def headed(field: str, order: Sequence[str], heads: Iterable[str], limit: int = 150, **scale: float) -> alt.Y:
    """Names down the side in order, those of ``heads`` as headings of what follows."""
    is_head = f"indexof({sorted(heads)!r}, datum.value) >= 0"
    axis = alt.Axis(
        ticks=False,
        domain=False,
        grid=False,
        labelPadding=6,
        labelLimit=limit,
        labelFontWeight={"condition": {"test": is_head, "value": "bold"}, "value": "normal"},
        labelColor={"condition": {"test": is_head, "value": MUTED}, "value": INK},
    )
    return alt.Y(field, title=None, sort=list(order), scale=alt.Scale(domain=list(order), **scale), axis=axis)


def described(title: str, found: Sequence[Row]) -> str:
    """A panel of the heat map read aloud."""
    said = "; ".join(
        f"{r.benchmark.name} ({r.domain}): "
        + ", ".join(f"{m} {wording.ceg(e)}" for m, e in r.estimates.items())
        for r in found
    )
    return f"{title}, gain by benchmark and model. {said}."
