"""The page of workings has what the book links to."""

import json
import re

import pytest

from ceg.analysis import analysis
from ceg.chapters.about import workings as workings_page
from ceg.prose import wording
from ceg.survey import survey
from sphinx_fresh import show


@pytest.fixture(scope="module")
def book():
    return analysis.open()


@pytest.mark.slow
def test_the_page_has_what_the_book_links_to(book):
    made = workings_page.sections(book)
    folds = {f.name: f for f in workings_page.folds(made)}
    for entry in (*survey.entries(book), *survey.entries(book, in_survey=False)):
        if entry.headline:
            assert wording.gain_link(entry.headline).target in folds
            assert f"workings-{entry.enhancement.enhancement}" in {s.name for s in made.sections}
        for e in survey.span(entry.estimates) or ():
            assert f"gain:{e.comparison}" in folds
    assert {f"gain:{c.comparison}" for c in book.evidence.paper_claims.values() if c.comparison} <= set(folds)
    rows = {
        **book.evidence.results,
        **book.evidence.models,
        **book.evidence.costs,
        **book.evidence.comparisons,
        **book.evidence.benchmarks,
    }
    tables = (
        book.evidence.results,
        book.evidence.models,
        book.evidence.costs,
        book.evidence.comparisons,
        book.evidence.benchmarks,
    )
    assert len(rows) == sum(map(len, tables))  # an id stands in one table alone: #row= finds the right one
    said = json.dumps(show.unpacked(made._repr_mimebundle_()), ensure_ascii=False)
    assert {name for name in re.findall(r'"fragment": "row=([^"]*)"', said)} <= set(rows)
