"""``ceg whatif``: what other assumptions, or another revision's data, move."""

import textwrap
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import typer

from ceg import formatting
from ceg.analysis import revision
from ceg.chapters.about import changes
from ceg.cli.shared import DataOption, Format, FormatOption, SetOption, app, open_session, write_rows
from ceg.evidence import assumptions as choices

WIDTH = 100
"""Columns of the terminal that the tables take at most."""

_CELLS = {
    "change": (8, lambda r: r["change"]),
    "before": (14, lambda r: r["before"]),
    "after": (14, lambda r: r["after"]),
    "ratio": (7, lambda r: "" if r["ratio"] is None else formatting.significant(r["ratio"], 3)),
    "by": (16, lambda r: ", ".join(r["causes"])),
}
"""Column beside the result's name -> its width at most, and its cell."""

_HEADINGS = {
    "conclusion": "conclusions",
    "reported": "values of the paper beside ours",
    "headline": "headline estimates",
    "break-even": "costs beside a bigger model",
    "comparison": "other estimates",
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
    change. Code is not compared.

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
            write_rows(format, rows, {})
        else:
            typer.echo(",".join(changes.FIELDS))
        return
    changed = revision.rows_changed(before.evidence, after.evidence) if commit else {}
    for line in _said(found, commit, changed):
        typer.echo("\n".join(textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False)))
    seen = [r for r in rows if r["before"] != r["after"]]
    for kind, heading in _HEADINGS.items():
        if some := [r for r in seen if r["kind"] == kind]:
            typer.echo("\n" + _table(heading, some))
    if hidden := len(rows) - len(seen):
        typer.echo(f"\n{hidden} more, by less than is printed: --format json has them.")


def _table(heading: str, rows: list[dict]) -> str:
    """Results of a kind, within ``WIDTH`` columns."""
    from tabulate import tabulate

    cells = [{heading: r["name"]} | {name: show(r) for name, (_, show) in _CELLS.items()} for r in rows]
    rest = {
        name: min(width, max(len(name) + 2, *(len(c[name]) for c in cells)))
        for name, (width, _) in _CELLS.items()
    }
    widths = [WIDTH - sum(rest.values()) - 2 * len(rest), *rest.values()]
    return tabulate(cells, headers="keys", disable_numparse=True, maxcolwidths=widths)


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
        what = f"Nothing in the data or the assumptions differs from {where}."
        yield what if commit else f"{what} Try --set KEY=VALUE, or --against REV."
    else:
        n = changes.summary(found)
        counted = ", ".join(f"{n[kind]} {heading}" for kind, heading in _HEADINGS.items())
        yield f"Moved, against {where}: {counted}; {n['status']} of these by status."
    if commit:
        yield "Code is not compared: the present code reads both."
