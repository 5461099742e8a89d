"""Score against compute: a curve for each family, labels that tell models apart, ticks on every axis."""

import altair as alt
import pytest
from places import DATA, TESTS

import ceg
from ceg.add import draft_file, write
from ceg.add.resolve import plan
from ceg.analysis import analysis
from ceg.exhibits import left_out, scores_against_compute
from ceg.exhibits.marks_and_axes import POWER, compute_axis


@pytest.fixture(scope="module")
def two_families():
    """The book with a table of LLaMA and Llama 2."""
    book = analysis.open(folder=DATA)
    text = (TESTS / "add" / "cases" / "multi-family.yml").read_text(encoding="utf-8")
    rows = plan(draft_file.parse(text, "mine.yml", DATA), book.evidence)
    return analysis.Analysis(write.with_rows(book.evidence, rows), book.assumptions)


def marks(chart, mark: str) -> list[dict]:
    """The layers of a mark in a chart."""
    found, waiting = [], [chart.to_dict()]
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("models", "curves"), [(("llama-7b", "llama-2-7b"), 2), (("llama-7b", "llama-13b"), 1)]
)
def test_each_family_has_its_curve_and_no_label_stands_twice(two_families, models, curves):
    ids = [f"rft.gsm8k.rft.{m}" for m in models]
    chart, scores = ceg.against_compute(two_families, ids), ceg.compared_scores(two_families, ids)
    assert len(marks(chart, "line")) == curves
    unenhanced = set(scores.query("arm == 'unenhanced'")["model"])
    texts = [t for t in marks(chart, "text") if t["encoding"]["text"]["field"] == "label"]
    labels = [row["label"] for t in texts[:-1] for row in t["data"]["values"]]
    assert labels and len(set(labels)) == len(labels)
    assert set(labels) <= unenhanced or curves == 1


MATH = [f"minerva.math.palm-{size}" for size in ("8b", "62b", "540b")]
SCORES = "MATH, score (%) against training compute. Without the enhancement: PaLM 8B 1.5, PaLM 62B 4.4, "


@pytest.fixture(scope="module")
def book():
    return ceg.open(folder=DATA)


def domain(chart) -> list[float]:
    """The ends of the x axis, which all layers share."""
    found = {tuple(e["x"]["scale"]["domain"]) for e in encodings(chart) if "scale" in e["x"]}
    [ends] = found
    return list(ends)


def encodings(chart) -> list[dict]:
    return [layer["encoding"] for layer in chart.to_dict()["layer"]]


@pytest.mark.slow
def test_the_chart_of_a_benchmark_is_an_altair_chart_without_a_look(book):
    chart = ceg.against_compute(book, MATH)
    assert isinstance(chart, alt.LayerChart)
    spec = chart.to_dict()
    assert spec["description"].startswith(SCORES) and "title" not in spec and "width" not in spec
    with alt.theme.enable("none"):
        assert "config" not in chart.to_dict()
    assert encodings(chart)[0]["y"]["title"] == "accuracy (%)"
    named = ceg.against_compute(book, MATH, title="Sums", score_title="solved (%)")
    assert named.title == "Sums" and named.description.startswith("Sums, score (%)")
    assert encodings(named)[0]["y"]["title"] == "solved (%)"
    for made in (chart | named, chart.interactive(), chart.properties(width=200), chart + chart):
        made.to_dict()


@pytest.mark.slow
def test_panels_of_several_benchmarks(book):
    gsm8k = [c.replace("math", "gsm8k") for c in MATH]
    charts = scores_against_compute.panels(book, MATH + gsm8k)
    assert [chart.title for chart in charts] == ["MATH", "GSM8K"]
    assert charts[0].description.startswith(SCORES)
    assert domain(charts[0]) == domain(charts[1])
    assert "height" not in charts[0].to_dict()
    named = scores_against_compute.panels(
        book, MATH + gsm8k, titles=iter("AB"), score_title="solved (%)", height=210
    )
    assert [(chart.title, chart.height) for chart in named] == [("A", 210), ("B", 210)]
    assert encodings(named[0])[0]["y"]["title"] == "solved (%)"
    with pytest.raises(ValueError, match=r"titles: 1 for 2 benchmarks \(MATH and GSM8K\)"):
        scores_against_compute.panels(book, MATH + gsm8k, titles=["A"])


def test_what_a_figure_of_comparisons_has_beside_its_charts(book):
    beside = scores_against_compute.evidence(book, MATH, note="Own.")
    assert beside["data"]["result"].tolist() == ceg.compared_scores(book, MATH)["result"].tolist()
    assert beside["sources"] == ceg.behind(book, beside["data"]["result"])
    assert beside["note"] == "Own."


def test_comparisons_on_several_benchmarks(book):
    with pytest.raises(ValueError, match="takes comparisons on one benchmark; these are on MATH and GSM8K"):
        ceg.against_compute(book, [*MATH, "minerva.gsm8k.palm-8b"])
    with pytest.raises(ValueError, match="these are on none"):
        ceg.against_compute(book, [])


def test_what_the_assumptions_leave_out(book, monkeypatch):
    monkeypatch.setattr(type(book), "find", lambda *_: None)
    chart = ceg.against_compute(book, MATH, title="Sums")
    assert chart.description == "Sums: not available under these assumptions."
    assert chart.to_dict()["data"]["values"] == [{"says": left_out.WORDS}]


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
