"""``ceg explain``: how one comparison gets its number."""

import dataclasses
from typing import Annotated

import typer

from ceg.analysis.analysis import Analysis
from ceg.cli.shared import DataOption, Format, FormatOption, SetOption, app, open_session, write_rows
from ceg.evidence.problems import InputError, Problem, nearest
from ceg.prose import workings


@app.command()
def explain(
    comparison: Annotated[
        str,
        typer.Argument(
            metavar="COMPARISON", help="An id of comparisons.csv; of enhancements.csv for its headline."
        ),
    ],
    settings: SetOption = None,
    format: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """How a comparison gets its number: its rows, the arithmetic with the numbers in it, and what other
    assumptions would give.

    Examples: `ceg explain chain-of-thought.gsm8k.palm-62b` · `ceg explain lats.humaneval.gpt-3-5 --set
    min_points=2`
    """
    session = open_session(data, settings)
    known = session.evidence.comparisons
    if comparison in session.evidence.enhancements and (headline := session.headline(comparison)):
        comparison = headline.comparison_id
    if comparison not in known:
        fix = nearest(comparison, known, "see data/comparisons.csv, or ceg estimate, for the ids")
        raise InputError(Problem("COMPARISON", f'"{comparison}"', "an id of comparisons.csv", fix))
    made = _workings(session, comparison)
    if format is Format.table:
        _print(made)
    elif format is Format.csv:
        write_rows(format, [dataclasses.asdict(a) for a in made.arms], {})
    else:
        write_rows(format, dataclasses.asdict(made) | {"estimate": made.estimate.record()}, {})


def _workings(session: Analysis, comparison: str) -> workings.Workings:
    from ceg.uncertainty import intervals  # numpy, which the rest of the command line does without

    found = intervals.with_intervals(session, [session.estimate(comparison)])[0]
    return workings.workings(session, found, workings.alternatives(session))


def _print(w: workings.Workings) -> None:
    from tabulate import tabulate

    typer.echo(f"{w.estimate.comparison}\n{w.title}: {w.said}\n")
    rows = [
        [a.arm, a.model, a.score, a.flop, f"{a.source}, {a.locator}", a.provenance, a.result] for a in w.arms
    ]
    head = ["", "model", "score", "training compute (FLOP)", "read in", "known", "row"]
    typer.echo(tabulate(rows, head, disable_numparse=True))
    flags = [f"{flag}: {meaning}" for flag, meaning in w.flags]
    costs = [f"{c.what}: {c.said}" for c in w.costs]
    used = [f"{key}: {value}" for key, value in w.assumptions]
    parts = {
        "Arithmetic": [*w.steps, *([w.errors] if w.errors else [])],
        "What to know": [f"Status: {w.status}.", *flags, *costs, *w.notes],
        "Assumptions that bear on it": used,
        "One changed alone": [f"{k}: {v}" for k, v in w.changes],
    }
    for heading, lines in parts.items():
        if lines:
            typer.echo("\n".join(["", heading, *(f"  {line}" for line in lines)]))
