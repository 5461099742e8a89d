"""The book's own rules: what breaks one is said with its row, field, what is allowed, and the fix."""

import pytest
from places import DATA

from ceg.evidence import rules, tables
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


@pytest.mark.slow
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


def changed(known, table, key, **cells):
    """The data with other cells in one row."""
    rows = dict(known.tables_by_name[table])
    rows[key] = rows[key]._replace(**cells)
    return tables.Evidence(DATA, {**known.tables_by_name, table: rows})


NOT_PRINTED = ("source", '"epoch2024notable"', "the work that printed it, not a database")
PRINTED = [
    ("epoch2024notable", "printed", NOT_PRINTED),
    ("epoch2024notable", "estimated", None),
    ("epoch2024notable", "6nd", None),
    ("schick2023toolformer", "printed", None),
]


@pytest.mark.parametrize(("source", "certainty", "said"), PRINTED)
@pytest.mark.parametrize("table", ["models", "compute_alternatives"])
def test_a_database_does_not_print_compute(table, source, certainty, said):
    known = tables.load(DATA)
    key = "GPT-J 6B" if table == "models" else ("PaLM 540B", 2.527e24, "epoch2024notable", "reported")
    assert key in known.tables_by_name[table]
    rule = {"models": rules._models, "compute_alternatives": rules._alternatives}[table]
    found = list(rule(changed(known, table, key, source=source, certainty=certainty)))
    assert [row[:4] for row in found] == ([(key, *said)] if said else [])
    assert all("set certainty to 6nd or estimated" in fix for *_, fix in found)


COSTS = [
    ({"formula": "steps * batch / tokens"}, True),
    ({"formula": "(low * high) ** 0.5"}, True),
    ({"formula": "1 + 7"}, True),
    ({"formula": "steps * batch / tokens", "published_value": 8.0}, False),
    ({"formula": "steps * batch / tokens", "provenance": "estimated"}, False),
    ({"formula": "steps * batch / tokens", "provenance": "secondary"}, False),
    ({"formula": " samples "}, False),
    ({"formula": "8"}, False),
]


@pytest.mark.parametrize(("cells", "wrong"), COSTS)
def test_a_cost_that_is_worked_out_here_was_not_read(cells, wrong):
    known = tables.load(DATA)
    inputs = "steps=2 batch=8 tokens=2 low=4 high=16 samples=8"
    cells = {"inputs": inputs, "value": 8.0, "provenance": "verified", "published_value": None} | cells
    found = list(rules._costs(changed(known, "costs", "samples-8.runtime", **cells)))
    assert [row[:3] for row in found] == [("samples-8.runtime", "provenance", '"verified"')] * wrong
    assert all("published_value" in allowed and "estimated" in fix for *_, allowed, fix in found)


LAWS = [
    ({"besiroglu_2024/alpha": None}, "no alpha of besiroglu_2024", None),
    ({"hoffmann_2022/E": None, "hoffmann_2022/B": None}, "no E of hoffmann_2022", None),
    ({f"hoffmann_2022/{p}": None for p in ("E", "A", "B", "alpha", "beta")}, "no E of hoffmann_2022", None),
    ({"hoffmann_2022/E": 0.0}, "0", 2),
    ({"hoffmann_2022/beta": 0.0}, "0", 6),
    ({"besiroglu_2024/B": -1.0}, "-1", 9),
    ({"besiroglu_2024/alpha": 90.0, "besiroglu_2024/beta": 90.0}, "a compute of", 7),
    ({"besiroglu_2024/alpha": 1e-9, "besiroglu_2024/beta": 1e-9}, "a compute of", 7),
    ({"kaplan_2020_optimum/parameters_exponent": None}, None, None),
]


@pytest.mark.parametrize(("values", "found", "row"), LAWS)
def test_laws_that_can_be_chosen_are_whole(values, found, row):
    known = tables.load(DATA)
    laws = dict(known.scaling_laws)
    for name, value in values.items():
        key = tuple(name.split("/"))
        if value is None:
            del laws[key]
        else:
            laws[key] = laws[key]._replace(value=value)
    changed = tables.Evidence(DATA, {**known.tables_by_name, "scaling_laws": laws})
    problems = list(rules._laws(changed))
    each = len(values) if row is None else 1
    assert len(problems) == (each if found else 0)
    if found:
        assert problems[0].found.startswith(found)
        assert (problems[0].file, problems[0].row) == ("data/scaling_laws.csv", row)
