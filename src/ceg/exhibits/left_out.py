"""What the assumptions leave out, said where it would stand: an empty panel, and a sentence that names it."""

from collections.abc import Iterable

import altair as alt

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.exhibits.marks_and_axes import layer
from ceg.exhibits.theme import MUTED

WORDS = "not available under these assumptions"


def chart(words: str = WORDS) -> alt.Chart:
    """A chart that says why it is empty."""
    return layer([{"says": words}], "text", text="says", color=MUTED, fontSize=12)


def panel(title: str, height: int, words: str = WORDS) -> alt.Chart:
    """A chart that keeps its place and says why it is empty; ``title`` may be empty."""
    said = f"{title}: {words}." if title else f"{words[0].upper()}{words[1:]}."
    made = chart(words).properties(height=height, description=said)
    return made.properties(title=title) if title else made


def sentence(analysis: Analysis, comparisons: Iterable[str]) -> str:
    """The comparisons without a case, by reason; empty if there are none.

    Not available under these assumptions: LaMDA 68B on GSM8K (...).
    """
    ev, reasons = analysis.evidence, {}
    for comparison in dict.fromkeys(comparisons):
        if analysis.find(comparison) is None:
            row = ev.results[ev.comparisons[comparison].enhanced]
            named = f"{row.model} on {ev.benchmarks[row.benchmark].name}"
            reasons.setdefault(analysis.estimate(comparison).reason, {})[named] = None
    some = "; ".join(f"{formatting.listed(list(names))} ({why})" for why, names in reasons.items())
    return formatting.literal(f"{WORDS[0].upper()}{WORDS[1:]}: {some}.") if some else ""


def joined(*notes: str) -> str:
    """Notes one after the other, each once."""
    return " ".join(dict.fromkeys(n for n in notes if n))


def note(analysis: Analysis, comparisons: Iterable[str], own: str = "") -> str:
    """The note of a figure: its own, and the comparisons that the assumptions leave out."""
    return joined(own, sentence(analysis, comparisons))
