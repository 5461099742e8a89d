"""Every estimate of the book, from its methodology page and its data alone.

Written from the page's section "The estimator, exactly", without sight of the book's own code, in plain
Python with numpy. Only the default choices are programmed. It agreed with the book on all comparisons but the
few that are inconsistent, of which the page did not say whether their bounds stand; now it does.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Z = 1.645  # standard errors that a difference or a slope must exceed
MIN_COMPUTES = 3  # different computes off the edges that make a rising line usable
MAX_OOM = 1.0  # orders of magnitude that an extrapolation may go outside the baselines
TIE = 1e-9  # scores (and gains, relatively) that are nearer than this differ by rounding of floats only


@dataclass(frozen=True)
class Point:
    """A result as training compute and oriented score; items and sampling error are None where not known."""

    compute: float
    score: float
    items: int | None
    error: float | None


@dataclass(frozen=True)
class Scale:
    """What the enhanced result's benchmark says of scores; `h` is the width of an edge in units of q."""

    kind: str
    higher: bool
    chance: float
    maximum: float
    h: float

    def orient(self, score: float) -> float:
        """Turn a printed score so that higher is better."""
        if self.higher:
            return score
        return self.maximum - score if self.kind == "proportion" else -score

    def q(self, score: float) -> float:
        """Share of the way from chance to the maximum, not held."""
        return (score - self.chance) / (self.maximum - self.chance)

    def edge(self, score: float) -> str | None:
        """The edge that an oriented score is at, "floor" or "ceiling"; only proportions have edges."""
        if self.kind != "proportion":
            return None
        q = self.q(score)
        return "floor" if q <= self.h else "ceiling" if q >= 1 - self.h else None

    def transform(self, score: float) -> float:
        """T(s) of an oriented score."""
        if self.kind == "proportion":
            q = min(max(self.q(score), self.h), 1 - self.h)
            return math.log(q / (1 - q))
        return -math.log(-score) if self.kind == "perplexity" else score

    def derivative(self, score: float) -> float:
        """T'(s) of an oriented score off the edges."""
        if self.kind == "proportion":
            q = self.q(score)
            return 1 / ((self.maximum - self.chance) * q * (1 - q))
        return -1 / score if self.kind == "perplexity" else 1.0


def read(path: Path) -> dict[str, dict[str, str]]:
    """Rows of a table by its first column, in the order of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


def items_of(result: dict, benchmark: dict) -> int | None:
    """Number of items: the result's own, else its benchmark's."""
    text = result["items"] or benchmark["items"]
    return int(text) if text else None


def scale_of(enhanced: dict, benchmark: dict) -> Scale:
    """The scale on which all scores of a comparison are read."""
    higher = benchmark["higher_is_better"] == "true"
    maximum = float(benchmark["maximum"] or 100)
    chance = float(benchmark["chance"] or 0)
    if not higher and benchmark["chance"]:
        chance = maximum - chance
    n = items_of(enhanced, benchmark)
    decimals = len(enhanced["score"].partition(".")[2])
    h = min(0.5 * 10.0**-decimals / (maximum - chance), 0.25) if n is None else 1 / (2 * (n + 1))
    return Scale(benchmark["scale"], higher, chance, maximum, h)


def sampling_error(score: float, n: int | None, result: dict, scale: Scale) -> float | None:
    """Binomial where a proportion's items are known; from the interval where none are; else None."""
    if n is None and result["score_low"] and result["score_high"]:
        return (float(result["score_high"]) - float(result["score_low"])) / 3.92
    if n is None or scale.kind != "proportion":
        return None
    h = 1 / (2 * (n + 1))
    p = min(max(score / scale.maximum, h), 1 - h)
    return scale.maximum * math.sqrt(p * (1 - p) / n)


def point_of(result: dict, models: dict, benchmarks: dict, scale: Scale) -> Point | None:
    """A result as a point, or None if its model has no training compute."""
    flop = models[result["model"]]["training_flop"]
    if not flop:
        return None
    score = scale.orient(float(result["score"]))
    n = items_of(result, benchmarks[result["benchmark"]])
    return Point(float(flop), score, n, sampling_error(score, n, result, scale))


def lower_point(enhanced: Point, baselines: list[Point]) -> Point | None:
    """The biggest baseline above the enhanced model's compute that does not score higher."""
    beaten = [p for p in baselines if p.compute > enhanced.compute and p.score <= enhanced.score]
    return max(beaten, key=lambda p: p.compute, default=None)


def upper_point(enhanced: Point, baselines: list[Point]) -> Point | None:
    """The smallest baseline, of any compute, that does not score lower."""
    return min((p for p in baselines if p.score >= enhanced.score), key=lambda p: p.compute, default=None)


def surely_higher(high: Point, low: Point) -> bool:
    """Whether a score is more than 1.645 standard errors above another; never where one is not known."""
    if high.error is None or low.error is None:
        return False
    return high.score - low.score > Z * math.hypot(high.error, low.error)


def line(points: list[Point], scale: Scale) -> tuple[float, bool]:
    """Slope of T on log10 C through points off the edges, and whether it rises; not if at one compute."""
    if len({p.compute for p in points}) < 2:
        return 0.0, False
    x = np.log10([p.compute for p in points])
    t = np.array([scale.transform(p.score) for p in points])
    away = x - x.mean()
    sxx = float(away @ away)
    slope = float(away @ t) / sxx
    errors = []
    if len(points) > 2:
        rss = float(np.sum((t - t.mean() - slope * away) ** 2))
        errors.append(math.sqrt(rss / (len(points) - 2) / sxx))
    if all(p.error is not None for p in points):
        moved = np.array([scale.derivative(p.score) * p.error for p in points])
        errors.append(math.sqrt(float(np.sum((away / sxx * moved) ** 2))))
    return slope, slope > 0 and (not errors or slope > Z * max(errors))


def curve(points: list[Point]) -> tuple[list[float], list[float]]:
    """Isotonic regression of score on log10 C: the logarithms of the computes and the fitted scores."""
    blocks: list[list] = []  # [weight, weighted sum of scores, list of log10 C]
    for compute in sorted({p.compute for p in points}):
        here = [(p.items or 1, p.score) for p in points if p.compute == compute]
        blocks.append([sum(w for w, _ in here), sum(w * s for w, s in here), [math.log10(compute)]])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][0] > blocks[-1][1] / blocks[-1][0] + TIE:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    return [x for b in blocks for x in b[2]], [b[1] / b[0] for b in blocks for _ in b[2]]


def interpolate(score: float, xs: list[float], fitted: list[float], scale: Scale) -> float | None:
    """log10 of the least compute at which the curve has a score within it; None beside a point at an edge."""
    i = next(k for k, s in enumerate(fitted) if s >= score - TIE)
    if abs(fitted[i] - score) <= TIE:
        return xs[i]
    if scale.edge(fitted[i - 1]) or scale.edge(fitted[i]):
        return None
    low, high = scale.transform(fitted[i - 1]), scale.transform(fitted[i])
    return xs[i - 1] + (xs[i] - xs[i - 1]) * (scale.transform(score) - low) / (high - low)


def extrapolate(score: float, xs: list[float], fitted: list[float], b: float, scale: Scale) -> float | None:
    """log10 of the compute outside the curve at which a score is reached; None if that is too far outside."""
    end = -1 if score > fitted[-1] else 0
    distance = (scale.transform(score) - scale.transform(fitted[end])) / b
    return xs[end] + distance if abs(distance) <= MAX_OOM else None


def point_estimate(enhanced: Point, baselines: list[Point], scale: Scale) -> tuple[str, float | None]:
    """Status, and gain (None if there is none), from the curve or beyond it, before it is held to bounds."""
    xs, fitted = curve(baselines)
    if fitted[0] - TIE <= enhanced.score <= fitted[-1] + TIE:
        status, x = "interpolated", interpolate(enhanced.score, xs, fitted, scale)
    else:
        off = [p for p in baselines if not scale.edge(p.score)]
        slope, rises = line(off, scale)
        usable = rises and len({p.compute for p in off}) >= MIN_COMPUTES
        status, x = "extrapolated", extrapolate(enhanced.score, xs, fitted, slope, scale) if usable else None
    return status, None if x is None else 10**x / enhanced.compute


def edge_flags(enhanced: Point, baselines: list[Point], scale: Scale) -> set[str]:
    """The edges that a score of the comparison is at."""
    return {edge for p in [enhanced, *baselines] if (edge := scale.edge(p.score))}


def line_flags(baselines: list[Point], scale: Scale) -> set[str]:
    """Whether the baseline is single or flat."""
    if len({p.compute for p in baselines}) == 1:
        return {"single_baseline"}
    rises = line([p for p in baselines if not scale.edge(p.score)], scale)[1]
    return set() if rises else {"flat_baseline"}


def estimate(enhanced: Point, baselines: list[Point], scale: Scale, cross_family: bool) -> dict:
    """The estimate of one comparison whose points are all known."""
    flags = edge_flags(enhanced, baselines, scale)
    low, high = lower_point(enhanced, baselines), upper_point(enhanced, baselines)
    conflict = low and high and low.compute > high.compute
    inconsistent = conflict and surely_higher(high, low)
    if conflict and not inconsistent:
        flags.add("non_monotone")
        low = lower_point(enhanced, [p for p in baselines if p.compute <= high.compute])
    lower, upper = (end and end.compute / enhanced.compute for end in (low, high))
    found = {
        "status": "inconsistent",
        "ceg": None,
        "lower_bound": lower,
        "upper_bound": upper,
        "flags": flags,
    }
    if inconsistent:
        return found
    flags |= line_flags(baselines, scale)
    found["status"] = "bound" if low or high else "not-meaningful"
    if cross_family or scale.edge(enhanced.score):
        return found
    status, ceg = point_estimate(enhanced, baselines, scale)
    if ceg is None:
        return found
    held = max(min(ceg, upper or math.inf), lower or 0.0)
    if abs(held / ceg - 1) > TIE:
        flags.add("held_to_bound")
    return found | {"status": status, "ceg": held}


def estimates(folder: Path) -> dict[str, dict]:
    """The estimate of every row of comparisons.csv under the default choices."""
    names = ("results", "models", "benchmarks", "comparisons")
    results, models, benchmarks, comparisons = (read(folder / f"{name}.csv") for name in names)
    found = {}
    for name, row in comparisons.items():
        enhanced = results[row["enhanced"]]
        scale = scale_of(enhanced, benchmarks[enhanced["benchmark"]])
        rows = [results[key] for key in row["baseline"].split()]
        rows = [r for r in rows if r["provenance"] != "recalled"]
        points = [point_of(r, models, benchmarks, scale) for r in [enhanced, *rows]]
        if enhanced["provenance"] == "recalled" or not rows or None in points:
            found[name] = {"status": "not-available", "ceg": None, "flags": set()}
            found[name] |= {"lower_bound": None, "upper_bound": None}
        else:
            found[name] = estimate(points[0], points[1:], scale, row["cross_family"] == "true")
    return found
