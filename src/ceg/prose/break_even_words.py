"""An enhancement's break-even in words: up to how many queries it is cheaper, and what is saved."""

import math

from ceg import formatting
from ceg.survey import break_even
from ceg.survey.break_even import DOMINATED, DOMINATES, FROM, UNKNOWN, VERDICTS, Entry, Use


def cheaper(entry: Entry, use: Use, volume: float) -> bool | None:
    """Whether an enhancement is cheaper over so many queries; None where a bound leaves it open."""
    value = entry.of(break_even.saved, use, volume)
    if value is None:
        return None
    saves = value > 0  # it saves the more, the greater its gain is
    sure = entry.relation == "=" or saves == (entry.relation == ">=")
    return saves if sure else None


def queries(entry: Entry, use: Use) -> str:
    """Break-even in words.

    5.7 billion; ≥ 130 million for a lower bound; ≥ 3.6 billion (extrapolated 5.7 billion) for both.
    """
    at = entry.of(break_even.break_even, use)
    if at is None:
        return ""
    if entry.relation != "=":
        return _at_least(at, entry.verdict)
    beside = entry.at(entry.bound, use) if entry.bound else None
    if beside and beside[0] == entry.verdict and beside[1] is not None:
        return f"{_at_least(beside[1], entry.verdict)} (extrapolated {formatting.amount(at)})"
    return formatting.amount(at)


def _at_least(at: float, verdict: str) -> str:
    """What a lower bound on the gain says of the break-even.

    A break-even up to which the enhancement is cheaper is at least so many queries, one from which on it is
    cheaper at most so many.
    """
    return (
        f"≤ {formatting.amount(at, formatting.rounded_up)}"
        if verdict == FROM
        else f"≥ {formatting.amount(at, formatting.rounded_down)}"
    )


def verdict(entry: Entry, use: Use) -> str:
    """The verdict in words, with what it leans on, and what it is at the lower end of the gain's interval."""
    said = VERDICTS[entry.verdict]
    if entry.verdict == UNKNOWN:
        return f"{said}: {entry.reason}"
    if entry.ends is None:
        return said + _leaning(entry, use)
    low = entry.at_lower_end(use)
    if low is None:
        return f"{said}{_leaning(entry, use)}; the gain's interval is open below"
    return (
        said + _leaning(entry, use) + ("" if low == entry.verdict else f"; {VERDICTS[low]} at the lower end")
    )


def _leaning(entry: Entry, use: Use) -> str:
    if entry.relation != "=":
        return ", by the observed bound"
    if entry.headline is None or entry.headline.status != "extrapolated":
        return ""
    beside = entry.at(entry.bound, use) if entry.bound else None
    by_bound = beside and beside[0] == entry.verdict == DOMINATES
    return ", by the observed bound already" if by_bound else ", extrapolated"


def within(entry: Entry, use: Use) -> str:
    """The break-evens at the ends of the gain's interval, of a bound as of a point.

    Any volume, or none, where the enhancement is cheaper throughout, or never; above and below: the other end
    is open.
    """
    if entry.ends is None or entry.verdict == UNKNOWN:
        return ""
    low, high = (_end(*entry.at(gain, use)) for gain in entry.ends)
    no_low, no_high = not entry.ends[0], math.isinf(entry.ends[1])
    if no_low and no_high:
        return "open at both ends"
    if low == high:
        return low
    return f"below {high}" if no_low else f"above {low}" if no_high else f"{low} to {high}"


def _end(found: str, at: float | None) -> str:
    if at is None:
        return {DOMINATES: "any volume", DOMINATED: "none"}[found]
    return formatting.amount(at)


def saved(entry: Entry, use: Use, volume: float) -> str:
    """What is saved over so many queries, in words.

    It grows with the gain, so that a bound on the gain is one on what is saved.
    """
    value = entry.of(break_even.saved, use, volume)
    if value is None:
        return ""
    if entry.relation == "=":
        return formatting.usd(value)
    least = entry.relation == ">="
    rounded = formatting.rounded_down if least == (value > 0) else formatting.rounded_up
    return f"{'≥' if least else '≤'} {formatting.usd(value, rounded)}"


def said(entry: Entry, use: Use, volume: float) -> str:
    """An enhancement in one line: verdict, break-even, and what is saved."""
    at = queries(entry, use)
    more = [f"break-even at {at} queries"] if at else []
    more += (
        [f"saved over {formatting.amount(volume)}: {saved(entry, use, volume)}"]
        if entry.verdict != UNKNOWN
        else []
    )
    return "; ".join([verdict(entry, use), *more])
