"""Draws of the gain of one comparison: every error at once, the curve inverted, what lies outside censored.

A draw of a model's height on its family's curve is its score less a sampling error and a scatter; so the
curve through few models errs between them as it does beyond them.
"""

import math

import numpy as np

from ceg.analysis.analysis import Analysis
from ceg.estimator.gain_on_arrays import DrawnCurves
from ceg.estimator.scaling_on_arrays import Scales, oriented
from ceg.uncertainty.draws import CHUNK, SEED, Draws, streams_of
from ceg.uncertainty.uncertain import Uncertain, uncertain


def draws(
    analysis: Analysis, comparison: str, count: int = CHUNK, seed: int = SEED
) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest log10 CEG that each draw leaves open, in whole chunks; see ``chunk``.

    Raises NotAvailable where the assumptions leave the comparison no results.
    """
    return drawn(uncertain(analysis, comparison), streams_of(seed), count)


def drawn(u: Uncertain, streams: Draws, count: int) -> tuple[np.ndarray, np.ndarray]:
    """``chunk``, over as many whole chunks as the count needs."""
    chunks = [chunk(u, streams, i) for i in range(math.ceil(count / streams.size))]
    low, high = (np.concatenate(ends) for ends in zip(*chunks, strict=True))
    return low, high


def chunk(u: Uncertain, streams: Draws, index: int) -> tuple[np.ndarray, np.ndarray]:
    """Chunk ``index`` of the draws: between which two log10 CEG each of them puts the gain, (streams.size,).

    The two are equal where the draw has a value. A draw beyond the last model is right-censored (its high
    end is +inf), one below the first left-censored (-inf); a draw whose curve does not rise decides nothing.
    Chunks may be worked out in any order, anywhere.
    """
    drawn_curves, xe = curves(u, streams, index)
    low, high = drawn_curves.required(u.estimate_order, u.extrapolate_from, u.furthest)
    return low - xe, high - xe


def curves(u: Uncertain, streams: Draws, index: int) -> tuple[DrawnCurves, np.ndarray]:
    """A chunk of drawn curves, and log10 compute of the enhanced model, (streams.size,)."""
    x, s, xe, e = sample(u, streams, index)
    s, e = scattered(s, e, u, streams, index)
    weight = np.array(u.weights)[:, None]
    scale = Scales.of(u.scale)
    return DrawnCurves.of(x, s, e, scale, u.transform, weight=weight, bounds_only=u.bounds_only), xe


def sample(u: Uncertain, streams: Draws, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A chunk of log10 compute and oriented scores: baselines (n, size), enhanced model (size,)."""
    x = np.stack([streams.log10_flop(a.compute, index) for a in u.baselines])
    s = np.stack([oriented(u.scale, streams.score(a.score, index)) for a in u.baselines])
    own = oriented(u.scale, streams.score(u.enhanced.score, index))
    return x, s, streams.log10_flop(u.enhanced.compute, index), own


def scattered(
    s: np.ndarray, e: np.ndarray, u: Uncertain, streams: Draws, index: int
) -> tuple[np.ndarray, np.ndarray]:
    """Drawn scores (n, size), every model off the edges moved to its family's curve by its own error in T.

    The errors are Student t, of the spread's width. The models of a draw share the t's divisor, since it is
    the width that is not known. Models of another family are moved together as well, by how far families
    differ. Scores at or beyond an edge stay. With the baselines, the enhanced model's scores (size,): they
    stay too, unless what another training run would give is asked for.
    """
    scales, moved = Scales.of(u.scale), s.copy()
    together = u.family_error * streams.normal("other family", u.enhanced.score.name, index)
    if u.spread.excess > 0:
        half = u.spread.dof / 2
        rng = streams.generator("spread", "\0".join(a.score.name for a in u.baselines), index)
        sd = math.sqrt(u.spread.excess / u.spread.dof) * np.sqrt(
            half / rng.standard_gamma(half, streams.size)
        )
    elif u.family_error:
        sd = np.zeros(streams.size)
    else:
        return s, e
    for i, arm in enumerate(u.baselines):
        if u.scale.at_edge(u.scale.oriented(arm.score.value)) is None:
            off = sd * streams.normal("scatter", arm.score.name, index)
            moved[i] = scales.raised(scales.raised(s[i], off, u.transform), together, "logit")
    if u.another_run and u.scale.at_edge(u.scale.oriented(u.enhanced.score.value)) is None:
        same = (a.score.name for a in u.baselines if a.compute.name == u.enhanced.compute.name)
        off = sd * streams.normal("scatter", next(same, u.enhanced.score.name), index)
        e = scales.raised(e, off, u.transform)
    return moved, e
