"""How sure the headlines are: which error does how much, and how probable each count is."""

import math
from collections.abc import Mapping, Sequence

import altair as alt

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.exhibits.marks_and_axes import axis, layer, of_panels, tips
from ceg.exhibits.theme import CATEGORY, INK, MUTED, theme
from ceg.prose import wording
from ceg.survey import survey
from ceg.survey.chances import SOURCES, Chances, Stability, Width
from ceg.uncertainty import intervals
from sphinx_fresh.show import Column, Figure, Table


def sources(analysis: Analysis, widths: Sequence[Width], **figure: object) -> Figure:
    """A panel a headline: how wide its 90% interval is with all errors, and without each source in turn."""
    named = {"": "all errors"} | {s: f"without {s}" for s in SOURCES}
    ev, specs = analysis.evidence, []
    widest = max((w.oom for w in widths if math.isfinite(w.oom)), default=1.0) * 1.25
    for key in dict.fromkeys(w.enhancement for w in widths):
        row = ev.enhancements[key]
        rows = [
            {
                "of": named[w.without],
                "oom": round(min(w.oom, widest), 4),
                "all": not w.without,
                "label": f"{w.oom:.2f}" if math.isfinite(w.oom) else "open",
                "interval": formatting.interval(w.low, w.high),
            }
            for w in widths
            if w.enhancement == key
        ]
        x = axis(alt.X, "oom", "width (powers of ten)", (0, widest * 1.2), tickCount=4, grid=False)
        y = alt.Y(
            "of:N",
            title=None,
            sort=list(named.values()),
            axis=alt.Axis(ticks=False, domain=False, labelPadding=6),
        )
        shown = tips("of=errors", "interval")
        colour = CATEGORY[row.category]
        whole, without = ([r for r in rows if r["all"] is every] for every in (True, False))
        chart = alt.layer(
            layer(whole, "bar", x, y, tooltip=shown, color=colour, height=13),
            layer(without, "bar", x, y, tooltip=shown, color=colour, opacity=0.5, height=13),
            layer(rows, "text", x, y, text="label", align="left", dx=5, fontSize=12, color=INK),
        ).properties(title=row.name)
        said = "; ".join(f"{r['of']} {r['interval']}" for r in rows)
        specs.append(theme(chart, 24 * len(rows), f"{row.name}, 90% interval with {said}."))
    return of_panels(
        specs,
        ["enhancement", "without", "low", "high", "powers_of_ten"],
        [
            [w.enhancement, w.without, w.low, w.high, formatting.six(w.oom) if math.isfinite(w.oom) else None]
            for w in widths
        ],
        panel="medium",
        **figure,
    )


def counts(chances: Sequence[Chances], counted: Sequence[int], **figure: object) -> Figure:
    """The probability of every number of enhancements that exceed a threshold, a panel each.

    counted: the number that the book counts as exceeding it.
    """
    specs = []
    for c, n in zip(chances, counted, strict=True):
        rows = [{"n": i, "p": p, "label": _short(p)} for i, p in enumerate(c.count)]
        x = alt.X(
            "n:O",
            title=f"how many of {len(c.estimated)} exceed {c.threshold:g}x",
            axis=alt.Axis(labelAngle=0, ticks=False),
        )
        y = alt.Y(
            "p:Q",
            title="probability",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(values=[0, 0.5, 1], grid=False),
        )
        likely = [r for r in rows if r["p"] >= 0.005]
        chart = alt.layer(
            layer(rows, "bar", x, y, color=MUTED),
            layer([r for r in rows if r["n"] == n], "bar", x, y, color=CATEGORY["tool use"]),
            layer(likely, "text", x, y, text="label", dy=-7, fontSize=12, color=INK),
        ).properties(title=f"{n} are counted above {c.threshold:g}x")
        said = "; ".join(f"{r['n']}: {formatting.part(r['p'])}" for r in likely)
        described = (
            f"Probability of each number of enhancements above {c.threshold:g}x, of "
            f"{len(c.estimated)}. {said}."
        )
        specs.append(theme(chart, 190, described))
    return of_panels(
        specs,
        ["threshold", "exceed", "probability"],
        [[c.threshold, i, formatting.six(p)] for c in chances for i, p in enumerate(c.count)],
        panel="medium",
        **figure,
    )


def _short(p: float) -> str:
    return f"{p:.2f}" if p >= 0.01 else "<0.01"


def each(
    analysis: Analysis,
    headlines: Sequence[Estimate],
    chances: Sequence[Chances],
    stable: Mapping[str, Stability],
    *,
    name: str,
    caption: str,
) -> Table:
    """A row a headline: what is known of it, how it is counted, its probability to exceed each threshold."""
    columns = [
        Column("name", "Enhancement"),
        Column("ceg", "CEG", "right"),
        Column("within", "90% interval", "right"),
        Column(
            "bound", "Lead real", "right", "probability that the bigger model of the bound is truly beaten"
        ),
        Column(
            "sure",
            "Bound at 0.95",
            "right",
            "the largest lower bound of which that probability is at least 0.95",
        ),
        Column("stable", "Status stable in", "right", "of the draws, with whether the baseline is flat"),
        *(
            Column(
                f"over_{c.threshold:g}",
                f"Exceeds {c.threshold:g}x",
                "right",
                "probability; nothing beyond a bound is counted",
            )
            for c in chances
        ),
    ]
    rows = []
    for e in headlines:
        if e.status not in survey.SAYING:
            continue
        flat = e.ceg is None and "flat_baseline" in e.flags
        p = e.bound_probability
        unknown = e.status == "bound" and bool(e.lower_bound) and p is None
        provided = ", if the lead is real" if unknown else ""
        lead = "" if p is None else formatting.probability(p) + (", partial" if e.partial else "")
        no_bound = "" if p is None else "none"
        sure = formatting.at_least(e.sure_bound) if e.sure_bound else "not known" if unknown else no_bound
        rows.append(
            [
                analysis.evidence.enhancements[e.enhancement].name,
                wording.gain_link(e),
                wording.within(e),
                "not known" if unknown else lead,
                sure,
                formatting.part(stable[e.enhancement].same),
                *(
                    "flat baseline" if flat else _likely(c.each[c.estimated.index(e.enhancement)]) + provided
                    for c in chances
                ),
            ]
        )
    return Table(name, caption, columns, rows, note=_pools(analysis, headlines))


def _pools(analysis: Analysis, headlines: Sequence[Estimate]) -> str:
    """What the scatter of each point was estimated from."""
    said = []
    for e in headlines:
        if e.ceg is not None:
            spread = intervals.uncertain(analysis, e.comparison).spread
            families = "1 family" if spread.families == 1 else f"{spread.families} families"
            said.append(f"{analysis.evidence.enhancements[e.enhancement].name} {families}, {spread.dof}")
    head = "Scatter estimated from so many families, with so many degrees of freedom"
    return f"{head}: {'; '.join(said)}." if said else ""


def _likely(p: float) -> str:
    return "under 0.01" if p < 0.01 else formatting.probability(p)
