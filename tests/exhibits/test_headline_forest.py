"""The chart that opens the book: its rows, and where its marks stand."""

import math

import ceg
from ceg.exhibits import headline_forest
from ceg.survey import survey
from ceg.typical import derived


def test_a_row_is_a_headline_and_the_greatest_comes_first():
    book = ceg.open(enhancements="survey")
    entries = survey.entries(book)
    rows = headline_forest.rows(book, entries, 5)
    assert list(rows["value"]) == sorted(rows["value"], reverse=True)
    headlines = {e.enhancement.name: e.headline for e in entries if e.headline}
    for row in rows.itertuples():
        e = headlines[row.name]
        assert row.value == (e.ceg or e.lower_bound) and row.bound == (e.ceg is None)
        assert (None if math.isnan(row.count_low) else row.count_low) == e.count_low
        assert row.counted == (ceg.exceeds(e, 5) is True)
        assert row.counted <= (row.count_low > 5)  # a blue line begins above the threshold
    gains = derived.of(book, [e.enhancement.enhancement for e in entries])
    assert derived.count(gains, 5, book.assumptions.count_probability).startswith(
        f"{sum(rows.typical_counted)} of "
    )
    verifier = rows.set_index("name").loc["Trained verifier"]
    assert (verifier.short, verifier.runtime) == ("≥ 26x", "200x")


def test_lines_end_where_the_axis_does_and_bounds_are_triangles():
    rows = headline_forest.rows(book := ceg.open(enhancements="survey"), survey.entries(book), 5)
    spec = headline_forest.forest(rows, 5).to_dict()
    drawn = [(one["mark"], spec["datasets"][one["data"]["name"]]) for one in spec["layer"]]
    lines = next(d for mark, d in drawn if mark["type"] == "rule" and "to" in d[0])
    assert len(lines) == rows["count_low"].notna().sum()
    assert all(headline_forest.LEFT <= d["from_"] <= d["to"] <= headline_forest.RIGHT for d in lines)
    triangles = [d for mark, d in drawn if mark.get("shape") == "triangle-right" and mark["opacity"] == 1]
    assert [d["name"] for d in triangles[0]] == list(rows[rows["bound"]]["name"])
    assert "Minerva: " in spec["description"]
