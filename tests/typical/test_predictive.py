"""Predictions of comparisons that the fit has not seen."""

import math
import subprocess
import sys
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from places import DATA, ROOT
from scipy import stats

import ceg
from ceg.analysis import analysis
from ceg.typical import derived, predictive
from ceg.typical.observations import GROUPS, Atoms, Observations
from ceg.typical.summary import SHARED, STUDENT, Posterior

BLIND = """
import sys

def refuse(event, args):
    if event == "open" and "held-out" in str(args[0]):
        raise PermissionError(args[0])

sys.addaudithook(refuse)
from ceg.analysis import analysis
from ceg.typical import derived
from ceg.typical.observations import observations
book = analysis.open()
try:
    open("data/held-out/results.csv")
except PermissionError:
    sys.stdout.write(derived.foretold(derived.posterior(book), derived.typical(book)))
if "fit" in sys.argv:
    assert derived.about(book)["observations"]["sha256"] == derived.observed(observations(book))
"""


@pytest.mark.parametrize("fit", ["", pytest.param("fit", marks=pytest.mark.verify)])
def test_what_is_foretold_comes_out_byte_for_byte_with_the_evidence_held_out_unreadable(fit):
    """And, in the longer form, so does what the model is fitted to."""
    done = subprocess.run([sys.executable, "-c", BLIND, fit], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (DATA / derived.DERIVED / derived.BY_SIZE).read_text(encoding="utf-8")


def book_of(low, high, sd, size=0.0):
    """Comparisons of one enhancement, an atom each."""
    n = len(low)
    level = {g: np.zeros(n, int) for g in GROUPS}
    names = {g: ("trick" if g == "enhancement" else "trick x",) for g in GROUPS}
    atoms = Atoms(np.arange(n), np.array(low), np.array(high), np.array(sd), np.ones(n))
    return Observations(
        tuple(map(str, range(n))), level, names, np.full(n, size), np.zeros(n, bool), atoms, Counter()
    )


def certain(mu, slope=0.0, **sd):
    """A posterior that is sure of everything; spreads are 0 but for those given."""
    d = 500
    shared = {name: np.full(d, sd.get(name, 0.0)) for name in SHARED}
    each = [np.full((d, 1), v) for v in (mu, slope, sd.get("benchmark", 0.0))]
    return Posterior(("trick",), *each, shared)


def test_seen_tells_values_from_ends():
    inf = math.inf
    found = predictive.seen(book_of([1.0, 0.5, -inf], [1.0, inf, 0.2], [0.3, 0.0, 0.0]))
    assert found.loc["0", ["value", "error"]].to_list() == pytest.approx([1.0, 0.3])
    assert found.loc["1", "floor"] == 0.5 and found.loc["2", "ceiling"] == 0.2
    assert found.notna().sum().to_dict() == {"value": 1, "error": 1, "floor": 1, "ceiling": 1}


def test_scores_are_the_density_of_a_value_and_the_probability_of_a_bound(monkeypatch):
    monkeypatch.setattr(predictive, "windows", lambda a, o: (np.full(3, -3.0), np.full(3, 3.0)))
    inf = math.inf
    o = book_of([1.0, 0.5, -inf], [1.0, inf, 0.2], [0.3, 0.0, 0.0], size=1.0)
    p = certain(0.4, 0.2, benchmark=0.3, family=0.4)  # at ten times the compute: 0.6, spread 0.5
    found, _ = predictive.judged(None, o, p, pd.Series({"trick": 23.0}))
    normal = stats.norm(0.6, 0.5)
    assert found["middle"].to_list() == pytest.approx([0.6] * 3, abs=0.02)
    assert found["high"].iloc[0] == pytest.approx(normal.ppf(0.95), abs=0.03)
    wider = stats.norm(0.6, math.hypot(0.5, 0.3))
    assert found["rank"].iloc[0] == pytest.approx(wider.cdf(1.0), abs=0.02)
    assert found["agrees"].to_list()[1:] == pytest.approx([normal.sf(0.5), normal.cdf(0.2)], abs=0.02)
    exact = [wider.logpdf(1.0), normal.logsf(0.5), normal.logcdf(0.2)]
    assert found["score"].to_list() == pytest.approx(exact, abs=1e-6)
    assert found["score_any"].to_list() == pytest.approx(exact, abs=1e-6)  # there is one enhancement alone
    none = stats.norm(0, predictive.GIVE_OR_TAKE)
    assert found["score_none"].to_list()[1:] == pytest.approx([none.logsf(0.5), none.logcdf(0.2)])


def test_the_residual_of_a_score_is_students():
    o = book_of([0.8], [0.8], [0.0])
    found = predictive._scores(
        certain(0.0, residual=0.5), pd.Series({"trick": 23.0}), o, np.zeros((9, 1), int)
    )
    assert found[0] == pytest.approx(stats.t(STUDENT, 0, 0.5).logpdf(0.8), abs=0.05)


def test_a_rank_among_what_could_be_shown():
    draws = np.linspace(-2, 2, 4001)
    assert predictive.rank_within(draws, 0.5, 0.0, 1.0) == pytest.approx(0.5, abs=0.01)
    assert math.isnan(predictive.rank_within(draws, 1.5, 0.0, 1.0))  # an extrapolation
    assert math.isnan(predictive.rank_within(draws, 5.0, 4.9, 5.1))


def test_what_is_seen_and_what_is_predicted_are_held_to_the_same_window():
    inf = math.inf
    o = book_of([0.5, 0.3, -inf, 2.0], [0.5, inf, -0.2, 2.0], [0.0, 0.0, 0.0, 0.0])
    y = np.array([[0.0, 3.0]] * 4)
    w = predictive.windowed(o, (np.full(4, -1.0), np.full(4, 1.0)), y, np.random.default_rng(0))
    assert w.value.tolist() == [0.5, 1.0, -1.0, 1.0] and w.again.tolist() == [[0.0, 1.0]] * 4
    every = np.ones(4, bool)
    assert w.beyond(every)[0] == 0.5 and w.beyond(every)[1].tolist() == [0.0, 1.0]
    assert w.losses(every)[0] == 0.25 and w.losses(every)[1].tolist() == [0.0, 0.0]
    seen, again = w.quantiles(every, (0.5,))
    assert seen[0] == 0.5 and again[0] == 0.5


def test_windows_reach_from_the_smallest_to_the_biggest_unenhanced_model():
    book = ceg.open()
    some = [e.comparison_id for e in book.estimate_all() if e.ceg and not e.comparison_id.startswith("held")][
        :5
    ]
    fake = book_of([0.0] * 5, [0.0] * 5, [0.0] * 5)
    o = Observations(tuple(some), fake.level, fake.names, fake.size, fake.bound, fake.atoms, Counter())
    for low, high, name in zip(*predictive.windows(book, o), some, strict=True):
        case = book.case(name)
        ratios = [s.point.flop / case.enhanced.point.flop for s in case.baselines]
        assert 10**low == pytest.approx(min(ratios)) and 10**high == pytest.approx(max(ratios))


def test_the_book_foretells_by_size():
    frame = pd.read_csv(DATA / derived.DERIVED / derived.BY_SIZE)
    fitted = derived.typical(analysis.open())["typical"].dropna()
    assert set(frame["enhancement"]) == set(fitted.index)
    ends = ["comparison_low", "comparison_quartile_low", "comparison", "comparison_quartile_high"]
    assert (frame[[*ends, "comparison_high"]].diff(axis=1).iloc[:, 1:] > 0).all(axis=None)
