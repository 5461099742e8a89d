"""The estimator applied to the evidence: comparisons in, estimates out, under one set of assumptions."""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from ceg.analysis.cases import Arms, Case, NotAvailable, Sample
from ceg.analysis.frames import Frames
from ceg.analysis.noted_assumptions import NotedAssumptions, Used
from ceg.analysis.scores import scale_of, standard_error
from ceg.estimator import compute
from ceg.estimator.gain import Estimate, gain
from ceg.estimator.scaling import Point, Scale
from ceg.evidence import assumptions as choices
from ceg.evidence import noted
from ceg.evidence import tables as evidence
from ceg.evidence.assumptions import Assumptions
from ceg.evidence.problems import InputError
from ceg.evidence.rows import Comparison, Result
from ceg.evidence.tables import Evidence
from sphinx_fresh import reads

T = TypeVar("T")

ADMITTED = {
    "all_but_recalled": ("verified", "readoff", "secondary", "estimated"),
    "verified+readoff": ("verified", "readoff"),
    "all": ("verified", "readoff", "secondary", "recalled", "estimated"),
}
"""Provenance grades of scores that each option lets in.

Estimated scores are worked out here, from scores of these grades.
"""

SPECULATIVE = {"GPT-3.5": "gpt35_flop", "GPT-4": "gpt4_flop"}
"""Models whose compute is an assumption of its own."""


@dataclass(frozen=True, repr=False)
class Analysis(Frames):
    """Evidence under assumptions.

    ``estimates`` gives the CEGs as a DataFrame, ``estimate`` one of them, ``case`` what goes into it;
    ``results``, ``models``, ``comparisons``, … give the tables.
    """

    evidence: Evidence
    assumptions: Assumptions
    _found: dict[tuple, reads.Kept] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        ev = self.evidence
        counts = f"{len(ev.enhancements)} enhancements, {len(ev.comparisons)} comparisons"
        return f"<Analysis of {counts}, {len(ev.results)} results in {ev.folder.name}/>"

    def once(self, *key: object, make: Callable[[], T], by_value: bool = False) -> T:
        """What ``make`` gives, worked out at the first call with this key.

        by_value: a page that takes it depends on the value, not on what was read for it; ``page_inputs`` must
        know how to work it out again from the key.
        """
        if key not in self._found:
            self._found[key] = reads.Kept.of(make)
        named = by_value and self._as_the_book
        return self._found[key].take(" ".join(map(str, key)) if named else "", noted.value_digest)

    @property
    def _as_the_book(self) -> bool:
        """Whether it is of the book's own data, and nothing in it was set or added by code."""
        a, ev = self.assumptions, self.evidence
        return isinstance(a, NotedAssumptions) and not a.by_code and bool(ev.origin) and not ev.more

    def case(self, comparison: str) -> Case:
        """The points of a comparison. Raises NotAvailable where the assumptions leave it without."""
        found = self.once("case", comparison, make=partial(self._case, comparison))
        if isinstance(found, NotAvailable):
            raise NotAvailable(*found.args)  # a new one: the kept one would gather tracebacks
        return found

    def _case(self, comparison: str) -> Case | NotAvailable:
        try:
            return self._made(comparison)
        except NotAvailable as why:
            return why.with_traceback(None)

    def _made(self, comparison: str) -> Case:
        arms = self.arms(comparison)
        row = self.evidence.results[arms.enhanced]
        scale = scale_of(self.evidence.benchmarks[row.benchmark], row)
        enhanced = self._sample(arms.enhanced, scale, arms.enhanced_charge)
        samples = (self._sample(i, scale, arms.baseline_charge) for i in arms.baselines)
        baselines = sorted(samples, key=lambda s: s.point.flop)
        return Case(self.evidence.comparisons[comparison], enhanced, tuple(baselines), scale)

    def find(self, comparison: str) -> Case | None:
        """The same; None where the assumptions leave it without. ``estimate`` has the reason."""
        try:
            return self.case(comparison)
        except NotAvailable:
            return None

    def comparison(self, comparison: str) -> Comparison:
        """The row of a comparison. Raises InputError where there is none."""
        if comparison not in self.evidence.comparisons:
            said = evidence.unknown_name(self.evidence, "comparisons", comparison)
            opened = " of an enhancement that was opened with ceg.open(enhancements=…)"
            raise InputError(dataclasses.replace(said, allowed=said.allowed + opened))
        return self.evidence.comparisons[comparison]

    def printed(self, comparison: str) -> tuple[Result, tuple[Result, ...]]:
        """The results that a comparison names, whatever the assumptions.

        The enhanced one, and the unenhanced ones in order of compute.
        """
        ev, c = self.evidence, self.comparison(comparison)
        models = {i: ev.models[ev.results[i].model] for i in c.baseline}
        ids = sorted(c.baseline, key=lambda i: models[i].training_flop or models[i].parameters or 0)
        return ev.results[c.enhanced], tuple(ev.results[i] for i in ids)

    def arms(self, comparison: str) -> Arms:
        """The results that a comparison is made of. Raises NotAvailable where the assumptions leave none."""
        c = self.comparison(comparison)
        a = self.assumptions
        if c.cross_family and not a.include_cross_family:
            raise NotAvailable("the baselines are of another family, which the assumptions leave out")
        enhanced_id = {"single_sample": c.enhanced_single_sample, "vote": c.enhanced_vote}.get(
            a.aggregation
        ) or c.enhanced
        ids = {"weakest": c.baseline_weakest, "strongest": c.baseline_strongest}.get(
            a.baseline_prompt
        ) or c.baseline
        if enhanced_id != c.enhanced and enhanced_id in ids:
            raise NotAvailable("with one sample the enhanced arm is the baseline itself")
        admitted = ADMITTED[a.provenance_admitted]
        rows = self.evidence.results
        if rows[enhanced_id].provenance not in admitted:
            raise NotAvailable(
                f"the enhanced score is {rows[enhanced_id].provenance}, which the assumptions leave out"
            )
        ids = tuple(i for i in ids if rows[i].provenance in admitted)
        if not ids:
            raise NotAvailable("no baseline score is of a grade that the assumptions admit")
        fraction = self._cost(c.one_time_cost) if a.charge_finetuning and c.charged_to != "none" else None
        return Arms(enhanced_id, ids, fraction, fraction if c.charged_to == "both" else None)

    def estimate(self, comparison: str) -> Estimate:
        """The CEG of a comparison, with its names, costs, assumptions and the rows behind it.

        It is worked out once.
        """
        return self.once("estimate", comparison, make=partial(self._estimate, comparison), by_value=True)

    def _estimate(self, comparison: str) -> Estimate:
        case = self.once("case", comparison, make=partial(self._case, comparison))
        return self.estimate_of(comparison, case)

    def estimate_of(self, comparison: str, case: Case | NotAvailable) -> Estimate:
        """The same for a comparison whose case has been made, or found not to be available."""
        c = self.evidence.comparisons[comparison]
        a = self.assumptions
        used = Used.of(a, choices.NO_ESTIMATE)
        if isinstance(case, NotAvailable):
            found = Estimate(status="not-available", reason=str(case))
            result_ids: tuple[str, ...] = (c.enhanced, *c.baseline)
        else:
            found = gain(
                case.enhanced.point,
                [s.point for s in case.baselines],
                case.scale,
                **a.reading,
                bounds_only=c.cross_family,
            )
            result_ids = tuple(s.result.result for s in (case.enhanced, *case.baselines))
        flags = [f for f in ("cross_family", "metric_mismatch", "oracle_feedback") if getattr(c, f)]
        if a.charge_finetuning and c.charged_to != "none" and self._cost(c.one_time_cost) is None:
            flags.append("cost_not_charged")
        measured = {self.evidence.results[i].benchmark for i in result_ids}
        if len(measured) > 1 and "metric_mismatch" not in flags:
            flags.append("metric_mismatch")
        if any(
            self.evidence.models[self.evidence.results[i].model].certainty == "speculative"
            for i in result_ids
        ):
            flags.append("speculative_compute")
        models = dict.fromkeys(self.evidence.results[i].model for i in result_ids)
        return dataclasses.replace(
            found,
            enhancement=c.enhancement,
            comparison=c.comparison,
            headline=c.role == "headline",
            flags=(*found.flags, *flags),
            one_time_fraction=None if a.charge_finetuning else self._cost(c.one_time_cost),
            # a cost belongs to its variant: with another number of samples it is not known
            runtime_multiple=self._cost(c.runtime_cost) if c.enhanced in result_ids else None,
            assumptions=used,
            rows=(
                *(f"results/{i}" for i in result_ids),
                *(f"models/{m}" for m in models),
                *(f"costs/{i}" for i in (c.one_time_cost, c.runtime_cost) if i),
            ),
        )

    def estimate_all(self, enhancement: str | None = None) -> list[Estimate]:
        """The estimates of every comparison, or of an enhancement's, in the order of the file.

        Raises InputError where there is no such enhancement.
        """
        if enhancement is not None and enhancement not in self.evidence.enhancements:
            raise evidence.InputError([evidence.unknown_name(self.evidence, "enhancements", enhancement)])
        rows = self.evidence.comparisons.values() if enhancement is None else self.evidence.of(enhancement)
        return [self.estimate(c.comparison) for c in rows]

    def headline(self, enhancement: str) -> Estimate | None:
        """The headline estimate of an enhancement; None if it has none.

        Raises InputError where there is no such enhancement.
        """
        if enhancement not in self.evidence.enhancements:
            raise InputError(evidence.unknown_name(self.evidence, "enhancements", enhancement))
        ids = [c.comparison for c in self.evidence.of(enhancement) if c.role == "headline"]
        return self.estimate(ids[0]) if ids else None

    def one_time(self, comparison: str) -> float | None:
        """The one-time cost of a comparison as a fraction of pre-training; None if not known.

        It is the same whether it is charged to the gain or not.
        """
        return self._cost(self.evidence.comparisons[comparison].one_time_cost)

    def training_flop(self, model: str) -> float | None:
        """A model's pre-training FLOP under the assumptions."""
        a = self.assumptions
        speculative = getattr(a, SPECULATIVE[model]) if model in SPECULATIVE else "central"
        law = self.law(a.compute_optimal_law) if a.compute_rule == "compute_optimal" else None
        return compute.training_flop(
            self.evidence.models[model], a.compute_rule, law, speculative=speculative
        )

    def law(self, name: str) -> compute.Law:
        """A scaling law by its name in scaling_laws.csv."""
        rows = {r.parameter: r.value for (law, _), r in self.evidence.scaling_laws.items() if law == name}
        return compute.Law(**{p: rows[p] for p in ("E", "A", "B", "alpha", "beta")})

    def _cost(self, key: str | None) -> float | None:
        return self.evidence.costs[key].value if key else None

    def _sample(self, result_id: str, scale: Scale, one_time_fraction: float | None) -> Sample:
        result = self.evidence.results[result_id]
        flop = self.training_flop(result.model)
        if flop is None:
            end = getattr(self.assumptions, SPECULATIVE.get(result.model, ""), "central")
            which = f"the rule {self.assumptions.compute_rule}" + (f", {end} end" if end != "central" else "")
            raise NotAvailable(f"{result.model} has no training compute under {which}")
        benchmark = self.evidence.benchmarks[result.benchmark]
        items = result.items or benchmark.items
        point = Point(
            flop=compute.charged(flop, one_time_fraction),
            score=scale.oriented(result.score),
            se=standard_error(result, benchmark, items),
            weight=float(items or 1),
            name=result_id,
        )
        return Sample(result, self.evidence.models[result.model], point)


def open(
    folder: Path | str | None = None,
    *,
    enhancements: Iterable[str] | str | None = None,
    tables: Iterable[str] = (),
    benchmarks: Iterable[str] = (),
    overrides: Mapping[str, str] | None = None,
) -> Analysis:
    """The evidence under the assumptions of the book that the working directory stands in.

    ``folder``: another Data Package, ``"data/held-out"``; without assumptions of its own it has the book's.
    The ``enhancements``, ``benchmarks`` and whole ``tables`` that are named are there, with all rows that
    these reach; without names everything is. A chapter runs again when a row that it has taken changes.
    ``enhancements="survey"`` names those that the paper surveys, ``"since-2023"`` those that came later,
    ``"all"`` all but the later ones.
    """
    folder = Path(folder) if folder else evidence.find_data()
    found = evidence.load(folder, enhancements=enhancements, tables=tables, benchmarks=benchmarks)
    with reads.apart() as behind:
        settled = choices.load(folder, overrides)
    if reads.noting():
        settled = NotedAssumptions.of(settled, behind, frozenset(overrides or ()))
    return _opened(found, settled)


@functools.lru_cache(8)
def _opened(found: Evidence, assumptions: Assumptions) -> Analysis:
    """The same analysis for the same evidence and assumptions, with all that it has worked out."""
    return Analysis(found, assumptions)
