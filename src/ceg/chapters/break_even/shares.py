"""Break-even over the multiverse: in which share of the specifications each verdict is reached."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ceg.analysis.analysis import Analysis
from ceg.exhibits import controls
from ceg.multiverse import outcomes, specifications
from ceg.multiverse.outcomes import Outcomes
from ceg.multiverse.variance_shares import weights_of
from ceg.survey import break_even
from ceg.survey.break_even import DOMINATED, DOMINATES, FROM, UNKNOWN, UP_TO, VERDICTS, Entry, Use

CODES = tuple(VERDICTS)
"""Verdicts by number."""


def shares(analysis: Analysis, entries: Sequence[Entry]) -> pd.DataFrame:
    """The share of the specifications with each verdict: a row an enhancement that has one by default.

    Each scaling law in turn gives the size of the bigger model, all with the same weight.

    Fine-tuning is counted in the cost everywhere, so that charging it to the gain is no specification of its
    own; nor is another number of samples, whose cost is not known.
    """
    some = [e for e in entries if e.verdict != UNKNOWN]
    options = specifications.options(analysis.evidence.folder) | {
        "charge_finetuning": (False,),
        "aggregation": ("as_headline",),
    }
    factors = specifications.factors(options)
    made = outcomes.outcomes(analysis, [e.headline.comparison for e in some], factors)
    found = {}
    uses = [
        break_even.in_flop(replace(analysis, assumptions=analysis.assumptions.but(compute_optimal_law=law)))
        for law in controls.known(analysis)["compute_optimal_law"].options
    ]
    for e in some:
        each = made[e.headline.comparison]
        codes = [verdicts(use, each, e.one_time, e.runtime) for use in uses]
        weights = weights_of([f.weights for f in factors], each.status.shape) / len(uses)
        of = [sum(weights[c == i].sum() for c in codes) for i in range(len(CODES))]
        found[e.enhancement.enhancement] = of
    return pd.DataFrame.from_dict(found, orient="index", columns=CODES)


def verdicts(use: Use, made: Outcomes, one_time: float, runtime: float) -> np.ndarray:
    """The number in ``CODES`` of ``break_even.entry``'s verdict in every specification."""
    point = at(use, made.log10_ceg, one_time, runtime)
    low = at(use, np.where(made.flat, np.nan, made.log10_lower), one_time, runtime)
    high = at(use, np.where(made.flat, np.nan, made.log10_upper), one_time, runtime)
    lower = np.isin(low, [CODES.index(v) for v in (DOMINATES, UP_TO)])
    upper = high == CODES.index(DOMINATED)
    bound = np.where(lower, low, np.where(upper, high, CODES.index(UNKNOWN)))
    found = np.where(np.isnan(made.log10_ceg), bound, point)
    return np.where(made.says, found, CODES.index(UNKNOWN))


def at(use: Use, log10_gain: np.ndarray, one_time: float, runtime: float) -> np.ndarray:
    """``break_even.verdict`` as a number, of many gains; ``UNKNOWN`` where there is none."""
    gain = 10.0**log10_gain
    once, each = gain - 1 - one_time, runtime - gain**use.size_exponent
    with np.errstate(invalid="ignore"):
        kinds = [np.isnan(gain), (once >= 0) & (each <= 0), (once > 0) & (each > 0), (once < 0) & (each < 0)]
    return np.select(
        kinds, [CODES.index(v) for v in (UNKNOWN, DOMINATES, UP_TO, FROM)], CODES.index(DOMINATED)
    )
