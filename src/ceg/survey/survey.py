"""What can be said of the surveyed enhancements together, with every denominator named."""

import math
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ceg.analysis import analysis as analyses
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, Estimate, exceeds
from ceg.evidence.rows import Enhancement
from ceg.evidence.tables import LATER


@dataclass(frozen=True)
class Entry:
    """One enhancement: its row, its headline estimate with intervals, and the estimates of its comparisons.

    - headline: None if there is none
    - estimates: of all comparisons, without intervals
    - headline_reason: why the headline comparison is that one
    - contested: why this book itself doubts what the headline comparison shows; None where it does not
    """

    enhancement: Enhancement
    headline: Estimate | None
    estimates: tuple[Estimate, ...]
    headline_reason: str = ""
    contested: str | None = None

    @property
    def chosen_to_match(self) -> bool:
        """Whether the headline is the comparison whose arithmetic matches the paper's value."""
        return bool(re.match(r"(headline )?rules? \(?1\b", self.headline_reason, re.IGNORECASE))

    @property
    def central(self) -> Estimate | None:
        """The median over all comparisons that say something, as an estimate; see ``median``."""
        return median(self.estimates)

    @property
    def usable(self) -> tuple[Estimate, ...]:
        """The estimates that say something: a point or a bound."""
        return tuple(e for e in self.estimates if e.status in SAYING)


@dataclass(frozen=True)
class Count:
    """Of ``surveyed`` enhancements ``estimated`` have an estimate; of these ``exceed`` do, ``fail`` do not.

    The rest is undetermined. ``by_bound``: those of ``exceed`` whose observed lower bound is above the
    threshold too, so that no curve between two models, or beyond them, is needed to say so.
    """

    threshold: float
    surveyed: tuple[str, ...]
    estimated: tuple[str, ...]
    exceed: tuple[str, ...]
    by_bound: tuple[str, ...]
    fail: tuple[str, ...]

    @property
    def undetermined(self) -> tuple[str, ...]:
        """Estimated, but neither above nor below for sure."""
        return tuple(n for n in self.estimated if n not in (*self.exceed, *self.fail))

    @property
    def share(self) -> str:
        """How many of those with an estimate exceed: 8 of 12."""
        return f"{len(self.exceed)} of {len(self.estimated)}"


def entries(analysis: Analysis, in_survey: bool = True) -> list[Entry]:
    """The enhancements of the paper's survey (or the book's others of its years), in the order of the file.

    Those that ``ceg add`` wrote are never among them.
    """
    own = (e for e in analysis.evidence.enhancements.values() if not e.added and e.section != LATER)
    return _entries(analysis, [e for e in own if e.in_survey == in_survey])


def later(analysis: Analysis) -> list[Entry]:
    """The enhancements that came after the survey, in the order of the file.

    They are in no total of the survey, and in no table of its chapters.
    """
    return _entries(analysis, [e for e in analysis.evidence.enhancements.values() if e.section == LATER])


def prepare() -> None:
    """Work out the survey's entries, for the chapters that this process is about to be forked for."""
    entries(analyses.open(enhancements="survey"))


def added(analysis: Analysis) -> list[Entry]:
    """The enhancements that ``ceg add`` wrote, in the order of the file: in no total of the survey."""
    return _entries(analysis, [e for e in analysis.evidence.enhancements.values() if e.added])


def shown(analysis: Analysis) -> list[Entry]:
    """The enhancements that Figure 2 and Table 2 show: the survey's, then those added."""
    return [*entries(analysis), *added(analysis)]


def _entries(analysis: Analysis, rows: Iterable[Enhancement]) -> list[Entry]:
    return [entry(analysis, row.enhancement) for row in rows]


def entry(analysis: Analysis, enhancement: str) -> Entry:
    """An enhancement with its estimates and their intervals, worked out once."""
    return analysis.once("entry", enhancement, make=partial(_entry, analysis, enhancement), by_value=True)


def _entry(analysis: Analysis, enhancement: str) -> Entry:
    from ceg.uncertainty import intervals

    estimates = tuple(analysis.estimate_all(enhancement))
    headline = intervals.with_intervals(analysis, [e for e in estimates if e.headline])
    row = analysis.evidence.enhancements[enhancement]
    if not headline:
        return Entry(row, None, estimates)
    stands = analysis.evidence.comparisons[headline[0].comparison_id]
    return Entry(row, headline[0], estimates, stands.headline_reason or "", stands.contested)


def headlines(analysis: Analysis, with_later: bool = False) -> list[tuple[Enhancement, Estimate | None]]:
    """The enhancements that are shown, each with its headline and its interval."""
    from ceg.uncertainty import intervals

    every = analysis.evidence.enhancements.values()
    rows = [row for row in every if row.in_survey and not row.added] + [row for row in every if row.added]
    rows += [row for row in every if row.section == LATER] if with_later else []
    found = [analysis.headline(row.enhancement) for row in rows]
    drawn = iter(intervals.with_intervals(analysis, filter(None, found)))
    return [(row, e and next(drawn)) for row, e in zip(rows, found, strict=True)]


def count(pairs: Sequence[tuple[str, Estimate | None]], threshold: float) -> Count:
    """How many of the named estimates exceed a threshold."""
    has = [(n, e) for n, e in pairs if e is not None and e.status in SAYING]
    verdicts = {n: exceeds(e, threshold) for n, e in has}
    return Count(
        threshold,
        tuple(n for n, _ in pairs),
        tuple(n for n, _ in has),
        tuple(n for n, v in verdicts.items() if v),
        tuple(n for n, e in has if verdicts[n] and (e.lower_bound or 0) >= threshold),
        tuple(n for n, v in verdicts.items() if v is False),
    )


def counted(estimate: Estimate) -> Estimate:
    """What an estimate counts for in a distribution: an extrapolated one for its bound, where it has one."""
    if estimate.status == "extrapolated" and (estimate.lower_bound or estimate.upper_bound):
        return replace(estimate, status="bound", ceg=None)
    return estimate


def median(estimates: Sequence[Estimate]) -> Estimate | None:
    """The (lower) median CEG of several comparisons, as an estimate of its own; None without numbers.

    It is a point, or the bracket in which bounds leave it, by the scores as they are printed: it has no
    interval, and counts by what it says. Its ends are the medians of what each comparison says at least and
    at most; on a flat baseline a lower bound says nothing.
    """
    said = [e for e in estimates if e.status in SAYING]
    if not said:
        return None
    low = statistics.median_low(e.ceg or _at_least(e) for e in said)
    high = statistics.median_low(e.ceg or e.upper_bound or math.inf for e in said)
    lower, upper = low or None, high if math.isfinite(high) else None
    counts = {"count_low": lower, "count_high": upper, "n_baseline": len(said)}
    if low == high:
        return Estimate(status="interpolated", ceg=low, **counts)
    status = "bound" if lower or upper else "not-meaningful"
    return Estimate(status=status, lower_bound=lower, upper_bound=upper, **counts)


def _at_least(estimate: Estimate) -> float:
    return 0.0 if "flat_baseline" in estimate.flags else estimate.lower_bound or 0.0


def span(estimates: Sequence[Estimate]) -> tuple[Estimate, Estimate] | None:
    """The estimates with the least and the greatest value (points, else bounds); None if there is none."""
    said = [e for e in estimates if e.status in SAYING]
    said.sort(key=lambda e: e.ceg or e.lower_bound or e.upper_bound or 0.0)
    return (said[0], said[-1]) if said else None
