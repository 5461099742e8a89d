"""What the theme leaves unsaid to a screen reader."""

from __future__ import annotations

from sphinx_fresh.theme import spoken


def test_what_the_theme_leaves_unsaid():
    fold = '<a class="x" href="a.html">3. A &amp; B</a><details open="open"><summary>'
    fold += '<span class="toctree-toggle"></span>'
    assert '<summary aria-label="Sections of 3. A &amp; B"><span' in spoken.spoken(fold)
