"""The site's scripts on small pages: no address, search or value makes them fail or starts a formula."""

import json
import shutil
from importlib.resources import files as package_files
from urllib.parse import unquote

import hostile
import pytest
from places import ROOT
from site_helpers import Visit

from sphinx_fresh import files
from sphinx_fresh.search import index

OWN, BOOK = ROOT / "src/sphinx_fresh/static", ROOT / "book/_static"
TABLES = """<!DOCTYPE html><meta charset="utf-8"><script defer src="site.js"></script>
<script defer src="tables.js"></script><script defer src="found.js"></script>
<details class="site-fold" id="50%"><summary>a</summary>b</details>
<div class="site-search" data-table="t" data-rows="2" data-part="9" data-files='["t.js"]' data-named="true"
data-columns='[{"key": "name", "label": "name"}]' data-facets="[]">
<p class="site-search-caption">T</p><div class="site-search-tools"></div><table>
<thead><tr><th>name</th></tr></thead><tbody></tbody></table><div class="site-search-pages"></div></div>"""
CHOICES = """<!DOCTYPE html><meta charset="utf-8">
<script src="choices.js"></script><script src="own.js"></script>
<div id="controls"><p></p></div><div class="site-figure"><figure id="f"><figcaption></figcaption></figure>
<div class="site-tools"><a download="x">CSV</a></div></div>"""
SEARCH = """<!DOCTYPE html><meta charset="utf-8"><body><script>
var DOCUMENTATION_OPTIONS = { URL_ROOT: "./" }, SPHINX_HIGHLIGHT_ENABLED = false, stopwords = [];
function Stemmer() { this.stemWord = function (word) { return word; }; }
</script><script src="doctools.js"></script><script src="searchtools.js"></script>
<script>Search.setIndex({ docnames: ["a"], filenames: ["a.md"], titles: ["A"],
titleterms: { gain: 0 }, terms: { gain: [0], builder: 0 } });</script>"""
MALFORMED = (
    "#%",
    "#%zz",
    "#50%",
    "#%ff",
    "#row=%",
    "#row=50%",
    "#find--t--_",
    "#find--t--50_",
    "#%=%",
    "#constructor=1",
    "#table=t&search=%&columns=constructor&sort=-",
    "#table=constructor",
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A folder with the pages and the scripts that they load."""
    folder = tmp_path_factory.mktemp("pages")
    for path in [*OWN.glob("*.js"), *BOOK.glob("*.js")]:
        shutil.copy(path, folder)
    (folder / "t.js").write_text('window.siteTables = { t: [[["50%"], ["constructor"]]] };')
    sphinx = package_files("sphinx") / "themes/basic/static"
    (folder / "doctools.js").write_text((sphinx / "doctools.js").read_text("utf-8"))
    (folder / "searchtools.js").write_text(index.own_script((sphinx / "searchtools.js").read_text("utf-8")))
    for name, page in (("tables", TABLES), ("choices", CHOICES), ("search", SEARCH)):
        (folder / f"{name}.html").write_text(page)
    return folder


@pytest.mark.parametrize("page", ["tables", "choices"])
def test_no_address_makes_a_script_fail(pages, chromium, page):
    write_own(pages, [])
    visit = Visit(chromium, (pages / f"{page}.html").as_uri())
    for address in MALFORMED:
        visit.page.evaluate("hash => { location.hash = hash; }", address)
        visit.page.wait_for_timeout(20)
    assert visit.problems == []
    visit.context.close()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("#50%", "document.getElementById('50%').open"),
        ("#50%25", "document.getElementById('50%').open"),
        ("#row=50%", "document.querySelector('.site-marked').textContent === '50%'"),
        ("#row=50%25", "document.querySelector('.site-marked').textContent === '50%'"),
        ("#row=constructor", "document.querySelector('.site-marked').textContent === 'constructor'"),
        ("#find--t--50_25", "document.querySelector('input').value === '50%'"),
    ],
)
def test_an_address_leads_where_it_says_even_with_a_bare_percent_sign(pages, chromium, address, shown):
    visit = Visit(chromium, (pages / "tables.html").as_uri() + address)
    assert visit.page.evaluate(shown)
    assert visit.problems == []
    visit.context.close()


def test_every_word_can_be_searched(pages, chromium):
    visit = Visit(chromium, (pages / "search.html").as_uri())
    found = visit.page.evaluate(
        "words => words.map(w => Search.performTermsSearch(new Set([w]), new Set(['constructor'])))",
        words := ["gain", "builder", "build", "constructor", "__proto__", "valueof"],
    )
    pages_found = {word: [page for page, *_ in rows] for word, rows in zip(words, found, strict=True)}
    assert pages_found == {word: ["a"] if word in words[:3] else [] for word in words}
    assert visit.problems == []
    visit.context.close()


def test_excerpts_are_of_the_texts_in_the_index():
    path = package_files("sphinx") / "themes/basic/static/searchtools.js"
    script = index.own_script(path.read_text("utf-8"))
    assert all(own in script for own in (index.OWN_WORDS, index.OWN_TEXT, index.OWN_STRIPPED))
    assert "fetch(" not in script


def test_sphinx_s_script_is_changed_once():
    script = "a; Search._index = index; b;"
    assert script != index.own_script(script) == index.own_script(index.own_script(script))


def write_own(pages, rows):
    """The page's own script: it writes rows into the file of its figure."""
    choice = {"key": "k", "options": ["1"], "start": 0, "called": ["one"], "label": "K", "group": "G"}
    data = {"choices": [{**choice, "view": True, "reason": ""}], "figures": ["f"], "table": "t"}
    (pages / "own.js").write_text(
        f"""window.siteData = {{ controls: {json.dumps(data)} }};
        window.siteChoices.start(function () {{ return true; }}, function (data, parts) {{
          return {{
            effect: function () {{ return null; }},
            show: function () {{ parts.figures[0].write({json.dumps(rows)}); return ""; }}
          }};
        }});"""
    )


def test_a_file_made_in_the_browser_is_as_inert_as_one_made_with_the_page(pages, chromium):
    cells = ["=1+2", "+x", "-2+3", "@a", "\tx", "\r=x", "a\r\nb", 'say "a"', "-", "-1e", "1-2", "−2", ""]
    numbers = [-3, 2.5, -0.5, 1e21, "-2", "+1.5e3", ".5", None]
    rows = [["=c", "d"], cells, numbers, [*hostile.PAYLOADS]]
    write_own(pages, rows)
    visit = Visit(chromium, (pages / "choices.html").as_uri())
    href = visit.page.locator("a[download]").get_attribute("href")
    assert unquote(href.removeprefix("data:text/csv;charset=utf-8,")) == files.csv_text(rows[0], rows[1:])
    visit.context.close()
