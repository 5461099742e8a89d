"""``ceg buffer``: how likely the enhancements of a year exceed a safety buffer."""

import typer

from ceg.cli.shared import DataOption, Format, FormatOption, SetOption, app, number, open_session, write_rows


@app.command()
def buffer(settings: SetOption = None, format: FormatOption = Format.table, data: DataOption = None) -> None:
    """How likely the enhancements of a year exceed a safety buffer in effective compute, and how likely
    exactly so many do.

    Examples: `ceg buffer` · `ceg buffer --set arrivals_per_year=4 --set published_gains=headline --format
    json`
    """
    from ceg.chapters.safety_buffer import charts, model  # numpy, which the other commands do without

    session = open_session(data, settings)
    made, values = model.model(session), model.current(session)
    rows = charts.results(made, values)
    if format is Format.json:
        whole = {"assumptions": values, "sentence": charts.sentence(made, values), "chances": rows}
        write_rows(format, whole, {})
        return
    cells = {key: lambda r, key=key: number(r[key]) for key in rows[0]}
    write_rows(format, rows, cells)
    if format is Format.table:
        typer.echo("\n" + charts.sentence(made, values))
