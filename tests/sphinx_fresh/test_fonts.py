"""Charts are set in fonts that come with them: no font of the machine decides how wide they are."""

import re

import pytest
from fontTools.ttLib import TTFont

from sphinx_fresh.figures.drawing import FONTS, Draughtsman
from sphinx_fresh.show import FONT

SERVED = FONTS.parents[1] / "static" / "fonts"


@pytest.fixture(scope="module")
def draughtsman():
    drawing = Draughtsman()
    yield drawing
    drawing.close()


@pytest.mark.slow
def test_the_first_font_alone_decides(draughtsman):
    first, comma, _ = FONT.partition(",")
    drawn = {}
    for font in (FONT, first, f"{first}, monospace", "monospace"):
        spec = {
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "data": {"values": [{"name": "Best-of-n, 10⁻² ≥ ×", "value": 1}]},
            "mark": "bar",
            "encoding": {"y": {"field": "name"}, "x": {"field": "value", "type": "quantitative"}},
            "config": {"font": font},
        }
        drawn[font] = re.sub(r'\sfont-family="[^"]*"', "", draughtsman.svg(spec))
    assert comma and drawn[FONT] == drawn[first] == drawn[f"{first}, monospace"] != drawn["monospace"]


def test_what_readers_load_is_small_and_licensed():
    assert sum(path.stat().st_size for path in SERVED.glob("*.woff2")) <= 40 * 1024
    for folder in (FONTS, SERVED):
        assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8").upper()
    assert {p.stem for p in SERVED.glob("*.woff2")} == {p.stem for p in FONTS.glob("*.ttf")}


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_the_signs_of_charts_are_there(weight):
    known = TTFont(FONTS / f"site-sans-{weight}.ttf").getBestCmap()
    latin = (chr(c) for c in (*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x3B1, 0x3CA)))
    signs = [*filter(str.isprintable, latin), *"–—‘’“”…′→−≤≥≈×⁰¹²³⁴⁵⁶⁷⁸⁹⁻"]
    assert [sign for sign in signs if ord(sign) not in known] == []
