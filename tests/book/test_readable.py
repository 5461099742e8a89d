"""How hard the chapters are to read: the grade of their openings, and their longest sentences."""

from __future__ import annotations

import re
import statistics
from functools import cache

import pyphen
import pytest
from bs4 import BeautifulSoup
from places import pages

CHAPTERS = [
    name.removeprefix("book/")
    for name in pages()
    if not name.startswith(("book/about/", "book/enhancements/"))
]
MIDDLE, HARDEST = 11, 13
"""The greatest grade of the middle opening, and of any: years of school."""

SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[A-Z\"“(])")
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d[\d.,]*")
HYPHENS = pyphen.Pyphen(lang="en_US")


def sentences(text: str) -> list[str]:
    return [s for s in SENTENCE.split(" ".join(text.split())) if WORD.search(s)]


def syllables(word: str) -> int:
    """A number is as long as a short word."""
    if word[0].isdigit():
        return 1
    return sum(HYPHENS.inserted(part).count("-") + 1 for part in word.split("-") if part)


def grade(text: str) -> float:
    """Flesch-Kincaid: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    words = WORD.findall(text)
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@cache
def paragraphs(html, name: str) -> list[str]:
    """The prose of a page: no captions, tables or code."""
    page = BeautifulSoup((html / f"book/{name}.html").read_text("utf-8"), "html.parser")
    article = page.select_one("article.bd-article")
    for apart in article.select("figure, table, pre, .site-figure, .site-tools, .math, script, details, dl"):
        apart.decompose()
    return [text for p in article.select("p") if len(WORD.findall(text := p.get_text())) > 5]


def test_the_grade_by_hand():
    # 10 words in 2 sentences, 10 syllables
    assert grade("The cat sat on a mat. It did not go.") == pytest.approx(0.39 * 5 + 11.8 - 15.59)
    assert syllables("computing") == 3 and syllables("1,949") == 1 and syllables("trade-off") == 2
    assert sentences("It is 5.5x. So there: A dog.") == ["It is 5.5x.", "So there:", "A dog."]


@pytest.mark.verify
def test_openings_are_read_with_ease(html):
    grades = {name: grade(paragraphs(html, name)[0]) for name in CHAPTERS}
    for name, found in sorted(grades.items(), key=lambda each: -each[1]):
        print(f"{found:5.1f}  {name}")
    print("Longest sentences:")
    every = [
        (len(WORD.findall(s)), name, s)
        for name in CHAPTERS
        for p in paragraphs(html, name)
        for s in sentences(p)
    ]
    for words, name, sentence in sorted(every, reverse=True)[:10]:
        print(f"{words:3} {name}: {sentence}")
    assert {name: g for name, g in grades.items() if g > HARDEST} == {}
    assert statistics.median(grades.values()) <= MIDDLE
