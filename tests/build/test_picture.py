"""The README's picture is drawn from the data."""

import pytest
from places import ROOT

from ceg.build import picture


@pytest.mark.slow
def test_the_readme_s_picture_is_drawn_from_the_data():
    assert picture.digest(picture.figure()) in (ROOT / "headline.svg").read_text(encoding="utf-8"), (
        "run: make picture"
    )
