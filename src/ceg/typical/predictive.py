"""What the posterior foretells of comparisons that it was not fitted to, and how well."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ceg.analysis.analysis import Analysis
from ceg.typical.model import Censored
from ceg.typical.observations import REFERENCE, Observations
from ceg.typical.summary import STUDENT, Posterior

SURE = 0.9
"""Share of a comparison's draws that have a value, from which on it counts as a value."""

PRECISIONS = stats.gamma.ppf((np.arange(8) + 0.5) / 8, STUDENT / 2, scale=2 / STUDENT)
"""Of normal laws, as likely as each other, whose mixture is Student's t."""

QUANTILES = {"low": 0.05, "quartile_low": 0.25, "middle": 0.5, "quartile_high": 0.75, "high": 0.95}
"""What is said of a prediction."""

ERRORS, ANY = 20, 21
"""Seeds of the errors of values and of the enhancements picked at random, other than those of predictions."""

DRAWN = 400
"""Draws of a prediction that are held to a comparison's window."""

GIVE_OR_TAKE = 0.5
"""Standard deviation of the forecast that there is no gain: a factor of about 3."""

SCORED = 100
"""Draws of the posterior that a score is the mean over."""


def seen(o: Observations) -> pd.DataFrame:
    """What each comparison says in one number, log10 CEG; NaN where it does not. Index ``comparison``.

    - value, error: mean and standard deviation, where at least ``SURE`` of its draws have values
    - floor, ceiling: where it has no value, and most of its draws are open above (below): the middle end
    """
    a = o.atoms
    at = pd.DataFrame({"of": a.of, "low": a.low, "high": a.high, "weight": a.weight, "sd": a.sd})
    at["value"] = at["low"] == at["high"]
    rows = []
    for _, each in at.groupby("of"):
        row, value = {}, each[each["value"]]
        if value["weight"].sum() >= SURE:
            mean = np.average(value["low"], weights=value["weight"])
            square = np.average(value["sd"] ** 2 + (value["low"] - mean) ** 2, weights=value["weight"])
            row = {"value": mean, "error": math.sqrt(square)}
        else:
            for name, end, other in (("floor", "low", "high"), ("ceiling", "high", "low")):
                is_open = each[np.isfinite(each[end]) & np.isinf(each[other])]
                if is_open["weight"].sum() > 0.5:
                    row = {name: is_open[end].median()}
        rows.append(row)
    columns = ["value", "error", "floor", "ceiling"]
    return pd.DataFrame(rows, pd.Index(o.comparison, name="comparison"), columns, dtype=float)


def windows(analysis: Analysis, o: Observations) -> tuple[np.ndarray, np.ndarray]:
    """log10 of the smallest and the biggest unenhanced model's compute over the enhanced one's, (n,) each."""
    cases = [analysis.case(c) for c in o.comparison]
    flop = np.log10([c.enhanced.point.flop for c in cases])
    ends = [[f(s.point.flop for s in c.baselines) for c in cases] for f in (min, max)]
    return np.log10(ends[0]) - flop, np.log10(ends[1]) - flop


def rank_within(draws: np.ndarray, value: float, first: float, last: float) -> float:
    """Share of lower draws, of those between ``first`` and ``last``, the window of a comparison.

    NaN where the value lies outside, which extrapolations do, or fewer than 20 draws lie inside.
    """
    shown = draws[(draws >= first) & (draws <= last)]
    return float((shown < value).mean()) if first <= value <= last and shown.size >= 20 else math.nan


@dataclass(frozen=True)
class Windowed:
    """Gains as seen and as predicted, each held to what its comparison's models can show; log10 CEG.

    of, value, weight: atoms of what is seen, as in ``Atoms``. again: predictions with the errors of scores,
    (n, draws). last: ends of the windows, (n,).
    """

    of: np.ndarray
    value: np.ndarray
    weight: np.ndarray
    again: np.ndarray
    last: np.ndarray

    def quantiles(self, some: np.ndarray, q: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
        """Of the comparisons that ``some`` (n,) says, as seen and as predicted."""
        mine = some[self.of]
        order = np.argsort(self.value[mine])
        reached = np.cumsum(self.weight[mine][order])
        at = np.searchsorted(reached, np.asarray(q) * reached[-1])
        return self.value[mine][order][at], np.quantile(self.again[some], q)

    def beyond(self, some: np.ndarray) -> tuple[float, np.ndarray]:
        """Share beyond the biggest unenhanced model, as seen, and in each draw of what is predicted."""
        mine = some[self.of]
        at_end = self.value >= self.last[self.of] - 1e-9
        again = (self.again[some] >= self.last[some, None] - 1e-9).mean(axis=0)
        return float(np.average(at_end[mine], weights=self.weight[mine])), again

    def losses(self, some: np.ndarray) -> tuple[float, np.ndarray]:
        """Share below 1x, likewise."""
        mine = some[self.of]
        again = (self.again[some] < 0).mean(axis=0)
        return float(np.average(self.value[mine] < 0, weights=self.weight[mine])), again


def windowed(
    o: Observations, window: tuple[np.ndarray, np.ndarray], y: np.ndarray, rng: np.random.Generator
) -> Windowed:
    """What is seen, and predictions without errors of scores, y (n, draws), held to the windows.

    What is seen has its error twice, a score's own and that of its draws; predictions get the same. Where a
    comparison has no value it is the usual one.
    """
    a, (first, last) = o.atoms, window
    known = ~(np.isinf(a.low) & np.isinf(a.high))
    of, low, high = a.of[known], a.low[known], a.high[known]
    middle = (low + high) / 2
    value = np.where(np.isfinite(middle), middle, np.where(np.isinf(low), -np.inf, np.inf))
    weight = a.weight[known] / np.bincount(of, a.weight[known], len(o.comparison))[of]
    error = seen(o)["error"]
    noise = math.sqrt(2) * error.fillna(error.median()).to_numpy()[:, None]
    again = np.clip(y + noise * rng.standard_normal(y.shape), first[:, None], last[:, None])
    return Windowed(of, np.clip(value, first[of], last[of]), weight, again, last)


def judged(
    analysis: Analysis, o: Observations, posterior: Posterior, tried: pd.Series
) -> tuple[pd.DataFrame, Windowed]:
    """What was foretold of each comparison, and what is seen of it, index ``comparison``; and both as far as
    its models can show it.

    Columns of ``seen``, and
    - low, quartile_low, middle, quartile_high, high: of the prediction for the comparison's enhancement and
      size, log10 CEG
    - rank: probability of a lower value than that seen, its error counted
    - rank_shown: the same, given that both lie in the comparison's window
    - agrees: probability of what a bound says
    - score: log likelihood of what is seen, by its enhancement; score_any: by one that does not know which of
      the fit's enhancements it is; score_none: by no gain, give or take ``GIVE_OR_TAKE``

    o: the observations of ``analysis``. tried: enhancement -> mean log10 FLOP of the models that it was tried
    on in the fit.
    """
    found, names = seen(o), o.names["enhancement"]
    of = [names[i] for i in o.level["enhancement"]]
    beyond = o.size + REFERENCE - tried[of].to_numpy()
    rng, window, rows, drawn = np.random.default_rng(ERRORS), windows(analysis, o), [], []
    ends = zip(found.to_numpy(), of, beyond, *window, strict=True)
    for (value, error, floor, ceiling), name, size, first, last in ends:
        new = posterior.new_comparison(name, size)
        drawn.append(new[:: new.size // DRAWN])
        row = dict(zip(QUANTILES, np.quantile(new, list(QUANTILES.values())), strict=True))
        if not math.isnan(value):
            again = new + error * rng.standard_normal(new.size)
            row |= {"rank": (again < value).mean(), "rank_shown": rank_within(again, value, first, last)}
        elif not math.isnan(floor):
            row["agrees"] = (new >= floor).mean()
        elif not math.isnan(ceiling):
            row["agrees"] = (new <= ceiling).mean()
        rows.append(row)
    columns = [*QUANTILES, "rank", "rank_shown", "agrees"]
    found[columns] = pd.DataFrame(rows, found.index, columns, dtype=float)
    index = np.array([posterior.enhancement.index(name) for name in of])
    found["score"] = _scores(posterior, tried, o, np.tile(index, (SCORED, 1)))
    any_one = np.random.default_rng(ANY).integers(len(posterior.enhancement), size=(SCORED * 4, 1))
    found["score_any"] = _scores(posterior, tried, o, np.tile(any_one, (1, index.size)))
    zero = np.zeros(len(found))
    found["score_none"] = Censored(o).log_mean(zero, zero + GIVE_OR_TAKE)
    return found, windowed(o, window, np.array(drawn), rng)


def _scores(posterior: Posterior, tried: pd.Series, o: Observations, which: np.ndarray) -> np.ndarray:
    """Log likelihood of each comparison, (n,), by the mean over draws. which: enhancements, (draws, n)."""
    censored, sizes = Censored(o), tried[list(posterior.enhancement)].to_numpy()
    draws = ((np.arange(len(which)) + 0.5) / len(which) * len(posterior.mu)).astype(int)
    each = []
    for d, e in zip(draws, which, strict=True):
        mean = posterior.mu[d, e] + posterior.slope[d, e] * (o.size + REFERENCE - sizes[e])
        common = sum(posterior.shared[k][d] ** 2 for k in ("family", "model", "baseline"))
        normal = posterior.spread[d, e] ** 2 + common
        for precision in PRECISIONS:
            scale = np.sqrt(normal + posterior.shared["residual"][d] ** 2 / precision)
            each.append(censored.log_mean(mean, scale))
    return np.logaddexp.reduce(np.array(each), axis=0) - math.log(len(each))
