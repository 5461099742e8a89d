"""The container file and Binder's: one set of pinned requirements, and a linter's word on the container."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from places import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def linted(path: Path) -> subprocess.CompletedProcess:
    return subprocess.run([_hadolint(), path], capture_output=True, text=True)


def _hadolint() -> str:
    found = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert found, "hadolint is not installed: pip install -r requirements.txt"
    return found


def test_the_linter_has_nothing_to_say(tmp_path):
    done = linted(ROOT / "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")
    bad = tmp_path / "Dockerfile"
    bad.write_text(DOCKERFILE.replace(":3.11-slim-bookworm", ""), encoding="utf-8")
    assert "DL3006" in linted(bad).stdout


def test_container_and_binder_have_the_pinned_requirements_and_their_python():
    compiled = re.search(r"--python-version (\d+\.\d+)", (ROOT / "requirements.txt").read_text("utf-8"))
    assert compiled
    assert f"FROM python:{compiled[1]}-" in DOCKERFILE
    binder = ROOT / ".binder"
    assert (binder / "runtime.txt").read_text("utf-8") == f"python-{compiled[1]}\n"
    assert (binder / "requirements.txt").read_text("utf-8") == "-r ../requirements.txt\n"
    assert "-r requirements.txt" in DOCKERFILE
    own = "--no-deps --no-build-isolation -e ."
    assert own in DOCKERFILE and own in (binder / "postBuild").read_text("utf-8")
    assert (binder / "postBuild").stat().st_mode & 0o111


def test_nothing_that_git_leaves_out_goes_into_the_container():
    of_git = {line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines() if line}
    assert of_git | {".git"} == {line.removeprefix("**/") for line in IGNORED if not line.startswith("#")}
