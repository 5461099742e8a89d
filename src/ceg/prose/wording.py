"""Numbers as readers see them: two or three significant digits, bounds rounded down, absent said as absent."""

import math
import re
from collections.abc import Callable

from ceg.estimator.gain import PROBABLE, Estimate
from sphinx_fresh.show import Linked

COUNTED = ("large", "very-large")
"""The thresholds for which the book says who exceeds them: see ``count_link``."""

NONE = "no value"
"""What stands for a gain that is not there."""


def significant(value: float, digits: int = 2) -> str:
    """The value with so many significant digits, in plain notation: 13.6, 229, 0.0013."""
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    return f"{rounded:.{max(places, 0)}f}".rstrip("0").rstrip(".") if places > 0 else f"{rounded:,.0f}"


def rounded_down(value: float, digits: int = 3) -> str:
    """The value cut, not rounded, to so many significant digits: what a bound may claim."""
    places = digits - 1 - math.floor(math.log10(value))
    step = 10.0**-places
    return significant(math.floor(value / step * (1 + 1e-12)) * step, digits)


def rounded_up(value: float, digits: int = 3) -> str:
    """The value raised to so many significant digits: what an upper bound may claim."""
    places = digits - 1 - math.floor(math.log10(value))
    step = 10.0**-places
    return significant(math.ceil(value / step * (1 - 1e-12)) * step, digits)


def times(value: float | None, digits: int = 3) -> str:
    """A CEG: 13.3x; none: no value."""
    return NONE if value is None else f"{significant(value, digits)}x"


def at_least(value: float | None) -> str:
    """A lower bound: ≥ 13.5x; none: no value."""
    return NONE if value is None else f"≥ {rounded_down(value)}x"


def ceg(estimate: Estimate | None) -> str:
    """An estimate in words of one cell: its point, or its bracket, or why there is none; none: no value."""
    if estimate is None:
        return NONE
    low, high = estimate.lower_bound, estimate.upper_bound
    if estimate.status in ("inconsistent", "not-meaningful", "not-available"):
        return estimate.status.replace("-", " ")
    if estimate.status == "bound":
        if low and high:
            return f"{rounded_down(low)}–{rounded_up(high)}x"
        return at_least(low) if low else f"≤ {rounded_up(high)}x"
    if estimate.status == "extrapolated" and low:
        return f"{at_least(low)} (extrapolated {times(estimate.ceg, 2)})"
    if estimate.status == "extrapolated" and high:
        return f"≤ {rounded_up(high)}x (extrapolated {times(estimate.ceg, 2)})"
    return f"extrapolated {times(estimate.ceg, 2)}" if estimate.status == "extrapolated" else times(estimate.ceg)


def gain_link(estimate: Estimate | None, said: str | None = None) -> str:
    """What is said of a comparison's estimate (default: ``ceg``), leading to its workings; mere text where it is of no single comparison.

    For estimates under the book's own assumptions: the workings are of these.
    """
    words = ceg(estimate) if said is None else said
    return Linked(words, f"gain:{estimate.comparison}") if estimate is not None and estimate.comparison else words


def all_link(enhancement: str, said: str) -> str:
    """What is said of all comparisons of an enhancement, leading to their workings."""
    return Linked(said, f"workings-{enhancement}")


def count_link(threshold: str, said: str) -> str:
    """What is said of how many exceed a threshold, one of ``COUNTED``, leading to who is counted."""
    return Linked(said, f"count:{threshold}")


def place_of(section: str) -> str:
    """The name under which the paper map has a section of the paper."""
    return f"paper-section-{section.lower().translate(str.maketrans(' .', '--'))}"


DOMAINS = {"human preference": "chat and writing", "knowledge exam": "knowledge"}


def domain(name: str) -> str:
    """What readers see for a benchmark's domain."""
    return DOMAINS.get(name, name)


def interval(low: float | None, high: float | None) -> str:
    """An interval of CEGs, two digits: 9.1–21x; an end without limit: 20x–open."""
    if low and high:
        return f"{significant(low)}–{significant(high)}x"
    return f"{times(low, 2)}–open" if low else f"open–{times(high, 2)}"


def within(estimate: Estimate | None) -> str:
    """The 90% interval of a point: 9.1–21x, or 9.1–21x, partial; open at both ends; nothing for what has none."""
    if estimate is None or estimate.ceg is None:
        return ""
    if estimate.low is None and estimate.high is None:
        return "" if estimate.share_unbounded is None else "open at both ends"
    return interval(estimate.low, estimate.high) + (", partial" if estimate.partial else "")


def unsure(estimate: Estimate | None) -> str:
    """That the lead behind a bound is not probable enough to count; else nothing."""
    if estimate is None:
        return ""
    p = estimate.bound_probability
    if estimate.status != "bound" or p is None or p >= PROBABLE:
        return ""
    return f"lead real with probability {probability(p)}: not counted"


def signed(value: float | None) -> str:
    """A number with two digits and a true minus; none: no value."""
    return NONE if value is None else f"{'−' if value < 0 else ''}{significant(abs(value))}"


STAND_IN = ("recalled", "estimated")
"""Grades of a number that nobody printed for the case at hand."""


def graded(said: str, cost: tuple | None) -> str:
    """What is said of a cost, with the grade of one that nobody printed."""
    return f"{said} ({cost.provenance})" if cost and cost.provenance in STAND_IN else said


def probability(value: float) -> str:
    """A probability, cut to two digits: 0.81; never said to be certain."""
    return "over 0.99" if value > 0.99 else f"{math.floor(100 * value) / 100:.2f}"


def sure(estimate: Estimate | None) -> str:
    """An estimate with what errors leave of it: 13.3x (90%: 9.1–21x), ≥ 8.48x (extrapolated 58x, 90%: 31–130x)."""
    said, interval_of = ceg(estimate), within(estimate)
    errors = f"90%: {interval_of}" if interval_of else unsure(estimate)
    if not errors:
        return said
    return f"{said[:-1]}, {errors})" if said.endswith(")") else f"{said} ({errors})"


def status(estimate: Estimate) -> str:
    """An estimate's status with its flags, and whether its bound is too unsure to count."""
    said = ", ".join([estimate.status, *estimate.flags]).replace("_", " ").replace("-", " ")
    return "; ".join(filter(None, [said, unsure(estimate)]))


def short(estimate: Estimate | None) -> str:
    """An estimate in the fewest characters, two digits: 3.2x, ≥ 13x, ≤ 1x, 7.9–21x; without a number: undetermined; none: no value."""
    if estimate is None:
        return NONE
    low, high = estimate.lower_bound, estimate.upper_bound
    if estimate.ceg is not None:
        return times(estimate.ceg, 2)
    if low and high:
        return f"{rounded_down(low, 2)}–{rounded_up(high, 2)}x"
    if low:
        return f"≥ {rounded_down(low, 2)}x"
    return f"≤ {rounded_up(high, 2)}x" if high else "undetermined"


def spread(ends: tuple[Estimate, Estimate] | None) -> str:
    """The range of several estimates: 0.35x to ≥ 20x; a single value stands alone; none: no value."""
    if ends is None:
        return NONE
    said = [short(e) for e in ends]
    return said[0] if said[0] == said[1] else " to ".join(said)


def bracket(estimate: Estimate) -> str:
    """The bracket [lower bound, upper bound], open ends said as such."""
    low = rounded_down(estimate.lower_bound) + "x" if estimate.lower_bound else "no lower bound"
    high = rounded_up(estimate.upper_bound) + "x" if estimate.upper_bound else "no upper bound"
    return f"{low} to {high}"


def percent(fraction: float | None) -> str:
    """A fraction as a percentage: 0.065%; none: 0; not known: ?"""
    if fraction is None:
        return "not known"
    return "0" if fraction == 0 else f"{significant(100 * fraction)}%"


def multiple(value: float | None) -> str:
    """A runtime multiple: 190x; not known: ?"""
    return "not known" if value is None else f"{significant(value)}x"


def flop(value: float | None) -> str:
    """Training compute: 3.14 × 10²³ FLOP."""
    if value is None:
        return "not known"
    exponent = math.floor(math.log10(value))
    return f"{value / 10**exponent:.3g} × 10{str(exponent).translate(str.maketrans('0123456789-', '⁰¹²³⁴⁵⁶⁷⁸⁹⁻'))}"


def amount(value: float, rounded: Callable[..., str] = significant) -> str:
    """A large number, two digits: 5,700, 130 million, 2.5 billion; ``rounded``: to the nearest, down or up."""
    for size, word in (
        (1e18, " quintillion"),
        (1e15, " quadrillion"),
        (1e12, " trillion"),
        (1e9, " billion"),
        (1e6, " million"),
    ):
        if abs(value) >= size * 0.9995:
            return rounded(value / size, 2) + word
    return rounded(value, 2)


def usd(value: float, rounded: Callable[..., str] = significant) -> str:
    """Dollars, two digits: $0.0038, $32 million, −$1.2 billion; ``rounded``: the amount without its sign."""
    sign = "−\u2060" if value < 0 else ""  # the joiner keeps it on the amount's line
    return f"{sign}${amount(abs(value), rounded)}"


def claim(claim) -> str:
    """A value that the paper reports, with its relation and grade: >13x (secondary), 10–100x (secondary)."""
    show = percent if claim.quantity == "one_time_fraction" else lambda value: f"{value:g}x"
    if claim.relation == "range":
        return f"{claim.value:g}–{show(claim.value_high)} ({claim.grade})"
    return f"{'' if claim.relation == '=' else claim.relation}{show(claim.value)} ({claim.grade})"


def literal(words: str) -> str:
    """Text as Markdown on one line that shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<>()#+.!|~$&%=:^@\"'-])", r"\\\1", _line(words))


def code(words: str) -> str:
    """Text as Markdown code on one line."""
    fence = "`" * (max((len(run) for run in re.findall("`+", words)), default=0) + 1)
    return f"{fence} {_line(words)} {fence}" if "`" in words else f"`{_line(words)}`"


def _line(words: str) -> str:
    return re.sub(r"\s*[\n\r\t\v\f\x85\u2028\u2029]\s*", " ", words)


def six(value: float | None) -> float | None:
    """A number as downloads carry it: six significant digits."""
    return None if value is None else float(f"{value:.6g}")


def listed(words: list[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def part(share: float) -> str:
    """A share of a whole that says none and all only where it is so: 93%, under 1%, over 99%, all, none."""
    if share < 1e-9:
        return "none"
    if share > 1 - 1e-9:
        return "all"
    return "under 1%" if share < 0.01 else "over 99%" if share > 0.99 else f"{100 * share:.0f}%"


def counted(n: int) -> str:
    """A small number as a word: two."""
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return words[n] if n < len(words) else str(n)
