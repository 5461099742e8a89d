"""``ceg release``: the built site, the data, the results and the package as files to keep."""

from pathlib import Path
from typing import Annotated

import typer

from ceg.build import release
from ceg.cli.shared import app, book_data, open_session


@app.command("release")
def release_command(
    out: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where to; default: dist beside data.")
    ] = None,
) -> None:
    """Write the site and the data as zips, every estimate as results.json, the package as a wheel, and
    SHA256SUMS; put the site among the editions. Build the book first.

    Example: `make release` or `ceg release` or `ceg release path/to/folder`
    """
    out = out or book_data().parent / "dist"
    for path in release.write(open_session(book_data(), None), out):
        typer.echo(f"{path.stat().st_size / 1e6:8.2f} MB  {path}")
