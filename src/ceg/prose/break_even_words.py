"""An enhancement's break-even in words: up to how many queries it is cheaper, and what is saved."""

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
    """The verdict in words, with what it leans on."""
    said = VERDICTS[entry.verdict]
    if entry.verdict == UNKNOWN:
        return f"{said}: {entry.reason}"
    if entry.relation != "=":
        return f"{said}, by a bound"
    if entry.headline is None or entry.headline.status != "extrapolated":
        return said
    beside = entry.at(entry.bound, use) if entry.bound else None
    return (
        f"{said}, by the bound alone"
        if beside and beside[0] == entry.verdict == DOMINATES
        else f"{said}, extrapolated"
    )


def within(entry: Entry, use: Use) -> str:
    """The break-evens at the ends of the gain's interval.

    Any volume, or none, where the enhancement is cheaper throughout, or never.
    """
    if entry.ends is None or entry.verdict == UNKNOWN:
        return ""
    low, high = (_end(*entry.at(gain, use)) for gain in entry.ends)
    if entry.relation == "=":
        return low if low == high else f"{low} to {high}"
    return low if low == _end(DOMINATES, None) else f"≥ {low}"


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
