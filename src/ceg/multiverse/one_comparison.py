"""Every combination of assumptions that changes a comparison, with the estimate that each gives."""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ceg.analysis.analysis import ADMITTED, SPECULATIVE, Analysis, NotAvailable
from ceg.estimator.gain import READING, Estimate
from ceg.evidence import assumptions as choices
from ceg.uncertainty import intervals, lead_probability
from ceg.uncertainty.draws import Draws

VARIED = tuple(key for key in choices.KEYS if key not in choices.NO_ESTIMATE)
"""The assumptions that can change an estimate, in the order of the file."""


@dataclass(frozen=True)
class Grid:
    """One comparison under all its assumptions.

    keys: the assumptions that change anything, in the order of ``VARIED``; ``options`` of each, the default first.
    outcomes: the different estimates, the default's first. ``at`` maps the values of ``keys`` to an index of ``outcomes``.
    """

    comparison: str
    keys: tuple[str, ...]
    options: tuple[tuple, ...]
    outcomes: tuple[Estimate, ...]
    at: Mapping[tuple, int]

    def estimate(self, values: Mapping[str, object]) -> Estimate:
        """The estimate under these values of the assumptions (others than ``keys`` may be named too)."""
        return self.outcomes[self.at[tuple(values[key] for key in self.keys)]]


def grid(analysis: Analysis, comparison: str, options: Mapping[str, tuple] | None = None) -> Grid:
    """All outcomes of a comparison. ``options``: key -> its values, default first; else those of ``assumptions.yml``.

    Estimates carry no assumptions: those are the key under which they are found.
    """
    options = options or {
        k: c.options for k, c in choices.choices(analysis.evidence.folder).items() if k in VARIED
    }
    varied_by = relevant(analysis, comparison)
    varied = {key: values if key in varied_by else values[:1] for key, values in options.items()}
    found: dict[tuple, int] = {}
    outcomes = _Outcomes()
    for values in _product({k: v for k, v in varied.items() if k not in READING}):
        reading = dataclasses.replace(
            analysis, assumptions=analysis.assumptions.but(**_first(varied), **values)
        )
        try:
            case = reading.case(comparison)
        except NotAvailable as why:
            case = why
        for curve, estimate in _readings(reading, comparison, case, {k: varied[k] for k in READING}):
            found[tuple((values | curve)[key] for key in varied)] = outcomes.number(estimate)
    return _collapsed(comparison, varied, found, outcomes.each)


class _Outcomes:
    """The different estimates, in ``each``; the same one comes back many times, often as the same object."""

    def __init__(self):
        self.each: list[Estimate] = []
        self._numbers: dict[tuple, int] = {}
        self._objects: dict[int, tuple[Estimate, int]] = {}  # with the object, so that its id stays its own

    def number(self, estimate: Estimate) -> int:
        """The place of an estimate in ``each``, where it stands without its assumptions."""
        if id(estimate) not in self._objects:
            bare = dataclasses.replace(estimate, assumptions={})
            content = tuple(
                value for name, value in vars(bare).items() if name not in ("assumptions", "steps")
            )
            number = self._numbers.setdefault(content, len(self.each))
            if number == len(self.each):
                self.each.append(bare)
            self._objects[id(estimate)] = estimate, number
        return self._objects[id(estimate)][1]


def _first(varied: Mapping[str, tuple]) -> dict[str, object]:
    return {key: varied[key][0] for key in READING}


def _product(varied: Mapping[str, tuple]) -> Iterator[dict[str, object]]:
    for values in itertools.product(*varied.values()):
        yield dict(zip(varied, values, strict=True))


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


def _readings(
    reading: Analysis, comparison: str, case, varied: Mapping[str, tuple]
) -> Iterator[tuple[dict, Estimate]]:
    """The estimates of a case under every way to read the curve; what cannot differ is worked out once.

    A least number of models matters only in that it is reached or not; and an estimate that a wide limit on extrapolation
    lets through is the same under every narrower one that it keeps.
    """
    known: dict[tuple, Estimate] = {}
    none_read = isinstance(case, NotAvailable)
    inner = (
        0
        if none_read
        else len({s.point.flop for s in case.baselines if case.scale.at_edge(s.point.score) is None})
    )

    def estimate(curve: dict) -> Estimate:
        asked = curve if not none_read else {key: values[0] for key, values in varied.items()}
        reached = asked["min_points"] <= inner
        asked = asked | {"min_points": next(n for n in varied["min_points"] if (n <= inner) == reached)}
        if tuple(asked.values()) not in known:
            made = dataclasses.replace(reading, assumptions=reading.assumptions.but(**asked))
            known[tuple(asked.values())] = made.estimate_of(comparison, case)
        return known[tuple(asked.values())]

    for curve in _product(varied):
        wide = estimate(curve | {"max_extrapolation_oom": max(varied["max_extrapolation_oom"])})
        kept = (wide.extrapolation_oom or 0) <= curve["max_extrapolation_oom"]
        yield curve, wide if kept else estimate(curve)


def _collapsed(
    comparison: str, varied: Mapping[str, tuple], found: Mapping[tuple, int], each: list[Estimate]
) -> Grid:
    """Only the assumptions that change something, and each outcome once, in the order of the options."""
    names, values = list(varied), list(varied.values())
    keep = [i for i in range(len(names)) if len(values[i]) > 1 and _matters(i, values, found)]
    order: dict[int, int] = {}
    at = {}
    whole = [options[0] for options in values]
    for chosen in itertools.product(*(values[i] for i in keep)):
        for i, value in zip(keep, chosen, strict=True):
            whole[i] = value
        at[chosen] = order.setdefault(found[tuple(whole)], len(order))
    outcomes = tuple(each[number] for number in order)
    return Grid(comparison, tuple(names[i] for i in keep), tuple(values[i] for i in keep), outcomes, at)


def _matters(i: int, values: list[tuple], found: Mapping[tuple, int]) -> bool:
    """Whether one assumption changes the estimate under any values of the others."""
    return any(found[(*key[:i], values[i][0], *key[i + 1 :])] != number for key, number in found.items())


def in_grid(analysis: Analysis, found: Grid) -> Grid:
    """The grid with the probability of every bound in it."""
    at = {i: dict(zip(found.keys, values, strict=True)) for values, i in found.at.items()}
    defaults = {k: c.options[0] for k, c in choices.choices(analysis.evidence.folder).items() if k in VARIED}
    streams = Draws(intervals.SEED)
    outcomes = []
    for i, estimate in enumerate(found.outcomes):
        reading = dataclasses.replace(analysis, assumptions=analysis.assumptions.but(**defaults | at[i]))
        outcomes += lead_probability.with_probability(reading, [estimate], streams)
    return dataclasses.replace(found, outcomes=tuple(outcomes))
