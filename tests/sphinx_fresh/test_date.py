"""A site's bytes do not depend on a date: neither today's nor one that the environment sets."""

import pytest
from site_helpers import Book
from sphinx.config import Config, correct_copyright_year

from sphinx_fresh.theme import pages


class Listeners:
    """What a part of the extension asks of Sphinx."""

    def connect(self, *what: object) -> None:
        pass


@pytest.mark.parametrize("written", ["2026", "2020-2026", "2024, Somebody"])
def test_the_year_in_the_footer_is_the_written_one(monkeypatch, written):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    pages.setup(Listeners())
    config = Config({}, {"copyright": written})
    correct_copyright_year(None, config)
    assert config.copyright == written


@pytest.mark.verify
def test_the_environment_s_date_changes_no_byte(tmp_path, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    found = []
    for date in (None, "0"):
        if date:
            monkeypatch.setenv("SOURCE_DATE_EPOCH", date)
        book = Book(tmp_path / str(date))
        assert book.build().code == 0
        found.append(book.files())
    assert {name for name in {*found[0], *found[1]} if found[0].get(name) != found[1].get(name)} == set()
