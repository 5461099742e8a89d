"""The steps of ``ceg.estimator.scaling`` on arrays: a performance-compute curve of many cases at once.

Arrays are (n, B): B cases of n baselines, in rising order of compute; what is of a case is (B,).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ceg.estimator.scaling import Scale


@dataclass(frozen=True)
class Scales:
    """``ceg.estimator.scaling.Scale`` as arrays, all of one kind.

    floor (the oriented score of a guess), span and edge are scalars or (B,).
    """

    kind: str
    floor: np.ndarray | float
    span: np.ndarray | float
    edge: np.ndarray | float

    @classmethod
    def of(cls, scale: "Scale | Sequence[Scale] | Scales") -> "Scales":
        """From one Scale for the whole batch, or one a case. Raises ValueError if their kinds differ."""
        if isinstance(scale, Scales):
            return scale
        if isinstance(scale, Scale):
            if scale.kind != "proportion":
                return cls(scale.kind, 0.0, 1.0, 0.0)
            floor = scale.oriented(scale.chance) if scale.higher_is_better or scale.chance else 0.0
            return cls(scale.kind, floor, scale.maximum - floor, scale.edge)
        each = [cls.of(s) for s in scale]
        if len({s.kind for s in each}) != 1:
            raise ValueError(
                f"a batch has one kind of scale, not {', '.join(sorted({s.kind for s in each}))}"
            )
        return cls(
            each[0].kind, *(np.array([getattr(s, f) for s in each]) for f in ("floor", "span", "edge"))
        )

    def of_cases(self, cases: np.ndarray) -> "Scales":
        """The scales of some cases, by their numbers."""
        if np.ndim(self.floor) == 0:
            return self
        return Scales(self.kind, *(np.asarray(v)[cases] for v in (self.floor, self.span, self.edge)))

    def share(self, score: np.ndarray) -> np.ndarray:
        """q = (s - g)/(m - g)."""
        return (score - self.floor) / self.span

    def at_floor(self, score: np.ndarray) -> np.ndarray:
        """Whether a proportion lies at or below h."""
        return (
            self.share(score) <= self.edge * (1 + 1e-9)
            if self.kind == "proportion"
            else np.zeros(score.shape, bool)
        )

    def at_ceiling(self, score: np.ndarray) -> np.ndarray:
        """Whether a proportion lies at or above 1 - h."""
        if self.kind != "proportion":
            return np.zeros(score.shape, bool)
        return (self.share(score) >= 1 - self.edge * (1 + 1e-9)) & ~self.at_floor(score)

    def inner(self, score: np.ndarray) -> np.ndarray:
        """Whether a score lies off both edges: those count for slopes."""
        if self.kind != "proportion":
            return np.ones(score.shape, bool)
        q, near = self.share(score), self.edge * (1 + 1e-9)
        return (q > near) & (q < 1 - near)

    def transform(self, score: np.ndarray, name: str) -> np.ndarray:
        """T of oriented scores (…, B); as ``Scale.transform``."""
        if name not in ("logit", "linear"):
            raise ValueError(f"transform is {name!r}; it must be logit or linear")
        if name == "linear" or self.kind not in ("proportion", "perplexity"):
            return score
        if self.kind == "perplexity":
            return -np.log(-score)
        q = np.minimum(np.maximum(self.share(score), self.edge), 1 - self.edge)
        return np.log(q / (1 - q))

    def raised(self, score: np.ndarray, by: np.ndarray, name: str) -> np.ndarray:
        """The oriented scores with T raised by so much; a proportion at or beyond none or all stays."""
        if name == "linear" or self.kind not in ("proportion", "perplexity"):
            return score + by
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            less = np.exp(-by)
            if self.kind == "perplexity":
                return score * less
            q = self.share(score)
            raised = self.floor + self.span * (q / (q + (1 - q) * less))
        return np.where((q > 0) & (q < 1), raised, score)


def oriented(scale: Scale, score: np.ndarray) -> np.ndarray:
    """Scores with higher better: ``Scale.oriented`` on an array."""
    return score if scale.higher_is_better else scale.oriented(0.0) - score


def bounds(x: np.ndarray, s: np.ndarray, xe: np.ndarray, e: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of the baseline that bounds C' from below and from above, (B,); -1 where there is none.

    x, s: (n, B) in rising order of x. Of baselines at one compute it is the first.
    """
    below, above = np.full(e.shape, -1), np.full(e.shape, -1)
    most = np.full(e.shape, -np.inf)
    for i in range(len(x)):
        takes = (x[i] > xe) & (s[i] <= e) & (x[i] > most)
        below[takes], most = i, np.where(takes, x[i], most)
        above[(above < 0) & (s[i] >= e)] = i
    return below, above


def isotonic(x: np.ndarray, s: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Non-decreasing fit (n, B) of s on x, weighted.

    At i it is the max over j <= i of the min over k >= i of the mean of s[j..k]. x in rising order;
    baselines at the same compute get the same value. Only cases that fall somewhere, or have two baselines
    at the same compute, are worked on: the others are their own fit.
    """
    work = np.flatnonzero(((s[1:] < s[:-1]) | (x[1:] == x[:-1])).any(0))
    if not work.size:
        return s
    x, part, weight = x[:, work], s[:, work], weight[:, work]
    n = len(part)
    tied = x[1:] == x[:-1]
    fitted = np.full(part.shape, -np.inf)
    for j in range(n):
        total, mass = part[j] * weight[j], weight[j].copy()
        means = [part[j]]  # overwritten below: no later j needs it
        for k in range(j + 1, n):
            total += part[k] * weight[k]
            mass += weight[k]
            means.append(total / mass)
        for i in range(n - 1, j - 1, -1):  # a running minimum from the right, over blocks j..k with k >= i
            mean = means[i - j]
            if i < n - 1:
                mean[tied[i]] = np.inf  # a block ends, and starts, where the compute changes
                np.minimum(mean, means[i + 1 - j], out=mean)
            if j:
                np.maximum(fitted[i], np.where(tied[j - 1], -np.inf, mean), out=fitted[i])
            else:
                fitted[i] = mean
    whole = s.copy()
    whole[:, work] = fitted
    return whole


def reach(
    x: np.ndarray, fitted: np.ndarray, e: np.ndarray, scale: Scales, transform: str
) -> tuple[np.ndarray, np.ndarray]:
    """log10 of the smallest C (B,) at which the curve reaches e; NaN where e lies outside the curve.

    With it, whether e lies between two points of which one is at an edge of the scale, where T is held.
    """
    close = np.abs(fitted - e) <= np.maximum(1e-12 * np.maximum(np.abs(fitted), np.abs(e)), 1e-12)
    hit = close | (fitted > e)
    first, found = hit.argmax(0), np.full(e.shape, np.nan)
    exact = np.flatnonzero(at(close, first))
    found[exact] = x[first[exact], exact]
    rows = np.flatnonzero((first > 0) & np.isnan(found))
    i, e = first[rows], e[rows]
    x0, x1, s0, s1 = x[i - 1, rows], x[i, rows], fitted[i - 1, rows], fitted[i, rows]
    some = scale.of_cases(rows)
    t0, t1, te = (some.transform(v, transform) for v in (s0, s1, e))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(t1 > t0, (te - t0) / (t1 - t0), (e - s0) / (s1 - s0))
    found[rows] = x0 + share * (x1 - x0)
    held = np.zeros(found.shape, bool)
    held[rows] = ~(some.inner(s0) & some.inner(s1))
    return found, held


def between(x: np.ndarray, fitted: np.ndarray, e: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """log10 of the computes (B,) between which the curve reaches e: of the last point below it, and the next.

    -inf where e lies below the curve, +inf where it lies above it.
    """
    first = np.argmax(fitted >= e, axis=0)
    above = fitted[-1] < e
    low = np.where(above, x[-1], np.where(first > 0, at(x, first - 1), -np.inf))
    return low, np.where(above, np.inf, at(x, first))


def line(x: np.ndarray, t: np.ndarray, inner: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Least squares of t on x over the ``inner`` points, all (n, B).

    Returns intercept, slope, and the number of different computes among the points, each (B,). With fewer
    than two computes the slope means nothing.
    """
    k = inner.sum(0)
    different, last = np.zeros(k.shape, int), np.full(k.shape, np.nan)
    for i in range(len(x)):
        different += inner[i] & (x[i] != last)
        last = np.where(inner[i], x[i], last)
    only = (lambda v: v) if inner.all() else (lambda v: np.where(inner, v, 0.0))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mean_x, mean_t = only(x).sum(0) / k, only(t).sum(0) / k
        dx = only(x - mean_x)
        slope = np.einsum("ij,ij->j", dx, only(t - mean_t)) / np.einsum("ij,ij->j", dx, dx)
        return mean_t - slope * mean_x, slope, different


def slope_error(x, t, inner, intercept, slope, se_t) -> np.ndarray:
    """The standard error of the slope of ``line``, (B,); 0 where there is none. se_t: those of t, (n, B)."""
    k = inner.sum(0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        dx = np.where(inner, x - np.where(inner, x, 0.0).sum(0) / k, 0.0)
        sxx = (dx * dx).sum(0)
        rss = np.where(inner, (t - intercept - slope * x) ** 2, 0.0).sum(0)
        residual = np.where(k > 2, np.sqrt(rss / (k - 2) / sxx), 0.0)
        sampled = np.sqrt(np.where(inner, (dx / sxx * se_t) ** 2, 0.0).sum(0))
    return np.fmax(residual, sampled)


def rising(x: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
    """Arrays (n, B) put into rising order of x, case by case; of equals the first stays first."""
    fall = np.flatnonzero((x[1:] < x[:-1]).any(0))
    if not fall.size:
        return x, *others
    order = np.argsort(x[:, fall], axis=0, kind="stable")
    parts = [np.array(v) for v in (x, *others)]
    for v in parts:
        v[:, fall] = np.take_along_axis(v[:, fall], order, 0)
    return tuple(parts)


def at(values: np.ndarray, index: np.ndarray) -> np.ndarray:
    """values[index[b], b]; NaN (False for truths) where the index is -1."""
    taken = np.take_along_axis(values, np.maximum(index, 0)[None], 0)[0]
    return np.where(index < 0, values.dtype.type(np.nan) if values.dtype.kind == "f" else False, taken)
