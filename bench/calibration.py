"""How often the 90% interval holds the true gain: simulated families whose true gain is known.

Some follow the model that the intervals assume, others depart from it. ``python bench/calibration.py`` writes
bench/calibration.csv and bench/calibration.md; it takes a few minutes. The intervals are those of
``ceg.uncertainty.intervals``.
"""

import argparse
import csv
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ceg.analysis.scores import off_the_edges
from ceg.estimator.gain import gain
from ceg.estimator.scaling import Point, Scale
from ceg.uncertainty.draws import Arm, Compute, Draws, Score
from ceg.uncertainty.intervals import SEED, Uncertain, chunk, ends
from ceg.uncertainty.scatter import excess, pooled

ITEMS, WIDTH, SHARED, DECADES, POOL, SIZE = 1000, 1.2, 0.5, 3.0, 8, 2500
"""The simulation's sizes.

Test items; 90% factor of the compute error, and the share of it common to a family; span of the computes in
decades; families pooled; draws an interval.
"""

WORLDS = {
    "right": "the transformed score is a straight line in log compute; binomial items",
    "scattered": "as right, but each model is off the line by a normal error (0.15 in logit, 2.5 points), "
    "and the enhanced one is not",
    "scattered more": "the same with a larger error (0.35 in logit, 6 points)",
    "scattered, shared": "wrong: as scattered, but the enhanced model is off the curve by what the same "
    "model is without the enhancement, which the intervals know nothing of",
    "scattered more, shared": "wrong: the same with the larger error",
    "saturating": "wrong: the slope falls fourfold from the smallest to the largest model",
    "kinked": "wrong: the slope is 0.4 of its mean up to a point in the middle third, 1.6 of it "
    "from there on",
    "correlated items": "wrong: items come in threes that are solved or failed together",
}


SCATTER = {"scattered": (0.15, 2.5), "scattered more": (0.35, 6.0)}
"""Standard deviation of T about the line, in logit and in points; of the shared worlds too."""


@dataclass(frozen=True)
class Family:
    """One simulated comparison: what is seen of it, and the true log10 CEG."""

    enhanced: Arm
    baselines: tuple[Arm, ...]
    truth: float


def curve(world: str, transform: str, rng: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    """T as a function of decades of true compute above the smallest model."""
    start, slope = (-1.8, 0.9) if transform == "logit" else (20.0, 15.0)
    start += rng.uniform(-0.1, 0.1) * slope
    if world == "saturating":
        k = math.log(4) / DECADES
        steep = slope * DECADES * k / (1 - math.exp(-k * DECADES))
        return lambda d: start + steep / k * (1 - np.exp(-k * d))
    if world == "kinked":
        at = rng.uniform(DECADES / 3, 2 * DECADES / 3)
        return lambda d: start + slope * np.where(d < at, 0.4 * d, 0.4 * at + 1.6 * (d - at))
    return lambda d: start + slope * d


def family(world: str, n: int, transform: str, name: str, rng: np.random.Generator) -> Family:
    """A family of n models over ``DECADES`` decades, and one of them enhanced.

    Scores are printed to a tenth of a percent.
    """
    decades = np.linspace(0, DECADES, n) + np.append(rng.uniform(-0.1, 0.1, n - 1), 0.0)
    z = math.sqrt(SHARED) * rng.standard_normal() + math.sqrt(1 - SHARED) * rng.standard_normal(n)
    true = decades + math.log10(WIDTH) / 1.6448536 * z
    t_of = curve(world, transform, rng)
    kind, _, shared = world.partition(", ")
    off = rng.standard_normal(n) * SCATTER.get(kind, (0.0, 0.0))[transform == "linear"]
    t = t_of(true) + off
    which = int(rng.integers(n))
    truth = rng.uniform(0.3, DECADES + 0.8) - true[which]
    t = np.append(t, t_of(true[which] + truth) + (off[which] if shared else 0.0))
    share = 1 / (1 + np.exp(-t)) if transform == "logit" else np.clip(t, 1, 99) / 100
    alike = 3 if world == "correlated items" else 1
    percent = np.round(100 * rng.binomial(ITEMS // alike, share) / (ITEMS // alike), 1)
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

    return gain(
        point(f.enhanced), [point(a) for a in f.baselines], Scale(items=ITEMS), transform=transform
    ).status


def simulate(
    world: str, n: int, transform: str, families: int, seed: int = SEED
) -> Iterator[tuple[str, float, tuple]]:
    """Status, true log10 CEG and quantiles (5%, 25%, 75%, 95%) of every family that has a point estimate."""
    scale = Scale(items=ITEMS)
    rng = np.random.Generator(np.random.SFC64([seed, n, transform == "logit", sorted(WORLDS).index(world)]))
    streams = Draws(seed, SIZE, cached=0)
    for group in range(math.ceil(families / POOL)):
        some = [family(world, n, transform, f"{world}.{transform}.{n}.{group}.{i}", rng) for i in range(POOL)]
        spreads = [excess(f.baselines, scale, transform) for f in some]
        for f, own in zip(some, spreads, strict=True):
            found = status(f, transform)
            if found in ("interpolated", "extrapolated"):
                spread = pooled(spreads) if n < 5 else own
                u = Uncertain(f.enhanced, f.baselines, scale, (float(ITEMS),) * n, spread, transform)
                yield found, f.truth, ends(u, chunk(u, streams, 0))


COLUMNS = (
    "world",
    "transform",
    "n",
    "families",
    "with_interval",
    "coverage",
    "interpolated",
    "extrapolated",
    "too_low",
    "too_high",
    "open",
    "median_oom",
)


def row(world: str, n: int, transform: str, families: int) -> dict[str, object]:
    """A row of the table.

    too_low, too_high: percent of the intervals that lie below, or above, the truth. median_oom: of the
    width, in powers of ten.
    """
    found = list(simulate(world, n, transform, families))
    truth = np.array([t for _, t, _ in found])
    low, high = (
        np.array([open_end if q[i] is None else math.log10(q[i]) for *_, q in found])
        for i, open_end in ((0, -np.inf), (3, np.inf))
    )
    inside = (low <= truth) & (truth <= high)
    outside = np.array([s == "extrapolated" for s, *_ in found])

    def percent(some: np.ndarray) -> float:
        return round(100 * float(some.mean()), 1)

    return dict(
        zip(
            COLUMNS,
            (
                world,
                transform,
                n,
                families,
                len(found),
                percent(inside),
                percent(inside[~outside]),
                percent(inside[outside]),
                percent(high < truth),
                percent(low > truth),
                percent(np.isinf(high) | np.isinf(low)),
                round(float(np.median(high - low)), 2),
            ),
            strict=True,
        )
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the table as CSV and as Markdown beside it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("output", nargs="?", default=Path(__file__).with_suffix(".csv"), type=Path)
    parser.add_argument("--families", type=int, default=2000, help="simulated families a row")
    parser.add_argument("--worlds", nargs="*", default=list(WORLDS), choices=list(WORLDS))
    options = parser.parse_args(arguments)
    rows = []
    for world in options.worlds:
        for transform in ("logit", "linear"):
            for n in (3, 5, 8):
                rows.append(row(world, n, transform, options.families))
                print(*rows[-1].values(), sep="\t", flush=True)
    with options.output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    options.output.with_suffix(".md").write_text(markdown(rows), encoding="utf-8")


def markdown(rows: Sequence[dict[str, object]]) -> str:
    """The table for people."""
    lines = [
        "# Coverage of the 90% interval",
        "",
        f"Simulated families of n models over {DECADES:g} decades of compute, {ITEMS} items, compute off by "
        f"{100 * (WIDTH - 1):.0f}% (90%), one model enhanced by a known gain. Share of the intervals that "
        f"hold it, in percent; the Monte Carlo error of a row is about 0.7. {SIZE:,} draws an interval; "
        f"spread pooled over {POOL} families where n < 5. Written by `python bench/calibration.py`.",
        "",
        *(f"- **{name}**: {what}." for name, what in WORLDS.items()),
        "",
        "Interpolated, extrapolated: coverage of each. Too low, too high: the whole interval lies below, or "
        "above, the truth. Open: an end is missing. Median oom: of the width, in powers of ten. Families "
        "that have only a bound have no interval.",
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
