"""What the commands share: the application, options, the session that they open, how results are written."""

import csv
import json
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
import typer.core

from ceg import formatting
from ceg.analysis import analysis
from ceg.evidence.check import check as check_folder
from ceg.evidence.files import BROUGHT, find_data
from ceg.evidence.problems import InputError, Problem, absent


class _Group(typer.core.TyperGroup):
    """The commands; wrong input ends any of them with its message on stderr and exit code 1."""

    def invoke(self, ctx):
        """Run a command."""
        try:
            return self._invoked(ctx)
        except InputError as error:
            typer.echo(f"{len(error.problems)} problem{'s' if len(error.problems) > 1 else ''}:", err=True)
            for problem in error.problems:
                typer.echo(f"  {problem}", err=True)
            raise typer.Exit(1) from None

    def _invoked(self, ctx):
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            library = (error.name or "").partition(".")[0]
            if library in ("", "ceg", "sphinx_fresh"):
                raise
            raise InputError(absent(library)) from None


app = typer.Typer(
    cls=_Group,
    help="How much training compute is a post-training enhancement worth? "
    "Compute-equivalent gains from primary data.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
)


class Format(StrEnum):
    """How results are written."""

    table = "table"
    json = "json"
    csv = "csv"


FormatOption = Annotated[
    Format, typer.Option("--format", "-f", help="table for people; json or csv for programs.")
]


SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", "-s", metavar="KEY=VALUE", help="Override an assumption of data/assumptions.yml. Repeatable."
    ),
]


DataOption = Annotated[
    Path | None, typer.Option("--data", help="The data folder; default: this book's.", metavar="DIR")
]


def existing(data: Path | None) -> Path | None:
    """The data folder, if one is named. Raises InputError where there is none."""
    if data and not data.is_dir():
        allowed = "a folder with datapackage.json"
        raise InputError(Problem(str(data), "no such folder", allowed, "correct the path"))
    return data


def book_data() -> Path:
    """The data folder of the book that one stands in. Raises InputError where that is none."""
    if (folder := find_data()) == BROUGHT:
        found, fix = "no book here or above", "change to the folder of the book's sources, and call it there"
        raise InputError(Problem(str(Path.cwd()), found, "a folder in the book's sources", fix))
    return folder


def writable(folder: Path) -> Path:
    """A data folder to be changed. Raises InputError for the one that came with the package."""
    if folder.resolve() == BROUGHT:
        fix = "copy this folder, and name the copy: --data FOLDER"
        raise InputError(Problem(str(folder), "the data that came with the package", "your own data", fix))
    return folder


def refuse_wrong(folder: Path) -> None:
    """Raise InputError with all that is wrong in a data folder.

    What came with the package was checked before. Without the validator nothing is, and a line says so.
    """
    if folder.resolve() == BROUGHT:
        return
    if find_spec("frictionless") is None:
        typer.echo(f"{folder} is not checked first: to do so, {absent('frictionless').fix}", err=True)
    elif found := check_folder(folder):
        raise InputError(found)


def open_session(data: Path | None, settings: Iterable[str] | None) -> analysis.Analysis:
    """The evidence under the settings, once the data has passed its checks. Raises InputError."""
    overrides = {}
    for setting in settings or ():
        key, equals, value = setting.partition("=")
        if not equals:
            said = f"{setting!r} is not KEY=VALUE, such as transform=linear"
            raise typer.BadParameter(said, param_hint="--set")
        overrides[key] = value
    refuse_wrong(existing(data) or find_data())
    return analysis.open(folder=data, overrides=overrides)


def number(value) -> str:
    """A number in a table: three digits, nothing where there is none."""
    return "" if value is None else formatting.significant(value, 3)


def write_rows(format: Format, rows: list[dict] | dict, cells: dict[str, Callable]) -> None:
    """Results on standard output: a table of ``cells``, JSON, or CSV with every field but the assumptions."""
    listed = rows if isinstance(rows, list) else [rows]
    if format is Format.json:
        json.dump(rows, sys.stdout, indent=1, ensure_ascii=False, allow_nan=False)
        typer.echo()
    elif format is Format.csv:
        fields = [k for k in listed[0] if k != "assumptions"] if listed else []
        writer = csv.DictWriter(sys.stdout, fields, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: " ".join(v) if isinstance(v, tuple) else v for k, v in row.items()} for row in listed
        )
    else:
        from tabulate import tabulate

        typer.echo(
            tabulate(
                [[show(r) for show in cells.values()] for r in listed], list(cells), disable_numparse=True
            )
        )
