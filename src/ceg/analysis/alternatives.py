"""One enhancement's CEG under several sets of choices, beside each other."""

from dataclasses import replace

from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate


def analysis(book: Analysis, **changes: object) -> Analysis:
    """The same evidence with some assumptions changed."""
    return replace(book, assumptions=book.assumptions.but(**changes))


def under(book: Analysis, comparison: str, **changes: object) -> Estimate:
    """The estimate of a comparison with some assumptions changed."""
    return analysis(book, **changes).estimate(comparison)
