"""Every defensible combination of assumptions: what becomes of each enhancement and of each conclusion.

Shares are shares of specifications, the options of a choice weighing alike. They are no probabilities: nobody
drew the specifications, and that many of them agree does not make them right.
"""

import itertools
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.evidence import assumptions
from ceg.evidence import tables as evidence
from ceg.evidence.rows import Enhancement
from ceg.multiverse import conclusions, outcomes, specifications, variance_shares
from ceg.multiverse.conclusions import Conclusion
from ceg.multiverse.intervals import with_counts
from ceg.multiverse.outcomes import Outcomes
from ceg.multiverse.specifications import Factor

CHEAP = 0.01
"""One-time cost below which the paper says that enhancements typically stay."""

SOME = 2
"""How many enhancements "some" are at least."""


@dataclass(frozen=True)
class Multiverse:
    """The surveyed enhancements in every specification.

    - factors: the choices; the last is what stands for an enhancement
    - standing: enhancement -> outcomes over all factors but the last, one for each level of the last; an
      enhancement without a headline is not in it
    - candidates: enhancement -> outcomes of every comparison that could have been its headline: all but those
      that are listed as a limitation
    - costs: enhancement -> the one-time cost that goes with each of these (fractions, or None)
    """

    analysis: Analysis
    factors: tuple[Factor, ...]
    standing: Mapping[str, tuple[Outcomes, ...]]
    candidates: Mapping[str, tuple[Outcomes, ...]]
    costs: Mapping[str, tuple[float | None, ...]]

    @property
    def size(self) -> int:
        """Number of specifications."""
        return math.prod(len(f.levels) for f in self.factors)


def survey(
    analysis: Analysis,
    factors: Sequence[Factor] | None = None,
    belongs: Callable[[Enhancement], bool] = evidence.GROUPS["survey"],
) -> Multiverse:
    """The multiverse of the surveyed enhancements, or of those that belong to another group.

    factors: other choices than the defensible ones of the data folder.
    """
    ev = analysis.evidence
    factors = tuple(factors or specifications.factors(specifications.options(ev.folder)))
    named = [k for k, e in ev.enhancements.items() if belongs(e) and ev.of(k)]
    made = outcomes.outcomes(analysis, [c.comparison for k in named for c in ev.of(k)], factors)
    standing, candidates, costs = {}, {}, {}
    for key in named:
        rows = ev.of(key)
        head = next((c for c in rows if c.role == "headline"), None)
        if head is None:
            continue
        several = [made[c.comparison] for c in rows]
        standing[key] = (
            with_counts(analysis, head.comparison, made[head.comparison], factors),
            outcomes.median(several),
            outcomes.median(several, rising=True),
        )
        candidates[key] = tuple(made[c.comparison] for c in rows if c.role != "limitation")
        known = [ev.costs[c.one_time_cost].value for c in rows if c.one_time_cost]
        once = ev.costs[head.one_time_cost].value if head.one_time_cost else None
        middle = statistics.median_low(known) if known else None
        costs[key] = once, middle, middle
    return Multiverse(analysis, (*factors, specifications.standing()), standing, candidates, costs)


def verdicts(multiverse: Multiverse, threshold: float) -> list[np.ndarray]:
    """What each enhancement's CEG is against a threshold, with one axis a factor."""
    found = []
    for key in multiverse.standing:
        each = [conclusions.exceeds(o, threshold) for o in multiverse.standing[key]]
        found.append(np.stack(np.broadcast_arrays(*each), -1))
    return found


def concluded(multiverse: Multiverse) -> list[Conclusion]:
    """The paper's conclusions in every specification, at the thresholds in force, then at the others."""
    large, very_large = (_thresholds(multiverse.analysis, key) for key in assumptions.THRESHOLDS)
    found = [
        _most(multiverse, large[0]),
        _some(multiverse, very_large[0]),
        _cheap(multiverse),
        *_order(multiverse),
    ]
    found = [replace(c, main=True) for c in found]
    return found + [_most(multiverse, x) for x in large[1:]] + [_some(multiverse, x) for x in very_large[1:]]


def _thresholds(analysis: Analysis, key: str) -> list[float]:
    """The value in force and the other options."""
    value = getattr(analysis.assumptions, key)
    return [value, *(o for o in assumptions.choices(analysis.evidence.folder)[key].options if o != value)]


def _most(multiverse: Multiverse, threshold: float) -> Conclusion:
    verdict = conclusions.more_than_half(verdicts(multiverse, threshold))
    statement = f"Most surveyed enhancements with an estimate exceed {threshold:g}x"
    return Conclusion(
        f"most-exceed-{threshold:g}", f"Most exceed {threshold:g}x", statement, multiverse.factors, verdict
    )


def _some(multiverse: Multiverse, threshold: float) -> Conclusion:
    verdict = conclusions.at_least(verdicts(multiverse, threshold), SOME)
    statement = f"Some surveyed enhancements, at least {formatting.counted(SOME)}, exceed {threshold:g}x"
    short = f"At least {formatting.counted(SOME)} exceed {threshold:g}x"
    return Conclusion(f"some-exceed-{threshold:g}", short, statement, multiverse.factors, verdict)


def _cheap(multiverse: Multiverse) -> Conclusion:
    """An unknown cost is open. Whether costs are charged to the gain or shown beside it does not matter."""
    each = []
    for key in multiverse.standing:
        both = []
        for made, cost in zip(multiverse.standing[key], multiverse.costs[key], strict=True):
            verdict = (
                conclusions.OPEN
                if cost is None
                else conclusions.EXCEEDS
                if cost < CHEAP
                else conclusions.BELOW
            )
            both.append(np.where(made.says, verdict, conclusions.NO_ESTIMATE))
        each.append(np.stack(np.broadcast_arrays(*both), -1))
    statement = (
        "The one-time cost of most surveyed enhancements with an estimate is below "
        f"{formatting.percent(CHEAP)} of pre-training"
    )
    short = f"Most cost below {formatting.percent(CHEAP)} once"
    verdict = conclusions.more_than_half(each)
    return Conclusion("cost-below-1-percent", short, statement, multiverse.factors, verdict, varied=False)


def brackets(multiverse: Multiverse) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Category -> least and greatest log10 CEG of its median enhancement.

    Each has one axis a factor; NaN where the category has no such enhancement.
    """
    of = multiverse.analysis.evidence.enhancements
    found = {}
    for category in dict.fromkeys(of[k].category for k in multiverse.standing):
        inside = [multiverse.standing[k] for k in multiverse.standing if of[k].category == category]
        middle = [
            outcomes.median([each[i] for each in inside]) for i in range(len(specifications.STANDING_OPTIONS))
        ]
        ends = []
        for name, absent in (("log10_lower", -np.inf), ("log10_upper", np.inf)):
            each = []
            for m in middle:
                end = np.where(np.isnan(m.log10_ceg), getattr(m, name), m.log10_ceg)
                end = np.where(np.isnan(end), absent, end)
                each.append(np.where(m.status == outcomes.NOT_AVAILABLE, np.nan, end))
            ends.append(np.stack(np.broadcast_arrays(*each), -1))
        found[category] = tuple(ends)
    return found


def pairs(multiverse: Multiverse) -> list[Conclusion]:
    """For each two categories, whether the first one's median enhancement gains more than the second's.

    First stands the one that is above by default, else the one that is so in more specifications.
    """
    ends = brackets(multiverse)
    found = []
    for a, b in itertools.combinations(ends, 2):
        verdict = conclusions.greater(*ends[a], *ends[b])
        default = verdict[(0,) * verdict.ndim]
        swap = (default or (verdict == conclusions.HOLDS).mean() - (verdict == conclusions.FAILS).mean()) < 0
        first, second = (b, a) if swap else (a, b)
        statement = f"The median enhancement of {first} gains more than that of {second}"
        found.append(
            Conclusion(
                f"{first} > {second}",
                f"{first} above {second}",
                statement,
                multiverse.factors,
                np.int8(-1) * verdict if swap else verdict,
            )
        )
    return found


def _order(multiverse: Multiverse) -> list[Conclusion]:
    """The pairs of categories that the defaults can tell apart, together.

    By construction this holds by default.
    """
    every = pairs(multiverse)
    some = [c for c in every if c.by_default == "holds"]
    if not some:
        return []
    order = formatting.listed([c.short for c in some])
    which = "the only one" if len(some) == 1 else f"the {formatting.counted(len(some))}"
    statement = (
        f"The median enhancements put {order}, {which} of {formatting.counted(len(every))} pairs of "
        "categories that the defaults can tell apart"
    )
    verdict = conclusions.all_of([c.verdict for c in some])
    short = f"{order[0].upper()}{order[1:]} (picked by the defaults)"
    return [Conclusion("category-order", short, statement, multiverse.factors, verdict)]


def moved(
    multiverse: Multiverse, threshold: float, enhancements: Sequence[str] | None = None
) -> dict[str, dict[str, tuple[np.ndarray, np.ndarray]]]:
    """Enhancement -> what varies -> first-order and total share of each choice in its variance.

    What varies: ``number``, log10 of the number shown (point, else bound) of the headline comparison, over
    the specifications with one; and ``verdict``, whether it exceeds the threshold for sure (1) or not (0),
    over all specifications. NaN where it is constant.
    """
    weights = [f.weights for f in multiverse.factors[:-1]]
    found = {}
    for key in enhancements or multiverse.standing:
        made = multiverse.standing[key][0]
        sure = (conclusions.exceeds(made, threshold) == conclusions.EXCEEDS).astype(float)
        found[key] = {
            "number": variance_shares.shares(made.shown, weights),
            "verdict": variance_shares.shares(sure, weights),
        }
    return found


def reach(multiverse: Multiverse) -> dict[str, float]:
    """Enhancement -> greatest over least point of its headline over the specifications.

    The greatest ratio comes first; bounds are left out.
    """
    shown = {
        k: each[0].log10_ceg
        for k, each in multiverse.standing.items()
        if not np.isnan(each[0].log10_ceg).all()
    }
    found = {key: float(10 ** (np.nanmax(v) - np.nanmin(v))) for key, v in shown.items()}
    return dict(sorted(found.items(), key=lambda pair: -round(pair[1], 6)))


def leading(multiverse: Multiverse, what: str, n: int = 2) -> list[Factor]:
    """The choices with the greatest total shares in the variance.

    The shares are averaged over the enhancements in which anything varies.
    """
    totals = [
        both[what][1] for both in moved(multiverse, multiverse.analysis.assumptions.threshold_large).values()
    ]
    mean = np.nanmean([t for t in totals if not np.isnan(t).all()], axis=0)
    return [multiverse.factors[i] for i in np.argsort(-np.round(mean, 6), kind="stable")[:n]]
