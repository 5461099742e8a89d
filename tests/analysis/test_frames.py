"""The tables and the estimates as DataFrames: their columns, dtypes and values, and that a copy is a copy."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from ceg.analysis import analysis, frames
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import STATUSES, exceeds
from ceg.evidence.problems import InputError
from ceg.uncertainty.intervals import with_intervals

TABLES = {
    "models": "model",
    "benchmarks": "benchmark",
    "results": "result",
    "enhancements": "enhancement",
    "comparisons": "comparison",
    "costs": "cost",
    "claims": "claim",
}
"""Property -> the key of its rows."""


@pytest.fixture(scope="module")
def book():
    return analysis.open()


@pytest.mark.parametrize("name", TABLES)
def test_a_frame_has_every_row_of_its_table_and_the_values_of_its_fields(book, name):
    frame = getattr(book, name)
    rows = getattr(book.evidence, "paper_claims" if name == "claims" else name)
    assert (frame.index.name, list(frame.index)) == (TABLES[name], list(rows))
    for field in next(iter(rows.values()))._fields[1:]:
        if (name, field) in {("models", "training_flop"), ("results", "items")}:
            continue  # under the assumptions; the benchmark's where the result has none
        found, wanted = frame[field], [getattr(row, field) for row in rows.values()]
        assert list(found.isna()) == [v is None for v in wanted], field
        assert list(found.dropna()) == [v for v in wanted if v is not None], field


@pytest.mark.parametrize(
    ("name", "field", "dtype"),
    [
        ("results", "model", "str"),
        ("results", "note", "str"),
        ("results", "score", "float64"),
        ("results", "chance", "float64"),
        ("results", "items", "Int64"),
        ("results", "preferred", "bool"),
        ("results", "higher_is_better", "bool"),
        ("results", "provenance", "category"),
        ("models", "training_flop", "float64"),
        ("comparisons", "baseline", "object"),
        ("comparisons", "category", "category"),
        ("enhancements", "year", "Int64"),
    ],
)
def test_dtypes(book, name, field, dtype):
    assert str(getattr(book, name).dtypes[field]) == dtype


def test_a_category_has_the_descriptor_s_order(book):
    order = ["verified", "readoff", "secondary", "recalled", "estimated"]
    assert list(book.results.provenance.cat.categories) == order


def test_a_result_stands_with_its_model_and_its_benchmark(book):
    row = book.results.loc["wei2022.gsm8k.palm-540b.cot"]
    flop = book.evidence.models["PaLM 540B"].training_flop
    assert (row.score, row.family, row.training_flop) == (56.9, "PaLM", flop)
    assert (row.benchmark_name, row.unit, row.higher_is_better, row.maximum) == ("GSM8K", "%", True, 100.0)
    assert row["items"] == 1319  # of the benchmark
    own = next(r for r in book.evidence.results.values() if r.items)
    assert book.results.loc[own.result, "items"] == own.items != book.evidence.benchmarks[own.benchmark].items


def test_a_comparison_stands_with_what_it_compares_and_its_costs(book):
    for row in (
        r for _, r in book.comparisons.reset_index().iterrows() if r.one_time_cost == r.one_time_cost
    ):
        c = book.evidence.comparisons[row.comparison]
        result = book.evidence.results[c.enhanced]
        assert (row.model, row.benchmark) == (result.model, result.benchmark)
        assert row.domain == book.evidence.benchmarks[result.benchmark].domain
        method = book.evidence.enhancements[c.enhancement]
        assert (row.enhancement_name, row.category) == (method.name, method.category)
        assert row.one_time_fraction == book.one_time(c.comparison)
    assert (
        book.comparisons.runtime_multiple.notna().sum() == book.comparisons.runtime_cost.notna().sum() > 100
    )


def test_compute_is_that_of_the_assumptions_and_the_data_s_stands_beside_it(book):
    other = Analysis(book.evidence, book.assumptions.but(compute_rule="6nd")).models.loc["GPT-3 6.7B"]
    assert other.training_flop == pytest.approx(6 * 6.66e9 * 300e9)
    assert other.reported_flop == book.models.training_flop["GPT-3 6.7B"] != other.training_flop
    unknown = Analysis(book.evidence, book.assumptions.but(compute_rule="6nd")).results.training_flop.isna()
    assert unknown.sum() > book.results.training_flop.isna().sum()


@pytest.mark.slow
def test_estimates_are_a_row_a_comparison(book):
    frame = book.estimates()
    assert list(frame.index) == list(book.evidence.comparisons)
    assert list(frame.status.cat.categories) == list(STATUSES)
    kinds = {
        "ceg": "float64",
        "headline": "bool",
        "n_baseline": "Int64",
        "partial": "boolean",
        "flags": "str",
    }
    assert {name: str(frame.dtypes[name]) for name in kinds} == kinds
    for e, row in zip(book.estimate_all(), frame.to_dict("records"), strict=True):
        wanted = (e.status, " ".join(e.flags), e.rows, e.n_baseline)
        assert (row["status"], row["flags"], row["rows"], row["n_baseline"]) == wanted
        assert np.isnan(row["ceg"]) if e.ceg is None else row["ceg"] == e.ceg
    webgpt = book.estimates("webgpt")
    pd.testing.assert_frame_equal(webgpt, frame[frame.enhancement == "webgpt"])
    assert set(webgpt.enhancement_name) == {book.evidence.enhancements["webgpt"].name}
    with pytest.raises(InputError, match=r"did you mean \"webgpt\"\?"):
        book.estimates("webgtp")
    some = list(webgpt.index[:2])
    pd.testing.assert_frame_equal(book.estimates(some), webgpt.loc[some], check_dtype=False)


def test_estimates_with_intervals_make_the_same_frame(book):
    found = with_intervals(book, [book.estimate("minerva.gsm8k.palm-8b")])
    frame = book.estimates(found)
    assert list(frame.low) == [found[0].low]
    assert list(frame.columns) == list(book.estimates().columns)
    assert book.estimates([]).dtypes.equals(frame.dtypes)


def test_what_a_caller_changes_the_next_does_not_see(book):
    before, mine = book.results, book.results
    mine["score"] *= 2
    mine.loc[mine.index[0], "model"] = "mine"
    mine.insert(0, "new", 1)
    mine.index.name = "mine"
    mine.attrs["mine"] = True
    for name in ("items", "preferred", "variant", "provenance"):
        mine[name].array[0] = mine[name].array[-1]  # writes into the column, whatever pandas copies
    pd.testing.assert_frame_equal(book.results, before)
    assert book.results.attrs == {}


def test_a_frame_is_worked_out_once(book, monkeypatch):
    frames_of = Analysis(book.evidence, book.assumptions)
    first = [getattr(frames_of, name) for name in TABLES]
    monkeypatch.setattr(frames, "_table", lambda *_: pytest.fail("worked out again"))
    for name, frame in zip(TABLES, first, strict=True):
        pd.testing.assert_frame_equal(getattr(frames_of, name), frame)


def test_a_page_sees_the_rows_that_it_named_and_no_others():
    page = analysis.open(enhancements=["webgpt"])
    assert set(page.comparisons.enhancement) == {"webgpt"}
    assert set(page.results.model) <= set(page.models.index)
    empty = analysis.open(tables=["prices"])
    assert [len(getattr(empty, name)) for name in TABLES] == [0] * len(TABLES)
    for name in TABLES:
        assert list(getattr(empty, name).columns) == list(getattr(page, name).columns)


@pytest.mark.slow
def test_who_asks_for_no_frame_does_not_import_pandas():
    code = "import ceg, sys; ceg.open(enhancements=['webgpt']).headline('webgpt')"
    code += "; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_row_is_no_estimate(book):
    row = book.estimates("webgpt").iloc[0]
    with pytest.raises(TypeError, match=r"takes an Estimate, not a Series; for many: \[ceg.exceeds\(e, 10\)"):
        exceeds(row, 10)


def test_an_unknown_enhancement_has_no_headline(book):
    assert book.headline("codex-ranking") is None
    with pytest.raises(InputError, match=r"did you mean \"webgpt\"\?"):
        book.headline("webgtp")
