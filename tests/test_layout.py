"""The house rules that no linter knows: the size of modules and folders, and no circle of imports."""

import graphlib
import tomllib
from collections import Counter

import grimp
from places import ROOT

SRC = ROOT / "src"
MODULES = [path for path in SRC.rglob("*.py") if path.name != "__init__.py"]


def test_a_module_has_about_300_lines_at_most():
    lines = {path.relative_to(SRC).as_posix(): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: n for name, n in lines.items() if n > 310} == {}


def test_a_folder_has_about_twelve_modules_at_most():
    folders = Counter(path.parent.relative_to(SRC).as_posix() for path in MODULES)
    assert {name: n for name, n in folders.items() if n > 14} == {}


def test_every_folder_says_what_it_is():
    folders = {path.parent for path in MODULES}
    assert [f for f in folders if not (f / "__init__.py").read_text("utf-8").startswith('"""')] == []


def test_no_module_imports_itself_by_way_of_others():
    graph = grimp.build_graph("ceg", "sphinx_fresh", exclude_type_checking_imports=True, cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    graphlib.TopologicalSorter(imports).prepare()  # CycleError names the circle
    assert len(imports) > 100


def test_what_may_not_be_imported_of_sphinx_fresh_is_all_but_what_authors_call():
    graph = grimp.build_graph("ceg", "sphinx_fresh", cache_dir=None)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    shown = next(c for c in contracts if "show and reads alone" in c["name"])
    called = {"sphinx_fresh.show"} | graph.find_modules_directly_imported_by("sphinx_fresh.show")
    free = {".".join(name.split(".")[:2]) for name in called} | {"sphinx_fresh.reads"}
    assert set(shown["forbidden_modules"]) == graph.find_children("sphinx_fresh") - free
    below = next(c for c in contracts if c["name"].startswith("Below prose"))
    every = graph.find_children("sphinx_fresh") - {"sphinx_fresh.reads"}
    assert set(below["forbidden_modules"]) == every | {"altair", "sphinx"}
