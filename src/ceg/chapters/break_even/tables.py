"""The break-even page in words and cells: the model, all enhancements together, and each of them."""

import math
from collections.abc import Callable, Sequence

import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.exhibits.tables import ONE_TIME
from ceg.prose import break_even_words, wording
from ceg.survey import break_even
from ceg.survey.break_even import DOMINATES, UNKNOWN, UP_TO, Entry, Use
from sphinx_fresh.show import Column, Table

TEMPLATE = (
    "A model of {training_flop} FLOP costs {training_usd} to train and {query_usd} a query "
    "of {tokens} tokens. By the costs that are counted, {dominate} of {known} enhancements are "
    "never dearer than the bigger model; {up_to} are cheaper up to a volume, {least} of "
    "these at least up to one{between}. Over {volume} queries {cheaper} are cheaper, "
    "{dearer} "
    "dearer, {open} open."
)
"""Open: only a bound on the gain is known."""

COLUMNS = (
    Column("name", "Enhancement"),
    Column("ceg", "CEG", "right", "≥: an observed lower bound, rounded down; with the interval of the gain"),
    ONE_TIME,
    Column("runtime", "An answer", "right", "FLOP against the same model without the enhancement"),
    Column(
        "size", "Of the bigger model", "right", "FLOP of its answer against the same: how much bigger it is"
    ),
    Column("verdict", "Against the bigger model", "wide"),
    Column("flop", "Break-even, in FLOP", "right", "queries at which both have used the same FLOP"),
    Column("usd", "Break-even, in dollars", "right", "queries at which both have cost the same"),
    Column(
        "within",
        "Interval",
        "right",
        "of the break-even in dollars, from that of the CEG: 90%, or a 95% limit where one end is open",
    ),
    Column("saved", "Saved", "right", "dollars over the stated number of queries; minus: lost"),
)


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
    known = [e for e in entries if e.verdict != UNKNOWN]
    limited = sorted((e for e in known if e.verdict == UP_TO), key=lambda e: e.of(break_even.break_even, use))
    between = ""
    if limited:
        ends = [_end_of(e, use) for e in (limited[0], limited[-1])]
        between = f", from {ends[0]} to {ends[1]}" if len(limited) > 1 else f", {ends[0]}"
    said = [break_even_words.cheaper(e, use, volume) for e in known]
    return TEMPLATE.format(
        **model(analysis),
        known=len(known),
        dominate=sum(e.verdict == DOMINATES for e in known),
        up_to=len(limited),
        least=sum(e.relation == ">=" for e in limited),
        between=between,
        cheaper=said.count(True),
        dearer=said.count(False),
        open=said.count(None),
    )


def _end_of(entry: Entry, use: Use) -> str:
    """The break-even in few words, with whose it is."""
    bounded = {"=": "", ">=": "≥ ", "<=": "≤ "}[entry.relation]
    extrapolated = ", extrapolated" if entry.headline.status == "extrapolated" else ""
    return (
        f"{bounded}{formatting.amount(entry.of(break_even.break_even, use))} "
        f"({entry.enhancement.name}{extrapolated})"
    )


def cells(entry: Entry, flop: Use, usd: Use, volume: float) -> dict[str, str]:
    """An enhancement's row: column -> text."""
    e = entry.headline
    bounded = {"=": "", ">=": "≥ ", "<=": "≤ "}[entry.relation]
    size = "" if entry.gain is None else formatting.multiple(entry.gain**flop.size_exponent)
    return {
        "name": entry.enhancement.name,
        "ceg": wording.gain_link(e, wording.sure(e)),
        "one_time": ""
        if e is None
        else formatting.graded(formatting.percent(entry.one_time), entry.costs[0]),
        "runtime": "" if e is None else formatting.graded(formatting.multiple(entry.runtime), entry.costs[1]),
        "size": f"{bounded}{size}" if size else "",
        "verdict": break_even_words.verdict(entry, flop),
        "flop": break_even_words.queries(entry, flop),
        "usd": break_even_words.queries(entry, usd),
        "within": break_even_words.within(entry, usd),
        "saved": break_even_words.saved(entry, usd, volume),
    }


def table(analysis: Analysis, entries: Sequence[Entry], *, name: str, caption: str) -> Table:
    """Every enhancement with a headline comparison, in the order of the file."""
    flop, usd = break_even.in_flop(analysis), break_even.in_usd(analysis)
    volume = analysis.assumptions.lifetime_queries
    rows = [list(cells(e, flop, usd, volume).values()) for e in entries if e.headline]
    return Table(name, caption, COLUMNS, rows)


def frame(analysis: Analysis, entries: Sequence[Entry]) -> pd.DataFrame:
    """Enhancements against their bigger models: gain, costs and verdict, by name.

    relation: = where ``gain`` is a point, >= or <= where it is a bound. relative_size: of the bigger model.
    same_in_interval, same_within_costs: whether the verdict is the same at the ends of the interval of the
    gain, and of the ranges of the costs; missing where there are none. at_lower_end: the verdict at that end
    of the interval; missing where it is open. stand_in: a cost was printed by nobody for the case.

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


ROOMS = {
    "name": "Enhancement",
    "absent": Column("absent", "Where the counted costs end", "wide"),
    "answer": Column("answer", "An answer, counted", "right"),
    "answer_room": Column("answer-room", "Turns above", "right", "at the gain, or at its observed bound"),
    "answer_low": Column("answer-low", "At the lower end", "right", "of the interval of the gain"),
    "once": Column("once", "Once, counted", "right"),
    "once_room": Column("once-room", "Turns above", "right", "times pre-training, at the gain or its bound"),
    "once_low": Column("once-low", "At the lower end", "right", "of the interval of the gain"),
}
"""The columns of ``rooms``, as readers see them."""


def rooms(book: Analysis, entries: Sequence[Entry]) -> pd.DataFrame:
    """What never dearer leaves out, and at which cost, counted and uncounted together, it would turn."""
    numbers = frame(book, entries)
    rows = []
    for e in entries:
        if e.verdict != DOMINATES:
            continue
        n = numbers.loc[e.enhancement.name]
        teacher = book.evidence.comparisons[e.headline.comparison].teacher
        absent = [c.boundary.rstrip(".") for c in e.costs if c and c.boundary]
        absent += [f"Not counted: the training of {formatting.listed(list(teacher))}"] if teacher else []
        rows.append(
            {
                "name": e.enhancement.name,
                "absent": ". ".join(absent) + ".",
                "answer": formatting.graded(formatting.multiple(n.runtime), e.costs[1]),
                "answer_room": formatting.multiple(n.runtime_room),
                "answer_low": _room(n.runtime_room_low),
                "once": formatting.graded(formatting.percent(n.one_time), e.costs[0]),
                "once_room": formatting.multiple(n.one_time_room),
                "once_low": _room(n.one_time_room_low),
            }
        )
    return pd.DataFrame(rows, columns=list(ROOMS))


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
