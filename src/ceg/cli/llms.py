"""What ``llms.txt`` says beside pages and figures: the tables of the Data Package, and the commands."""

from pathlib import Path

import typer

from ceg.cli import main
from ceg.evidence.descriptor import descriptor
from ceg.evidence.tables import find_data

LONGEST = 150
"""Letters of what a command does."""


def more(folder: Path) -> str:
    """For ``site_llms``: Markdown on the book in a folder."""
    package = descriptor(find_data(folder))
    commands = typer.main.get_group(main.app).commands
    return "\n".join(
        [
            f"The Data Package `data/` (version {package['version']}) stands with the book's sources and in "
            "each release. Its tables:",
            "",
            *(f"- `{each['path']}`: {each.get('description', '')}" for each in package["resources"]),
            "",
            "The package `ceg` has these commands; `ceg COMMAND --help` says more of each:",
            "",
            *(
                f"- `ceg {name}`: {each.get_short_help_str(LONGEST)}"
                for name, each in sorted(commands.items())
            ),
        ]
    )
