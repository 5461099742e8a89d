"""What a researcher types: the names of ``ceg`` itself."""

import inspect
import re

from places import ROOT

import ceg


def test_every_public_name_says_what_it_is():
    assert 12 <= len(dir(ceg)) <= 20
    for name in dir(ceg):
        found = getattr(ceg, name)
        said = inspect.getdoc(found) or ""
        assert said and not said.startswith(f"{name}("), name  # a dataclass without one gets its signature


def test_the_page_of_the_package_lists_them():
    page = (ROOT / "book/about/api.md").read_text("utf-8")
    listed = re.search(r"when it is first used: (.*?)\. ", page)
    assert listed and sorted(re.findall(r"`(\w+)`", listed[1])) == sorted(dir(ceg))
