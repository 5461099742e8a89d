"""Names of table rows in the search index."""

import pytest

from sphinx_fresh.search import table_names
from sphinx_fresh.search.index import with_names


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
