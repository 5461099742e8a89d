"""The analysis of another git revision: its data and assumptions, read with the present code."""

import io
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ceg.analysis.analysis import Analysis
from ceg.evidence import assumptions as choices
from ceg.evidence import tables as evidence
from ceg.evidence.problems import InputError, Problem, quoted


def at(revision: str, folder: Path) -> tuple[str, Analysis]:
    """The commit (its short id) and the analysis that the data folder gives as it was in a revision.

    Columns that the revision does not have yet are empty, and such assumptions are at the book's default.
    ``CEG_SET`` does not apply to it.

    Raises InputError outside a git checkout, for an unknown revision, and for data that cannot be read.
    """
    name = f"--against {revision}"
    top = _git(folder, "rev-parse", "--show-toplevel")
    if top is None:
        raise _problem(
            name, f"no git checkout at {folder}", "a data folder under git", "call it in a clone of the book"
        )
    commit = _git(
        folder, "rev-parse", "--verify", "--quiet", "--short", "--end-of-options", f"{revision}^{{commit}}"
    )
    if commit is None:
        fix = "see git log --oneline for the revisions"
        raise _problem("--against", quoted(revision), "a commit, branch or tag of this checkout", fix)
    short = commit.decode().strip()
    root = Path(top.decode().rstrip("\n"))
    tree = f"{short}:{folder.resolve().relative_to(root.resolve()).as_posix()}"
    packed = _git(root, "archive", "--format=tar", tree)
    if packed is None:
        raise _problem(
            name, f"no folder {folder.name} in it", "a revision with the data", "name a later revision"
        )
    with TemporaryDirectory() as temporary:
        there = Path(temporary) / folder.name
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(there, filter="data")
        try:
            _complete(there, choices.choices(folder))
            known = choices.choices(there)
            rows = evidence.load_earlier(there, folder)
        except InputError as error:
            raise InputError(
                replace(
                    p, file=f"{short}:{p.file}", fix="the present code cannot read it: name a later revision"
                )
                for p in error.problems
            ) from None
    return short, Analysis(rows, choices.Assumptions(**{key: choice.value for key, choice in known.items()}))


def rows_changed(before: evidence.Evidence, after: evidence.Evidence) -> dict[str, tuple[int, int, int]]:
    """Table -> number of rows (added, removed, changed), for the tables that differ."""
    found = {}
    for name, new in after.tables_by_name.items():
        old = before.tables_by_name[name]
        changed = sum(repr(old[key]) != repr(row) for key, row in new.items() if key in old)
        counts = (len(new.keys() - old.keys()), len(old.keys() - new.keys()), changed)
        if any(counts):
            found[name] = counts
    return found


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git says; None if it refuses. Raises InputError if there is no git."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise _problem("--against", "no program git", "git on the PATH", "install git") from None
    return done.stdout if done.returncode == 0 else None


def _problem(where: str, found: str, allowed: str, fix: str) -> InputError:
    return InputError([Problem(where, found, allowed, fix)])


def _complete(folder: Path, present: Mapping[str, choices.Choice]) -> None:
    """Bring the revision's copy to the present assumptions.

    Those that it does not know yet are at their defaults; options have their present names.
    """
    import yaml

    path = folder / "assumptions.yml"
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, UnicodeDecodeError, yaml.YAMLError):
        return  # said by whoever reads it next
    if isinstance(entries, dict):
        new = {
            k: {part: getattr(c, part) for part in choices.PARTS}
            | {"value": c.options[0], "options": list(c.options)}
            for k, c in present.items()
            if k not in entries
        }
        for entry in (e for e in entries.values() if isinstance(e, dict)):
            if "value" in entry:
                entry["value"] = _renamed(entry["value"])
            if isinstance(options := entry.get("options"), list):
                entry["options"] = [_renamed(o) for o in options]
        path.write_text(yaml.safe_dump(entries | new), encoding="utf-8")


def _renamed(option: object) -> object:
    return choices.RENAMED.get(option, option) if isinstance(option, str) else option
