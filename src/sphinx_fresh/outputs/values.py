"""What the expressions of a page's prose give: run by the hidden cell behind the page, in its kernel.

It imports no library that a page might not need.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from numbers import Integral, Real

from sphinx_fresh.mime import LINK, VALUES

ALLOWED = "a sentence takes text or a whole number"


class Values:
    """The values of expressions, by their text.

    Each expression comes as a function that gives its value, or as what is wrong with its syntax.
    """

    def __init__(self, expressions: Mapping[str, Callable[[], object] | str]):
        self.values = {text: evaluated(give) for text, give in expressions.items()}

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {VALUES: self.values, "text/plain": ""}


def evaluated(give: Callable[[], object] | str) -> dict[str, str]:
    """``text``, and ``target`` for text that leads somewhere; or ``error``: what is wrong, and the fix."""
    if isinstance(give, str):
        return {"error": give}
    try:
        with warnings.catch_warnings(record=True) as given:
            value = give()
            shown = _shown(value)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        return {"error": f"{said}. Correct the expression, or the code that it uses"}
    for warning in given:
        said = f"{warning.category.__name__}: {warning.message}"
        return {"error": f"{said}. Correct the expression, or the code that it uses"}
    return shown


def _shown(value: object) -> dict[str, str]:
    if isinstance(value, str):
        bundle = getattr(value, "_repr_mimebundle_", dict)()
        return bundle.get(LINK) or {"text": str(value)}
    if isinstance(value, bool):
        return {"error": f"it gives {value}; {ALLOWED}. Say it in words: 'yes' if x else 'no'"}
    if isinstance(value, Integral):
        return {"text": str(int(value))}
    if isinstance(value, Real):
        return {"error": f"it gives {value}; {ALLOWED}. Format the number, such as f'{{x:.1f}}'"}
    kind = type(value).__name__
    return {"error": f"it gives {'None' if value is None else f'a {kind}'}; {ALLOWED}. Turn it into text"}
