"""The last hand on every page, once its template is filled: what the patches change in it."""

from __future__ import annotations

import os

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.theming import Theme

from sphinx_fresh.theme import content_security, icons, left_out, light, spoken

STEPS = (  # patch, and what it does to a page
    ("light", light.lightened),
    ("light", light.followed),
    ("light", icons.silent),
    ("spoken", spoken.spoken),
    ("content_security", content_security.guarded),  # names what the others leave
)


class Templates(BuiltinTemplateLoader):
    """Sphinx's own templates, and the steps over each page that they give."""

    def init(self, builder: Builder, theme: Theme | None = None, dirs: list[str] | None = None) -> None:
        """Called by Sphinx once."""
        super().init(builder, theme, dirs)
        self.builder = builder
        self.without = left_out(builder.config)

    def render(self, template: str, context: dict) -> str:
        """The page as it is written."""
        page = super().render(template, context)
        if page.lstrip()[:15].lower() != "<!doctype html>":
            return page
        for patch, step in STEPS:
            if patch not in self.without:
                page = step(page)
        if "light" not in self.without:
            icons.report(page, self.builder.config, context["pagename"])
        return page


def choose(app: Sphinx, config: Config) -> None:
    """Have Sphinx fill its templates here."""
    config.template_bridge = f"{__name__}.{Templates.__name__}"


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    os.environ.pop("SOURCE_DATE_EPOCH", None)  # Sphinx would write its year into every footer
    app.connect("config-inited", choose)
