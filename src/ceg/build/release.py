"""What a version leaves to be kept: the site, the data and the results, in files of reproducible bytes."""

import dataclasses
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.evidence.assumptions import VARIABLE
from ceg.evidence.edition import below, input_sha256, version
from ceg.evidence.problems import InputError, Problem, quoted

NAME = "ceg-book"
SUMS = "SHA256SUMS"
SITE, PDF, COMPLETE = "_build/html", "_build/book.pdf", "_build/.doctrees/complete"
STATUS = "book/about/status.html"
"""The page that names the inputs of a build."""
BESIDE_DATA = ("CITATION.cff", "LICENSE")
"""Files of the book that a copy of the data takes along."""

_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_MODE = 0o100644 << 16  # an ordinary file that its owner may write


def archive(path: Path, files: Mapping[str, Path], top: str) -> None:
    """Write files (name -> file) into a zip under one folder: sorted, with one time and one permission."""
    with zipfile.ZipFile(path, "w") as made:
        for name in sorted(files):
            about = zipfile.ZipInfo(f"{top}/{name}", _TIME)
            about.compress_type, about.create_system, about.external_attr = zipfile.ZIP_DEFLATED, 3, _MODE
            made.writestr(about, files[name].read_bytes(), compresslevel=9)


def data_files(folder: Path) -> dict[str, Path]:
    """The Data Package with what belongs beside it."""
    beside = {name: folder.parent / name for name in BESIDE_DATA if (folder.parent / name).is_file()}
    return below(folder) | beside


def results(analysis: Analysis) -> dict:
    """Every estimate with its interval, the assumptions behind all, and what they were worked out from."""
    from ceg.uncertainty import intervals  # numpy, which the rest of the command line does without

    folder = analysis.evidence.folder
    found = intervals.with_intervals(analysis, analysis.estimates())
    return {
        "version": version(folder),
        "input_sha256": input_sha256(folder),
        "assumptions": dataclasses.asdict(analysis.assumptions),
        "draws": intervals.CHUNK,
        "seed": intervals.SEED,
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
    root = analysis.evidence.folder.parent
    refuse_unfit(root, input_sha256(analysis.evidence.folder))
    stem = f"{NAME}-{version(analysis.evidence.folder)}"
    with tempfile.TemporaryDirectory(dir=root) as place:
        made = Path(place)
        archive(made / f"{stem}-site.zip", below(root / SITE), f"{stem}-site")
        archive(made / f"{stem}-data.zip", data_files(analysis.evidence.folder), f"{stem}-data")
        if (root / PDF).is_file():
            shutil.copyfile(root / PDF, made / f"{stem}.pdf")
        said = json.dumps(results(analysis), indent=1, ensure_ascii=False, allow_nan=False)
        (made / "results.json").write_text(said + "\n", encoding="utf-8")
        return publish(made, out)


def publish(made: Path, out: Path) -> list[Path]:
    """Move finished files into a folder, with their SHA-256 sums as ``sha256sum --check`` reads them."""
    paths = sorted(made.iterdir())
    sums = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in paths]
    (made / SUMS).write_text("".join(sums), encoding="utf-8")
    out.mkdir(parents=True, exist_ok=True)
    for path in (*paths, made / SUMS):
        part = (
            out / f".{path.name}.part"
        )  # on the disk of the folder: only there can a file be renamed into it
        shutil.copyfile(path, part)
        part.replace(out / path.name)
    return [out / p.name for p in (*paths, made / SUMS)]


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
