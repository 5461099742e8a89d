"""A site's pages joined into one document, and printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader

from sphinx_fresh.deliver import columns, joined


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
        '<p class="site-search-file">9 rows: <a href="downloads/a.csv" download>download as CSV</a></p>'
    )
    two = (
        '<h1>2. Two</h1><p id="x"><a href="../one.html">back</a> <a href="#x">here</a> '
        '<a href="https://a.b/">far</a></p><svg><g clip-path="url(#c)"></g></svg>'
    )
    (folder / "sub").mkdir(parents=True)
    (folder / "print.css").write_text(".site-sheet-chapter { break-before: page }")
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
    articles = joined.read(site, parts)
    parsed = BeautifulSoup(joined.joined(articles, parts, "A <b>", "", {"sub-two": 7}), "html.parser")
    assert parsed.title.get_text() == "A <b>" and "tools" not in parsed.get_text()
    assert parsed.select_one("#one-go")["href"] == "#sub-two-x"
    assert [a.get("href") for a in parsed.select("#sub-two-x a")] == ["#one", "#sub-two-x", "https://a.b/"]
    assert "href" not in parsed.find("a", string="file").attrs  # paper does not have it
    assert parsed.select_one("g")["clip-path"] == "url(#sub-two-c)"
    assert parsed.select_one(".site-sheet-line:last-child span").get_text() == "7"
    assert parsed.h1.get_text() == "Contents" and parsed.select_one("#sub-two").get_text().startswith(
        "Part2. Two"
    )
    assert "the site's file downloads/a.csv" in parsed.get_text()


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
    assert {tuple(round(side) for side in page.mediabox[2:]) for page in made.pages} == {(595, 842)}  # A4
    titles = [each.title for each in made.outline if not isinstance(each, list)]
    assert titles == ["Contents", "One", "2. Two"]  # Chromium would say 2. Two2. Two


# --- tables ---------------------------------------------------------------------------------------


def table_of(heads: str, *rows: str, note: str = "") -> Tag:
    """A table of cells that are apart by "|"; a heading with a star is of a wide column. Last, a note."""
    head = "".join(
        f'<th class="{"site-wide" if "*" in each else ""}"><p>{each.strip("*")}</p></th>'
        for each in heads.split("|")
    )
    body = "".join(f"<tr>{''.join(f'<td><p>{c}</p></td>' for c in row.split('|'))}</tr>" for row in rows)
    body += f'<tr class="site-note"><td colspan="9">{note}</td></tr>' if note else ""
    text = f'<table class="table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    parsed = BeautifulSoup(text, "html.parser")
    columns.fit(parsed, parsed.table)
    return parsed.table


def texts(table: Tag) -> list[str]:
    """The text of each row, its cells apart by "|"."""
    return ["|".join(cell.get_text() for cell in row.find_all(["th", "td"])) for row in table.select("tr")]


def test_what_does_not_fit_beside_the_first_columns_stands_below_its_row():
    table = table_of("a|b|*c*|d|e|f|g|h|i", "1|2|long|4|5|6|7|8|9", "1|2||4|5|6|7|8|")
    assert texts(table) == ["a|b|d|e|f|g", "1|2|4|5|6|7", "c longh 8i 9", "1|2|4|5|6|7", "h 8"]
    assert [line.get_text() for line in table.select(".site-note p")] == ["c long", "h 8", "i 9", "h 8"]
    assert table.select_one(".site-note td")["colspan"] == "6"
    noted = table_of("a|b|*c*|d|e|f|g|h|i", "1|2|long|4|5|6|7|8|9", note="<p>z 0</p>")
    assert texts(noted)[2:] == ["z 0c longh 8i 9"] and noted.select_one(".site-note td")["colspan"] == "6"
    eight = "1|2|3|4|5|6|7|8"
    assert texts(table_of(eight, eight)) == [eight, eight]


def test_columns_are_as_wide_as_their_texts_ask_for():
    table = table_of("n|said|more", "Figure 15|2|" + "some words " * 30, "Figure 2|1|few")
    widths = [float(col["style"].removeprefix("width: ").rstrip("%")) for col in table.select("col")]
    assert sum(widths) == pytest.approx(100, abs=0.2) and widths[2] > 3 * widths[0]
    assert widths[0] / widths[1] == pytest.approx(
        9 / 5, abs=0.05
    )  # the letters of "Figure 15", and the least
