"""Families and filled forms for tests of the calculator, and what the reference makes of them."""

from __future__ import annotations

import functools
import json
import math
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from places import ROOT

import ceg
from ceg.analysis.analysis import Analysis, Case
from ceg.analysis.scores import binomial_error
from ceg.chapters.calculator import page as calculator
from ceg.estimator.gain import Estimate, gain
from ceg.estimator.scaling import Point, Scale

STATIC = ROOT / "book/_static"

OPTIONS = {
    "transform": ("logit", "linear"),
    "estimate_order": ("interpolate_first", "fit_first"),
    "extrapolate_from": ("edge", "line"),
    "min_points": (3, 2),
    "max_extrapolation_oom": (1.0, 0.5, 2.0),
    "bounds_only": (False, True),
}

DEFAULTS = {key: options[0] for key, options in OPTIONS.items()}

KINDS = ("proportion", "error", "count", "bits", "nats", "perplexity", "elo", "points")
"""Kinds of scores: two of them are proportions as well, one of errors and one out of forty."""


@dataclass(frozen=True)
class Family:
    """An enhanced point with its baselines, and what they are read with."""

    name: str
    enhanced: Point
    baselines: tuple[Point, ...]
    scale: Scale
    options: dict

    @property
    def given(self) -> dict:
        """What the page's estimator takes, as JSON."""
        return {
            "enhanced": asdict(self.enhanced),
            "baselines": [asdict(p) for p in self.baselines],
            "scale": asdict(self.scale),
            "options": self.options,
        }

    @property
    def reference(self) -> Estimate:
        """What the reference makes of it."""
        return gain(self.enhanced, self.baselines, self.scale, **self.options)


def at_random(seed: int, number: int) -> Iterator[Family]:
    """Families of one to eight models of every kind of score, under every option.

    Scores are as a table prints them, so ties, plateaus and the edges of the scale are common; where a slope
    would be exactly zero its sign is the rounding's, so a trace of compute is added to every score off the
    edges.
    """
    draw = random.Random(seed)
    for number_of_family in range(number):
        kind = KINDS[number_of_family % len(KINDS)]
        scale = _scale(kind, draw)
        n, noise = draw.randint(1, 8), draw.choice((0.02, 0.3))
        exponents = [draw.randint(200, 240) / 10 for _ in range(n)]
        level, slope = draw.uniform(-2.5, 1.0), draw.choice((0.0, 0.4, 1.0))
        means = [level + slope * (x - 20) + draw.gauss(0, noise) for x in exponents]
        mean = draw.choice((*means, draw.uniform(-4, 4), min(means) - 0.3, max(means) + 0.3))
        own = draw.choice(exponents)
        points = [
            _point(scale, m, x, draw, f"model {i}")
            for i, (m, x) in enumerate(zip((mean, *means), (own, *exponents), strict=True))
        ]
        if scale.kind != "proportion" or draw.random() < 0.2:
            se = draw.choice((None, 0.5, 2.0))
            points = [replace(p, se=se) for p in points]
        options = {key: draw.choice(some) for key, some in OPTIONS.items()}
        options["bounds_only"] = draw.random() < 0.1
        yield Family(f"{seed}.{number_of_family} {kind}", points[0], tuple(points[1:]), scale, options)


def _scale(kind: str, draw: random.Random) -> Scale:
    items = draw.choice((None, 40, 164, 1319))
    if kind in ("proportion", "error"):
        chance = draw.choice((0.0, 0.0, 25.0))
        return Scale(
            "proportion", kind == "proportion", chance if kind == "proportion" else 3 * chance, 100.0, items
        )
    if kind == "count":
        return Scale("proportion", True, 0.0, 40.0, 40, 0.5)
    return Scale(kind, kind in ("elo", "points"))


def _point(scale: Scale, mean: float, exponent: float, draw: random.Random, name: str) -> Point:
    """A model whose score lies at ``mean`` on the transformed scale, as it is printed."""
    share = 1 / (1 + math.exp(-mean))
    trace = 1e-4 * math.sin(7 * exponent)
    if scale.kind == "proportion":
        oriented = scale.maximum * share
        printed = round(oriented if scale.higher_is_better else scale.maximum - oriented, 1)
        if draw.random() < 0.1:
            printed = draw.choice((0.0, scale.maximum, scale.chance))
        if 0 < printed < scale.maximum and printed != scale.chance:
            printed += trace
        se = binomial_error(printed, scale.maximum, scale.items) if scale.items else None
        weight = float(scale.items or 1)
    else:
        spread = {"perplexity": math.exp(3 - mean / 2), "elo": 1000 + 100 * mean}.get(
            scale.kind, 3 - mean / 4
        )
        oriented = spread if scale.kind in ("perplexity", "elo") or not scale.higher_is_better else mean
        printed, se, weight = round(oriented, 2) + trace, None, draw.choice((1.0, 5.0))
    return Point(10**exponent, scale.oriented(printed), se, weight, name)


def of_the_book(book: Analysis) -> Iterator[tuple[Family, Case]]:
    """Every comparison that the analysis can make, with its case."""
    options = {key: getattr(book.assumptions, key) for key in DEFAULTS if key != "bounds_only"}
    for name, row in book.evidence.comparisons.items():
        if case := book.find(name):
            points = [s.point for s in (case.enhanced, *case.baselines)]
            chosen = options | {"bounds_only": row.cross_family}
            yield Family(name, points[0], tuple(points[1:]), case.scale, chosen), case


def book() -> Analysis:
    """The whole data under its own assumptions."""
    return ceg.open()


# --- forms ---------------------------------------------------------------------------------------

EXAMPLES = ("chain-of-thought.gsm8k.palm-62b", "minerva-voting.math.palm-62b", "retro.c4.retro-1-5b")


def payload(comparisons: tuple[str, ...] = EXAMPLES) -> dict:
    """What the page's script is given."""
    return json.loads(_payload(comparisons))


@functools.cache
def _payload(comparisons: tuple[str, ...]) -> str:
    enhancements = [name.partition(".")[0] for name in comparisons]
    analysis = ceg.open(enhancements=enhancements, tables=["sources"])
    return json.dumps(calculator.payload(analysis, comparisons))


def rows(text: str) -> list[dict]:
    """Rows of a form from ``name compute score; …``; - stands for an empty cell."""
    cells = [
        [("" if cell == "-" else cell) for cell in row.split()] for row in text.split(";") if row.strip()
    ]
    return [dict(zip(("name", "compute", "score"), row, strict=True)) for row in cells]


def state(text: str = "- - -", **settings) -> dict:
    """A filled form, the enhanced model first; ``rows`` says how it is written."""
    enhanced, *baselines = rows(text)
    start = {c["key"]: c["start"] for c in payload(())["choices"]}
    empty = {"kind": "accuracy", "chance": "", "maximum": "", "items": "", "se": "", "bounds_only": False}
    return start | empty | {"enhanced": enhanced, "baselines": baselines} | settings


PALM = "PaLM-62B 2.98e23 29.9; PaLM-8B 4.04e22 4.9; PaLM-62B 2.98e23 9.6; PaLM-540B 2.53e24 17.9"
OTHERWISE = {
    "transform": 1,
    "estimate_order": 1,
    "extrapolate_from": 1,
    "min_points": 1,
    "max_extrapolation_oom": 2,
}
"""Every choice at another option."""

STATES = {
    "accuracy": state(PALM, items="1319"),
    "bound": state("A 1e22 30; B 1e22 20; C 1e23 29", items="400"),
    "fraction": state("A 1e22 0.55; B 1e22 0.40; C 1e24 0.70", kind="fraction", chance="0.25", items="1000"),
    "error": state("- 1e22 70; - 1e21 90; - 1e22 80; - 1e23 60", kind="error", items="500"),
    "counted": state("A 1e22 12; B 1e21 4; C 1e22 8; D 1e23 16", maximum="40", items="40"),
    "loss": state("A 1e21 2.0; B 1e21 2.2; C 1e22 1.8", kind="loss"),
    "bits": state("A 1e21 0.9; B 1e20 1.02; C 1e21 0.95; D 1e22 0.85", kind="bits", se="0.01"),
    "perplexity": state("A 1e21 10.0; B 1e21 20.0; C 1e23 5.0", kind="perplexity", se="0.5"),
    "elo": state("A 1e22 1250; B 1e21 1000; C 1e22 1100; D 1e23 1200", kind="elo"),
    "points": state("A 1e22 5.5; B 6.7Bx300B 5; C 1e23 7; D 1e24 8.5", kind="points", se="0.2", **OTHERWISE),
    "other family": state(PALM, bounds_only=True, items="1319"),
}
