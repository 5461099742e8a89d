"""What the draws cost: against a plain loop, against squigglepy, and as draws and comparisons grow.

``python bench/uncertainty.py`` writes bench/uncertainty.md. Processor time of one core; the best of several
runs each. squigglepy is optional (``pip install -e .[bench]``): without it its row says so.
"""

import dataclasses
import importlib
import importlib.metadata
import math
import os
import platform
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.stats import linregress

from ceg.analysis import analysis
from ceg.estimator.gain_on_arrays import DrawnCurves
from ceg.estimator.scaling import Scale
from ceg.estimator.scaling_on_arrays import Scales
from ceg.uncertainty import intervals
from ceg.uncertainty.draws import CHUNK, SEED, Z90, Arm, Compute, Draws, Score
from ceg.uncertainty.gain_draws import chunk
from ceg.uncertainty.intervals import quantiles
from ceg.uncertainty.scatter import Spread
from ceg.uncertainty.uncertain import Uncertain, uncertain

ITEMS, WIDTH, SHARED = 1319, math.log10(1.2), 0.5
LOG10_FLOP, SCORES, ENHANCED = (20.0, 21.0, 22.0, 23.0), (12.0, 20.0, 31.0, 45.0), 60.0
SPREAD = Spread(0.05, 4)
CASE = Uncertain(
    Arm(Score("enhanced", ENHANCED, 0.05, ITEMS), Compute("m2", "family", 22.0, WIDTH, WIDTH, SHARED)),
    tuple(
        Arm(Score(f"s{i}", s, 0.05, ITEMS), Compute(f"m{i}", "family", x, WIDTH, WIDTH, SHARED))
        for i, (x, s) in enumerate(zip(LOG10_FLOP, SCORES, strict=True))
    ),
    Scale(items=ITEMS),
    (1.0,) * 4,
    SPREAD,
    furthest=3.0,
)
"""Four models, 1,319 items, every draw beyond the curve: each is sampled, fitted by a line and inverted."""


def scatter_errors(normal: np.ndarray, gamma: np.ndarray | float) -> np.ndarray:
    """Student t errors of the models in logit, from standard draws (4, size) and (size,), or (4,) and one."""
    return math.sqrt(SPREAD.excess / SPREAD.dof) * np.sqrt(SPREAD.dof / 2 / gamma) * normal


def ours(count: int) -> np.ndarray:
    """This package, a chunk at a time: the lower end that each draw leaves open, which is its value."""
    streams = Draws(SEED)
    return np.concatenate([chunk(CASE, streams, i)[0] for i in range(math.ceil(count / CHUNK))])


def loop(count: int) -> np.ndarray:
    """(a) One draw after the other: numpy's generator, scipy's least squares, scipy's root finder."""
    rng = np.random.default_rng(SEED)
    logit = lambda percent: math.log(percent / (100 - percent))  # noqa: E731
    found = []
    for _ in range(count):
        z = math.sqrt(SHARED) * rng.standard_normal() + math.sqrt(1 - SHARED) * rng.standard_normal(4)
        x = np.array(LOG10_FLOP) + WIDTH / Z90 * z
        s = 100 * rng.binomial(ITEMS, np.array(SCORES) / 100) / ITEMS + rng.uniform(-0.05, 0.05, 4)
        e = 100 * rng.binomial(ITEMS, ENHANCED / 100) / ITEMS + rng.uniform(-0.05, 0.05)
        t = [logit(v) for v in s] + scatter_errors(rng.standard_normal(4), rng.standard_gamma(SPREAD.dof / 2))
        fit: Any = linregress(x, t)
        slope, height, target = fit.slope, t[-1], logit(e)
        if slope <= 0:
            found.append(-math.inf)
            continue
        far = abs(target - height) / slope + 1
        at = lambda c, b=slope, h=height, edge=x[-1], t=target: h + b * (c - edge) - t  # noqa: E731
        found.append(brentq(at, x[-1] - far, x[-1] + far) - x[2])
    return np.array(found)


def squiggle(count: int, size: int) -> np.ndarray:
    """(b) squigglepy samples ``size`` draws of every input at once, the same vectorised fit follows."""
    sq = importlib.import_module("squigglepy")
    sq.set_seed(SEED)
    parts = []
    for _ in range(math.ceil(count / size)):
        family = sq.sample(sq.norm(mean=0, sd=math.sqrt(SHARED) * WIDTH / Z90), n=size)
        own = sq.norm(mean=0, sd=math.sqrt(1 - SHARED) * WIDTH / Z90)
        x = np.stack([v + family + sq.sample(own, n=size) for v in LOG10_FLOP])
        rounding = sq.uniform(-0.05, 0.05)

        def score(percent: float, rounding=rounding) -> np.ndarray:
            drawn = sq.sample(sq.binomial(ITEMS, percent / 100), n=size)
            return drawn * (100 / ITEMS) + sq.sample(rounding, n=size)

        s, e = np.stack([score(v) for v in SCORES]), score(ENHANCED)
        unit = sq.norm(mean=0, sd=1)
        gamma = sq.sample(sq.gamma(SPREAD.dof / 2, 1), n=size)
        off = scatter_errors(np.stack([sq.sample(unit, n=size) for _ in LOG10_FLOP]), gamma)
        scales = Scales.of(CASE.scale)
        curves = DrawnCurves.of(x, scales.raised(s, off, "logit"), e, scales)
        low, _ = curves.required(furthest=CASE.furthest)
        parts.append(low - x[2])
    return np.concatenate(parts)


def seconds(run: Callable[[], object], times: int = 5) -> float:
    """Least processor time of several runs."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        run()
        spent.append(time.process_time() - start)
    return min(spent)


def comparisons(copies: int) -> int:
    """Work out the intervals of the headline comparisons with a point estimate; returns how many there are.

    Each is worked out ``copies`` times, under names of its own.
    """
    book = analysis.open()
    done = 0
    for c in book.evidence.comparisons.values():
        if c.role == "headline" and book.estimate(c.comparison).ceg is not None:
            base = uncertain(book, c.comparison)
            for i in range(copies):
                arms = [_renamed(a, f"copy {i}: ") for a in (base.enhanced, *base.baselines)]
                case = dataclasses.replace(base, enhanced=arms[0], baselines=tuple(arms[1:]))
                quantiles(chunk(case, Draws(1), 0)[0], (0.05, 0.95))
                done += 1
    return done


def _renamed(arm: Arm, prefix: str) -> Arm:
    score = dataclasses.replace(arm.score, name=prefix + arm.score.name)
    compute = dataclasses.replace(
        arm.compute, name=prefix + arm.compute.name, family=prefix + arm.compute.family
    )
    return Arm(score, compute)


def main() -> None:
    """Measure and write the tables."""
    million = 1_000_000
    rate = million / seconds(lambda: ours(million))
    plain = 2_000 / seconds(lambda: loop(2_000), 3)
    lines = [
        "# What the draws cost",
        "",
        f"One core of {os.cpu_count()} ({platform.machine()}), Python {platform.python_version()}, numpy "
        f"{np.__version__}, scipy {importlib.metadata.version('scipy')}; processor time, the least of "
        "several runs. A draw: four models and the enhanced one, binomial scores with rounding, compute with "
        "a family's shared error, logit, every model off its line by a Student t error, least squares, "
        "inversion. Written by `python bench/uncertainty.py`.",
        "",
        "| | draws a second | ours over it | target |",
        "|---|--:|--:|--:|",
        f"| ours | {rate:,.0f} | 1 | at least 1,000,000 |",
        f"| (a) plain loop, scipy's fit and root finder | {plain:,.0f} | {rate / plain:,.0f}x "
        "| at least 100x |",
    ]
    try:
        squigglepy = importlib.metadata.version("squigglepy")
    except importlib.metadata.PackageNotFoundError:
        lines.append("| (b) squigglepy | not installed: `pip install -e .[bench]` | | at least 0.8x |")
    else:
        best = max(million / seconds(lambda n=n: squiggle(million, n)) for n in (CHUNK, million))
        lines.append(
            f"| (b) squigglepy {squigglepy}, sampling {CHUNK:,} or a million at once (the faster), the same "
            f"fit | {best:,.0f} | {rate / best:.2f}x | at least 0.8x |"
        )
        ends = [np.quantile(f, (0.05, 0.5, 0.95)) for f in (ours(200_000), squiggle(200_000, CHUNK))]
        assert np.allclose(*ends, atol=0.02), ends  # they answer the same question
    ends = [np.quantile(f, (0.25, 0.5, 0.75)) for f in (ours(100_000), loop(5_000))]
    assert np.allclose(*ends, atol=0.05), ends
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines += ["", f"| draws of one comparison (whole chunks of {CHUNK:,}) | seconds |", "|--:|--:|"]
    lines += [
        f"| {n:,} | {seconds(lambda n=n: quantiles(ours(n), (0.05, 0.95)), 3 if n < 10**7 else 1):.3f} |"
        for n in (10**k for k in range(3, 8))
    ]
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines += [
        "",
        f"Memory: a chunk needs about {(2 * 4 + 30) * 8 * CHUNK / 1e6:.0f} MB however many draws there are; "
        "the draws themselves are kept for their quantiles, 8 bytes each and three times that while these "
        f"are worked out (peak of the process {before / 1024:,.0f} MB before the table above, "
        f"{after / 1024:,.0f} MB after it).",
        "",
        f"| comparisons, {CHUNK:,} draws each | seconds | ms each |",
        "|--:|--:|--:|",
    ]
    for copies in (1, 10, 100):
        count = comparisons(copies)
        spent = seconds(lambda c=copies: comparisons(c), 3 if copies < 100 else 1)
        lines.append(f"| {count:,} ({copies}x) | {spent:.2f} | {1000 * spent / count:.1f} |")
    book = analysis.open()
    estimates = book.estimate_all()
    spent = seconds(lambda: intervals.with_intervals(book, estimates), 1)
    lines += ["", f"All {len(estimates):,} comparisons of the book, {CHUNK:,} draws each: {spent:.1f} s."]
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
