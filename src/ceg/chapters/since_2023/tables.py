"""The enhancements since 2023 in tables: gains and costs, those without an estimate, the statements."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.chapters.since_2023 import model as since
from ceg.chapters.since_2023.charts import span
from ceg.estimator.gain import Estimate
from ceg.exhibits.columns import CEG, ONE_TIME, RUNTIME, measured_on
from ceg.multiverse import conclusions
from ceg.multiverse import survey as multiverse
from ceg.multiverse.survey import Multiverse
from ceg.prose import wording
from ceg.survey import survey
from ceg.survey.survey import Entry
from sphinx_fresh.show import Column, Table


def each(analysis: Analysis, entries: Sequence[Entry], *, name: str, caption: str) -> Table:
    """A row an enhancement with comparisons: headline, range, median, costs with their grade.

    And what it borrows.
    """
    columns = [
        Column("name", "Enhancement"),
        replace(CEG, label="CEG, headline"),
        Column(
            "sure", "90% interval", "right", "of a value; of a bound: the probability that its lead is real"
        ),
        Column("most", "At most", "right", "the greatest lower bound that the headline's family could show"),
        Column("status", "Status, flags"),
        Column("on", "Headline comparison"),
        Column("all", "All comparisons", "left", "those that say something: number, range, median"),
        ONE_TIME,
        RUNTIME,
        Column(
            "teacher",
            "Borrows from",
            "wide",
            (
                "models whose answers or judgements it learned from or is chosen by; none of "
                "their training is counted"
            ),
        ),
    ]
    rows = []
    for entry in entries:
        e, h = entry.enhancement, entry.headline
        if h is None:
            continue
        once, runtime = since.costs(analysis, h)
        p = h.bound_probability
        lead = "lead: " + ("not known" if p is None else formatting.probability(p))
        sure = wording.within(h) or (lead if h.status == "bound" else "")
        spread, middle = wording.spread(survey.span(entry.estimates)), wording.short(entry.central)
        rows.append(
            [
                e.name,
                wording.gain_link(h),
                sure,
                formatting.times(since.room(analysis, h.comparison), 2),
                wording.status(h),
                measured_on(analysis, h),
                wording.all_link(e.enhancement, f"{len(entry.usable)}: {spread}, median {middle}"),
                formatting.graded(formatting.percent(once and once.value), once),
                formatting.graded(formatting.multiple(runtime and runtime.value), runtime),
                ", ".join(since.teachers(analysis, entry)) or "none named",
            ]
        )
    return Table(name, caption, columns, rows)


def without(entries: Sequence[Entry], *, name: str, caption: str) -> Table:
    """A row an enhancement without comparisons: what it is, and why there is no estimate."""
    columns = [
        Column("name", "Enhancement"),
        Column("category", "Category"),
        Column("what", "What it does", "wide"),
        Column("why", "Why no CEG", "wide"),
    ]
    rows = [
        [e.name, e.category, e.description, e.no_estimate_reason]
        for e in (x.enhancement for x in entries if x.headline is None)
    ]
    return Table(name, caption, columns, rows)


WAYS = {
    "headline": "the headline comparison",
    "median": "the median over all comparisons",
    "median with room": "the median over comparisons that could show it",
    "best": "its best comparison that could show it",
}
"""What can stand for an enhancement, as readers see it."""


def statements(
    analysis: Analysis, before: Sequence[Entry], after: Sequence[Entry], *, name: str, caption: str
) -> Table:
    """How many exceed each threshold, in the survey and since, by what stands for an enhancement."""
    columns = [
        Column("threshold", "Exceeds", "right"),
        Column("way", "What stands for an enhancement"),
        Column("survey", "Survey", "right"),
        Column("later", "Since", "right"),
        Column("open", "Open", "right", "since: neither above nor below for sure"),
        Column("who", "Since, those that exceed"),
    ]
    rows = []
    a = analysis.assumptions
    for x in (a.threshold_large, a.threshold_very_large):
        pairs = zip(since.readings(analysis, before, x), since.readings(analysis, after, x), strict=True)
        for old, new in pairs:
            both = (share(c.count).replace(" ", "\u00a0") for c in (old, new))
            undetermined = str(len(new.count.undetermined))
            rows.append([f"{x:g}x", WAYS[new.name], *both, undetermined, _who(new.count)])
    return Table(name, caption, columns, rows)


def _who(count: survey.Count) -> str:
    """Who exceeds, or who of the estimated does not, whichever is shorter."""
    others = [n for n in count.estimated if n not in count.exceed]
    some = others if len(others) < len(count.exceed) else count.exceed
    named = formatting.listed([n.partition(" (")[0] for n in some])
    return (f"all but {named}" if named else "all") if some is others else named or "none"


def share(count: survey.Count) -> str:
    """8 of 12."""
    return f"{len(count.exceed)} of {len(count.estimated)}"


def specifications(made: Multiverse, *, name: str, caption: str) -> Table:
    """In how many specifications each statement holds, is open and fails.

    By what stands for an enhancement.
    """
    columns = [
        Column("statement", "Statement"),
        Column("way", "What stands for an enhancement"),
        *(Column(w, w.capitalize(), "right") for w in conclusions.SHARES),
    ]
    factor = made.factors[-1]
    rows = [
        [
            c.short,
            factor.label(level),
            *(formatting.part(c.share(word, **{factor.name: level})) for word in conclusions.SHARES),
        ]
        for c in multiverse.concluded(made)[:2]
        for level in range(len(factor.levels))
    ]
    return Table(name, caption, columns, rows)


def rooms(classes: Sequence[since.Class], *, name: str, caption: str) -> Table:
    """A row a class of room: how many comparisons end in each outcome.

    With the share without a value inside the family.
    """
    columns = [
        Column("room", "Biggest plain model against the enhanced one"),
        Column("n", "Comparisons", "right"),
        *(Column(o.replace(" ", "_"), o, "right") for o in since.OUTCOMES),
        Column("censored", "No value inside", "right", "extrapolated, a bound, or no number"),
    ]
    rows = [
        [span(c), str(c.size), *(str(c.outcomes[o]) for o in since.OUTCOMES), formatting.part(c.censored)]
        for c in classes
        if c.size
    ]
    return Table(name, caption, columns, rows)


def by_domain(found: Sequence[since.Row], of: Callable[[list[Estimate]], int], *, zeros: bool = True) -> str:
    """In how many comparisons of each domain something is so, the greatest share first.

    In words: mathematics (9 of 15), code (1 of 3).

    Of those on baselines that rise. zeros: whether domains are named in which it is in none.
    """
    every: dict[str, list[Estimate]] = {}
    for row in found:
        every.setdefault(row.domain, []).extend(filter(since.rises, row.estimates.values()))
    counts = sorted(
        ((of(some), len(some), d) for d, some in every.items() if some), key=lambda c: (-c[0] / c[1], c[2])
    )
    return formatting.listed([f"{d} ({k} of {n})" for k, n, d in counts if k or zeros]) or "none"
