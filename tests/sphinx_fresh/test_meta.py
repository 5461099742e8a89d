"""What a page says of itself to search engines and previews."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from sphinx.errors import ConfigError

from sphinx_fresh.theme import meta


def paragraph(*parts: nodes.Node) -> nodes.section:
    return nodes.section("", nodes.paragraph("", "", *parts))


def test_the_description_is_the_first_paragraph():
    first = paragraph(nodes.Text("Before  \nall."))
    second = paragraph(nodes.Text(""), nodes.strong("", "It is worth 5x."), nodes.Text(" More."))
    quoted = nodes.section("", nodes.block_quote("", nodes.paragraph("", "An aside")), second)
    assert meta.description(nodes.section("", first, second)) == "Before all."
    assert meta.description(quoted) == "It is worth 5x. More."
    assert meta.description(nodes.section()) == ""


def an_app(address: str) -> SimpleNamespace:
    config = SimpleNamespace(
        html_baseurl=address,
        site_picture={"file": "a.svg", "description": "A <dot>"},
        root_doc="index",
        html_title="",
        project="Book",
        language="en",
        site_schema=[{"@type": "Dataset", "name": "</script>"}],
    )
    return SimpleNamespace(config=config, builder=SimpleNamespace(get_target_uri=lambda name: f"{name}.html"))


def test_what_needs_an_address_is_left_out_without_one():
    without, with_one = (
        "\n".join(meta.tags(an_app(a), "b/c", "T", 'say "x"')) for a in ("", "https://example.org/book")
    )
    assert "og:url" not in without and "og:image" not in without and "example" not in without
    assert 'content="say &quot;x&quot;"' in without
    assert '<meta property="og:url" content="https://example.org/book/b/c.html" />' in with_one
    assert (
        '<meta property="og:image" content="https://example.org/book/_static/site/picture.png" />' in with_one
    )
    assert 'content="A &lt;dot&gt;"' in with_one
    assert "</script>" not in meta.schema(an_app(""))[:-9]
    found = json.loads(re.search(r">(.*)</script>$", meta.schema(an_app("https://example.org/")))[1])
    assert found["@graph"] == [{"@type": "Dataset", "name": "</script>", "url": "https://example.org/"}]


def test_a_wrong_address_ends_the_build():
    with pytest.raises(ConfigError, match="begins with https"):
        meta.check(None, SimpleNamespace(html_baseurl="example.org", site_picture={}))
