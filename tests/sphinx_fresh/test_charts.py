"""Charts: text stays text, and a drawing is said as a whole."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import hostile
import pytest

from sphinx_fresh.figures import charts
from sphinx_fresh.figures.drawing import Draughtsman


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
