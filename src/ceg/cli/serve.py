"""``ceg serve``: the book in the browser while it is edited."""

import errno
from pathlib import Path
from typing import Annotated

import typer

from ceg.cli.shared import app
from ceg.evidence.problems import InputError, Problem

WATCHED = ("_config.yml", "_toc.yml", "CHANGELOG.md", "CITATION.cff", "book", "data", "src")


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="The book's folder.")] = Path("."),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to serve; 0: any free port.")] = 8000,
) -> None:
    """Serve the book; after each edit of text, data or code build what is concerned and reload the browser.

    Example: `ceg serve` or `ceg serve --port 8001`
    """
    if not (folder / "_toc.yml").is_file():
        fix = "call it where _toc.yml stands"
        raise InputError(Problem(str(folder), "no _toc.yml", "a book's folder", fix))
    from sphinx_fresh.deliver.serving import serve as serve_site

    try:
        serve_site(folder.resolve(), WATCHED, port, typer.echo)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fix = "give another, or 0 for any"
            raise InputError(Problem("--port", f"{port}, in use", "a free port", fix)) from None
        allowed = "leave to use the port and watch the files, and room for a copy of the site"
        raise InputError(Problem("ceg serve", str(error), allowed, "mend that, or try --port 0")) from None
    except KeyboardInterrupt:
        typer.echo("\nended")
