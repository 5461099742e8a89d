"""Numbers as papers print them become numbers as the data has them; what cannot says how to write it."""

import re
from functools import cache

import pytest
from places import DATA, TESTS

from ceg.add import draft_file
from ceg.add.plan import known_model
from ceg.add.resolve import attempt
from ceg.analysis import analysis

CASE = (TESTS / "add/cases/as-printed.yml").read_text(encoding="utf-8")


@cache
def known():
    return analysis.open(folder=DATA).evidence


def planned(text: str):
    return attempt(draft_file.parse(text, "mine.yml", DATA), known())


@cache
def rows(table: str) -> dict[str, dict[str, str]]:
    made = planned(CASE)
    assert made.problems == []
    return {key: row.cells for key, row in (made.changes | {}).get(table, {}).items()} | {
        key: row.cells for key, row in made.new(table).items()
    }


def test_kinds_of_scores_become_scales():
    found = {k: (b["scale"], b["higher_is_better"]) for k, b in rows("benchmarks").items()}
    assert found == {
        "ten.wer": ("proportion", "false"),
        "ten.amc": ("proportion", "true"),
        "ten.f1": ("points", "true"),
    }


@pytest.mark.parametrize(
    ("result", "score", "more"),
    [
        ("ten.amc.llama-2-7b.plain", "22.5", {"items": "40", "note": "printed as 9/40"}),
        ("ten.amc.llama-2-7b.better", "32.5", {"items": "40"}),
        ("ten.wer.llama-2-13b.better", "4.5", {}),
        ("ten.wer.llama-2-7b.better", "5.00", {}),  # a percentage keeps its digits
        ("ten.f1.llama-2-7b.plain", "50.0", {"score_low": "49.02", "score_high": "50.98"}),
        ("ten.f1.llama-2-7b.better", "57.0", {"score_low": "56.216", "score_high": "57.784"}),
    ],
)
def test_scores(result, score, more):
    found = rows("results")[f"ten.{result}"]
    assert found["score"] == score
    assert {k: found[k] for k in more} == more


@pytest.mark.parametrize(
    ("maximum", "written", "kept"),
    [
        ("1", "9/40", "0.225"),
        ("40", "9/40", "9"),
        ("100", "7/30", "23.3333"),
        ("1", "12.3%", "0.123"),
        ("1", "12.30%", "0.123"),
        ("100", "12.3 %", "12.3"),
    ],
)
def test_in_the_unit_of_the_benchmark(maximum, written, kept):
    text = re.sub(r"(id: ten.amc, .*maximum: )100", rf"\g<1>{maximum}", CASE)
    made = planned(text.replace("Llama 2 7B: 9/40", f"Llama 2 7B: {written}"))
    assert made.new("results")["ten.ten.amc.llama-2-7b.plain"].cells["score"] == kept


def test_costs():
    found = {k: c["value"] for k, c in rows("costs").items()}
    flop = known().models["Llama 2 7B"].training_flop
    hours = 100 * 3600 * 3.12e14 * 0.3 / flop
    assert found == {
        "ten.llama-2-7b.one-time": f"{hours:.4g}",
        "ten.llama-2-7b.best.one-time": f"{1.2 * hours:.4g}",  # 120 hours for the money
        "ten.llama-2-13b.one-time": "0.001",
        "ten.llama-2-7b.runtime": "1.5",
    }
    assert rows("costs")["ten.llama-2-7b.one-time"]["quantity"] == "one_time_fraction"


def test_two_variants_of_a_model_have_ids_and_costs_of_their_own():
    found = rows("comparisons")
    assert found["ten.ten.wer.llama-2-7b"]["enhanced"].endswith(".better")
    second = found["ten.ten.wer.llama-2-7b.best"]
    assert second["enhanced"].endswith(".best") and second["one_time_cost"] == "ten.llama-2-7b.best.one-time"


def test_a_known_model_without_compute_takes_the_files():
    assert known().models["Gemini 2.0 Flash"].training_flop is None
    found = rows("models")["Gemini 2.0 Flash"]
    assert (found["training_flop"], found["family"], found["source"]) == ("1e24", "Gemini", "ten2024")


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("scale: F1", "scale: time horizon", "benchmarks.scale", "log2 of the minutes"),
        ("score: 50.0,", 'score: "1,203",', "scores.score", "write 1203"),
        ("score: 50.0,", "score: 50.0 ± 0.5,", "scores.score", "standard_error: 0.5"),
        ("score: 50.0,", "score: 9/40,", "scores.score", "in the unit of the benchmark"),
        ("Llama 2 13B: 11/40", "Llama 2 13B: n/a", "scores.score", "leave the model out"),
        ("gpu_hours: 100, ", "", "costs.chip", "add gpu_hours, or usd"),
        (", utilisation: 0.3", "", "costs.gpu_hours", "add utilisation"),
        ("chip: NVIDIA A100 SXM4 80 GB", "chip: NVIDIA A200 PCIe", "costs.chip", '"NVIDIA A100 PCIe"?'),
        ("usd_per_gpu_hour: 2.5, ", "", "costs.usd", "add usd_per_gpu_hour"),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(old, new, field, words):
    assert old in CASE
    (found,) = planned(CASE.replace(old, new, 1)).problems
    assert found.field == field and words in found.fix


def problems_of(case: str) -> list[str]:
    text = (TESTS / "add/cases" / case).read_text(encoding="utf-8")
    return [str(p).partition(", ")[2] for p in planned(text).problems]


def test_sizes_with_a_letter_and_what_scores_are_called():
    text = (TESTS / "add/cases/xwin-coder.yml").read_text(encoding="utf-8").replace("**", "")
    made = planned(text)
    assert made.problems == []
    tokens = known().models["Code Llama 13B"].training_tokens
    (cost,) = made.new("costs").values()
    assert cost.cells["value"] == f"{5.523e8 / tokens:.4g}"
    assert {b.cells["scale"] for b in made.new("benchmarks").values()} == {"proportion"}
    roles = [c.cells["role"] for c in made.new("comparisons").values()]
    assert roles == ["headline", "supporting", "supporting"]
    assert [p.partition("fix: ")[2] for p in problems_of("xwin-coder.yml")] == [
        "write 63.8, without marks",
        "write 68.8, without marks",
    ]


def test_a_model_with_parameters_and_tokens_has_its_6nd():
    gap, *compute = problems_of("whisper-galician.yml")
    assert "leave the model out" in gap and len(compute) == 2
    assert all("or parameters and training_tokens" in said for said in compute)
    text = (TESTS / "add/cases/whisper-galician.yml").read_text(encoding="utf-8")
    made = planned(
        text.replace(", Whisper small: N/A", "").replace("M, source", "M, training_tokens: 2B, source")
    )
    assert made.problems == []
    tiny = made.new("models")["Whisper tiny"].cells
    assert (float(tiny["training_flop"]), tiny["certainty"]) == (6 * 3.9e7 * 2e9, "6nd")
    assert made.new("benchmarks")["cv17-gl.wer"].cells["higher_is_better"] == "false"


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("llama-2-7b", "Llama 2 7B"),
        ("Llama2_7B", "Llama 2 7B"),
        ("Qwen2.5-Math-1.5B", "Qwen2.5-Math 1.5B"),
        ("Llama 27B", "Llama 27B"),
        ("Qwen2.5 15B", "Qwen2.5 15B"),
        ("meta-llama/Llama-2-7b-chat-hf", "meta-llama/Llama-2-7b-chat-hf"),
    ],
)
def test_a_model_in_another_spelling(written, model):
    assert known_model(known(), written) == model


def test_a_checkpoint_is_named_by_its_weights_and_each_unknown_name_is_said_once():
    text = CASE.replace("Llama 2 7B", "meta-llama/Llama-2-7b-chat-hf").replace("id: ten.wer", "id: ten.word")
    found = {p.field: p for p in planned(text).problems if p.field in ("scores.model", "scores.benchmark")}
    assert found["scores.model"].fix.startswith('write "Llama 2 7B", the weights')
    assert found["scores.benchmark"].found.startswith('the benchmark "ten.wer", also in lines ')


def test_a_model_of_another_size_or_version_is_not_suggested():
    text = CASE.replace("Llama 2 7B", "Llama 2 33B")
    fixes = [p.fix for p in planned(text).problems if p.field == "scores.model"]
    assert [fix.startswith('check the name: the data has "Llama 2 34B"') for fix in fixes] == [True]
    assert "add it under models" in fixes[0] and "LLaMA" not in fixes[0]


def test_one_score_against_two_baselines_makes_two_comparisons():
    scores = "{benchmark: ten.amc, variant: tuned, source: ten2024, locator: T1, provenance: verified"
    again = "{benchmark: ten.amc, model: Llama 2 7B, enhanced: better, baseline: tuned, role: supporting}"
    text = CASE.replace("costs:", f"  - {scores}, of: {{Llama 2 13B: 12/40, Llama 2 70B: 20/40}}}}\ncosts:")
    made = planned(f"{text}  - {again}\n")
    assert made.problems == []
    key = "ten.ten.amc.llama-2-7b"
    assert {key, f"{key}.against.tuned"} <= made.new("comparisons").keys()
    twice = planned(f"{text}  - {again}\n  - {again}\n").problems
    assert [p.field for p in twice] == ["comparisons.id"] and twice[0].fix.startswith("remove it")
