"""What a version leaves to be kept: site, data, results and package, in files of reproducible bytes."""

import dataclasses
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.build import crate
from ceg.estimator.gain import Estimate
from ceg.evidence.assumptions import VARIABLE
from ceg.evidence.descriptor import descriptor
from ceg.evidence.edition import below, input_sha256, packages, version
from ceg.evidence.problems import InputError, Problem, quoted
from ceg.typical import derived

NAME = "ceg-book"
SUMS = "SHA256SUMS"
PART = ".release-"
"""What the folder of unfinished files is called, where they are to be."""
SITE, PDF, COMPLETE = "_build/html", "_build/book.pdf", "_build/.doctrees/complete"
STATUS = "book/about/status.html"
"""The page that names the inputs of a build."""
WITH_DATA = ("README.md", "assumptions.yml", "datapackage.json", "references.bib")
"""What a copy of the data takes along from its folder, beside the tables that its descriptor names."""
BESIDE_DATA = ("CITATION.cff", "LICENSE")
"""Files of the book that a copy of the data takes along."""
PACKED = ("src", "examples")
"""Folders that the wheel takes along, beside the data."""

_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_MODE = 0o100644 << 16  # an ordinary file that its owner may write


def archive(files: Mapping[str, Path], top: str) -> bytes:
    """Files (name -> file) as a zip under one folder: sorted, with one time and one permission."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as made:
        for name in sorted(files):
            about = zipfile.ZipInfo(f"{top}/{name}", _TIME)
            about.compress_type, about.create_system, about.external_attr = zipfile.ZIP_DEFLATED, 3, _MODE
            made.writestr(about, files[name].read_bytes(), compresslevel=9)
    return whole.getvalue()


def data_files(folder: Path) -> dict[str, Path]:
    """The Data Package with what belongs to it, and those in its folders; what else lies there stays."""
    tables = (resource["path"] for resource in descriptor(folder)["resources"])
    wanted = {name: folder / name for name in (*WITH_DATA, *tables, *derived.FILES)}
    for inner in packages(folder):
        own = {f"{inner.name}/{name}": path for name, path in below(inner).items()}
        wanted |= {name: path for name, path in own.items() if "__pycache__" not in path.parts}
    wanted |= {name: folder.parent / name for name in BESIDE_DATA}
    return {name: path for name, path in wanted.items() if os.path.lexists(path)}


def refuse_links(root: Path, paths: Iterable[Path]) -> None:
    """Raise InputError if any of these is a link: a release holds the book's own files."""
    fix = "put the file or folder itself in its place"
    problems = [
        Problem(
            path.relative_to(root).as_posix(), f"a link to {path.readlink()}", "the book's own files", fix
        )
        for path in sorted(paths)
        if path.is_symlink()
    ]
    if problems:
        raise InputError(problems)


def results(analysis: Analysis) -> dict:
    """Every estimate with its interval, the assumptions behind all, and what they were worked out from."""
    from ceg.uncertainty import intervals  # numpy, which the rest of the command line does without
    from ceg.uncertainty.draws import CHUNK, SEED

    folder = analysis.evidence.folder
    found = intervals.with_intervals(analysis, analysis.estimate_all())
    return {
        "version": version(folder),
        "input_sha256": input_sha256(folder),
        "assumptions": dataclasses.asdict(analysis.assumptions),
        "draws": CHUNK,
        "seed": SEED,
        "estimates": [_row(e) for e in found],
    }


def _row(estimate: Estimate) -> dict:
    """An estimate as downloads carry it.

    With six significant digits, the last bit of another processor changes no file.
    """
    values = {k: v for k, v in estimate.record().items() if k != "assumptions"}
    return {k: formatting.six(v) if isinstance(v, float) else v for k, v in values.items()}


def write(analysis: Analysis, out: Path) -> list[Path]:
    """Write a release of the book that was built last; its files in order.

    Raises InputError; then nothing is written.
    """
    from ceg.build import editions  # and Sphinx, which the package does without

    folder = analysis.evidence.folder
    root = folder.parent
    refuse_unfit(root, input_sha256(folder))
    derived.refuse_stale(analysis)
    data = data_files(folder)
    around = {place for path in data.values() for place in path.parents if folder in place.parents}
    copied = {path for name in (SITE, *PACKED) for path in (root / name).rglob("*")}
    refuse_links(root, {*copied, *data.values(), *around, root / PDF})
    stem = f"{NAME}-{version(folder)}"
    said = json.dumps(results(analysis), indent=1, ensure_ascii=False, allow_nan=False)
    files = {
        f"{stem}-site.zip": archive(below(root / SITE), f"{stem}-site"),
        f"{stem}-data.zip": archive(data, f"{stem}-data"),
        "results.json": f"{said}\n".encode(),
        **wheel(root),
    }
    if (root / PDF).is_file():
        files[f"{stem}.pdf"] = (root / PDF).read_bytes()
    about = json.dumps(crate.metadata(files, folder), indent=1, ensure_ascii=False)
    files[crate.FILE] = f"{about}\n".encode()
    editions.write(below(root / SITE), version(folder), out, PART)
    return publish(files, out)


def wheel(root: Path) -> dict[str, bytes]:
    """The package with the data inside, under its file's name; the same bytes at any date.

    Raises InputError where it cannot be built.
    """
    import_module("hatchling")  # who lacks it is told by the command line what to install
    timeless = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    with tempfile.TemporaryDirectory() as place:
        command = (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", place)
        done = subprocess.run(command, cwd=root, env=timeless, capture_output=True, text=True, check=False)
        if done.returncode:
            found = " ".join(done.stderr.split()[-30:])
            raise InputError(Problem("pyproject.toml", found, "a package that can be built", "correct it"))
        return {path.name: path.read_bytes() for path in Path(place).iterdir()}


def publish(files: Mapping[str, bytes], out: Path) -> list[Path]:
    """Write files into a folder, with their SHA-256 sums as ``sha256sum --check`` reads them.

    Each gets its name when it is whole, and the sums last: where they are, all else is. Raises InputError.
    """
    names = sorted(files)
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for left in out.glob(f"{PART}*"):  # by a release that was killed
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=PART, dir=out) as place:
            for name, content in (files | {SUMS: sums.encode()}).items():
                Path(place, name).write_bytes(content)
            (out / SUMS).unlink(missing_ok=True)
            for name in (*names, SUMS):
                Path(place, name).replace(out / name)
    except OSError as error:
        fix = "name another folder, or mend this one"
        allowed = "a folder that one release writes into"
        raise InputError(Problem(str(out), error.strerror or str(error), allowed, fix)) from None
    return [out / name for name in (*names, SUMS)]


def refuse_unfit(root: Path, inputs: str) -> None:
    """Raise InputError if the book was not built well from inputs of this digest, or with a setting."""
    site = root / SITE
    if os.environ.get(VARIABLE):
        found = quoted(os.environ[VARIABLE])
        fix = f"unset {VARIABLE} and build again"
        raise InputError(Problem(VARIABLE, found, "no setting: a release is of what the files say", fix))
    if not ((site / STATUS).is_file() and (root / COMPLETE).is_file()):
        raise InputError(Problem(SITE, "no site whose build ended well", "a built book", "run: make book"))
    if inputs not in (site / STATUS).read_text(encoding="utf-8"):
        page, found = f"{SITE}/{STATUS}", "a site built from other data"
        raise InputError(Problem(page, found, f"one of {inputs}", "run: make book"))
