"""The site holds what its build made, and nothing else.

A file that was damaged or deleted since is made again; one whose source is gone is taken away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment

from sphinx_fresh.files import kept, read_record, write_whole
from sphinx_fresh.state import build


def record_file(app: Sphinx) -> Path:
    """Where a build that ended well says what the site holds."""
    return kept(app) / "site-files.json"


def digests(site: Path) -> dict[str, str]:
    """Every file of the site by its place, with a digest of its content."""
    paths = [path for path in sorted(site.rglob("*")) if path.is_file() or path.is_symlink()]
    return {
        path.relative_to(site).as_posix(): "a link"
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
    }


def restore(app: Sphinx) -> None:
    """Take away what is not as the last good build left it; if anything is not, all pages are written again.

    After a build that ended badly that is so anyway.
    """
    if not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    site = Path(app.outdir)
    found, known = digests(site), read_record(record_file(app)).get("files", {})
    for place in [place for place, digest in found.items() if known.get(place) != digest]:
        (site / place).unlink()
    build(app).whole_site = found == known


def rewrite_all(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages to write although nothing that they show has changed."""
    return [] if build(app).whole_site else sorted(env.found_docs)


def sourced(app: Sphinx, builder: StandaloneHTMLBuilder) -> Iterator[str]:
    """The places of what the site has from a page, a picture, or a file that is copied as it stands."""
    env = app.env
    for name in env.found_docs:
        yield builder.get_outfilename(name).removeprefix(f"{app.outdir}/")
        yield f"_sources/{env.doc2path(name, base=False)}"
    yield from (builder.get_target_uri(name) for name in app.config.site_redirects)
    yield from (f"{builder.imagedir}/{name}" for _, name in env.images.values())
    yield from (f"_downloads/{name}" for _, name in env.dlfiles.values())
    folders = [("_static", folder) for folder in app.config.html_static_path]
    for target, folder in [*folders, *(("", folder) for folder in app.config.html_extra_path)]:
        source = Path(app.confdir, folder)
        for path in source.rglob("*") if source.is_dir() else [source]:
            yield str(PurePosixPath(target, path.relative_to(source if source.is_dir() else source.parent)))


def remove_gone(app: Sphinx, exception: Exception | None) -> None:
    """Take away what the last build had from a source that is gone."""
    if exception is not None or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    now = set(sourced(app, app.builder))
    for place in {*read_record(record_file(app)).get("sourced", ())} - now:
        Path(app.outdir, place).unlink(missing_ok=True)
    build(app).sourced = sorted(now)


def note(app: Sphinx) -> None:
    """Remember what the site holds, once all is right."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        record = {"files": digests(Path(app.outdir)), "sourced": build(app).sourced}
        write_whole(record_file(app), json.dumps(record).encode())


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.connect("builder-inited", restore)
    app.connect("env-get-updated", rewrite_all)
    app.connect("build-finished", remove_gone)
