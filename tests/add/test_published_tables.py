"""Tables as papers print them, added as data: other units, several families, gaps, a fault in many places."""

import re
from functools import cache
from pathlib import Path

import pytest
from places import DATA, TESTS

from ceg.add import draft_file, from_options, write
from ceg.add.resolve import plan
from ceg.analysis import analysis
from ceg.evidence.problems import InputError
from ceg.uncertainty import intervals

CASES = TESTS / "add" / "cases"


@cache
def book():
    return analysis.open(folder=DATA)


def text_of(case: str) -> str:
    return (CASES / case).read_text(encoding="utf-8")


def session(text: str) -> analysis.Analysis:
    """The book with a file's enhancement."""
    made = plan(draft_file.parse(text, "mine.yml", DATA), book().evidence)
    return analysis.Analysis(write.with_rows(book().evidence, made), book().assumptions)


def in_percent(text: str, benchmark: str, maximum: int) -> str:
    """A file with the scores of some benchmarks, out of ``maximum``, as percentages."""

    def scores(found: re.Match) -> str:
        return re.sub(r": ([\d.]+)", lambda s: f": {float(s[1]) * 100 / maximum:.1f}", found[0])

    lines = [
        re.sub(r"(?<=of: )\{.*?\}", scores, line).replace(f"maximum: {maximum},", "maximum: 100,")
        if benchmark in line
        else line
        for line in text.splitlines()
    ]
    return "\n".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "benchmark", "maximum", "comparison"),
    [
        ("fractions.yml", "metafrac", 1, "metafrac.gsm8k.metafrac.llama-2-13b"),
        ("fractions.yml", "metafrac", 1, "metafrac.math.metafrac.llama-2-7b"),
        ("out-of-40.yml", "amc23", 40, "openmathinstruct-2.amc23.openmath2.llama-3-1-8b"),
    ],
)
def test_other_units_have_the_estimate_and_the_interval_of_percentages(case, benchmark, maximum, comparison):
    text = text_of(case)
    printed, hundred = (session(t) for t in (text, in_percent(text, benchmark, maximum)))
    assert printed.estimate(comparison).flags == hundred.estimate(comparison).flags == ()
    found, expected = (intervals.interval(one, comparison) for one in (printed, hundred))
    # 9 of 40 is exact, and as a percentage rounded to a tenth: two equal scores are no longer a tie
    ends = (expected.low, expected.high)
    assert (found.low, found.high) == pytest.approx(ends, rel=0.011) and found.partial is False


def refusals(case: str, folder: Path) -> list[str]:
    """What is said of a file with one of the cases, without the file's name; nothing is written."""
    draft = draft_file.parse(text_of(case), "mine.yml", folder)
    with pytest.raises(InputError) as refused:
        write.add(draft, folder, write=False)
    return [str(p).removeprefix("mine.yml, ") for p in refused.value.problems]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("missing-variant.yml", ["line 29, field scores.variant: found nothing"]),
        (
            "wrong-line-model.yml",
            ['line 25, field scores.model: found the model "Llama-2-34B-hf", also in line 27'],
        ),
        (
            "whisper-wer.yml",
            [
                "line 20, field benchmarks.chance: found 100",
                "line 22, field models.training_flop: found nothing",
                'line 22, field models.training_tokens: found "680,000 hours"',
                *(f"line {n}, field models.training_flop: found nothing" for n in (23, 24, 25)),
                'line 30, field costs.quantity: found "one_time_usd"',
                'line 31, field costs.quantity: found "one_time_gpu_hours"',
            ],
        ),
    ],
)
def test_all_is_said_at_once_each_fault_once_where_it_stands(case, expected, whole):
    assert sorted(r.partition(";")[0] for r in refusals(case, whole)) == sorted(expected)


@pytest.mark.slow
def test_a_chance_that_is_the_maximum_is_refused_before_anything_is_written(whole):
    (said,) = refusals("chance-not-below-maximum.yml", whole)
    assert "chance" in said and "100" in said


@pytest.mark.slow
def test_each_model_is_compared_within_its_own_family():
    found = {e.comparison: e for e in session(text_of("multi-family.yml")).estimate_all("rft")}
    assert len(found) == 7
    assert not any("cross_family" in e.flags for e in found.values())
    assert [found[f"rft.gsm8k.rft.{m}"].n_baseline for m in ("llama-7b", "llama-2-7b")] == [4, 3]
    assert found["rft.gsm8k.rft.llama-2-13b"].ceg == pytest.approx(1.93, abs=0.005)
    across = text_of("multi-family.yml").replace("role: supporting", "role: supporting, cross_family: true")
    assert session(across).estimate("rft.gsm8k.rft.llama-7b").n_baseline == 7


def scores_of(path: Path, text: str) -> list[dict]:
    path.write_text(text)
    return from_options.csv_scores(path, {"benchmark": "gsm8k"}, DATA)


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_csv_of_a_country_with_decimal_commas_is_read(tmp_path, sign):
    path, text = tmp_path / "scores.csv", text_of("bare.csv")
    local = text.replace(",", sign).replace(".", ",")
    assert local != text
    assert scores_of(path, local) == scores_of(path, text)
    rows = "arm,model,variant,score\nbaseline,A,x,{}\nenhanced,A,y,{}\n".replace(",", sign)
    for scores in (("1,203", "1,310"), ("19,2", "20.7")):  # thousands? and a comma beside a point
        with pytest.raises(InputError, match="write every number with a point"):
            scores_of(path, rows.format(*scores))
    assert [r["score"] for r in scores_of(path, rows.format("1,203", "12,3"))] == ["1.203", "12.3"]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("largest", "headline"),
    [
        ("83.62", "Llama 2 13B"),  # above all that is not enhanced: the next one leads over the 70B
        ("50.0", "Llama 2 70B"),  # within the curve
    ],
)
def test_the_headline_of_a_csv_is_the_largest_model_with_a_bracket_or_a_bound(
    tmp_path, order, largest, headline
):
    header, *rows = text_of("bare.csv").replace("83.62", largest).splitlines()
    path = tmp_path / "scores.csv"
    path.write_text("\n".join([header, *rows[::order]]) + "\n")
    shared = {"benchmark": "gsm8k", "source": "x", "locator": "y", "provenance": "verified"}
    scores = from_options.csv_scores(path, shared, DATA)
    costs = {"one_time_fraction": "0.01"}
    made = from_options.compared(scores, [], "the rule", costs, shared, book().evidence)
    chosen = [c for c in made["comparisons"] if c["role"] == "headline"]
    assert [(c["model"], c["headline_reason"]) for c in chosen] == [(headline, "the rule")]
    assert [c["model"] for c in made["costs"]] == [headline]
