"""The chapter on typical gains, and the pages that show them, where they are not computed for the data."""

import pytest
from chapter_runs import run

from ceg.typical.derived import NOT_COMPUTED


@pytest.mark.parametrize("chapter", ["book/beyond/typical-gain.md", "book/index.md"])
def test_a_page_says_that_they_are_not_computed_and_goes_on(chapter):
    with_fit, without = run(chapter), run(chapter, "transform=linear")
    assert len(without.shown) == len(with_fit.shown)
    assert not any(NOT_COMPUTED in text for text in with_fit.values.values())
    assert any(NOT_COMPUTED in text for text in without.values.values())
    assert not any("nan" in text.split() for text in without.values.values())
