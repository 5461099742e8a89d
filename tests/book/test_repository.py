"""What the repository says of itself holds."""

import importlib.metadata
import re

from places import ROOT

from ceg.build import picture


def test_the_readme_s_picture_is_drawn_from_the_data():
    assert picture.digest(picture.figure()) in (ROOT / "headline.svg").read_text(encoding="utf-8"), (
        "run: make picture"
    )


def test_every_installed_version_is_the_pinned_one():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    assert lines[-1] == "-e ."
    assert all(re.fullmatch(r"#.*|[\w.-]+==[\w.]+|-e \.|", line) for line in lines)
    wrong = {n: v for n, v in pins.items() if importlib.metadata.version(n) != v}
    assert wrong == {}
