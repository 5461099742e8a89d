"""Which modules of a package a piece of Python reaches, read from its syntax tree without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


def module_files(package: str) -> dict[str, Path]:
    """Every module of a top-level package by dotted name, packages under their own name."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"no package named {package!r} (setting site_packages)")
    folder = Path(next(iter(spec.submodule_search_locations)))
    files = {}
    for path in sorted(folder.rglob("*.py")):
        parts = (package, *path.relative_to(folder).with_suffix("").parts)
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return files


def reached_modules(code: Iterable[str], files: Mapping[str, Path]) -> set[str]:
    """The modules in `files` that the code imports, closed over imports inside them.

    A package may load its parts lazily (PEP 562) and say under `if TYPE_CHECKING:`, or in a stub
    `__init__.pyi` beside it (SPEC 1, `lazy_loader.attach_stub`), where its names live. Where a name can
    only be found by running the code (a magic, a computed `import_module`, a lazy name that the package
    does not place), every module of that package counts.
    """
    known = frozenset(files)
    packages = {name: path.read_bytes() for name, path in files.items() if path.name == "__init__.py"}
    lazy = tuple(
        (name, _placed_names(name, source) + _stub_names(name, files[name]))
        for name, source in packages.items()
        if _is_lazy(source)
    )
    waiting = set(_direct("\n".join(code), "", False, known, lazy))
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        path = files[name]
        waiting |= _direct(path.read_bytes(), name, path.name == "__init__.py", known, lazy) - found
    return found


Lazy = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@lru_cache(maxsize=1024)
def _direct(
    source: str | bytes, module: str, is_package: bool, known: frozenset[str], lazy: Lazy
) -> frozenset[str]:
    """The modules in `known` that one source names, with the packages that hold them."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a notebook magic, or a module that Python will refuse: assume the most
        return known
    names = _Names(module if is_package else module.rpartition(".")[0], is_package, known, lazy)
    names.visit(tree)
    # again, now that every binding is known: a function may use a name that is imported further down
    names.visit(tree)
    return frozenset(names.found)


@lru_cache(maxsize=256)
def _is_lazy(source: bytes) -> bool:
    """Whether a package makes attributes on demand (PEP 562)."""
    body = ast.parse(source).body
    made = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    targets = (target for node in body if isinstance(node, ast.Assign) for target in node.targets)
    made |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return "__getattr__" in made


@lru_cache(maxsize=256)
def _placed_names(package: str, source: bytes) -> tuple[tuple[str, str], ...]:
    """Name -> module, as a package tells type checkers."""
    blocks = [node for node in ast.parse(source).body if isinstance(node, ast.If) and _is_type_checking(node)]
    return _imported_names(package, [node for block in blocks for node in block.body])


def stub(path: Path) -> Path:
    """Where a package's stub stands, if it has one."""
    return path.with_suffix(".pyi")


def _stub_names(package: str, path: Path) -> tuple[tuple[str, str], ...]:
    """Name -> module, as the stub of a package says."""
    source = stub(path)
    return _imported_names(package, ast.parse(source.read_bytes()).body) if source.is_file() else ()


def _imported_names(package: str, statements: Iterable[ast.stmt]) -> tuple[tuple[str, str], ...]:
    """Name -> module, as the imports among some statements say."""
    imports = [node for node in statements if isinstance(node, ast.ImportFrom)]
    return tuple(
        (alias.asname or alias.name, _absolute(package, node.module or "", node.level))
        for node in imports
        for alias in node.names
    )


def _is_type_checking(node: ast.If) -> bool:
    return "TYPE_CHECKING" in (getattr(node.test, "id", ""), getattr(node.test, "attr", ""))


def _absolute(parent: str, name: str, level: int) -> str:
    """The dotted name of a possibly relative import within the package `parent`."""
    if not level:
        return name
    parts = parent.split(".")
    base = parts[: len(parts) - level + 1]
    return ".".join([*base, name] if name else base)


class _Names(ast.NodeVisitor):
    """Collects the modules of the known packages that a syntax tree names."""

    def __init__(self, parent: str, is_package: bool, known: frozenset[str], lazy: Lazy):
        self.parent, self.is_package, self.known = parent, is_package, known
        self.lazy = {package: dict(names) for package, names in lazy}
        self.bound: dict[str, str] = {}
        self.found: set[str] = set()

    def note(self, name: str) -> None:
        """A module and the packages above it."""
        parts = name.split(".")
        self.found |= {".".join(parts[:end]) for end in range(1, len(parts) + 1)} & self.known

    def note_all(self, package: str) -> None:
        self.found |= {name for name in self.known if f"{name}.".startswith(f"{package}.")}

    def note_part(self, package: str, name: str) -> str | None:
        """What `package.name` needs; the module when it is one."""
        module = f"{package}.{name}"
        if module in self.known:
            self.note(module)
            return module
        if package in self.lazy:
            home = self.lazy[package].get(name)
            self.note(home) if home else self.note_all(package)
        return None

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.note(alias.name)
            target = alias.name if alias.asname else alias.name.partition(".")[0]
            if target in self.known:
                self.bound[alias.asname or target] = target

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = _absolute(self.parent, node.module or "", node.level)
        self.note(base)
        for alias in node.names:
            module = self.note_part(base, alias.name)
            if module:
                self.bound[alias.asname or alias.name] = module

    def visit_Attribute(self, node: ast.Attribute) -> None:
        chain = list(_chain(node))
        module = self.bound.get(chain[0]) if chain else None
        if module is None:
            self.generic_visit(node)
            return
        for attribute in chain[1:]:
            module = self.note_part(module, attribute)
            if module is None:
                break

    def visit_Name(self, node: ast.Name) -> None:
        module = self.bound.get(node.id)
        if module in self.lazy and isinstance(node.ctx, ast.Load):  # the package itself is passed on
            self.note_all(module)

    def visit_If(self, node: ast.If) -> None:
        if _is_type_checking(node):  # never run
            for child in node.orelse:
                self.visit(child)
        else:
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called in ("import_module", "__import__") and not self.is_package:
            name = node.args[0] if node.args else None
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                bare = name.value.lstrip(".")
                self.note(_absolute(self.parent, bare, len(name.value) - len(bare)))
            else:
                self.found |= self.known
        self.generic_visit(node)


def _chain(node: ast.expr) -> Iterator[str]:
    """The names of `a.b.c`, in order; nothing when it does not start with a name."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
        yield from reversed(names)
