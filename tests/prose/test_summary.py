"""An enhancement in the words of a sentence."""

import pytest
from places import DATA

import ceg
from sphinx_fresh.show import Linked


@pytest.fixture(scope="module")
def book():
    return ceg.open(folder=DATA)


@pytest.mark.parametrize(
    ("enhancement", "what", "said", "target"),
    [
        (
            "webgpt",
            "gain",
            "observed ≥ 13.5x (open at both ends)",
            "gain:webgpt.truthfulqa-truthful-informative.gpt-3-13b",
        ),
        ("webgpt", "status", "bound, metric mismatch", None),
        ("webgpt", "with_a_number", 8, None),
        ("webgpt", "comparisons", 12, None),
        ("webgpt", "range", "≥ 13x to ≥ 220x", "workings-webgpt"),
        ("retro", "median", "2.1–17x", "workings-retro"),
        ("webgpt", "one_time", "0.17%", "gain:webgpt.truthfulqa-truthful-informative.gpt-3-13b"),
        ("webgpt", "runtime", "810x", "gain:webgpt.truthfulqa-truthful-informative.gpt-3-13b"),
        ("webgpt", "reported", ">13x (secondary)", None),
        ("codex-ranking", "gain", "no value", None),
        ("codex-ranking", "status", "no estimate", None),
        ("codex-ranking", "runtime", "not known", None),
        ("codex-ranking", "one_time", "not known", None),
        ("codex-ranking", "reported", "not known to us", None),
        ("codex-ranking", "reported_runtime", "not known to us", None),
    ],
)
def test_what_is_said_of_an_enhancement(book, enhancement, what, said, target):
    found = getattr(ceg.summary(book, enhancement), what)
    assert found == said
    assert getattr(found, "target", None) == target
    assert isinstance(found, Linked) is bool(target)


def test_an_enhancement_that_is_not_there(book):
    with pytest.raises(ceg.InputError, match="webgtp"):
        ceg.summary(book, "webgtp")
