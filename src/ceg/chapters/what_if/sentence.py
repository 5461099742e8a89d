"""The headline in words: how many exceed the thresholds, and what that says of the paper's claims."""

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.survey import survey

TEMPLATE = (
    "Of {surveyed} surveyed enhancements, {estimated} have an estimate. {exceed_large} "
    "exceed {large} of training compute, "
    "{bound_large} of them with an observed bound above it; {exceed_very_large} exceed {very_large}, "
    "{bound_very_large} of them likewise. "
    "Below {large}: {fail}. Undetermined at {large}: {open}. Without an estimate: {without}. "
    "The paper's claim that {claim_most} exceed {claim_large} {most}; that {claim_some} "
    "exceed {claim_very_large} {some}."
)
"""Most: more than half of those with an estimate. Some: at least one."""

VERDICTS = {"yes": "holds", "no": "fails", "open": "is undetermined"}
CLAIMS = ("all-most-over-5", "all-some-over-20")
"""The paper's claims on how many exceed what, by their id."""


def sentence(analysis: Analysis) -> str:
    """What the assumptions leave of the headline, in words."""
    return TEMPLATE.format(**fixed(analysis), **_counted(analysis))


def fixed(analysis: Analysis) -> dict[str, str]:
    """What no assumption changes: the paper's claims."""
    most, some = (analysis.evidence.paper_claims[c] for c in CLAIMS)
    return {
        "claim_most": most.relation,
        "claim_large": f"{most.value:g}x",
        "claim_some": some.relation,
        "claim_very_large": f"{some.value:g}x",
    }


def _counted(analysis: Analysis) -> dict[str, str]:
    pairs = [(row.name, headline) for row, headline in survey.headlines(analysis) if row.in_survey]
    values = {
        "large": analysis.assumptions.threshold_large,
        "very_large": analysis.assumptions.threshold_very_large,
    }
    counts = {name: survey.count(pairs, x) for name, x in values.items()}
    most, some = (survey.count(pairs, analysis.evidence.paper_claims[c].value) for c in CLAIMS)
    said = {name: f"{x:g}x" for name, x in values.items()}
    said |= {f"exceed_{name}": str(len(c.exceed)) for name, c in counts.items()}
    said |= {f"bound_{name}": str(len(c.by_bound)) for name, c in counts.items()}
    large = counts["large"]
    return said | {
        "surveyed": str(len(pairs)),
        "estimated": str(len(large.estimated)),
        "fail": formatting.listed(list(large.fail)) or "none",
        "open": formatting.listed(list(large.undetermined)) or "none",
        "without": formatting.listed([n for n in large.surveyed if n not in large.estimated]) or "none",
        "most": VERDICTS[verdict(most, len(most.estimated) // 2 + 1)],
        "some": VERDICTS[verdict(some, 1)],
    }


def verdict(count: survey.Count, needed: int) -> str:
    """Whether so many exceed a threshold, whatever the undetermined ones turn out to be: yes, no, or open."""
    if len(count.exceed) >= needed:
        return "yes"
    return "no" if len(count.exceed) + len(count.undetermined) < needed else "open"
