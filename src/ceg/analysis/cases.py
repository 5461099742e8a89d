"""What a comparison is made of, ready for the estimator."""

from dataclasses import dataclass

from ceg.estimator.scaling import Point, Scale
from ceg.evidence.rows import Comparison, Model, Result


class NotAvailable(Exception):
    """A comparison cannot be made under the assumptions; the message says why."""


@dataclass(frozen=True)
class Sample:
    """A result as the estimator sees it: the row, its model's row and FLOP, and the oriented point."""

    result: Result
    model: Model
    point: Point


@dataclass(frozen=True)
class Case:
    """A comparison made ready: the enhanced sample, the baselines in order of compute, the scores' scale."""

    comparison: Comparison
    enhanced: Sample
    baselines: tuple[Sample, ...]
    scale: Scale


@dataclass(frozen=True)
class Arms:
    """The ids of the results compared, and the one-time cost charged to each arm.

    The cost is a fraction of pre-training compute, or None.
    """

    enhanced: str
    baselines: tuple[str, ...]
    enhanced_charge: float | None
    baseline_charge: float | None
