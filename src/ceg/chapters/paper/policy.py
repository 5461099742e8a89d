"""How often the surveyed gains exceed a safety buffer in effective compute."""

from functools import partial

from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.survey import survey


def over(analysis: Analysis, buffer: float) -> dict[str, survey.Count]:
    """Counts for a buffer.

    By ``headline``, by ``median`` over an enhancement's comparisons, and by headline within one family.
    """
    found = survey.entries(analysis)
    headlines = [(e.enhancement.name, e.headline) for e in found]
    same = [(n, e) for n, e in headlines if e is None or "cross_family" not in e.flags]
    return {
        "headline": survey.count(headlines, buffer),
        "median": survey.count([(e.enhancement.name, e.central) for e in found], buffer),
        "same family": survey.count(same, buffer),
    }


def cheap(analysis: Analysis, buffer: float, one_time_fraction: float) -> tuple[str, ...]:
    """Names of those whose headline exceeds the buffer at a known one-time cost below a fraction."""
    exceed = over(analysis, buffer)["headline"].exceed
    return tuple(
        e.enhancement.name
        for e in survey.entries(analysis)
        if e.enhancement.name in exceed
        and (cost := analysis.one_time(e.headline.comparison)) is not None
        and cost < one_time_fraction
    )


def losers(analysis: Analysis) -> tuple[str, ...]:
    """Names of the surveyed enhancements without which the same model scores higher in some comparison."""
    return tuple(
        e.enhancement.name
        for e in survey.entries(analysis)
        if any(map(partial(_loses, analysis), e.estimates))
    )


def _loses(analysis: Analysis, estimate: Estimate) -> bool:
    if estimate.status == "not-available":
        return False
    case = analysis.case(estimate.comparison)
    plain = [s.point.score for s in case.baselines if s.model.model == case.enhanced.model.model]
    return any(case.enhanced.point.score < score for score in plain)
