"""Pages are read again, executed again or written again exactly when something they show has changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from myst_nb.core.read import read_myst_markdown_notebook
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from sphinx_fresh.failure import said_alone
from sphinx_fresh.files import kept, read_record, write_whole
from sphinx_fresh.notebooks.execute import Executor, is_cached, job, mend, zygote
from sphinx_fresh.notebooks.fingerprint import MODULE, Explainer, Settings, changes, digest
from sphinx_fresh.outputs import outputs
from sphinx_fresh.outputs.evaluated import with_values
from sphinx_fresh.state import book, build, pages_if_moved, standard_domain, with_notebooks

LOGGER = logging.getLogger(__name__)
STAMP = "\n\n```{{code-cell}}\n:tags: [remove-cell]\n\n# inputs: {digest}\n```\n"


class InputsError(SphinxError):
    """The inputs of a page could not be worked out."""

    category = "Inputs"


def complete_marker(app: Sphinx) -> Path:
    """A file that stands only while the last build is known to have ended well."""
    return Path(app.doctreedir) / "complete"


def note_success(app: Sphinx) -> None:
    """Say that every page read so far is right."""
    complete_marker(app).write_text("", encoding="utf-8")


def begin(app: Sphinx, config: Config) -> None:
    """Take the digests of what pages are made from, before any of it is read."""
    try:
        build(app).explainer = Explainer(Settings.of(config), read_record(record_file(app)))
    except Exception as error:
        raise InputsError(f"{type(error).__name__}: {error}") from error


def record_file(app: Sphinx) -> Path:
    """What one build has worked out of its pages, for the next."""
    return kept(app) / "explained.json"


def note_explained(app: Sphinx, exception: Exception | None) -> None:
    """Leave it to the next build, whole or not at all."""
    explainer = build(app).explainer
    if exception is None and explainer.moved:
        write_whole(record_file(app), json.dumps(explainer.record).encode())


def page_inputs(app: Sphinx, docname: str, text: str) -> dict[str, str]:
    """What `Explainer` says, with the page named when it fails."""
    try:
        return build(app).explainer.explain(text)
    except Exception as error:
        raise InputsError(f"{docname}: {type(error).__name__}: {error}") from error


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Pages whose inputs differ from those of the last build; after one that did not end well, all."""
    known = book(env)
    for docname in removed:
        known.inputs.pop(docname, None)
        known.sources.pop(docname, None)
    marker = complete_marker(app)
    if not marker.exists():
        mend(Path(with_notebooks(env).mystnb_config.execution_cache_path))
        return sorted(env.found_docs - added)
    marker.unlink()
    return [name for name in sorted(env.found_docs - added - changed) if _inputs_differ(app, env, name)]


def _inputs_differ(app: Sphinx, env: BuildEnvironment, docname: str) -> bool:
    if sources(app, docname) != book(env).sources.get(
        docname
    ):  # Sphinx looks at times alone; a file put back is old
        return True
    text = Path(env.doc2path(docname)).read_text(encoding="utf-8-sig")
    return page_inputs(app, docname, text) != book(env).inputs.get(docname, {})


def sources(app: Sphinx, docname: str) -> dict[str, str]:
    """A page's own file and those that Sphinx says it was made from, each with a digest.

    One that is gone without.
    """
    env = app.env
    paths = {
        env.doc2path(docname),
        *(os.path.join(env.srcdir, path) for path in env.dependencies.get(docname, ())),
    }
    return {path: build(app).explainer.files.digest(path) for path in sorted(paths)}


def note_sources(app: Sphinx, env: BuildEnvironment) -> None:
    """Remember what the pages that were read now were made from."""
    book(env).sources.update({name: sources(app, name) for name in build(app).stamped})


@dataclass(frozen=True)
class Stamped:
    """A page to be read: its source, that with the digest of its inputs, these, and what changed in them."""

    source: str
    text: str
    inputs: dict[str, str]
    why: str


def stamped(app: Sphinx, docname: str, source: str) -> Stamped:
    """Append a hidden cell with the digest of the page's inputs, so that the notebook cache sees them."""
    inputs = page_inputs(app, docname, source)
    text = with_values(source).rstrip() + STAMP.format(digest=digest(inputs)) if inputs else source
    return Stamped(source, text, inputs, changes(book(app.env).inputs.get(docname), inputs))


def execute(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Begin to execute the pages that are about to be read and are not in the notebook cache."""
    now = build(app)
    # first: it imports while pages are looked up
    warm = zygote(env, app.config.site_warm) if docnames else None
    sources = {name: Path(env.doc2path(name)).read_text(encoding="utf-8-sig") for name in docnames}
    now.stamped = {name: stamped(app, name, source) for name, source in sources.items()}
    jobs = [job(env, name, page.text) for name, page in now.stamped.items()]
    jobs = [each for each in jobs if each is not None]
    if jobs:
        if warm is not None:
            warm.load(modules(now.stamped[each.docname].inputs for each in jobs))
        now.executor = Executor(
            env,
            jobs,
            warm,
            lambda name: LOGGER.info("executing %s: %s", name, now.stamped[name].why),
            lambda notebook: outputs.prepare(notebook, now.drawings),
            lambda name: written(app, name),
        )
    elif warm is not None:
        warm.close()


def written(app: Sphinx, docname: str) -> list[str]:
    """The files that a page is executed from and that were written since its inputs were digested."""
    now = build(app)
    paths = now.explainer.files.written_since(now.explainer.files_of(now.stamped[docname].source))
    return [os.path.relpath(path, app.srcdir) for path in paths]


def modules(pages: Iterable[Mapping[str, str]]) -> list[str]:
    """The modules among the inputs of pages, each once."""
    return sorted(
        {name.removeprefix(MODULE) for inputs in pages for name in inputs if name.startswith(MODULE)}
    )


def stamp(app: Sphinx, docname: str, content: list[str]) -> None:
    """Put the stamped text in place of the source, once its notebook is executed."""
    now = build(app)
    page = now.stamped.get(docname)
    if page is None or page.source != content[0]:  # another extension changed the source
        page = stamped(app, docname, content[0])
    book(app.env).inputs[docname] = page.inputs
    content[0] = page.text
    if now.executor is not None:
        now.executor.wait(docname)
    if page.inputs and not _known(app.env, page.text):
        LOGGER.info("executing %s: %s", docname, page.why)


def _known(env: BuildEnvironment, text: str) -> bool:
    mode = with_notebooks(env).mystnb_config.execution_mode
    if mode != "cache":
        return mode == "off"
    return is_cached(env, read_myst_markdown_notebook(text))


def stop(app: Sphinx, *arguments: object) -> None:
    """All is executed, or the build has ended."""
    now = build(app)
    if now.executor is not None:
        now.executor.close()
        now.executor = None


def shared_names(env: BuildEnvironment) -> str:
    """A digest of all that one page may show of another: titles, numbers, labels, the order of pages."""
    standard = standard_domain(env)
    shown = [
        sorted((name, title.astext()) for name, title in env.titles.items()),
        sorted(standard.labels.items()),
        sorted(standard.anonlabels.items()),
        _sorted(env.toc_fignumbers),
        _sorted(env.toc_secnumbers),
        sorted(env.toctree_includes.items()),
    ]
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def _sorted(value: object) -> object:
    """Dicts as sorted lists, all the way down, so that `repr` does not depend on order."""
    if isinstance(value, dict):
        return sorted((str(key), _sorted(item)) for key, item in value.items())
    return value


def rewrite_all(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """When numbers or titles moved, write every page again (none is executed): any page may name them."""
    return pages_if_moved(env, "names", shared_names(env))


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("config-inited", said_alone(begin), priority=2)  # once the folder is this build's alone
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", execute)
    app.connect("env-updated", stop)
    app.connect("env-updated", note_sources)
    app.connect("build-finished", stop)
    app.connect("build-finished", note_explained)
    app.connect("env-get-updated", rewrite_all, priority=950)  # once the numbers are given
    app.connect("source-read", stamp, priority=900)
