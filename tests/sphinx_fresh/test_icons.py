"""Icon fonts hold what pages use."""

from __future__ import annotations

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from sphinx_fresh.theme import icons


@pytest.mark.slow
def test_fonts_hold_the_icons_asked_for_and_no_others():
    files = icons.files({"solid": ["flask"]})
    solid = TTFont(BytesIO(files["icons-solid.woff"])).getBestCmap()
    assert (
        0xF0C3 in solid and 0xF00D in solid and 0xF107 in solid
    )  # flask, xmark, and the arrow of the style sheet
    assert 0xF0F9 not in solid  # ambulance
    assert '.fa-flask::before { content: "\\f0c3"; }' in files["icons.css"].decode()
    assert sum(map(len, files.values())) < 10_000
    assert files == icons.files({"solid": ["flask"]})
    with pytest.raises(ValueError, match="no icon \\['flasque'\\]"):
        icons.files({"solid": ["flasque"]})
    with pytest.raises(ValueError, match="solidd"):
        icons.files({"solidd": ["flask"]})


def test_an_icon_without_a_glyph_is_found():
    page = '<i class="fa-solid fa-sun fa-lg"></i><i class="fas fa-flask"></i><p class="fa-not">'
    assert icons.missing(page, ["sun"]) == ["fa-flask"]
    assert icons.silent('<i class="fas fa-sun"></i>') == '<i class="fas fa-sun" aria-hidden="true"></i>'
