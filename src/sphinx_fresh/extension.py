"""What Sphinx calls: the parts of the extension, in their order.

Plain `jupyter-book build .` then runs exactly the pages whose inputs changed, draws charts without
another host, numbers the figures and tables that Python objects hand over, and ends with exit code 1
and one message when anything is wrong.
"""

from __future__ import annotations

import gc
import hashlib
from importlib import import_module
from pathlib import Path

from myst_nb.sphinx_ext import add_global_html_resources
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.errors import ConfigError

from sphinx_fresh import settings, theme
from sphinx_fresh.failure import end

FOLDER = Path(__file__).parent

PARTS = (
    "state",
    "lock",
    "theme.quiet",
    "theme.content_security",
    "theme.maths",
    "theme.numbering",
    "notebooks.rebuild",
    "files",
    "site_files",
    "notebooks.download",
    "figures.charts",
    "figures.cite",
    "figures.toolbar",
    "figures.embed",
    "outputs.outputs",
    "outputs.sections",
    "outputs.cells",
    "outputs.tables",
    "outputs.searchable",
    "outputs.live",
    "outputs.folds",
    "outputs.links",
    "outputs.evaluated",
    "outputs.blocked",
    "outputs.made",
    "search.table_names",
    "theme.terms",
    "theme.previews",
    "search.index",
    "search.llms",
    "theme.redirects",
    "theme.edit_buttons",
    "theme.light",
    "theme.meta",
    "theme.pages",
    "theme.banner",
    "verdict",
)
"""The modules that connect themselves to Sphinx, in the order in which their listeners are called."""


def own_digest() -> str:
    """A digest of this extension: when it changes, every page is read and written again."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.suffix in (".py", ".css", ".js", ".ttf"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def note_own_digest(app: Sphinx, config: Config) -> None:
    """Have Sphinx see that the extension is another."""
    config.site_extension = own_digest()


def add_static(app: Sphinx) -> None:
    """Let Sphinx copy the style sheet and the script."""
    app.config.html_static_path.append(str(FOLDER / "static"))


def copy_styles_first(app: Sphinx, builder: Builder) -> None:
    """Copy the notebook styles before pages name them with a checksum.

    After it, a first build would differ from later ones.
    """
    add_global_html_resources(app, None)


def collect_rarely(app: Sphinx, config: Config) -> None:
    """A build keeps the trees that it makes: to look for garbage in them takes a tenth of its time."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def setup(app: Sphinx) -> dict[str, object]:
    """Called by Sphinx."""
    if "_page" in Path(app.outdir).parts:  # where jupyter-book builds a page that is named to it
        end(["a page alone has no numbers, links or sources: build the whole book, jupyter-book build ."])
    settings.setup(app)
    try:
        without = theme.left_out(app.config)
    except ConfigError as error:  # said without the tracebacks that follow what is raised so early
        end([str(error)])
    for part in PARTS:
        if part.removeprefix("theme.") not in without:
            import_module(f"{__package__}.{part}").setup(app)
    app.connect("config-inited", note_own_digest)
    app.connect("config-inited", collect_rarely)
    app.connect("builder-inited", add_static)
    app.connect("write-started", copy_styles_first)
    app.add_css_file("site.css", priority=900)
    app.add_css_file("print.css", priority=950, media="print")
    app.add_js_file("site.js", loading_method="defer", priority=810)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 6}
