"""The chapter that holds predictions against the evidence held out."""

import numpy as np
import pandas as pd
import pytest
from places import DATA

import ceg
from ceg.chapters.out_of_sample import charts, tables
from ceg.typical.predictive import Windowed


def rows(*some):
    """Rows of ``compared``: test, kind, gain, rank, agrees, outside; foretold 0.1 to 10 about 1."""
    columns = ["test", "kind", "gain", "rank", "agrees", "outside"]
    frame = pd.DataFrame(some, columns=columns)
    ends = dict(zip(tables.ENDS, (0.1, 0.5, 1.0, 2.0, 10.0), strict=True))
    names = {"comparison": "c", "benchmark": "b", "model": "m", "family": "f", "says": "1x"}
    return frame.assign(
        **ends, **names, rank_shown=frame["rank"], score=-1.0, score_any=-2.0, score_none=-3.0
    )


NO = np.nan
SOME = rows(
    ("bbh", "value", 0.5, 0.3, NO, False),
    ("bbh", "value", 0.01, 0.001, NO, True),
    ("bbh", "at least", 100.0, NO, 0.01, True),
    ("bbh", "at most", 0.001, NO, 0.02, True),
    ("bbh", "at least", 1.0, NO, 0.5, False),
    ("bbh", "", 3.0, NO, NO, False),
    ("voting", "value", 3.0, 0.8, NO, False),
)
WINDOWED = Windowed(
    np.arange(7),
    np.array([0.0, 0.2, 1.0, 1.0, 0.4, 0.6, 0.5]),
    np.ones(7),
    np.tile([[0.0, 1.0]], (7, 1)),
    np.ones(7),
)
FOUND = tables.Compared(SOME, WINDOWED)


def test_values_and_bounds_are_counted_by_test():
    found = tables.by_test(FOUND)
    bbh = found.loc["bbh"]
    assert (bbh["comparisons"], bbh["bounds"], bbh["unlikely"]) == (6, 3, 2)
    assert (bbh["between"], bbh["between_90"]) == (2, 0.5)
    assert bbh["middle_found"] == 10**0.4 and bbh["middle_foretold"] == 10**0.5
    assert bbh["beyond_found"] == pytest.approx(2 / 6) and bbh["beyond_foretold"] == 0.5
    assert found.loc["gsm8k", "comparisons"] == 0
    assert tables.shown(found)["inside"].to_list() == ["50% of 2", "no value of 0", "all of 1"]


def test_a_score_is_clearly_better_only_if_it_is_so_in_every_family():
    one = tables.scores(FOUND)
    assert one["score_any"].to_list()[0] == "-2.00: own is better"
    assert one["score_none"].to_list()[1] == "no value"
    two = SOME.assign(family=list("abababa"), score_any=[-2.0, 0.5] * 3 + [-2.0])
    assert tables.scores(tables.Compared(two, WINDOWED))["score_any"][0].endswith("no clear difference")


def test_tests_that_the_book_knows_are_named():
    names = tables.known(ceg.open(), ceg.open(DATA / "held-out"))
    assert "GSM8K" in names and "date understanding" in names and "dyck languages" not in names


def test_what_lies_outside_is_told_by_its_side():
    count = tables.counts(SOME)
    assert count == {"told": 6, "outside": 3, "below": 2}
    assert tables.outside(count) == "3 of 6 gains lie outside what was foretold, 2 of them below"
    assert tables.outside(count | {"outside": 2}) == "2 of 6 gains lie outside what was foretold, all below"
    assert tables.contradicted(SOME)["way"].to_list() == ["below", "above", "below"]


def test_the_middle_is_said_with_its_way():
    row = {"comparisons": 9, "middle_foretold": 2.0, "middle_found": 1.0}
    assert tables.middles(row) == "the middle gain was foretold at 2x and is lower, at 1x"
    assert "found at 2.1x" in tables.middles(row | {"middle_found": 2.1})
    assert tables.middles({"comparisons": 0}) == ""


def test_a_row_of_the_chart_is_named_in_two_lines_at_most():
    names = {b["name"] for b in ceg.open(DATA / "held-out").benchmarks.to_dict("records")}
    assert {f"BBH {name} (Ruan et al.)" for name in charts.SHORT} <= names
    drawn = charts.rows(SOME, "benchmark", "Title", charts.reach(SOME)).to_dict(validate=False)
    assert "b: 6 found, 3 outside" in drawn["description"]
