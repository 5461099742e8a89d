"""What a reader looks for is found: names in tables by the search, terms by the glossary, functions by the
API page.
"""

import json
import re

from bs4 import BeautifulSoup
from places import pages
from site_helpers import Visit

from sphinx_fresh.search import table_names
from sphinx_fresh.search.index import HEAD, TAIL


def test_every_name_is_in_the_index(html):
    text = (html / "searchindex.js").read_text(encoding="utf-8")
    titles = json.loads(text.removeprefix(HEAD).removesuffix(TAIL))["alltitles"]
    for name in (
        "Toolformer",
        "Tree of Thoughts",
        "LAMA",
        "GSM8K",
        "HumanEval",
        "PaLM 540B",
        "code-davinci-002",
    ):
        assert any(place[1].startswith(table_names.MARK) for place in titles[name]), name


def test_the_search_finds_names_from_disk_and_leads_to_their_rows(chromium, html):
    for name, table in (
        ("LAMA", "ev-benchmarks"),
        ("PaLM 540B", "ev-models"),
        ("code-davinci-002", "ev-models"),
    ):
        visit = Visit(chromium, (html / "book/about/how-to-cite.html").as_uri())
        visit.page.keyboard.press("Control+k")  # the theme's dialog
        visit.page.locator("#pst-search-dialog input[type=search]").fill(name)
        visit.page.keyboard.press("Enter")
        visit.page.locator("ul.search li a", has_text=f"> {name}").first.click()
        place = visit.page.locator(f"[data-table={table}]")
        place.locator("tbody tr", has_text=name).first.wait_for()
        assert place.locator("input[type=search]").input_value() == name
        assert visit.problems == []
        visit.context.close()


def test_the_search_finds_enhancements_and_functions(chromium, html):
    for words, page in (
        ("Toolformer", "paper/03-1-tools.html"),
        ("with_intervals", "about/api.html#ceg.uncertainty.intervals.with_intervals"),
        ("maj@k", "about/glossary.html#term-maj-k"),
    ):
        visit = Visit(chromium, f"{(html / 'search.html').as_uri()}?q={words}")
        visit.page.locator(f'ul.search li a[href*="{page}"]').first.wait_for()
        assert visit.problems == []
        visit.context.close()


def test_a_definition_shows_on_hover_focus_and_without_a_script_and_escape_closes_it(chromium, html):
    address = (html / "book/paper/02-conceptual-framework.html").as_uri()
    for options in ({}, {"java_script_enabled": False}, {"viewport": {"width": 360, "height": 740}}):
        visit = Visit(chromium, address, **options)
        shown = visit.page.locator(".site-term-text:visible")
        assert shown.count() == 0
        term = visit.page.locator(".site-term dfn").first
        term.focus()
        assert "training compute" in shown.inner_text() and term.get_attribute(
            "aria-describedby"
        ) == shown.get_attribute("id")
        if options.get("java_script_enabled", True):
            assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            visit.page.keyboard.press("Escape")
            assert shown.count() == 0
            term.blur()
            visit.page.wait_for_timeout(50)
            assert visit.problems == []
        else:
            term.blur()
        term.hover()
        shown.locator("a").click()  # the pointer may go to the definition
        visit.page.wait_for_url("**/glossary.html#term-*")
        visit.context.close()


# --- the API page -----------------------------------------------------------------------------------


def test_the_api_page_has_what_researchers_call(html):
    page = BeautifulSoup((html / "book/about/api.html").read_text(encoding="utf-8"), "html.parser")
    for name in (
        "ceg.open",
        "ceg.analysis.analysis.Analysis.estimate",
        "ceg.estimator.gain.Estimate",
        "ceg.evidence.assumptions.Assumptions",
        "ceg.exhibits.scores_against_compute.panels",
        "sphinx_fresh.show.show",
    ):
        assert page.find(id=name) is not None, name
    assert "The CEG of a comparison, with its names, costs" in page.get_text()


# --- for programs that read ---------------------------------------------------------------------------


def test_llms_txt_leads_to_every_page_with_a_line_on_it(html):
    text = (html / "llms.txt").read_text(encoding="utf-8")
    linked = dict(re.findall(r"^- \[.*\]\(([^()]*)\)(: .+)?$", text, flags=re.MULTILINE))
    wanted = {f"book/{page.removeprefix('book/')}.html" for page in pages()} - {"book/index.html"}
    assert wanted <= linked.keys()
    assert all((html / place).is_file() for place in linked)
    assert [place for place, said in linked.items() if not said] == []
