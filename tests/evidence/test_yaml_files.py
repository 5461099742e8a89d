"""YAML: what is read, and what is refused with its line."""

import pytest
import yaml
from places import DATA

from ceg.add import draft_file
from ceg.evidence.problems import InputError
from ceg.evidence.yaml_files import values

BOMB = "a: &a [x, x]\n" + "".join(
    f"{n}: &{n} [*{m}, *{m}]\n" for m, n in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED = {
    "a key twice": ("a: 1\nb: 2\na: 3", 3, '"a" a second time, after line 1'),
    "a key twice inside": ("a:\n  b: 1\n  b: 2", 3, '"b" a second time, after line 2'),
    "a key twice in a list": ("a:\n- b: 1\n- {c: 1, c: 2}", 3, '"c" a second time, after line 3'),
    "a day that no month has": ("a: 1\nb: 2024-13-45", 2, '"2024-13-45"'),
    "an hour that no zone has": ("a: 2024-01-01T00:00:00+99:99", 1, "+99:99"),
    "a huge number": ("a: " + "9" * 5000, 1, '"9999'),
    "a sign": ("a: =", 1, '"="'),
    "a type": ("a: !!int abc", 1, "as a name or a type"),
    "a type of a list": ("a: 1\nb: !!str [1]", 2, "as a name or a type"),
    "an object": ("a: !!python/object/apply:os.getcwd []", 1, "as a name or a type"),
    "an own type": ("a: !b 1", 1, "as a name or a type"),
    "a name": ("a: &x 1\nb: *x", 1, '"x" as a name or a type'),
    "names that multiply": (BOMB, 1, '"a" as a name or a type'),
    "a name that is not there": ("a: *x", 1, '"x" as a name or a type'),
    "a merge": ("a: {<<: {b: 1}}", 1, "a key that is no text"),
    "a list for a key": ("? [a]\n: 1", 1, "a key that is no text"),
    "open brackets": ("a: " + "[" * 10_000, 1, "a value nested more deeply"),
    "deep brackets": ("a:\n  " + "[" * 5_000 + "]" * 5_000, 2, "a value nested more deeply"),
    "deep indentation": ("\n".join(" " * n + "a:" for n in range(100)), 21, "a value nested more deeply"),
    "a lone surrogate": ('a: 1\nb: "\\ud800"', 2, ""),
    "a NUL byte": ("a: \0", None, "unacceptable character #x0000"),
    "two documents": ("a: 1\n---\nb: 2", 2, "expected a single document"),
    "a bracket that is not closed": ("a: 1\nb: [1", 3, "while parsing a flow sequence"),
    "a quotation mark that is not closed": ('a: "x', 1, "while scanning a quoted scalar"),
    "a colon in a text": ("a: 1\nb: c: d", 2, "mapping values are not allowed"),
    "a tab": ("a:\n\t- 1", 2, "cannot start any token"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name):
    text, line, found = REFUSED[name]
    with pytest.raises(InputError) as raised:
        values(text, "a.yml")
    (problem,) = raised.value.problems
    assert (problem.file, problem.row) == ("a.yml", line)
    assert found in problem.found


@pytest.mark.slow
def test_the_reader_in_python_refuses_the_same(monkeypatch):
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    for text, line, _ in REFUSED.values():
        with pytest.raises(InputError) as raised:
            values(text, "a.yml")
        assert abs((raised.value.problems[0].row or 1) - (line or 1)) <= 1, text


@pytest.mark.parametrize("name", REFUSED)
def test_files_to_add_are_refused_as_well(name):
    text, _, _ = REFUSED[name]
    with pytest.raises(InputError):
        draft_file.parse(text, "a.yml", DATA)


def test_what_is_read():
    text = "a: 1\nb: [true, 1.5, x, '2', \"é\"]\nc: {d: ~, e: 1.0e+3}\n"
    assert values(text, "a.yml") == {
        "a": 1,
        "b": [True, 1.5, "x", "2", "é"],
        "c": {"d": None, "e": 1000.0},
    }
    assert values("", "a.yml") is None
