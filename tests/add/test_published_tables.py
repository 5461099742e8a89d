"""Tables as papers print them, added as data: other units, several families, gaps, one fault in many places."""

import re
from functools import cache

import pytest
from places import DATA, TESTS

from ceg.add import draft_file, write
from ceg.add.resolve import plan
from ceg.analysis import analysis
from ceg.uncertainty import intervals

CASES = TESTS / "add" / "cases"


@cache
def book():
    return analysis.open(folder=DATA)


def text_of(case: str) -> str:
    return (CASES / case).read_text(encoding="utf-8")


def session(text: str) -> analysis.Analysis:
    """The book with a file's enhancement."""
    made = plan(draft_file.parse(text, "mine.yml", DATA), book().evidence)
    return analysis.Analysis(write.with_rows(book().evidence, made), book().assumptions)


def in_percent(text: str, benchmark: str, maximum: int) -> str:
    """A file with the scores of some benchmarks, out of ``maximum``, as percentages."""

    def scores(found: re.Match) -> str:
        return re.sub(r": ([\d.]+)", lambda s: f": {float(s[1]) * 100 / maximum:.1f}", found[0])

    lines = [
        re.sub(r"(?<=of: )\{.*?\}", scores, line).replace(f"maximum: {maximum},", "maximum: 100,")
        if benchmark in line
        else line
        for line in text.splitlines()
    ]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("case", "benchmark", "maximum", "comparison"),
    [
        ("fractions.yml", "metafrac", 1, "metafrac.gsm8k.metafrac.llama-2-13b"),
        ("fractions.yml", "metafrac", 1, "metafrac.math.metafrac.llama-2-7b"),
        ("out-of-40.yml", "amc23", 40, "openmathinstruct-2.amc23.openmath2.llama-3-1-8b"),
    ],
)
def test_other_units_have_the_estimate_and_the_interval_of_percentages(case, benchmark, maximum, comparison):
    text = text_of(case)
    printed, hundred = (session(t) for t in (text, in_percent(text, benchmark, maximum)))
    assert printed.estimate(comparison).flags == hundred.estimate(comparison).flags == ()
    found, expected = (intervals.interval(one, comparison) for one in (printed, hundred))
    assert (found.low, found.high, found.partial) == (expected.low, expected.high, False)
