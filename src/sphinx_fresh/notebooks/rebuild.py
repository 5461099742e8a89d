"""Pages are read again, executed again or written again exactly when something they show has changed."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from myst_nb.core.read import read_myst_markdown_notebook
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from sphinx_fresh.files import kept
from sphinx_fresh.notebooks.execute import Executor, is_cached, job, mend, zygote
from sphinx_fresh.notebooks.fingerprint import Explainer, Settings, changes, digest
from sphinx_fresh.outputs import outputs

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
    path = record_file(app)
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    try:
        app.site_explainer = Explainer(Settings.of(config), known)
    except Exception as error:
        raise InputsError(f"{type(error).__name__}: {error}") from error


def record_file(app: Sphinx) -> Path:
    """What one build has worked out of its pages, for the next."""
    return kept(app) / "explained.json"


def note_explained(app: Sphinx, exception: Exception | None) -> None:
    """Leave it to the next build, whole or not at all."""
    if exception is None and app.site_explainer.moved:
        path = record_file(app)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(app.site_explainer.record), encoding="utf-8")
        part.replace(path)


def page_inputs(app: Sphinx, docname: str, text: str) -> dict[str, str]:
    """What `Explainer` says, with the page named when it fails."""
    try:
        return app.site_explainer.explain(text)
    except Exception as error:
        raise InputsError(f"{docname}: {type(error).__name__}: {error}") from error


def outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """Pages whose inputs differ from those of the last build; after a build that did not end well, all pages."""
    for docname in removed:
        env.site_inputs.pop(docname, None)
        env.site_sources.pop(docname, None)
    marker = complete_marker(app)
    if not marker.exists():
        mend(Path(env.mystnb_config.execution_cache_path))
        return sorted(env.found_docs - added)
    marker.unlink()
    return [name for name in sorted(env.found_docs - added - changed) if _inputs_differ(app, env, name)]


def _inputs_differ(app: Sphinx, env: BuildEnvironment, docname: str) -> bool:
    if sources(app, docname) != env.site_sources.get(docname):  # Sphinx looks at times alone; a file put back is old
        return True
    text = Path(env.doc2path(docname)).read_text(encoding="utf-8-sig")
    return page_inputs(app, docname, text) != env.site_inputs.get(docname, {})


def sources(app: Sphinx, docname: str) -> dict[str, str]:
    """A page's own file and those that Sphinx says it was made from, each with a digest; one that is gone without."""
    env = app.env
    paths = {env.doc2path(docname), *(os.path.join(env.srcdir, path) for path in env.dependencies.get(docname, ()))}
    return {path: app.site_explainer.files.digest(path) for path in sorted(paths)}


def note_sources(app: Sphinx, env: BuildEnvironment) -> None:
    """Remember what the pages that were read now were made from."""
    env.site_sources.update({name: sources(app, name) for name in app.site_stamped})


@dataclass(frozen=True)
class Stamped:
    """A page to be read: its source, that source with the digest of its inputs, the inputs, and what changed in them."""

    source: str
    text: str
    inputs: dict[str, str]
    why: str


def stamped(app: Sphinx, docname: str, source: str) -> Stamped:
    """Append a hidden cell with the digest of the page's inputs, so that the notebook cache sees them."""
    inputs = page_inputs(app, docname, source)
    text = source.rstrip() + STAMP.format(digest=digest(inputs)) if inputs else source
    return Stamped(source, text, inputs, changes(app.env.site_inputs.get(docname), inputs))


def execute(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Begin to execute, all at once, the pages that are about to be read and are not in the notebook cache."""
    warm = zygote(env, app.config.site_warm) if docnames else None  # first: it imports while pages are looked up
    sources = {name: Path(env.doc2path(name)).read_text(encoding="utf-8-sig") for name in docnames}
    app.site_stamped = {name: stamped(app, name, source) for name, source in sources.items()}
    jobs = [job(env, name, page.text) for name, page in app.site_stamped.items()]
    jobs = [each for each in jobs if each is not None]
    if jobs:
        app.site_executor = Executor(
            env,
            jobs,
            warm,
            lambda name: LOGGER.info("executing %s: %s", name, app.site_stamped[name].why),
            lambda notebook: outputs.prepare(notebook, app.site_drawings),
        )
    elif warm is not None:
        warm.close()


def stamp(app: Sphinx, docname: str, content: list[str]) -> None:
    """Put the stamped text in place of the source, once its notebook is executed."""
    page = app.site_stamped.get(docname)
    if page is None or page.source != content[0]:  # another extension changed the source
        page = stamped(app, docname, content[0])
    app.env.site_inputs[docname] = page.inputs
    content[0] = page.text
    if app.site_executor is not None:
        app.site_executor.wait(docname)
    if page.inputs and not _known(app.env, page.text):
        LOGGER.info("executing %s: %s", docname, page.why)


def _known(env: BuildEnvironment, text: str) -> bool:
    if env.mystnb_config.execution_mode != "cache":
        return env.mystnb_config.execution_mode == "off"
    return is_cached(env, read_myst_markdown_notebook(text))


def stop(app: Sphinx, *arguments: object) -> None:
    """All is executed, or the build has ended."""
    if app.site_executor is not None:
        app.site_executor.close()
        app.site_executor = None


def remove_gone(app: Sphinx, exception: Exception | None) -> None:
    """Take from the site the pages that the book no longer has."""
    sources = Path(app.outdir, "_sources")
    if exception is not None or app.builder.name != "html" or not sources.is_dir():
        return
    known = {Path(app.env.doc2path(name, base=False)) for name in app.env.found_docs}
    for path in [path for path in sources.rglob("*.*") if path.is_file()]:
        place = path.relative_to(sources)
        if place not in known:
            path.unlink()
            Path(app.outdir, place).with_suffix(".html").unlink(missing_ok=True)


def shared_names(env: BuildEnvironment) -> str:
    """A digest of all that one page may show of another: titles, numbers, labels, the order of pages."""
    standard = env.get_domain("std")
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
    names = shared_names(env)
    if names == env.site_shared_names:
        return []
    env.site_shared_names = names
    return sorted(env.found_docs)


def prepare(app: Sphinx) -> None:
    """Give the build and a new environment their attributes."""
    app.site_stamped, app.site_executor = {}, None
    if not hasattr(app.env, "site_inputs"):
        app.env.site_inputs, app.env.site_sources = {}, {}
        app.env.site_shared_names = ""


def merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    """Collect what a parallel reader found."""
    env.site_inputs.update({name: other.site_inputs[name] for name in docnames if name in other.site_inputs})


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.add_config_value("site_inputs", "", "", [str])
    app.add_config_value("site_inputs_read", "", "", [str])
    app.add_config_value("site_packages", [], "", [list])
    app.add_config_value("site_distributions", [], "", [list])
    app.add_config_value("site_warm", [], "", [list])
    app.connect("config-inited", begin, priority=2)  # once the folder is this build's alone
    app.connect("builder-inited", prepare)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", execute)
    app.connect("env-updated", stop)
    app.connect("env-updated", note_sources)
    app.connect("build-finished", stop)
    app.connect("build-finished", remove_gone)
    app.connect("build-finished", note_explained)
    app.connect("env-get-updated", rewrite_all, priority=950)  # once the numbers are given
    app.connect("env-merge-info", merge)
    app.connect("source-read", stamp, priority=900)
