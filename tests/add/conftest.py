"""Data folders that a test may add to."""

import shutil
from pathlib import Path

import pytest
from places import DATA
from small_data import filled

from ceg.evidence import check


@pytest.fixture
def data(small, small_states, tmp_path, monkeypatch) -> Path:
    """A folder with the small data; what a change leaves as it was is not validated again."""
    whole = check.check
    monkeypatch.setattr(check, "check", lambda folder: whole(folder, small_states))
    return filled(tmp_path / "book" / "data", small)


@pytest.fixture
def whole(right, tmp_path, monkeypatch) -> Path:
    """A copy of the book's data; what a change leaves as it was is not validated again."""
    checked = check.check
    monkeypatch.setattr(check, "check", lambda folder: checked(folder, right))
    return Path(shutil.copytree(DATA, tmp_path / "book" / "data"))
