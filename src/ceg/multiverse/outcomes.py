"""What every specification gives for every comparison: the estimator's steps on arrays.

A case is made once for all the ways to read it. The outcomes equal those of ``Analysis.estimate`` under the
same assumptions, which the tests check.
"""

import dataclasses
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ceg.analysis.analysis import ADMITTED, SPECULATIVE, Analysis, NotAvailable
from ceg.analysis.scores import scale_of, standard_error
from ceg.estimator import compute, gain_on_arrays
from ceg.estimator import gain as estimator
from ceg.estimator.gain import READING, STATUSES
from ceg.estimator.scaling import Scale
from ceg.estimator.scaling_on_arrays import Scales
from ceg.multiverse.specifications import Factor

INTERPOLATED, BOUND, NOT_MEANINGFUL, NOT_AVAILABLE = map(
    STATUSES.index, ("interpolated", "bound", "not-meaningful", "not-available")
)
SAYING = tuple(STATUSES.index(s) for s in estimator.SAYING)
_FLAT = 1 << gain_on_arrays.FLAGS.index("flat_baseline")


@dataclass(frozen=True)
class Outcomes:
    """One comparison, or a median of several, under every specification.

    Arrays with one axis a factor, of length 1 where the factor cannot enter, so that they broadcast against
    each other:

    - status: index into ``STATUSES``
    - log10_ceg, log10_lower, log10_upper: NaN where there is none
    - flat: whether the estimate has the flag ``flat_baseline``
    - count_low, count_high: log10, as in ``Estimate``; NaN where they have not been worked out
    """

    status: np.ndarray
    log10_ceg: np.ndarray
    log10_lower: np.ndarray
    log10_upper: np.ndarray
    flat: np.ndarray
    count_low: np.ndarray
    count_high: np.ndarray

    @property
    def says(self) -> np.ndarray:
        """Where there is a number: a point or a bound."""
        return np.isin(self.status, SAYING)

    @property
    def shown(self) -> np.ndarray:
        """log10 of the number shown: the point, else the lower bound, else the upper; NaN without any."""
        best = np.where(np.isnan(self.log10_ceg), self.log10_lower, self.log10_ceg)
        return np.where(self.says, np.where(np.isnan(best), self.log10_upper, best), np.nan)


ARRAYS = ("status", "log10_ceg", "log10_lower", "log10_upper", "flat")
"""The fields of ``Outcomes`` that need no draws."""


@dataclass(frozen=True)
class _Cell:
    """A case to be read: where its outcomes go, and its results with their log10 FLOP.

    The enhanced result comes first, the others in order of compute.
    """

    comparison: str
    index: tuple[int, ...]
    results: tuple[str, ...]
    log10_flop: tuple[float, ...]
    bounds_only: bool


def outcomes(
    analysis: Analysis, comparisons: Iterable[str], factors: Sequence[Factor]
) -> dict[str, Outcomes]:
    """Comparison -> its outcomes; a factor is an axis, in order.

    Raises ValueError where a factor mixes keys of the reading of curves with others.
    """
    reading = [set(f.keys) <= set(READING) for f in factors]
    mixed = [f.name for f, r in zip(factors, reading, strict=True) if not r and set(f.keys) & set(READING)]
    if mixed:
        raise ValueError(f"{mixed[0]} ties the reading of curves to other assumptions")
    found, cells, known = {}, [], {}
    for comparison in comparisons:
        enters = relevant(analysis, comparison)
        shape = tuple(len(f.levels) if enters & set(f.keys) else 1 for f in factors)
        found[comparison] = _empty(shape)
        data = tuple(1 if r else n for n, r in zip(shape, reading, strict=True))
        cells += _cells(analysis, comparison, factors, data, known)
    for some in _batches(analysis, cells):
        _read(some, found, analysis, factors, reading)
    return found


def relevant(analysis: Analysis, comparison: str) -> set[str]:
    """The assumptions that the comparison's rows let matter; which of them do is seen from the estimates."""
    c = analysis.evidence.comparisons[comparison]
    rows = analysis.evidence.results
    results = [rows[i] for i in (c.enhanced, c.enhanced_single_sample, c.enhanced_vote) if i]
    results += [rows[i] for i in (*c.baseline, *c.baseline_weakest, *c.baseline_strongest)]
    models = {r.model for r in results}
    always = set.intersection(*(set(grades) for grades in ADMITTED.values()))
    keys = {"compute_rule", "compute_optimal_law", *READING}
    keys |= {"baseline_prompt"} if c.baseline_weakest or c.baseline_strongest else set()
    keys |= {"aggregation"} if c.enhanced_single_sample or c.enhanced_vote else set()
    keys |= {"charge_finetuning"} if c.charged_to != "none" or c.one_time_cost else set()
    keys |= {SPECULATIVE[m] for m in models if m in SPECULATIVE}
    keys |= {"include_cross_family"} if c.cross_family else set()
    return keys | ({"provenance_admitted"} if any(r.provenance not in always for r in results) else set())


def median(several: Sequence[Outcomes], *, rising: bool = False) -> Outcomes:
    """``survey.median`` in every specification; ``rising``: of those that are not on a flat baseline."""
    status, ceg, lower, upper, flat = (
        np.stack(np.broadcast_arrays(*(getattr(o, name) for o in several))) for name in ARRAYS
    )
    says = np.isin(status, SAYING) & ~(flat & rising)
    point = ~np.isnan(ceg)
    least = np.where(point, ceg, np.where(flat | np.isnan(lower), -np.inf, lower))
    most = np.where(point, ceg, np.where(np.isnan(upper), np.inf, upper))
    n = says.sum(0)
    middle = np.maximum(n - 1, 0)[None] // 2
    low, high = (
        np.take_along_axis(np.sort(np.where(says, v, np.nan), 0), middle, 0)[0] for v in (least, most)
    )
    same = (low == high) & (n > 0)
    low_end, high_end = (np.where(np.isfinite(v) & ~same, v, np.nan) for v in (low, high))
    bounded = ~np.isnan(low_end) | ~np.isnan(high_end)
    kinds = [n == 0, same, bounded]
    codes = [NOT_AVAILABLE, INTERPOLATED, BOUND]
    return Outcomes(
        status=np.select(kinds, codes, NOT_MEANINGFUL).astype(np.int8),
        log10_ceg=np.where(same, low, np.nan),
        log10_lower=low_end,
        log10_upper=high_end,
        flat=np.zeros(same.shape, bool),
        count_low=low,
        count_high=high,
    )


def _empty(shape: tuple[int, ...]) -> Outcomes:
    return Outcomes(
        status=np.full(shape, NOT_AVAILABLE, np.int8),
        log10_ceg=np.full(shape, np.nan),
        log10_lower=np.full(shape, np.nan),
        log10_upper=np.full(shape, np.nan),
        flat=np.zeros(shape, bool),
        count_low=np.full(shape, np.nan),
        count_high=np.full(shape, np.nan),
    )


def _cells(
    analysis: Analysis, comparison: str, factors: Sequence[Factor], shape: tuple[int, ...], known: dict
) -> Iterator[_Cell]:
    """The cases that can be made of a comparison; those not available have no cell.

    known: what was worked out before; it is added to.
    """
    rows, c = analysis.evidence.results, analysis.evidence.comparisons[comparison]
    for index in itertools.product(*map(range, shape)):
        values = settings(factors, index, shape)
        setting = tuple(values.items())
        if setting not in known:
            known[setting] = dataclasses.replace(analysis, assumptions=analysis.assumptions.but(**values)), {}
        made, flop = known[setting]
        try:
            arms = made.arms(comparison)
        except NotAvailable:
            continue
        for i in (arms.enhanced, *arms.baselines):
            if rows[i].model not in flop:
                flop[rows[i].model] = made.training_flop(rows[i].model)
        if any(flop[rows[i].model] is None for i in (arms.enhanced, *arms.baselines)):
            continue
        enhanced = math.log10(compute.charged(flop[rows[arms.enhanced].model], arms.enhanced_charge))
        charged = {i: compute.charged(flop[rows[i].model], arms.baseline_charge) for i in arms.baselines}
        baselines = sorted(arms.baselines, key=charged.__getitem__)
        log10_flop = (enhanced, *(math.log10(charged[i]) for i in baselines))
        yield _Cell(comparison, index, (arms.enhanced, *baselines), log10_flop, c.cross_family)


def settings(factors: Sequence[Factor], index: Sequence[int], shape: Sequence[int]) -> dict[str, Any]:
    """Assumption -> value at a cell of a grid, for the factors that have an axis in it."""
    found: dict[str, Any] = {}
    for f, i, n in zip(factors, index, shape, strict=True):
        if n > 1:
            found.update(zip(f.keys, f.levels[i], strict=True))
    return found


def _batches(
    analysis: Analysis, cells: Iterable[_Cell]
) -> Iterator[tuple[list[_Cell], np.ndarray, np.ndarray, Scales]]:
    """Cells that can be read together: with as many baselines, and the same kind of scale.

    Each batch: cells, log10 FLOP (cell, point), scores with their errors and weights (cell, point, 3),
    scales.
    """
    ev = analysis.evidence
    scales: dict[str, Scale] = {}
    rows: dict[tuple[str, str], tuple[float, float, float]] = {}
    groups: dict[tuple, list[_Cell]] = {}
    for cell in cells:
        head = ev.results[cell.results[0]]
        scale = scales.setdefault(cell.results[0], scale_of(ev.benchmarks[head.benchmark], head))
        groups.setdefault((len(cell.results), scale.kind, cell.bounds_only), []).append(cell)
        for i in cell.results:
            if (cell.results[0], i) not in rows:
                r = ev.results[i]
                items = r.items or ev.benchmarks[r.benchmark].items
                se = standard_error(r, ev.benchmarks[r.benchmark], items)
                rows[cell.results[0], i] = (
                    scale.oriented(r.score),
                    math.nan if se is None else se,
                    float(items or 1),
                )
    for some in groups.values():
        points = np.array([[rows[c.results[0], i] for i in c.results] for c in some])
        yield (
            some,
            np.array([c.log10_flop for c in some]),
            points,
            Scales.of([scales[c.results[0]] for c in some]),
        )


def _read(
    some,
    found: dict[str, Outcomes],
    analysis: Analysis,
    factors: Sequence[Factor],
    reading: Sequence[bool],
) -> None:
    """Fills in what a batch gives under every way to read its curves."""
    cells, x, points, scales = some
    a = analysis.assumptions
    fixed = {key: getattr(a, key) for key in READING}
    limits = [v for f in factors for k, v in _all_values(f) if k == "max_extrapolation_oom"]
    widest = max([a.max_extrapolation_oom, *limits])
    score, se, weight = np.moveaxis(points, -1, 0)
    known: dict[tuple, gain_on_arrays.Gains] = {}
    shape = tuple(len(f.levels) for f, r in zip(factors, reading, strict=True) if r)
    read = [f for f, r in zip(factors, reading, strict=True) if r]
    given = _empty((*shape, len(cells)))
    for index in itertools.product(*map(range, shape)):
        values = fixed | {k: v for f, i in zip(read, index, strict=True) for k, v in f.values(i).items()}
        limit = values.pop("max_extrapolation_oom")
        if tuple(values.items()) not in known:
            known[tuple(values.items())] = gain_on_arrays.gains(
                x[:, 1:],
                score[:, 1:],
                x[:, 0],
                score[:, 0],
                scales,
                se=se[:, 1:],
                weight=weight[:, 1:],
                max_extrapolation_oom=widest,
                bounds_only=cells[0].bounds_only,
                **values,
            )
        made = known[tuple(values.items())]
        too_far = made.extrapolation_oom > limit
        bounded = ~np.isnan(made.log10_lower) | ~np.isnan(made.log10_upper)
        given.status[index] = np.where(too_far, np.where(bounded, BOUND, NOT_MEANINGFUL), made.status)
        given.log10_ceg[index] = np.where(too_far, np.nan, made.log10_ceg)
        given.log10_lower[index], given.log10_upper[index] = made.log10_lower, made.log10_upper
        given.flat[index] = made.flags & _FLAT > 0
    for j, cell in enumerate(cells):
        at = tuple(slice(None) if r else i for i, r in zip(cell.index, reading, strict=True))
        for name in ARRAYS:
            getattr(found[cell.comparison], name)[at] = getattr(given, name)[..., j]


def _all_values(factor: Factor) -> Iterator[tuple[str, Any]]:
    for i in range(len(factor.levels)):
        yield from factor.values(i).items()
