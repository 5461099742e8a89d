"""Numbers as readers see them: two or three significant digits, bounds rounded down, absence said.

Absent is None, or NaN as data frames have it.
"""

import math
import re
from collections.abc import Callable

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
    return NONE if value is None or math.isnan(value) else f"{significant(value, digits)}x"


def at_least(value: float | None) -> str:
    """A lower bound: ≥ 13.5x; none: no value."""
    return NONE if value is None or math.isnan(value) else f"≥ {rounded_down(value)}x"


DOMAINS = {"human preference": "chat and writing", "knowledge exam": "knowledge"}


def domain(name: str) -> str:
    """What readers see for a benchmark's domain."""
    return DOMAINS.get(name, name)


def interval(low: float | None, high: float | None) -> str:
    """An interval of CEGs, two digits: 9.1–21x; with an end open: above 20x, below 20x."""
    low, high = (None if end is None or math.isnan(end) else end for end in (low, high))
    if low and high:
        return f"{significant(low)}–{significant(high)}x"
    if not low and not high:
        return "open at both ends"
    return f"above {times(low, 2)}" if low else f"below {times(high, 2)}"


def signed(value: float | None) -> str:
    """A number with two digits and a true minus; none: no value."""
    return (
        NONE if value is None or math.isnan(value) else f"{'−' if value < 0 else ''}{significant(abs(value))}"
    )


STAND_IN = ("recalled", "estimated")
"""Grades of a number that nobody printed for the case at hand."""


def graded(said: str, cost: tuple | None) -> str:
    """What is said of a cost, with the grade of one that nobody printed."""
    return f"{said} ({cost.provenance})" if cost and cost.provenance in STAND_IN else said


def probability(value: float) -> str:
    """A probability, cut to two digits: 0.81; never said to be certain."""
    return "over 0.99" if value > 0.99 else f"{math.floor(100 * value) / 100:.2f}"


def percent(fraction: float | None) -> str:
    """A fraction as a percentage: 0.065%; none: 0; not known: ?"""
    if fraction is None or math.isnan(fraction):
        return "not known"
    return "0" if fraction == 0 else f"{significant(100 * fraction)}%"


def multiple(value: float | None) -> str:
    """A runtime multiple: 190x; not known: ?"""
    return "not known" if value is None or math.isnan(value) else f"{significant(value)}x"


def flop(value: float | None) -> str:
    """Training compute: 3.14 × 10²³ FLOP."""
    if value is None or math.isnan(value):
        return "not known"
    exponent = math.floor(math.log10(value))
    raised = str(exponent).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
    return f"{value / 10**exponent:.3g} × 10{raised}"


def amount(value: float, rounded: Callable[..., str] = significant) -> str:
    """A large number, two digits: 5,700, 130 million, 2.5 billion; ``rounded``: to nearest, down or up."""
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
    words = (
        "none",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    )
    return words[n] if n < len(words) else str(n)
