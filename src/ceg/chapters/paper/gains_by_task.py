"""The gain of an enhancement on every task of its study, and whether the task has a yardstick at all."""

import math
from collections.abc import Iterable

import pandas as pd

from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis, Case
from ceg.estimator.gain import SAYING, Estimate
from ceg.estimator.scaling import SIGNIFICANT
from ceg.prose import wording
from ceg.survey import survey

LEAST_RISE = 1.0
"""Points above chance that a baseline must reach somewhere to have left the floor, at least.

Its sampling error may ask for more.
"""


def gains_by_task(book: Analysis, enhancement: str) -> pd.DataFrame:
    """A row for each task and model of the paper that introduced an enhancement. Index ``comparison``.

    Families and tasks are in the order of the data, models in that of compute. One metric a task: composites
    and second metrics, which the note of a comparison declares, are left out. A task that the assumptions
    leave without a case stays, with estimates that say so. Columns:

    - task, kind, family, model, size, note; source and provenance of the score
    - yardstick: ``rises``; ``flat`` (more compute does not significantly raise the unenhanced score); or
      ``floor`` (no unenhanced model is above chance): on the last two a CEG has no meaning
    - estimate: the CEG as it counts in a distribution, an extrapolated one for its bound
    - with_number: whether that is a point or a bound; no_gain: whether it is at most 1; beats_biggest:
      whether the model scores more than every unenhanced one
    """
    study = book.enhancements["source"][enhancement]
    found = book.comparisons.query("enhancement == @enhancement").join(book.results["source"], on="enhanced")
    computed = book.models[["family", "training_flop", "reported_flop"]]
    second = found["note"].str.startswith(("composite", "second metric"), na=False)
    found = found[~second & (found["source"] == study)].join(computed, on="model")
    found["task"] = found["benchmark"].map(_task_names(book))
    found["flop"] = found["training_flop"].fillna(found["reported_flop"])
    found["order"] = pd.factorize(found["benchmark"])[0]
    found = found.sort_values(["order", "flop"], kind="stable")
    found["size"] = found["model"].str.split().str[-1].str.replace("text-", "").str.replace("-001", "")
    made = {e.comparison: e for e in survey.entry(book, enhancement).estimates}
    for _, same in found.groupby(["family", "benchmark"]):
        found.loc[same.index, "yardstick"] = _yardstick(book, [made[c] for c in same.index])
    places = [provenance.of_comparison(book, c) for c in found.index]
    found[["source", "provenance"]] = [[p["source"], p["provenance"]] for p in places]
    found["estimate"] = [survey.counted(made[c]) for c in found.index]
    said = pd.DataFrame(map(vars, found["estimate"]), found.index)
    at_most = said["ceg"].fillna(said["upper_bound"])
    found["with_number"] = said["status"].isin(SAYING)
    found["no_gain"] = found["with_number"] & (at_most <= 1)
    found["beats_biggest"] = found["with_number"] & at_most.isna()
    columns = ["task", "kind", "family", "model", "size", "note", "source", "provenance", "yardstick"]
    return found.rename(columns={"domain": "kind"})[
        [*columns, "estimate", "with_number", "no_gain", "beats_biggest"]
    ]


def counts(gains: pd.DataFrame, by: str) -> pd.DataFrame:
    """Rows of ``gains_by_task`` counted by a column, with the median CEG of each group in words."""
    found = gains.groupby(by, sort=False, observed=True).agg(
        tasks=("task", "size"),
        with_number=("with_number", "sum"),
        no_gain=("no_gain", "sum"),
        beats_biggest=("beats_biggest", "sum"),
        median_ceg=("estimate", median),
    )
    return found.assign(without_number=found["tasks"] - found["with_number"])


def median(estimates: Iterable[Estimate]) -> str:
    """The median CEG, in words."""
    return wording.ceg(survey.median(list(estimates)))


def _task_names(book: Analysis) -> pd.Series:
    """Benchmark -> its name, with its subset."""
    subset = " (" + book.benchmarks["subset"] + ")"
    return book.benchmarks["name"] + subset.fillna("")


def _yardstick(book: Analysis, estimates: list[Estimate]) -> str:
    case = next(filter(None, (book.find(e.comparison_id) for e in estimates)), None)
    if case and _at_floor(case):
        return "floor"
    return "flat" if any("flat_baseline" in e.flags for e in estimates) else "rises"


def _at_floor(case: Case) -> bool:
    """Whether no unenhanced model is above chance, or the data say so (``limitation``).

    Above chance is by 1.645 standard errors there, and by ``LEAST_RISE``.
    """
    if case.comparison.role == "limitation":
        return True
    if case.scale.kind != "proportion" or not case.scale.higher_is_better:
        return False
    g = case.scale.chance / case.scale.maximum
    error = case.scale.maximum * math.sqrt(g * (1 - g) / case.scale.items) if case.scale.items else 0.0
    best = max(s.point.score for s in case.baselines)
    return best - case.scale.chance <= max(SIGNIFICANT * error, LEAST_RISE)
