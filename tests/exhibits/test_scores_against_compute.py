"""Score against compute: a curve for each family, labels that tell models apart, ticks on every axis."""

import altair as alt
import pytest
from places import DATA, TESTS

import ceg
from ceg.add import draft_file, write
from ceg.add.resolve import plan
from ceg.analysis import analysis
from ceg.exhibits import left_out, scores_against_compute
from ceg.exhibits.label_placement import Room
from ceg.exhibits.marks_and_axes import POWER, compute_axis
from ceg.exhibits.scores_against_compute import plainly
from ceg.exhibits.theme import CATEGORY, MUTED


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
    labels = words(chart, MUTED)
    assert labels and len(set(labels)) == len(labels)
    assert set(labels) <= unenhanced or curves == 1


MATH = [f"minerva.math.palm-{size}" for size in ("8b", "62b", "540b")]
SCORES = "MATH, score (%) against training compute. Without the enhancement: PaLM 8B 1.5, PaLM 62B 4.4, "


@pytest.fixture(scope="module")
def book():
    return ceg.open(folder=DATA)


def words(chart, colour: str) -> list[str]:
    """What the chart says in a colour."""
    texts = [t for t in marks(chart, "text") if t["mark"]["color"] == colour]
    return [row["label"] for t in texts for row in t["data"]["values"]]


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
    assert charts[0].height == scores_against_compute.HEIGHT
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
    ("comparison", "said"),
    [
        ("minerva.mmlu-stem.palm-62b", "6.7x"),
        ("minerva.math.palm-62b", "at least 8.4x"),
        ("minerva.math.palm-8b", "at least 62x, perhaps 210x"),
        ("minerva.gsm8k.palm-540b", "perhaps 1.1x"),
        ("toolformer.triviaqa.gpt-j-6b", "7.9x to 21x"),
        ("retro.pile-arxiv.retro-7-5b", "at most 17x"),
        ("minerva.math.palm-540b", "not meaningful"),
    ],
)
def test_a_gain_in_plain_words(book, comparison, said):
    assert plainly(book.estimate(comparison)) == said


@pytest.mark.slow
def test_gains_have_the_marks_of_the_key_and_their_words(book):
    chart, colour = ceg.against_compute(book, MATH), CATEGORY["data"]
    shapes = {m["mark"]["shape"]: m for m in marks(chart, "point") if "shape" in m["mark"]}
    assert {shape: m["mark"]["filled"] for shape, m in shapes.items()} == {
        "triangle-right": True,
        "circle": False,
    }
    [bound] = [m for m in shapes["triangle-right"]["data"]["values"] if m["comparison"] == MATH[0]]
    [ring] = shapes["circle"]["data"]["values"]
    case, estimate = book.case(MATH[0]), book.estimate(MATH[0])
    for mark, gain in ((bound, estimate.lower_bound), (ring, estimate.ceg)):
        assert 10 ** mark["log10_flop"] == pytest.approx(gain * case.enhanced.point.flop, rel=1e-4)
    assert {"at least 62x, perhaps 210x", "at least 8.4x", "Minerva 540B", "62B", "8B"} == set(
        words(chart, colour)
    )
    assert "PaLM 540B" in words(chart, MUTED)


@pytest.mark.slow
def test_a_gain_that_is_read_off_ends_on_the_curve_drawn(book):
    chart, comparison = (
        ceg.against_compute(book, ["minerva.mmlu-stem.palm-62b"]),
        "minerva.mmlu-stem.palm-62b",
    )
    [line] = [m["data"]["values"] for m in marks(chart, "line")]
    [end] = [m["data"]["values"][0] for m in marks(chart, "point") if m["mark"].get("shape") == "circle"]
    assert end["comparison"] == comparison
    below, above = (
        max((p for p in line if p["score"] <= end["score"]), key=lambda p: p["score"]),
        min((p for p in line if p["score"] > end["score"]), key=lambda p: p["score"]),
    )
    share = (end["score"] - below["score"]) / (above["score"] - below["score"])
    at = below["log10_flop"] + share * (above["log10_flop"] - below["log10_flop"])
    assert end["log10_flop"] == pytest.approx(at, abs=0.002)


def test_words_keep_clear_of_dots_lines_edges_and_each_other():
    room = Room((0.0, 10.0), (10.0, 0.0), height=200, pad=20, widths=(200, 600))
    room.draw([[(5.0, 5.0), (10.0, 5.0)]], [(5.0, 5.0)])
    right, left = (5.0, "left", 9, 0), (5.0, "right", -9, 0)
    assert room.place(5.0, ["x"], [right, left])["align"] == "right"  # the line leads to the right
    below = (5.0, "right", -9, 14)
    assert room.place(5.0, ["x"], [left, below])["dy"] == 14  # the first has the place to the left
    assert room.place(5.0, ["x"], [left, below], spare=True) == {}
    assert room.place(9.0, ["much too long for it" * 2, "x"], [(1.0, "right", -9, 0)])["label"] == "x"


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
