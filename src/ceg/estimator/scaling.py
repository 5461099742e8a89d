"""A performance-compute curve: transform, bounds, isotonic fit, straight line, inversion.

Plain Python over a handful of points, written to be checked line by line against the definition
on the Methodology page. Nothing here knows about files, models or enhancements.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SIGNIFICANT = 1.645
"""Standard errors that a slope or a reversal must exceed (one-sided 95%)."""

SCALES = ("proportion", "bits", "nats", "perplexity", "elo", "points")

UNITS = {
    "percent": ("proportion", True, 100.0),
    "fraction": ("proportion", True, 1.0),
    "loss": ("nats", False, 100.0),
    "bits": ("bits", False, 100.0),
    "perplexity": ("perplexity", False, 100.0),
    "elo": ("elo", True, 100.0),
    "points": ("points", True, 100.0),
}
"""What scores are called -> kind of scale, whether higher is better, and the maximum of a proportion."""


@dataclass(frozen=True)
class Scale:
    """How a benchmark's scores are measured.

    kind: one of ``SCALES``. For a proportion, ``chance`` and ``maximum`` are in the unit of the score
    (percent, unless the caller works in fractions) and ``items`` is the number of test items, or None.
    """

    kind: str = "proportion"
    higher_is_better: bool = True
    chance: float = 0.0
    maximum: float = 100.0
    items: int | None = None
    half_digit: float = 0.05
    """Half of the last printed digit: the edge of a proportion when the items are unknown."""

    def __post_init__(self) -> None:
        if self.kind not in SCALES:
            raise ValueError(f"scale is {self.kind!r}; it must be one of {', '.join(SCALES)}")
        if self.kind == "proportion" and not self.chance < self.maximum:
            raise ValueError(f"chance {self.chance:g} must be below the maximum {self.maximum:g}")

    def refused(self, score: float) -> str | None:
        """What a score on this scale must be, if this one is not so."""
        if not math.isfinite(score):
            return "a finite number"
        if self.kind == "proportion":
            return None if 0 <= score <= self.maximum else f"0 to {self.maximum:g}"
        return "above 0" if self.kind == "perplexity" and score <= 0 else None

    def oriented(self, score: float) -> float:
        """The score with higher better: s, or -s (a proportion: maximum - s)."""
        if self.higher_is_better:
            return score
        return self.maximum - score if self.kind == "proportion" else -score

    @property
    def _floor(self) -> float:
        """The oriented score of a guess; for errors, a chance of 0 means that it is not known."""
        if self.higher_is_better:
            return self.chance
        return self.maximum - self.chance if self.chance else 0.0

    @property
    def _span(self) -> float:
        return self.maximum - self._floor

    @property
    def edge(self) -> float:
        """h: how close the proportion q may come to 0 and 1; 0.5/(items + 1), or half the last digit."""
        return 0.5 / (self.items + 1) if self.items else min(self.half_digit / self._span, 0.25)

    def at_edge(self, oriented: float) -> str | None:
        """``floor``, ``ceiling`` or None: whether q = (s - g)/(m - g) lies at or beyond [h, 1 - h]."""
        if self.kind != "proportion":
            return None
        q = (oriented - self._floor) / self._span
        if q <= self.edge * (1 + 1e-9):
            return "floor"
        return "ceiling" if q >= 1 - self.edge * (1 + 1e-9) else None

    def transform(self, name: str = "logit") -> Callable[[float], float]:
        """T: oriented score -> the scale on which performance is taken to be linear in log10 compute.

        ``logit``: logit of q held within [h, 1 - h] for proportions, -ln s for perplexity, the oriented score
        otherwise. ``linear``: the oriented score, for every kind.
        """
        if name not in ("logit", "linear"):
            raise ValueError(f"transform is {name!r}; it must be logit or linear")
        if name == "linear" or self.kind not in ("proportion", "perplexity"):
            return lambda s: s
        if self.kind == "perplexity":
            return lambda s: -math.log(-s)
        low, high = self.edge, 1 - self.edge

        def logit(s: float) -> float:
            q = min(max((s - self._floor) / self._span, low), high)
            return math.log(q / (1 - q))

        return logit


@dataclass(frozen=True)
class Point:
    """One model: training compute (FLOP) and oriented score.

    se: the score's standard error, if known. name: of the result that it is, if it has one.
    """

    flop: float
    score: float
    se: float | None = None
    weight: float = 1.0
    name: str | None = None


@dataclass(frozen=True)
class Line:
    """Least squares T(s) = intercept + slope * log10(C). ``slope_se`` is None where no error can be had."""

    intercept: float
    slope: float
    slope_se: float | None
    n: int

    @property
    def rises(self) -> bool:
        """Whether the slope is positive and above 1.645 standard errors (where they are known)."""
        return self.slope > 0 and (self.slope_se is None or self.slope > SIGNIFICANT * self.slope_se)

    def predict(self, log10_flop: float) -> float:
        """T at log10 C."""
        return self.intercept + self.slope * log10_flop

    def invert(self, transformed: float) -> float:
        """log10 C at which the line reaches T."""
        return (transformed - self.intercept) / self.slope


def bounds(enhanced: Point, baselines: Sequence[Point]) -> tuple[Point | None, Point | None]:
    """The baselines that bound C' from below and from above, on raw scores.

    below: the largest C_i > C_e with s_i <= s_e. above: the smallest C_i with s_i >= s_e. A tie gives both.
    """
    below = [p for p in baselines if p.flop > enhanced.flop and p.score <= enhanced.score]
    above = [p for p in baselines if p.score >= enhanced.score]
    return (
        max(below, key=lambda p: p.flop, default=None),
        min(above, key=lambda p: p.flop, default=None),
    )


def isotonic(points: Sequence[Point]) -> list[tuple[float, float]]:
    """Non-decreasing fit of score on compute by pooling adjacent violators, weighted.

    Returns [(flop, fitted oriented score)] in rising order of compute, one entry for each different compute.
    """
    blocks: list[tuple[float, float, int]] = []  # (fitted score, weight, number of computes)
    computes = sorted({p.flop for p in points})
    for flop in computes:
        here = [p for p in points if p.flop == flop]
        block = (here[0].score, here[0].weight, 1)
        for p in here[1:]:
            block = _pool(block, (p.score, p.weight, 0))
        while blocks and blocks[-1][0] >= block[0]:
            block = _pool(blocks.pop(), block)
        blocks.append(block)
    fitted = [score for score, _, count in blocks for _ in range(count)]
    return list(zip(computes, fitted, strict=True))


def _pool(a: tuple[float, float, int], b: tuple[float, float, int]) -> tuple[float, float, int]:
    weight = a[1] + b[1]
    score = a[0] if a[0] == b[0] else (a[0] * a[1] + b[0] * b[1]) / weight
    return (score, weight, a[2] + b[2])


def reach(
    curve: Sequence[tuple[float, float]], score: float, transform: Callable[[float], float]
) -> tuple[float, tuple[tuple[float, float], ...]] | None:
    """log10 of the smallest C at which the curve, piecewise linear in log10 C and T, reaches the score.

    With it the points of the curve used: one that has the score, or the two that it lies between. None where
    the score lies outside the curve.
    """
    for i, (flop, fitted) in enumerate(curve):
        if math.isclose(fitted, score, rel_tol=1e-12, abs_tol=1e-12):
            return math.log10(flop), (curve[i],)
        if fitted > score:
            if i == 0:
                return None
            before, was = curve[i - 1]
            t0, t1, t = transform(was), transform(fitted), transform(score)
            share = (t - t0) / (t1 - t0) if t1 > t0 else (score - was) / (fitted - was)
            return math.log10(before) + share * (math.log10(flop) - math.log10(before)), (
                curve[i - 1],
                curve[i],
            )
    return None


def line(points: Sequence[Point], transform: Callable[[float], float]) -> Line | None:
    """Ordinary least squares of T(s) on log10 C; None with fewer than two different computes.

    The slope's standard error is the larger of the residual one (three points or more) and the one that
    follows from the scores' own errors through T's local derivative.
    """
    x = [math.log10(p.flop) for p in points]
    if len(set(x)) < 2:
        return None
    t = [transform(p.score) for p in points]
    mean_x, mean_t = sum(x) / len(x), sum(t) / len(t)
    sxx = sum((xi - mean_x) ** 2 for xi in x)
    slope = sum((xi - mean_x) * (ti - mean_t) for xi, ti in zip(x, t, strict=True)) / sxx
    intercept = mean_t - slope * mean_x
    errors = []
    if len(x) > 2:
        rss = sum((ti - intercept - slope * xi) ** 2 for xi, ti in zip(x, t, strict=True))
        errors.append(math.sqrt(rss / (len(x) - 2) / sxx))
    known = [p.se for p in points if p.se is not None]
    if len(known) == len(points):
        parts = zip(x, points, known, strict=True)
        of_slope = [(xi - mean_x) / sxx * _slope_of(transform, p) * se for xi, p, se in parts]
        errors.append(math.sqrt(sum(e**2 for e in of_slope)))
    return Line(intercept, slope, max(errors, default=None), len(x))


def _slope_of(transform: Callable[[float], float], point: Point) -> float:
    """dT/ds at a point, by a central difference small beside the score's own error."""
    step = max(point.se or 0.0, 1e-9) * 1e-3
    return (transform(point.score + step) - transform(point.score - step)) / (2 * step)
