"""Sections that a cell's output makes: real ones, in the contents and the search, gone when the output is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from sphinx_fresh.outputs.text import Page

Maker = Callable[[Page, dict], list[nodes.Element]]


class CellSection(nodes.section):
    """A section inside a cell's output, on its way out of it."""


def section_nodes(page: Page, content: dict, make: Mapping[str, Maker]) -> list[nodes.Element]:
    """The sections of the content; ``make`` has the other outputs that may stand in them, by mime type."""
    return [_section(page, each, make) for each in content["sections"]]


def _section(page: Page, content: dict, make: Mapping[str, Maker]) -> CellSection:
    section = CellSection()
    page.target(section, content["name"])
    section += page.plain(content["title"], nodes.title())
    for part in content["parts"]:
        part_nodes(page, part, make, section)
    return section


def part_nodes(page: Page, part: Mapping[str, Any], make: Mapping[str, Maker], into: nodes.Element) -> None:
    """Put Markdown, a figure or a table, under its mime type, into an element."""
    for mime, shown in part.items():
        if mime == "text/markdown":
            page.block(shown, into)
        else:
            into += make[mime](page, shown)


class LiftSections(SphinxTransform):
    """Puts sections that stand in a cell's output behind the cell, where sections may stand.

    The cell is the last thing in its own section: what follows it would be read as part of the last
    section lifted.
    """

    default_priority = 200

    def apply(self, **_: object) -> None:
        """Change the page."""
        for found in list(self.document.findall(CellSection)):
            place = found
            while not isinstance(place.parent, nodes.section | nodes.document):
                place = place.parent
            found.parent.remove(found)
            behind = place.parent.index(place) + 1
            for after in place.parent[behind:]:
                if not (isinstance(after, nodes.Element) and "lifted" in after):
                    break
                behind += 1
            section = nodes.section("", *found.children, **found.attributes, lifted=True)
            self.document.ids.update(dict.fromkeys(section["ids"], section))
            place.parent.insert(behind, section)


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    app.add_node(CellSection)
    app.add_transform(LiftSections)
