"""What the later enhancements show: gains by benchmark and model, and how much gain could be seen at all."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate, exceeds
from ceg.evidence.references import Reference
from ceg.prose import wording
from ceg.survey import survey, tasks
from ceg.survey.survey import Entry
from ceg.uncertainty import intervals

REPEATED = ("voting-instruct",)
"""Enhancements of the survey that were measured again on later models."""

ROOMS = (1.0, 2.0, 5.0, 20.0)
"""Where classes of room begin: nothing bigger (up to 1), then above each."""

OUTCOMES = ("interpolated", "extrapolated", "bound", "no number")


@dataclass(frozen=True)
class Row:
    """A benchmark with the estimates of an enhancement on it: model -> estimate, in order of compute."""

    benchmark: tuple
    estimates: Mapping[str, Estimate]

    @property
    def domain(self) -> str:
        """What the benchmark is about, as readers see it."""
        return formatting.domain(self.benchmark.domain)

    @property
    def median(self) -> Estimate | None:
        """Over the models; see ``survey.median``."""
        return survey.median(list(self.estimates.values()))


def rows(analysis: Analysis, estimates: Iterable[Estimate], models: Sequence[str] | None = None) -> list[Row]:
    """A row a benchmark, by domain; domains, and benchmarks in each, by median, greatest first.

    models: only of these.
    """
    ev, found = analysis.evidence, {}
    for e in estimates:
        r = ev.results[ev.comparisons[e.comparison].enhanced]
        if models is None or r.model in models:
            found.setdefault(r.benchmark, {})[r.model] = e
    flop = {m: ev.models[m].training_flop or 0.0 for each in found.values() for m in each}
    made = [
        Row(ev.benchmarks[b], {m: each[m] for m in sorted(each, key=flop.get)}) for b, each in found.items()
    ]
    domains = {
        r.domain: [e for other in made if other.domain == r.domain for e in other.estimates.values()]
        for r in made
    }
    return sorted(
        made,
        key=lambda r: (-rank(survey.median(domains[r.domain])), r.domain, -rank(r.median), r.benchmark.name),
    )


def rank(estimate: Estimate | None) -> float:
    """The number by which estimates are ordered: the point, else the lower bound, else the upper, else 0."""
    return 0.0 if estimate is None else estimate.ceg or estimate.lower_bound or estimate.upper_bound or 0.0


def sure(estimate: Estimate) -> float:
    """What is known of an estimate that says something: a value inside the family, else its bound."""
    if estimate.status == "interpolated":
        return estimate.ceg
    return estimate.lower_bound or estimate.upper_bound or estimate.ceg


def noted(estimate: Estimate) -> str:
    """The flags of an estimate, as a tooltip says them."""
    return ", ".join(estimate.flags).replace("_", " ") or "none"


def room(analysis: Analysis, comparison: str) -> float | None:
    """The greatest lower bound that a comparison could give.

    The biggest unenhanced model's compute over the enhanced one's.

    At most 1 where nothing bigger was scored; None where the assumptions leave the comparison out.
    """
    case = analysis.find(comparison)
    return case and max(s.point.flop for s in case.baselines) / case.enhanced.point.flop


def rises(estimate: Estimate) -> bool:
    """Whether the unenhanced scores rise with compute, as far as can be told."""
    return "flat_baseline" not in estimate.flags and estimate.status != "not-available"


def with_room(analysis: Analysis, estimates: Iterable[Estimate], threshold: float) -> list[Estimate]:
    """The estimates that could show a threshold: a family that rises and reaches so far.

    An extrapolated one counts for its bound.
    """
    return [tasks.counted(e) for e in estimates if rises(e) and room(analysis, e.comparison) >= threshold]


@dataclass(frozen=True)
class Reading:
    """How many exceed a threshold if something stands for each enhancement.

    Its headline, a median, or its best comparison.
    """

    name: str
    count: survey.Count


def readings(analysis: Analysis, entries: Sequence[Entry], threshold: float) -> list[Reading]:
    """The ways to let something stand for an enhancement.

    The last is the comparison that shows most, for what it guarantees.
    """
    has = {e.enhancement.name: e for e in entries if e.headline}
    seen = {n: with_room(analysis, e.estimates, threshold) for n, e in has.items()}
    ways = {
        "headline": {n: e.headline for n, e in has.items()},
        "median": {n: e.central for n, e in has.items()},
        "median with room": {n: survey.median(some) for n, some in seen.items()},
        "best": {n: best(some) for n, some in seen.items()},
    }
    return [Reading(name, survey.count(list(of.items()), threshold)) for name, of in ways.items()]


def best(estimates: Iterable[Estimate]) -> Estimate | None:
    """The estimate that guarantees most, bounds too unsure to count last; None without any."""
    said = [e for e in estimates if e.status in survey.SAYING]
    return max(said, key=lambda e: (not wording.unsure(e), e.ceg or e.lower_bound or 0.0), default=None)


def surely(analysis: Analysis, entries: Sequence[Entry], threshold: float) -> int:
    """How many exceed a threshold at their best comparison with the lower end of its 90% interval.

    A bound counts if it is probable.
    """
    found = (best(with_room(analysis, e.estimates, threshold)) for e in entries if e.headline)
    known = intervals.with_intervals(analysis, filter(None, found))
    return sum(
        (e.low or 0) > threshold if e.bound_probability is None else exceeds(e, threshold) is True
        for e in known
    )


@dataclass(frozen=True)
class Class:
    """The comparisons whose room lies in a class, and how many end in each outcome.

    Above ``above`` and not above ``up_to`` (None: no end).
    """

    above: float
    up_to: float | None
    outcomes: Mapping[str, int]

    @property
    def size(self) -> int:
        """Number of comparisons."""
        return sum(self.outcomes.values())

    @property
    def censored(self) -> float:
        """Share without a value inside the family: a bound, an extrapolation, or nothing."""
        return 1 - self.outcomes["interpolated"] / self.size if self.size else 0.0


def by_room(analysis: Analysis, estimates: Iterable[Estimate]) -> list[Class]:
    """The comparisons in classes of room, the least first."""
    known = [(r, e) for e in estimates if (r := room(analysis, e.comparison)) is not None]
    found = []
    for above, up_to in zip((0.0, *ROOMS), (*ROOMS, None), strict=True):
        some = Counter(outcome(e) for r, e in known if r > above and (up_to is None or r <= up_to))
        found.append(Class(above, up_to, {o: some[o] for o in OUTCOMES}))
    return found


def outcome(estimate: Estimate) -> str:
    """One of ``OUTCOMES``."""
    return estimate.status if estimate.status in OUTCOMES else "no number"


def by_model(found: Sequence[Row]) -> dict[str, list[Estimate]]:
    """Model -> its estimates over the benchmarks."""
    models = dict.fromkeys(m for r in found for m in r.estimates)
    return {m: [r.estimates[m] for r in found if m in r.estimates] for m in models}


def exceeding(estimates: Iterable[Estimate], threshold: float, *, extrapolated: bool = False) -> int:
    """How many exceed a threshold; an extrapolated one for its bound, or for its value."""
    some = estimates if extrapolated else map(tasks.counted, estimates)
    return sum(exceeds(e, threshold) is True for e in some)


def sign(analysis: Analysis, estimate: Estimate) -> int:
    """-1: the enhanced model does worse than its compute buys, 1: better, 0: neither, or a flat baseline.

    Without a point the plain scores decide: worse if one of no more compute is higher, better if one of no
    less is lower.
    """
    if not rises(estimate):
        return 0
    if estimate.ceg is not None:
        return (estimate.ceg > 1) - (estimate.ceg < 1)
    case = analysis.case(estimate.comparison)
    at, plain = case.enhanced.point, [s.point for s in case.baselines]
    if any(
        p.score > at.score if p.flop == at.flop else p.flop < at.flop and p.score >= at.score for p in plain
    ):
        return -1
    return int(
        any(
            p.score < at.score if p.flop == at.flop else p.flop > at.flop and p.score <= at.score
            for p in plain
        )
    )


def losses(analysis: Analysis, estimates: Iterable[Estimate]) -> int:
    """In how many the enhanced model does worse than its compute buys."""
    return sum(sign(analysis, e) < 0 for e in estimates)


def gains(analysis: Analysis, estimates: Iterable[Estimate]) -> int:
    """In how many it does better."""
    return sum(sign(analysis, e) > 0 for e in estimates)


def changes(analysis: Analysis, row: Row) -> list[float]:
    """By how much the enhanced scores of a benchmark differ from the plain ones of the same models.

    In its unit; better is above 0.
    """
    cases = filter(None, (analysis.find(e.comparison) for e in row.estimates.values()))
    return [
        c.enhanced.point.score - s.point.score
        for c in cases
        for s in c.baselines
        if s.model == c.enhanced.model
    ]


def published(entry: Entry, references: Mapping[str, Reference]) -> tuple[float, float]:
    """When an enhancement was first published, as years.

    The ends of the month in its arXiv number, or of its year.

    The month counts where its year is the enhancement's own; else the source at hand is a later one.
    """
    row = entry.enhancement
    source = references.get(row.source)
    number = re.search(r"arxiv\.org/abs/(\d\d)(\d\d)\.", (source and source.link) or "")
    if number and 2000 + int(number[1]) == row.year:
        start = row.year + (int(number[2]) - 1) / 12
        return start, start + 1 / 12
    return float(row.year), row.year + 1.0


def teachers(analysis: Analysis, entry: Entry) -> tuple[str, ...]:
    """The models that any comparison of an enhancement borrows from, each once."""
    return tuple(
        dict.fromkeys(t for e in entry.estimates for t in analysis.evidence.comparisons[e.comparison].teacher)
    )


def costs(analysis: Analysis, estimate: Estimate) -> tuple[tuple | None, tuple | None]:
    """The rows of the one-time cost and of the runtime of a comparison; None where not known."""
    ev = analysis.evidence
    c = ev.comparisons[estimate.comparison]
    return tuple(ev.costs[key] if key else None for key in (c.one_time_cost, c.runtime_cost))
