"""Gains of one's own scores: families worked out by hand, the book's own numbers again, and wrong frames."""

from __future__ import annotations

import contextlib
import io
import math
import re
import textwrap

import numpy as np
import pandas as pd
import pytest
from places import ROOT

from ceg.analysis import analysis
from ceg.analysis.analysis import Analysis
from ceg.evidence.problems import InputError
from ceg.uncertainty import gain_of_frame
from ceg.uncertainty.gain_of_frame import ADDED, gain_of
from ceg.uncertainty.intervals import with_intervals


def scores(enhanced, *baselines, **columns) -> pd.DataFrame:
    """A frame of (FLOP, score), the enhanced row first."""
    rows = [(*pair, "baseline" if i else "enhanced") for i, pair in enumerate((enhanced, *baselines))]
    return pd.DataFrame(rows, columns=["training_flop", "score", "arm"]).assign(**columns)


PERCENT = ((1e21, 10.0), (1e22, 20.0), (1e23, 40.0))
"""Logits -2.197225, -1.386294, -0.405465; that of 30% is -0.847298."""


@pytest.mark.parametrize(
    ("enhanced", "baselines", "options", "status", "ceg", "lower", "upper", "flags"),
    [
        # percent: 30 lies (1.386294 - 0.847298)/(1.386294 - 0.405465) = 0.549531 of the way from 1e22 to 1e23
        ((1e22, 30.0), PERCENT, {}, "interpolated", "3.544", None, "10.0", ""),
        # the same as errors, and out of 40
        (
            (1e22, 70.0),
            ((1e21, 90.0), (1e22, 80.0), (1e23, 60.0)),
            {"higher_is_better": False},
            *("interpolated", "3.544", None, "10.0", ""),
        ),
        (
            (1e22, 12),
            ((1e21, 4), (1e22, 8), (1e23, 16)),
            {"maximum": 40},
            *("interpolated", "3.544", None, "10.0", ""),
        ),
        # fractions with a guess of 0.25: q = (s - 0.25)/0.75 is 0.2, 0.4, 0.6 with logits -1.386294,
        # -0.405465, 0.405465; 0.980829/1.791759 = 0.547411 of two decades: 10^1.094822
        (
            (1e22, 0.55),
            ((1e22, 0.40), (1e24, 0.70)),
            {"scale": "fraction", "chance": 0.25},
            *("interpolated", "12.44", None, "100.0", ""),
        ),
        # loss: 2.0 lies half way between 2.2 at 1e21 and 1.8 at 1e22: 10^0.5
        (
            (1e21, 2.0),
            ((1e21, 2.2), (1e22, 1.8)),
            {"scale": "loss"},
            *("interpolated", "3.162", None, "10.0", ""),
        ),
        # perplexity, -ln s: ln 20 - ln 10 is half of ln 20 - ln 5, of two decades
        (
            (1e21, 10.0),
            ((1e21, 20.0), (1e23, 5.0)),
            {"scale": "perplexity"},
            *("interpolated", "10.0", None, "100.0", ""),
        ),
        # Elo: 100 a decade; from 1200 at 1e23 up to 1250 it is 0.5 decades more, beside 1 to 1e22: 10^1.5
        (
            (1e22, 1250),
            ((1e21, 1000), (1e22, 1100), (1e23, 1200)),
            {"scale": "elo"},
            *("extrapolated", "31.62", "10.0", None, ""),
        ),
        # bits: a tie with a bigger model is both bounds and the point
        (
            (1e20, 1.00),
            ((1e20, 1.20), (1e21, 1.00), (1e22, 0.90)),
            {"scale": "bits"},
            *("interpolated", "10.0", "10.0", "10.0", ""),
        ),
        # a score below the model's own: logit(0.15) = -1.734601 lies 0.462624/0.810931 = 0.570485 of the way
        # from 1e21 to 1e22: 10^(21.570485 - 23)
        ((1e23, 15.0), PERCENT, {}, "interpolated", "0.0372", None, "0.10", ""),
        # 90 lies (2.197225 + 0.405465)/0.895880 = 2.905 decades beyond 1e23, over the one that is allowed
        ((1e22, 90.0), PERCENT, {}, "bound", None, "10.0", None, ""),
        # and 60, with the logit 0.405465, lies 0.905 decades beyond it: 10^1.905
        ((1e22, 60.0), PERCENT, {}, "extrapolated", "80.4", "10.0", None, ""),
        # two models are too few to go beyond them, unless two suffice: 20 points a decade, 10 more
        (
            (1e22, 50.0),
            ((1e22, 20.0), (1e23, 40.0)),
            {"scale": "points"},
            *("bound", None, "10.0", None, ""),
        ),
        (
            (1e22, 50.0),
            ((1e22, 20.0), (1e23, 40.0)),
            {"scale": "points", "min_points": 2},
            *("extrapolated", "31.62", "10.0", None, ""),
        ),
        # nothing rises from 25 to 22
        (
            (1e21, 33.0),
            ((1e21, 25.0), (1e22, 20.0), (1e23, 22.0)),
            {},
            *("bound", None, "100", None, "flat_baseline"),
        ),
        ((1e22, 50.0), ((1e23, 40.0),), {}, "bound", None, "10.0", None, "single_baseline"),
        # the only model is smaller and scores less
        ((1e23, 50.0), ((1e22, 40.0),), {}, "not-meaningful", None, None, None, "single_baseline"),
        # 20 points lie over 1.645 sqrt(1 + 1) apart: the smaller model reaches 50, the bigger does not
        (
            (1e21, 50.0),
            ((1e22, 60.0), (1e23, 40.0)),
            {"se": 1.0},
            *("inconsistent", None, "100", "10.0", ""),
        ),
        # 2 points lie within 1.645 sqrt(4 + 4): both pool to 50, which is there from 1e22; the line through
        # the logits -2.197, 0.040, -0.040 rises by 1.0786 a decade, within 1.645 of its errors of 0.6689
        (
            (1e20, 50.0),
            ((1e21, 10.0), (1e22, 51.0), (1e23, 49.0)),
            {"se": 2.0},
            *("interpolated", "100", "10.0", "100", "flat_baseline non_monotone"),
        ),
        # all right: how far beyond cannot be told
        ((1e22, 100.0), PERCENT, {}, "bound", None, "10.0", None, "ceiling"),
        ((1e22, 30.0), PERCENT, {"bounds_only": True}, "bound", None, None, "10.0", ""),
    ],
)
def test_by_hand(enhanced, baselines, options, status, ceg, lower, upper, flags):
    found = gain_of(scores(enhanced, *baselines), draws=0, **options)
    assert len(found) == 1
    row = found.to_dict("records")[0]
    assert (row["status"], row["flags"], row["n_baseline"]) == (status, flags, len(baselines))
    for name, wanted in (("ceg", ceg), ("lower_bound", lower), ("upper_bound", upper)):
        if wanted is None:
            assert math.isnan(row[name])
        else:  # to half of the last digit
            assert row[name] == pytest.approx(
                float(wanted), abs=0.5 * 10.0 ** -len(wanted.partition(".")[2])
            ), name


def test_rows_are_kept_and_groups_are_compared_within():
    frame = pd.concat(
        [
            scores((1e22, 30.0), *PERCENT, benchmark="a", size="s", status="mine"),
            scores((1e22, 32.5), (1e22, 25.0), (1e23, 40.0), benchmark="b", size="s", status="mine"),
            scores((1e22, 30.0), *PERCENT, benchmark="a", size="t", status="mine"),
        ]
    )
    frame = frame[frame["size"].eq("s") | frame.arm.eq("enhanced") | frame.training_flop.gt(1e21)]
    before = frame.copy()
    found = gain_of(frame, by=["benchmark", "size"])
    assert set(found.columns) == {*before.columns, *ADDED}
    assert list(found.index) == [0, 0, 0] and list(found.benchmark) == ["a", "b", "a"]
    assert list(found.status) == ["interpolated"] * 3
    assert list(found.n_baseline) == [3, 2, 2]
    # logit(0.325) = -0.730888 lies (1.098612 - 0.730888)/(1.098612 - 0.405465) = 0.530514 of the way
    assert list(found.ceg) == pytest.approx([10**0.549531, 10**0.530514, 10**0.549531], rel=1e-5)
    assert str(found.status.dtype) == "category" and str(found.n_baseline.dtype) == "Int64"
    assert found.low.isna().all() and found.partial.isna().all()  # no errors are given
    pd.testing.assert_frame_equal(frame, before)


def test_other_names_and_columns_of_limits_and_errors():
    frame = scores((1e22, 30.0), *PERCENT, guess=[0.0, 0.0, 0.0, np.nan], n=[1000, 1000, 1000, None])
    plain = gain_of(frame, items="n", chance="guess", maximum=100)
    frame.columns = ["C", "s", "which", "guess", "n"]
    found = gain_of(frame, compute="C", score="s", arm="which", items="n", chance="guess")
    pd.testing.assert_frame_equal(found[[*ADDED]], plain[[*ADDED]])
    assert list(found.partial) == [True]  # of one score the items are not known
    sure = gain_of(frame, compute="C", score="s", arm="which", items=1000)
    assert list(sure.partial) == [False]
    assert float(sure.low[0]) < float(sure.count_low[0]) < float(sure.ceg[0])  # 95%, 90%, the point


def test_the_interval_of_a_point_by_hand():
    # 0.4 nats a decade; the enhanced loss errs by 0.041, so log10 by 0.1025: 0.5 -+ 1.645 * 0.1025 is 0.3314
    # and 0.6686, or 2.145 and 4.662; the ends are rounded away from the point
    frame = scores((1e21, "2.000"), (1e21, "2.200"), (1e22, "1.800"), se=[0.041, 0.0, 0.0])
    found = gain_of(frame, scale="loss", se="se").loc[0]
    assert (found.ceg, found.low, found.high) == (pytest.approx(10**0.5), 2.1, 4.7)
    # rounded to 0.1, each score errs by up to 0.05 more
    wide = gain_of(frame.assign(score=frame.score.astype(float)), scale="loss", se="se").loc[0]
    assert wide.low < 2.1 and wide.high > 4.7


@pytest.mark.parametrize("lead", [5, 10])
def test_the_limit_of_a_bound_by_hand(lead):
    # standard normal at lead/sqrt(3^2 + 4^2 + 2/12), two scores rounded to whole ones: 0.84 and 0.98
    found = gain_of(scores((1e22, 50 + lead), (1e23, 50), se=[3, 4]), scale="points", se="se").loc[0]
    assert found.low == pytest.approx(10) if lead == 10 else math.isnan(found.low)


@pytest.fixture(scope="module")
def book():
    """The book's evidence with compute taken as exact."""
    opened = analysis.open()
    exact = {f"width_{kind}": 1.0 for kind in ("printed", "6nd", "estimated")}
    return Analysis(opened.evidence, opened.assumptions.but(**exact))


def own(book, comparisons) -> pd.DataFrame:
    """The numbers of comparisons as a reader would have them."""
    rows = []
    for comparison in comparisons:
        case = book.case(comparison)
        for sample in (case.enhanced, *case.baselines):
            score, scale = sample.result.score, case.scale
            items = sample.result.items or book.evidence.benchmarks[sample.result.benchmark].items
            arm = "enhanced" if sample is case.enhanced else "baseline"
            rows.append((comparison, arm, sample.point.flop, score.text, items, scale.chance, scale.maximum))
    columns = ["comparison", "arm", "training_flop", "score", "items", "chance", "maximum"]
    return pd.DataFrame(rows, columns=columns)


def percentages(book, enhancement=None) -> list[str]:
    """Comparisons within a family that measure a percentage, where every model has the same benchmark."""
    return [
        e.comparison
        for e in book.estimate_all(enhancement)
        if (case := book.find(e.comparison)) is not None
        and (case.scale.kind, case.scale.higher_is_better) == ("proportion", True)
        and not case.comparison.cross_family
        and len({s.result.benchmark for s in (case.enhanced, *case.baselines)}) == 1
    ]


LIMITS = {"by": "comparison", "items": "items", "chance": "chance", "maximum": "maximum"}


@pytest.mark.slow
def test_the_book_s_numbers_give_the_book_s_gains(book):
    chosen = percentages(book)[::4]
    found = gain_of(own(book, chosen), draws=0, **LIMITS).set_index("comparison")
    wanted = book.estimates().loc[found.index]
    assert len(found) > 100 and len(set(found.status)) >= 4
    assert list(found.status) == list(wanted.status)
    for name in ("ceg", "lower_bound", "upper_bound", "extrapolation_oom"):
        np.testing.assert_allclose(found[name], wanted[name], rtol=1e-12)
    assert list(found.n_baseline) == list(wanted.n_baseline)


def test_the_book_s_numbers_give_the_book_s_intervals(book):
    # other random numbers: the ends, of two digits, differ by a few percent
    chosen = [c for c in percentages(book, "minerva") if book.find(c)]
    found = gain_of(own(book, chosen), draws=40_000, **LIMITS)
    wanted = book.estimates(with_intervals(book, [book.estimate(c) for c in chosen], 40_000))
    assert found.low.notna().sum() >= 3
    for name in ("low", "high"):
        np.testing.assert_allclose(np.log10(found[name]), np.log10(wanted[name]), atol=0.06)


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"rename": {"score": "Score"}}, {}, ['no column "score"', 'did you mean "Score"?', "score=…"]),
        ({"rename": {"arm": "which"}}, {}, ['no column "arm"', "a column for arm"]),
        ({}, {"by": "benchmrk"}, ['no column "benchmrk"', 'did you mean "benchmark"?']),
        (
            {"arm": "Enhanced"},
            {},
            ["row x of the frame, field arm", '"Enhanced"', 'did you mean "enhanced"?'],
        ),
        ({"arm": None}, {}, ["row x of the frame, field arm", '"enhanced" or "baseline"']),
        ({"arm": "baseline"}, {}, ["no enhanced row"]),
        ({"score": 130.0}, {}, ["row x of the frame, field score", '"130"', "0 to 100"]),
        ({"score": 30.0}, {"scale": "fraction"}, ['"30"', "0 to 1;"]),
        ({"score": 0.0}, {"scale": "perplexity"}, ['"0"', "above 0"]),
        ({"score": np.nan}, {}, ["row x of the frame, field score: found nothing", "a number"]),
        ({"score": np.inf}, {}, ['"inf"', "a number"]),
        ({"score": "thirty"}, {}, ['"thirty"', "a number"]),
        ({"training_flop": 0.0}, {}, ["row x of the frame, field training_flop", '"0.0"', "above 0"]),
        ({"training_flop": np.nan}, {}, ["field training_flop: found nothing"]),
        ({"benchmark": None}, {"by": "benchmark"}, ["row x of the frame, field benchmark: found nothing"]),
        ({"benchmark": "b"}, {"by": "benchmark"}, ["the frame, benchmark b", "no baseline"]),
        ({"n": 12.5}, {"items": "n"}, ["row x of the frame, field n", '"12.5"', "a whole number from 1"]),
        ({}, {"items": 0}, ["gain_of(items=…)", "a whole number from 1"]),
        ({}, {"items": 100, "scale": "elo"}, ["gain_of(items=…)", 'scale "elo"', "percent · fraction"]),
        ({}, {"se": -1.0}, ["gain_of(se=…)", "a number from 0"]),
        ({"n": 25.0}, {"chance": "n"}, ["a chance of 1000 and a maximum of 100", "25 and 100, as in row x"]),
        ({}, {"chance": 100}, ["a chance of 100", "below the maximum of 100"]),
        ({}, {"scale": "percents"}, ["gain_of(scale=…)", 'did you mean "percent"?', "percent · fraction"]),
        ({}, {"transform": "log"}, ["gain_of(transform=…)", "logit · linear"]),
    ],
)
def test_what_is_wrong_is_one_message(change, options, words):
    frame = scores((1e22, 30.0), *PERCENT, benchmark="a", n=1000.0).set_axis(list("xabc"))
    frame = frame.rename(columns=change.pop("rename", {}))
    for name, value in change.items():
        frame[name] = frame[name].astype(object)
        frame.loc["x", name] = value
    with pytest.raises(InputError) as refused:
        gain_of(frame, **options)
    assert len(refused.value.problems) == 1
    for word in words:
        assert word in str(refused.value)


def recipe(text: str) -> str:
    """The lines of a text that open a file of scores and print their gains."""
    found = re.search(r"^( *)import ceg\n.*?gain_of.*?print.*?\n", text, re.DOTALL | re.MULTILINE)
    assert found
    return textwrap.dedent(found[0])


def test_the_recipe_is_the_same_everywhere_and_prints_what_it_says(monkeypatch):
    texts = [(ROOT / name).read_text("utf-8") for name in ("README.md", "book/about/api.md")]
    fenced = [
        next(b for b in re.findall(r"```python\n(.*?)```", t, re.DOTALL) if "gain_of" in b) for t in texts
    ]
    lines = recipe(gain_of_frame.__doc__ or "")
    assert [*map(recipe, fenced)] == [lines, lines]
    assert len([line for line in lines.splitlines() if line]) == 5
    monkeypatch.chdir(ROOT)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(lines, {})
    assert printed.getvalue().splitlines() == [
        "       model          status        ceg   low  high",
        "3    PaLM 8B    extrapolated   0.585406   0.2   1.4",
        "4   PaLM 62B    extrapolated  58.222287  32.0   NaN",
        "5  PaLM 540B  not-meaningful        NaN   NaN   NaN",
    ]
