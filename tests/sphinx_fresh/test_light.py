"""Pages load what they use, obey a strict policy and say what they are."""

from __future__ import annotations

import gzip
import re

import pytest
from site_helpers import Book, Visit, served

from sphinx_fresh.theme import light

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8" />
<link rel="stylesheet" type="text/css" href="../_static/sphinx-design.min.css?v=1" />
<script src="../_static/scripts/fontawesome.js?digest=1"></script>
<script src="../_static/doctools.js?v=1"></script>
<script src="../_static/clipboard.min.js?v=1"></script>
<script>let toggleHintShow = 'Click to show';</script>
<script>DOCUMENTATION_OPTIONS.pagename = 'a';</script>
<script>keep();</script>
<script defer="defer" src="../_static/site.js"></script>
</head><body>{}</body></html>"""


# --- what is loaded -------------------------------------------------------------------------------


def test_a_page_keeps_what_it_uses():
    plain = light.lightened(PAGE.format("<p>text</p>"))
    assert re.findall(r"<(?:script|link)[^>]*>", plain) == [
        '<script defer src="../_static/doctools.js?v=1">',
        "<script>",
        '<script defer="defer" src="../_static/site.js">',
    ]
    assert "keep();" in plain and "toggleHintShow" not in plain and "pagename" not in plain
    rich = light.lightened(
        PAGE.format('<div class="highlight-x highlight"></div><p class="a sd-card"></p><p class="toggle">')
    )
    assert "clipboard.min.js" in rich and "sphinx-design.min.css" in rich and "toggleHintShow" in rich
    assert "fontawesome.js" not in rich


def test_contents_follow_their_own_links():
    body = '<body data-bs-spy="scroll" data-bs-target=".bd-toc-nav" data-offset="180">{}</body>'
    nav = '<nav id="pst-page-toc-nav">'
    assert light.followed(body.format(nav)) == body.format(nav).replace(".bd-toc-nav", "#pst-page-toc-nav")
    assert "data-bs-spy" not in light.followed(body.format(""))


def test_a_menu_is_no_toggle():
    assert "togglebutton.js" in light.unused(
        '<div class="dropdown dropdown-download-buttons"><b class="sidebar-toggle">'
    )
    assert "togglebutton.js" not in light.unused('<div class="admonition note dropdown">')


# --- a built site ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> Book:
    """The fixture book with an address, a picture, and parts that a policy must name."""
    book = Book(tmp_path_factory.mktemp("light"))
    config = book.folder / "_config.yml"
    text = config.read_text(encoding="utf-8").replace(
        "html:\n", "html:\n  baseurl: https://example.org/toy/\n", 1
    )
    text += "    site_picture: {file: a.svg, description: A square}\n"
    text += '    site_schema: [{"@type": Dataset, name: Toy}]\n'
    config.write_text(text, encoding="utf-8")
    (book.folder / "a.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"/>', encoding="utf-8"
    )
    book.edit(
        "book/index.md",
        "# Start\n",
        '# Start\n\n**A toy is 2 &lt; 3.** Yes.\n\n<p style="margin-left: 7px" id="held">x</p>\n',
    )
    result = book.build()
    assert result.code == 0, result.errors
    return book


def test_the_site_is_light(toy):
    static = toy.site / "_static"
    assert not [
        path
        for path in static.rglob("*")
        if path.suffix == ".map" or "fontawesome" in path.name or path.name == "locales"
    ]
    sheet = (static / "styles/pydata-sphinx-theme.css").read_text(encoding="utf-8")
    assert "fa-solid-900" not in sheet and ".fa-ambulance" not in sheet and ".fa-solid" in sheet
    for name, page in toy.pages().items():
        if name == "index.html":
            continue  # leads to the first page
        assert 'lang="en"' in page, name
        named = [
            src for src in re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"?]*_static/[^"?]*)', page)
        ]
        assert all((toy.site / name).parent.joinpath(file).exists() for file in named), name
        size = sum(
            len(gzip.compress((toy.site / name).parent.joinpath(file).read_bytes())) for file in set(named)
        )
        assert size < 120_000, name
        assert "vega-bundle.js" not in "".join(named), name


def test_the_site_says_what_it_is(toy):
    index, charts = toy.page("book/index"), toy.page("book/charts")
    assert '<meta name="description" content="A toy is 2 &lt; 3. Yes." />' in index
    assert '"@type": "Dataset"' in index and "ld+json" not in charts
    assert '<link rel="canonical" href="https://example.org/toy/book/charts.html"' in charts
    assert (toy.site / "_static/site/picture.png").read_bytes()[:4] == b"\x89PNG"
    places = re.findall("<loc>(.*)</loc>", (toy.site / "sitemap.xml").read_text(encoding="utf-8"))
    assert places == [f"https://example.org/toy/book/{name}.html" for name in ("charts", "index", "tables")]


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_site_obeys_its_policy(toy, chromium, scheme):
    with served(toy.site) as base:
        start = base if scheme == "http" else toy.site.as_uri()
        visit = Visit(chromium, f"{start}/book/index.html")
        page = visit.page
        assert page.locator("#held").evaluate("node => getComputedStyle(node).marginLeft") == "7px"
        sun = page.locator(".pst-js-only .fa-magnifying-glass, .search-button__button i").first
        assert "Font Awesome" in sun.evaluate("node => getComputedStyle(node).fontFamily")
        assert page.evaluate("document.fonts.check('900 16px \"Font Awesome 6 Free\"', '\\uf002')")
        page.evaluate("window.print = () => { window.printed = true }")
        page.evaluate("document.querySelector('[data-site-do=print]').click()")
        assert page.evaluate("window.printed")
        assert visit.problems == []
        page.evaluate("""() => setTimeout(() => {  // later: what a test itself evaluates is exempt
            const made = document.createElement("p");
            made.innerHTML = '<img src="x:" onerror="window.ran = true">';
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(made, script);
            try { window.ran = new Function("return true")(); } catch (error) { window.refused = error.name; }
        })""")
        page.wait_for_timeout(200)
        assert page.evaluate("[window.ran, window.refused]") == [None, "EvalError"]
        visit.context.close()
