"""What an enhancement costs over a model's life, beside the bigger model that it stands in for.

The bigger model is trained on G times the compute (G: the CEG), compute-optimally, so that its size grows as
G^a. The formulas are those of the chapter on break-even, in its order; costs are linear in the number of
queries, so that all follows from two differences.
"""

import itertools
import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace

from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING, Estimate
from ceg.evidence.problems import InputError, Problem
from ceg.evidence.rows import Cost, Enhancement
from ceg.evidence.tables import LATER

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

    training_flop: C, of the model that is enhanced. query_flop: 2 N t, of one of its answers. size_exponent:
    a, with N ~ C^a. training_price, query_price: of one FLOP; 1 to count in FLOP.
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
    """What not training the bigger model saves: C (G - 1 - f), priced. Negative where f is more."""
    return use.training_cost * (gain - 1 - one_time)


def running_added(use: Use, gain: float, runtime: float) -> float:
    """What an answer costs more than the bigger model's: 2 N t (m - G^a), priced. It may be negative."""
    return use.query_cost * (runtime - gain**use.size_exponent)


def saved(use: Use, gain: float, one_time: float, runtime: float, queries: float) -> float:
    """What the enhancement saves against the bigger model over so many queries."""
    return training_saved(use, gain, one_time) - queries * running_added(use, gain, runtime)


def ratio(use: Use, gain: float, one_time: float, runtime: float, queries: float) -> float:
    """Total cost with the enhancement over that of the bigger model."""
    enhanced = use.training_cost * (1 + one_time) + queries * use.query_cost * runtime
    return enhanced / (use.training_cost * gain + queries * use.query_cost * gain**use.size_exponent)


def verdict(use: Use, gain: float, one_time: float, runtime: float) -> str:
    """One of ``VERDICTS`` but ``UNKNOWN``.

    No price and no size of model enters: only the signs of the two differences do.
    """
    once, each = training_saved(use, gain, one_time), running_added(use, gain, runtime)
    if once >= 0:
        return DOMINATES if each <= 0 else DOMINATED if once == 0 else UP_TO
    return DOMINATED if each >= 0 else FROM


def break_even(use: Use, gain: float, one_time: float, runtime: float) -> float | None:
    """Q*: queries at which both cost the same, C (G - 1 - f) / (2 N t (m - G^a)) at the prices.

    None where one is cheaper at any volume.

    What the enhancement saves at any number of queries grows with G. So where it is cheaper up to Q*, a
    greater G means a greater Q*, and a lower bound on G gives a lower bound on Q*; where it is cheaper from
    Q* on, the other way round.
    """
    if verdict(use, gain, one_time, runtime) not in (UP_TO, FROM):
        return None
    return training_saved(use, gain, one_time) / running_added(use, gain, runtime)


def room(use: Use, gain: float) -> tuple[float, float]:
    """One-time cost and runtime, counted and uncounted together, up to which a gain is never dearer.

    G - 1 and G^a; no price enters.
    """
    return gain - 1, gain**use.size_exponent


# --- the model of the assumptions ------------------------------------------------------------------


def flop_per_usd(analysis: Analysis, year: int) -> float:
    """Peak FLOP that a dollar rents: the median of a year's on-demand offers.

    Raises InputError where there is none.
    """
    offers = [q for q in analysis.evidence.prices.values() if q.date.startswith(f"{year}-")]
    if not offers:
        years = " · ".join(sorted({q.date[:4] for q in analysis.evidence.prices.values()}))
        allowed, fix = f"a year with offers: {years}", "take one of them, or open the table of prices"
        raise InputError(Problem("data/prices.csv", f"no offer of {year}", allowed, fix))
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

    gain: the CEG that the verdict rests on, None where it is not known; relation: = a point, >= or <= an
    observed bound on it. bound: the lower bound that stands beside an extrapolated point. ends: the interval
    of the gain, of a bound as of a point; 0 or infinite where it is open. reason: why nothing is known.
    costs: the rows of the one-time cost and of the runtime.
    """

    enhancement: Enhancement
    headline: Estimate | None
    verdict: str
    gain: float | None = None
    relation: str = "="
    bound: float | None = None
    ends: tuple[float, float] | None = None
    one_time: float | None = None
    runtime: float | None = None
    reason: str = ""
    costs: tuple[Cost | None, Cost | None] = (None, None)

    @property
    def charges(self) -> tuple[float, float]:
        """The one-time cost and the runtime, which an entry with a verdict has."""
        assert self.one_time is not None and self.runtime is not None
        return self.one_time, self.runtime

    def of(self, formula: Callable, use: Use, *more: float) -> float | None:
        """A formula of this module at the gain and the costs; None where the verdict is not known."""
        return None if self.verdict == UNKNOWN else formula(use, self.gain, *self.charges, *more)

    def at(self, gain: float, use: Use) -> tuple[str, float | None]:
        """Verdict and break-even at another gain."""
        return verdict(use, gain, *self.charges), break_even(use, gain, *self.charges)

    def same(self, use: Use) -> bool | None:
        """Whether the verdict is the same at both ends of the gain's interval; None where there is none."""
        if self.ends is None:
            return None
        ends = self.ends if self.relation == "=" else self.ends[:1]  # above a bound any gain is allowed for
        return all(self.at(gain, use)[0] == self.verdict for gain in ends)

    def at_lower_end(self, use: Use) -> str | None:
        """The verdict at the lower end of the gain's interval; None where it is open, or there is none."""
        return self.at(self.ends[0], use)[0] if self.ends and self.ends[0] and self.gain else None

    def same_within_costs(self, use: Use) -> bool | None:
        """Whether the verdict is the same at both ends of the costs' ranges; None where neither has one."""
        once, each = (
            (c.low, c.high) if c and c.low is not None and c.high is not None else None for c in self.costs
        )
        if self.gain is None or (once is None and each is None):
            return None
        one_time, runtime = self.charges
        ends = itertools.product(once or (one_time,), each or (runtime,))
        return all(verdict(use, self.gain, *pair) == self.verdict for pair in ends)


def entries(analysis: Analysis, *, intervals: bool = True) -> list[Entry]:
    """The enhancements of the survey and those since 2023, in the file's order, each by its headline."""
    ev = analysis.evidence
    rows = [e for e in ev.enhancements.values() if (e.in_survey or e.section == LATER) and not e.added]
    known = [h for h in (analysis.headline(row.enhancement) for row in rows) if h]
    if intervals:
        from ceg.uncertainty import intervals as uncertainty

        known = uncertainty.with_intervals(analysis, known)
    sure = {h.enhancement: h for h in known}
    return [entry(analysis, row, sure.get(row.enhancement)) for row in rows]


def entry(analysis: Analysis, enhancement: Enhancement, headline: Estimate | None) -> Entry:
    """One enhancement. Whether fine-tuning is charged to the gain makes no difference: it is counted once."""
    if headline is None or headline.comparison is None:
        return Entry(enhancement, None, UNKNOWN, reason="no headline comparison")
    c, costs = analysis.evidence.comparisons[headline.comparison], analysis.evidence.costs
    one_time, runtime = analysis.one_time(headline.comparison), headline.runtime_multiple
    unknown = Entry(
        enhancement,
        headline,
        UNKNOWN,
        one_time=one_time,
        runtime=runtime,
        reason=_not_known(headline, one_time, runtime),
        costs=(costs.get(c.one_time_cost or ""), costs.get(c.runtime_cost or "")),
    )
    if unknown.reason or one_time is None or runtime is None:
        return unknown
    charged = analysis.assumptions.charge_finetuning and c.charged_to == "enhanced"
    back = 1 + one_time if charged else 1.0
    use = in_flop(analysis)
    bounds = (("=", headline.ceg, VERDICTS), (">=", headline.lower_bound, (DOMINATES, UP_TO)))
    for relation, value, allowed in (*bounds, ("<=", headline.upper_bound, (DOMINATED,))):
        if value is not None and (found := verdict(use, value * back, one_time, runtime)) in allowed:
            low = headline.lower_bound if headline.status == "extrapolated" else None
            return replace(
                unknown,
                verdict=found,
                gain=value * back,
                relation=relation,
                bound=low * back if low else None,
                ends=_ends(headline, back),
            )
    return replace(unknown, reason="the bounds on the gain leave it open")


def _not_known(e: Estimate, one_time: float | None, runtime: float | None) -> str:
    if e.status not in SAYING:
        return f"the gain is {e.status.replace('-', ' ')}"
    absent = [word for word, cost in (("one-time cost", one_time), ("runtime", runtime)) if cost is None]
    if absent:
        return f"{' and '.join(absent)} not known"
    if e.ceg is None and "flat_baseline" in e.flags:
        return "the baseline is flat"
    return ""


def _ends(e: Estimate, back: float) -> tuple[float, float] | None:
    """The interval of the gain; an end without limit is 0 or infinite. None where there is none."""
    if not e.draws:
        return None
    return (e.low or 0.0) * back, math.inf if e.high is None else e.high * back
