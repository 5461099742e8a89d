"""Score against compute: a curve for each family, labels that tell models apart, ticks on every axis."""

import json

import pytest
from places import DATA, TESTS

from ceg.add import draft_file, write
from ceg.add.resolve import plan
from ceg.analysis import analysis
from ceg.exhibits import against_compute
from ceg.exhibits.marks_and_axes import POWER, compute_axis


@pytest.fixture(scope="module")
def two_families():
    """The book with a table of LLaMA and Llama 2."""
    book = analysis.open(folder=DATA)
    text = (TESTS / "add" / "cases" / "multi-family.yml").read_text(encoding="utf-8")
    rows = plan(draft_file.parse(text, "mine.yml", DATA), book.evidence)
    return analysis.Analysis(write.with_rows(book.evidence, rows), book.assumptions)


def marks(figure, mark: str) -> list[dict]:
    """The layers of a mark in a figure of one panel."""
    found, waiting = [], [json.loads(json.dumps(figure.spec))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            named = node.get("mark")
            if (named.get("type") if isinstance(named, dict) else named) == mark:
                found.append(node)
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return found


@pytest.mark.parametrize(
    ("models", "curves"), [(("llama-7b", "llama-2-7b"), 2), (("llama-7b", "llama-13b"), 1)]
)
def test_each_family_has_its_curve_and_no_label_stands_twice(two_families, models, curves):
    ids = [f"rft.gsm8k.rft.{m}" for m in models]
    figure = against_compute.against_compute(two_families, ids, name="f", caption="")
    assert len(marks(figure, "line")) == curves
    unenhanced = {r[2] for r in figure.rows if r[1] == "unenhanced"}
    texts = [t for t in marks(figure, "text") if t["encoding"]["text"]["field"] == "label"]
    labels = [row["label"] for t in texts[:-1] for row in t["data"]["values"]]
    assert labels and len(set(labels)) == len(labels)
    assert set(labels) <= unenhanced or curves == 1


@pytest.mark.parametrize(
    ("domain", "labels"),
    [
        ((22.2, 22.6), ["2 × 10²²", "3 × 10²²"]),
        ((22.1, 22.29), ["1.5 × 10²²"]),
        ((22.9, 23.2), None),
    ],
)
def test_an_axis_between_two_powers_of_ten_has_ticks_too(domain, labels):
    drawn = compute_axis("x", domain, (domain[0] + 0.05, domain[1] - 0.05)).to_dict()["axis"]
    assert any(domain[0] <= tick <= domain[1] for tick in drawn["values"])
    if labels is None:
        assert drawn["labelExpr"] == POWER
    else:
        assert all(f"'{label}'" in drawn["labelExpr"] for label in labels)
        assert len(drawn["values"]) == len(labels)
