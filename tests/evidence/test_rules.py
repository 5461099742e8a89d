"""The book's own rules: what breaks one is said with its row, field, what is allowed, and the fix."""

from places import DATA

from ceg.evidence import tables
from ceg.evidence.rules import broken

RIGHT = {
    "name": "A test",
    "metric": "accuracy",
    "domain": "other",
    "unit": "%",
    "scale": "proportion",
    "higher_is_better": "true",
    "source": "schick2023toolformer",
    "locator": "Table 1",
    "provenance": "verified",
}
BENCHMARKS = [
    ({"chance": "100", "maximum": "100"}, ("chance", "100", "below the maximum 100")),
    ({"chance": "120", "maximum": "100"}, ("chance", "120", "below the maximum 100")),
    ({"chance": "100"}, ("chance", "100", "below the maximum 100")),
    ({"chance": "100", "higher_is_better": "false"}, ("chance", "100", "below the maximum 100")),
    ({"chance": "25", "maximum": "1"}, ("chance", "25", "below the maximum 1")),
    ({"chance": "-5"}, ("chance", "-5", "at least the minimum 0")),
    ({"chance": "-5", "minimum": "0", "maximum": "100"}, ("chance", "-5", "at least the minimum 0")),
    ({"chance": "10", "minimum": "20", "maximum": "40"}, ("chance", "10", "at least the minimum 20")),
    ({"chance": "9", "scale": "points", "maximum": "7"}, ("chance", "9", "below the maximum 7")),
    ({"minimum": "-1"}, ("minimum", "-1", "at least 0 for a proportion")),
    ({"maximum": "0"}, ("maximum", "0", "above the minimum 0")),
    ({"maximum": "-100"}, ("maximum", "-100", "above the minimum 0")),
    ({"scale": "points", "minimum": "7", "maximum": "1"}, ("maximum", "1", "above the minimum 7")),
    ({"scale": "perplexity", "minimum": "0"}, ("minimum", "0", "above 0 for a perplexity")),
    ({}, None),
    ({"chance": "0", "minimum": "0", "maximum": "1"}, None),
    ({"chance": "25", "minimum": "0", "maximum": "40"}, None),
    ({"chance": "-5", "scale": "points", "minimum": "-10"}, None),
    ({"scale": "elo"}, None),
    ({"scale": "perplexity", "minimum": "1"}, None),
]


def test_benchmarks():
    known = tables.load(DATA)
    rows = [RIGHT | cells | {"benchmark": f"x{i}"} for i, (cells, _) in enumerate(BENCHMARKS)]
    problems = list(broken(known.extended({"benchmarks": rows})))
    assert {p.file for p in problems} == {"data/benchmarks.csv"}
    for row, (cells, said) in enumerate(BENCHMARKS, len(known.benchmarks) + 2):
        found = [(p.field, p.found, p.allowed) for p in problems if p.row == row]
        assert found == ([said] if said else []), cells


def test_a_perplexity_is_positive():
    known = tables.load(DATA)
    benchmark = RIGHT | {"benchmark": "x", "scale": "perplexity", "higher_is_better": "false"}
    result = RIGHT | {"result": "x", "model": "GPT-J 6B", "variant": "x", "benchmark": "x", "score": "0"}
    more = {"benchmarks": [benchmark], "results": [result | {"preferred": "true"}]}
    (problem,) = broken(known.extended(more))
    assert (problem.field, problem.found, problem.allowed) == ("score", "0", "above 0 for a perplexity")
