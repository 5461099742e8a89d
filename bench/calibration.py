"""How often the intervals hold the true gain: simulated families whose true gain is known.

Some follow the model that the intervals assume, others depart from it. ``python bench/calibration.py`` writes
bench/calibration.csv and bench/calibration.md; it takes some minutes. The intervals are those of
``ceg.uncertainty.intervals``.
"""

import argparse
import csv
import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from ceg.analysis.scores import off_the_edges
from ceg.estimator.gain import SAYING, gain
from ceg.estimator.scaling import Point, Scale
from ceg.uncertainty.draws import SEED, Arm, Compute, Draws, Score
from ceg.uncertainty.gain_draws import chunk
from ceg.uncertainty.intervals import quantiles
from ceg.uncertainty.scatter import excess, pooled
from ceg.uncertainty.uncertain import Uncertain

ITEMS, WIDTH, SHARED, DECADES, POOL, SIZE, FURTHEST = 1000, 1.2, 0.5, 3.0, 8, 1000, 1.0
"""The simulation's sizes.

Test items; 90% factor of the compute error, and the share of it common to a family; span of the computes in
decades; families pooled; draws an interval; how far a slope is followed, in decades.
"""

MODELS = (2, 3, 5, 8)
"""Sizes of families; with two, what lies beyond the last model is a bound."""


@dataclass(frozen=True)
class World:
    """How scores come about.

    - scatter: standard deviation of T about the curve, in logit and in points
    - shared: the enhanced model lies off the curve by as much as the same model without the enhancement
    - another_run: the truth is what another training run of that size would gain, and so are the intervals;
      else it is the gain of the model as it was trained
    - shape: of the curve. alike: items that are solved or failed together
    - right: whether the intervals assume just this
    """

    what: str
    scatter: tuple[float, float] = (0.0, 0.0)
    shared: bool = False
    another_run: bool = False
    shape: str = "straight"
    alike: int = 1
    right: bool = True


SMALL, LARGE = (0.15, 2.5), (0.35, 6.0)
WORLDS = {
    "no scatter": World("the transformed score is a straight line in log compute; binomial items"),
    "scattered": World(
        "as before, but each model is off the line by a normal error (0.15 in logit, 2.5 points)", SMALL
    ),
    "scattered more": World("the same with a larger error (0.35 in logit, 6 points)", LARGE),
    "shared, this model": World(
        "as scattered; the enhanced model is off by what the same model is without", SMALL, True
    ),
    "shared, another run": World("the same, asked of another training run", SMALL, True, True),
    "shared more, this model": World("with the larger error", LARGE, True),
    "shared more, another run": World("the same, asked of another training run", LARGE, True, True),
    "saturating": World(
        "wrong: the slope falls fourfold from the smallest to the largest model",
        shape="saturating",
        right=False,
    ),
    "kinked": World(
        "wrong: the slope is 0.4 of its mean up to a point in the middle third, 1.6 of it from there on",
        shape="kinked",
        right=False,
    ),
    "correlated items": World(
        "wrong: items come in threes that are solved or failed together", alike=3, right=False
    ),
}


@dataclass(frozen=True)
class Curve:
    """T over decades of true compute above the smallest model, and beyond both ends."""

    decades: np.ndarray
    t: np.ndarray

    @classmethod
    def drawn(cls, shape: str, transform: str, rng: np.random.Generator) -> "Curve":
        """A curve of some shape, its start drawn."""
        start, slope = (-1.8, 0.9) if transform == "logit" else (20.0, 15.0)
        start += rng.uniform(-0.1, 0.1) * slope
        d = np.linspace(-3.0, DECADES + 3.0, 6001)
        if shape == "saturating":
            k = math.log(4) / DECADES
            steep = slope * DECADES * k / (1 - math.exp(-k * DECADES))
            return cls(d, start + steep / k * (1 - np.exp(-k * d)))
        if shape == "kinked":
            at = rng.uniform(DECADES / 3, 2 * DECADES / 3)
            return cls(d, start + slope * np.where(d < at, 0.4 * d, 0.4 * at + 1.6 * (d - at)))
        return cls(d, start + slope * d)

    def at(self, decades: np.ndarray | float) -> np.ndarray:
        """T there."""
        return np.interp(decades, self.decades, self.t)

    def reached(self, t: float) -> float:
        """Decades at which T is reached."""
        return float(np.interp(t, self.t, self.decades))


@dataclass(frozen=True)
class Family:
    """One simulated comparison: what is seen of it, and the true log10 CEG."""

    enhanced: Arm
    baselines: tuple[Arm, ...]
    truth: float


def family(world: World, n: int, transform: str, name: str, rng: np.random.Generator) -> Family:
    """A family of n models over ``DECADES`` decades, and one of them enhanced.

    Scores are printed to a tenth of a percent.
    """
    decades = np.linspace(0, DECADES, n) + np.append(rng.uniform(-0.1, 0.1, n - 1), 0.0)
    z = math.sqrt(SHARED) * rng.standard_normal() + math.sqrt(1 - SHARED) * rng.standard_normal(n)
    true = decades + math.log10(WIDTH) / 1.6448536 * z
    curve = Curve.drawn(world.shape, transform, rng)
    off = rng.standard_normal(n) * world.scatter[transform == "linear"]
    which = int(rng.integers(n))
    gained = rng.uniform(0.3, DECADES + 0.8) - true[which]
    own = curve.at(true[which] + gained) + (off[which] if world.shared else 0.0)
    truth = gained if world.another_run else curve.reached(own) - true[which]
    t = np.append(curve.at(true) + off, own)
    share = 1 / (1 + np.exp(-t)) if transform == "logit" else np.clip(t, 1, 99) / 100
    solved = rng.binomial(ITEMS // world.alike, share) / (ITEMS // world.alike)
    percent = np.round(100 * solved, 1)
    width = math.log10(WIDTH)
    computes = [Compute(f"{name}.{i}", name, 20 + decades[i], width, width, SHARED) for i in range(n)]
    scores = [Score(f"{name}.{i}", float(p), 0.05, ITEMS) for i, p in enumerate(percent)]
    arms = tuple(Arm(s, c) for s, c in zip(scores[:n], computes, strict=True))
    return Family(Arm(scores[n], computes[which]), arms, truth)


def status(f: Family, transform: str) -> str:
    """What the estimator calls the family's comparison."""

    def point(arm: Arm) -> Point:
        p = off_the_edges(arm.score.value / 100, ITEMS)
        return Point(10**arm.compute.log10_flop, arm.score.value, 100 * math.sqrt(p * (1 - p) / ITEMS))

    baselines = [point(a) for a in f.baselines]
    return gain(point(f.enhanced), baselines, Scale(items=ITEMS), transform=transform).status


@dataclass(frozen=True)
class Seen:
    """A family with its interval: log10 of the ends (infinite where open), the middle draw, the truth."""

    bound: bool
    low: float
    high: float
    middle: float
    truth: float


def simulate(name: str, n: int, transform: str, families: int, seed: int = SEED) -> Iterator[Seen]:
    """Every family that has a point or a bound, with its interval."""
    scale, world = Scale(items=ITEMS), WORLDS[name]
    rng = np.random.Generator(np.random.SFC64([seed, n, transform == "logit", sorted(WORLDS).index(name)]))
    streams = Draws(seed, SIZE, cached=0)
    for group in range(math.ceil(families / POOL)):
        stem = f"{name}.{transform}.{n}.{group}"
        some = [family(world, n, transform, f"{stem}.{i}", rng) for i in range(POOL)]
        beside = (
            [family(world, 5, transform, f"{stem}.beside.{i}", rng) for i in range(POOL)] if n < 3 else some
        )
        spreads = [excess(f.baselines, scale, transform) for f in beside]
        for f, own in zip(some, spreads, strict=True):
            found = status(f, transform)
            if found not in SAYING:
                continue
            u = Uncertain(
                f.enhanced,
                f.baselines,
                scale,
                (float(ITEMS),) * n,
                pooled(spreads) if n < 5 else own,
                transform,
                furthest=0.0 if found == "bound" else FURTHEST,
                another_run=world.another_run,
            )
            low, high = chunk(u, streams, 0)
            ends = quantiles(low, (0.05,))[0], quantiles(high, (0.95,))[0]
            yield Seen(found == "bound", *ends, float(np.median(low)), f.truth)


COLUMNS = (
    *(
        "world",
        "transform",
        "n",
        "families",
        "two_sided",
        "coverage",
        "points",
        "bounds",
        "too_low",
        "too_high",
    ),
    *("one_sided", "covered", "one_sided_points", "one_sided_bounds", "open", "median_bias", "median_oom"),
)
EXPLAINED = (
    "Two sided: intervals with two ends, and in percent how many of them hold the truth (coverage), of "
    "points and of bounds alone, and how many lie wholly below or above it. One sided: intervals with one "
    "end, and how many of these limits hold (covered). Open: intervals without an end. Median bias: of the "
    "middle draw, where it has a value, less the truth, in powers of ten. Median oom: of the width with two "
    "ends. Fewer than 30 intervals have no share."
)


def row(world: str, n: int, transform: str, families: int) -> dict[str, object]:
    """A row of the table."""
    found = list(simulate(world, n, transform, families))
    low, high, middle, truth = (
        np.array([getattr(s, k) for s in found]) for k in ("low", "high", "middle", "truth")
    )
    bound = np.array([s.bound for s in found])
    held, ends = (low <= truth) & (truth <= high), np.isfinite(low).astype(int) + np.isfinite(high)
    two, one, valued = ends == 2, ends == 1, np.isfinite(middle)

    def percent(what: np.ndarray, among: np.ndarray) -> float | str:
        return round(100 * float(what[among].mean()), 1) if among.sum() >= 30 else ""

    numbers = (
        *(int(two.sum()), percent(held, two), percent(held, two & ~bound), percent(held, two & bound)),
        *(percent(high < truth, two), percent(low > truth, two)),
        *(int(one.sum()), percent(held, one), percent(held, one & ~bound), percent(held, one & bound)),
        int((ends == 0).sum()),
        round(float(np.median((middle - truth)[valued])), 3),
        round(float(np.median((high - low)[two])), 2) if two.any() else "",
    )
    return dict(zip(COLUMNS, (world, transform, n, families, *numbers), strict=True))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the table as CSV and as Markdown beside it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("output", nargs="?", default=Path(__file__).with_suffix(".csv"), type=Path)
    parser.add_argument("--families", type=int, default=2000, help="simulated families a row")
    parser.add_argument("--worlds", nargs="*", default=list(WORLDS), choices=list(WORLDS))
    options = parser.parse_args(arguments)
    cases = list(product(options.worlds, MODELS, ("logit", "linear"), (options.families,)))
    with ProcessPoolExecutor() as pool:
        rows = []
        for made in pool.map(row, *zip(*cases, strict=True)):
            rows.append(made)
            print(*made.values(), sep="\t", flush=True)
    with options.output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    options.output.with_suffix(".md").write_text(markdown(rows), encoding="utf-8")


def markdown(rows: Sequence[dict[str, object]]) -> str:
    """The table for people."""
    truths = {True: "what another run would gain", False: "the gain of the model as it was trained"}
    lines = [
        "# Coverage of the intervals",
        "",
        f"Simulated families of n models over {DECADES:g} decades of compute, {ITEMS} items, compute off by "
        f"{100 * (WIDTH - 1):.0f}% (90%), one model enhanced by a known gain. The Monte Carlo error of a "
        f"share of 2,000 is about 0.7. {SIZE:,} draws an interval; spread pooled over {POOL} families where "
        "n < 5 (for two models over families of five). Written by `python bench/calibration.py`.",
        "",
        *(f"- **{name}**: {w.what}. The truth is {truths[w.another_run]}." for name, w in WORLDS.items()),
        "",
        EXPLAINED,
        "",
        "| " + " | ".join(c.replace("_", " ") for c in COLUMNS) + " |",
        "|---|---|" + "--:|" * (len(COLUMNS) - 2),
        *(
            "| " + " | ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in r.values()) + " |"
            for r in rows
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
