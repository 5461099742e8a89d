"""What is kept: for one build beside Sphinx's application, from build to build in its environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

if TYPE_CHECKING:
    from threading import Thread
    from typing import TextIO

    from docutils.nodes import Element
    from myst_nb.sphinx_ import SphinxEnvType
    from sphinx.domains.std import StandardDomain

    from sphinx_fresh.figures.charts import Drawings
    from sphinx_fresh.figures.drawing import Draughtsman
    from sphinx_fresh.notebooks.execute import Executor
    from sphinx_fresh.notebooks.fingerprint import Explainer
    from sphinx_fresh.notebooks.kernels import Zygote
    from sphinx_fresh.notebooks.rebuild import Stamped
    from sphinx_fresh.theme import previews
    from sphinx_fresh.theme.terms import Definition
    from sphinx_fresh.verdict import Collector

NAME = "site_state"
"""The attribute of Sphinx's objects that holds it."""


@dataclass(frozen=True)
class Described:
    """What is known of a figure with a name, beside its drawing.

    anchor: its place in the page. caption: its references are unresolved. columns: of its data. rows: of the
    columns that name rows of the book's data, what they name. sources: key, place in the source and grade.
    """

    name: str
    anchor: str
    title: str
    caption: Element
    description: str
    columns: list[str]
    rows: dict[str, list[str]]
    sources: list[tuple[str, ...]]


@dataclass
class Build:
    """What one build knows; what has no value at first gets it from the module that its comment names."""

    warnings: Collector = field(init=False)  # verdict
    lock: TextIO = field(init=False)  # lock
    explainer: Explainer = field(init=False)  # notebooks.rebuild
    draughtsman: Draughtsman = field(init=False)  # figures.charts
    drawings: Drawings = field(init=False)  # figures.charts
    bundling: Thread | None = None
    stamped: dict[str, Stamped] = field(default_factory=dict)
    zygote: Zygote | None = None
    executor: Executor | None = None
    banner: str | None = None
    whole_site: bool = False
    sourced: list[str] = field(default_factory=list)


@dataclass
class Book:
    """What is known of the book, by page where nothing else is said. Another shape is another env_version."""

    inputs: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    """The name of the page's run, and what its code is: modules and versions, each with a digest."""

    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    """The files that the page was made from, each with a digest."""

    files: dict[str, dict[str, str]] = field(default_factory=dict)
    """The files that it brings: name -> text."""

    found: dict[str, dict[str, str]] = field(default_factory=dict)
    """The names in its tables that the search finds: name -> anchor."""

    texts: dict[str, str] = field(default_factory=dict)
    """Its prose."""

    terms: dict[str, list[Definition]] = field(default_factory=dict)
    """What its glossaries define."""

    figures: dict[str, dict[str, Described]] = field(default_factory=dict)
    """Its figures that have names of their own."""

    previews: dict[str, previews.Page] = field(default_factory=dict)
    """What others may show of it, and what it refers to."""

    shown: dict[str, object] = field(default_factory=dict)
    """Of the whole book: what any page may show of it, by what it is called here."""

    all_numbers: dict[str, dict[str, tuple[int, ...]]] | None = None
    """Of the whole book: the section numbers that Sphinx gave, before some were taken back."""


def build(app: Sphinx) -> Build:
    """What is kept for the build that runs."""
    return vars(app).setdefault(NAME, Build())


def book(env: BuildEnvironment) -> Book:
    """What is kept of the book."""
    return vars(env).setdefault(NAME, Book())


def with_notebooks(env: BuildEnvironment) -> SphinxEnvType:
    """The environment with what myst-nb keeps there."""
    return cast("SphinxEnvType", env)


def standard_domain(env: BuildEnvironment) -> StandardDomain:
    """What Sphinx knows of labels and numbers."""
    return cast("StandardDomain", env.get_domain("std"))


def pages_if_moved(env: BuildEnvironment, name: str, value: object) -> list[str]:
    """Every page, to be written again, if the last build had something else under this name."""
    shown = book(env).shown
    if shown.get(name) == value:
        return []
    shown[name] = value
    return sorted(env.found_docs)


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget what a page brought that is gone or read anew."""
    kept = book(env)
    for by_page in (kept.files, kept.found, kept.texts, kept.terms, kept.figures, kept.previews):
        by_page.pop(docname, None)


def merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    """Collect what a parallel reader found."""
    for part in ("inputs", "files", "found", "texts", "terms", "figures", "previews"):
        theirs = getattr(book(other), part)
        getattr(book(env), part).update({name: theirs[name] for name in docnames if name in theirs})


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
