"""``ceg release``: the built site, the data and the results as files to keep."""

from pathlib import Path
from typing import Annotated

import typer

from ceg.build import release
from ceg.cli.shared import app, open_session
from ceg.evidence import tables as evidence


@app.command("release")
def release_command(
    out: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where to; default: dist beside data.")
    ] = None,
) -> None:
    """Write the site and the data as zips, every estimate as results.json, and SHA256SUMS; put the site
    among the editions. Build the book first.

    Example: `make release` or `ceg release` or `ceg release path/to/folder`
    """
    for path in release.write(open_session(None, None), out or evidence.find_data().parent / "dist"):
        typer.echo(f"{path.stat().st_size / 1e6:8.2f} MB  {path}")
