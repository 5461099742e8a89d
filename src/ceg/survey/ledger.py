"""What the paper reports against what is rebuilt: two columns, a tolerance, a status and the cause."""

import math
from dataclasses import dataclass

from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.survey import survey

STATUSES = ("reproduced", "consistent", "differs", "value not known to us", "not rebuildable")


@dataclass(frozen=True)
class Entry:
    """One reported value beside the rebuilt one.

    reported, reported_high: as reported (a range has two ends). rebuilt: our number of the kind that the relation asks
    for: a bound for ``>``, a point for ``~`` and ``=``. low, high: our bracket. tolerance: half the last printed digit.
    """

    claim: str | None
    enhancement: str | None
    quantity: str
    relation: str | None
    reported: float | None
    reported_high: float | None
    grade: str | None
    comparison: str | None
    rebuilt: float | None
    low: float | None
    high: float | None
    tolerance: float | None
    status: str
    cause: str | None


def entries(analysis: Analysis) -> list[Entry]:
    """Every known claim of the paper in the order of the file, then the surveyed enhancements whose CEG is not known."""
    claims = analysis.evidence.paper_claims.values()
    found = [_entry(analysis, c) for c in claims]
    reported = {c.enhancement for c in claims if c.quantity == "ceg"}
    for key, e in analysis.evidence.enhancements.items():
        if e.in_survey and key not in reported:
            estimate = analysis.headline(key)
            rebuilt = (estimate.ceg or estimate.lower_bound) if estimate else None
            found.append(
                Entry(
                    None,
                    key,
                    "ceg",
                    None,
                    None,
                    None,
                    None,
                    estimate.comparison if estimate else None,
                    rebuilt,
                    estimate.lower_bound if estimate else None,
                    estimate.upper_bound if estimate else None,
                    None,
                    "value not known to us",
                    e.no_estimate_reason,
                )
            )
    return found


def _entry(analysis: Analysis, claim) -> Entry:
    tolerance = tolerance_of(claim)
    estimate = analysis.estimate(claim.comparison) if claim.comparison else None
    if claim.quantity == "share_over" or (
        claim.quantity == "one_time_fraction" and claim.enhancement is None
    ):
        rebuilt, holds = _overall(analysis, claim)
        low = high = None
        verdict = "reproduced" if holds else "differs"
    elif claim.quantity == "ceg":
        rebuilt, low, high = _gain(claim, estimate)
        verdict = status(claim, rebuilt, low, high)
    else:
        is_once = claim.quantity == "one_time_fraction"  # a fact, charged or not
        rebuilt = analysis.one_time(claim.comparison) if is_once and estimate else None
        rebuilt = estimate.runtime_multiple if estimate and not is_once else rebuilt
        low = high = None
        verdict = status(claim, rebuilt, None, None)
    return Entry(
        claim.claim,
        claim.enhancement,
        claim.quantity,
        claim.relation,
        claim.value,
        claim.value_high,
        claim.grade,
        claim.comparison,
        rebuilt,
        low,
        high,
        tolerance,
        verdict,
        claim.matching_arithmetic,
    )


def _gain(claim, estimate: Estimate | None) -> tuple[float | None, float | None, float | None]:
    if estimate is None:
        return None, None, None
    wants_bound = claim.relation == ">"
    rebuilt = estimate.lower_bound if wants_bound else estimate.ceg
    return rebuilt, estimate.lower_bound, estimate.upper_bound


def tolerance_of(claim) -> float:
    """Half of the last printed digit; a reported nothing is nothing."""
    return claim.value.half_digit if claim.value else 0.0


def status(claim, rebuilt: float | None, low: float | None, high: float | None) -> str:
    """How a rebuilt number, or the bracket [low, high], stands to a claim of the paper; one of ``STATUSES``."""
    tolerance = tolerance_of(claim)
    if rebuilt is None and low is None and high is None:
        return "not rebuildable"
    ends = (low if low is not None else 0.0, high if high is not None else math.inf)
    bracketed = low is not None or high is not None
    if claim.relation == "range":
        inside = rebuilt is not None and claim.value <= rebuilt <= claim.value_high
        overlaps = bracketed and ends[0] <= claim.value_high and ends[1] >= claim.value
        return "consistent" if inside or overlaps else "differs"
    if rebuilt is not None:
        if claim.relation == ">" and rebuilt + tolerance >= claim.value:
            return "reproduced"
        if claim.relation != ">" and abs(rebuilt - claim.value) <= tolerance:
            return "reproduced"
    return "consistent" if bracketed and ends[0] <= claim.value <= ends[1] else "differs"


def _overall(analysis: Analysis, claim) -> tuple[float | None, bool]:
    """The share of surveyed enhancements, among those with a value, for which the claim holds; and whether it stands."""
    headlines = {row.enhancement: e for row, e in survey.headlines(analysis) if row.in_survey}
    if claim.quantity == "share_over":
        counted = survey.count(list(headlines.items()), claim.value)
        if not counted.estimated:
            return None, False
        share = len(counted.exceed) / len(counted.estimated)
        return share, share > 0.5 if claim.relation == "most" else len(counted.exceed) > 1
    costs = [analysis.one_time(e.comparison) for e in headlines.values() if e]
    fractions = [cost for cost in costs if cost is not None]
    if not fractions:
        return None, False
    share = sum(f < claim.value for f in fractions) / len(fractions)
    return share, share > 0.5
