"""The gains that stand for enhancements to come: every measured comparison, with draws of its worth.

A gain below 1x counts as 1x: nobody is held to use an enhancement where it loses. A bound is no point: see
``BOUNDS``.
"""

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, Estimate
from ceg.evidence.tables import LATER
from ceg.uncertainty.draws import SEED, Draws
from ceg.uncertainty.gain_draws import chunk
from ceg.uncertainty.uncertain import pools, uncertain

DRAWS = 200
"""Draws of each measured gain."""

BOUNDS = ("at_bound", "beyond", "all_at_bound")
"""Ways to take bounds.

``at_bound``: a lower bound counts with its value, an upper bound alone as no gain. ``beyond``: either is
drawn from the points that lie beyond it (a censored value's mass goes to those that it may be, as in Kaplan
and Meier's estimator). ``all_at_bound``: extrapolated gains count with their bounds too. A bracket is drawn
within its ends, log-uniformly.
"""

APART = ("flat_baseline", "floor", "ceiling", "oracle_feedback")
"""Flags of comparisons that are left out.

A gain means little on a baseline that more compute does not move, and nobody can use an enhancement that has
to know the answer.
"""


@dataclass(frozen=True)
class Gains:
    """Measured gains, a row each, enhancement by enhancement and benchmark by benchmark.

    later: came after the survey. log10_gain: way to take bounds (``BOUNDS``) -> (n, DRAWS), at least 0.
    """

    comparison: tuple[str, ...]
    enhancement: tuple[str, ...]
    benchmark: tuple[str, ...]
    domain: tuple[str, ...]
    year: tuple[int, ...]
    later: np.ndarray
    headline: np.ndarray
    log10_gain: Mapping[str, np.ndarray]

    def only(self, some: np.ndarray) -> "Gains":
        """Those of the rows that ``some`` (n,) says."""
        named = ("comparison", "enhancement", "benchmark", "domain", "year")
        kept = {f: tuple(itertools.compress(getattr(self, f), some)) for f in named}
        drawn = {way: values[some] for way, values in self.log10_gain.items()}
        return Gains(**kept, later=self.later[some], headline=self.headline[some], log10_gain=drawn)

    def members(self, of: Sequence[str], what: Sequence[str]) -> dict[str, set[str]]:
        """Each name in ``of`` with the names that stand beside it in ``what``: two of the rows' fields."""
        found: dict[str, set[str]] = {}
        for a, b in zip(of, what, strict=True):
            found.setdefault(a, set()).add(b)
        return found

    def weights(self, some: np.ndarray) -> np.ndarray:
        """The weight of each row among those that ``some`` (n,) says.

        Enhancements weigh alike, in each its benchmarks, in these their comparisons.
        """
        w = np.zeros(len(self.comparison))
        at = np.flatnonzero(some)
        own = [(self.enhancement[i], self.benchmark[i]) for i in at]
        rows, benchmarks = Counter(own), Counter(e for e, _ in set(own))
        w[at] = [1 / (len(benchmarks) * benchmarks[e] * rows[e, b]) for e, b in own]
        return w

    def share(self, some: Sequence[bool]) -> float:
        """Of the weight of all rows, that of some (n)."""
        w = self.weights(np.ones(len(self.comparison), bool))
        return float(w[np.array(some, bool)].sum() / w.sum())


def gains(analysis: Analysis) -> Gains:
    """The gains of all enhancements, of the survey and after it, that have any.

    Stacks of several enhancements are no row of their own.

    Left out: comparisons without a number, those with a flag of ``APART``, composites and second metrics.
    """
    ev = analysis.evidence
    rows = [
        e
        for e in ev.enhancements.values()
        if (e.in_survey or e.section == LATER) and e.category != "combination"
    ]
    streams = Draws(SEED, DRAWS, cached=4096)
    found = [x for e in rows for x in analysis.estimate_all(e.enhancement) if _counts(analysis, x)]
    measured = [ev.benchmarks[ev.results[ev.comparisons[x.comparison].enhanced].benchmark] for x in found]
    named = [ev.enhancements[x.enhancement] for x in found]
    points = _points(analysis, found, streams)
    made = Gains(
        tuple(x.comparison for x in found),
        tuple(x.enhancement for x in found),
        tuple(b.benchmark for b in measured),
        tuple(b.domain for b in measured),
        tuple(e.year for e in named),
        np.array([e.section == LATER for e in named], bool),
        np.array([x.headline for x in found], bool),
        {},
    )
    whole = made.weights(np.ones(len(found), bool))
    known = [i for i, p in enumerate(points) if p is not None]
    beside = _Spread([points[i] for i in known], whole[known])
    made.log10_gain.update({way: _drawn(found, points, way, beside) for way in BOUNDS})
    return made


def _counts(analysis: Analysis, x: Estimate) -> bool:
    note = analysis.evidence.comparisons[x.comparison].note or ""
    return (
        x.status in SAYING
        and not set(APART) & set(x.flags)
        and not note.startswith(("composite", "second metric"))
    )


def _points(analysis: Analysis, found: Sequence[Estimate], streams: Draws) -> list[np.ndarray | None]:
    """Draws of log10 CEG where there is a point: a censored draw counts where it is censored.

    None for bounds.
    """
    spreads, made = pools(analysis), []
    for x in found:
        if x.ceg is None:
            made.append(None)
            continue
        low, high = chunk(uncertain(analysis, x.comparison, spreads, x.status), streams, 0)
        value = np.where(np.isfinite(low), low, np.where(np.isfinite(high), high, 0.0))
        made.append(np.maximum(value, 0.0))
    return made


@dataclass(frozen=True)
class _Spread:
    """The points together, as a distribution to draw from beyond a bound.

    Each row's draws share its weight.
    """

    drawn: Sequence[np.ndarray]
    weight: np.ndarray

    def beyond(self, low: float, high: float) -> np.ndarray | None:
        """DRAWS equally spaced quantiles of the points within (low, high]; None where none is."""
        values, weight = np.concatenate([*self.drawn, []]), np.repeat(self.weight, DRAWS)
        inside = (values > low) & (values <= high)
        if not inside.any():
            return None
        order = np.argsort(values[inside], kind="stable")
        reached = np.cumsum(weight[inside][order])
        at = np.searchsorted(reached, (np.arange(DRAWS) + 0.5) / DRAWS * reached[-1])
        return values[inside][order][at]


def _drawn(
    found: Sequence[Estimate], points: Sequence[np.ndarray | None], way: str, beside: _Spread
) -> np.ndarray:
    known: dict[tuple, np.ndarray] = {}

    def bound(x: Estimate) -> np.ndarray:
        """Draws for what is only bounded: stratified, as they are taken in any order."""
        low = math.log10(max(x.lower_bound or 1.0, 1.0))
        high = math.log10(x.upper_bound) if x.upper_bound else math.inf
        if x.lower_bound and x.upper_bound:
            return np.maximum(low + (np.arange(DRAWS) + 0.5) / DRAWS * (max(high, low) - low), 0.0)
        least = low if x.lower_bound else 0.0
        key = (
            low if x.lower_bound else -1.0,
            high,
        )  # below an upper bound all points count, those of no gain too
        if way == "beyond" and key not in known:
            drawn = beside.beyond(*key)
            known[key] = np.full(DRAWS, least) if drawn is None else drawn
        return known[key] if way == "beyond" else np.full(DRAWS, least)

    made = []
    for x, drawn in zip(found, points, strict=True):
        only_bound = drawn is None or (way == "all_at_bound" and x.status == "extrapolated")
        if only_bound and x.status == "extrapolated":
            made.append(np.full(DRAWS, math.log10(max(x.lower_bound or 1.0, 1.0))))
        else:
            made.append(bound(x) if only_bound else drawn)
    return np.array(made).reshape(len(found), DRAWS)


def sizes(analysis: Analysis, found: Gains) -> pd.DataFrame:
    """For each gain: FLOP of the enhanced model, and the compute of the biggest plain one over it."""
    cases = [analysis.case(c) for c in found.comparison]
    flop = [c.enhanced.point.flop for c in cases]
    most = [max(s.point.flop for s in c.baselines) for c in cases]
    return pd.DataFrame({"flop": flop, "headroom": np.divide(most, flop)})


@dataclass(frozen=True)
class Arrivals:
    """How many enhancements with a gain were published.

    By year, a year on average in any domain, and in one domain.

    in_domain: of the domain of a gain drawn as the model draws its first. years: that the data span.
    """

    by_year: Mapping[int, int]
    any_domain: float
    in_domain: float
    years: int

    @property
    def between(self) -> float:
        """The geometric mean of both rates."""
        return math.sqrt(self.any_domain * self.in_domain)


def arrivals(found: Gains) -> Arrivals:
    """The rates that the data have. Raises ValueError where there is no gain."""
    years = dict(zip(found.enhancement, found.year, strict=True))
    span = max(years.values()) - min(years.values()) + 1
    members = found.members(found.domain, found.enhancement)
    w = found.weights(np.ones(len(found.comparison), bool))
    typical = math.fsum(p * len(members[d]) for p, d in zip(w, found.domain, strict=True))
    return Arrivals(dict(sorted(Counter(years.values()).items())), len(years) / span, typical / span, span)
