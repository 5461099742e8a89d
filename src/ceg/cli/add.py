"""``ceg add`` and ``ceg remove``: an enhancement from a file, from options, or from answers, and out again."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from ceg import formatting
from ceg.analysis import analysis
from ceg.cli.shared import DataOption, app
from ceg.evidence import tables as evidence
from ceg.evidence.problems import InputError, Problem, quoted
from ceg.prose import wording

EXAMPLE = "examples/simplerl-zoo.yml"
MODEL_COLUMNS = ("family", "parameters", "training_tokens", "training_flop", "flop_method", "certainty")
"""Columns of a CSV of scores that describe a model the data does not know."""


def _option(help: str, metavar: str = "TEXT"):
    return Annotated[
        str, typer.Option(help=help, metavar=metavar, rich_help_panel="One comparison without a YAML file")
    ]


def _options(help: str, metavar: str):
    return Annotated[
        list[str] | None,
        typer.Option(help=help, metavar=metavar, rich_help_panel="One comparison without a YAML file"),
    ]


@app.command("add")
def add_command(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="A YAML file, or a CSV of scores with the options below."),
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Print a complete file with comments.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
    id: _option("Id: lower case, digits, . _ + -") = "",
    name: _option("Name for readers.") = "",
    category: _option("tool use · prompting · scaffolding · solution choice · data · combination.") = "",
    year: _option("Year of first publication.", "YEAR") = "",
    description: _option("What it does, in a sentence.") = "",
    source: _option("Key of the source.", "KEY") = "",
    label: _option("Source as readers see it (Zeng et al. 2025), if the data does not know it.") = "",
    kind: _option("paper · report · blog · repository · database · model card.") = "paper",
    bibtex: Annotated[
        Path | None,
        typer.Option(
            help="BibTeX entry of the source.",
            metavar="FILE",
            rich_help_panel="One comparison without a YAML file",
        ),
    ] = None,
    benchmark: _option("Benchmark id of data/benchmarks.csv.", "ID") = "",
    variant: _option("What was done to the enhanced model.") = "",
    enhanced: _option("Model and score with the enhancement.", "MODEL:SCORE") = "",
    baseline: _options("Model and score without it. Repeat for each model.", "MODEL:SCORE") = None,
    baseline_variant: _option("What the models without it are.") = "base",
    locator: _option("Table, figure or page of the scores.") = "",
    provenance: _option("verified · readoff · secondary · recalled · estimated.") = "",
    reason: _option("Why this comparison is the headline.") = "",
    compute: _options("Training FLOP of a model that the data does not know.", "MODEL=FLOP") = None,
    family: _option("Family of these models.") = "",
    certainty: _option("How sure that compute is: printed · 6nd · estimated · speculative.") = "",
    one_time: _option("One-time cost, fraction of pre-training compute.", "FRACTION") = "",
    runtime: _option("FLOP an answer against the same model without it.", "MULTIPLE") = "",
    data: DataOption = None,
) -> None:
    """Add an enhancement: it appears in Table 2, in Figure 2 and on a page with the others added, without any code.

    Everything is checked before a byte is written. Without file and options it asks.

    Examples: `ceg add --example > my.yml` · `ceg add my.yml --dry-run` · `ceg add my.yml` · `ceg add`
    """
    from ceg.add import draft_file, write
    from ceg.add.ask import ask

    folder = _folder(data)
    if example:
        path = folder.resolve().parent / EXAMPLE
        if not path.is_file():
            raise InputError(
                [Problem(EXAMPLE, "no such file", "the book's example", "run it in the book's folder")]
            )
        typer.echo(path.read_text(encoding="utf-8"), nl=False)
        return
    given = {
        "id": id,
        "name": name,
        "category": category,
        "year": year,
        "description": description,
        "source": source,
    }
    asked = file is None and not any((*given.values(), benchmark, enhanced, baseline))
    if file is not None and file.suffix.lower() != ".csv":
        draft = draft_file.read(file, folder)
    elif asked:
        draft = draft_file.draft(ask(evidence.load(folder)), "the answers", folder)
    else:
        shared = {"benchmark": benchmark, "source": source, "locator": locator, "provenance": provenance}
        scores = (
            _csv_scores(file, shared, folder)
            if file
            else _option_scores(enhanced, variant, baseline, baseline_variant, shared)
        )
        costs = {"one_time_fraction": one_time, "runtime_multiple": runtime}
        parts = {
            "enhancement": [given],
            "sources": _source(source, label, kind, bibtex, folder),
            "models": _models(compute, family, certainty, shared, scores),
        }
        draft = draft_file.draft(
            parts | _compared(scores, reason, costs, shared), file.name if file else "the options", folder
        )
    try:
        made = write.add(draft, folder, write=not dry_run)
    except InputError:
        if asked:
            typer.echo(
                "What was answered, as a file to correct and to give to ceg add:\n"
                + draft_file.dumped(draft),
                err=True,
            )
        raise
    typer.echo(report(made, folder, written=not dry_run))


@app.command("remove")
def remove_command(
    enhancement: Annotated[str, typer.Argument(help="Id of an enhancement that ceg add wrote.")],
    data: DataOption = None,
) -> None:
    """Take an added enhancement out again, with the rows that came with it and that nothing else uses.

    Example: `ceg remove simplerl-zoo`
    """
    from ceg.add import write

    out = write.remove(enhancement, _folder(data))
    typer.echo(f"removed {enhancement}: {_counted({t: len(ids) for t, ids in out.items()})}")


def report(made, folder: Path, *, written: bool) -> str:
    """What adding did, or would do, and what the enhancement is worth."""
    from ceg.add import write

    session = analysis.open(folder=folder)
    if not written:
        session = analysis.Analysis(write.with_rows(session.evidence, made), session.assumptions)
    rows = {table: len(some) for table, some in made.rows.items()} | {
        "entries of references.bib": len(made.entries)
    }
    used = {table: len(some) for table, some in made.used.items()}
    lines = [f"{'added' if written else 'would add'} {made.enhancement}: {_counted(rows)}"]
    if any(used.values()):
        lines.append(f"used as the data has them: {_counted(used)}")
    lines += [
        f"  {e.comparison}: {wording.ceg(e)}, {', '.join([e.status, *e.flags]).replace('_', ' ')}{' (headline)' if e.headline else ''}"
        for e in session.estimates(made.enhancement)
    ]
    then = f"rebuild the book to see it; ceg remove {made.enhancement} takes it out again"
    return "\n".join([*lines, then if written else "nothing was written"])


def _counted(numbers: Mapping[str, int]) -> str:
    return formatting.listed(
        [
            f"{n} row{'s' if n > 1 else ''} of {t}.csv" if "." not in t else f"{n} {t}"
            for t, n in numbers.items()
            if n
        ]
    )


def _folder(data: Path | None) -> Path:
    """The data folder, put back first where an interrupted change left it aside."""
    from ceg.add import write

    for place in [data] if data else [folder / "data" for folder in (Path.cwd(), *Path.cwd().parents)]:
        write.put_back(place)
    if data and not data.is_dir():
        raise InputError(
            [Problem(str(data), "no such folder", "a folder with datapackage.json", "correct the path")]
        )
    return data or evidence.find_data()


def _source(key: str, label: str, kind: str, bibtex: Path | None, folder: Path) -> list[dict]:
    if key in evidence.load(folder).sources:
        return []
    try:
        entry = bibtex.read_text(encoding="utf-8") if bibtex else ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            [Problem(str(bibtex), str(error), "a BibTeX file in UTF-8", "correct the path")]
        ) from None
    return [{"id": key, "label": label or key, "kind": kind, "bibtex": entry}]


def _option_scores(
    enhanced: str, variant: str, baseline: Iterable[str] | None, baseline_variant: str, shared: dict
) -> list[dict]:
    """The scores that --enhanced and --baseline give."""
    found = []
    for option, arm, given, what in (
        ("--enhanced", "enhanced", [enhanced], variant),
        ("--baseline", "baseline", baseline or (), baseline_variant),
    ):
        for pair in filter(None, given):
            model, colon, score = pair.rpartition(":")
            if not colon:
                raise InputError(
                    [Problem(option, quoted(pair), "MODEL:SCORE, such as GPT-3 13B:40.4", "give both")]
                )
            found.append({"arm": arm, "model": model, "variant": what, "score": score} | shared)
    return found


def _csv_scores(path: Path, shared: dict, folder: Path) -> list[dict]:
    """The scores in a CSV: a row each, with arm (enhanced or baseline), model, variant, score; options fill empty cells."""
    from ceg.add.draft_file import fields_of

    known = ("arm", *(f for f in fields_of("scores", folder) if f not in ("of", "id")), *MODEL_COLUMNS)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names = tuple(reader.fieldnames or ())
            rows = [{k: v or "" for k, v in row.items() if k} | {"line": reader.line_num} for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            [Problem(str(path), str(error), "a CSV file in UTF-8", "correct the path")]
        ) from None
    problems = [
        Problem(path.name, quoted(n), "one of " + " · ".join(known), "remove the column", 1, n)
        for n in names
        if n not in known
    ]
    problems += [
        Problem(path.name, f"no column {n}", "its columns", f"add the column {n}", 1, n)
        for n in ("arm", "model", "variant", "score")
        if n not in names
    ]
    problems += [
        Problem(
            path.name,
            quoted(r["arm"]),
            "enhanced or baseline",
            "say which arm the score is of",
            r["line"],
            "arm",
        )
        for r in rows
        if not problems and r["arm"] not in ("enhanced", "baseline")
    ]
    if problems:
        raise InputError(problems)
    return [row | {k: row.get(k) or v for k, v in shared.items()} for row in rows]


def _models(
    compute: Iterable[str] | None, family: str, certainty: str, shared: dict, scores: list[dict]
) -> list[dict]:
    """The models that --compute or the CSV describe."""
    where = {k: shared[k] for k in ("source", "locator", "provenance")}
    found = {}
    for pair in compute or ():
        model, equals, flop = pair.rpartition("=")
        if not equals:
            raise InputError(
                [Problem("--compute", quoted(pair), "MODEL=FLOP, such as GPT-3 13B=2.31e22", "give both")]
            )
        method = "6nd" if certainty == "6nd" else "reported"
        found[model] = {
            "id": model,
            "family": family or model.split()[0],
            "training_flop": flop,
            "flop_method": method,
            "certainty": certainty,
        } | where
    for row in scores:
        described = {k: row[k] for k in MODEL_COLUMNS if row.get(k)}
        if described:
            found[row["model"]] = (
                {"id": row["model"], "line": row["line"]} | described | {k: row[k] for k in where}
            )
    return list(found.values())


def _compared(scores: list[dict], reason: str, costs: dict[str, str], shared: dict) -> dict[str, list[dict]]:
    """Scores, costs and comparisons: every enhanced score against the baselines on its benchmark, the first the headline."""
    comparisons = []
    for row in (s for s in scores if s["arm"] == "enhanced"):
        of = {s["variant"] for s in scores if s["arm"] == "baseline" and s["benchmark"] == row["benchmark"]}
        if len(of) > 1:
            raise InputError(
                [
                    Problem(
                        "the scores",
                        f"baselines of {len(of)} variants",
                        "baselines of one variant a benchmark",
                        "use a YAML file",
                    )
                ]
            )
        first = not comparisons
        comparisons.append(
            {
                "benchmark": row["benchmark"],
                "model": row["model"],
                "enhanced": row["variant"],
                "baseline": "".join(of),
                "role": "headline" if first else "supporting",
                "headline_reason": reason if first else "",
                "line": row.get("line"),
            }
        )
    priced = [
        {
            "model": c["model"],
            "variant": c["enhanced"],
            "quantity": quantity,
            "formula": "amount",
            "inputs": f"amount={value}",
        }
        | {k: shared[k] for k in ("source", "locator", "provenance")}
        for c in comparisons[:1]
        for quantity, value in costs.items()
        if value
    ]
    columns = ("arm", *MODEL_COLUMNS)
    return {
        "scores": [{k: v for k, v in s.items() if k not in columns} for s in scores],
        "costs": priced,
        "comparisons": comparisons,
    }
