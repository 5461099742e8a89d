"""A site's pages joined into one document, and printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bs4 import BeautifulSoup
from pypdf import PdfReader

from sphinx_fresh.deliver import joined


def site_of_two(folder: Path) -> Path:
    """A site with an opening page and another, each with a link to the other and to a file."""
    part = '<p class="caption">Part</p><ul><li><a href="{}">2. Two</a></li></ul>'
    nav = f'<nav class="bd-links"><div class="bd-toc-item">{part}</div></nav>'
    head = '<head><link rel="stylesheet" href="{0}print.css?v=1"></head>'
    body = '<body>{1}<article class="bd-article">{2}</article></body>'
    page = f"<!DOCTYPE html><html>{head}{body}</html>"
    one = (
        '<h1 id="one">One<a class="headerlink" href="#one">#</a></h1>'
        '<a id="go" href="sub/two.html#x">to two</a><a href="a.csv">file</a>'
        '<div class="site-tools">tools</div>'
    )
    two = (
        '<h1>2. Two</h1><p id="x"><a href="../one.html">back</a> <a href="#x">here</a> '
        '<a href="https://a.b/">far</a></p><svg><g clip-path="url(#c)"></g></svg>'
    )
    (folder / "sub").mkdir(parents=True)
    (folder / "print.css").write_text("@page { size: A4 } .site-sheet-chapter { break-before: page }")
    (folder / "one.html").write_text(page.format("", nav.format("sub/two.html"), one))
    (folder / "sub/two.html").write_text(page.format("../", "", two))
    return folder


def test_pages_are_joined_with_links_that_stay_within(tmp_path):
    site = site_of_two(tmp_path)
    parts = joined.contents(site, "one.html")
    assert [(p.title, [c.file for c in p.chapters]) for p in parts] == [
        ("", ["one.html"]),
        ("Part", ["sub/two.html"]),
    ]
    parsed = BeautifulSoup(joined.joined(site, parts, "A <b>", "", {"sub-two": 7}), "html.parser")
    assert parsed.title.get_text() == "A <b>" and "tools" not in parsed.get_text()
    assert parsed.select_one("#one-go")["href"] == "#sub-two-x"
    assert [a.get("href") for a in parsed.select("#sub-two-x a")] == ["#one", "#sub-two-x", "https://a.b/"]
    assert "href" not in parsed.find("a", string="file").attrs  # paper does not have it
    assert parsed.select_one("g")["clip-path"] == "url(#sub-two-c)"
    assert parsed.select_one(".site-sheet-line:last-child span").get_text() == "7"


def test_a_site_as_a_pdf(browser_path, tmp_path):
    site = site_of_two(tmp_path / "site")
    script = (
        "import sys; from pathlib import Path; from sphinx_fresh.deliver import pdf; "
        "pdf.write(Path(sys.argv[1]), 'one.html', 'T', '<p>by</p>', 'A', Path(sys.argv[2]))"
    )
    for name in ("a.pdf", "b.pdf"):  # a process of its own: this one drives a browser already
        subprocess.run([sys.executable, "-c", script, site, tmp_path / name], check=True)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    made = PdfReader(tmp_path / "a.pdf")
    texts = [page.extract_text() for page in made.pages]
    assert dict(made.metadata) == {"/Title": "T", "/Author": "A"}
    assert (
        "2. Two" in texts[-1] and str(len(texts)) in texts[0].split("2. Two")[-1]
    )  # the contents say on which sheet
    assert b"file:" not in (tmp_path / "a.pdf").read_bytes()
