"""What a release holds: archives that are the same bytes wherever they are made, sums, results."""

import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import tomllib
import zipfile

import pytest
import yaml
from places import ROOT
from site_helpers import Visit

from ceg.analysis import analysis
from ceg.build import release
from ceg.evidence import edition
from ceg.evidence import tables as evidence
from ceg.evidence.problems import InputError
from ceg.uncertainty import intervals


@pytest.fixture
def book(tmp_path):
    """A folder that looks like a built book: the data of one enhancement's analysis is the real one."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for name in ("LICENSE", "CITATION.cff", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for name, text in {
        "index.html": "<p>1</p>",
        release.STATUS: edition.input_sha256(tmp_path / "data"),
        "_static/a.js": "1;",
        ".buildinfo": "here",
        ".cache/x": "here",
    }.items():
        path = tmp_path / release.SITE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    complete = tmp_path / release.COMPLETE
    complete.parent.mkdir()
    complete.touch()
    whole = analysis.open(folder=tmp_path / "data")
    return dataclasses.replace(whole, evidence=whole.evidence.subset(["toolformer"]))


def test_an_archive_is_the_same_whenever_and_by_whomever_it_is_made(tmp_path):
    for place, names in (("one", "bca"), ("two", "abc")):
        for name in names:
            path = tmp_path / place / f"{name}.txt"
            path.parent.mkdir(exist_ok=True)
            path.write_text(name * 1000)
            os.utime(path, (ord(place[0]) * 1e7,) * 2)
            path.chmod(0o600 if place == "one" else 0o755)
        release.archive(tmp_path / f"{place}.zip", release.below(tmp_path / place), "top")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as opened:
        assert opened.namelist() == ["top/a.txt", "top/b.txt", "top/c.txt"]
        assert opened.read("top/b.txt") == b"b" * 1000
        assert {(i.date_time, i.external_attr >> 16) for i in opened.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0o100644)
        }


@pytest.mark.slow
def test_a_release(book, tmp_path):
    found = [release.write(book, tmp_path / place) for place in ("dist", "again")]
    first, second = ({p.name: p.read_bytes() for p in paths} for paths in found)
    assert first == second
    stem = "ceg-book-" + edition.version(tmp_path / "data")
    assert list(first) == [f"{stem}-data.zip", f"{stem}-site.zip", "results.json", "SHA256SUMS"]
    assert (
        subprocess.run(
            ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path / "dist", check=False
        ).returncode
        == 0
    )
    with zipfile.ZipFile(tmp_path / "dist" / f"{stem}-site.zip") as site:
        assert site.namelist() == [f"{stem}-site/{n}" for n in ("_static/a.js", release.STATUS, "index.html")]
    with zipfile.ZipFile(tmp_path / "dist" / f"{stem}-data.zip") as data:
        data.extractall(tmp_path / "copy")
    assert (
        evidence.load(tmp_path / "copy" / f"{stem}-data").results == evidence.load(tmp_path / "data").results
    )
    said = json.loads(first["results.json"])
    assert said["assumptions"] == json.loads(json.dumps(dataclasses.asdict(book.assumptions)))
    wanted = intervals.with_intervals(book, book.estimates())
    assert [e["comparison"] for e in said["estimates"]] == [e.comparison for e in wanted]
    for shown, e in zip(said["estimates"], wanted, strict=True):
        assert (shown["status"], shown["rows"]) == (e.status, list(e.rows))
        for name in ("ceg", "low", "high", "lower_bound", "upper_bound"):
            value = getattr(e, name)
            assert shown[name] == (None if value is None else pytest.approx(value, rel=1e-5))


@pytest.mark.slow
def test_the_pdf_goes_with_it_where_there_is_one(book, tmp_path):
    (tmp_path / release.PDF).write_bytes(b"%PDF-1.7")
    release.write(book, tmp_path / "dist")
    assert (
        tmp_path / "dist" / f"ceg-book-{edition.version(tmp_path / 'data')}.pdf"
    ).read_bytes() == b"%PDF-1.7"


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["unbuilt", "failed", "other data", "setting"])
def test_no_release_of_what_is_not_the_book(book, tmp_path, monkeypatch, wrong):
    if wrong == "unbuilt":
        shutil.rmtree(tmp_path / release.SITE)
    elif wrong == "failed":
        (tmp_path / release.COMPLETE).unlink()
    elif wrong == "other data":
        with (tmp_path / "data/models.csv").open("a") as file:
            file.write("\n")
    else:
        monkeypatch.setenv("CEG_SET", "transform=linear")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match="unset CEG_SET" if wrong == "setting" else "make book"):
        release.write(book, tmp_path / "dist")
    assert sorted(tmp_path.iterdir()) == before


def test_the_version_is_one():
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert said == project == evidence.descriptor(ROOT / "data")["version"] == edition.version(ROOT / "data")


@pytest.mark.verify
def test_the_whole_book_as_a_release(html, chromium, tmp_path):
    whole = analysis.open(folder=ROOT / "data")
    found = [release.write(whole, tmp_path / place) for place in ("one", "two")]
    digests = [[hashlib.sha256(p.read_bytes()).hexdigest() for p in paths] for paths in found]
    assert digests[0] == digests[1]
    site = next(p for p in found[0] if p.name.endswith("-site.zip"))
    with zipfile.ZipFile(site) as opened:
        opened.extractall(tmp_path)
    visit = Visit(chromium, (tmp_path / site.stem / "index.html").as_uri())
    visit.page.locator("h1:visible").first.wait_for()  # the theme has one more, for paper
    assert visit.problems == []
