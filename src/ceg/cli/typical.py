"""``ceg typical``: what enhancements are worth on a benchmark that nobody has tried yet."""

import json
from typing import Annotated

import typer

from ceg.cli.shared import (
    DataOption,
    Format,
    FormatOption,
    SetOption,
    app,
    number,
    open_session,
    writable,
    write_rows,
)
from ceg.formatting import part

_CELLS = {
    "enhancement": lambda r: r["enhancement"],
    "comparisons": lambda r: r["comparisons"],
    "benchmarks": lambda r: r["benchmarks"],
    "bounds": lambda r: "" if r["share_bounds"] is None else part(r["share_bounds"]),
    "typical": lambda r: number(r["typical"]),
    "50%": lambda r: _between(r, "typical_quartile"),
    "90%": lambda r: _between(r, "typical"),
    "median's 90%": lambda r: _between(r, "median"),
    "spread": lambda r: number(r["spread"]),
    "loss": lambda r: "" if r["p_loss"] is None else part(r["p_loss"]),
    "slope": lambda r: number(r["slope"]),
}


def _between(row: dict, key: str) -> str:
    low, high = row[f"{key}_low"], row[f"{key}_high"]
    return "" if low is None else f"{number(low)}-{number(high)}"


@app.command()
def typical(
    compute: Annotated[
        bool,
        typer.Option("--compute", help="Fit the model, in some minutes, and write data/derived."),
    ] = False,
    settings: SetOption = None,
    format: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """The typical gain of each enhancement: a model's prediction for a new benchmark of the same mix of
    domains, for the models that it was tried on.

    They are read from data/derived, and hold for the data, the assumptions and the code that they were worked
    out from. Spread is in orders of magnitude between benchmarks, loss the predicted probability of a gain
    below 1x.

    Examples: `ceg typical` · `ceg typical --format json` · `make typical`
    """
    from ceg.typical import derived

    session = open_session(data, settings)
    if compute:
        writable(session.evidence.folder)
        for path in derived.compute(session):
            typer.echo(f"{path.stat().st_size / 1e3:8.0f} kB  {path}", err=True)
    derived.refuse_stale(session)
    frame = derived.typical(session)
    assert frame is not None
    rows = json.loads(frame.reset_index().to_json(orient="records", double_precision=12))
    if format is Format.json:
        write_rows(format, {"about": derived.about(session), "enhancements": rows}, {})
        return
    shown = rows if format is Format.csv else [r for r in rows if r["typical"] is not None]
    write_rows(format, shown, _CELLS)
    if format is Format.table:
        none = [r["enhancement"] for r in rows if r["typical"] is None]
        typer.echo(f"\nNo comparison in the fit: {', '.join(none) or 'none'}")
