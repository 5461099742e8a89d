"""What an enhancement costs over a model's life, beside the bigger model that it stands in for.

The bigger model is trained on G times the compute (G: the CEG), compute-optimally, so that its size grows as G^a. The formulas are those of
the chapter on break-even, in its order; costs are linear in the number of queries, so that all follows from two differences.
"""

import itertools
import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import PROBABLE, Estimate
from ceg.evidence.problems import InputError, Problem
from ceg.evidence.tables import LATER
from ceg.survey import survey
from ceg.uncertainty import lead_probability

DOMINATES, UP_TO, FROM, DOMINATED, UNKNOWN = "dominates", "up-to", "from", "dominated", "unknown"
VERDICTS = {
    DOMINATES: "never dearer",
    UP_TO: "cheaper up to a volume",
    FROM: "cheaper from a volume on",
    DOMINATED: "never cheaper",
    UNKNOWN: "not known",
}
"""What a verdict is called: the enhancement against the bigger model."""


@dataclass(frozen=True)
class Use:
    """A model, and what its compute costs.

    training_flop: C, of the model that is enhanced. query_flop: 2 N t, of one of its answers. size_exponent: a, with N ~ C^a.
    training_price, query_price: of one FLOP; 1 to count in FLOP.
    """

    training_flop: float
    query_flop: float
    size_exponent: float
    training_price: float = 1.0
    query_price: float = 1.0

    @property
    def training_cost(self) -> float:
        """What training the model costs."""
        return self.training_price * self.training_flop

    @property
    def query_cost(self) -> float:
        """What one of its answers costs."""
        return self.query_price * self.query_flop


def training_saved(use: Use, gain: float, one_time: float) -> float:
    """What not training the bigger model saves: C (G - 1 - f), priced. Negative where the one-time cost f is more than that."""
    return use.training_cost * (gain - 1 - one_time)


def running_added(use: Use, gain: float, runtime: float) -> float:
    """What an answer costs more than one of the bigger model: 2 N t (m - G^a), priced. Negative where it costs less."""
    return use.query_cost * (runtime - gain**use.size_exponent)


def saved(use: Use, gain: float, one_time: float, runtime: float, queries: float) -> float:
    """What the enhancement saves against the bigger model over so many queries."""
    return training_saved(use, gain, one_time) - queries * running_added(use, gain, runtime)


def ratio(use: Use, gain: float, one_time: float, runtime: float, queries: float) -> float:
    """Total cost with the enhancement over that of the bigger model."""
    enhanced = use.training_cost * (1 + one_time) + queries * use.query_cost * runtime
    return enhanced / (use.training_cost * gain + queries * use.query_cost * gain**use.size_exponent)


def verdict(use: Use, gain: float, one_time: float, runtime: float) -> str:
    """One of ``VERDICTS`` but ``UNKNOWN``. No price and no size of model enters: only the signs of the two differences do."""
    once, each = training_saved(use, gain, one_time), running_added(use, gain, runtime)
    if once >= 0:
        return DOMINATES if each <= 0 else DOMINATED if once == 0 else UP_TO
    return DOMINATED if each >= 0 else FROM


def break_even(use: Use, gain: float, one_time: float, runtime: float) -> float | None:
    """Q*: queries at which both cost the same, C (G - 1 - f) / (2 N t (m - G^a)) at the prices; None where one is cheaper at any volume.

    What the enhancement saves at any number of queries grows with G. So where it is cheaper up to Q*, a greater G means a greater Q*, and a
    lower bound on G gives a lower bound on Q*; where it is cheaper from Q* on, the other way round.
    """
    if verdict(use, gain, one_time, runtime) not in (UP_TO, FROM):
        return None
    return training_saved(use, gain, one_time) / running_added(use, gain, runtime)


# --- the model of the assumptions ------------------------------------------------------------------


def flop_per_usd(analysis: Analysis, year: int) -> float:
    """Peak FLOP that a dollar rents: the median of a year's on-demand offers. Raises InputError where there is none."""
    offers = [q for q in analysis.evidence.prices.values() if q.date.startswith(f"{year}-")]
    if not offers:
        years = " · ".join(sorted({q.date[:4] for q in analysis.evidence.prices.values()}))
        fix = "take one of them, or open the table of prices"
        raise InputError(
            [Problem("data/prices.csv", f"no offer of {year}", f"a year with offers: {years}", fix)]
        )
    return statistics.median(3600 * q.peak_flop_per_second / q.usd_per_chip_hour for q in offers)


def parameters(analysis: Analysis) -> float:
    """N of the model that is enhanced, under the law of the assumptions."""
    a = analysis.assumptions
    return analysis.law(a.compute_optimal_law).optimal_parameters(a.pretraining_flop)


def in_flop(analysis: Analysis) -> Use:
    """The model of the assumptions, its costs counted in FLOP."""
    a = analysis.assumptions
    exponent = analysis.law(a.compute_optimal_law).size_exponent
    return Use(a.pretraining_flop, 2 * parameters(analysis) * a.tokens_per_query, exponent)


def in_usd(analysis: Analysis) -> Use:
    """The same, its costs counted in dollars: a FLOP costs 1 / (peak FLOP a dollar x utilisation)."""
    a, flop = analysis.assumptions, in_flop(analysis)
    peak = flop_per_usd(analysis, a.price_year)
    prices = (1 / (peak * u) for u in (a.training_utilisation, a.inference_utilisation))
    return Use(flop.training_flop, flop.query_flop, flop.size_exponent, *prices)


# --- the enhancements ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """An enhancement against its bigger model.

    gain: the CEG that the verdict rests on, None where it is not known; relation: = a point, >= or <= a bound on it. bound: the
    lower bound that stands beside an extrapolated point. ends: the 90% interval of the gain; above a lower bound it has no end. reason: why nothing is known. costs: the rows of the one-time cost and of the runtime.
    """

    enhancement: tuple
    headline: Estimate | None
    verdict: str
    gain: float | None = None
    relation: str = "="
    bound: float | None = None
    ends: tuple[float, float] | None = None
    one_time: float | None = None
    runtime: float | None = None
    reason: str = ""
    costs: tuple[tuple | None, tuple | None] = (None, None)

    def of(self, formula: Callable, use: Use, *more: float) -> float | None:
        """A formula of this module at the gain and the costs; None where the verdict is not known."""
        return (
            None if self.verdict == UNKNOWN else formula(use, self.gain, self.one_time, self.runtime, *more)
        )

    def at(self, gain: float, use: Use) -> tuple[str, float | None]:
        """Verdict and break-even at another gain."""
        costs = gain, self.one_time, self.runtime
        return verdict(use, *costs), break_even(use, *costs)

    def same(self, use: Use) -> bool | None:
        """Whether the verdict is the same at both ends of the interval of the gain; None where there is no interval."""
        if self.ends is None:
            return None
        ends = self.ends if self.relation == "=" else self.ends[:1]  # above a bound any gain is allowed for
        return all(self.at(gain, use)[0] == self.verdict for gain in ends)

    def same_within_costs(self, use: Use) -> bool | None:
        """Whether the verdict is the same at both ends of the ranges of the costs; None where neither has one."""
        once, each = (
            (c.low, c.high) if c and c.low is not None and c.high is not None else None for c in self.costs
        )
        if once is None and each is None:
            return None
        ends = itertools.product(once or (self.one_time,), each or (self.runtime,))
        return all(verdict(use, self.gain, *pair) == self.verdict for pair in ends)


def entries(analysis: Analysis, *, intervals: bool = True) -> list[Entry]:
    """The enhancements of the survey and those since 2023, in the order of the file, each by its headline comparison."""
    ev = analysis.evidence
    rows = [e for e in ev.enhancements.values() if (e.in_survey or e.section == LATER) and not e.added]
    heads = {row.enhancement: analysis.headline(row.enhancement) for row in rows}
    known = [h for h in heads.values() if h]
    if intervals:
        from ceg.uncertainty import intervals as uncertainty

        known = uncertainty.with_intervals(analysis, known)
    else:
        known = lead_probability.with_probability(analysis, known)
    sure = {h.enhancement: h for h in known}
    return [entry(analysis, row, sure.get(row.enhancement)) for row in rows]


def entry(analysis: Analysis, enhancement: tuple, headline: Estimate | None) -> Entry:
    """One enhancement. Whether fine-tuning is charged to the gain or not makes no difference here: it is counted once."""
    if headline is None:
        return Entry(enhancement, None, UNKNOWN, reason="no headline comparison")
    one_time, runtime = analysis.one_time(headline.comparison), headline.runtime_multiple
    c = analysis.evidence.comparisons[headline.comparison]
    rows = tuple(analysis.evidence.costs.get(key) for key in (c.one_time_cost, c.runtime_cost))
    spent = {"one_time": one_time, "runtime": runtime, "costs": rows}
    why = _not_known(headline, one_time, runtime)
    if why:
        return Entry(enhancement, headline, UNKNOWN, reason=why, **spent)
    charged = analysis.assumptions.charge_finetuning and c.charged_to == "enhanced"
    back = 1 + one_time if charged else 1.0
    use = in_flop(analysis)
    low, high = headline.lower_bound, headline.upper_bound
    if headline.ceg is not None:
        gain, relation = headline.ceg * back, "="
        found = verdict(use, gain, one_time, runtime)
    elif low is not None and verdict(use, low * back, one_time, runtime) in (DOMINATES, UP_TO):
        gain, relation = low * back, ">="
        found = verdict(use, gain, one_time, runtime)
    elif high is not None and verdict(use, high * back, one_time, runtime) == DOMINATED:
        gain, relation, found = high * back, "<=", DOMINATED
    else:
        return Entry(enhancement, headline, UNKNOWN, reason="the bounds on the gain leave it open", **spent)
    beside = low * back if headline.status == "extrapolated" and low else None
    return Entry(enhancement, headline, found, gain, relation, beside, _ends(headline, back), **spent)


def _not_known(e: Estimate, one_time: float | None, runtime: float | None) -> str:
    if e.status not in survey.SAYING:
        return f"the gain is {e.status.replace('-', ' ')}"
    if one_time is None or runtime is None:
        return (
            " and ".join(w for w, v in (("one-time cost", one_time), ("runtime", runtime)) if v is None)
            + " not known"
        )
    if e.ceg is None and "flat_baseline" in e.flags:
        return "the baseline is flat"
    p = e.bound_probability
    return formatting.not_counted(p) if e.status == "bound" and p is not None and p < PROBABLE else ""


def _ends(e: Estimate, back: float) -> tuple[float, float] | None:
    """The 90% interval of the gain; an end without limit is 0 or infinite. None where there is none."""
    if e.ceg is None and (e.bound_probability is None or e.bound_probability < PROBABLE or e.low is None):
        return None
    if e.low is None and e.high is None and e.share_unbounded is None:
        return None
    return (e.low or 0.0) * back, math.inf if e.high is None else e.high * back
