"""Numbers for pages, not for the headings inside them: a book's own subheadings need none."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from sphinx_fresh.state import book


def number_pages_only(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Take back the section numbers that Sphinx gave to headings below a page's title."""
    if not app.config.site_number_pages_only:
        return []
    book(env).all_numbers = dict(env.toc_secnumbers)
    for docname, numbers in env.toc_secnumbers.items():
        env.toc_secnumbers[docname] = {anchor: () if anchor else number for anchor, number in numbers.items()}
        for reference in env.tocs[docname].findall(nodes.reference):
            if reference["anchorname"] and reference["refuri"] == docname:
                reference.attributes.pop("secnumber", None)
    return []


def give_back(app: Sphinx, env: BuildEnvironment) -> None:
    """Let Sphinx compare the numbers it is about to give with those it gave."""
    given = book(env).all_numbers
    if given is not None:
        env.toc_secnumbers = given


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx, after it has numbered."""
    app.connect("env-updated", give_back)
    app.connect("env-get-updated", number_pages_only, priority=900)
