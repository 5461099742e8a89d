"""What a cell is seen to read, and what of it is left out."""

from __future__ import annotations

import os

import pytest
from recorded import reports

from sphinx_fresh.notebooks import recorder
from sphinx_fresh.notebooks.runs import programs, without_own

FILES = {
    "a.txt": "1",
    "b/c.csv": "x,y\n1,2\n",
    "beside.py": "VALUE = 1\n",
    "known/__init__.py": "from pathlib import Path\n"
    "CONSTANT = (Path(__file__).parent / 'words.txt').read_text()\n",
    "known/words.txt": "words",
    "known/other.txt": "others",
    "known/asks.py": "import os\ndef asked():\n    return os.environ.get('ASKED')\n",
    "_build/left.txt": "",
    "numbers.db": "",
}
OTHER = {"file known/other.txt", "file known/words.txt"}  # the package reads one as it is imported
SAW = {
    "open('a.txt').read()": {"file a.txt"},
    "import pathlib; pathlib.Path('a.txt').read_text()": {"file a.txt"},
    "import os; os.close(os.open('a.txt', os.O_RDONLY))": {"file a.txt"},
    "import numpy; numpy.loadtxt('a.txt')": {"file a.txt"},
    "import pandas; pandas.read_csv('b/c.csv')": {"file b/c.csv"},
    "import sqlite3; sqlite3.connect('numbers.db').close()": {"file numbers.db"},
    "import sqlite3; sqlite3.connect(':memory:').close()": set(),
    "open('_build/left.txt')": set(),
    "open('/etc/hostname')": set(),
    "try: open('no.txt')\nexcept OSError: pass": {"file no.txt"},
    "import os; os.path.exists('no.txt')": {"kind of no.txt"},
    "import os; os.path.lexists('no.txt')": {"kind of no.txt"},
    "import os; os.access('no.txt', os.R_OK)": {"kind of no.txt"},
    "import glob; glob.glob('no.txt')": {"kind of no.txt"},
    "import glob; glob.glob('b/*.csv')": {"folder b"},
    "import pathlib; list(pathlib.Path('b').glob('*.csv'))": {"folder b"},
    "import os; os.listdir('b')": {"folder b"},
    "import os; list(os.walk('.'))": {"folder .", "folder b", "folder known"},
    "import beside": {"file beside.py"},
    "import known": {"file known/words.txt"},
    "import pkgutil; pkgutil.get_data('known', 'other.txt')": OTHER,
    "from importlib import resources; resources.read_text('known', 'other.txt')": OTHER,
    "from importlib import resources; (resources.files('known') / 'other.txt').read_text()": OTHER,
    "open('made.txt', 'w').write('1'); open('made.txt').read()": set(),
    "open('a.txt', 'a').close(); open('a.txt').read()": set(),
    "try: open('c.txt')\nexcept OSError: open('c.txt', 'w').close()": set(),
    "import os\nif not os.path.exists('m.txt'): open('m.txt', 'w').close()": set(),
    "import os\nif not os.path.exists('m'): os.mkdir('m')\n"
    "open('m/a', 'w').close(); open('m/a').read()": set(),
    "import os; open('m.part', 'w').close(); os.replace('m.part', 'm2.txt'); open('m2.txt').read()": set(),
    "import os; os.environ.get('ASKED')": {"variable ASKED"},
    "import os; os.getenv('ASKED')": {"variable ASKED"},
    "import os; 'ASKED' in os.environ": {"variable ASKED"},
    "import os; os.environ['ASKED'] = '1'; os.environ['ASKED']": set(),
    "from known import asks; asks.asked()": {"file known/words.txt", "variable ASKED"},
    "import shutil; shutil.get_terminal_size()": set(),
    "import os; os.system('true')": {"program true"},
    "import subprocess; subprocess.run(['true'])": {"program true", "variable PATH"},
    "import subprocess; subprocess.run('true', shell=True)": {"program sh"},
    "import subprocess, sphinx_fresh.reads as reads\n"
    "with reads.reading('n', '1'): subprocess.run(['true'])": {"n"},
    "from sphinx_fresh import reads\nwith reads.reading('n', '1'): open('a.txt')": {"n"},
    "import threading; t = threading.Thread(target=open, args=['a.txt']); t.start(); t.join()": {
        "file a.txt"
    },
    "1 / 1": set(),
}
"""Code -> what a page with this code depends on."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A book's folder."""
    made = tmp_path_factory.mktemp("book")
    for name, text in FILES.items():
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text(text)
    return made


@pytest.fixture(scope="module")
def seen(folder):
    """What each of the pages says, run alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ASKED", raising=False)
        first = "import numpy, pandas, sqlite3, shutil, subprocess"
        return dict(zip(SAW, reports(*SAW, folder=folder, first=first, packages=["known"]), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("code", SAW)
def test_what_a_page_depends_on(code, seen, monkeypatch):
    monkeypatch.delenv("ASKED", raising=False)
    own = set(without_own(seen[code].run).own)
    extra = {name for name in own - SAW[code] if name.startswith("kind of ")}
    assert own - extra == SAW[code]
    assert extra <= {
        "kind of b",
        "kind of .",
        "kind of known",
        "kind of known/words.txt",
        "kind of b/c.csv",
        "kind of a.txt",
        "kind of beside.py",
    }, extra


@pytest.mark.slow
def test_a_program_that_is_started_is_known_unless_it_is_named(seen):
    def of(text: str) -> list[str]:
        return next(programs(report.run) for code, report in seen.items() if text in code)

    assert of("os.system") == ["true"] and of("shell=True") == ["sh"]
    assert of("reads.reading('n', '1'): subprocess") == of("1 / 1") == []


@pytest.mark.slow
def test_a_file_that_is_written_after_it_was_read_is_known(seen, folder):
    report = seen["open('a.txt').read()"]
    (folder / "a.txt").write_text("2")
    assert report.written_since(folder) == ["a.txt"]
    (folder / "a.txt").write_text("1")  # undone: what was read in between, nobody knows
    assert report.written_since(folder) == ["a.txt"]
    assert seen["1 / 1"].written_since(folder) == []


def test_digests_of_files_folders_kinds_and_settings(tmp_path, monkeypatch):
    file, folder = str(tmp_path / "a.txt"), str(tmp_path)
    assert recorder.file_digest(file) == recorder.kind_of(file) == ""
    empty = recorder.folder_digest(folder)
    assert recorder.folder_digest(file) == "" != empty and recorder.kind_of(folder) == "folder"
    for name in (".a.txt.swp", "a.txt~", "__pycache__"):
        (tmp_path / name).write_text("")
        assert recorder.folder_digest(folder) == empty, name
    (tmp_path / "a.txt").write_text("")
    assert recorder.kind_of(file) == "file" and recorder.file_digest(file) != ""
    assert recorder.folder_digest(folder) != empty
    monkeypatch.setenv("ASKED", "")
    assert recorder.variable_digest("ASKED") != "" == recorder.variable_digest("NEVER_ASKED")
    before = recorder.identity(file)
    os.utime(file, ns=(1, 1))
    assert recorder.identity(file) != before and recorder.identity(str(tmp_path / "no")) == ()
