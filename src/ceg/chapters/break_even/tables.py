"""The break-even page in words and cells: the model, all enhancements together, and each of them."""

import math
from collections.abc import Callable, Sequence

import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.prose import break_even_words, wording
from ceg.survey import break_even
from ceg.survey.break_even import DOMINATED, DOMINATES, UNKNOWN, UP_TO, VERDICTS, Entry, Use
from sphinx_fresh import show
from sphinx_fresh.show import Column, Table

TEMPLATE = (
    "To train a model of {training_flop} FLOP costs {training_usd}, and a query of {tokens} tokens "
    "{query_usd}. By the costs counted, {dominate} of {known} enhancements cost no more than the bigger "
    "model however many queries come; {up_to} cost less only up to a number of queries{between}{least}. "
    "Over {volume} queries {cheaper} are cheaper than the bigger model, {dearer} are dearer, and for {open} "
    "the bound on the gain leaves it open."
)

MOVED = {
    "name": "Enhancement",
    "least": Column("least", "At least", "right", "queries, by the observed lower bound on the gain"),
    "best": Column("best", "Best estimate", "right", "queries at which both have cost the same dollars"),
    "short": "Against the bigger model",
    "saved": Column("saved", "Saved", "right", "dollars over the stated number of queries; minus: lost"),
}
"""Of the table that the controls move, as readers see them."""

INPUTS = {
    "name": "Enhancement",
    "gain_least": Column("gain-least", "Gain, at least", "right", "observed, rounded down"),
    "gain_best": Column("gain-best", "Gain, estimate", "right", "on the curve of the models, or beyond it"),
    "one_time": Column("once", "Cost to make", "right", "once, as a share of pre-training"),
    "runtime": Column("answer", "Cost to use", "right", "an answer, against one without the enhancement"),
    "size": Column("size", "Bigger model", "right", "its answer against the same: how much bigger it is"),
}
"""Of the table of what the verdicts rest on."""

COLUMNS = (
    Column("name", "Enhancement"),
    Column("ceg", "CEG"),
    Column("one_time", "One-time cost"),
    Column("runtime", "An answer"),
    Column("size", "Of the bigger model"),
    Column("verdict", "Against the bigger model"),
    Column("flop", "Break-even, in FLOP"),
    Column("usd", "Break-even, in dollars"),
    Column("within", "Interval"),
    Column("saved", "Saved"),
)
"""What the command prints."""


def known(entries: Sequence[Entry]) -> list[Entry]:
    """Those with a verdict."""
    return [e for e in entries if e.verdict != UNKNOWN]


def ordered(analysis: Analysis, entries: Sequence[Entry]) -> list[Entry]:
    """Those with a verdict: never dearer first, then the greatest volume up to which they are cheaper.

    No control changes the order.
    """
    use = break_even.in_usd(analysis)

    def volume(e: Entry) -> float:
        return e.of(break_even.break_even, use) or (0.0 if e.verdict == DOMINATED else math.inf)

    return sorted(known(entries), key=volume, reverse=True)


def model(analysis: Analysis) -> dict[str, str]:
    """The enhanced model and its costs in words."""
    a, use = analysis.assumptions, break_even.in_usd(analysis)
    return {
        "training_flop": formatting.flop(a.pretraining_flop),
        "training_usd": formatting.usd(use.training_cost),
        "query_usd": formatting.usd(use.query_cost),
        "tokens": f"{a.tokens_per_query:,}",
        "volume": formatting.amount(a.lifetime_queries),
    }


def sentence(analysis: Analysis, entries: Sequence[Entry]) -> str:
    """What the assumptions make of all enhancements together."""
    use, volume = break_even.in_usd(analysis), analysis.assumptions.lifetime_queries
    some = known(entries)
    limited = sorted((e for e in some if e.verdict == UP_TO), key=lambda e: e.of(break_even.break_even, use))
    ends = [_end_of(e, use) for e in limited]
    between = f", from {ends[0]} to {ends[-1]}" if len(ends) > 1 else f", {ends[0]}" if ends else ""
    bounds = sum(e.relation == ">=" for e in limited)
    said = [break_even_words.cheaper(e, use, volume) for e in some]
    return TEMPLATE.format(
        **model(analysis),
        known=len(some),
        dominate=sum(e.verdict == DOMINATES for e in some),
        up_to=len(limited),
        between=between,
        least=f", a lower limit for {bounds} of them" if bounds else "",
        cheaper=said.count(True),
        dearer=said.count(False),
        open=said.count(None),
    )


def _end_of(entry: Entry, use: Use) -> str:
    """The break-even in few words, with whose it is."""
    bounded = {"=": "", ">=": "at least ", "<=": "at most "}[entry.relation]
    return f"{bounded}{formatting.amount(entry.of(break_even.break_even, use))} ({entry.enhancement.name})"


def cells(entry: Entry, flop: Use, usd: Use, volume: float) -> dict[str, str]:
    """An enhancement's row: column -> text, of the page's tables and of what the command prints."""
    e = entry.headline
    bounded = {"=": "", ">=": "≥ ", "<=": "≤ "}[entry.relation]
    size = "" if entry.gain is None else formatting.multiple(entry.gain**flop.size_exponent)
    least, best = _queries(entry, usd)
    return {
        "name": entry.enhancement.name,
        "ceg": wording.gain_link(e, wording.sure(e)),
        "gain_least": formatting.at_least(e.lower_bound) if e and e.lower_bound else "",
        "gain_best": wording.gain_link(e, formatting.times(e.ceg, 2)) if e and e.ceg else "",
        "one_time": ""
        if e is None
        else formatting.graded(formatting.percent(entry.one_time), entry.costs[0]),
        "runtime": "" if e is None else formatting.graded(formatting.multiple(entry.runtime), entry.costs[1]),
        "size": f"{bounded}{size}" if size else "",
        "short": VERDICTS[entry.verdict],
        "verdict": break_even_words.verdict(entry, flop),
        "flop": break_even_words.queries(entry, flop),
        "usd": break_even_words.queries(entry, usd),
        "least": least,
        "best": best,
        "within": break_even_words.within(entry, usd),
        "saved": break_even_words.saved(entry, usd, volume),
    }


def _queries(entry: Entry, use: Use) -> tuple[str, str]:
    """The break-even by the observed bound, and by the estimate; any volume, or none, where there is none."""
    everywhere = {DOMINATES: "any volume", DOMINATED: "none"}

    def said(found: str, at: float | None, *, rounded: Callable[..., str]) -> str:
        return everywhere.get(found, "") if at is None else formatting.amount(at, rounded)

    if entry.verdict == UNKNOWN or entry.gain is None:
        return "", ""
    if entry.relation != "=":
        return said(*entry.at(entry.gain, use), rounded=formatting.rounded_down), ""
    best = said(*entry.at(entry.gain, use), rounded=formatting.significant)
    found, at = entry.at(entry.bound, use) if entry.bound else (UNKNOWN, None)
    least = said(found, at, rounded=formatting.rounded_down) if found == entry.verdict else ""
    return least, best


def table(analysis: Analysis, entries: Sequence[Entry], *, name: str, caption: str) -> Table:
    """What the controls move: every enhancement with a verdict, in the order of the chart."""
    return show.table(_cells(analysis, entries), name=name, caption=caption, columns=MOVED)


def inputs(analysis: Analysis, entries: Sequence[Entry], *, name: str, caption: str) -> Table:
    """What the verdicts rest on: gains and costs."""
    return show.table(_cells(analysis, entries), name=name, caption=caption, columns=INPUTS)


def _cells(analysis: Analysis, entries: Sequence[Entry]) -> pd.DataFrame:
    flop, usd = break_even.in_flop(analysis), break_even.in_usd(analysis)
    volume = analysis.assumptions.lifetime_queries
    rows = [cells(e, flop, usd, volume) for e in ordered(analysis, entries)]
    return pd.DataFrame(rows, columns=list(dict.fromkeys((*MOVED, *INPUTS))), dtype=object)


def frame(analysis: Analysis, entries: Sequence[Entry]) -> pd.DataFrame:
    """Enhancements against their bigger models: gain, costs and verdict, by name.

    relation: = where ``gain`` is a point, >= or <= where it is a bound. relative_size: of the bigger model.
    same_in_interval, same_within_costs: whether the verdict is the same at the ends of the interval of the
    gain, and of the ranges of the costs; missing where there are none. at_lower_end: the verdict at that end
    of the interval; missing where it is open. stand_in: a cost was printed by nobody for the case. reason:
    why there is no verdict.

    one_time_room, runtime_room: up to which costs it is never dearer; the same with _low at the lower end of
    the interval, missing where it is open.
    """
    flop, usd = break_even.in_flop(analysis), break_even.in_usd(analysis)
    rows = pd.DataFrame(
        {
            "name": e.enhancement.name,
            "enhancement": e.enhancement.enhancement,
            "comparison": e.headline and e.headline.comparison,
            "verdict": e.verdict,
            "relation": e.relation,
            "gain": e.gain,
            "one_time": e.one_time,
            "runtime": e.runtime,
            "break_even_usd": e.of(break_even.break_even, usd),
            "same_in_interval": e.same(flop),
            "same_within_costs": e.same_within_costs(flop),
            "at_lower_end": e.at_lower_end(flop),
            **_rooms(e, flop),
            "stand_in": any(c and c.provenance in formatting.STAND_IN for c in e.costs),
            "reason": e.reason,
        }
        for e in entries
    )
    return rows.assign(relative_size=rows["gain"] ** flop.size_exponent).set_index("name")


def _rooms(entry: Entry, use: Use) -> dict[str, float | None]:
    """Costs up to which an enhancement is never dearer, at its gain and at the lower end of its interval."""
    found: dict[str, float | None] = {}
    for end, gain in (("", entry.gain), ("_low", entry.gain and entry.ends and entry.ends[0])):
        costs = break_even.room(use, gain) if gain else (None, None)
        found |= {f"one_time_room{end}": costs[0], f"runtime_room{end}": costs[1]}
    return found


ROOM = {
    "name": "Enhancement",
    "counted": Column("counted", "Counted", "right"),
    "room": Column("room", "Could be", "right", "counted and uncounted together, at the gain or its bound"),
    "low": Column("low", "At the lower end", "right", "of the interval of the gain"),
}
ABSENT = {"name": "Enhancement", "absent": Column("absent", "Where the counted costs end", "wide")}
"""The columns of ``rooms`` and of ``absent``, as readers see them."""


def rooms(book: Analysis, entries: Sequence[Entry], cost: str) -> pd.DataFrame:
    """Of what is never dearer: the cost that is counted, and up to which it would stay so.

    cost: one_time or runtime.
    """
    numbers, i = frame(book, entries), ("one_time", "runtime").index(cost)
    said = (formatting.percent, formatting.multiple)[i]
    rows = [
        {
            "name": name,
            "counted": formatting.graded(said(n[cost]), e.costs[i]),
            "room": formatting.multiple(n[f"{cost}_room"]),
            "low": _room(n[f"{cost}_room_low"]),
        }
        for e in ordered(book, entries)
        if e.verdict == DOMINATES
        for name, n in ((e.enhancement.name, numbers.loc[e.enhancement.name]),)
    ]
    return pd.DataFrame(rows, columns=list(ROOM))


def absent(book: Analysis, entries: Sequence[Entry]) -> pd.DataFrame:
    """Of what is never dearer: what its costs count, and what they leave out."""
    rows = []
    for e in ordered(book, entries):
        if e.verdict != DOMINATES or e.headline is None or e.headline.comparison is None:
            continue
        teacher = book.evidence.comparisons[e.headline.comparison].teacher
        said = [c.boundary.rstrip(".") for c in e.costs if c and c.boundary]
        said += [f"Not counted: the training of {formatting.listed(list(teacher))}"] if teacher else []
        rows.append({"name": e.enhancement.name, "absent": ". ".join(said) + "."})
    return pd.DataFrame(rows, columns=list(ABSENT))


def _room(cost: float | None) -> str:
    return "open" if cost is None or math.isnan(cost) else formatting.multiple(max(cost, 0.0))


def row(entry: Entry, flop: Use, usd: Use, volume: float) -> dict[str, object]:
    """The same as a flat record for programs; six digits."""
    e, unknown = entry.headline, entry.verdict == UNKNOWN

    def number(formula: Callable, use: Use, *more: float) -> float | None:
        return formatting.six(entry.of(formula, use, *more))

    at_ends = [entry.at(g, usd)[1] if g is not None else None for g in (entry.ends or (None, None))]
    return {
        "enhancement": entry.enhancement.enhancement,
        "comparison": e and e.comparison,
        "status": e and e.status,
        "relation": entry.relation if entry.gain is not None else None,
        "ceg": formatting.six(entry.gain),
        "ceg_low": formatting.six(entry.ends[0]) if entry.ends else None,
        "ceg_high": formatting.six(entry.ends[1]) if entry.ends and math.isfinite(entry.ends[1]) else None,
        "one_time_fraction": formatting.six(entry.one_time),
        "runtime_multiple": formatting.six(entry.runtime),
        "size_multiple": None if entry.gain is None else formatting.six(entry.gain**flop.size_exponent),
        "verdict": entry.verdict,
        "same_in_interval": None if unknown else entry.same(flop),
        "break_even_flop": number(break_even.break_even, flop),
        "break_even_usd": number(break_even.break_even, usd),
        "break_even_usd_low": formatting.six(at_ends[0]),
        "break_even_usd_high": formatting.six(at_ends[1]),
        "training_saved_usd": None
        if unknown
        else formatting.six(break_even.training_saved(usd, entry.gain, entry.one_time)),
        "query_added_usd": None
        if unknown
        else formatting.six(break_even.running_added(usd, entry.gain, entry.runtime)),
        "saved_usd": number(break_even.saved, usd, volume),
        "reason": entry.reason,
    }
