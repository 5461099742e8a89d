"""Pages are read again, executed again or written again exactly when something they show has changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from myst_nb.core.read import read_myst_markdown_notebook
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from sphinx_fresh.failure import said_alone
from sphinx_fresh.files import kept, read_record, write_whole
from sphinx_fresh.notebooks.execute import Executor, followed, is_cached, job, keep_without_code, mend, mode
from sphinx_fresh.notebooks.fingerprint import MODULE, Explainer, Settings
from sphinx_fresh.notebooks.kernels import Recorded, Zygote, written_since
from sphinx_fresh.notebooks.recorder import FOLDER, KIND
from sphinx_fresh.notebooks.runs import UNKNOWN, Now, Report, programs, without_own
from sphinx_fresh.outputs import outputs
from sphinx_fresh.state import book, build, pages_if_moved, standard_domain, with_notebooks

LOGGER = logging.getLogger(__name__)
NEVER: tuple[str | None, dict[str, str]] = (None, {})
"""What is known of a page that was not read before."""

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
    settings, known = Settings.of(config), read_record(record_file(app))
    try:
        build(app).explainer = Explainer(settings, Path(app.srcdir), kept(app), known)
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


def right_run(app: Sphinx, env: BuildEnvironment, docname: str, text: str) -> str | None:
    """What `Explainer.run` says, with the page named when it fails; None of a page that it cannot follow."""
    now = build(app)
    try:
        if now.explainer.is_made(text):
            return now.explainer.run(os.path.dirname(docname), text)
        if not now.explainer.code(text) or mode(env, docname, now.explainer.settings(text)) == "off":
            return ""
        recorded = followed(env, docname, now.explainer.settings(text))
        return now.explainer.run(os.path.dirname(docname), text) if recorded else None
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
    known = book(env).sources.get(docname)  # Sphinx looks at times alone; a file put back is old
    if sources(app, docname) != known:
        return True
    text = Path(env.doc2path(docname)).read_text(encoding="utf-8-sig")
    return right_run(app, env, docname, text) != book(env).inputs.get(docname, NEVER)[0]


def sources(app: Sphinx, docname: str) -> dict[str, str]:
    """A page's file and those that Sphinx says it was made from, with digests; what is gone has none."""
    env = app.env
    others = env.dependencies.get(docname, ())
    paths = {env.doc2path(docname), *(os.path.join(env.srcdir, path) for path in others)}
    return {path: build(app).explainer.files.digest(path) for path in sorted(paths)}


def note_sources(app: Sphinx, env: BuildEnvironment) -> None:
    """Remember what the pages that were read now were made from."""
    book(env).sources.update({name: sources(app, name) for name in build(app).stamped})


@dataclass(frozen=True)
class Stamped:
    """A page to be read: its source, that with the name of its run, this, and what changed since the last.

    ``text`` is None as long as the page has to be executed: only then is it known what it reads.
    """

    source: str
    text: str | None
    run: str
    why: str


def stamped(app: Sphinx, env: BuildEnvironment, docname: str, source: str) -> Stamped:
    """A page with a hidden cell that names its run, so that the notebook cache sees what it has read."""
    explainer, (last, code) = build(app).explainer, book(env).inputs.get(docname, NEVER)
    if explainer.is_made(source):
        return Stamped(source, source, "", "")
    found, whole = right_run(app, env, docname, source), explainer.whole(source)
    if found is not None:
        text = with_stamp(whole, found) if found else source
        if not found:
            keep_without_code(env, docname, source)
        if not found or is_cached(env, read_myst_markdown_notebook(text)):
            return Stamped(source, text, found, "")
    why = explainer.differences(source, code, last)
    if followed(env, docname, explainer.settings(source)):
        return Stamped(source, None, "", why)
    unknown = f"{UNKNOWN} {uuid4().hex}"  # so it is executed each time
    return Stamped(source, with_stamp(whole, unknown), unknown, why)


def with_stamp(source: str, run: str) -> str:
    """The page with the name of its run."""
    return source.rstrip() + STAMP.format(digest=run)


def execute(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Begin to execute the pages that are about to be read and were not run on what there is now."""
    now = build(app)
    # first: it imports while pages are looked up
    warm = now.zygote or (zygote(app) if docnames else None)
    now.zygote = None
    sources = {name: Path(env.doc2path(name)).read_text(encoding="utf-8-sig") for name in docnames}
    now.stamped = {name: stamped(app, env, name, source) for name, source in sources.items()}
    waiting = {name: page for name, page in now.stamped.items() if page.text is None}
    if waiting:
        if warm is not None:
            warm.load(modules(now.explainer.code(page.source) for page in waiting.values()))
        now.executor = executor(app, env, waiting, warm)
    elif warm is not None:
        warm.close()


def executor(
    app: Sphinx, env: BuildEnvironment, pages: Mapping[str, Stamped], warm: Zygote | None
) -> Executor:
    """Executes pages; each is kept with what it has read."""
    now = build(app)
    jobs = [job(env, name, now.explainer.whole(page.source)) for name, page in pages.items()]
    return Executor(
        env,
        [each for each in jobs if each is not None],
        recorded(app),
        warm,
        said=lambda name: LOGGER.info("executing %s: %s", name, pages[name].why),
        after=lambda notebook: outputs.prepare(notebook, now.drawings),
        refused=lambda name, report: refused(app, pages[name].source, report),
        stamped=lambda name, report: note_run(app, env, name, pages[name], report),
    )


def recorded(app: Sphinx) -> Recorded:
    """What kernels note: the folder below which they do so, those in it that are left out, and packages."""
    packages = [*app.config.site_packages, __name__.partition(".")[0]]
    return str(app.srcdir), [str(Path(app.outdir).parent), ".git"], packages


def zygote(app: Sphinx) -> Zygote | None:
    """What notebooks need begins to be imported; None where a process cannot fork."""
    forks = hasattr(os, "fork")
    return Zygote(app.config.site_warm, Path(app.srcdir), recorded(app)) if forks else None


def begin_early(app: Sphinx, config: Config) -> None:
    """Begin to import what notebooks need if a page is likely to run: a file is newer than the last build."""
    if written_since(Path(app.srcdir), Path(app.outdir).parent, complete_marker(app)):
        build(app).zygote = zygote(app)


def refused(app: Sphinx, source: str, report: Report) -> str | None:
    """Why a result cannot be kept, if so: nobody knows what the page has read."""
    started = programs(report.run)
    if started:
        fix = "start it inside of `with reads.reading(name, digest):` (sphinx_fresh.reads)"
        return f"a cell starts {', '.join(started)}, and what that reads is not seen; {fix}"
    root, explainer, run = Path(app.srcdir), build(app).explainer, report.run
    later = Now(root, None)
    looked = [(p, name, digest) for p in (FOLDER, KIND) for name, digest in run.digests(p).items()]
    changed = [name for prefix, name, digest in looked if later.digest(prefix + name) != digest]
    changed += [os.path.relpath(p, root) for p in explainer.files.written_since(explainer.modules_of(source))]
    changed = sorted({*changed, *report.written_since(root)})
    return f"{', '.join(changed)} changed while it was executed; build again" if changed else None


def note_run(app: Sphinx, env: BuildEnvironment, docname: str, page: Stamped, report: Report) -> str:
    """Keep what a page has read, and give its text with the name of that run."""
    explainer = build(app).explainer
    run = explainer.add(os.path.dirname(docname), page.source, without_own(report.run))
    text = with_stamp(explainer.whole(page.source), run)
    build(app).stamped[docname] = Stamped(page.source, text, run, page.why)
    return text


def modules(pages: Iterable[Mapping[str, str]]) -> list[str]:
    """The modules among the inputs of pages, each once."""
    names = (name for inputs in pages for name in inputs if name.startswith(MODULE))
    return sorted({name.removeprefix(MODULE) for name in names})


def stamp(app: Sphinx, docname: str, content: list[str]) -> None:
    """Put the stamped text in place of the source, once its notebook is executed."""
    now = build(app)
    page = now.stamped.get(docname)
    if page is None or page.source != content[0]:  # another extension changed the source
        page = now.stamped[docname] = stamped(app, app.env, docname, content[0])
        if page.text is None:
            alone = executor(app, app.env, {docname: page}, None)
            alone.wait(docname)
            alone.close()
    elif now.executor is not None:
        now.executor.wait(docname)
    page = now.stamped[docname]
    assert page.text is not None
    book(app.env).inputs[docname] = page.run, now.explainer.code(page.source)
    content[0] = page.text
    if page.run.startswith(UNKNOWN):
        LOGGER.info("executing %s: %s", docname, page.why)


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
    app.connect("config-inited", begin_early, priority=3)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", execute)
    app.connect("env-updated", stop)
    app.connect("env-updated", note_sources)
    app.connect("build-finished", stop)
    app.connect("build-finished", note_explained)
    app.connect("env-get-updated", rewrite_all, priority=950)  # once the numbers are given
    app.connect("source-read", stamp, priority=900)
