"""assumptions.yml as people may spoil it: one message with the key, what was found, and what is allowed."""

import pytest
from places import DATA

from ceg.evidence import assumptions
from ceg.evidence.problems import InputError

TEXT = (DATA / "assumptions.yml").read_text(encoding="utf-8")
SPOILT = {
    "a key twice": (
        lambda t: t + "\ntransform: {value: linear}\n",
        None,
        '"transform" a second time, after line 18',
    ),
    "no options": (lambda t: t.replace("[logit, linear]", "", 1), "transform", "nothing as options"),
    "options empty": (
        lambda t: t.replace("[logit, linear]", "[]", 1),
        "transform",
        "an empty list as options",
    ),
    "options a number": (lambda t: t.replace("[logit, linear]", "3", 1), "transform", '"3" as options'),
    "options a text": (lambda t: t.replace("[logit, linear]", "logit", 1), "transform", '"logit" as options'),
    "options keys": (
        lambda t: t.replace("[logit, linear]", "{logit: 1}"),
        "transform",
        "keys with values as",
    ),
    "an option null": (
        lambda t: t.replace("[logit, linear]", "[logit, ~]"),
        "transform",
        "nothing among the",
    ),
    "an option a list": (lambda t: t.replace("[logit, linear]", "[logit, []]"), "transform", "a list among"),
    "an option a number": (lambda t: t.replace("[logit, linear]", "[logit, 3]"), "transform", '"3" among'),
    "an option a text": (lambda t: t.replace("[3, 2]", "[3, two]"), "min_points", '"two" among the options'),
    "an option a fraction": (lambda t: t.replace("[3, 2]", "[3, 2.5]"), "min_points", '"2.5" among'),
    "an option true": (lambda t: t.replace("[3, 2]", "[3, true]"), "min_points", '"true" among'),
    "an option infinite": (
        lambda t: t.replace("[1.0, 0.5, 2.0]", "[1.0, .inf]", 1),
        "max_extrapolation_oom",
        '"inf" among the options',
    ),
    "an option not a number": (
        lambda t: t.replace("[1.0, 0.5, 2.0]", "[1.0, .nan]", 1),
        "max_extrapolation_oom",
        '"nan" among the options',
    ),
    "a day": (lambda t: t.replace("value: logit", "value: 2024-01-01"), "transform", '"2024-01-01"'),
    "an impossible day": (lambda t: t.replace("value: logit", "value: 2024-13-45"), None, '"2024-13-45"'),
    "a value a list": (lambda t: t.replace("value: logit", "value: [logit]"), "transform", "a list"),
    "a value null": (lambda t: t.replace("value: logit", "value:"), "transform", "nothing"),
    "a unit that is a number": (lambda t: t.replace("unit: rule", "unit: 3"), "compute_rule", '"3" as unit'),
    "no unit": (lambda t: t.replace("  unit: rule\n", ""), "compute_rule", "no unit"),
    "a key without entry": (lambda t: "x:\n" + t.replace("transform:", "y:"), "transform", "nothing"),
    "a list": (lambda t: "- a\n- b\n", None, "a list"),
    "a text": (lambda t: "a", None, '"a"'),
    "nothing": (lambda t: "", None, "nothing"),
    "comments alone": (lambda t: "# none\n", None, "nothing"),
    "a key that is a number": (lambda t: t + "\n3: 4\n", None, 'the key "3"'),
    "too much": (lambda t: t + "#" * 1_000_000, None, "bytes"),
    "a NUL byte": (lambda t: t + "\0", None, "the character U+0000"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_wrong_is_said(name, tmp_path):
    spoil, field, found = SPOILT[name]
    text = spoil(TEXT)
    assert text != TEXT
    (tmp_path / "assumptions.yml").write_text(text, encoding="utf-8")
    problems = assumptions.problems(tmp_path)
    assert any(p.field == field and found in p.found for p in problems)
    for problem in problems:
        assert problem.file == f"{tmp_path.name}/assumptions.yml"
        assert "\n" not in str(problem)
    with pytest.raises(InputError):
        assumptions.load(tmp_path, environ={})


UNREADABLE = {
    "a folder": lambda path: path.mkdir(),
    "wrong encoding": lambda path: path.write_bytes("a: ü".encode("latin-1")),
    "UTF-16": lambda path: path.write_bytes(TEXT.encode("utf-16")),
    "missing": lambda path: None,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_said(name, tmp_path):
    UNREADABLE[name](tmp_path / "assumptions.yml")
    (problem,) = assumptions.problems(tmp_path)
    assert problem.file == f"{tmp_path.name}/assumptions.yml"


def test_a_byte_order_mark_and_other_line_ends_are_read(tmp_path):
    text = "\ufeff" + TEXT.replace("\n", "\r\n")
    (tmp_path / "assumptions.yml").write_bytes(text.encode())
    assert assumptions.load(tmp_path, environ={}) == assumptions.load(DATA, environ={})


def test_an_option_by_the_name_that_it_had_is_refused_with_the_present_one():
    with pytest.raises(InputError) as error:
        assumptions.load(DATA, {"provenance_admitted": "verified+readoff+secondary"})
    (problem,) = error.value.problems
    assert problem.field == "provenance_admitted"
    assert problem.allowed == "all_but_recalled · verified+readoff · all"
    assert 'did you mean "all_but_recalled"?' in problem.fix


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("lifetime_queries", "1e9", 1e9),
        ("tokens_per_query", "1500", 1500),
        ("threshold_large", "7", 7.0),
        ("tokens_per_query", "2e3", 2000),
        ("combination_discount", "1", 1.0),
    ],
)
def test_any_number_within_the_range_is_a_value(key, text, value):
    found = getattr(assumptions.load(DATA, {key: text}, environ={}), key)
    assert (found, type(found)) == (value, type(value))
    (choice,) = (c for k, c in assumptions.choices(DATA).items() if k == key)
    assert choice.with_own(found).options[: len(choice.options)] == choice.options
    assert found in choice.with_own(found).options


@pytest.mark.parametrize(
    ("key", "text", "allowed"),
    [
        ("lifetime_queries", "1e19", "a number from 1 to 1e+18"),
        ("lifetime_queries", "many", "a number from 1 to 1e+18"),
        ("tokens_per_query", "1.5", "a whole number from 1 to 1e+07"),
        ("count_probability", "1", "a number from 0.5 to 0.999"),
        ("price_year", "2021", "2024 · 2022 · 2023 · 2025"),
    ],
)
def test_other_values_are_refused_with_the_range(key, text, allowed):
    with pytest.raises(InputError) as error:
        assumptions.load(DATA, {key: text}, environ={})
    (problem,) = error.value.problems
    assert (problem.field, problem.allowed) == (key, allowed)


@pytest.mark.parametrize(
    ("new", "found"),
    [
        ("range: [1, 5]", "a list as range"),
        ("range: 3", '"3" as range'),
        ("range: [1]", "a list as range"),
        ("range: [a, b]", "a list as range"),
    ],
)
def test_a_range_holds_the_options(tmp_path, new, found):
    assert "range: [1, 1000]" in TEXT
    (tmp_path / "assumptions.yml").write_text(TEXT.replace("range: [1, 1000]", new, 1), encoding="utf-8")
    (problem,) = assumptions.problems(tmp_path)
    assert problem.found == found and problem.field == "threshold_large"


def test_a_value_of_the_file_may_be_any_within_the_range(tmp_path):
    text = TEXT.replace("value: 1.0e+10", "value: 1234567.0")
    (tmp_path / "assumptions.yml").write_text(text, encoding="utf-8")
    assert assumptions.load(tmp_path, environ={}).lifetime_queries == 1234567
    assert assumptions.written(1234567.0) == "1234567"
    (tmp_path / "assumptions.yml").write_text(TEXT.replace("value: 1.0e+10", "value: 0.5"), encoding="utf-8")
    (problem,) = assumptions.problems(tmp_path)
    assert problem.field == "lifetime_queries"
