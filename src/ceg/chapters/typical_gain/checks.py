"""What ``make typical-check`` found, in data frames that the chapter shows."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ceg import formatting
from ceg.formatting import part, times
from ceg.typical.derived import above_5x

FLAT = "flat baselines by their upper bounds"
CHOICES = {
    "as it is": "As it is",
    FLAT: "Flat baselines count as upper bounds",
    "without contested rows": "Without contested comparisons",
    "one comparison a test and baselines": "One comparison for each test and baselines",
    "no slopes with size": "Without slopes with size",
    "normal residual": "What is left is normal",
}
"""Choices that the table has, and what it calls them."""

FOLLOWED = ("few-shot", "chain-of-thought", "instructgpt", "flan")
"""Enhancements whose median gain is followed through the choices: of the survey, with most comparisons."""


NOT_COMPUTED = "Not computed for these data: make typical-check."
"""What stands in place of an answer."""


def found(check: Mapping[str, Any] | None, names: Mapping[str, str], probability: float) -> Mapping[str, str]:
    """What was found of calibration, folds, replicated, curves and priors, in sentences by these names.

    check: as ``derived.check`` gives it. names: of enhancements. probability: from which on a gain counts as
    above a threshold.
    """
    if check is None:
        return dict.fromkeys(("calibration", "folds", "replicated", "curves", "priors"), NOT_COMPUTED)
    low, high = check["calibration"]["inside_90"]
    tests, folds = check["folds"]["tests"], check["folds"]["comparisons"]
    seen, least, most = check["replicated"]["all"]["beyond"]
    lost, lost_least, lost_most = check["replicated"]["all"]["below_1x"]
    priors = [v for name, v in check["choices"].items() if name.startswith("prior")]
    counts = [above_5x(v, probability) for v in priors]
    chance = check["choices"]["another seed"]["moved"]
    books, shown = check["calibration"]["simulated"], check["folds"]["comparisons, among points"]
    rarely = " So the model underrates great gains." if seen > most else ""
    curves = check["curves"]
    apart = [e for e, (plain, ours) in curves.items() if max(plain, ours) > 2 * min(plain, ours)]
    each = [f"{names.get(e, e)} {' and '.join(times(v, 2) for v in curves[e])}" for e in apart]
    return {
        "calibration": (
            f"In {books} simulated books, its 90% intervals hold the true values in {part(low)} to "
            f"{part(high)}."
        ),
        "folds": (
            f"It was fitted again without each tenth of the tests. Of {tests['all']} tests left out, "
            f"{tests['points']} have a mean gain that is a value: {part(tests['inside_50'])} of these lie in "
            f"the narrow range, {part(tests['inside_90'])} in the wide one. Of single gains "
            f"{part(folds['inside_90'])} lie in the wide range, which allows for gains that could not be "
            f"measured; held to those that could, {part(shown['inside_90'])}."
        ),
        "replicated": (
            f"In the data {part(seen)} of gains lie beyond the biggest plain model; in data made from the "
            f"fit {part(least)} to {part(most)}.{rarely} Losses are {part(lost)}, and {part(lost_least)} to "
            f"{part(lost_most)}."
        ),
        "curves": (
            "Turnbull's curve gives each test equal weight, ours each AI model. "
            f"For {len(apart)} of {len(curves)} enhancements with many comparisons, their middles are more "
            "than a factor of 2 apart"
            f"{': ' + '; '.join(each) if each else ''}."
        ),
        "priors": (
            "Starting assumptions half or twice as wide move no median gain by more than a factor of "
            f"{max(v['moved'] for v in priors):.2f}; chance alone moves one by {chance:.2f} in fits as short "
            f"as these. The count above 5x goes from {min(counts)} to {max(counts)}."
        ),
    }


def choices(check: Mapping[str, Any] | None, names: Mapping[str, str], probability: float) -> pd.DataFrame:
    """Median gains, and how many of the survey's are very likely above 5x, under each of ``CHOICES``.

    Columns: choice, those of ``FOLLOWED``, over, and most: what moves most.
    """
    if check is None:
        return pd.DataFrame(columns=["choice", *FOLLOWED, "over", "most"])
    rows, before = [], check["choices"]["as it is"]["median"]
    for name, said in CHOICES.items():
        each = check["choices"][name]
        gains = {e: times(each["median"][e], 2) if e in each["median"] else formatting.NONE for e in FOLLOWED}
        counted = f"{above_5x(each, probability)} of {len(each['p_above_5x'])}"
        e = each["most"]
        most = f"{names.get(e, e)}, {times(before[e], 2)} to {times(each['median'][e], 2)}" if e else ""
        rows.append({"choice": said} | gains | {"over": counted, "most": most})
    return pd.DataFrame(rows)


def with_flat(check: Mapping[str, Any] | None, probability: float) -> str:
    """How many of the survey are very likely above 5x where flat baselines count, as "1 of 14"; else ""."""
    if check is None:
        return ""
    each = check["choices"][FLAT]
    return f"{above_5x(each, probability)} of {len(each['p_above_5x'])}"
