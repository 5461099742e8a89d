"""What an analyst's choices make of one reported number: every reading of Minerva with a vote.

A value that some choices give is consistent with them. It is identified only if the text says which were
made.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import pandas as pd

from ceg import formatting
from ceg.analysis.alternatives import analysis
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import gain

FORMS = ("logit above chance", "logit", "linear")
CURVES = (("all models", "edge"), ("all models", "line"), ("two largest", "edge"))
"""Models fitted, and where an extrapolation starts. Through two models the edge and the line are the same."""

RULES = ("reported", "compute_optimal")
SIZES = ("8b", "62b", "540b")
CHOICES = ["form", "fitted", "continued_from", "compute_rule", "continued_training"]
"""Columns of the choices."""


def readings(book: Analysis, comparisons: Mapping[str, str]) -> pd.DataFrame:
    """Every CEG that the choices give, at each model size and as the median over sizes.

    comparisons: what to call some scores -> their comparisons, such as ``minerva-voting.math.palm-{}`` ({}:
    the size). The choices: form of the curve; models fitted, and where it is continued from; compute rule;
    the continued training charged or not. No limit on extrapolation; recalled scores let in; a vote whatever
    the book's choice. Choices without a rising curve give nothing. ``of``: the size whose value it is.
    """
    rows, open_to_all = [], {"provenance_admitted": "all", "aggregation": "as_headline"}
    books = {
        (rule, "charged" if charged else "not charged"): analysis(
            book, compute_rule=rule, charge_finetuning=charged, **open_to_all
        )
        for rule, charged in product(RULES, (False, True))
    }
    for (title, named), form, curve, (counted, under) in product(
        comparisons.items(), FORMS, CURVES, books.items()
    ):
        cegs = {size: _read(under, named.format(size), form, *curve) for size in SIZES}
        found = {size: ceg for size, ceg in cegs.items() if ceg is not None}
        of = [(size, size) for size in found]
        if len(found) == len(SIZES):
            of.append(("median", sorted(found, key=lambda size: found[size])[1]))
        choices = (form, *curve, *counted)
        rows += [(title, name, *choices, found[size], size) for name, size in of]
    return pd.DataFrame(rows, columns=["benchmark", "size", *CHOICES, "ceg", "of"])


def _read(book: Analysis, comparison: str, form: str, fitted: str, start: str) -> float | None:
    case = book.find(comparison)
    if case is None:
        return None
    return gain(
        case.enhanced.point,
        [s.point for s in (case.baselines if fitted == "all models" else case.baselines[-2:])],
        replace(case.scale, chance=0.0) if form == "logit" else case.scale,
        transform=form.partition(" ")[0],
        estimate_order="fit_first" if start == "line" else "interpolate_first",
        extrapolate_from=start,
        min_points=2,
        max_extrapolation_oom=math.inf,
    ).ceg


def pairs(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Readings of two benchmarks that share size and all choices."""
    return left.merge(right, on=["size", *CHOICES], suffixes=("_maths", "_stem"))


def in_words(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs of readings as texts: of which scores, the two values, and the choices behind them."""
    two = pairs["fitted"] == "two largest"
    fitted = pairs["fitted"].where(two, pairs["fitted"] + ", from the " + pairs["continued_from"])
    counted = pairs["compute_rule"].str.replace("_", "-") + " compute"
    size = pairs["size"].where(pairs["size"] == "median", pairs["size"].str.upper())
    return pd.DataFrame(
        {
            "scores": pairs["benchmark_maths"] + " and " + pairs["benchmark_stem"] + ", " + size,
            "maths": pairs["ceg_maths"].map(formatting.times),
            "stem": pairs["ceg_stem"].map(formatting.times),
            "choices": pairs["form"]
            + "; "
            + fitted
            + "; "
            + counted
            + "; training "
            + pairs["continued_training"],
        }
    )


def spans(readings: pd.DataFrame) -> pd.DataFrame:
    """The least, middle and greatest reading of each set of scores beside the paper's value, as texts."""
    groups = readings.groupby("benchmark", sort=False)
    cegs = groups["ceg"]
    found = pd.DataFrame(
        {
            "reported": groups["reported"].first().map("{:g}x".format),
            "least": cegs.min().map(_two),
            "median": cegs.quantile(0.5, interpolation="lower").map(_two),
            "greatest": cegs.max().map(_two),
        }
    )
    return found.reset_index()


def _two(ceg: float) -> str:
    return formatting.times(ceg, 2) if ceg < 1e6 else "over a million x"
