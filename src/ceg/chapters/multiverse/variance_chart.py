"""How much of the variance of each result each choice makes up."""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np

from ceg import formatting
from ceg.chapters.multiverse.specification_curves import MATTERS
from ceg.exhibits.marks_and_axes import layer, of_panels
from ceg.exhibits.theme import CATEGORY, INK, theme
from ceg.multiverse.survey import Multiverse, moved
from sphinx_fresh.show import Figure


def variance(multiverse: Multiverse, **figure: object) -> Figure:
    """Enhancement by choice: the total share of a choice in the variance of the number and of the verdict."""
    ev = multiverse.analysis.evidence
    threshold = multiverse.analysis.assumptions.threshold_large
    factors = multiverse.factors[:-1]
    found = moved(multiverse, threshold)
    titles = {
        "number": "What moves the number (%)",
        "verdict": f"What moves whether it exceeds {threshold:g}x (%)",
    }
    rows = []
    for key, both in found.items():
        for what, (first, total) in both.items():
            for i, f in enumerate(factors):
                if not np.isnan(total[i]):
                    both_shares = (formatting.six(round(float(s[i]), 6)) for s in (first, total))
                    rows.append([key, what, f.title, *both_shares])
    used = [f.title for f in factors if any(r[2] == f.title and r[4] >= MATTERS for r in rows)]
    specs = [_heat(titles[w], [r for r in rows if r[1] == w], used, found, ev.enhancements) for w in titles]
    columns = ["enhancement", "what", "choice", "first_order", "total"]
    return of_panels(specs, columns, rows, panel="large", **figure)


def _heat(
    title: str, rows: Sequence[Sequence], used: Sequence[str], keys: Mapping, enhancements: Mapping
) -> dict:
    order = [enhancements[k].name for k in keys]
    cells = [
        {"enhancement": enhancements[r[0]].name, "choice": r[2], "total": r[4], "label": f"{100 * r[4]:.0f}"}
        for r in rows
        if r[2] in used and r[4] >= MATTERS
    ]
    still = [n for n in order if n not in {enhancements[r[0]].name for r in rows}]
    cells += [{"enhancement": n, "choice": used[0], "total": 0.0, "label": "–"} for n in still]
    bare = {"domain": False, "ticks": False}
    x = alt.X(
        "choice:N",
        sort=list(used),
        title=None,
        scale=alt.Scale(domain=list(used)),
        axis=alt.Axis(orient="top", labelAngle=-40, labelLimit=120, labelFontSize=12, **bare),
    )
    names, scale = alt.Axis(labelLimit=135, **bare), alt.Scale(domain=order)
    y = alt.Y("enhancement:N", sort=order, title=None, scale=scale, axis=names)
    shade = alt.Opacity("total:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 0.6], clamp=True), legend=None)
    layers = [
        layer(cells, "rect", x, y, shade, color=CATEGORY["tool use"]),
        layer(cells, "text", x, y, text="label", fontSize=12, color=INK),
    ]
    said = "; ".join(f"{c['enhancement']}, {c['choice']}: {c['label']}" for c in cells if c["label"] != "–")
    constant = f" Nothing changes it for {formatting.listed(still)}." if still else ""
    chart = alt.layer(*layers).properties(title=title)
    return theme(chart, 24 * len(order), f"{title}. {said}.{constant}")
