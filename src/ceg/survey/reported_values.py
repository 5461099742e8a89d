"""What the paper reports against what is rebuilt: two columns, a tolerance, a status and the cause."""

import math
from dataclasses import dataclass

from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.evidence.rows import Claim
from ceg.survey import survey

STATUSES = ("reproduced", "consistent", "differs", "value not known to us", "not rebuildable")


@dataclass(frozen=True)
class Entry:
    """One reported value beside the rebuilt one.

    reported, reported_high: as reported (a range has two ends). rebuilt: our number of the kind that the
    relation asks for: a bound for ``>``, a point for ``~`` and ``=``. low, high: our bracket. tolerance: half
    the last printed digit.
    """

    claim: str | None = None
    enhancement: str | None = None
    quantity: str = "ceg"
    relation: str | None = None
    reported: float | None = None
    reported_high: float | None = None
    grade: str | None = None
    comparison: str | None = None
    rebuilt: float | None = None
    low: float | None = None
    high: float | None = None
    tolerance: float | None = None
    status: str = "value not known to us"
    cause: str | None = None


def entries(analysis: Analysis) -> list[Entry]:
    """Every known claim of the paper, then the surveyed enhancements whose CEG in the paper is not known."""
    claims = analysis.evidence.paper_claims.values()
    found = [_entry(analysis, c) for c in claims]
    reported = {c.enhancement for c in claims if c.quantity == "ceg"}
    for key, e in analysis.evidence.enhancements.items():
        if e.in_survey and key not in reported:
            ours = analysis.headline(key) or Estimate()
            found.append(
                Entry(
                    enhancement=key,
                    comparison=ours.comparison,
                    rebuilt=ours.ceg or ours.lower_bound,
                    low=ours.lower_bound,
                    high=ours.upper_bound,
                    cause=e.no_estimate_reason,
                )
            )
    return found


def _entry(analysis: Analysis, claim: Claim) -> Entry:
    estimate = analysis.estimate(claim.comparison) if claim.comparison else None
    low = high = None
    if claim.quantity == "share_over" or (
        claim.quantity == "one_time_fraction" and claim.enhancement is None
    ):
        rebuilt, holds = _overall(analysis, claim)
        verdict = "reproduced" if holds else "differs"
    else:
        if claim.quantity == "ceg":
            rebuilt, low, high = _gain(claim, estimate)
        elif claim.quantity == "one_time_fraction":  # a fact, charged or not
            rebuilt = analysis.one_time(claim.comparison) if claim.comparison else None
        else:
            rebuilt = estimate.runtime_multiple if estimate else None
        verdict = status(claim, rebuilt, low, high)
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
        tolerance_of(claim),
        verdict,
        claim.matching_arithmetic,
    )


def _gain(claim: Claim, estimate: Estimate | None) -> tuple[float | None, float | None, float | None]:
    if estimate is None:
        return None, None, None
    rebuilt = estimate.lower_bound if claim.relation == ">" else estimate.ceg
    return rebuilt, estimate.lower_bound, estimate.upper_bound


def tolerance_of(claim: Claim) -> float:
    """Half of the last printed digit; a reported nothing is nothing."""
    return claim.value.half_digit if claim.value else 0.0


def status(claim: Claim, rebuilt: float | None, low: float | None, high: float | None) -> str:
    """How a rebuilt number, or the bracket [low, high], stands to a claim: one of ``STATUSES``."""
    tolerance = tolerance_of(claim)
    if rebuilt is None and low is None and high is None:
        return "not rebuildable"
    ends = (low if low is not None else 0.0, high if high is not None else math.inf)
    bracketed = low is not None or high is not None
    if claim.relation == "range":
        most = claim.value if claim.value_high is None else claim.value_high
        inside = rebuilt is not None and claim.value <= rebuilt <= most
        overlaps = bracketed and ends[0] <= most and ends[1] >= claim.value
        return "consistent" if inside or overlaps else "differs"
    if rebuilt is not None:
        if claim.relation == ">" and rebuilt + tolerance >= claim.value:
            return "reproduced"
        if claim.relation != ">" and abs(rebuilt - claim.value) <= tolerance:
            return "reproduced"
    return "consistent" if bracketed and ends[0] <= claim.value <= ends[1] else "differs"


def _overall(analysis: Analysis, claim: Claim) -> tuple[float | None, bool]:
    """The share of surveyed enhancements with a value for which a claim holds, and whether it stands."""
    headlines = {row.enhancement: e for row, e in survey.headlines(analysis) if row.in_survey}
    if claim.quantity == "share_over":
        counted = survey.count(list(headlines.items()), claim.value)
        if not counted.estimated:
            return None, False
        share = len(counted.exceed) / len(counted.estimated)
        return share, share > 0.5 if claim.relation == "most" else len(counted.exceed) > 1
    costs = [analysis.one_time(e.comparison_id) for e in headlines.values() if e]
    fractions = [cost for cost in costs if cost is not None]
    if not fractions:
        return None, False
    share = sum(f < claim.value for f in fractions) / len(fractions)
    return share, share > 0.5
