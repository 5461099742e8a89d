"""What must hold in the data beyond what the descriptor can say: compute, scores, comparisons, costs, sources."""

from collections import Counter
from collections.abc import Iterator

from ceg.evidence.problems import Problem, nearest, quoted
from ceg.evidence.tables import LATER, Evidence, missing, shown


def broken(evidence: Evidence) -> Iterator[Problem]:
    """Everything that breaks a rule, table by table."""
    lines = {
        name: {key: number for number, key in enumerate(rows, 2)}
        for name, rows in evidence.tables_by_name.items()
    }

    def problem(table: str, key, field: str, found: str, allowed: str, fix: str) -> Problem:
        return Problem(
            shown(evidence.folder / f"{table}.csv"), found, allowed, fix, lines[table].get(key), field
        )

    yield from _models(evidence, problem)
    yield from _results(evidence, problem)
    yield from _comparisons(evidence, problem)
    yield from _enhancements(evidence, problem)
    yield from _costs(evidence, problem)
    yield from _sources(evidence, problem)


def _models(evidence, problem):
    for key, m in evidence.models.items():
        if (m.training_flop is None) != (m.certainty is None) or (m.training_flop is None) != (
            m.flop_method is None
        ):
            yield problem(
                "models",
                key,
                "certainty",
                quoted(m.certainty),
                "certainty and flop_method with, and only with, training_flop",
                "fill or empty all three",
            )
        if m.training_flop and not (m.source and m.locator and m.provenance):
            yield problem(
                "models",
                key,
                "source",
                "nothing",
                "source, locator and provenance with training_flop",
                "say where the compute comes from",
            )
        if m.training_flop and not (m.flop_low or 0) <= m.training_flop <= (m.flop_high or float("inf")):
            yield problem(
                "models",
                key,
                "training_flop",
                f"{m.training_flop:g}",
                "between flop_low and flop_high",
                "correct the interval or the value",
            )
        n, d = m.active_parameters or m.parameters, m.training_tokens
        if m.training_flop and n and d and abs(m.training_flop / (6 * n * d) - 1) > 0.25 and not m.flop_note:
            yield problem(
                "models",
                key,
                "flop_note",
                "nothing",
                f"a reason: training_flop {m.training_flop:.3g} and 6ND {6 * n * d:.3g} differ by over 25%",
                "say why in flop_note",
            )


def _results(evidence, problem):
    facts = Counter(
        (r.model, r.variant, r.benchmark, r.source) for r in evidence.results.values() if r.preferred
    )
    for key, r in evidence.results.items():
        b = evidence.benchmarks[r.benchmark]
        low = b.minimum if b.minimum is not None else float("-inf")
        high = b.maximum if b.maximum is not None else float("inf")
        if not low <= r.score <= high:
            yield problem(
                "results",
                key,
                "score",
                f"{r.score:g}",
                f"{low:g} to {high:g} {b.unit} on {r.benchmark}",
                "correct the score, or the benchmark's minimum and maximum",
            )
        ends = (
            r.score_low if r.score_low is not None else low,
            r.score_high if r.score_high is not None else high,
        )
        if low <= r.score <= high and not ends[0] <= r.score <= ends[1]:
            yield problem(
                "results",
                key,
                "score_low",
                f"{ends[0]:g} to {ends[1]:g}",
                f"an interval around the score {r.score:g}",
                "correct the interval or the score",
            )
        if r.preferred and facts[r.model, r.variant, r.benchmark, r.source] > 1:
            yield problem(
                "results",
                key,
                "preferred",
                "a second preferred row of the same model, variant, benchmark and source",
                "one preferred row a fact",
                "remove the duplicate, tell the variants apart, or set preferred to false",
            )
        if not r.preferred and not r.preferred_reason:
            yield problem(
                "results",
                key,
                "preferred_reason",
                "nothing",
                "a reason where preferred is false",
                "say why the row is not preferred",
            )


def _comparisons(evidence, problem):
    headlines = Counter(c.enhancement for c in evidence.comparisons.values() if c.role == "headline")
    versions: dict[str, set[str]] = {}
    for benchmark, row in evidence.benchmarks.items():
        versions.setdefault(row.name, set()).add(benchmark)
    for key, c in evidence.comparisons.items():
        lists = (
            ("baseline", "results"),
            ("baseline_weakest", "results"),
            ("baseline_strongest", "results"),
            ("components", "enhancements"),
            ("teacher", "models"),
        )
        unknown = [(f, t, i) for f, t in lists for i in getattr(c, f) if i not in getattr(evidence, t)]
        for field, table, item in unknown:
            yield problem(
                "comparisons",
                key,
                field,
                quoted(item),
                f"rows of {table}.csv",
                nearest(item, getattr(evidence, table), f"add it to {table}.csv"),
            )
        if unknown:
            continue
        enhanced = evidence.results[c.enhanced]
        if enhanced.model in c.teacher:
            yield problem(
                "comparisons",
                key,
                "teacher",
                quoted(enhanced.model),
                "another model than the enhanced one",
                "leave the cell empty: what a model learns from itself is not borrowed",
            )
        for field in ("baseline", "baseline_weakest", "baseline_strongest"):
            rows = [evidence.results[i] for i in getattr(c, field)]
            if len({r.model for r in rows}) < len(rows):
                yield problem(
                    "comparisons",
                    key,
                    field,
                    "two results of one model",
                    "one result a model",
                    "keep one; other prompts go to baseline_weakest or baseline_strongest",
                )
            same = versions[
                evidence.benchmarks[enhanced.benchmark].name
            ]  # another prompt may come with another harness
            allowed = {enhanced.benchmark} if field == "baseline" else same
            if not c.metric_mismatch and any(r.benchmark not in allowed for r in rows):
                yield problem(
                    "comparisons",
                    key,
                    field,
                    "another benchmark than the enhanced result's",
                    enhanced.benchmark,
                    "correct the ids, or set metric_mismatch to true",
                )
            families = {evidence.models[r.model].family for r in (enhanced, *rows)}
            if not c.cross_family and len(families) > 1:
                yield problem(
                    "comparisons",
                    key,
                    "cross_family",
                    "false",
                    f"true: the models are of several families, {', '.join(sorted(families))}",
                    "set cross_family to true",
                )
        if c.role == "headline" and headlines[c.enhancement] > 1:
            yield problem(
                "comparisons",
                key,
                "role",
                "a second headline",
                "one headline an enhancement",
                "make one of them supporting",
            )
        if c.role == "headline" and not c.headline_reason:
            yield problem(
                "comparisons",
                key,
                "headline_reason",
                "nothing",
                "the reason for the headline",
                "say which rule of the estimator chose it",
            )
        if c.role == "headline" and {evidence.results[i].provenance for i in (c.enhanced, *c.baseline)} == {
            "recalled"
        }:
            yield problem(
                "comparisons",
                key,
                "role",
                "a headline on recalled scores alone",
                "a score that was seen",
                "find the scores, or make the comparison supporting",
            )


def _enhancements(evidence, problem):
    compared = {c.enhancement for c in evidence.comparisons.values()}
    with_headline = {c.enhancement for c in evidence.comparisons.values() if c.role == "headline"}
    for key, e in evidence.enhancements.items():
        if key not in compared and not e.no_estimate_reason:
            yield problem(
                "enhancements",
                key,
                "no_estimate_reason",
                "nothing",
                "a reason where there is no comparison",
                "add a comparison with a baseline, or the reason",
            )
        if e.section == LATER and (e.in_survey or e.added):
            yield problem(
                "enhancements",
                key,
                "section",
                quoted(e.section),
                "the section of an enhancement that the survey could not have, with in_survey and added false",
                "correct the section or the two",
            )
        if key in compared and key not in with_headline and not e.no_estimate_reason:
            yield problem(
                "enhancements",
                key,
                "no_estimate_reason",
                "nothing",
                "a headline comparison, or the reason for none",
                "give one comparison the role headline",
            )


def _costs(evidence, problem):
    from ceg.evidence.cost_formula import evaluate

    for key, c in evidence.costs.items():
        try:
            result = evaluate(c.formula, c.inputs)
        except ValueError as error:
            yield problem(
                "costs",
                key,
                "formula",
                str(error),
                "arithmetic over the names in inputs",
                "correct formula or inputs",
            )
            continue
        if (
            not (c.low if c.low is not None else 0)
            <= c.value
            <= (c.high if c.high is not None else float("inf"))
        ):
            yield problem(
                "costs",
                key,
                "value",
                f"{c.value:g}",
                "between low and high",
                "correct the value or its range",
            )
        if abs(result - c.value) > 0.01 * max(abs(result), abs(c.value)):
            yield problem(
                "costs",
                key,
                "value",
                f"{c.value:g}",
                f"the formula's result, {result:.4g}",
                "correct the value, the formula or the inputs",
            )


def _sources(evidence, problem):
    from ceg.evidence.references import entries

    path = evidence.folder / "references.bib"
    if not path.is_file():
        yield missing(path)
        return
    known = entries(path)
    for key in evidence.sources:
        if key not in known:
            yield problem(
                "sources",
                key,
                "source",
                quoted(key),
                "a key of references.bib",
                nearest(key, known, "add the entry to references.bib"),
            )
        elif not known[key].link:
            yield Problem(
                shown(path), f"the entry {key} without eprint, doi or url", "one of them", f"add it to {key}"
            )
