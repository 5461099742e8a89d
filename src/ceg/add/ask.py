"""The questions that ``ceg add`` asks when it is given neither a file nor options."""

import math
import re
from collections.abc import Callable, Sequence

import typer

from ceg.add import draft_file
from ceg.add.plan import known_model
from ceg.evidence.descriptor import schema
from ceg.evidence.problems import nearest
from ceg.evidence.tables import Evidence


def ask(known: Evidence) -> dict[str, list[dict[str, str]]]:
    """The parts of a draft, as answered: one comparison with its source, models and costs."""
    typer.echo(
        "One enhancement, one comparison; ceg add --example shows a file for more. "
        "Empty where a default stands in []."
    )
    key = _asked("Id (lower case, digits, hyphens)", _new_id(known))
    enhancement = {
        "id": key,
        "name": _asked("Name for readers"),
        "category": _asked("Category", _one_of(_allowed(known, "enhancements", "category"))),
        "year": _asked("Year of first publication", _number),
        "description": _asked("What it does, in a sentence"),
    }
    source, sources = _source(known, enhancement["year"])
    where = {"source": source, "locator": _asked("Where in it the scores stand (table, figure, page)")}
    where["provenance"] = _asked("How they were read", _one_of(_allowed(known, "results", "provenance")))
    benchmark, benchmarks = _benchmark(known, where)
    models: list[dict[str, str]] = []
    variant = _asked("What was done to the enhanced model (the variant)")
    best = _model(known, "Model with the enhancement", models, where)

    def score(model: str, variant: str) -> dict[str, str]:
        of = {"benchmark": benchmark, "model": model, "variant": variant}
        return of | {"score": _asked("Its score, as printed", _number)} | where

    scores = [score(best, variant)]
    plain = _asked("What the models without it are (the variant)", default="base")
    while len(scores) == 1 or typer.confirm("Another model without it?", default=False):
        scores.append(score(_model(known, "Model without the enhancement", models, where), plain))
    reason = _asked("Why this comparison is the headline")
    comparison = {
        "benchmark": benchmark,
        "model": best,
        "enhanced": variant,
        "baseline": plain,
        "role": "headline",
        "headline_reason": reason,
    }
    costs = []
    for quantity, question in (
        ("one_time_fraction", "One-time cost as a fraction of pre-training compute (empty: not known)"),
        ("runtime_multiple", "FLOP an answer against the same model without it (empty: not known)"),
    ):
        if value := _asked(question, _number, default=""):
            costs.append(draft_file.stated_cost(best, variant, quantity, value) | where)
    return {
        "enhancement": [enhancement | {"source": source}],
        "sources": sources,
        "benchmarks": benchmarks,
        "models": models,
        "scores": scores,
        "costs": costs,
        "comparisons": [comparison],
    }


def _source(known: Evidence, year: str) -> tuple[str, list[dict[str, str]]]:
    key = _asked(
        "Key of its source (data/sources.csv, or a new one: author, year, word)", _matching("[a-z0-9]+")
    )
    if key in known.sources:
        return key, []
    typer.echo("A new source:")
    label = _asked("As readers see it (Zeng et al. 2025)")
    kind = _asked("Kind", _one_of(_allowed(known, "sources", "kind")))
    title, authors = _asked("Title"), _asked("Authors (Last, First and Last, First)")
    link = _asked("Address, or arXiv number")
    field = "eprint" if re.fullmatch(r"\d{4}\.\d{4,5}", link) else "url"
    entry = (
        f"@misc{{{key},\n  author = {{{authors}}},\n  title = {{{{{title}}}}},\n"
        f"  year = {{{year}}},\n  {field} = {{{link}}}\n}}"
    )
    return key, [{"id": key, "label": label, "kind": kind, "bibtex": entry}]


def _benchmark(known: Evidence, where: dict[str, str]) -> tuple[str, list[dict[str, str]]]:
    key = _asked("Benchmark (an id of data/benchmarks.csv, or a new one)", _matching("[a-z0-9][a-z0-9.+_-]*"))
    if key in known.benchmarks:
        return key, []
    typer.echo("A new benchmark:")
    scale = _one_of(_allowed(known, "benchmarks", "scale"))
    fields = {
        "id": key,
        "name": _asked("Name"),
        "metric": _asked("Metric"),
        "protocol": _asked("Protocol (prompt, shots, samples)"),
    }
    fields["domain"] = _asked("Domain", _one_of(_allowed(known, "benchmarks", "domain")))
    fields["scale"] = _asked("Scale", scale)
    fields["unit"] = _asked("Unit", default="%" if fields["scale"] == "proportion" else fields["scale"])
    up = "false" if fields["scale"] in ("bits", "nats", "perplexity") else "true"
    fields["higher_is_better"] = _asked("Is higher better", _one_of(("true", "false")), default=up)
    fields["items"] = _asked("Number of test items (empty: not known)", _number, default="")
    if fields["scale"] == "proportion":
        fields["chance"] = _asked("Score of a guess", _number, default="0")
        fields |= {"minimum": "0", "maximum": "100"}
    return key, [fields | where]


def _model(known: Evidence, question: str, models: list[dict[str, str]], where: dict[str, str]) -> str:
    """A model's name; one that the data does not know is described first."""
    name = _asked(question)
    name = known_model(known, name)
    if name in known.models or any(m["id"] == name for m in models):
        return name
    typer.echo(f"{name} is not in data/models.csv ({nearest(name, known.models, 'describe it')}).")
    if not typer.confirm("Is it a new model?", default=False):
        return _model(known, question, models, where)
    fields = {
        "id": name,
        "family": _asked("Its family"),
        "training_flop": _asked("Its training compute in FLOP", _number),
    }
    fields["flop_method"] = _asked("How that was found", _one_of(_allowed(known, "models", "flop_method")))
    fields["certainty"] = _asked("How sure it is", _one_of(_allowed(known, "models", "certainty")))
    models.append(fields | where)
    return name


def _asked(question: str, value_of: Callable[[str], str] | None = None, default: str | None = None) -> str:
    """An answer; asked again until it fits. Only a question with a default may be left empty."""

    def accepted(answer: str) -> str:
        answer = " ".join(answer.split())
        if not answer and default is None:
            raise typer.BadParameter("an answer is needed")
        return value_of(answer) if value_of and answer else answer

    return typer.prompt(question, default=default, value_proc=accepted, show_default=bool(default))


def _allowed(known: Evidence, table: str, field: str) -> Sequence[str]:
    fields = schema(known.folder, table)["fields"]
    return next(f["constraints"]["enum"] for f in fields if f["name"] == field)


def _one_of(options: Sequence[str]) -> Callable[[str], str]:
    def accepted(answer: str) -> str:
        if answer not in options:
            raise typer.BadParameter("one of " + " · ".join(options))
        return answer

    return accepted


def _matching(pattern: str) -> Callable[[str], str]:
    def accepted(answer: str) -> str:
        if not re.fullmatch(pattern, answer):
            raise typer.BadParameter(f"must match {pattern}")
        return answer

    return accepted


def _new_id(known: Evidence) -> Callable[[str], str]:
    fits = _matching("[a-z0-9][a-z0-9.+_-]*")

    def accepted(answer: str) -> str:
        if answer in known.enhancements:
            raise typer.BadParameter("the data has an enhancement of that id")
        return fits(answer)

    return accepted


def _number(answer: str) -> str:
    try:
        fits = math.isfinite(float(answer))
    except ValueError:
        fits = False
    if not fits:
        raise typer.BadParameter("a number, such as 62.0 or 3.14e23")
    return answer
