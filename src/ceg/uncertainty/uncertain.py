"""A comparison ready to be drawn: its scores and computes with their errors, and how far models scatter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ceg.analysis.analysis import Analysis, Case, NotAvailable
from ceg.estimator.scaling import Scale
from ceg.uncertainty.draws import Arm
from ceg.uncertainty.errors import arms
from ceg.uncertainty.scatter import Spread, excess, pooled
from sphinx_fresh import reads

Pools = Callable[[str], Mapping[tuple[str, str], Spread]]
"""enhancement -> type of benchmark (``scale`` and ``unit``) -> spread."""


@dataclass(frozen=True)
class Uncertain:
    """A comparison ready to be drawn.

    - weights: one a baseline, for the isotonic curve
    - furthest: orders of magnitude beyond the models over which a draw's slope is followed; 0 where the
      estimate without errors is a bound
    - bounds_only: the baselines are of another family; the curve between two of them is not read
    - family_error: standard error, in the logit, that moves all baselines of another family together
    - another_run: whether the enhanced model is drawn with the scatter that another training run of its size
      would have, the same as that of the baseline with the same weights
    """

    enhanced: Arm
    baselines: tuple[Arm, ...]
    scale: Scale
    weights: tuple[float, ...]
    spread: Spread
    transform: str = "logit"
    estimate_order: str = "interpolate_first"
    extrapolate_from: str = "edge"
    furthest: float = 0.0
    bounds_only: bool = False
    family_error: float = 0.0
    another_run: bool = False

    @property
    def partial(self) -> bool:
        """Whether the sampling error of a score is not known."""
        return not all(a.score.sampled for a in (self.enhanced, *self.baselines))


def uncertain(
    analysis: Analysis, comparison: str, spreads: Pools | None = None, status: str | None = None
) -> Uncertain:
    """A comparison's numbers with their errors, under the analysis' assumptions.

    spreads: what ``pools`` gives, to share it between many comparisons. status: the estimate's, if it is
    known already. Raises NotAvailable.
    """
    case, a = analysis.case(comparison), analysis.assumptions
    enhanced, baselines = arms(analysis, case)
    own = excess(baselines, case.scale, a.transform)
    if own.dof < 3:  # fewer than five models: what their own residuals say is too little
        own = (spreads or pools(analysis))(case.comparison.enhancement)[_type(analysis, case)]
    crosses = case.comparison.cross_family
    proportion = case.scale.kind == "proportion"  # what the spread between families was measured on
    status = status or analysis.estimate(comparison).status
    return Uncertain(
        enhanced,
        baselines,
        case.scale,
        tuple(s.point.weight for s in case.baselines),
        own,
        a.transform,
        a.estimate_order,
        a.extrapolate_from,
        furthest=0.0 if status == "bound" else a.max_extrapolation_oom,
        bounds_only=crosses,
        family_error=a.family_spread if crosses and proportion else 0.0,
        another_run=a.enhanced_run == "another",
    )


def pools(analysis: Analysis) -> Pools:
    """The pooled spreads of the families that an enhancement's comparisons lean on."""

    @reads.cached
    def of(enhancement: str) -> dict[tuple[str, str], Spread]:
        families: dict[tuple, dict] = {}
        results, seen = analysis.evidence.results, set()
        for c in analysis.evidence.of(enhancement):
            same = (results[c.enhanced].benchmark, c.baseline, c.baseline_weakest, c.baseline_strongest)
            if same in seen:  # the family of another size that was enhanced
                continue
            try:
                case = analysis.case(c.comparison)
            except NotAvailable:
                continue
            seen.add(same)
            of_type = families.setdefault(_type(analysis, case), {})
            key = tuple(s.result.result for s in case.baselines)
            if key not in of_type:
                baselines = () if c.cross_family else arms(analysis, case)[1]
                of_type[key] = excess(baselines, case.scale, analysis.assumptions.transform)
        return {kind: pooled(some.values()) for kind, some in families.items()}

    return of


def _type(analysis: Analysis, case: Case) -> tuple[str, str]:
    """What kind of number a benchmark's scores are: residuals are alike only within it."""
    benchmark = analysis.evidence.benchmarks[case.enhanced.result.benchmark]
    return benchmark.scale, benchmark.unit
