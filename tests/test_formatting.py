"""Text of the data stays text in Markdown, whatever it holds."""

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

from ceg import formatting

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


@pytest.mark.parametrize(
    ("said", "absent", "two"),
    [
        (formatting.times, "no value", "2x"),
        (formatting.at_least, "no value", "≥ 2x"),
        (formatting.signed, "no value", "2"),
        (formatting.percent, "not known", "200%"),
        (formatting.multiple, "not known", "2x"),
        (formatting.flop, "not known", "2 × 10⁰"),
    ],
)
def test_an_absent_number_is_said(said, absent, two):
    assert (said(None), said(float("nan")), said(2.0)) == (absent, absent, two)


@pytest.mark.parametrize("absent", [None, float("nan")])
def test_an_interval_may_lack_an_end(absent):
    assert formatting.interval(9.14, 21.3) == "9.1–21x"
    assert (formatting.interval(20, absent), formatting.interval(absent, 20)) == ("above 20x", "below 20x")
    assert formatting.interval(absent, absent) == "open at both ends"
