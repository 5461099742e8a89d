"""How sure the survey's headlines are: what each error does to an interval; how many exceed a threshold."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ceg.analysis.analysis import Analysis
from ceg.estimator import gain_on_arrays
from ceg.estimator.gain import STATUSES, Estimate
from ceg.survey import survey
from ceg.uncertainty import intervals
from ceg.uncertainty.draws import CHUNK, Draws
from ceg.uncertainty.intervals import Arm, Spread, Uncertain

SOURCES = {
    "sampling": "which items were asked",
    "printing": "rounding and read-off",
    "compute": "training compute",
    "fit": "how far models lie off the line of their family",
}
"""The sources of error that can be switched off, with what each is."""


@dataclass(frozen=True)
class Width:
    """The 90% interval of a point with all errors, and without one of them: ``without`` is empty for all.

    low, high: CEGs, None where there is no end.
    """

    enhancement: str
    without: str
    low: float | None
    high: float | None


def without(u: Uncertain, source: str) -> Uncertain:
    """A comparison with one of ``SOURCES`` switched off; the other draws stay as they are."""
    if source == "fit":
        return replace(u, spread=Spread(0.0, u.spread.dof))
    return replace(
        u, enhanced=_bare(u.enhanced, source), baselines=tuple(_bare(a, source) for a in u.baselines)
    )


def _bare(arm: Arm, source: str) -> Arm:
    changes: Mapping[str, Mapping[str, object]] = {
        "sampling": {"score": {"items": None, "se": None}},
        "printing": {"score": {"half_width": 0.0}},
        "compute": {"compute": {"down": 0.0, "up": 0.0, "charged": None}},
    }
    return replace(arm, **{field: replace(getattr(arm, field), **c) for field, c in changes[source].items()})


def widths(analysis: Analysis, estimates: Sequence[Estimate], seed: int = intervals.SEED) -> list[Width]:
    """For each estimate with a point: its interval, and its intervals without each source in turn."""
    streams, found = Draws(seed), []
    for estimate in estimates:
        if estimate.ceg is None:
            continue
        comparison = estimate.comparison_id
        enhancement = analysis.evidence.comparisons[comparison].enhancement
        u = intervals.uncertain(analysis, comparison)
        for source in ("", *SOURCES):
            log10_ceg = intervals.chunk(without(u, source) if source else u, streams, 0)
            low, _, _, high = intervals.ends(u, log10_ceg)
            found.append(Width(enhancement, source, low, high))
    return found


def exceed(
    analysis: Analysis, estimates: Sequence[Estimate], threshold: float, seed: int = intervals.SEED
) -> np.ndarray:
    """Whether an estimate exceeds a threshold: (estimate, draw); the draws of all are those of one world.

    A point: the drawn CEG is above it. A bound: the greatest ratio of drawn computes over the models whose
    drawn score is not above the enhanced one is, on a baseline that is not flat; what lies beyond a bound is
    never counted.
    """
    x, streams, rows = math.log10(threshold), Draws(seed), []
    for estimate in estimates:
        if "flat_baseline" in estimate.flags and estimate.ceg is None:
            rows.append(np.zeros(CHUNK, bool))
            continue
        u = intervals.uncertain(analysis, estimate.comparison_id)
        if estimate.ceg is not None:
            rows.append(intervals.chunk(u, streams, 0) > x)
        else:
            log10_flop, score, own_flop, own_score = intervals.sample(u, streams, 0)
            ratios = np.where(score <= own_score, log10_flop - own_flop, -np.inf)
            rows.append(ratios.max(axis=0) >= x)
    return np.array(rows)


@dataclass(frozen=True)
class Chances:
    """Of ``estimated`` enhancements: the probability that so many exceed, and that each of them does."""

    threshold: float
    estimated: tuple[str, ...]
    count: tuple[float, ...]
    each: tuple[float, ...]

    def at_least(self, n: int) -> float:
        """The probability that so many or more exceed."""
        return sum(self.count[n:])


def chances(analysis: Analysis, headlines: Sequence[Estimate], threshold: float) -> Chances:
    """The distribution of the number that exceed a threshold, under the errors of scores, compute and fit."""
    some = [e for e in headlines if e.status in survey.SAYING]
    drawn = exceed(analysis, some, threshold)
    count = np.bincount(drawn.sum(axis=0), minlength=len(some) + 1) / drawn.shape[1]
    return Chances(
        threshold,
        tuple(analysis.evidence.comparisons[e.comparison_id].enhancement for e in some),
        tuple(map(float, count)),
        tuple(map(float, drawn.mean(axis=1))),
    )


@dataclass(frozen=True)
class Stability:
    """How often the whole estimator gives on drawn scores and computes what it gives on the printed ones.

    same: share of the draws with the same status and the same word on whether the baseline is flat. flat:
    share in which it is. statuses: share of each status. The draws err about scores that err already, so the
    estimator is steadier than they say.
    """

    same: float
    flat: float
    statuses: Mapping[str, float]


def stability(
    analysis: Analysis, estimates: Sequence[Estimate], seed: int = intervals.SEED
) -> dict[str, Stability]:
    """Enhancement -> the stability of its estimate, for each with a number, from one chunk of draws."""
    streams, found, a = Draws(seed), {}, analysis.assumptions
    for estimate in estimates:
        if estimate.status not in survey.SAYING:
            continue
        comparison = estimate.comparison_id
        case, u = analysis.case(comparison), intervals.uncertain(analysis, comparison)
        x, s, xe, e = intervals.sample(u, streams, 0)
        made = gain_on_arrays.gains(
            x.T,
            s.T,
            xe,
            e,
            u.scale,
            se=np.array([np.nan if b.point.se is None else b.point.se for b in case.baselines]),
            weight=np.array(u.weights),
            **a.reading,
            bounds_only=case.comparison.cross_family,
        )
        flat = made.flags & (1 << gain_on_arrays.FLAGS.index("flat_baseline")) > 0
        same = (made.status == STATUSES.index(estimate.status)) & (
            flat == ("flat_baseline" in estimate.flags)
        )
        shares = np.bincount(made.status, minlength=len(STATUSES)) / made.status.size
        statuses = {name: float(p) for name, p in zip(STATUSES, shares, strict=True) if p}
        found[case.comparison.enhancement] = Stability(float(same.mean()), float(flat.mean()), statuses)
    return found
