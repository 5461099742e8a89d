"""``ceg break-even``: up to how many queries an enhancement is cheaper than the bigger model it replaces."""

import dataclasses

import typer

from ceg.cli.shared import DataOption, Format, FormatOption, SetOption, app, open_session, write_rows


@app.command("break-even")
def break_even_command(
    settings: SetOption = None, format: FormatOption = Format.table, data: DataOption = None
) -> None:
    """Each enhancement against a model trained on CEG times the compute: which is cheaper, and up to how many
    queries.

    json has also the model, its costs and the sentence of the page; csv a row an enhancement.

    Examples: `ceg break-even` · `ceg break-even --set tokens_per_query=100 --set price_year=2022` · `ceg
    break-even --format json`
    """
    from ceg.chapters.break_even import tables as break_even_tables
    from ceg.survey import break_even

    session = open_session(data, settings)
    entries = break_even.entries(session)
    flop, usd = break_even.in_flop(session), break_even.in_usd(session)
    volume = session.assumptions.lifetime_queries
    rows = [break_even_tables.row(e, flop, usd, volume) for e in entries]
    if format is Format.csv:
        write_rows(format, rows, {})
        return
    cells = [break_even_tables.cells(e, flop, usd, volume) for e in entries]
    said = break_even_tables.sentence(session, entries)
    if format is Format.json:
        model = dataclasses.asdict(usd) | {"parameters": break_even.parameters(session)}
        listed = [r | {"cells": c} for r, c in zip(rows, cells, strict=True)]
        settled = {"assumptions": vars(session.assumptions), "model": model}
        write_rows(format, settled | {"sentence": said, "enhancements": listed}, {})
        return
    typer.echo(said + "\n")
    write_rows(format, cells, {c.label: lambda r, key=c.key: r[key] for c in break_even_tables.COLUMNS})
