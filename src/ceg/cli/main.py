"""The command line: every module that is imported here registers its commands."""

from ceg.cli import (
    add,
    break_even,
    buffer,
    estimate,
    explain,
    multiverse,
    pdf,
    release,
    serve,
    typical,
    whatif,
)
from ceg.cli.shared import app

__all__ = (
    "add",
    "app",
    "break_even",
    "buffer",
    "estimate",
    "explain",
    "multiverse",
    "pdf",
    "release",
    "serve",
    "typical",
    "whatif",
)
