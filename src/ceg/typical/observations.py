"""What the model of typical gains is fitted to: every comparison that says something, with its draws thinned.

A comparison keeps its error as weighted atoms: each is what one stratum of its draws says of log10 CEG.
"""

import itertools
from collections import Counter
from dataclasses import dataclass

import numpy as np

from ceg.analysis.analysis import Analysis, Case
from ceg.estimator.gain import SAYING, Estimate
from ceg.uncertainty.draws import SEED, streams_of
from ceg.uncertainty.gain_draws import drawn
from ceg.uncertainty.uncertain import pools, uncertain

REFERENCE = 23.0
"""log10 FLOP of the enhanced model whose gain is called typical."""

VALUES = 6
"""Normal distributions that stand for the values among the draws of a comparison."""

SMOOTH = 1.3
"""Standard deviation of each, over that of the values that it stands for: so that they overlap."""

TAIL = 0.002
"""Share of values that is drawn in to the rest at either end."""

RARE = 0.005
"""A kind of outcome that fewer draws than this share have is left out of a comparison's atoms."""

DRAWS = 4_000
"""Of a comparison, before they are thinned: those behind its interval."""

VALUE, NOTHING = 4, 3
"""Kinds of outcomes of a draw: a value, and both ends open; else one end is, or neither."""

GROUPS = ("enhancement", "benchmark", "family", "model", "baseline")
"""What comparisons have in common, each an effect in the model.

- benchmark: a task by its name, within the enhancement
- family: of the enhanced model, within the enhancement
- model: the enhanced one
- baseline: the biggest unenhanced model. It bounds what the comparison can show, whatever the score; the one
  that a score happens to beat would say what the gain is
"""

LEFT_OUT = ("no number", "flat baseline", "composite", "contested")
"""Why a comparison is left out. A composite is a mean of scores that are compared one by one already."""


@dataclass(frozen=True)
class Atoms:
    """What draws say of log10 CEG, m atoms.

    of: the comparison. low, high: ends, infinite where open; equal where draws have values, of which sd is
    the standard deviation. weight: sums to 1 within a comparison.
    """

    of: np.ndarray
    low: np.ndarray
    high: np.ndarray
    sd: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True)
class Observations:
    """Comparisons, n in the order of the file, and what they have in common.

    - level: group (``GROUPS``) -> index of each comparison's level, (n,)
    - names: group -> names of its levels; within an enhancement they begin with its id and a space
    - size: log10 FLOP of the enhanced model less ``REFERENCE``, (n,)
    - bound: whether the estimate is a bound, (n,)
    - left_out: (enhancement, reason) -> number of comparisons
    """

    comparison: tuple[str, ...]
    level: dict[str, np.ndarray]
    names: dict[str, tuple[str, ...]]
    size: np.ndarray
    bound: np.ndarray
    atoms: Atoms
    left_out: Counter[tuple[str, str]]


def observations(
    analysis: Analysis, *, contested: bool = True, flat: bool = False, values: int = VALUES
) -> Observations:
    """Every comparison that says something, of all enhancements.

    contested: with those that this book itself doubts. flat: with those on flat baselines where a plain model
    did as well, as gains of at most that model's compute.
    """
    found, left_out, spreads, streams = [], Counter(), pools(analysis), streams_of(SEED)
    for estimate in analysis.estimate_all():
        if reason := _left_out(analysis, estimate, contested, flat):
            left_out[estimate.enhancement or "", reason] += 1
            continue
        if "flat_baseline" in estimate.flags:
            ends = np.array([-np.inf]), np.log10([estimate.upper_bound])
        else:
            ends = drawn(
                uncertain(analysis, estimate.comparison_id, spreads, estimate.status), streams, DRAWS
            )
        found.append((estimate, analysis.case(estimate.comparison_id), thinned(*ends, values)))
    level: dict[str, list[int]] = {group: [] for group in GROUPS}
    names: dict[str, dict[str, int]] = {group: {} for group in GROUPS}
    for _, case, _ in found:
        for group, key in zip(GROUPS, _groups(analysis, case), strict=True):
            level[group].append(names[group].setdefault(key, len(names[group])))
    return Observations(
        tuple(e.comparison_id for e, _, _ in found),
        {group: np.array(values, int) for group, values in level.items()},
        {group: tuple(known) for group, known in names.items()},
        np.log10([c.enhanced.point.flop for _, c, _ in found]) - REFERENCE,
        np.array([e.status == "bound" for e, _, _ in found], bool),
        Atoms(
            np.repeat(np.arange(len(found)), [a[0].size for _, _, a in found]),
            *(np.concatenate([a[i] for _, _, a in found]) for i in range(4)),
        ),
        left_out,
    )


def _left_out(analysis: Analysis, estimate: Estimate, contested: bool, flat: bool) -> str | None:
    row = analysis.evidence.comparisons[estimate.comparison_id]
    if estimate.status not in SAYING:
        return "no number"
    if (row.note or "").startswith("composite"):
        return "composite"
    if row.contested and not contested:
        return "contested"
    is_flat = "flat_baseline" in estimate.flags
    return "flat baseline" if is_flat and not (flat and estimate.upper_bound) else None


def _groups(analysis: Analysis, case: Case) -> tuple[str, ...]:
    """The level of a comparison in each of ``GROUPS``."""
    within, measured = case.comparison.enhancement, case.enhanced.result.benchmark
    return (
        within,
        f"{within} {analysis.evidence.benchmarks[measured].name}",
        f"{within} {case.enhanced.model.family}",
        case.enhanced.model.model,
        max(case.baselines, key=lambda s: s.point.flop).model.model,
    )


def thinned(low: np.ndarray, high: np.ndarray, values: int = VALUES) -> tuple[np.ndarray, ...]:
    """The draws as atoms, (low, high, sd, weight); no chance enters.

    Values are cut into groups, small in share towards both ends, and a normal distribution stands for each.
    Draws with open ends or two ends are cut into at most twice as many equal shares, each of which its middle
    draw stands for. Those that decide nothing are one atom.
    """
    kind = np.where(low == high, VALUE, np.isinf(low) + 2 * np.isinf(high))
    kinds, counts = np.unique(kind, return_counts=True)
    common = counts >= RARE * low.size
    parts = []
    for each, count in zip(kinds[common], counts[common], strict=True):
        share, some = count / counts[common].sum(), np.flatnonzero(kind == each)
        if each == VALUE:
            y = np.sort(np.clip(low[some], *np.quantile(low[some], (TAIL, 1 - TAIL))))
            cut = np.round((1 - np.cos(np.pi * np.arange(values + 1) / values)) / 2 * count).astype(int)
            groups = [y[i:j] for i, j in itertools.pairwise(cut) if i < j]
            at, sd, size = (np.array([f(g) for g in groups]) for f in (np.mean, np.std, np.size))
            parts.append((at, at, SMOOTH * sd, share * size / count))
            continue
        some = some[np.lexsort((high[some], low[some]))]
        number = 1 if each == NOTHING else min(count, max(1, round(2 * values * share)))
        chosen = some[((np.arange(number) + 0.5) / number * count).astype(int)]
        parts.append((low[chosen], high[chosen], np.zeros(number), np.full(number, share / number)))
    low, high, sd, weight = map(np.concatenate, zip(*parts, strict=True))
    return low, high, sd, weight
