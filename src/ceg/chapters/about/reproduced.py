"""Paper against rebuilt, as a table."""

from collections.abc import Sequence

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.prose import wording
from ceg.survey import reported_values
from sphinx_fresh.show import Column, Linked, Table

QUANTITIES = {
    "ceg": "CEG",
    "one_time_fraction": "one-time cost",
    "runtime_multiple": "runtime cost",
    "share_over": "share that exceeds",
}


OVERALL = "1"
"""The section of the paper with its statements on all enhancements."""


def reported_against_rebuilt(analysis: Analysis, causes: dict[str, str], *, name: str, caption: str) -> Table:
    """Every reported number beside the rebuilt one.

    causes: claim -> cause in words, in place of the arithmetic.
    """
    columns = [
        Column("what", "What"),
        Column("reported", "Reported", "right"),
        Column("rebuilt", "Rebuilt", "right", "a bound for >, a point for ~ and ="),
        Column("bracket", "Our bracket"),
        Column("tolerance", "Tolerance", "right", "half the last printed digit"),
        Column("status", "Status"),
        Column("grade", "Known"),
        Column("cause", "Why", "note"),
    ]
    rows = []
    for e in reported_values.entries(analysis):
        rows.append(
            [
                subject(analysis, e),
                _placed(analysis, e),
                _linked(analysis, e),
                _bracket(e),
                _tolerance(e),
                e.status,
                e.grade or "",
                causes.get(e.claim or e.enhancement, e.cause or ""),
            ]
        )
    return Table(name, caption, columns, rows)


def subject(analysis: Analysis, e: reported_values.Entry) -> str:
    """What a reported value is of: the enhancement, the quantity and the scope."""
    ev = analysis.evidence
    name = ev.enhancements[e.enhancement].name if e.enhancement else "all surveyed"
    scope = ev.paper_claims[e.claim].scope if e.claim else None
    return f"{name}: {QUANTITIES[e.quantity]}" + (f", {scope}" if scope else "")


def summary(entries: Sequence[reported_values.Entry]) -> dict[str, int]:
    """Status -> number of reported values that have it, in the order of ``reported_values.STATUSES``."""
    return {s: sum(e.status == s for e in entries) for s in reported_values.STATUSES}


def _amount(entry: reported_values.Entry, value: float) -> str:
    return (
        formatting.percent(value)
        if entry.quantity == "one_time_fraction"
        else f"{formatting.significant(value)}x"
    )


def _tolerance(e: reported_values.Entry) -> str:
    """Half the last printed digit, where a digit is compared.

    Not for ranges, zeros and statements about all enhancements.
    """
    return _amount(e, e.tolerance) if e.reported and e.enhancement and e.relation != "range" else ""


def _reported(e: reported_values.Entry) -> str:
    if e.reported is None:
        return "not known to us"
    if e.quantity == "share_over":
        return f"{e.relation} > {e.reported:g}x"
    if e.relation == "range":
        return f"{e.reported:g}–{e.reported_high:g}x"
    sign = "" if e.relation == "=" else f"{e.relation} "
    return sign + (
        formatting.percent(e.reported) if e.quantity == "one_time_fraction" else f"{e.reported:g}x"
    )


def rebuilt(analysis: Analysis, e: reported_values.Entry) -> str:
    """The rebuilt value beside a reported one, in the words of one cell."""
    if e.rebuilt is None:
        return "none" if e.low is None else formatting.at_least(e.low)
    if e.enhancement is None:
        return f"{formatting.percent(e.rebuilt)} of those with a value"
    if e.quantity == "one_time_fraction":
        return formatting.percent(e.rebuilt)
    if e.quantity == "ceg":
        return (
            formatting.at_least(e.low) if e.rebuilt == e.low else wording.ceg(analysis.estimate(e.comparison))
        )
    return formatting.times(e.rebuilt, 2)


def _placed(analysis: Analysis, e: reported_values.Entry) -> str:
    """A reported value, linked to the section of the paper that reports it.

    That of its enhancement, else the summary.
    """
    section = analysis.evidence.enhancements[e.enhancement].section if e.enhancement else OVERALL
    said = _reported(e)
    return Linked(said, wording.place_of(section)) if e.claim and section else said


def _linked(analysis: Analysis, e: reported_values.Entry) -> str:
    """The same, leading to the workings of the comparison that it is of, or to who is counted."""
    said = rebuilt(analysis, e)
    counted = {getattr(analysis.assumptions, f"threshold_{k}".replace("-", "_")): k for k in wording.COUNTED}
    if e.quantity == "share_over" and e.reported in counted:
        return wording.count_link(counted[e.reported], said)
    return wording.gain_link(analysis.estimate(e.comparison), said) if e.comparison else said


def _bracket(e: reported_values.Entry) -> str:
    if e.low is None and e.high is None:
        return ""
    low = formatting.rounded_down(e.low) + "x" if e.low else "open"
    return f"{low} to {formatting.rounded_up(e.high) + 'x' if e.high else 'open'}"
