"""What a reader looks for is found: names in tables by the search, terms by the glossary, functions by the API page."""

import json

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from site_helpers import Visit
from sphinx import addnodes

from sphinx_fresh.search import table_names
from sphinx_fresh.search.index import HEAD, TAIL, with_names
from sphinx_fresh.theme import terms

# --- names in tables ------------------------------------------------------------------------------


def test_names_are_those_of_the_columns_with_and_without_brackets():
    columns = [{"key": "id"}, {"key": "name"}]
    rows = [["1", "GSM8K (HELM)"], ["2", "Arc"], ["3", ""], ["4", "Arc"]]
    assert table_names.names(columns, rows, ["name"]) == ["Arc", "GSM8K", "GSM8K (HELM)"]
    assert table_names.names(columns, rows, []) == []
    with pytest.raises(ValueError, match="model"):
        table_names.names(columns, rows, ["model"])


def test_an_anchor_is_a_css_selector_s_name():
    assert table_names.anchor("t-1", "PaLM 540B") == "find--t-1--PaLM_20540B"
    assert table_names.anchor("t-1", "a_b.é") == "find--t-1--a_5Fb_2E_C3_A9"


def test_titles_in_the_index_are_text_and_adding_names_twice_changes_nothing():
    index = {"docnames": ["a", "b"], "alltitles": {"<i>x": [[1, "x"]], "Same": [[1, "s"], [0, None]]}}
    names = {"b": {"Same": "find--t--Same", "</b>": "find--t--b"}}
    titles = with_names(index, names)
    assert titles == {
        "&lt;i>x": [[1, "x"]],
        "Same": [[0, None], [1, "find--t--Same"], [1, "s"]],
        "&lt;/b>": [[1, "find--t--b"]],
    }
    assert with_names(index | {"alltitles": titles}, names) == titles
    assert with_names(index | {"alltitles": titles}, {}) == {
        "&lt;i>x": [[1, "x"]],
        "Same": [[0, None], [1, "s"]],
    }


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


@pytest.mark.browser
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
        assert place.locator("input").input_value() == name
        assert visit.problems == []
        visit.context.close()


@pytest.mark.browser
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


# --- terms ------------------------------------------------------------------------------------------

KNOWN = [
    terms.Definition(("compute-equivalent gain", "CEG"), "g", "term-gain", "The gain."),
    terms.Definition(("FLOP",), "g", "term-FLOP", "An operation."),
    terms.Definition(("pass@k",), "g", "term-pass", "Any of k."),
]


def explained(*children: nodes.Node) -> list[str]:
    """The words explained in a page of one paragraph."""
    section = nodes.section("", nodes.title("", "CEG"), nodes.paragraph("", "", *children))
    terms.explain(section, KNOWN)
    return [use.astext() for use in section.findall(terms.TermUse)]


def test_the_first_use_in_prose_is_explained():
    assert explained(nodes.Text("A Compute-equivalent gain, or CEG, of 3 FLOP; FLOP again.")) == [
        "Compute-equivalent gain",
        "FLOP",
    ]
    assert explained(nodes.Text("Of flop, FLOPs, subCEG, CEG-like")) == []
    assert explained(nodes.strong("", "By pass@k."), nodes.Text(" CEG")) == ["pass@k", "CEG"]
    others = (
        nodes.literal("", "CEG"),
        nodes.reference("", "FLOP", refuri="x"),
        nodes.inline("", "pass@k", classes=["pasted-text"]),
    )
    assert explained(*others) == []


def test_a_glossary_is_read():
    term = nodes.term("", "", nodes.Text("CEG"), addnodes.index(entries=[]), ids=["term-CEG"])
    item = nodes.definition_list_item(
        "", term, nodes.definition("", nodes.paragraph("", "The\ngain."), nodes.paragraph("", "More."))
    )
    page = nodes.section("", addnodes.glossary("", nodes.definition_list("", item)))
    assert terms.definitions(page, "g") == [terms.Definition(("CEG",), "g", "term-CEG", "The gain.")]


@pytest.mark.browser
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
        "sphinx_fresh.show.Figure",
    ):
        assert page.find(id=name) is not None, name
    assert "The CEG of a comparison, with its names, costs" in page.get_text()
