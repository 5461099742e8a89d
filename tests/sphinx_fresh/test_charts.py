"""Charts: text stays text, a drawing is said as a whole, and what a cell gives by itself is drawn."""

from __future__ import annotations

import json
from types import SimpleNamespace
from xml.etree import ElementTree

import hostile
import pytest
from site_helpers import Book, Visit, served, wait_until
from sphinx.errors import ConfigError

from sphinx_fresh.figures import charts
from sphinx_fresh.figures.drawing import Draughtsman
from sphinx_fresh.show import FONT


def test_a_drawing_is_said_as_a_whole():
    drawn = charts.silent(
        '<svg width="1"><g role="graphics-symbol" aria-label="a &gt; b" class="c">'
        '<text>role="x"</text></g></svg>'
    )
    assert drawn == '<svg aria-hidden="true" width="1"><g class="c"><text>role="x"</text></g></svg>'


@pytest.fixture(scope="module")
def draughtsman():
    made = Draughtsman()
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("words", [*hostile.PAYLOADS, 'a\\" + datum.x + "', "it's"])
def test_charts_show_text(words, tmp_path, draughtsman):
    spec = {
        "data": {"values": [{"x": 1, "y": 2, "name": words}]},
        "title": words,
        "mark": {"type": "text", "tooltip": True},
        "encoding": {"x": {"field": "x", "type": "quantitative", "title": words}, "text": {"field": "name"}},
    }
    node = charts.chart_node(spec, None, words, charts.Drawings(tmp_path, draughtsman))
    drawn = ElementTree.fromstring(node["svg"])
    assert not {each.tag.rpartition("}")[2] for each in drawn.iter()} & {
        "script",
        "img",
        "b",
        "a",
        "foreignObject",
    }
    said = [" ".join((each.text or "").split()) for each in drawn.iter() if each.tag.endswith("}text")]
    assert any(" ".join(words.split())[:12] in each for each in said)
    assert json.dumps(node["spec"]["data"]["values"][0]["name"]) == json.dumps(words)


BASE = {"config": {"axis": {"grid": False, "labelColor": "red"}}, "width": "container", "height": 300}
CONFIG = {"font": FONT, "axis": {"grid": False, "labelColor": "red"}}
PARTS = {"view": {"continuousWidth": 200, "continuousHeight": 200}}
UNIT = {"mark": "point", "encoding": {"x": {"field": "x"}}}


@pytest.mark.parametrize(
    ("spec", "base", "made"),
    [
        (UNIT, {}, {"config": {"font": FONT}}),
        (UNIT, BASE, {"config": CONFIG, "width": "container", "height": 300}),
        ({"layer": [UNIT]}, BASE, {"config": CONFIG, "width": "container", "height": 300}),
        (UNIT | {"width": 90, "height": 80}, BASE, {"config": CONFIG, "width": 90, "height": 80}),
        (UNIT | {"background": "blue"}, {}, {"config": {"font": FONT}, "background": "blue"}),
        (
            UNIT | {"config": {"axis": {"grid": True}, "font": "Own"}},
            BASE | {"background": "white"},
            {
                "config": {"font": "Own", "axis": {"grid": True, "labelColor": "red"}},
                "width": "container",
                "height": 300,
                "background": "white",
            },
        ),
        ({"hconcat": [UNIT]}, BASE, {"config": CONFIG | PARTS}),
        ({"spec": UNIT, "facet": {"field": "x"}}, BASE, {"config": CONFIG | PARTS}),
        ({"mark": "bar", "encoding": {"column": {"field": "x"}}}, BASE, {"config": CONFIG | PARTS}),
    ],
)
def test_what_the_book_says_of_every_chart_is_laid_under_it(spec, base, made):
    assert charts.based(spec, base) == {"background": "transparent", **spec, **made}


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("", {}),
        (
            "sphinx_fresh.mime:FIGURE",
            "is 'sphinx_fresh.mime:FIGURE', which gives str; it takes module:name of",
        ),
        (
            "sphinx_fresh.mime:look",
            "is 'sphinx_fresh.mime:look', which is not there (module 'sphinx_fresh.mi",
        ),
        (
            "no.module:look",
            "is 'no.module:look', which is not there (No module named 'no'); it takes module:n",
        ),
        ("ceg.exhibits.theme", "is 'ceg.exhibits.theme', which is not there ("),
        ("builtins:dict", {}),
    ],
)
def test_where_the_book_says_it(named, found):
    config = SimpleNamespace(site_chart_config=named)
    if isinstance(found, dict):
        charts.read_config(None, config)
        assert config.site_chart_base == found
    else:
        with pytest.raises(ConfigError) as error:
            charts.read_config(None, config)
        assert f"site_chart_config {found}" in str(error.value)


CELLS = {  # what a page shows by itself -> its tools, and whether the live chart has a width of its own
    """import altair as alt
import pandas as pd
import matplotlib.pyplot as plt

frame = pd.DataFrame({"year": [1, 2, 3], "score": [4, 5, None], "model": ["a", "b", "a"]})
points = alt.Chart(frame).mark_point().encode(x="year", y="score", color="model", tooltip=["model", "score"])
points.interactive()""": ("CSV SVG PNG Vega-Lite Code", False),
    "points + points.mark_line()": ("CSV SVG PNG Vega-Lite Code", False),
    "points.properties(width=200).facet(column='model')": ("CSV SVG PNG Vega-Lite Code", True),
    "(points | points.mark_bar()).interactive()": ("CSV SVG PNG Vega-Lite Code", True),
    """field = alt.binding_select(options=["a", "b"], name="model ")
pick = alt.selection_point(fields=["model"], bind=field)
some = alt.when(pick).then(alt.value(1)).otherwise(alt.value(0.1))
points.add_params(pick).encode(opacity=some)""": (
        "CSV SVG PNG Vega-Lite Code",
        False,
    ),
    """many = pd.DataFrame({"x": range(6000), "y": [i * i % 997 for i in range(6000)]})
alt.Chart(many).mark_circle().encode(x="x", y="y")""": ("CSV SVG PNG Vega-Lite Code", False),
    "plt.plot([1, 2], [3, 4])\nplt.ylabel('score')\nplt.plot([1, 2], [4, 3])": ("SVG PNG Code", None),
    "frame": None,
    "frame.style.highlight_max(subset=['score'])": None,
    """from sphinx_fresh.show import show, table
rest = {"name": "fig-two", "caption": "Two.", "sources": [("ants1999", "p. 1", "verified")]}
show([points, points.mark_bar()], **rest)""": (
        "CSV SVG PNG Vega-Lite Code Sources Cite Embed Link",
        False,
    ),
    "table(frame, name='tab-frame', caption='A frame.', columns={'model': 'Model', 'score': 'Score'})": None,
}


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """The small book with a page that shows charts, a picture and data frames by themselves."""
    book = Book(tmp_path_factory.mktemp("plain"))
    cells = "".join(f"```{{code-cell}}\n{cell}\n```\n\n" for cell in CELLS)
    book.edit("book/tables.md", "# Tables\n", f"# Tables\n\n{cells}See {{numref}}`fig-two`.\n")
    look = "site_chart_config: ceg.exhibits.theme:config"
    book.edit("_config.yml", "    site_packages:", f"    {look}\n    site_packages:")
    result = book.build()
    assert result.code == 0, result.errors[-3000:]
    return book


def test_what_a_cell_gives_by_itself_is_in_the_page(toy):
    page = toy.page("book/tables")
    assert "Line2D" not in page and "Text(" not in page
    assert 'class="dataframe' in page and "background-color: yellow" in page
    assert len(list((toy.site / "downloads").glob("figure-*.csv"))) == 6
    again = toy.files()
    toy.edit("book/tables.md", "See {numref}", "Once more, see {numref}")
    assert toy.build().code == 0
    svg = [name for name in again if name.endswith(".svg") and "figure-" in name]
    assert len(svg) == 7 and all(toy.files()[name] == again[name] for name in svg)


@pytest.mark.parametrize("width", [1280, 390])
def test_what_a_cell_gives_by_itself_is_drawn(toy, browser_path, chromium, width):
    shown = [about for about in CELLS.values() if about]
    with served(toy.site) as address:
        visit = Visit(chromium, f"{address}/book/tables.html", viewport={"width": width, "height": 800})
        page = visit.page
        figures = page.locator("article .site-figure")
        assert figures.count() == len(shown)
        for i, (tools, fixed) in enumerate(shown):
            figure = figures.nth(i)
            names = " ".join(figure.locator(".site-tools > ul > li").all_inner_texts())
            assert names.replace("Data (CSV)", "CSV") == tools
            chart = figure.locator(".site-chart").first
            if fixed is None:
                assert chart.locator("svg").bounding_box()["width"] > 200
                continue
            chart.scroll_into_view_if_needed()
            identity = chart.get_attribute("id")
            wait_until(page, f"document.getElementById('{identity}').hasAttribute('data-drawn')")
            room = page.evaluate("document.querySelector('article').clientWidth")
            drawn = chart.locator(".site-chart-live svg").first.bounding_box()["width"]
            assert (drawn > 380) if fixed else (drawn <= room + 1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        bound = figures.nth(4)
        bound.get_by_role("combobox", name="model").select_option("a")  # it stands in no image
        wait_until(page, "document.querySelectorAll('.site-chart-live path[opacity=\"0.1\"]').length === 1")
        assert bound.locator(".site-chart-live svg[role=img]").count() == 1
        visit.context.close()
    assert not [p for p in visit.problems if "Scale bindings" not in p]
