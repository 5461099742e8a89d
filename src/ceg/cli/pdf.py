"""``ceg pdf``: the built site as one file for paper."""

from html import escape
from pathlib import Path
from typing import Annotated

import typer
import yaml

from ceg.build import release
from ceg.cli.shared import app, book_data
from ceg.evidence.edition import input_sha256, version
from ceg.evidence.problems import InputError, Problem

HOME = "book/index.html"


@app.command("pdf")
def pdf_command(
    out: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to; default: _build/book.pdf.")
    ] = None,
) -> None:
    """Print the book that was built last as one PDF, by the machine's Chromium. `ceg release` takes it along.

    Example: `make pdf` or `ceg pdf` or `ceg pdf book.pdf`
    """
    folder = book_data()
    from sphinx_fresh.deliver import pdf  # the browser's driver, which nothing else here needs

    root, edition = folder.parent, version(folder)
    release.refuse_unfit(root, input_sha256(folder))
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    about = (
        f"<p>{escape(config['author'])}</p>\n{config['html']['extra_footer']}\n"
        f"<p>Version {escape(edition)}, "
        f"from the data with the digest <code>{input_sha256(folder)}</code>.</p>\n"
        "<p>Left out on paper: the rows of the longest tables, in whose place their files are named, and the "
        "workings of each number. The site has both.</p>\n"
    )
    path = out or root / release.PDF
    try:
        count = pdf.write(root / release.SITE, HOME, config["title"], about, config["author"], path)
    except FileNotFoundError as error:
        fix = "install Chromium (Debian: apt-get install chromium)"
        raise InputError([Problem("ceg pdf", str(error), "a Chromium that prints", fix)]) from error
    typer.echo(f"{path.stat().st_size / 1e6:8.2f} MB  {count} pages  {path}")
