"""An enhancement that ``ceg add`` would write: its scores drawn, its comparisons in a table."""

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.exhibits import scores_against_compute
from ceg.exhibits.tables import ANSWER, BEST, FLAGS, LEAST, ONE_TIME, STATUSES, gain_cells
from ceg.survey.survey import Entry
from sphinx_fresh.show import Column, Figure, Table, show

PANELS = 6
"""Benchmarks that a section draws at most; its table has all."""

GAP = 0.07
"""Least distance of two enhanced scores in a panel, as a share of its range.

Labels of closer ones would overlap.
"""


def figure(analysis: Analysis, entry: Entry, name: str) -> Figure | None:
    """Score against training compute on the headline's benchmark and up to five more.

    None without a usable comparison.
    """
    ev = analysis.evidence
    drawn = sorted((e for e in entry.estimates if e.status != "not-available"), key=lambda e: not e.headline)
    on = {e.comparison: ev.results[ev.comparisons[e.comparison].enhanced].benchmark for e in drawn}
    shown = list(dict.fromkeys(on.values()))[:PANELS]
    if not drawn:
        return None
    kept = [c for b in shown for c in _apart(analysis, [c for c, benchmark in on.items() if benchmark == b])]
    more = " Those not drawn, for want of room, stand in the table." if len(kept) < len(on) else ""
    draw = scores_against_compute.panels if len(shown) > 1 else scores_against_compute.against_compute
    return show(
        draw(analysis, kept),
        name=name,
        caption=f"{formatting.literal(entry.enhancement.name)}: score against training compute, with "
        f"and without it.{more}",
        panel="medium",
        numbered=False,
        **scores_against_compute.evidence(analysis, kept),
    )


def _apart(analysis: Analysis, comparisons: list[str]) -> list[str]:
    """Of comparisons on one benchmark, in order, those whose enhanced scores leave room for their labels."""
    cases = [analysis.case(c) for c in comparisons]
    scores = [float(s.result.score) for case in cases for s in (case.enhanced, *case.baselines)]
    room = GAP * (max(scores) - min(scores))
    kept: dict[str, float] = {}
    for comparison, case in zip(comparisons, cases, strict=True):
        score = float(case.enhanced.result.score)
        if all(abs(score - other) >= room for other in kept.values()):
            kept[comparison] = score
    return list(kept)


def table(analysis: Analysis, entry: Entry, name: str) -> Table:
    """Every comparison of an added enhancement: what was measured, the CEG, the costs."""
    ev = analysis.evidence
    rows = []
    for e in entry.estimates:
        enhanced = ev.results[ev.comparisons[e.comparison].enhanced]
        said = [*(["headline"] if e.headline else []), e.status, *e.flags]
        rows.append(
            [
                f"{ev.benchmarks[enhanced.benchmark].name}, {enhanced.model}",
                *gain_cells(e),
                str(enhanced.score),
                ", ".join(said).replace("_", " ").replace("-", " "),
                formatting.percent(e.one_time_fraction),
                formatting.multiple(e.runtime_multiple),
            ]
        )
    columns = [
        Column("on", "Benchmark and model"),
        LEAST,
        BEST,
        Column("score", "Score with it", "right"),
        Column("status", "Status", tags={"headline": "it stands for the enhancement"} | STATUSES | FLAGS),
        ONE_TIME,
        ANSWER,
    ]
    caption = f"Every comparison of {formatting.literal(entry.enhancement.name)}."
    return Table(name, caption, columns, rows)
