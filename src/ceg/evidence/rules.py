"""What must hold in the data beyond the descriptor: compute, scores, comparisons, costs, sources."""

import dataclasses
import math
from collections import Counter
from collections.abc import Iterator

from ceg.estimator.compute import Law, training_flop
from ceg.evidence import references
from ceg.evidence.assumptions import choices
from ceg.evidence.cost_formula import FORM, evaluate, is_arithmetic
from ceg.evidence.files import shown
from ceg.evidence.problems import Problem, nearest, quoted
from ceg.evidence.rows import Comparison, ComputeAlternative, Model
from ceg.evidence.tables import LATER, LINKS, Evidence

Key = str | tuple[str, float, str, str]
Broken = tuple[Key, str, str, str, str]
"""A rule that a row breaks: the row's key, the field, what was found, what is allowed, and the fix."""

BASELINES = ("baseline", "baseline_weakest", "baseline_strongest")
LISTS = [
    (field, table) for field, table in LINKS["comparisons"] if field in (*BASELINES, "components", "teacher")
]
"""The fields that list rows, which the descriptor cannot check, and the tables of these rows."""


def broken(evidence: Evidence) -> Iterator[Problem]:
    """Everything that breaks a rule, table by table."""
    rules = {
        "models": _models,
        "compute_alternatives": _alternatives,
        "benchmarks": _benchmarks,
        "results": _results,
        "comparisons": _comparisons,
        "enhancements": _enhancements,
        "costs": _costs,
    }
    for table, rule in rules.items():
        lines = {key: number for number, key in enumerate(evidence.tables_by_name[table], 2)}
        for key, field, found, allowed, fix in rule(evidence):
            yield Problem(shown(evidence.folder / f"{table}.csv"), found, allowed, fix, lines[key], field)
    yield from _laws(evidence)
    yield from _sources(evidence)


def _models(evidence: Evidence) -> Iterator[Broken]:
    for key, m in evidence.models.items():
        if len({m.training_flop is None, m.certainty is None, m.flop_method is None}) > 1:
            allowed = "certainty and flop_method with, and only with, training_flop"
            yield key, "certainty", quoted(m.certainty), allowed, "fill or empty all three"
        if not m.training_flop:
            continue
        if not (m.source and m.locator and m.provenance):
            allowed = "source, locator and provenance with training_flop"
            yield key, "source", "nothing", allowed, "say where the compute comes from"
        yield from _printed_elsewhere(evidence, key, m)
        if not (m.flop_low or 0) <= m.training_flop <= (m.flop_high or math.inf):
            allowed, fix = "between flop_low and flop_high", "correct the interval or the value"
            yield key, "training_flop", f"{m.training_flop:g}", allowed, fix
        from_size = 6 * (m.active_parameters or m.parameters or 0) * (m.training_tokens or 0)
        if from_size and abs(m.training_flop / from_size - 1) > 0.25 and not m.flop_note:
            values = f"training_flop {m.training_flop:.3g} and 6ND {from_size:.3g}"
            allowed, fix = f"a reason: {values} differ by over 25%", "say why in flop_note"
            yield key, "flop_note", "nothing", allowed, fix


def _alternatives(evidence: Evidence) -> Iterator[Broken]:
    for key, row in evidence.compute_alternatives.items():
        yield from _printed_elsewhere(evidence, key, row)


def _printed_elsewhere(evidence: Evidence, key: Key, row: Model | ComputeAlternative) -> Iterator[Broken]:
    """Compute that its makers are said to have printed, but that was read in a database."""
    source = evidence.sources.get(row.source or "")
    if row.certainty == "printed" and source and source.kind == "database":
        allowed = "the work that printed it, not a database"
        fix = "name that work; if none printed it, set certainty to 6nd or estimated and say why"
        yield key, "source", quoted(source.source), allowed, fix


def _benchmarks(evidence: Evidence) -> Iterator[Broken]:
    for key, b in evidence.benchmarks.items():
        proportion = b.scale == "proportion"
        least = b.minimum or 0.0 if proportion else b.minimum
        most = 100.0 if proportion and b.maximum is None else b.maximum
        if proportion and least is not None and least < 0:
            fix = "correct the minimum, or the scale: points may be negative"
            yield key, "minimum", f"{least:g}", "at least 0 for a proportion", fix
        elif b.scale == "perplexity" and b.minimum is not None and b.minimum <= 0:
            yield key, "minimum", f"{b.minimum:g}", "above 0 for a perplexity", "correct the minimum"
        elif least is not None and most is not None and not least < most:
            fix = "correct one of the two"
            yield key, "maximum", f"{most:g}", f"above the minimum {least:g}", fix
        elif b.chance is None:
            continue
        elif most is not None and not b.chance < most:
            fix = "correct the chance or the maximum; leave chance empty if it is not known"
            yield key, "chance", f"{b.chance:g}", f"below the maximum {most:g}", fix
        elif least is not None and not least <= b.chance:
            fix = "correct the chance or the minimum; leave chance empty if it is not known"
            yield key, "chance", f"{b.chance:g}", f"at least the minimum {least:g}", fix


def _results(evidence: Evidence) -> Iterator[Broken]:
    facts = Counter(
        (r.model, r.variant, r.benchmark, r.source) for r in evidence.results.values() if r.preferred
    )
    for key, r in evidence.results.items():
        b = evidence.benchmarks[r.benchmark]
        least = -math.inf if b.minimum is None else b.minimum
        most = math.inf if b.maximum is None else b.maximum
        low = least if r.score_low is None else r.score_low
        high = most if r.score_high is None else r.score_high
        if b.scale == "perplexity" and r.score <= 0:
            yield key, "score", repr(r.score), "above 0 for a perplexity", "correct the score"
        elif not least <= r.score <= most:
            allowed = f"{least:g} to {most:g} {b.unit} on {r.benchmark}"
            fix = "correct the score, or the benchmark's minimum and maximum"
            yield key, "score", repr(r.score), allowed, fix
        elif not low <= r.score <= high:
            allowed = f"an interval around the score {r.score!r}"
            yield key, "score_low", f"{low:g} to {high:g}", allowed, "correct the interval or the score"
        if r.preferred and facts[r.model, r.variant, r.benchmark, r.source] > 1:
            found = "a second preferred row of the same model, variant, benchmark and source"
            fix = "remove the duplicate, tell the variants apart, or set preferred to false"
            yield key, "preferred", found, "one preferred row a fact", fix
        if not r.preferred and not r.preferred_reason:
            allowed, fix = "a reason where preferred is false", "say why the row is not preferred"
            yield key, "preferred_reason", "nothing", allowed, fix


def _comparisons(evidence: Evidence) -> Iterator[Broken]:
    headlines = Counter(c.enhancement for c in evidence.comparisons.values() if c.role == "headline")
    for key, c in evidence.comparisons.items():
        unknown = [
            (field, table, name)
            for field, table in LISTS
            for name in getattr(c, field)
            if name not in evidence.tables_by_name[table]
        ]
        for field, table, name in unknown:
            fix = nearest(name, evidence.tables_by_name[table], f"add it to {table}.csv")
            yield key, field, quoted(name), f"rows of {table}.csv", fix
        if unknown:
            continue
        model = evidence.results[c.enhanced].model
        if model in c.teacher:
            fix = "leave the cell empty: what a model learns from itself is not borrowed"
            yield key, "teacher", quoted(model), "another model than the enhanced one", fix
        for field in BASELINES:
            yield from _of_baseline(evidence, c, field)
        if c.role == "headline":
            if headlines[c.enhancement] > 1:
                allowed, fix = "one headline an enhancement", "make one of them supporting"
                yield key, "role", "a second headline", allowed, fix
            if not c.headline_reason:
                fix = "say which rule of the estimator chose it"
                yield key, "headline_reason", "nothing", "the reason for the headline", fix
            if {evidence.results[i].provenance for i in (c.enhanced, *c.baseline)} == {"recalled"}:
                fix = "find the scores, or make the comparison supporting"
                yield key, "role", "a headline on recalled scores alone", "a score that was seen", fix


def _of_baseline(evidence: Evidence, c: Comparison, field: str) -> Iterator[Broken]:
    """What is wrong with one of the baselines of a comparison."""
    enhanced = evidence.results[c.enhanced]
    rows = [evidence.results[i] for i in getattr(c, field)]
    if len({r.model for r in rows}) < len(rows):
        fix = "keep one; other prompts go to baseline_weakest or baseline_strongest"
        yield c.comparison, field, "two results of one model", "one result a model", fix
    name = evidence.benchmarks[enhanced.benchmark].name
    other = [r for r in rows if r.benchmark != enhanced.benchmark]
    if field != "baseline":  # another prompt may come with another harness
        other = [r for r in other if evidence.benchmarks[r.benchmark].name != name]
    if other and not c.metric_mismatch:
        found = "another benchmark than the enhanced result's"
        fix = "correct the ids, or set metric_mismatch to true"
        yield c.comparison, field, found, enhanced.benchmark, fix
    families = sorted({evidence.models[r.model].family for r in (enhanced, *rows)})
    if len(families) > 1 and not c.cross_family:
        allowed = f"true: the models are of several families, {', '.join(families)}"
        yield c.comparison, "cross_family", "false", allowed, "set cross_family to true"


def _enhancements(evidence: Evidence) -> Iterator[Broken]:
    compared = {c.enhancement for c in evidence.comparisons.values()}
    with_headline = {c.enhancement for c in evidence.comparisons.values() if c.role == "headline"}
    for key, e in evidence.enhancements.items():
        if key not in compared and not e.no_estimate_reason:
            allowed = "a reason where there is no comparison"
            fix = "add a comparison with a baseline, or the reason"
            yield key, "no_estimate_reason", "nothing", allowed, fix
        if e.section == LATER and (e.in_survey or e.added):
            allowed = (
                "the section of an enhancement that the survey could not have, with in_survey and added false"
            )
            yield key, "section", quoted(e.section), allowed, "correct the section or the two"
        if key in compared and key not in with_headline and not e.no_estimate_reason:
            allowed = "a headline comparison, or the reason for none"
            fix = "give one comparison the role headline, or say why there is none"
            yield key, "no_estimate_reason", "nothing", allowed, fix


def _costs(evidence: Evidence) -> Iterator[Broken]:
    for key, c in evidence.costs.items():
        try:
            result = evaluate(c.formula, c.inputs)
        except ValueError as error:
            yield key, "formula", str(error), FORM, "correct formula or inputs"
            continue
        if c.quantity == "runtime_multiple" and not result > 0:
            fix = "correct the formula or the inputs; 1 is no cost"
            yield key, "formula", f"{result:g}", "a result above 0 for a runtime_multiple", fix
            continue
        if not (c.low or 0) <= c.value <= (math.inf if c.high is None else c.high):
            yield key, "value", f"{c.value:g}", "between low and high", "correct the value or its range"
        if abs(result - c.value) > 0.01 * max(abs(result), abs(c.value)):
            allowed = f"the formula's result, {result:.4g}"
            fix = "correct the value, the formula or the inputs"
            yield key, "value", f"{c.value:g}", allowed, fix
        if c.provenance == "verified" and c.published_value is None and is_arithmetic(c.formula):
            allowed = "another grade for what is worked out here, or the published_value that was read"
            fix = "set provenance to estimated, or fill published_value"
            yield key, "provenance", quoted(c.provenance), allowed, fix


def _laws(evidence: Evidence) -> Iterator[Problem]:
    """The laws that an assumption may name have every parameter and give each model a compute."""
    file = shown(evidence.folder / "scaling_laws.csv")
    names = [f.name for f in dataclasses.fields(Law)]
    lines = {key: number for number, key in enumerate(evidence.scaling_laws, 2)}
    for law in choices(evidence.folder)["compute_optimal_law"].options:
        rows = {name: evidence.scaling_laws.get((law, name)) for name in names}
        wrong = [name for name, row in rows.items() if row is None or row.value <= 0]
        for name in wrong:
            if row := rows[name]:
                fix, line = "correct the value", lines[law, name]
                yield Problem(file, f"{row.value:g}", f"above 0 for {name} of {law}", fix, line, "value")
            else:
                found, allowed = f"no {name} of {law}", f"{', '.join(names)} of each law that can be chosen"
                yield Problem(file, found, allowed, "add the row, or take the law out of assumptions.yml")
        if wrong:
            continue
        known = Law(**{name: row.value for name, row in rows.items() if row})
        for m in evidence.models.values():
            try:
                fits = math.isfinite(training_flop(m, "compute_optimal", known) or 0)
            except ArithmeticError:
                fits = False
            if not fits:
                found, allowed = f"a compute of {m.model} by {law} that is not finite", "a finite number"
                fix = f"correct the law, or the size and tokens of {m.model}"
                yield Problem(file, found, allowed, fix, lines[law, names[0]], "value")
                break


def _sources(evidence: Evidence) -> Iterator[Problem]:
    path = evidence.folder / "references.bib"
    known = references.entries(path)
    yield from references.unprintable(path)
    for line, key in enumerate(evidence.sources, 2):
        if key not in known:
            table = evidence.folder / "sources.csv"
            fix = nearest(key, known, "add the entry to references.bib")
            yield Problem(shown(table), quoted(key), "a key of references.bib", fix, line, "source")
        elif not known[key].link:
            found = f"the entry {key} without eprint, doi or url"
            yield Problem(shown(path), found, "one of them", f"add it to {key}")
