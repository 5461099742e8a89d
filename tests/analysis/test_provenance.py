"""The rows behind a figure and where they come from."""

from __future__ import annotations

import pytest

from ceg.analysis import analysis, provenance


def test_rows_behind_a_figure():
    book = analysis.open(enhancements=["webgpt"])
    result = "nakano2021.truthfulqa-truthful-informative.gpt-3-13b"
    row = next(
        r for key, r in book.evidence.results.items() if key.startswith(result) or r.model == "GPT-3 13B"
    )
    model = book.evidence.models["GPT-3 13B"]
    of_result = provenance.behind(book, [row.result, None, row.result])
    assert of_result == (
        (row.source, row.locator, row.provenance),
        (model.source, model.locator, model.provenance),
    )
    c = next(iter(book.evidence.comparisons))
    places = provenance.behind(book, [c])
    assert provenance.place(book.evidence.results[book.evidence.comparisons[c].enhanced]) in places
    assert provenance.of_comparison(book, None) == {"source": "", "provenance": ""}
    with pytest.raises(KeyError):
        provenance.behind(book, ["nothing"])
