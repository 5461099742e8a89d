"""A section for each enhancement that ``ceg add`` wrote, made from its rows by one template."""

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.exhibits import scores_against_compute
from ceg.exhibits.tables import CEG, ONE_TIME, RUNTIME
from ceg.prose import wording
from ceg.survey import survey
from ceg.survey.survey import Entry
from sphinx_fresh.show import Column, Figure, Section, Sections, Table, show

PANELS = 6
"""Benchmarks that a section draws at most; its table has all."""

GAP = 0.07
"""Least distance of two enhanced scores in a panel, as a share of its range.

Labels of closer ones would overlap.
"""

QUANTITY = {"one_time_fraction": "One-time cost", "runtime_multiple": "Runtime"}


def sections(analysis: Analysis) -> Sections:
    """The added enhancements, in the order of the file."""
    return Sections(
        [Section(f"added-{_id(e)}", e.enhancement.name, _parts(analysis, e)) for e in survey.added(analysis)]
    )


def summary(analysis: Analysis) -> str:
    """How many enhancements are added, in a sentence without its full stop; plain text."""
    found = [e.enhancement.name for e in survey.added(analysis)]
    if not found:
        return "No enhancement is added: this book shows what it came with"
    how_many = "One enhancement is" if len(found) == 1 else f"{len(found)} enhancements are"
    return f"{how_many} added to what this book came with: {formatting.listed(found)}"


def figure(analysis: Analysis, entry: Entry, name: str = "") -> Figure | None:
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
        name=name or f"fig-added-{_id(entry)}",
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


def table(analysis: Analysis, entry: Entry, name: str = "", linked: bool = False) -> Table:
    """Every comparison of an added enhancement: what was measured, the CEG, the costs.

    linked: the book has the workings.
    """
    ev = analysis.evidence
    rows = []
    for e in entry.estimates:
        enhanced = ev.results[ev.comparisons[e.comparison].enhanced]
        said = [*(["headline"] if e.headline else []), e.status, *e.flags]
        rows.append(
            [
                ev.benchmarks[enhanced.benchmark].name,
                enhanced.model,
                str(enhanced.score),
                wording.gain_link(e) if linked else wording.ceg(e),
                ", ".join(said).replace("_", " ").replace("-", " "),
                formatting.percent(e.one_time_fraction),
                formatting.multiple(e.runtime_multiple),
            ]
        )
    columns = [
        Column("benchmark", "Benchmark"),
        Column("model", "Model"),
        Column("score", "Score with it", "right"),
        CEG,
        Column("status", "Status"),
        ONE_TIME,
        RUNTIME,
    ]
    caption = f"Every comparison of {formatting.literal(entry.enhancement.name)}."
    return Table(name or f"tbl-added-{_id(entry)}", caption, columns, rows)


def _id(entry: Entry) -> str:
    return entry.enhancement.enhancement


def _parts(analysis: Analysis, entry: Entry) -> list[str | Figure | Table]:
    """The finding, what it is, the figure, the comparisons, what it costs and leaves out."""
    ev, e, h = analysis.evidence, entry.enhancement, entry.headline
    costs = {i: ev.costs[i] for c in ev.of(_id(entry)) for i in (c.one_time_cost, c.runtime_cost) if i}
    scores = dict.fromkeys(ev.results[i] for c in ev.of(_id(entry)) for i in (c.enhanced, *c.baseline))
    notes = [
        *(f"Scores: {ev.sources[r.source].label}, {r.locator} ({r.provenance})." for r in scores),
        *(
            (
                f"{QUANTITY[c.quantity]} with {c.model or 'any model'}: {c.formula} = "
                f"{formatting.significant(c.value, 3)}, with {c.inputs} "
                f"({ev.sources[c.source].label}, {c.locator}). {c.boundary or ''}"
            )
            for c in costs.values()
        ),
        *(f"Headline: {c.headline_reason}" for c in ev.of(_id(entry)) if c.role == "headline"),
        *(n for n in (e.note, *(c.note for c in ev.of(_id(entry))), *(c.note for c in costs.values())) if n),
    ]
    parts = [
        _finding(analysis, entry),
        (
            f"{formatting.literal(e.description.strip())} "
            f"{formatting.literal(e.category.capitalize())}, {e.year}: {{cite:t}}`{e.source}`."
        ),
        figure(analysis, entry),
        table(analysis, entry, linked=True) if entry.estimates else None,
        "\n".join(f"- {formatting.literal(n.strip())}" for n in dict.fromkeys(notes)) if notes else None,
        "" if h else f"No headline: {formatting.literal(e.no_estimate_reason or 'no comparison is one')}",
    ]
    return [p for p in parts if p]


def _finding(analysis: Analysis, entry: Entry) -> str:
    h, name = entry.headline, formatting.literal(entry.enhancement.name)
    if h is None:
        return f"**{name} has no headline estimate.**"
    enhanced = analysis.evidence.results[analysis.evidence.comparisons[h.comparison].enhanced]
    where = formatting.literal(f"{analysis.evidence.benchmarks[enhanced.benchmark].name}, {enhanced.model}")
    said = f"**{name}: {wording.sure(h)} on {where}** ({formatting.literal(h.status.replace('-', ' '))})."
    if len(entry.usable) > 1:
        said += (
            f" Over its {len(entry.usable)} comparisons with a number: "
            f"{wording.spread(survey.span(entry.estimates))}"
        )
        said += f", median {wording.short(entry.central)}." if len(entry.usable) > 2 else "."
    costs = {
        "once": formatting.percent(h.one_time_fraction),
        "at each answer": formatting.multiple(h.runtime_multiple),
    }
    return (
        said
        + " Cost "
        + ", ".join(f"{when}: {formatting.literal(cost)}" for when, cost in costs.items())
        + "."
    )
