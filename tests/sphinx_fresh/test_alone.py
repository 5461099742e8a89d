"""The Sphinx extension by itself: where the book's package is not there, and with patches left out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook
from places import ROOT
from site_helpers import Book
from sphinx.errors import ConfigError

from sphinx_fresh import settings, theme
from sphinx_fresh.notebooks import execute, kernels

FRESH = ROOT / "src/sphinx_fresh"
README = (FRESH / "README.md").read_text(encoding="utf-8")
WITHOUT_BOOK = """import sys
class Refuse:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == "ceg":
            raise ImportError("the book's own package is not here")
sys.meta_path.insert(0, Refuse)
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """A folder with a copy of the extension, first on the path; the book's package is refused there."""
    folder = tmp_path_factory.mktemp("alone")
    shutil.copytree(FRESH, folder / "sphinx_fresh", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "sitecustomize.py").write_text(WITHOUT_BOOK, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        yield folder


def asked(code: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_the_book_s_package_is_out_of_reach(library):
    assert "the book's own package is not here" in asked("import ceg").stderr
    assert asked("import sphinx_fresh; print(sphinx_fresh.__file__)").stdout.startswith(str(library))


def test_it_names_no_book():
    for path in (p for p in FRESH.rglob("*") if p.suffix in (".py", ".js", ".css", ".md")):
        assert not re.search(r"\bceg\b", path.read_text(encoding="utf-8"), flags=re.IGNORECASE), path


@pytest.fixture(scope="module")
def alone(library, tmp_path_factory):
    """The fixture book, built with some patches left out, and its pages."""
    book = Book(tmp_path_factory.mktemp("fixture"))
    leave_out(book, ["spoken", "edit_buttons", "light"])
    result = book.build()
    assert result.code == 0, result.errors
    return book, result, book.pages()


def leave_out(book: Book, patches: list[str]) -> None:
    config = yaml.safe_load((book.folder / "_config.yml").read_text(encoding="utf-8"))
    config["sphinx"]["config"]["site_without"] = patches
    (book.folder / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")


@pytest.mark.verify
def test_a_book_builds_with_some_patches_left_out(alone):
    book, result, pages = alone
    assert result.executed == dict.fromkeys(["book/index", "book/charts", "book/tables"], "first time")
    charts = pages["book/charts.html"]
    assert (
        '<span class="caption-number">Figure 2 </span>' in charts
        and "12.25" not in charts
        and "8.5" in charts
    )
    assert "scripts/fontawesome.js" in charts and (book.site / "_static/scripts/fontawesome.js").exists()
    assert 'role="region" aria-label="Book"' not in charts and "Content-Security-Policy" not in charts
    assert "<math " in pages["book/index.html"] and "thebe" not in charts and 'name="description"' in charts


@pytest.mark.verify
def test_a_book_builds_with_all_patches_left_out_and_executes_nothing_for_it(alone):
    book, _, before = alone
    leave_out(book, list(theme.PATCHES))
    result = book.build()
    assert (result.code, result.executed, result.alone) == (0, {}, 0), result.errors
    pages = book.pages()
    assert pages.keys() >= {name for name in before if name != "index.html"}
    index, charts = pages["book/index.html"], pages["book/charts.html"]
    assert "<math " not in index and "mathjax" in index.lower()
    assert 'name="description"' not in charts and "thebe" in charts
    assert '<span class="caption-number">Figure 2 </span>' in charts and "site-tools" in charts


def test_an_unknown_patch_ends_the_build_with_one_message(library, tmp_path):
    book = Book(tmp_path)
    leave_out(book, ["maths", "polcy"])
    result = book.build()
    assert result.code == 1
    assert result.errors.split("The book was not built:\n")[1].splitlines() == [
        "  site_without is ['maths', 'polcy']; it is a list of names among " + ", ".join(theme.PATCHES)
    ]
    assert "Traceback" not in result.errors


@pytest.mark.parametrize("found", ["maths", ["Maths"], [["maths"]], {"maths": True}])
def test_patches_are_names_in_a_list(found):
    with pytest.raises(ConfigError, match="edit_buttons, light, maths"):
        theme.left_out(SimpleNamespace(site_without=found))


def test_the_policy_goes_with_what_it_needs():
    def left_out(*names: str) -> set[str]:
        return theme.left_out(SimpleNamespace(site_without=list(names)))

    assert left_out() == set() and left_out("spoken") == {"spoken"}
    assert left_out("maths") == {"maths", "content_security"}


# --- what README.md says --------------------------------------------------------------------------


def test_every_setting_is_explained_with_its_default():
    rows = re.findall(r"^\| `(site_\w+)` \| `([^`]*)` \| \S.*\|$", README, flags=re.MULTILINE)
    assert {name: yaml.safe_load(default) for name, default in rows} == {
        name: default for name, (default, _) in settings.SETTINGS.items()
    }
    added = [path for path in FRESH.rglob("*.py") if "add_config_value" in path.read_text(encoding="utf-8")]
    assert added == [FRESH / "settings.py"]
    assert all(f"`{name}`" in README for name in settings.WORKED_OUT)


def test_every_patch_and_every_part_is_explained():
    assert tuple(re.findall(r"^\| `([a-z_]+)` \| [^`]", README, flags=re.MULTILINE)) == theme.PATCHES
    parts = {p.name + ("/" if p.is_dir() else "") for p in FRESH.iterdir() if p.name[0] not in "_."}
    assert {part for part in parts if f"`{part}`" not in README} <= {"README.md"}


@pytest.mark.build
def test_the_example_builds_as_it_stands(library, tmp_path):
    config, cell = (
        re.search(f"```{kind}\n(.*?)```", README, flags=re.DOTALL)[1] for kind in ("yaml", "python")
    )
    head = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n\n# S\n\n{numref}`fig-squares`\n"
    for name, text in {
        "_config.yml": config,
        "_toc.yml": "format: jb-book\nroot: index\n",
        "index.md": f"{head}\n```{{code-cell}}\nimport mypackage\n{cell}```\n",
        "mypackage/__init__.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).parent / "jupyter-book", "build", "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(library), str(tmp_path)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "_build/html/index.html").read_text(encoding="utf-8")
    assert "Squares of the first numbers." in page and 'id="fig-squares"' in page and "<svg" in page


# --- kernels --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_kernel_begins_with_what_was_loaded_before_it(tmp_path):
    recorded = (str(tmp_path), [], [])
    made = kernels.Zygote([], tmp_path, recorded)
    made.load(["colorsys", "no.such.module"])
    cells = [new_code_cell("import sys; 'colorsys' in sys.modules")]
    work = execute.Job("page", tmp_path / "page.md", new_notebook(cells=cells), "python3", 60, False)
    ThreadPoolExecutor(1).submit(execute.run_all, work, recorded, made, []).result()
    made.close()
    assert work.notebook.cells[0].outputs[0].data["text/plain"] == "True"
