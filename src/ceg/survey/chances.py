"""How sure the survey's headlines are: what each error does to an interval; how many exceed a threshold."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ceg.analysis.analysis import Analysis
from ceg.estimator import gain_on_arrays
from ceg.estimator.gain import SAYING, STATUSES, Estimate
from ceg.uncertainty.draws import CHUNK, SEED, Arm, streams_of
from ceg.uncertainty.gain_draws import chunk, sample
from ceg.uncertainty.intervals import quantiles, ratio
from ceg.uncertainty.scatter import Spread
from ceg.uncertainty.uncertain import Uncertain, uncertain

SOURCES = {
    "sampling": "which items were asked",
    "printing": "rounding and read-off",
    "compute": "training compute",
    "fit": "how far models lie off the line of their family, and families apart",
}
"""The sources of error that can be switched off, with what each is."""


@dataclass(frozen=True)
class Width:
    """The 90% interval of an estimate with all errors, and without one of them: ``without`` is empty for all.

    low, high: CEGs, None where there is no end.
    """

    enhancement: str
    without: str
    low: float | None
    high: float | None


def without(u: Uncertain, source: str) -> Uncertain:
    """A comparison with one of ``SOURCES`` switched off; the other draws stay as they are."""
    if source == "fit":
        return replace(u, spread=Spread(0.0, u.spread.dof), family_error=0.0)
    return replace(
        u, enhanced=_bare(u.enhanced, source), baselines=tuple(_bare(a, source) for a in u.baselines)
    )


def _bare(arm: Arm, source: str) -> Arm:
    changes: Mapping[str, Mapping[str, object]] = {
        "sampling": {"score": {"items": None, "se": None, "assumed": False}},
        "printing": {"score": {"half_width": 0.0}},
        "compute": {"compute": {"down": 0.0, "up": 0.0, "charged": None}},
    }
    return replace(arm, **{field: replace(getattr(arm, field), **c) for field, c in changes[source].items()})


def widths(analysis: Analysis, estimates: Sequence[Estimate], seed: int = SEED) -> list[Width]:
    """For each estimate with a number: its interval, and its intervals without each source in turn."""
    streams, found = streams_of(seed), []
    for estimate in estimates:
        if estimate.status not in SAYING:
            continue
        comparison = estimate.comparison_id
        enhancement = analysis.evidence.comparisons[comparison].enhancement
        u = uncertain(analysis, comparison)
        for source in ("", *SOURCES):
            low, high = chunk(without(u, source) if source else u, streams, 0)
            ends = quantiles(low, (0.05,))[0], quantiles(high, (0.95,))[0]
            found.append(Width(enhancement, source, *map(ratio, ends)))
    return found


def exceed(
    analysis: Analysis, estimates: Sequence[Estimate], threshold: float, seed: int = SEED
) -> tuple[np.ndarray, np.ndarray]:
    """Whether an estimate surely exceeds a threshold, and whether it may: each (estimate, draw).

    The draws of all are those of one world. On a flat baseline nothing surely exceeds, and all may.
    """
    x, streams, surely, perhaps = math.log10(threshold), streams_of(seed), [], []
    for estimate in estimates:
        if "flat_baseline" in estimate.flags:
            low, high = np.full(CHUNK, -np.inf), np.full(CHUNK, np.inf)
        else:
            low, high = chunk(uncertain(analysis, estimate.comparison_id), streams, 0)
        surely.append(low > x)
        perhaps.append(high > x)
    return np.array(surely), np.array(perhaps)


@dataclass(frozen=True)
class Chances:
    """Of ``estimated`` enhancements: the probability that so many surely exceed, and that each of them does.

    perhaps: that each of them may, what is censored counted as exceeding.
    """

    threshold: float
    estimated: tuple[str, ...]
    count: tuple[float, ...]
    each: tuple[float, ...]
    perhaps: tuple[float, ...]

    def at_least(self, n: int) -> float:
        """The probability that so many or more exceed."""
        return sum(self.count[n:])


def chances(analysis: Analysis, headlines: Sequence[Estimate], threshold: float) -> Chances:
    """The distribution of the number that exceed a threshold, under the errors of scores, compute and fit."""
    some = [e for e in headlines if e.status in SAYING]
    surely, perhaps = exceed(analysis, some, threshold)
    count = np.bincount(surely.sum(axis=0), minlength=len(some) + 1) / surely.shape[1]
    return Chances(
        threshold,
        tuple(analysis.evidence.comparisons[e.comparison_id].enhancement for e in some),
        tuple(map(float, count)),
        tuple(map(float, surely.mean(axis=1))),
        tuple(map(float, perhaps.mean(axis=1))),
    )


def chance(analysis: Analysis, estimate: Estimate, threshold: float) -> float:
    """The probability that an estimate surely exceeds a threshold; 0 without a number."""
    if estimate.status not in SAYING:
        return 0.0
    return float(exceed(analysis, [estimate], threshold)[0].mean())


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


def stability(analysis: Analysis, estimates: Sequence[Estimate], seed: int = SEED) -> dict[str, Stability]:
    """Enhancement -> the stability of its estimate, for each with a number, from one chunk of draws."""
    streams, found, a = streams_of(seed), {}, analysis.assumptions
    for estimate in estimates:
        if estimate.status not in SAYING:
            continue
        comparison = estimate.comparison_id
        case, u = analysis.case(comparison), uncertain(analysis, comparison)
        x, s, xe, e = sample(u, streams, 0)
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
