"""``ceg multiverse``: what becomes of the conclusions under every defensible combination of assumptions."""

import csv
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ceg.cli.shared import DataOption, Format, FormatOption, app, open_session, write_rows
from ceg.evidence.problems import InputError, Problem, nearest

_WHICH = ("headline", "all")


@app.command()
def multiverse(
    comparisons: Annotated[
        str, typer.Option(metavar="headline|all", help="Whose distributions to list beside the conclusions.")
    ] = "headline",
    draws: Annotated[
        int,
        typer.Option(
            min=0,
            max=10_000_000,
            help="Draws of the errors in each specification; 0: points alone, no verdicts.",
        ),
    ] = 4000,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws.")] = 2023,
    workers: Annotated[int, typer.Option(min=0, max=1024, help="Processes; 0: one for each core.")] = 0,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A running dask.distributed scheduler to use instead."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Keep results here as they come; what is kept is not worked out again."
        ),
    ] = None,
    format: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """Conclusions and estimates under every defensible combination of assumptions, in shares of
    specifications.

    json has everything, csv a row a comparison. Intervals are those in each specification, apart from the
    choices.

    Examples: `ceg multiverse` · `ceg multiverse --format json` · `ceg multiverse --comparisons all --resume
    run`
    """
    from ceg.multiverse import chunks as runs
    from ceg.multiverse import summary
    from ceg.multiverse import survey as multiverse

    if comparisons not in _WHICH:
        fix = nearest(comparisons, _WHICH, "take one of them")
        raise InputError(Problem("--comparisons", f'"{comparisons}"', " or ".join(_WHICH), fix))
    if resume and resume.exists() and not resume.is_dir():
        raise InputError(Problem("--resume", f"{resume}, a file", "a folder, there or not", "name a folder"))
    session = open_session(data, None)
    rows = session.evidence.comparisons.values()
    named = [c.comparison for c in rows if comparisons == "all" or c.role == "headline"]
    chunks = summary.chunks(session, named, draws, seed)
    workers = workers or len(os.sched_getaffinity(0))
    if draws == 0 and comparisons == "headline":
        workers = 1  # a second's work: processes would take longer to start
    try:
        with typer.progressbar(length=len(chunks), label="comparisons", file=sys.stderr) as bar:
            found = runs.run(
                summary.work,
                chunks,
                workers=workers,
                scheduler=scheduler,
                folder=resume,
                progress=lambda done, _: bar.update(done - bar.pos),
            )
    except KeyboardInterrupt:
        call_again = f"what was done is kept: call again with --resume {resume}"
        typer.echo(f"\ninterrupted; {call_again if resume else 'nothing is kept: see --resume'}", err=True)
        raise typer.Exit(130) from None
    whole = summary.summary(multiverse.survey(session))
    whole["comparisons"] = [row for chunk in found for row in json.loads(chunk)]
    _write(whole, format)


def _write(whole: dict, format: Format) -> None:
    if format is Format.json:
        write_rows(format, whole, {})
    elif format is Format.csv:
        rows = whole["comparisons"]
        writer = csv.DictWriter(
            sys.stdout, list(dict.fromkeys(k for r in rows for k in r)), lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)
    else:
        _tables(whole)


def _tables(whole: dict) -> None:
    from tabulate import tabulate

    from ceg import formatting

    typer.echo(f"{whole['specifications']:,} specifications; shares of these, no probabilities\n")
    ways = ("holds", "undetermined", "fails")
    rows = [
        [c["statement"], c["by_default"], *(formatting.part(c[way]) for way in ways)]
        for c in whole["conclusions"]
    ]
    head = ["conclusion", "by default", *ways]
    typer.echo(tabulate(rows, head, disable_numparse=True, maxcolwidths=[60]))
    stood = {
        c["statement"]: [o for o in c["by_option"] if o["choice"] == "stands_for"]
        for c in whole["conclusions"]
        if c["main"]
    }
    levels = [o["values"]["stands_for"].replace("_", " ") for o in next(iter(stood.values()))]
    head = ["holds if it stands for an enhancement", *levels, "any comparison"]
    picked = {c["statement"]: whole["headline_varied"].get(c["conclusion"]) for c in whole["conclusions"]}
    rows = [
        [said, *(formatting.part(o["holds"]) for o in options), _held(picked[said])]
        for said, options in stood.items()
    ]
    typer.echo("\n" + tabulate(rows, head, disable_numparse=True, maxcolwidths=[60]))
    shown = ("point", "bound", "no_estimate", "exceeds", "undetermined", "below")
    numbers = ("least", "q05", "q50", "q95", "greatest")
    if "interval_low" in whole["comparisons"][0]:
        numbers = (*numbers, "interval_low", "interval_high", "interval_oom", "choices_oom")
    rows = [
        [
            r["comparison"],
            *("" if r[k] is None else formatting.part(r[k]) for k in shown),
            *("" if r[k] is None else f"{r[k]:.3g}" for k in numbers),
        ]
        for r in whole["comparisons"]
    ]
    typer.echo("\n" + tabulate(rows, ["comparison", *shown, *numbers], disable_numparse=True))


def _held(shares: dict | None) -> str:
    from ceg import formatting

    return formatting.part(shares["holds"]) if shares else ""
