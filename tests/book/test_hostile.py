"""Text of the data stays text: in Markdown, tables, charts, downloads, search and pages, whatever it holds."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import hostile
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils.base import DocutilsRenderer
from myst_parser.parsers.mdit import create_md_parser
from places import ROOT
from site_helpers import Visit

from ceg import formatting
from ceg.evidence import check
from sphinx_fresh import files
from sphinx_fresh.figures import charts
from sphinx_fresh.figures.drawing import Draughtsman

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
MYST = create_md_parser(
    MdParserConfig(enable_extensions=set(CONFIG["parse"]["myst_enable_extensions"])), DocutilsRenderer
)
PLAIN = {"text", "text_special", "softbreak", "inline", "paragraph_open", "paragraph_close"}


def flat(tokens: list) -> list:
    """Markdown tokens with those inside them."""
    return [each for token in tokens for each in (token, *flat(token.children or []))]


def shown_by(parser: MarkdownIt, markdown: str) -> str | None:
    """The text that Markdown shows, on one line; None if it is more than a paragraph of text."""
    tokens = flat(parser.parse(markdown))
    if {token.type for token in tokens} - PLAIN:
        return None
    said = "".join(
        "\n" if t.type == "softbreak" else t.content
        for t in tokens
        if t.type in ("text", "text_special", "softbreak")
    )
    return " ".join(said.split())


@pytest.mark.parametrize("parser", [MYST, MarkdownIt("commonmark")], ids=["site", "notebook"])
@pytest.mark.parametrize("words", hostile.PAYLOADS)
def test_text_in_markdown_is_text(parser, words):
    for around in ("{}", "Said: {}", "{} (said)"):
        assert shown_by(parser, around.format(formatting.literal(words))) == " ".join(
            around.format(words).split()
        )
    assert [t.type for t in flat(parser.parse(formatting.code(words))) if t.type not in PLAIN] == [
        "code_inline"
    ]


@given(st.text(alphabet="\\`*_{}[]<>()#+.!|~$&%=:^@\"'-;/ ab1\n", min_size=1))
def test_any_text_in_markdown_is_text(words):
    assert shown_by(MYST, f"Said: {formatting.literal(words)}") == " ".join(f"Said: {words}".split())


def test_downloads_hold_no_formula_and_numbers_stay_numbers():
    cells = [
        "=1+2",
        "+x",
        "-2+3",
        "@a",
        "\tx",
        "a\r=x",
        "-2",
        "+1.5e3",
        "a=b",
        -3,
        2.5,
        None,
        "",
        *hostile.PAYLOADS,
    ]
    said = files.csv_text([str(i) for i in range(len(cells))], [cells])
    read = list(csv.reader(io.StringIO(said, newline="")))[1]
    assert read[:13] == [
        "'=1+2",
        "'+x",
        "'-2+3",
        "'@a",
        "'\tx",
        "a\n=x",
        "-2",
        "+1.5e3",
        "a=b",
        "-3",
        "2.5",
        "",
        "",
    ]
    for before, after in zip(hostile.PAYLOADS, read[13:], strict=True):
        assert after == (f"'{before}" if before[0] in "=+-@" and before != "+11" else before)


@pytest.fixture(scope="module")
def draughtsman():
    made = Draughtsman()
    yield made
    made.close()


@pytest.mark.parametrize("words", [*hostile.PAYLOADS, 'a\\" + datum.x + "', "it's"])
def test_charts_show_text(words, tmp_path, draughtsman):
    spec = {
        "data": {"values": [{"x": 1, "y": 2, "name": words}]},
        "title": words,
        "mark": {"type": "text", "tooltip": True},
        "encoding": {"x": {"field": "x", "type": "quantitative", "title": words}, "text": {"field": "name"}},
    }
    node = charts.chart_node(spec, None, words, charts.Drawings(tmp_path, draughtsman))
    drawn = ElementTree.fromstring(node["svg"])
    assert not {each.tag.rpartition("}")[2] for each in drawn.iter()} & {
        "script",
        "img",
        "b",
        "a",
        "foreignObject",
    }
    said = [" ".join((each.text or "").split()) for each in drawn.iter() if each.tag.endswith("}text")]
    assert any(" ".join(words.split())[:12] in each for each in said)
    assert json.dumps(node["spec"]["data"]["values"][0]["name"]) == json.dumps(words)


def test_control_characters_are_refused(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    path = tmp_path / "data/models.csv"
    path.write_bytes(path.read_bytes().replace(b"GPT-J 6B,", b"GPT-J\x00 6B,", 1))
    (problem,) = check.check(tmp_path / "data")
    assert (problem.file, problem.row, problem.found) == ("data/models.csv", 10, "the character U+0000")


def test_nothing_is_unpickled_and_yaml_is_read_safely():
    unsafe = re.compile(
        r"\b(?:pickle|marshal|shelve|dill|joblib)\b|yaml\.(?:load|unsafe_load|full_load)\(|(?<![\w.])(?:eval|exec)\("
    )
    for path in [
        *(ROOT / "src").rglob("*.py"),
        *(ROOT / "book").rglob("*.md"),
        *(ROOT / "bench").glob("*.py"),
    ]:
        assert not unsafe.search(path.read_text(encoding="utf-8")), path


# --- the whole book on hostile rows -----------------------------------------------------------------


@pytest.fixture(scope="module")
def poisoned_book(tmp_path_factory) -> Path:
    """The book built from hostile rows."""
    folder = tmp_path_factory.mktemp("hostile")
    for name in (
        "_config.yml",
        "_toc.yml",
        "CITATION.cff",
        "README.md",
        "requirements.txt",
        "pyproject.toml",
        "headline.svg",
    ):
        shutil.copy(ROOT / name, folder)
    for name in ("book", "data", "examples", "src"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    code = "\n".join(
        p.read_text(encoding="utf-8")
        for p in [*folder.glob("src/**/*.py"), *folder.glob("book/**/*.md"), *folder.glob("examples/*")]
    )
    hostile.poisoned(folder / "data", code)
    assert check.check(folder / "data") == []
    command = [Path(sys.executable).parent / "jupyter-book", "build", "."]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.mark.verify
@pytest.mark.browser
def test_the_whole_book_shows_hostile_rows_as_text(poisoned_book, chromium):
    html = poisoned_book / "_build/html"
    seen = set()
    for path in sorted(html.glob("book/**/*.html")):
        assert hostile.taken(path.read_text(encoding="utf-8")) == [], path
        visit = Visit(chromium, path.as_uri())
        assert visit.problems == [] and visit.page.evaluate(
            "document.documentElement.scrollWidth <= innerWidth"
        ), path
        assert hostile.taken(visit.page.content()) == [], path  # as scripts have made it
        seen |= set(hostile.MARK.findall(visit.page.content()))
        visit.context.close()
    assert len(seen) == len(hostile.PAYLOADS)
    visit = Visit(chromium, (html / "book/paper/03-1-tools.html").as_uri())
    for chart in visit.page.locator(".site-chart[data-library]").all():
        chart.scroll_into_view_if_needed()
        chart.and_(visit.page.locator("[data-drawn]")).wait_for(timeout=60_000)
        chart.locator(".site-chart-live .mark-symbol path").last.hover(force=True)
        visit.page.wait_for_timeout(100)
        assert hostile.taken(visit.page.content()) == []
    assert "hx" in visit.page.locator("#vg-tooltip-element").inner_text() and visit.problems == []
    visit.context.close()
    for path in html.glob("downloads/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [c for c in cells if c.startswith(files.FORMULA) and not files.NUMBER.fullmatch(c)], path
    for words in ("hx00", "WizardMath", "hx16"):
        visit = Visit(chromium, f"{(html / 'search.html').as_uri()}?q={words}")
        visit.page.locator("ul.search li").first.wait_for()
        assert hostile.taken(visit.page.content()) == [] and visit.problems == []
        visit.context.close()
