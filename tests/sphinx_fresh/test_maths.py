"""A formula that cannot be made is said with what is known; none is made by half."""

from types import SimpleNamespace

import pytest
from docutils import nodes

from sphinx_fresh.theme import maths


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"\frac12", "missing children"),
        (r"\textbf{x}", r'Unknown LaTeX command "\textbf"'),
        (r"\substack{a\\b}", "Unknown"),
        (r"\begin{align}a&=b\end{align}", "align"),
        (r"\newcommand{\x}{y}\x", "Unknown"),
        (r"\frac{a", "a brace is open"),
        ("a}", "a brace"),
        (r"\{a", None),
        ("a & b", "stands alone"),
        (r"a\\b", "stands alone"),
        (r"\begin{aligned}a&=b\\c&=d\end{aligned}", None),
        (r"10^{-3} \geq \frac{1}{2}", None),
    ],
)
def test_bad_formulas_are_said(monkeypatch, latex, said):
    warned = []
    monkeypatch.setattr(maths.LOGGER, "warning", lambda text, *values, location: warned.append(text % values))
    made = maths.mathml(SimpleNamespace(encode=str), nodes.math(text=latex), as_block=False)
    if said is None:
        assert warned == [] and made.startswith("<math")
    else:
        assert len(warned) == 1 and said in warned[0] and repr(latex) in warned[0]
        assert r"\frac{1}{2}" in warned[0] and made == f"<code>{latex}</code>"
