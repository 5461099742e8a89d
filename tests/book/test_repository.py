"""What the repository says of itself holds."""

import importlib.metadata
import re
import tomllib

from packaging.requirements import Requirement
from places import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def test_every_installed_version_is_the_pinned_one_and_has_hashes():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    lines = [x for x in text.replace(" \\\n    ", " ").splitlines() if not x.startswith("#")]
    file_hash = r"--hash=sha256:[0-9a-f]{64}"
    assert [x for x in lines if not re.fullmatch(rf"[\w.-]+==[\w.]+( ; .+?)?( {file_hash})+", x)] == []
    pins = [Requirement(line.split(" --hash")[0]) for line in lines]
    here = [p for p in pins if p.marker is None or p.marker.evaluate()]
    assert {p for p in here if importlib.metadata.version(p.name) not in p.specifier} == set()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["build-system"]["requires"]) <= set(map(str, pins))


def test_no_job_leaves_its_token_in_the_checkout():
    for path in WORKFLOWS:
        steps = path.read_text(encoding="utf-8").split("- uses: ")
        checkouts = [step for step in steps if step.startswith("actions/checkout@")]
        assert all("persist-credentials: false" in step for step in checkouts), path.name
