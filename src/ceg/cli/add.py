"""``ceg add`` and ``ceg remove``: an enhancement from a file, options or answers, and out again."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.models import OptionInfo

from ceg import formatting
from ceg.analysis import analysis
from ceg.cli.shared import DataOption, app, existing, writable
from ceg.evidence import tables as evidence
from ceg.evidence.files import BROUGHT
from ceg.evidence.problems import InputError, Problem
from ceg.prose import wording

if TYPE_CHECKING:  # what writes takes longer to import than the rest of the command line
    from ceg.add.plan import Plan

EXAMPLE = "examples/simplerl-zoo.yml"


def _option(help: str, metavar: str = "TEXT") -> OptionInfo:
    return typer.Option(help=help, metavar=metavar, rich_help_panel="One comparison without a YAML file")


@app.command("add")
def add_command(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="A YAML file, or a CSV of scores with the options below."),
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Print a complete file with comments.")] = False,
    export: Annotated[
        str, typer.Option(metavar="ID", help="Print an enhancement of the data as such a file.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
    id: Annotated[str, _option("Id: lower case, digits, . _ + -")] = "",
    name: Annotated[str, _option("Name for readers.")] = "",
    category: Annotated[
        str, _option("tool use · prompting · scaffolding · solution choice · data · combination.")
    ] = "",
    year: Annotated[str, _option("Year of first publication.", "YEAR")] = "",
    description: Annotated[str, _option("What it does, in a sentence.")] = "",
    source: Annotated[str, _option("Key of the source.", "KEY")] = "",
    label: Annotated[
        str, _option("Source as readers see it (Zeng et al. 2025), if the data does not know it.")
    ] = "",
    kind: Annotated[str, _option("paper · report · blog · repository · database · model card.")] = "paper",
    bibtex: Annotated[Path | None, _option("BibTeX entry of the source.", "FILE")] = None,
    benchmark: Annotated[str, _option("Benchmark id of data/benchmarks.csv.", "ID")] = "",
    variant: Annotated[str, _option("What was done to the enhanced model.")] = "",
    enhanced: Annotated[str, _option("Model and score with the enhancement.", "MODEL:SCORE")] = "",
    baseline: Annotated[
        list[str] | None, _option("Model and score without it. Repeat for each model.", "MODEL:SCORE")
    ] = None,
    baseline_variant: Annotated[str, _option("What the models without it are.")] = "base",
    locator: Annotated[str, _option("Table, figure or page of the scores.")] = "",
    provenance: Annotated[str, _option("verified · readoff · secondary · recalled · estimated.")] = "",
    reason: Annotated[str, _option("Why this comparison is the headline.")] = "",
    compute: Annotated[
        list[str] | None, _option("Training FLOP of a model that the data does not know.", "MODEL=FLOP")
    ] = None,
    family: Annotated[str, _option("Family of these models.")] = "",
    certainty: Annotated[
        str, _option("How sure that compute is: printed · 6nd · estimated · speculative.")
    ] = "",
    one_time: Annotated[str, _option("One-time cost, fraction of pre-training compute.", "FRACTION")] = "",
    runtime: Annotated[str, _option("FLOP an answer against the same model without it.", "MULTIPLE")] = "",
    data: DataOption = None,
) -> None:
    """Add an enhancement: it appears in Table 2, in Figure 2 and on a page of its own, without any code.

    Everything is checked before a byte is written. Without file and options it asks. From a CSV the headline
    is the largest model that has a bracket or a bound, on the first benchmark.

    Examples: `ceg add --example > my.yml` · `ceg add my.yml --dry-run` · `ceg add my.yml` · `ceg add`
    """
    from ceg.add import draft_file, from_options, write
    from ceg.add.ask import ask
    from ceg.chapters.about import profiles

    folder = _folder(data)
    if example:
        places = (folder.resolve().parent / EXAMPLE, BROUGHT.parent / EXAMPLE)
        path = next((p for p in places if p.is_file()), None)
        if path is None:
            fix = "run it in the book's folder"
            raise InputError(Problem(EXAMPLE, "no such file", "the book's example", fix))
        typer.echo(path.read_text(encoding="utf-8"), nl=False)
        return
    if export:
        from ceg.add.export import exported

        typer.echo(exported(export, folder), nl=False)
        return
    import_module("frictionless")  # which checks what is written: before anybody is asked for anything
    if not dry_run:
        writable(folder)
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
        if file:
            scores = from_options.csv_scores(file, shared, folder)
        else:
            arms = {
                "enhanced": (variant, [enhanced] if enhanced else []),
                "baseline": (baseline_variant, baseline or []),
            }
            scores = from_options.option_scores(arms, shared)
        costs = {"one_time_fraction": one_time, "runtime_multiple": runtime}
        parts = {
            "enhancement": [given],
            "sources": from_options.new_source(source, label, kind, bibtex, folder),
            "models": from_options.new_models(compute or (), family, certainty, shared, scores),
        }
        known, models = evidence.load(folder), parts["models"]
        parts |= from_options.compared(scores, models, reason, costs, shared, known)
        draft = draft_file.draft(parts, file.name if file else "the options", folder)
    try:
        made = write.add(draft, folder, write=not dry_run)
    except InputError as error:
        if asked or ((file is None or file.suffix.lower() == ".csv") and _asks_for_a_file(error)):
            said = "What was given, as a file to correct and to give to ceg add:\n"
            typer.echo(said + draft_file.dumped(draft), err=True)
        raise
    if not dry_run:
        profiles.write_pages(folder)
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
    from ceg.chapters.about import profiles

    folder = writable(_folder(data))
    out = write.remove(enhancement, folder)
    profiles.write_pages(folder)
    typer.echo(f"removed {enhancement}: {_counted({t: len(ids) for t, ids in out.items()})}")


def _asks_for_a_file(error: InputError) -> bool:
    """Whether a benchmark is missing, which options and a CSV cannot describe."""
    return any(p.field == "scores.benchmark" and p.found.startswith("the benchmark") for p in error.problems)


def report(made: "Plan", folder: Path, *, written: bool) -> str:
    """What adding did, or would do, and what the enhancement is worth."""
    from ceg.add import write

    session = analysis.open(folder=folder)
    if not written:
        session = analysis.Analysis(write.with_rows(session.evidence, made), session.assumptions)
    rows = {table: len(some) for table, some in made.rows.items()}
    filled = {table: len(some) for table, some in made.changes.items() if table != "enhancements"}
    used = {table: len(some) - filled.get(table, 0) for table, some in made.used.items()}
    lines = [f"{'added' if written else 'would add'} {made.enhancement}: {_counted(rows, len(made.entries))}"]
    if filled:
        lines.append(f"training compute filled in: {_counted(filled)}")
    if any(used.values()):
        lines.append(f"used as the data has them: {_counted(used)}")
    for e in (e for e in session.estimate_all(made.enhancement) if e.comparison in made.new("comparisons")):
        status = ", ".join([e.status, *e.flags]).replace("_", " ")
        lines.append(f"  {e.comparison}: {wording.ceg(e)}, {status}{' (headline)' if e.headline else ''}")
        if others := made.left_out.get(e.comparison_id):
            lines.append(f"    compared within its family: without {formatting.listed(others)}")
            if e.status == "not-meaningful":
                lines.append("    cross_family: true in the comparison counts them too, as bounds")
        if e.headline and e.status == "not-meaningful":
            lines.append("    a headline without bound or estimate says nothing: choose another model for it")
    lines += _likely_fractions(made, session.evidence)
    then = f"rebuild the book to see it; ceg remove {made.enhancement} takes it out again"
    return "\n".join([*lines, then if written else "nothing was written"])


def _likely_fractions(made: "Plan", known: evidence.Evidence) -> list[str]:
    """A line on the new scores and chances below 1 of 100: they may be fractions by mistake."""
    of = [(known.benchmarks[r.cells["benchmark"]], r.cells["score"]) for r in made.rows["results"]]
    of += [(known.benchmarks[r.cells["benchmark"]], r.cells.get("chance")) for r in made.rows["benchmarks"]]
    few = [text for b, text in of if b.maximum == 100 and text and 0 < float(text) < 1]
    if not few:
        return []
    counted = "counts" if len(few) == 1 else "count"
    more = f" and {len(few) - 3} more" if len(few) > 3 else ""
    said = ", ".join(few[:3]) + more
    return [f"look again: {said} {counted} as less than one of 100; write a share such as 0.25 as 25"]


def _counted(numbers: Mapping[str, int], entries: int = 0) -> str:
    """How many rows of which tables, and entries of the bibliography."""
    counted = [f"{n} row{'s' if n > 1 else ''} of {table}.csv" for table, n in numbers.items() if n]
    if entries:
        counted.append(f"{entries} entr{'ies' if entries > 1 else 'y'} of references.bib")
    return formatting.listed(counted)


def _folder(data: Path | None) -> Path:
    """The data folder, put back first where an interrupted change left it aside."""
    from ceg.add import write

    for place in [data] if data else [folder / "data" for folder in (Path.cwd(), *Path.cwd().parents)]:
        write.put_back(place)
    return existing(data) or evidence.find_data()
