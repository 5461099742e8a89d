"""The workings of a comparison: the arithmetic by hand, the rows, and what else is said of it."""

import json
import math
import re

import pytest

from ceg import formatting
from ceg.analysis import analysis
from ceg.prose import wording, workings
from sphinx_fresh import show


@pytest.fixture(scope="module")
def book():
    return analysis.open()


def of(book, comparison: str) -> workings.Workings:
    return workings.workings(book, book.estimate(comparison))


def test_an_extrapolation_by_hand(book):
    """Wei et al. 2022, Table 2 (GSM8K): 4.9, 9.6 and 17.9 without, 29.9 with; PaLM by 6ND."""
    flop = [6 * n * d for n, d in ((8.63e9, 780e9), (62.5e9, 795e9), (540.35e9, 780e9))]
    x, t = [math.log10(c) for c in flop], [math.log(s / (100 - s)) for s in (4.9, 9.6, 17.9)]
    middle_x, middle_t = sum(x) / 3, sum(t) / 3
    slope = sum((a - middle_x) * (b - middle_t) for a, b in zip(x, t, strict=True)) / sum(
        (a - middle_x) ** 2 for a in x
    )
    required = x[2] + (math.log(29.9 / 70.1) - t[2]) / slope
    said = of(book, "chain-of-thought.gsm8k.palm-62b")
    assert [a.model for a in said.arms] == ["PaLM 62B", "PaLM 8B", "PaLM 62B", "PaLM 540B"]
    steps = "\n".join(said.steps)
    assert "2.5288 × 10²⁴ / 2.9813 × 10²³ = 8.48." in steps and math.floor(100 * flop[2] / flop[1]) == 848
    assert f"{x[2]:.4f} + (−0.8521 − (−1.5231)) / {slope:.5g} = {required:.4f}." in steps
    assert (
        said.steps[-1] == f"CEG = C′ / Cₑ = 10^({required:.4f} − {x[1]:.4f}) = {10 ** (required - x[1]):.2f}."
    )
    assert [key for key, _ in said.assumptions] == [
        "compute_rule",
        "transform",
        "estimate_order",
        "extrapolate_from",
        "charge_finetuning",
        "min_points",
        "max_extrapolation_oom",
        "provenance_admitted",
    ]


def test_an_interpolation_by_hand(book):
    """Borgeaud et al. 2021, Table 14 (C4, bits per byte, no transform): 0.82 lies between 0.84 and 0.78."""
    said = of(book, "retro.c4.retro-172m")
    score = float(said.arms[0].score.split()[0])
    own, small, large = (
        next(m.training_flop for m in book.evidence.models.values() if m.model == name)
        for name in ("RETRO 172M", "RETRO baseline 1.3B", "RETRO baseline 7B")
    )
    share = (0.84 - score) / (0.84 - 0.78)
    required = math.log10(small) + share * math.log10(large / small)
    assert (
        f"= {required:.4f}." in said.steps[-2]
        and "RETRO baseline 1.3B (−0.84) and RETRO baseline 7B (−0.78)" in said.steps[-2]
    )
    assert said.steps[-1].endswith(f"= {formatting.significant(10**required / own, 4)}.")


def test_what_is_no_point_says_why(book):
    why = [of(book, c).steps[-1] for c in ("lats.humaneval.gpt-3-5", "toolformer.lama-squad.gpt-j-6b")]
    assert (
        "asks for 3 unenhanced models, with scores off the edges of the scale; there are 2." in why[0]
        and "another family" in why[1]
    )
    other = workings.alternatives(book)
    changes = dict(workings.workings(book, book.headline("lats"), other).changes)
    assert changes["min_points=2"] == "≥ 8.14x (extrapolated 12x)" and "transform=linear" not in changes


def test_every_step_leads_to_the_estimate(book):
    for e in book.estimate_all():
        case = book.find(e.comparison)
        if case is None:
            continue
        way = e.steps
        assert (way.below and way.below.flop / case.enhanced.point.flop) == e.lower_bound
        assert (way.above and way.above.flop / case.enhanced.point.flop) == e.upper_bound
        if e.ceg is not None and "held_to_bound" not in e.flags:
            assert math.isclose(
                way.log10_required, math.log10(e.ceg * case.enhanced.point.flop), abs_tol=1e-9
            )


@pytest.mark.verify
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"transform": "linear"},
        {"estimate_order": "fit_first"},
        {"extrapolate_from": "line", "min_points": 2},
        {"compute_rule": "6nd", "max_extrapolation_oom": 2.0},
        {"charge_finetuning": True, "baseline_prompt": "weakest"},
    ],
)
def test_every_working_s_arithmetic_gives_its_number(book, change):
    """The numbers as printed, worked out again from the text."""
    other = analysis.Analysis(book.evidence, book.assumptions.but(**change))
    checked = 0
    for e in other.estimate_all():
        said = workings.workings(other, e)
        assert said.title and said.arms and said.steps
        if e.ceg is None:
            continue
        power = re.fullmatch(r"CEG = C′ / Cₑ = 10\^\(([\d.]+) − ([\d.]+)\) = ([\d.,]+)\.", said.steps[-1])
        required, own, shown = (float(part.replace(",", "")) for part in power.groups())
        assert math.isclose(10 ** (required - own), shown, rel_tol=6e-4) and math.isclose(
            shown, e.ceg, rel_tol=5e-4
        )
        if way := re.search(r"log₁₀ C′ = (.*) = ([\d.]+)\.$", next(s for s in said.steps if "log₁₀ C′" in s)):
            sum_of = way[1].replace("−", "-").replace("×", "*")
            assert math.isclose(eval(sum_of, {}), float(way[2]), abs_tol=2e-2)
        checked += 1
    assert checked > 300


def test_every_flag_has_a_meaning(book):
    known = {f for e in book.estimate_all() for f in e.flags}
    assert known <= set(workings.FLAGS)


def test_linked_text_is_text():
    link = show.Linked("13x", "gain:a.b")
    assert link == "13x" and json.dumps([link]) == '["13x"]' and wording.gain_link(None) == formatting.NONE
    table = show.unpacked(show.Table("t", "T", [show.Column("a", "A")], [[link]])._repr_mimebundle_())
    assert (
        table[show.TABLE]["rows"] == [[{"text": "13x", "target": "gain:a.b"}]]
        and "<td>13x</td>" in table["text/html"]
    )
