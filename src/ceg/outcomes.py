"""What every specification gives for every comparison: the estimator's steps on arrays, a case once for all readings.

Equal to ``Analysis.estimate`` under the same assumptions, which the tests hold it to.
"""

import dataclasses
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ceg import cost, grid, vector
from ceg.analysis import SPECULATIVE, Analysis, NotAvailable, scale_of, standard_error
from ceg.gain import STATUSES
from ceg.scaling import Scale
from ceg.specifications import Factor

READING = ("transform", "estimate_order", "extrapolate_from", "min_points", "max_extrapolation_oom")
"""The assumptions that say how a curve is read; the others say which numbers go into it."""

BOUND, NOT_MEANINGFUL, NOT_AVAILABLE = (STATUSES.index(s) for s in ("bound", "not-meaningful", "not-available"))
SAYING = tuple(STATUSES.index(s) for s in ("interpolated", "extrapolated", "bound"))
_FLAT = 1 << vector.FLAGS.index("flat_baseline")


@dataclass(frozen=True)
class Outcomes:
    """One comparison, or a median of several, under every specification.

    Arrays with one axis a factor, of length 1 where the factor cannot enter, so that they broadcast against each other.
    status: index into ``STATUSES``. log10_ceg, log10_lower, log10_upper: NaN where there is none. flat: ``flat_baseline``.
    """

    status: np.ndarray
    log10_ceg: np.ndarray
    log10_lower: np.ndarray
    log10_upper: np.ndarray
    flat: np.ndarray

    @property
    def says(self) -> np.ndarray:
        """Where there is a number: a point or a bound."""
        return np.isin(self.status, SAYING)

    @property
    def shown(self) -> np.ndarray:
        """log10 of the number that stands for it: the point, else the lower bound, else the upper; NaN where none."""
        best = np.where(np.isnan(self.log10_ceg), self.log10_lower, self.log10_ceg)
        return np.where(self.says, np.where(np.isnan(best), self.log10_upper, best), np.nan)


@dataclass(frozen=True)
class _Cell:
    """A case to be read: where its outcomes go, and its points (log10 FLOP and scores of results)."""

    comparison: str
    index: tuple[int, ...]
    baselines: tuple[tuple[float, str], ...]
    enhanced: tuple[float, str]
    scale: Scale
    bounds_only: bool


def outcomes(analysis: Analysis, comparisons: Iterable[str], factors: Sequence[Factor]) -> dict[str, Outcomes]:
    """Comparison -> its outcomes; a factor is an axis, in order.

    Raises ValueError where a factor mixes keys of the reading of curves with others.
    """
    reading = [set(f.keys) <= set(READING) for f in factors]
    mixed = [f.name for f, r in zip(factors, reading, strict=True) if not r and set(f.keys) & set(READING)]
    if mixed:
        raise ValueError(f"{mixed[0]} ties the reading of curves to other assumptions")
    found, cells = {}, []
    for comparison in comparisons:
        enters = grid.relevant(analysis, comparison)
        shape = tuple(len(f.levels) if enters & set(f.keys) else 1 for f in factors)
        found[comparison] = _empty(shape)
        data = tuple(1 if r else n for n, r in zip(shape, reading, strict=True))
        cells += _cells(analysis, comparison, factors, data)
    for batch in _batches(cells):
        _read(batch, found, analysis, factors, reading)
    return found


def _empty(shape: tuple[int, ...]) -> Outcomes:
    numbers = (np.full(shape, np.nan) for _ in range(3))
    return Outcomes(np.full(shape, NOT_AVAILABLE, np.int8), *numbers, np.zeros(shape, bool))


def _cells(analysis: Analysis, comparison: str, factors: Sequence[Factor], shape: tuple[int, ...]) -> Iterator[_Cell]:
    """The cases that can be made of a comparison; those not available have no cell."""
    rows, c = analysis.evidence.results, analysis.evidence.comparisons[comparison]
    known: dict[tuple, object] = {}
    for index in itertools.product(*map(range, shape)):
        values = {k: v for f, i, n in zip(factors, index, shape, strict=True) if n > 1 for k, v in f.values(i).items()}
        made = _under(analysis, tuple(values.items()), known)
        flop = {}
        try:
            arms = made.arms(comparison)
        except NotAvailable:
            continue
        for i in (arms.enhanced, *arms.baselines):
            model = rows[i].model
            flop[i] = made.training_flop(model)
        if None in flop.values():
            continue
        yield _Cell(
            comparison,
            index,
            tuple((math.log10(cost.charged(flop[i], arms.baseline_charge)), i) for i in arms.baselines),
            (math.log10(cost.charged(flop[arms.enhanced], arms.enhanced_charge)), arms.enhanced),
            scale_of(analysis.evidence.benchmarks[rows[arms.enhanced].benchmark], rows[arms.enhanced]),
            c.cross_family,
        )
