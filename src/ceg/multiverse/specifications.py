"""The defensible combinations of assumptions: which there are, what each weighs, what is left out and why."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ceg.evidence import assumptions
from ceg.evidence.assumptions import KEYS, NO_ESTIMATE
from ceg.evidence.problems import InputError, Problem
from ceg.formatting import significant

VARIED = tuple(key for key in KEYS if key not in NO_ESTIMATE)
"""The assumptions that can change an estimate."""

STANDING = "stands_for"
"""The one choice that is no assumption of the file: what stands for an enhancement."""

STANDING_OPTIONS = ("headline", "median", "median_rising")
"""What stands for an enhancement.

Its headline comparison; the median over all its comparisons (``survey.median``); the median over those whose
baseline is not flat, as numbers on a flat one mean little.
"""

NAMED = {
    ("reported", "besiroglu_2024"): "reported",
    ("6nd", "besiroglu_2024"): "6ND",
    ("compute_optimal", "besiroglu_2024"): "optimal (2024)",
    ("compute_optimal", "hoffmann_2022"): "optimal (2022)",
    ("interpolate_first", "edge"): "interpolated",
    ("fit_first", "line"): "straight line",
    ("all_but_recalled",): "with secondary",
    ("verified+readoff",): "no secondary",
    ("median_rising",): "median, rising",
}
"""Levels that their values name badly."""

TITLES = {
    "compute_rule": "how compute is counted",
    "transform": "scale of the scores",
    "estimate_order": "curve between models",
    "baseline_prompt": "prompt of the baseline",
    "aggregation": "answers sampled",
    "charge_finetuning": "fine-tuning charged",
    "min_points": "how far to extrapolate",
    "gpt35_flop": "GPT-3.5's compute",
    "gpt4_flop": "GPT-4's compute",
    "provenance_admitted": "which scores count",
    "include_cross_family": "other families",
    STANDING: "stands for it",
}
"""What readers see for a choice, by its first key."""


@dataclass(frozen=True)
class Rule:
    """Combinations that are no specification of their own: all in which every key has one of these values.

    same_as_default: the last key has no effect there, so they are counted once, with its default. Otherwise
    they are left out as not defensible.
    """

    when: Mapping[str, tuple]
    reason: str
    same_as_default: bool = False

    def covers(self, values: Mapping[str, object]) -> bool:
        """Whether the values fall under the rule."""
        return all(values.get(key) in some for key, some in self.when.items())


RULES = (
    Rule(
        {"compute_rule": ("reported", "6nd"), "compute_optimal_law": ("hoffmann_2022",)},
        "a scaling law enters under the compute-optimal rule alone",
        same_as_default=True,
    ),
    Rule(
        {"estimate_order": ("interpolate_first",), "extrapolate_from": ("line",)},
        "the estimate would jump where the score leaves the curve: inside it follows the models, outside a "
        "line that need not pass through the last of them",
    ),
    Rule(
        {"estimate_order": ("fit_first",), "extrapolate_from": ("edge",)},
        "the estimate would jump where the score leaves the curve: inside it follows the line, outside it "
        "starts from the last model, which need not lie on the line",
    ),
    Rule(
        {"min_points": (2,), "max_extrapolation_oom": (2.0,)},
        "two models say nothing about how well a line fits; a hundredfold beyond the last of them it leans "
        "on nothing measured",
    ),
    Rule(
        {"provenance_admitted": ("all",)},
        "scores from memory that nobody has looked up again carry no result; whether they are admitted is a "
        "matter of checking, not of analysis",
    ),
)
"""What is not counted, or counted once.

Written before any share was looked at; the shares without these rules are shown beside those with them.
"""


@dataclass(frozen=True)
class Factor:
    """One choice of an analyst: keys whose values depend on each other, and the combinations counted.

    levels: values of ``keys``, the default first. weights: one a level, with the sum 1; equal among the
    values of the first key, and within each of them equal among those of the next key that are left.
    """

    keys: tuple[str, ...]
    levels: tuple[tuple, ...]
    weights: tuple[float, ...]

    @property
    def name(self) -> str:
        """The first of its keys, by which code names it."""
        return self.keys[0]

    @property
    def title(self) -> str:
        """As readers see it."""
        return TITLES.get(self.name, self.name.replace("_", " "))

    def values(self, level: int) -> dict[str, Any]:
        """Key -> value at a level."""
        return dict(zip(self.keys, self.levels[level], strict=True))

    def label(self, level: int) -> str:
        """A level in a few words."""
        values = self.levels[level]
        return NAMED.get(values) or ", ".join(
            said(key, value) for key, value in zip(self.keys, values, strict=True)
        )


def said(key: str, value: Any) -> str:
    """The value of a key in a few words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key == "min_points":
        return f"{value} models"
    if key == "max_extrapolation_oom":
        return f"{significant(10**value)}x"
    return str(value).replace("_", " ")


def options(folder: Path | None = None) -> dict[str, tuple]:
    """Key -> options of ``assumptions.yml``, default first, for the keys that can change an estimate."""
    return {key: c.options for key, c in assumptions.estimating(folder).items()}


def factors(options: Mapping[str, Sequence], rules: Sequence[Rule] = RULES) -> tuple[Factor, ...]:
    """The choices, in the order of their keys: keys that a rule names together belong to one.

    Raises InputError where the rules leave out the default, which is the first option of each key.
    """
    found = []
    for keys in _coupled(tuple(options), rules):
        some = [r for r in rules if set(r.when) <= set(keys)]
        levels = []
        for combination in itertools.product(*(options[k] for k in keys)):
            values = dict(zip(keys, combination, strict=True))
            if not any(r.covers(values) for r in some):
                levels.append(combination)
        if tuple(options[k][0] for k in keys) not in levels:
            first = ", ".join(f"{k}: {options[k][0]}" for k in keys)
            fix = "put another option first, or change the rules in src/ceg/multiverse/specifications.py"
            raise InputError(
                [
                    Problem(
                        "data/assumptions.yml",
                        f"{first} as the first options",
                        "first options that the multiverse counts",
                        fix,
                    )
                ]
            )
        found.append(Factor(keys, tuple(levels), _weights(levels)))
    return tuple(found)


def standing() -> Factor:
    """The choice of what stands for an enhancement."""
    n = len(STANDING_OPTIONS)
    return Factor((STANDING,), tuple((o,) for o in STANDING_OPTIONS), (1 / n,) * n)


def left_out(options: Mapping[str, Sequence], rules: Sequence[Rule] = RULES) -> list[tuple[Rule, int, int]]:
    """Each rule, the number of combinations of all options that it covers, and that of all there are.

    A combination may fall under several rules.
    """
    whole = 1
    for values in options.values():
        whole *= len(values)
    found = []
    for rule in rules:
        covered = whole
        for key, some in rule.when.items():
            covered = covered // len(options[key]) * len([v for v in options[key] if v in some])
        found.append((rule, covered, whole))
    return found


def _coupled(keys: tuple[str, ...], rules: Sequence[Rule]) -> list[tuple[str, ...]]:
    groups = [{k} for k in keys]
    for rule in rules:
        touched = [g for g in groups if g & set(rule.when)]
        groups = [g for g in groups if g not in touched] + [set().union(*touched)]
    ordered = [tuple(k for k in keys if k in g) for g in groups if g]
    return sorted(ordered, key=lambda g: keys.index(g[0]))


def _weights(levels: Sequence[tuple]) -> tuple[float, ...]:
    """Equal among the values of the first key, then within each among those of the next, and so on."""

    def of(level: tuple) -> float:
        weight = 1.0
        for i in range(len(level)):
            weight /= len({other[i] for other in levels if other[:i] == level[:i]})
        return weight

    return tuple(of(level) for level in levels)
