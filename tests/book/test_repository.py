"""What the repository says of itself holds."""

import importlib.metadata
import re

from places import ROOT


def test_every_installed_version_is_the_pinned_one():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    assert lines[-1] == "-e ."
    assert all(re.fullmatch(r"#.*|[\w.-]+==[\w.]+|-e \.|", line) for line in lines)
    wrong = {n: v for n, v in pins.items() if importlib.metadata.version(n) != v}
    assert wrong == {}
