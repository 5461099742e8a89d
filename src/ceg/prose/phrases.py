"""What prose says of leads, of thresholds that are exceeded, and of the numbers that the paper reports."""

import math
from dataclasses import dataclass, replace

from ceg import formatting
from ceg.analysis.analysis import Analysis, NotAvailable
from ceg.estimator.gain import SAYING
from ceg.prose import wording
from ceg.survey import chances

UNKNOWN = "not known to us"


@dataclass(frozen=True)
class Lead:
    """How far an enhanced model is ahead of the bigger one that bounds its gain, in points of the score.

    error: standard error of the difference, the two scores taken as independent (which is conservative, as
    they share the items).
    """

    bigger: str
    points: float
    error: float


def lead(analysis: Analysis, comparison: str, **changes: object) -> Lead:
    """The lead behind a lower bound, with some assumptions changed.

    Raises ValueError where there is no bound or no standard error, NotAvailable where there is no case.
    """
    analysis = replace(analysis, assumptions=analysis.assumptions.but(**changes))
    case, beaten = analysis.case(comparison), analysis.estimate(comparison).beaten
    if beaten is None:
        raise ValueError(f"{comparison} has no lower bound")
    bigger = next(s for s in case.baselines if s.result.result == beaten)
    if case.enhanced.point.se is None or bigger.point.se is None:
        raise ValueError(f"{comparison}: a score has no standard error")
    points = case.enhanced.point.score - bigger.point.score
    error = math.hypot(case.enhanced.point.se, bigger.point.se)
    return Lead(bigger.model.model, points, error)


def find_lead(analysis: Analysis, comparison: str, **changes: object) -> Lead | None:
    """The same; None where there is no such lead."""
    try:
        return lead(analysis, comparison, **changes)
    except (NotAvailable, ValueError):
        return None


def chance(analysis: Analysis, comparison: str) -> str:
    """The probability that a comparison's gain exceeds the large threshold; not known without a number."""
    e = analysis.estimate(comparison)
    if e.status not in SAYING:
        return "not known"
    return formatting.probability(chances.chance(analysis, e, analysis.assumptions.threshold_large))


def reported(analysis: Analysis, enhancement: str, quantity: str) -> str:
    """The paper's value of a quantity with its grade, every reading; or that it is not known to us."""
    claims = [
        c
        for c in analysis.evidence.paper_claims.values()
        if (c.enhancement, c.quantity) == (enhancement, quantity)
    ]
    return " / ".join(map(wording.claim, claims)) or UNKNOWN
