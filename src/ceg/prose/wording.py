"""An estimate in words: its point or its bound, its interval, its flags; absent said as absent."""

from dataclasses import replace

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.evidence.rows import Claim
from sphinx_fresh.show import Linked

COUNTED = ("large", "very-large")
"""The thresholds for which the book says who exceeds them: see ``count_link``."""


def ceg(estimate: Estimate | None) -> str:
    """An estimate in words of one cell: its point, or its bracket, or why there is none; none: no value."""
    if estimate is None:
        return formatting.NONE
    low, high = estimate.lower_bound, estimate.upper_bound
    if estimate.status in ("inconsistent", "not-meaningful", "not-available"):
        return estimate.status.replace("-", " ")
    if estimate.status == "bound" and high:
        upper = f"{formatting.rounded_up(high)}x"
        return f"{formatting.rounded_down(low)}–{upper}" if low else f"≤ {upper}"
    if estimate.status == "bound":
        return formatting.at_least(low)
    if estimate.status == "extrapolated" and low:
        return f"{formatting.at_least(low)} (extrapolated {formatting.times(estimate.ceg, 2)})"
    if estimate.status == "extrapolated" and high:
        return f"≤ {formatting.rounded_up(high)}x (extrapolated {formatting.times(estimate.ceg, 2)})"
    return (
        f"extrapolated {formatting.times(estimate.ceg, 2)}"
        if estimate.status == "extrapolated"
        else formatting.times(estimate.ceg)
    )


def gain_link(estimate: Estimate | None, said: str | None = None) -> str:
    """What is said of a comparison's estimate (default: ``ceg``), leading to its workings.

    Plain text where the estimate is of no single comparison. For estimates under the book's own
    assumptions, as the workings are of these.
    """
    words = ceg(estimate) if said is None else said
    return (
        Linked(words, f"gain:{estimate.comparison}")
        if estimate is not None and estimate.comparison
        else words
    )


def all_link(enhancement: str, said: str) -> str:
    """What is said of all comparisons of an enhancement, leading to their workings."""
    return Linked(said, f"workings-{enhancement}")


def count_link(threshold: str, said: str | int) -> str:
    """What is said of how many exceed a threshold, one of ``COUNTED``, leading to who is counted."""
    return Linked(str(said), f"count:{threshold}")


def place_of(section: str) -> str:
    """The name under which the paper map has a section of the paper."""
    return f"paper-section-{section.lower().translate(str.maketrans(' .', '--'))}"


def within(estimate: Estimate | None) -> str:
    """The interval of an estimate: 9.1–21x (90%); above 24x and below 3x (95%, the other end is open).

    , partial: a score's sampling error is assumed. Nothing without an interval.
    """
    if estimate is None or not estimate.draws:
        return ""
    return formatting.interval(estimate.low, estimate.high) + (", partial" if estimate.partial else "")


def likely(estimate: Estimate) -> str:
    """Where the gain very likely lies, by the probability that counts ask for: 11–160x, above 25x.

    Nothing where it is above, and below, nothing.
    """
    low = estimate.count_low and formatting.rounded_down(estimate.count_low, 2)
    high = estimate.count_high and formatting.rounded_up(estimate.count_high, 2)
    if low and high:
        return f"{low}–{high}x"
    return f"above {low}x" if low else f"below {high}x" if high else ""


def sure(estimate: Estimate | None) -> str:
    """An estimate with its interval, and what was observed.

    13.3x (90%: 9.1–21x); extrapolated 58x (95%: above 11x), observed ≥ 8.48x; observed ≥ 26.1x (95%: above
    24x).
    """
    said, errors = ceg(estimate), within(estimate)
    if estimate is None or not errors:
        return said
    level = "" if estimate.low is None and estimate.high is None else "95%: "
    errors = f" ({'90%: ' if estimate.low and estimate.high else level}{errors})"
    if estimate.status == "extrapolated":
        seen = ceg(replace(estimate, status="bound"))
        observed = f", observed {seen}" if estimate.lower_bound or estimate.upper_bound else ""
        return f"extrapolated {formatting.times(estimate.ceg, 2)}{errors}{observed}"
    return f"{'observed ' if estimate.status == 'bound' else ''}{said}{errors}"


def status(estimate: Estimate) -> str:
    """An estimate's status with its flags."""
    return ", ".join([estimate.status, *estimate.flags]).replace("_", " ").replace("-", " ")


def short(estimate: Estimate | None) -> str:
    """An estimate in the fewest characters, with two digits: 3.2x, ≥ 13x, ≤ 1x, 7.9–21x.

    Without a number: undetermined. Without an estimate: no value.
    """
    if estimate is None:
        return formatting.NONE
    low, high = estimate.lower_bound, estimate.upper_bound
    if estimate.ceg is not None:
        return formatting.times(estimate.ceg, 2)
    if low and high:
        return f"{formatting.rounded_down(low, 2)}–{formatting.rounded_up(high, 2)}x"
    if low:
        return f"≥ {formatting.rounded_down(low, 2)}x"
    return f"≤ {formatting.rounded_up(high, 2)}x" if high else "undetermined"


def spread(ends: tuple[Estimate, Estimate] | None) -> str:
    """The range of several estimates: 0.35x to ≥ 20x; a single value stands alone; none: no value."""
    if ends is None:
        return formatting.NONE
    said = [short(e) for e in ends]
    return said[0] if said[0] == said[1] else " to ".join(said)


def bracket(estimate: Estimate) -> str:
    """The bracket [lower bound, upper bound], open ends said as such."""
    low = formatting.rounded_down(estimate.lower_bound) + "x" if estimate.lower_bound else "no lower bound"
    high = formatting.rounded_up(estimate.upper_bound) + "x" if estimate.upper_bound else "no upper bound"
    return f"{low} to {high}"


def claim(claim: Claim) -> str:
    """A value that the paper reports, with its relation and grade: >13x (secondary), 10–100x (secondary)."""
    show = formatting.percent if claim.quantity == "one_time_fraction" else lambda value: f"{value:g}x"
    if claim.relation == "range":
        return f"{claim.value:g}–{show(claim.value_high)} ({claim.grade})"
    return f"{'' if claim.relation == '=' else claim.relation}{show(claim.value)} ({claim.grade})"


def link(analysis: Analysis, estimate: Estimate) -> str:
    """An estimate in words, leading to its workings where the analysis gives the same estimate.

    The analysis: the one whose workings the book has.
    """
    if estimate.comparison is None or estimate.comparison not in analysis.evidence.comparisons:
        return ceg(estimate)
    own = analysis.estimate(estimate.comparison)
    same = ceg(own) == ceg(estimate) and own.rows == estimate.rows
    return gain_link(own) if same else ceg(estimate)
