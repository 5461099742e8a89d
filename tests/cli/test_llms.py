"""What llms.txt says of the data and the commands."""

import json

from places import DATA, ROOT

from ceg.cli import llms, main


def test_every_table_and_every_command_is_named():
    said = llms.more(ROOT)
    for table in json.loads((DATA / "datapackage.json").read_text("utf-8"))["resources"]:
        assert f"- `{table['path']}`: {table['description']}" in said
    names = [command.name or command.callback.__name__ for command in main.app.registered_commands]
    assert len(names) > 10 and all(f"- `ceg {name}`: " in said for name in names)
    assert not [line for line in said.splitlines() if line.endswith(": ") or line.startswith("#")]
