"""The gain of an enhancement on every task of its study, and whether the task has a yardstick at all."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis, Case
from ceg.estimator.gain import Estimate
from ceg.estimator.scaling import SIGNIFICANT
from ceg.uncertainty import lead_probability

LEAST_RISE = 1.0
"""Points above chance that a baseline must reach somewhere to have left the floor, at least.

Its sampling error may ask for more.
"""


@dataclass(frozen=True)
class Task:
    """A task with the estimates of an enhancement on it, a model each, in order of compute.

    yardstick: ``rises``; ``flat`` (more compute does not significantly raise the unenhanced score); or
    ``floor`` (no unenhanced model is above chance): on the last two a CEG has no meaning. note: what the data
    say of the comparison. where: source and provenance of each comparison's score. places: of all rows behind
    the estimates.
    """

    name: str
    kind: str
    yardstick: str
    estimates: Mapping[str, Estimate]
    note: str = ""
    where: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    places: Sequence[provenance.Place] = ()


def tasks(analysis: Analysis, enhancement: str, models: Sequence[str] | None = None) -> list[Task]:
    """The tasks of the paper that introduced an enhancement, for all models or the named ones.

    One metric a task: composites and second metrics, which the note of a comparison declares, are left out. A
    task that the assumptions leave without a case stays, with estimates that say so.
    """
    ev = analysis.evidence
    groups: dict[str, dict[str, str]] = {}
    for c in ev.of(enhancement):
        r = ev.results[c.enhanced]
        second = (c.note or "").startswith(("composite", "second metric"))
        if (
            not second
            and r.source == ev.enhancements[enhancement].source
            and (models is None or r.model in models)
        ):
            groups.setdefault(r.benchmark, {})[r.model] = c.comparison
    found = []
    for benchmark, comparisons in groups.items():
        b = ev.benchmarks[benchmark]
        flop = {m: analysis.training_flop(m) or ev.models[m].training_flop or 0.0 for m in comparisons}
        ordered = sorted(comparisons, key=lambda m: flop[m])
        ids = [comparisons[m] for m in ordered]
        made = list(lead_probability.with_probability(analysis, [analysis.estimate(c) for c in ids]))
        case = next(filter(None, map(analysis.find, ids)), None)
        flat = "flat" if any("flat_baseline" in e.flags for e in made) else "rises"
        found.append(
            Task(
                name=f"{b.name} ({b.subset})" if b.subset else b.name,
                kind=b.domain,
                yardstick="floor" if case and at_floor(case) else flat,
                estimates=dict(zip(ordered, made, strict=True)),
                note=ev.comparisons[ids[0]].note or "",
                where={c: provenance.of_comparison(analysis, c) for c in ids},
                places=provenance.behind(analysis, ids),
            )
        )
    return found


def at_floor(case: Case) -> bool:
    """Whether no unenhanced model is above chance, or the data say so (``limitation``).

    Above chance is by 1.645 standard errors there, and by ``LEAST_RISE``.
    """
    if case.comparison.role == "limitation":
        return True
    if case.scale.kind != "proportion" or not case.scale.higher_is_better:
        return False
    g = case.scale.chance / case.scale.maximum
    error = case.scale.maximum * math.sqrt(g * (1 - g) / case.scale.items) if case.scale.items else 0.0
    best = max(s.point.score for s in case.baselines)
    return best - case.scale.chance <= max(SIGNIFICANT * error, LEAST_RISE)


def counted(estimate: Estimate) -> Estimate:
    """What an estimate counts for in a distribution: an extrapolated one for its bound, where it has one."""
    if estimate.status == "extrapolated" and (estimate.lower_bound or estimate.upper_bound):
        return dataclasses.replace(estimate, status="bound", ceg=None)
    return estimate
