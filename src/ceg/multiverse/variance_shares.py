"""How much of a quantity's variance over a grid of specifications goes back to each choice.

First order: Var(E[y | x_i])/Var(y), what choice i explains alone. Total: E[Var(y | all but x_i)]/Var(y),
what is left open when every other choice is made: its own part and all its interactions (Sobol 2001; Homma
and Saltelli 1996).
"""

from collections.abc import Sequence

import numpy as np


def weights_of(weights: Sequence[Sequence[float]], shape: Sequence[int]) -> np.ndarray:
    """The weight of every cell of a grid of this shape: the product of its levels' weights.

    An axis of length 1 counts as 1.
    """
    whole = np.ones(tuple(shape))
    for i, (some, n) in enumerate(zip(weights, shape, strict=True)):
        if n > 1:
            whole = whole * np.reshape(some, [-1 if j == i else 1 for j in range(len(shape))])
    return whole


def shares(y: np.ndarray, weights: Sequence[Sequence[float]]) -> tuple[np.ndarray, np.ndarray]:
    """First-order and total share of each axis of y in its variance; NaN for all where y does not vary.

    weights: those of each axis's levels, with the sum 1. Cells that are NaN have no number: the variance is
    that over the cells with one, their weights scaled to 1. Without such cells the choices are independent,
    the first-order shares sum to at most 1 and the total ones to at least 1. With them the choices are no
    longer independent, and either sum may lie on either side of 1.
    """
    w = weights_of(weights, y.shape) * np.isfinite(y)
    y = np.where(np.isfinite(y), y, 0.0)
    none = np.full(y.ndim, np.nan)
    if w.sum() == 0:
        return none, none
    w = w / w.sum()
    mean = (w * y).sum()
    variance = (w * (y - mean) ** 2).sum()
    if variance < 1e-12 * max(1.0, mean**2):
        return none, none
    first, total = np.zeros(y.ndim), np.zeros(y.ndim)
    for i in range(y.ndim):
        others = tuple(j for j in range(y.ndim) if j != i)
        mass, means = _means(w, y - mean, others)
        first[i] = (mass * means**2).sum() / variance
        _, means = _means(w, y - mean, (i,))
        total[i] = (w * (y - mean - means) ** 2).sum() / variance
    first, total = (np.where(v < 1e-9, 0.0, v) for v in (first, total))
    return first, total


def _means(w: np.ndarray, y: np.ndarray, axes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Mass and weighted mean over some axes, which are kept with length 1."""
    mass = w.sum(axes, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return mass, np.where(mass > 0, (w * y).sum(axes, keepdims=True) / mass, 0.0)
