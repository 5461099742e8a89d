"""``ceg whatif``: what other assumptions, or another revision's data, move."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import typer

from ceg import formatting
from ceg.analysis import revision
from ceg.chapters.about import changes
from ceg.cli.shared import DataOption, Format, FormatOption, SetOption, app, open_session, write_rows
from ceg.evidence import assumptions as choices

_CELLS = {
    "result": lambda r: r["name"],
    "kind": lambda r: r["kind"],
    "change": lambda r: r["change"],
    "before": lambda r: r["before"],
    "after": lambda r: r["after"],
    "ratio": lambda r: "" if r["ratio"] is None else formatting.significant(r["ratio"], 3),
    "by": lambda r: ", ".join(r["causes"]),
}


@app.command()
def whatif(
    settings: SetOption = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Compare with the data of a git revision, not with the defaults."),
    ] = None,
    format: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """What moves: every result that differs from the book's defaults, or from another revision, and by which
    change.

    Examples: `ceg whatif --set compute_rule=6nd --set transform=linear` · `ceg whatif --against HEAD` · `ceg
    whatif --against v1.0 --set min_points=2`
    """
    after = open_session(data, settings)
    if against is None:
        commit = None
        before = replace(after, assumptions=choices.defaults(after.evidence.folder))
    else:
        commit, before = revision.at(against, after.evidence.folder)
    found = changes.compare(before, after)
    rows = [changes.row(m) for m in found.moves]
    if format is Format.json:
        settings_found = [vars(s) for s in found.settings]
        write_rows(format, {"against": commit, "assumptions": settings_found, "moved": rows}, {})
        return
    if format is Format.csv:
        if rows:
            write_rows(format, rows, _CELLS)
        else:
            typer.echo(",".join(changes.FIELDS))
        return
    changed = revision.rows_changed(before.evidence, after.evidence) if commit else {}
    for line in _said(found, commit, changed):
        typer.echo(line)
    if rows:
        typer.echo()
        write_rows(format, rows, _CELLS)


def _said(
    found: changes.Comparison, commit: str | None, data: dict[str, tuple[int, int, int]]
) -> Iterable[str]:
    where = f"revision {commit}" if commit else "the defaults"
    for s in found.settings:
        yield f"{s.key}: {choices.written(s.after)} (in {where}: {choices.written(s.before)})"
    for table, counts in data.items():
        said = [f"{n} {word}" for n, word in zip(counts, ("added", "removed", "changed"), strict=True) if n]
        yield f"data/{table}: {', '.join(said)}"
    if not found.settings and not data:
        yield f"Nothing differs from {where}." + ("" if commit else " Try --set KEY=VALUE, or --against REV.")
    else:
        n = changes.summary(found)
        yield (
            f"Moved, against {where}: {n['conclusion']} conclusions, "
            f"{n['reported']} values of the paper beside ours, {n['headline']} headline estimates, "
            f"{n['break-even']} costs beside a bigger model, {n['comparison']} other estimates; "
            f"{n['status']} of these by status."
        )
