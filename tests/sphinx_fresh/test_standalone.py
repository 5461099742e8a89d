"""A figure's panels as one drawing and as one specification."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from sphinx_fresh.figures import standalone


def test_panels_are_one_drawing():
    box = '<svg class="marks" width="100" height="{}" viewBox="0 0 100 10" xmlns="http://www.w3.org/2000/svg"><g/></svg>'
    free = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" style="max-width:9px"><g/></svg>'
    text = standalone.svg_file([box.format(30), box.format(50), free], 2, "A <b> & c", "Said.")
    root = ElementTree.fromstring(text)
    assert [root.get(k) for k in ("width", "height", "viewBox")] == ["216", "86", "0 0 216 86"]
    title, said, paper, *parts = root
    assert (title.text, said.text, paper.get("fill")) == ("A <b> & c", "Said.", "#ffffff")
    places = [tuple(p.get(k) for k in ("x", "y", "width", "height")) for p in parts]
    assert places == [("0", "0", "100", "30"), ("116", "0", "100", "50"), ("0", "66", "40", "20")]
    assert parts[2].get("style") is None
    with pytest.raises(ValueError, match="viewBox"):
        standalone.size("<svg>")


def test_panels_are_one_specification():
    panel = {
        "$schema": "s",
        "config": {"a": 1},
        "width": "container",
        "layer": [{"data": {"name": "d"}}],
        "mark": "bar",
    }
    one, two = (panel | {"datasets": {"d": [{"x": n}]}} for n in (1, 2))
    whole = standalone.spec_file([one, two], 2, 335, "Said.")
    assert (whole["$schema"], whole["config"], whole["columns"], whole["description"]) == (
        "s",
        {"a": 1},
        2,
        "Said.",
    )
    assert [p["layer"][0]["data"] for p in whole["concat"]] == [
        {"values": [{"x": 1}]},
        {"values": [{"x": 2}]},
    ]
    assert all(
        p["width"] == 335 and not {"config", "datasets", "$schema"} & p.keys() for p in whole["concat"]
    )
    assert standalone.spec_file(one, 1, 680, "Said.")["width"] == 680
