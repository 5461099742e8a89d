"""What the book says under one set of assumptions, result by result: what a comparison of two compares."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from ceg.analysis.analysis import Analysis
from ceg.chapters.about import reproduced
from ceg.estimator.gain import Estimate
from ceg.prose import break_even_words, wording
from ceg.survey import break_even, reported_values, survey


@dataclass(frozen=True)
class Result:
    """A result as it is compared.

    says: its value in words. members: the enhancements that a count counts.

    ``point``, ``lower``, ``upper``: CEGs; ``costs``: one-time fraction and runtime multiple. Absent is None.
    """

    kind: str
    name: str
    label: str
    status: str
    says: str
    point: float | None = None
    lower: float | None = None
    upper: float | None = None
    costs: tuple[float | None, ...] = ()
    flags: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


def results(analysis: Analysis, headlines_only: bool = False) -> dict[tuple[str, str], Result]:
    """(kind, name) -> Result.

    headlines_only: headline estimates and what is said of them, without the paper's values.
    """
    return analysis.once("results", headlines_only, make=partial(_results, analysis, headlines_only))


def _results(analysis: Analysis, headlines_only: bool) -> dict[tuple[str, str], Result]:
    rows = analysis.evidence.comparisons.values()
    found = {
        c.comparison: analysis.estimate(c.comparison)
        for c in rows
        if c.role == "headline" or not headlines_only
    }
    listed = [_estimate(analysis, e) for e in found.values()]
    listed += _conclusions(analysis, found, headlines_only)
    if not headlines_only:
        listed += [_reported(analysis, e) for e in reported_values.entries(analysis) if e.claim]
        listed += _broken_even(analysis)
    return {(r.kind, r.name): r for r in listed}


def _estimate(analysis: Analysis, e: Estimate) -> Result:
    name = analysis.evidence.enhancements[e.enhancement].name
    kind = "headline" if e.headline else "comparison"
    known = (e.ceg, e.lower_bound, e.upper_bound, (e.one_time_fraction, e.runtime_multiple), e.flags)
    return Result(kind, e.comparison, name, e.status, wording.ceg(e), *known)


def _conclusions(analysis: Analysis, found: Mapping[str, Estimate], headlines_only: bool) -> list[Result]:
    """What is said of all surveyed enhancements: most exceed one threshold, some (two or more) the other."""
    ev, a = analysis.evidence, analysis.assumptions
    estimates = {
        k: [found[c.comparison] for c in ev.of(k) if c.comparison in found]
        for k, row in ev.enhancements.items()
        if row.in_survey
    }
    headlines = [(row.enhancement, e) for row, e in survey.headlines(analysis) if row.in_survey]
    same_family = [(k, e) for k, e in headlines if e is None or "cross_family" not in e.flags]
    by = {"by headline": headlines, "by headline of the same family": same_family}
    if not headlines_only:
        by["by median of all comparisons"] = [(k, survey.median(es)) for k, es in estimates.items()]
    listed = []
    for share, key in (("most", "threshold_large"), ("some", "threshold_very_large")):
        for how, pairs in by.items():
            counted = survey.count(pairs, getattr(a, key))
            n, of = len(counted.exceed), len(counted.estimated)
            holds = n > of / 2 if share == "most" else n > 1
            said = f"{n} of {of} exceed {counted.threshold:g}x"
            label = f"{share} surveyed exceed {key}, {how}"
            names = tuple(ev.enhancements[k].name for k in counted.exceed)
            status = "holds" if holds else "does not hold"
            listed.append(Result("conclusion", label, label, status, said, members=names))
    return listed


def _broken_even(analysis: Analysis) -> list[Result]:
    """The verdict on each headline against the bigger model.

    None where the data are older than their table of prices.
    """
    if not analysis.evidence.prices:
        return []
    use, volume = break_even.in_usd(analysis), analysis.assumptions.lifetime_queries
    return [
        Result("break-even", row.enhancement, row.name, e.verdict, break_even_words.said(e, use, volume))
        for e in break_even.entries(analysis, intervals=False)
        if e.headline and (row := e.enhancement)
    ]


def _reported(analysis: Analysis, e: reported_values.Entry) -> Result:
    label = reproduced.subject(analysis, e)
    return Result("reported", e.claim, label, e.status, reproduced.rebuilt(analysis, e))
