"""The compute that a drawn family needs for a drawn score: fit and inversion over many draws of one comparison."""

import numpy as np

from ceg.estimator.batch import Scales, isotonic, line, rising


def log10_required(
    x: np.ndarray,
    s: np.ndarray,
    e: np.ndarray,
    scale: Scales,
    transform: str = "logit",
    *,
    weight: np.ndarray | float = 1.0,
    estimate_order: str = "interpolate_first",
    extrapolate_from: str = "edge",
) -> np.ndarray:
    """log10 C' of every draw, (B,): the steps of ``vector.gains`` without its tests of significance and distance.

    x, s: (n, B) log10 compute and oriented scores, in any order; e: (B,); weight: (n, 1) or a number. A draw whose
    curve does not rise is unbounded, never dropped: +inf above the curve, -inf below it.
    """
    x, s, weight = rising(x, s, np.broadcast_to(weight, s.shape))
    fitted = isotonic(x, s, weight)
    first = (fitted < e).sum(0)
    inside = (first > 0) & (first < len(x))
    required = np.where(first > 0, np.inf, -np.inf)
    rows = np.flatnonzero(inside)
    if rows.size:
        required[rows] = _between(x, fitted, e, first, rows, scale, transform)
    by_line = (
        np.full(e.shape, extrapolate_from == "line") & ~inside | (estimate_order == "fit_first") & inside
    )
    leans = np.flatnonzero(by_line | ~inside)
    if leans.size:
        every = leans.size == e.size
        part = (x, s, fitted, e) if every else (x[:, leans], s[:, leans], fitted[:, leans], e[leans])
        slope, start, height, te = _line(part[0], part[1], part[3], scale, transform)
        on_line = by_line[leans]
        if not on_line.all():
            low = part[3] <= part[2][0]
            edge = scale.transform(np.where(low, part[2][0], part[2][-1]), transform)
            start = np.where(on_line, start, np.where(low, part[0][0], part[0][-1]))
            height = np.where(on_line, height, edge)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            from_line = start + (te - height) / slope
        required[leans] = np.where(slope > 0, from_line, required[leans])
    if fitted is not s:  # pooling may carry a curve past a raw score, which bounds C' from above
        above = np.full(e.shape, np.inf)
        for i in range(len(x) - 1, -1, -1):
            np.copyto(above, x[i], where=s[i] >= e)
        required = np.where(by_line, required, np.minimum(required, above))
    return required


def _between(x, fitted, e, first, rows, scale, transform):
    """log10 C where the curve passes e, in the draws ``rows`` whose score lies between models first - 1 and first."""
    i = first[rows]
    x0, x1, s0, s1, e = x[i - 1, rows], x[i, rows], fitted[i - 1, rows], fitted[i, rows], e[rows]
    t0, t1, te = (scale.transform(v, transform) for v in (s0, s1, e))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(t1 > t0, (te - t0) / (t1 - t0), (e - s0) / (s1 - s0))
    return x0 + share * (x1 - x0)


def _line(x, s, e, scale, transform):
    """Slope (-inf with fewer than two computes off the edges), means of x and t, and T(e); all (B,)."""
    t, te, inner = scale.transform(s, transform), scale.transform(e, transform), scale.inner(s)
    if not inner.all():
        intercept, slope, _, different = line(x, t, inner)
        mean_x = np.where(inner, x, 0.0).sum(0) / np.maximum(inner.sum(0), 1)
        with np.errstate(invalid="ignore"):
            return np.where(different > 1, slope, -np.inf), mean_x, intercept + slope * mean_x, te
    mean_x, mean_t = x.mean(0), t.mean(0)
    dx = x - mean_x
    sxx = np.einsum("ij,ij->j", dx, dx)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.einsum("ij,ij->j", dx, t) / sxx
    return np.where(sxx > 0, slope, -np.inf), mean_x, mean_t, te
