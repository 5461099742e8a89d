"""What a chapter shows: figures of charts and pictures, tables of data frames, and notebooks of both."""

from __future__ import annotations

import json
import math

import altair as alt
import pandas as pd
import pytest

from sphinx_fresh import show as module
from sphinx_fresh.mime import FIGURE, TABLE
from sphinx_fresh.show import Column, Linked, show, table

FRAME = pd.DataFrame({"year": [2020, 2021], "score": [1.5, math.nan], "model": ["a", "b"]})
OTHER = FRAME.assign(score=1)
DOTS = alt.Chart(FRAME).mark_point().encode(x="year", y="score", color="model")
BARS = alt.Chart(FRAME).mark_bar().encode(x="year:O", y="mean(score)")
X = alt.X(alt.repeat("column"), type="quantitative")
SHORT = "Chart of score against year, by model."


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (DOTS, SHORT),
        (DOTS.interactive(), SHORT),
        (DOTS + DOTS.mark_line(), SHORT),
        (DOTS.properties(title="Scores"), f"Scores. {SHORT}"),
        (DOTS.properties(title=alt.Title(["Two", "lines."])), f"Two lines. {SHORT}"),
        (DOTS.properties(description="Two dots."), "Two dots."),
        (DOTS.encode(y=alt.Y("score", title="share")), "Chart of share against year, by model."),
        (BARS, "Chart of mean of score against year."),
        (BARS.encode(y="count()"), "Chart of count of records against year."),
        (BARS.facet("model"), "Chart of mean of score against year, by model."),
        (BARS.encode(column="model"), "Chart of mean of score against year, by model."),
        (DOTS | BARS, f"{SHORT} Chart of mean of score against year."),
        (
            BARS.encode(x=X, y="score").repeat(column=["year", "score"]),
            "Chart of score against year and score.",
        ),
        (alt.Chart(FRAME).mark_arc().encode(theta="score", color="model"), "Chart of score, by model."),
        (alt.Chart(FRAME).mark_rect().encode(color="model"), "Chart of model."),
    ],
)
def test_a_chart_in_words_and_its_data(chart, said):
    figure = show(chart)
    assert figure.description == said
    assert (figure.columns, figure.rows) == (
        ["year", "score", "model"],
        [[2020, 1.5, "a"], [2021, None, "b"]],
    )
    assert isinstance(figure.spec, dict) and "config" not in figure.spec and not figure.numbered


def test_more_rows_than_altair_takes_by_itself():
    many = pd.DataFrame({"x": range(6000)})
    figure = show(alt.Chart(many).mark_tick().encode(x="x"))
    assert len(figure.rows) == 6000 and len(*figure.spec["datasets"].values()) == 6000


@pytest.mark.parametrize(
    ("chart", "data", "rows"),
    [
        (DOTS + DOTS.properties(data=OTHER), None, 0),
        (DOTS, FRAME[:1], 1),
        (alt.Chart(alt.Data(values=[{"x": 1}])).mark_tick().encode(x="x:Q"), None, 0),
        ([DOTS, BARS], None, 2),
        ([DOTS, DOTS.properties(data=OTHER)], None, 0),
    ],
)
def test_the_rows_under_a_figure(chart, data, rows):
    figure = show(chart, name="fig-1", caption="C", data=data)
    assert (len(figure.rows), figure.name, figure.numbered) == (rows, "fig-1", True)


def test_panels():
    figure = show([DOTS, BARS], name="fig-1", caption="C", panel="medium")
    assert [p["description"] for p in figure.spec] == [SHORT, "Chart of mean of score against year."]
    assert figure.description == f"{SHORT} Chart of mean of score against year." and figure.panel == "medium"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: show(alt.Chart(FRAME)), "the chart has no mark: give it one, as in alt.Chart(data).mark_"),
        (lambda: show(DOTS | alt.Chart(FRAME)), "the chart has no mark"),
        (lambda: show(alt.Chart(FRAME).mark_point()), "the chart encodes nothing: say what it shows, as in"),
        (lambda: show(alt.Chart("a.csv").mark_point().encode(x="a:Q")), "loads a.csv: read it into a DataFr"),
        (lambda: show(FRAME), "of a DataFrame make a table: table(frame, name=..., caption=...)"),
        (
            lambda: show([DOTS, 1]),
            "a list of Altair charts, a Matplotlib figure or … found: list of Chart, int",
        ),
        (lambda: show([]), "found: list"),
        (
            lambda: show(DOTS, data=[1]),
            "data takes a DataFrame, such as pd.DataFrame(rows); found: list of int",
        ),
        (lambda: show(DOTS, name="fig-1"), "figure 'fig-1' needs a caption: show"),
        (lambda: show(DOTS, panel="wide"), "panel='wide': it is one of small, medium, large"),
        (lambda: show("<svg></svg>"), "an SVG needs a description"),
        (lambda: table([1], name="t", caption="C"), "table takes a DataFrame, … found: list of int"),
        (
            lambda: table(FRAME, name="t", caption="C", columns={"a": "A"}),
            "'t': no column 'a'; … year, score",
        ),
        (lambda: table(FRAME, name="t", caption="C", find=["b"]), "'t': no column 'b'"),
    ],
)
def test_what_cannot_be_shown(call, said):
    with pytest.raises((TypeError, ValueError)) as error:
        call()
    assert all(part in str(error.value) for part in said.split(" … "))


def test_a_table_of_a_frame():
    frame = FRAME.assign(
        day=pd.to_datetime(["2020-01-02", None]), to=[Linked("A", "fig-a"), None], big=[1e400, 1]
    )
    made = table(frame, name="t", caption="C", numbered=True)
    assert [c.align for c in made.columns] == ["right", "right", "left", "left", "left", "right"]
    assert made.rows == [[2020, 1.5, "a", "2020-01-02", "A", "inf"], [2021, None, "b", None, None, 1.0]]
    assert module.unpacked(made._repr_mimebundle_())[TABLE]["rows"][0][4]["target"] == "fig-a"
    some = table(frame, name="t", caption="C", columns={"score": Column("s", "S", "wide"), "model": "Model"})
    assert some.columns == [Column("s", "S", "wide"), Column("model", "Model", "left")]
    assert some.rows == [[1.5, "a"], [None, "b"]]
    named = table(FRAME.set_index("model"), name="t", caption="C")
    assert [c.key for c in named.columns] == ["model", "year", "score"]


def test_notebooks_draw_a_chart_in_the_look_that_altair_is_set_to():
    @alt.theme.register("toy", enable=False)
    def toy():
        return {"config": {"font": "Toy", "axis": {"grid": False}}}

    figure = show(DOTS.configure_axis(grid=True))
    with alt.theme.enable("toy"):
        drawn = figure._repr_mimebundle_()[module.VEGA_LITE]
    assert drawn["config"] == {"font": "Toy", "axis": {"grid": True}} and drawn["width"] == 640
    assert "width" not in module.for_notebooks(show(BARS.facet("model")).spec)
    assert module.for_notebooks(show(DOTS.properties(width=99)).spec)["width"] == 99


def test_panels_of_a_notebook_keep_their_data_sets():
    panels = [
        {"config": {}, "datasets": {"parts": [{"x": x}]}, "layer": [{"data": {"name": "parts"}}]}
        for x in (1, 2)
    ]
    whole = module.for_notebooks(panels)
    found = [whole["datasets"][panel["layer"][0]["data"]["name"]] for panel in whole["concat"]]
    assert found == [[{"x": 1}], [{"x": 2}]]
    assert "datasets" not in module.for_notebooks([{"config": {}, "layer": [{"data": {"values": []}}]}])


@pytest.mark.slow
def test_a_picture_of_matplotlib():
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    def drawn():
        figure, (left, right) = pyplot.subplots(1, 2)
        left.plot([1, 2], [3, 4], label="one")
        left.set(xlabel="year", ylabel="score", title="Left")
        left.legend()
        right.imshow([[0, 1]])
        return show(figure, name="fig-1", caption="C")

    first, second = drawn(), drawn()
    assert first.svg == second.svg and not pyplot.get_fignums()
    assert first.description == "Left. Chart of score against year, by one. Chart without labels."
    assert not [each for each in ("style", "<metadata", "<text") if each in first.svg]
    assert json.loads(first._repr_mimebundle_()[FIGURE])["svg"] == first.svg
