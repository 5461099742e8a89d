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
