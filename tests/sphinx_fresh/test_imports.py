"""Which modules code reaches, told from its text alone."""

from __future__ import annotations

import pytest

from sphinx_fresh.notebooks.imports import reached_modules


@pytest.fixture
def package(tmp_path):
    """A package whose modules import one another in every way; `root` is lazy, `root.plain` is not."""
    sources = {
        "root/__init__.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .e import late\n"
        "def __getattr__(name):\n    from importlib import import_module\n"
        "    return import_module(f'root.{name}')\n",
        "root/a.py": "from . import b\n",
        "root/b.py": "def f():\n    from root.plain.c import thing\n",
        "root/plain/__init__.py": "",
        "root/plain/c.py": "from ..d import *\n",
        "root/d.py": "import numpy, root.e as late\n",
        "root/e.py": "from importlib import import_module\nx = import_module('.f', 'root')\n",
        "root/f.py": "",
        "root/g.py": "",
    }
    for name, text in sources.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    names = {name: name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in sources}
    return {module: tmp_path / name for name, module in names.items()}


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import math", set()),
        ("import root.g", {"root", "root.g"}),
        ("import root.f as g; g.x()", {"root", "root.f"}),
        ("from root import f, g", {"root", "root.f", "root.g"}),
        ("import root\nroot.f.x()", {"root", "root.f"}),
        ("import root.g\nroot.f.x()", {"root", "root.f", "root.g"}),
        ("import root as r\ndef f():\n    return r.f.x", {"root", "root.f"}),
        (
            "from root import plain\nplain.c.thing",
            {f"root{name}" for name in ("", ".plain", ".plain.c", ".d", ".e", ".f")},
        ),
        ("from root.e import x", {"root", "root.e", "root.f"}),
        (
            "from root.a import y",
            {f"root{name}" for name in ("", ".a", ".b", ".plain", ".plain.c", ".d", ".e", ".f")},
        ),
        ("from root import late", {"root", "root.e", "root.f"}),
        ("def f():\n    return root.late()\nimport root", {"root", "root.e", "root.f"}),
        ("from root import somewhere", None),
        ("from root import *", None),
        ("import root\nroot.somewhere()", None),
        ("import root\nprint(root)", None),
        ("%matplotlib inline\nimport root.f", None),
        ("import importlib\nimportlib.import_module(name)", None),
    ],
)
def test_modules_that_code_reaches(package, code, modules):
    assert reached_modules(code.splitlines(), package) == (set(package) if modules is None else modules)


def test_a_package_that_a_stub_describes_tells_where_its_names_live(tmp_path):
    sources = {
        "root/__init__.py": "import lazy_loader\n"
        "__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)\n",
        "root/__init__.pyi": "from .a import one as one\nfrom .b import two as two\n",
        "root/a.py": "",
        "root/b.py": "from root import c\n",
        "root/c.py": "",
    }
    for name, text in sources.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    files = {"root": tmp_path / "root/__init__.py"} | {f"root.{n}": tmp_path / f"root/{n}.py" for n in "abc"}
    reached = {
        name: reached_modules([f"import root\nroot.{name}()"], files) for name in ("one", "two", "other")
    }
    assert reached == {"one": {"root", "root.a"}, "two": {"root", "root.b", "root.c"}, "other": set(files)}
