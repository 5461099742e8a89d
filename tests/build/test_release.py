"""What a release holds: archives that are the same bytes wherever they are made, sums, results."""

import dataclasses
import errno
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from places import ROOT
from site_helpers import Visit

from ceg.analysis import analysis
from ceg.build import crate, release
from ceg.evidence import edition
from ceg.evidence import tables as evidence
from ceg.evidence.problems import InputError
from ceg.uncertainty import intervals


@pytest.fixture
def book(tmp_path):
    """A folder that looks like a built book: the data of one enhancement's analysis is the real one."""
    for name in ("data", *release.PACKED):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("LICENSE", "CITATION.cff", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    for name, text in {
        "index.html": "<p>1</p>",
        release.STATUS: edition.input_sha256(tmp_path / "data"),
        "_static/editions.js": "1;",
        "_static/site.js": "2;",
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
        made = release.archive(release.below(tmp_path / place), "top")
        (tmp_path / f"{place}.zip").write_bytes(made)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as opened:
        assert opened.namelist() == ["top/a.txt", "top/b.txt", "top/c.txt"]
        assert opened.read("top/b.txt") == b"b" * 1000
        assert {(i.date_time, i.external_attr >> 16) for i in opened.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0o100644)
        }


@pytest.mark.slow
def test_a_release(book, tmp_path, monkeypatch):
    found = [release.write(book, tmp_path / "dist")]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    (tmp_path / "src/ceg/formatting.py").chmod(0o600)
    found.append(release.write(book, tmp_path / "again"))
    first, second = ({p.name: p.read_bytes() for p in paths} for paths in found)
    assert first == second
    edition_version = edition.version(tmp_path / "data")
    stem = f"ceg-book-{edition_version}"
    wheel = f"compute_equivalent_gain-{edition_version}-py3-none-any.whl"
    zips = [f"{stem}-data.zip", f"{stem}-site.zip"]
    assert list(first) == [*zips, wheel, "results.json", crate.FILE, "SHA256SUMS"]
    assert (
        subprocess.run(
            ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path / "dist", check=False
        ).returncode
        == 0
    )
    with zipfile.ZipFile(tmp_path / "dist" / f"{stem}-site.zip") as site:
        names = ("_static/editions.js", "_static/site.js", release.STATUS, "index.html")
        assert site.namelist() == [f"{stem}-site/{n}" for n in names]
    beside = release.below(tmp_path / "dist/editions" / edition_version)
    assert sorted(beside) == sorted(names) and beside["_static/site.js"].read_text() == "2;\n1;"
    assert {each["@id"] for each in json.loads(first[crate.FILE])["@graph"]} > first.keys() - {"SHA256SUMS"}
    with zipfile.ZipFile(tmp_path / "dist" / f"{stem}-data.zip") as data:
        data.extractall(tmp_path / "copy")
    assert (
        evidence.load(tmp_path / "copy" / f"{stem}-data").results == evidence.load(tmp_path / "data").results
    )
    said = json.loads(first["results.json"])
    assert said["assumptions"] == json.loads(json.dumps(dataclasses.asdict(book.assumptions)))
    wanted = intervals.with_intervals(book, book.estimate_all())
    assert [e["comparison"] for e in said["estimates"]] == [e.comparison for e in wanted]
    for shown, e in zip(said["estimates"], wanted, strict=True):
        assert (shown["status"], shown["rows"]) == (e.status, list(e.rows))
        for name in ("ceg", "low", "high", "lower_bound", "upper_bound"):
            value = getattr(e, name)
            assert shown[name] == (None if value is None else pytest.approx(value, rel=1e-5))


@pytest.mark.slow
def test_the_pdf_goes_with_it_where_there_is_one(book, tmp_path, monkeypatch):
    monkeypatch.setattr(release, "wheel", lambda root: {})
    (tmp_path / release.PDF).write_bytes(b"%PDF-1.7")
    release.write(book, tmp_path / "dist")
    assert (
        tmp_path / "dist" / f"ceg-book-{edition.version(tmp_path / 'data')}.pdf"
    ).read_bytes() == b"%PDF-1.7"


def test_a_package_that_cannot_be_built_is_said(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 1\n")
    with pytest.raises(InputError, match=r"pyproject\.toml: found .* fix: correct it"):
        release.wheel(tmp_path)


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


STRAY = {"data/notes.txt": "mine", "data/old/models.csv": "id", "data/key.pem": "secret"}


def test_the_copy_of_the_data_has_the_files_that_belong_to_it(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for name in release.BESIDE_DATA:
        shutil.copy(ROOT / name, tmp_path)
    before = release.data_files(tmp_path / "data")
    assert before.keys() == {*release.below(ROOT / "data"), *release.BESIDE_DATA}
    for name, text in STRAY.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert release.data_files(tmp_path / "data") == before
    (tmp_path / "data/README.md").unlink()
    assert before.keys() - release.data_files(tmp_path / "data").keys() == {"README.md"}


LINKS = (
    "LICENSE",
    release.PDF,
    f"{release.SITE}/_static",
    f"{release.SITE}/index.html",
    f"{release.SITE}/leads-nowhere",
    "data/README.md",
    "data/models.csv",
    "src/ceg/formatting.py",
)


@pytest.mark.slow
def test_no_link_is_followed(book, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in LINKS:
        path, target = tmp_path / name, elsewhere / name.replace("/", "-")
        if path.exists():
            path.rename(target)
        path.symlink_to(target)
    with pytest.raises(InputError) as refused:
        release.write(book, tmp_path / "dist")
    said = [
        f"{name}: found a link to {elsewhere / name.replace('/', '-')}; allowed: the book's own files; "
        "fix: put the file or folder itself in its place"
        for name in LINKS
    ]
    assert str(refused.value).splitlines() == said
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("place", ["LICENSE", "LICENSE/dist", "/proc/dist"])
def test_where_nothing_can_be_written_is_said(tmp_path, place):
    (tmp_path / "LICENSE").touch()
    with pytest.raises(InputError, match="allowed: a folder that one release writes into"):
        release.publish({"results.json": b"{}"}, tmp_path / place)


def test_sums_are_there_only_with_all_that_they_name(tmp_path, monkeypatch):
    release.publish({"a": b"1", "b": b"1"}, tmp_path)
    real, moved = Path.replace, []

    def full(path: Path, target: Path) -> Path:
        if moved:
            raise OSError(errno.ENOSPC, "No space left on device")
        moved.append(target)
        return real(path, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="found No space left on device"):
        release.publish({"a": b"2", "b": b"2"}, tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"2", "b": b"1"}


RELEASES = """
from types import SimpleNamespace
from pathlib import Path
from ceg.build import crate, editions, release
release.results = lambda analysis: ["x" * 100] * 10_000
release.derived.refuse_stale = lambda analysis: None
release.wheel = lambda root: {"package.whl": b"x" * 1_000_000}
print("ready", flush=True)
while True:
    release.write(SimpleNamespace(evidence=SimpleNamespace(folder=Path("data").resolve())), Path("dist"))
"""


@pytest.mark.verify
def test_a_killed_release_leaves_nothing_half_made(book, tmp_path):
    (tmp_path / release.PDF).write_bytes(os.urandom(8_000_000))
    before = {p.name for p in tmp_path.iterdir()} | {"dist"}
    moments, whole = random.Random(1), 0
    for _ in range(20):
        running = subprocess.Popen([sys.executable, "-c", RELEASES], cwd=tmp_path, stdout=subprocess.PIPE)
        running.stdout.readline()
        time.sleep(moments.uniform(0, 1))
        running.kill()
        running.communicate()
        assert {p.name for p in tmp_path.iterdir()} <= before
        dist = tmp_path / "dist"
        for path in dist.glob("*.zip"):
            with zipfile.ZipFile(path) as opened:
                assert opened.testzip() is None
        if (dist / release.SUMS).exists():
            whole += 1
            subprocess.run(["sha256sum", "--quiet", "--check", release.SUMS], cwd=dist, check=True)
    assert whole > 5
    release.publish({"results.json": b"{}"}, dist)
    assert [p.name for p in dist.iterdir() if p.name.startswith(".")] == []


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
