"""The scores that comparisons set against each other, as rows to draw, to show and to download."""

import math
import re
from collections.abc import Sequence

import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis, Case, Sample
from ceg.estimator.gain import Estimate
from ceg.evidence.rows import Result
from ceg.prose import wording

COLUMNS = (
    "result",
    "arm",
    "model",
    "variant",
    "benchmark",
    "score",
    "unit",
    "training_flop",
    "compute_certainty",
    "compute",
    "ceg",
    "source",
    "provenance",
)
"""What the table under a figure has."""


Group = Sequence[tuple[Case, Estimate]]
"""The comparisons of a benchmark that the assumptions leave, each with its estimate."""


def compared_scores(book: Analysis, comparisons: Sequence[str]) -> pd.DataFrame:
    """The scores that ``against_compute`` draws: a row for each model, enhanced or not, by benchmark."""
    found = [
        row
        for group in by_benchmark(book, comparisons).values()
        for rows in rows_of(book, group)
        for row in rows
    ]
    return pd.DataFrame(found, columns=list(COLUMNS))


def by_benchmark(book: Analysis, comparisons: Sequence[str]) -> dict[str, Group]:
    """Comparisons in groups by benchmark; a group may be empty, as the assumptions may leave some out."""
    ev, groups = book.evidence, {}
    for comparison in comparisons:
        group = groups.setdefault(ev.results[book.comparison(comparison).enhanced].benchmark, [])
        if case := book.find(comparison):
            group.append((case, book.estimate(comparison)))
    return groups


def rows_of(analysis: Analysis, group: Group) -> tuple[list[dict], list[dict]]:
    """The unenhanced samples, each once, and the enhanced ones, as rows to draw and to download."""
    size_only = len(families(group)) == 1

    def labelled(sample: Sample, arm: str, ceg: str = "") -> dict:
        made = row(analysis, sample.result, sample.point.flop, arm, ceg)
        return made | {"label": _label(sample.result.model, size_only)}

    baselines = {s.result.result: s for case, _ in group for s in case.baselines}
    unenhanced = [labelled(s, "unenhanced") for s in baselines.values()]
    return unenhanced, [labelled(case.enhanced, "enhanced", wording.ceg(e)) for case, e in group]


def families(group: Group) -> dict[str, Case | None]:
    """The families of a panel's models, each with a case that has its baselines; None across families."""
    found: dict[str, Case | None] = {}
    for case, _ in group:
        for sample in (case.enhanced, *case.baselines):
            found.setdefault(sample.model.family, None)
        if not case.comparison.cross_family and not found[case.enhanced.model.family]:
            found[case.enhanced.model.family] = case
    return found


def row(analysis: Analysis, result: Result, flop: float, arm: str, ceg: str = "") -> dict:
    """A score as it is drawn and downloaded; ``flop``: its model's training compute."""
    benchmark = analysis.evidence.benchmarks[result.benchmark]
    return {
        "result": result.result,
        "arm": arm,
        "model": result.model,
        "variant": result.variant,
        "benchmark": benchmark.name,
        "score": float(result.score),
        "unit": benchmark.unit,
        "training_flop": formatting.six(flop),
        "compute_certainty": analysis.evidence.models[result.model].certainty,
        "compute": formatting.flop(flop) + " FLOP",
        "ceg": ceg,
        **provenance.said(analysis, result.result),
        "log10_flop": round(math.log10(flop), 6),
    }


def _label(model: str, size_only: bool) -> str:
    """The model's size where all are of one family, else its name."""
    size = model.rpartition(" ")[2]
    return size if size_only and re.fullmatch(r"[\d.]+[MBT]", size) else model
