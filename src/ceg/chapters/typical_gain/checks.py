"""What ``make typical-check`` found, in data frames that the chapter shows."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ceg import formatting
from ceg.formatting import part, times

CHOICES = {
    "as it is": "As it is",
    "flat baselines as at most 1x": "Flat baselines count, as at most 1x",
    "without contested rows": "Without contested comparisons",
    "one comparison a test and baselines": "One comparison for each test and set of baselines",
    "no slopes with size": "Without slopes with size",
    "normal residual": "What is left is normal",
}
"""Choices that the table has, and what it calls them."""

FOLLOWED = ("few-shot", "chain-of-thought", "instructgpt", "flan")
"""Enhancements whose median gain is followed through the choices: of the survey, with most comparisons."""


def found(check: Mapping[str, Any] | None) -> pd.DataFrame:
    """Questions and answers; columns asked and answer. check: as ``derived.check`` gives it."""
    if check is None:
        return pd.DataFrame(columns=["asked", "answer"])
    low, high = check["calibration"]["inside_90"]
    tests, folds = check["folds"]["tests"], check["folds"]["comparisons"]
    seen, least, most = check["replicated"]["all"]["beyond"]
    lost, lost_least, lost_most = check["replicated"]["all"]["below_1x"]
    priors = [v["moved"] for name, v in check["choices"].items() if name.startswith("prior")]
    chance = check["choices"]["another seed"]["moved"]
    books, shown = check["calibration"]["simulated"], check["folds"]["comparisons, among points"]
    rarely = " So it makes great gains too rarely." if seen > most else ""
    answers = {
        "Does it find again what simulated data were made with?": (
            f"In {books} simulated books, its 90% intervals hold the true values in {part(low)} to "
            f"{part(high)}."
        ),
        "Does it foretell tests that it has not seen?": (
            f"It was fitted again without each tenth of the tests. Of {tests['points']} means over models on "
            f"such a test, {part(tests['inside_50'])} lie in the narrow range and {part(tests['inside_90'])} "
            f"in the wide one. Of {folds['points']} single gains, {part(folds['inside_90'])} lie in the wide "
            f"range, and {part(shown['inside_90'])} if it is cut to what the models could show."
        ),
        "Does it make gains like those seen?": (
            f"{part(seen)} of the gains lie beyond the biggest model without the enhancement; it makes "
            f"{part(least)} to {part(most)}.{rarely} {part(lost)} are losses; it makes {part(lost_least)} to "
            f"{part(lost_most)}."
        ),
        "Do the priors decide?": (
            f"Half or double the scale of any prior moves no median gain by more than a factor of "
            f"{max(priors):.2f}. Chance alone moves one by {chance:.2f} in fits as short as these."
        ),
    }
    return pd.DataFrame({"asked": list(answers), "answer": list(answers.values())})


def choices(check: Mapping[str, Any] | None, probability: float) -> pd.DataFrame:
    """Median gains, and how many of the survey's are very likely above 5x, under each of ``CHOICES``.

    Columns: choice, those of ``FOLLOWED``, over. probability: from which on a gain counts.
    """
    if check is None:
        return pd.DataFrame(columns=["choice", *FOLLOWED, "over"])
    rows = []
    for name, said in CHOICES.items():
        each = check["choices"][name]
        gains = {e: times(each["median"][e], 2) if e in each["median"] else formatting.NONE for e in FOLLOWED}
        above = each["p_above_5x"].values()
        over = f"{sum(p >= probability for p in above)} of {len(above)}"
        rows.append({"choice": said} | gains | {"over": over})
    return pd.DataFrame(rows)


def lowered(check: Mapping[str, Any] | None, names: Mapping[str, str]) -> str:
    """What becomes of some gains where flat baselines count as at most 1x, in a sentence."""
    if check is None:
        return ""
    base, flat = (check["choices"][c] for c in ("as it is", "flat baselines as at most 1x"))
    both = [e for e in FOLLOWED if e in base["median"] and e in flat["median"]]
    moved = [f"{names[e]} from {times(base['median'][e], 2)} to {times(flat['median'][e], 2)}" for e in both]
    most = max(v["moved"] for name, v in check["choices"].items() if name.startswith("prior"))
    lead = "That choice matters more than any prior. " if flat["moved"] > most else ""
    return f"{lead}To count flat baselines as gains of at most 1x moves the medians: {'; '.join(moved)}."


def with_flat(check: Mapping[str, Any] | None, probability: float) -> str:
    """How many of the survey are very likely above 5x where flat baselines count, as "0 of 14"; else ""."""
    found = choices(check, probability).set_index("choice")["over"]
    return found.get(CHOICES["flat baselines as at most 1x"], "")
