"""Charts: an SVG made while building, and the specification from which the browser draws the live one."""

from __future__ import annotations

import copy
import functools
import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from sphinx_fresh.failure import said_alone
from sphinx_fresh.figures.drawing import FONTS, Draughtsman
from sphinx_fresh.files import kept, made_once, write_if_other
from sphinx_fresh.formats import add_for_html, repeat
from sphinx_fresh.settings import function
from sphinx_fresh.show import FONT
from sphinx_fresh.shown.charts import is_single, under
from sphinx_fresh.state import build

STATIC_WIDTH = 680
BUNDLE = "site/vega-bundle.js"
TAKES = "it takes module:name of a dict, or of a function that returns one, with config, width and height"
PART = {"config": {"view": {"continuousWidth": 200, "continuousHeight": 200}}}
"""How large the plots are in a chart that has several of them, if nothing says otherwise."""

SNIPPET = "window.siteVegaEmbed = vegaEmbed;"
SAID = re.compile(r'\s(?:role|aria-[a-z]+)="[^"]*"')
"""What a drawing says of its parts.

In a page the whole is said in one description, and its table has the numbers.
"""


class SiteChart(nodes.General, nodes.Element):
    """A chart; attributes spec (or None), svg, description, anchor, fixed (whether its width is its own)."""


@functools.cache
def release() -> str:
    """The version of the library that draws."""
    return version("vl-convert-python")


@functools.cache
def drawn_with() -> str:
    """What a drawing depends on beside its specification: that library, and the fonts."""
    fonts = b"".join(path.read_bytes() for path in sorted(FONTS.glob("*.ttf")))
    return f"{release()} {hashlib.sha256(fonts).hexdigest()}"


@dataclass(frozen=True)
class Drawings:
    """Charts drawn while building, kept from build to build in ``folder``.

    base: what the book says of every chart, as Vega-Lite; what a chart says itself goes before it.
    """

    folder: Path
    draughtsman: Draughtsman
    base: Mapping[str, Any] = field(default_factory=dict)

    def svg(self, spec: dict, width: int = STATIC_WIDTH) -> str:
        """The chart drawn, or taken from the folder.

        It has a width of its own where it would take that of the page.
        """
        fixed = copy.deepcopy(spec)
        if fixed.get("width") == "container":
            fixed["width"] = width
            fixed.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
        key = hashlib.sha256(json.dumps([drawn_with(), fixed]).encode()).hexdigest()
        return made_once(self.folder / f"{key}.svg", lambda: self.draughtsman.svg(fixed))


def chart_node(
    spec: dict | None, svg: str | None, description: str, drawings: Drawings, width: int = STATIC_WIDTH
) -> SiteChart:
    """A chart from a Vega-Lite specification, from an SVG, or from a specification with its own SVG."""
    if not description.strip():
        raise ValueError("a chart needs a description for those who cannot see it")
    if spec is not None:
        own = based(spec, drawings.base) | {"description": description}
        own.pop("usermeta", None)  # may hold settings of the drawing library, which are the site's own
        # a cached notebook has its keys sorted, a new one has not
        spec = with_plain_titles(json.loads(json.dumps(own, sort_keys=True)))
    anchor = "chart-" + hashlib.sha256(json.dumps([spec, svg, description]).encode()).hexdigest()[:12]
    if svg is not None:
        drawn = svg
    elif spec is not None:
        drawn = drawings.svg(spec, width)
    else:
        raise ValueError("a chart needs a Vega-Lite spec or an svg")
    fixed = spec is not None and spec.get("width") != "container"
    return SiteChart(
        spec=spec, svg=scoped(drawn, anchor), description=description, anchor=anchor, fixed=fixed
    )


def based(spec: dict, base: Mapping[str, Any]) -> dict:
    """A specification with what the book says of every chart under it.

    A width and a height are those of one plot; in a chart of several each is as the configuration says.
    """
    default = {"config": {"font": FONT}, "background": "transparent"}
    if is_single(spec):
        return under(under(default, base), spec)
    parts = {key: value for key, value in base.items() if key not in ("width", "height")}
    return under(under(under(default, PART), parts), spec)


def read_config(app: Sphinx, config: Config) -> None:
    """Ask the book what its charts look like; when it says something else, all pages are read again."""
    named = config.site_chart_config
    try:
        found = function(named) if named else {}
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(f"site_chart_config is {named!r}, which is not there ({error}); {TAKES}") from None
    base = found() if callable(found) else found
    if not isinstance(base, dict):
        raise ConfigError(f"site_chart_config is {named!r}, which gives {type(base).__name__}; {TAKES}")
    config.site_chart_base = base


def with_plain_titles(value: Any) -> Any:
    """A specification whose titles are on one line and without backslashes (a look-alike stands for them).

    The drawing library sets an axis's title into an expression, and escapes nothing there but quotation
    marks.
    """
    if isinstance(value, list):
        return [with_plain_titles(each) for each in value]
    if not isinstance(value, dict):
        return value
    # "values" are the data
    plain = {key: with_plain_titles(each) for key, each in value.items() if key != "values"}
    if isinstance(plain.get("title"), str):
        plain["title"] = " ".join(plain["title"].split()).replace("\\", "\N{REVERSE SOLIDUS OPERATOR}")
    return plain | ({"values": value["values"]} if "values" in value else {})


def scoped(svg: str, anchor: str) -> str:
    """The SVG element alone, with ids of its own: two charts on a page must not share clip paths."""
    svg = svg[svg.index("<svg") :]

    def own(tag: re.Match) -> str:
        named = re.sub(r'(?<=\s)id="([^"]+)"', rf'id="{anchor}-\1"', tag[0])
        return re.sub(r'(url\(#|href="#)', rf"\g<1>{anchor}-", named)

    return re.sub(r"<[a-zA-Z][^>]*>", own, svg)


def silent(svg: str) -> str:
    """The drawing as what stands around it describes it: screen readers pass over its parts."""
    return re.sub(r'<[a-zA-Z](?:[^>"]|"[^"]*")*>', lambda tag: SAID.sub("", tag[0]), svg).replace(
        "<svg", '<svg aria-hidden="true"', 1
    )


def coloured_svg(svg: str, colours: Mapping[str, str]) -> str:
    """Literal colours in attributes replaced by CSS variables, with the literal to fall back on."""
    for literal, variable in colours.items():
        svg = re.sub(rf'"{literal}"', f'"var({variable}, {literal})"', svg, flags=re.IGNORECASE)
    return svg


def coloured_spec(value: object, colours: Mapping[str, str]) -> object:
    """The same for every string in a specification that is such a colour."""
    if isinstance(value, dict):
        return {key: coloured_spec(item, colours) for key, item in value.items()}
    if isinstance(value, list):
        return [coloured_spec(item, colours) for item in value]
    if isinstance(value, str):
        same = (literal for literal in colours if literal.lower() == value.lower())
        return next((f"var({colours[literal]}, {literal})" for literal in same), value)
    return value


def visit_chart(translator: HTML5Translator, node: SiteChart) -> None:
    """Write the drawing and, for the script, the specification."""
    anchor = node["anchor"] + repeat(translator.document, node, "anchor")
    builder = translator.builder
    library = relative_uri(builder.get_target_uri(builder.current_docname), library_file())
    translator.body.append(html(node, anchor, translator.config.site_colours, library))
    raise nodes.SkipNode


def html(node: SiteChart, anchor: str, colours: Mapping[str, str], library: str) -> str:
    """A chart in a page; ``library`` is the address of the drawing library as seen from there.

    The script loads it when the chart comes near the view.
    """
    svg = silent(node["svg"].replace(node["anchor"], anchor))
    live = f' data-library="{library}"' if node["spec"] is not None else ""
    wide = ' tabindex="0" role="group" aria-label="Chart"' if node["fixed"] else ""
    kind = "site-chart site-chart-fixed" if node["fixed"] else "site-chart"
    parts = [
        f'<div class="{kind}" id="{anchor}"{live}{wide}>\n',
        f'<div class="site-chart-static" role="img" aria-label="{escape(node["description"])}">',
        f"{coloured_svg(svg, colours)}</div>\n",
    ]
    if node["spec"] is not None:
        text = json.dumps(coloured_spec(node["spec"], colours), ensure_ascii=False).replace("<", "\\u003c")
        parts.append(f'<script type="application/json">{text}</script>\n')
    return "".join([*parts, "</div>\n"])


def library_file() -> str:
    """The drawing library from the site's root, with its version."""
    return f"_static/{BUNDLE}?v={release()}"


def prepare(app: Sphinx) -> None:
    """Give the build its draughtsman.

    It begins with the library for browsers, if that is not kept from a build before.
    """
    now = build(app)
    now.draughtsman = Draughtsman()
    now.drawings = Drawings(kept(app) / "drawings", now.draughtsman, app.config.site_chart_base)
    if app.builder.format == "html" and not bundle_file(app).exists():
        now.bundling = threading.Thread(target=bundle, args=[app])
        now.bundling.start()


def bundle_file(app: Sphinx) -> Path:
    """Where the library for browsers is kept."""
    return kept(app) / f"vega-bundle-{release()}.js"


def bundle(app: Sphinx) -> str:
    """The library for browsers, in a function of its own."""

    def make() -> str:
        library = build(app).draughtsman.bundle(SNIPPET)
        return f"// vl-convert {release()}: {SNIPPET}\n(function () {{\n{library}\n}})();\n"

    return made_once(bundle_file(app), make)


def write_bundle(app: Sphinx, builder: Builder) -> None:
    """Put the library for browsers into the site."""
    if builder.format != "html":
        return
    bundling = build(app).bundling
    if bundling is not None:
        bundling.join()
    write_if_other(Path(app.outdir, "_static", BUNDLE), bundle(app))


def close(app: Sphinx, exception: Exception | None) -> None:
    """End the draughtsman with the build."""
    build(app).draughtsman.close()


def setup(app: Sphinx) -> None:
    """Connect this part to Sphinx."""
    add_for_html(app, SiteChart, visit_chart)
    app.connect("config-inited", said_alone(read_config))
    app.connect("builder-inited", prepare)
    app.connect("write-started", write_bundle)
    app.connect("build-finished", close)
