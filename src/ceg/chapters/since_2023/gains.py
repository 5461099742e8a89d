"""Every comparison of the survey and since as a data frame, and how many enhancements exceed a threshold."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from ceg import formatting
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, Estimate, exceeds
from ceg.evidence.references import Reference
from ceg.evidence.rows import Enhancement
from ceg.prose import wording
from ceg.survey import survey
from ceg.uncertainty import intervals

OUTCOMES = ("interpolated", "extrapolated", "bound", "no number")
"""How a comparison ends."""

HEADROOM = {
    "nothing bigger": 1.0,
    "up to 2x": 2.0,
    "2x to 5x": 5.0,
    "5x to 20x": 20.0,
    "over 20x": float("inf"),
}
"""Classes of headroom, each with where it ends."""


def gains(book: Analysis) -> pd.DataFrame:
    """A row for each comparison. Index ``comparison``.

    The columns of ``book.estimates``, names in place of ids, and besides:

    - period: ``survey`` or ``later``
    - estimate: the estimate itself, with its interval; says, noted: it and its flags in words
    - value: the point, else the lower bound, else the upper. known: a value inside the family, else the bound
    - rises: whether the unenhanced scores rise with compute, as far as can be told
    - headroom: compute of the biggest unenhanced model over the enhanced one's, which is the greatest lower
      bound that the comparison could give; missing where the assumptions leave it out
    - better, worse: than the enhanced model's compute buys
    - exceeds_large: the large threshold, with the probability that counts ask for
    - change: of the same model's score by the enhancement, better is above 0
    - score, source, provenance: of the enhanced result. reported_flop: of its model
    """
    entries = {"survey": survey.entries(book), "later": survey.later(book)}
    periods = {e.enhancement.enhancement: period for period, some in entries.items() for e in some}
    every = [e for some in entries.values() for entry in some for e in entry.estimates]
    found = intervals.with_intervals(book, every)
    large = book.assumptions.threshold_large
    names = {"enhancement": "enhancement_id", "enhancement_name": "enhancement"}
    names |= {"benchmark": "benchmark_id", "benchmark_name": "benchmark"}
    frame = book.estimates(found).rename(columns=names)
    lines = [_against_the_family(book, e) for e in found]
    frame[["headroom", "change", "sign"]] = pd.DataFrame(lines, index=frame.index, dtype=float)
    point, bound = frame.ceg, frame.lower_bound.fillna(frame.upper_bound)
    scores = book.comparisons[["enhanced"]].join(book.results[["score", "unit"]], on="enhanced")
    frame = frame.assign(
        estimate=found,
        period=frame.enhancement_id.map(periods),
        domain=frame.domain.astype(str).map(formatting.domain),
        says=[wording.ceg(e) for e in found],
        value=point.fillna(bound),
        known=point.where(frame.status == "interpolated", bound.fillna(point)),
        noted=[", ".join(e.flags).replace("_", " ") or "none" for e in found],
        rises=[rises(e) for e in found],
        better=frame.sign > 0,
        worse=frame.sign < 0,
        exceeds_large=[exceeds(e, large) is True for e in found],
        outcome=[e.status if e.status in OUTCOMES else "no number" for e in found],
        score=[f"{s.score:g} {s.unit}" for s in scores.loc[frame.index].itertuples()],
        reported_flop=frame.model.map(book.models.reported_flop).fillna(0),
    )
    said = [provenance.of_comparison(book, comparison) for comparison in frame.index]
    return frame.join(pd.DataFrame(said, index=frame.index))


def rises(estimate: Estimate) -> bool:
    """Whether the unenhanced scores rise with compute, as far as can be told."""
    return "flat_baseline" not in estimate.flags and estimate.status != "not-available"


def _against_the_family(book: Analysis, estimate: Estimate) -> tuple[float | None, float | None, int]:
    """Headroom, change of the same model's score, and sign of a comparison."""
    case = book.find(estimate.comparison_id)
    if case is None:
        return None, None, 0
    at, plain = case.enhanced.point, [s.point for s in case.baselines]
    same = [s.point.score for s in case.baselines if s.model == case.enhanced.model]
    change = at.score - same[0] if same else None
    return max(p.flop for p in plain) / at.flop, change, _sign(estimate, at, plain)


def _sign(estimate: Estimate, at, plain: Sequence) -> int:
    """-1: the enhanced model does worse than its compute buys, 1: better, 0: neither, or a flat baseline.

    Without a point the plain scores decide: worse if one of no more compute is higher, better if one of no
    less is lower.
    """
    if not rises(estimate):
        return 0
    if estimate.ceg is not None:
        return (estimate.ceg > 1) - (estimate.ceg < 1)
    same = [p.score - at.score for p in plain if p.flop == at.flop]
    if max(same, default=0) > 0 or any(p.flop < at.flop and p.score >= at.score for p in plain):
        return -1
    return int(min(same, default=0) < 0 or any(p.flop > at.flop and p.score <= at.score for p in plain))


def by_benchmark(gains: pd.DataFrame) -> pd.DataFrame:
    """The rows by domain and benchmark, those with the greatest median first, then by the model's compute."""

    def median(by: str) -> pd.Series:
        medians = {name: survey.median(some) for name, some in gains.groupby(by).estimate}
        return gains[by].map({name: _value(m) for name, m in medians.items()})

    placed = gains.assign(in_domain=-median("domain"), on_benchmark=-median("benchmark_id"))
    order = ["in_domain", "domain", "on_benchmark", "benchmark", "reported_flop"]
    return placed.sort_values(order, kind="stable").drop(columns=["in_domain", "on_benchmark"])


def _value(estimate: Estimate | None) -> float:
    return 0.0 if estimate is None else estimate.ceg or estimate.lower_bound or estimate.upper_bound or 0.0


def by_domain(gains: pd.DataFrame, column: str, *, zeros: bool = True) -> str:
    """In how many comparisons of each domain a column is true, the greatest share first.

    In words: mathematics (9 of 15), code (1 of 3). Of those on baselines that rise. zeros: whether domains
    are named in which it is in none.
    """
    counts = gains[gains.rises].groupby("domain")[column].agg(["sum", "size", "mean"])
    counts = counts.sort_values(["mean", "domain"], ascending=[False, True])
    said = [f"{c.Index} ({c.sum} of {c.size})" for c in counts.itertuples() if c.sum or zeros]
    return formatting.listed(said) or "none"


# --- how many exceed a threshold --------------------------------------------------------------------


def counts(gains: pd.DataFrame, threshold: float) -> dict[str, survey.Count]:
    """How many enhancements exceed a threshold, by what stands for an enhancement.

    ``headline``; ``median`` over all comparisons; ``median with headroom``: over those that could show the
    threshold; ``half``: what half of these are each above; ``best`` of them, the one that is surely above
    most. The medians count by the scores as printed, the others with the probability that counts ask for.
    """
    every, some = (of.groupby("enhancement", sort=False) for of in (gains, _with_headroom(gains, threshold)))
    ways = {
        "headline": gains[gains.headline].set_index("enhancement").estimate,
        "median": {name: survey.median(of) for name, of in every.estimate},
        "median with headroom": {name: survey.median(of) for name, of in some.estimate},
        "half": {name: _half(of) for name, of in some.estimate},
        "best": {name: _best(of) for name, of in some.estimate},
    }
    return {way: survey.count(list(of.items()), threshold) for way, of in ways.items()}


def _with_headroom(gains: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """The comparisons that could show a threshold, extrapolated estimates counting for their bounds."""
    some = gains[gains.rises & (gains.headroom >= threshold)]
    return some.assign(estimate=some.estimate.map(survey.counted))


def _best(estimates: Iterable[Estimate]) -> Estimate | None:
    """The estimate that is surely above most; None without any."""
    said = [e for e in estimates if e.status in SAYING]
    return max(said, key=lambda e: (e.count_low or 0.0, e.ceg or e.lower_bound or 0.0), default=None)


def _half(estimates: Iterable[Estimate]) -> Estimate | None:
    """The median with ends that half of the estimates are surely above, and surely not above."""
    said = [e for e in estimates if e.status in SAYING]
    middle = survey.median(said)
    if middle is None:
        return None
    low, high = (
        statistics.median_low(
            absent if "flat_baseline" in e.flags or end(e) is None else end(e) for e in said
        )
        for absent, end in ((0.0, lambda e: e.count_low), (math.inf, lambda e: e.count_high))
    )
    ends = {"count_low": low or None, "count_high": high if math.isfinite(high) else None}
    return replace(middle, status="bound", draws=said[0].draws, **ends)


def by_headroom(gains: pd.DataFrame) -> pd.DataFrame:
    """How comparisons end, by how far above the enhanced model the biggest unenhanced one is.

    ``censored``: share without a value inside the family.
    """
    classes = pd.cut(gains.headroom, [0, *HEADROOM.values()], labels=list(HEADROOM))
    ended = pd.crosstab(classes, gains.outcome, dropna=False)
    ended = ended.reindex(index=list(HEADROOM), columns=list(OUTCOMES), fill_value=0)
    size = ended.sum(axis=1)
    ended.insert(0, "comparisons", size)
    return ended.assign(censored=(1 - ended.interpolated / size).fillna(0.0)).rename_axis("headroom")


# --- the headlines ----------------------------------------------------------------------------------


def headlines(book: Analysis, gains: pd.DataFrame, references: Mapping[str, Reference]) -> pd.DataFrame:
    """The rows of ``gains`` that are headlines, and besides:

    - one_time, one_time_grade, runtime, runtime_grade: both costs; missing where not known
    - lowest, highest, median: of all comparisons, in words. n_saying: how many have a number
    - from, to: ends of the month or of the year in which it was first published, as years
    - teachers: the models that any of its comparisons borrows from
    """
    frame = gains[gains.headline].join(book.comparisons[["one_time_cost", "runtime_cost"]])
    for cost in ("one_time", "runtime"):
        known = book.costs[["value", "provenance"]].set_axis([cost, f"{cost}_grade"], axis=1)
        frame = frame.join(known, on=f"{cost}_cost")
    said = gains[gains.status.isin(SAYING)].groupby("enhancement_id")
    every = gains.groupby("enhancement_id").estimate
    values = said.value.agg(n_saying="size")
    words = {
        k: [wording.short(e) for e in (*(survey.span(of) or (None, None)), survey.median(of))]
        for k, of in every
    }
    words = pd.DataFrame.from_dict(words, orient="index", columns=["lowest", "highest", "median"])
    dates = {k: published(row, references) for k, row in book.evidence.enhancements.items()}
    dates = pd.DataFrame.from_dict(dates, orient="index", columns=["from", "to"]).round(2)
    taught = gains.join(book.comparisons.teacher).explode("teacher").dropna(subset="teacher")
    named = taught.groupby("enhancement_id").teacher.agg(lambda some: ", ".join(dict.fromkeys(some)))
    frame["teachers"] = frame.enhancement_id.map(named)
    frame = frame.join(dates.join([words, values]), on="enhancement_id")
    return frame.assign(n_saying=frame.n_saying.fillna(0).astype(int))


def published(row: Enhancement, references: Mapping[str, Reference]) -> tuple[float, float]:
    """When an enhancement was first published, as years: the month in its arXiv number, or its year.

    The month counts where its year is the enhancement's own; else the source at hand is a later one.
    """
    source = references.get(row.source)
    number = re.search(r"arxiv\.org/abs/(\d\d)(\d\d)\.", (source and source.link) or "")
    if number and 2000 + int(number[1]) == row.year:
        start = row.year + (int(number[2]) - 1) / 12
        return start, start + 1 / 12
    return float(row.year), row.year + 1.0


def lower_median(values: pd.Series) -> float | None:
    """The median of what is known, the lower of two; None without any."""
    known = values.dropna()
    return float(known.quantile(0.5, interpolation="lower")) if len(known) else None


def from_to(values: pd.Series) -> str:
    """The least and the greatest, with two digits."""
    known = values.dropna()
    if known.empty:
        return formatting.NONE
    return f"{formatting.signed(known.min())} to {formatting.signed(known.max())}"


def download(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The columns as the table under a figure has them: numbers with six digits."""
    made = frame.reset_index()[list(columns)]
    floats = made.select_dtypes("float").columns
    return made.assign(**{name: made[name].map(formatting.six) for name in floats})
