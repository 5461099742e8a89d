"""Sources under a figure, and how a part of the book is cited."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from pybtex.database import parse_string

from sphinx_fresh.figures import cite

BIB = """@article{b2020, author={Bee, Ann and others}, title={On <i> \\& {GPT}}, journal={J},
  year={2020}, eprint={2005.14165}}
@misc{a2021, author={Ant, Al}, title={T}, year={2021}, url={javascript:alert(1)}}
@misc{c2022, author={Cat, Cy}, title={U}, year={2022}, url={https://example.org/"><script>alert(1)</script>}}"""


def bibliography() -> SimpleNamespace:
    domain = SimpleNamespace(bibdata=SimpleNamespace(data=parse_string(BIB, "bibtex")))
    return SimpleNamespace(
        get_domain=lambda _: domain,
        config=SimpleNamespace(bibtex_bibfiles=["r.bib"]),
        srcdir="/s",
        note_dependency=lambda _: None,
    )


def test_sources_are_grouped_and_cited_in_full():
    named = [
        ("b2020", "Table 1", "verified"),
        ("b2020", "Fig. <2>", "readoff"),
        ("b2020", "Table 3", "verified"),
        ("b2020", "Table 1", "verified"),
        ("a2021", "", ""),
    ]
    parsed = BeautifulSoup(cite.sources(bibliography(), named).replace("&nbsp;", " "), "html.parser")
    first, second = parsed.ul.find_all("li", recursive=False)
    assert (
        first.get_text().startswith("Al Ant") and first.ul is None and first.a is None
    )  # no address of the web
    assert "Ann Bee and others. On <i> & GPT. J, 2020." in second.get_text()
    assert second.a["href"] == "https://arxiv.org/abs/2005.14165"
    assert [li.get_text() for li in second.ul.find_all("li")] == [
        "verified: Table 1; Table 3",
        "readoff: Fig. <2>",
    ]
    assert cite.sources(bibliography(), []) == ""
    with pytest.raises(ValueError, match="'nobody' is not in the bibliography"):
        cite.sources(bibliography(), [("nobody", "", "")])


def test_a_hostile_address_stays_an_address():
    parsed = BeautifulSoup(cite.sources(bibliography(), [("c2022", "", "")]), "html.parser")
    assert parsed.script is None and parsed.a["href"].startswith('https://example.org/"><script>')


def test_a_part_of_the_book_is_cited():
    book = {
        "authors": [{"name": "The Makers"}, {"family-names": "Bee", "given-names": "Ann"}],
        "title": "A & B",
        "version": "1.2",
        "year": "2026",
    }
    sentence, bibtex = cite.citation(
        book, "Figure 7: 5% {more}", "fig-7", "https://example.org/a_b.html#fig-7"
    )
    assert (
        sentence
        == "The Makers; Bee, Ann (2026). Figure 7: 5% {more}. In: A & B, version 1.2. https://example.org/a_b.html#fig-7"
    )
    fields = parse_string(bibtex, "bibtex").entries["fig-7"]
    assert [str(p) for p in fields.persons["author"]] == ["{The Makers}", "Bee, Ann"]
    assert (
        fields.fields["title"] == "Figure 7: 5\\% more"
        and fields.fields["url"] == "https://example.org/a_b.html#fig-7"
    )
    assert (
        cite.citation(book, "x", "k", "")[0].endswith("version 1.2.")
        and "url" not in cite.citation(book, "x", "k", "")[1]
    )
