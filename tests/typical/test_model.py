"""The censored likelihood, and a sampler that draws from the distributions that it should."""

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize

from ceg.typical import fitting, sampler
from ceg.typical.model import Censored, Design, Priors, Settings
from ceg.typical.observations import GROUPS, Atoms, Observations

INF = math.inf


def observed(low, high, sd=0.0, weight=1.0, of=None, level=None, size=None):
    """Comparisons with these atoms; in one enhancement, if not said otherwise."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    of = np.arange(low.size) if of is None else np.asarray(of)
    n = int(of.max()) + 1
    level = {g: np.zeros(n, int) for g in GROUPS} | (level or {})
    names = {g: tuple(f"e{i}" for i in range(int(at.max()) + 1)) for g, at in level.items()}
    atoms = Atoms(
        of, low, high, np.broadcast_to(sd, low.shape) * 1.0, np.broadcast_to(weight, low.shape) * 1.0
    )
    size = np.zeros(n) if size is None else size
    return Observations(tuple(map(str, range(n))), level, names, size, np.zeros(n, bool), atoms, Counter())


def test_atoms_are_as_likely_as_the_normal_law_says():
    o = observed(
        [1.0, 0.5, -INF, 0.2, -INF, 0.0, 1.0],
        [1.0, INF, 0.5, 0.9, INF, 3.0, 1.0],
        sd=[0, 0, 0, 0, 0, 0, 0.4],
    )
    mean, scale = np.linspace(0.2, 0.8, 7), np.linspace(0.2, 0.5, 7)
    law = [stats.norm(m, s) for m, s in zip(mean, scale, strict=True)]
    wanted = [
        law[0].pdf(1.0),
        law[1].sf(0.5),
        law[2].cdf(0.5),
        (law[3].cdf(0.9) - law[3].cdf(0.2)) / 0.7,
        1.0,
        law[5].cdf(3.0) - law[5].cdf(0.0),  # wider than an open end: a probability, as beyond a bound
        stats.norm(mean[6], math.hypot(scale[6], 0.4)).pdf(1.0),
    ]
    assert np.exp(Censored(o).log_mean(mean, scale)) == pytest.approx(wanted, rel=1e-9)


def test_a_comparison_is_as_likely_as_its_atoms_on_average():
    o = observed([1.0, 0.5], [1.0, INF], weight=[0.3, 0.7], of=[0, 0])
    wanted = 0.3 * stats.norm.pdf(1.0, 0.4, 0.2) + 0.7 * stats.norm.sf(0.5, 0.4, 0.2)
    assert np.exp(Censored(o).log_mean(np.array([0.4]), np.array([0.2])))[0] == pytest.approx(wanted)


@pytest.mark.parametrize(("low", "high"), [(30.0, INF), (-INF, -30.0), (30.0, 30.5), (-31.0, -30.0)])
def test_ends_far_away_are_unlikely_and_not_impossible(low, high):
    seen = Censored(observed([low], [high]))
    found = seen.log_mean(np.zeros(1), np.ones(1))
    assert np.isfinite(found).all() and found < -400
    y, told, _ = seen.draw(np.random.default_rng(0), np.zeros(1), np.ones(1))
    assert low <= y[0] <= high and told[0] == y[0] and abs(y[0]) < 32


@pytest.mark.parametrize(("low", "high"), [(0.5, INF), (-INF, -0.2), (-0.4, 1.0), (1.5, 2.5)])
def test_what_is_censored_is_drawn_from_between_its_ends(low, high):
    n = 20_000
    seen = Censored(observed(np.full(n, low), np.full(n, high)))
    y, _, _ = seen.draw(np.random.default_rng(0), np.full(n, 0.1), np.full(n, 0.7))
    law = stats.truncnorm((low - 0.1) / 0.7, (high - 0.1) / 0.7, 0.1, 0.7)
    assert stats.kstest(y, law.cdf).pvalue > 1e-3


def test_block_by_block_a_draw_has_the_mean_and_the_covariance_of_the_whole():
    rng = np.random.default_rng(0)
    root = rng.normal(size=(7, 7))
    matrix, told = root @ root.T + 7 * np.eye(7), rng.normal(size=7)
    matrix[:2, 2:4] = matrix[2:4, :2] = 0
    own = rng.uniform(1, 3, 7)
    found = sampler.Normal(matrix - np.diag(own), told, [0, 2, 4])
    drawn = np.array([found.draw(own, rng) for _ in range(4_000)])
    assert drawn.mean(axis=0) == pytest.approx(np.linalg.solve(matrix, told), abs=0.03)
    assert np.cov(drawn.T) == pytest.approx(np.linalg.inv(matrix), abs=0.02)
    evidence = told @ np.linalg.solve(matrix, told) - np.linalg.slogdet(matrix)[1] + np.log(own).sum()
    assert found.root(own)[1].sum() == pytest.approx(evidence / 2)


def several(n=48):
    """Groups of comparisons: 4 enhancements of 2 categories, with benchmarks, families, models, baselines."""
    i = np.arange(n)
    level = {"enhancement": i % 4, "model": i % 7, "baseline": i % 3}
    level |= {"benchmark": i % 4 + 4 * (i // 4 % 3), "family": i % 4 + 4 * (i // 8 % 2)}
    category = {f"e{k}": f"category {k % 2}" for k in range(4)}
    return level, category, (i % 5 - 2) / 2


@pytest.mark.verify
def test_where_nothing_is_observed_the_posterior_is_the_prior():
    level, category, size = several()
    o = observed(np.full(48, -INF), np.full(48, INF), level=level, size=size)
    settings = Settings(warmup=300, draws=6_000)
    found = fitting.chain(Design(o, category), Censored(o), settings, 0)
    prior = Priors()
    for name in ("category", "enhancement", "slopes", "family", "model", "baseline", "residual", "unequal"):
        wanted = stats.halfnorm.ppf((0.25, 0.5, 0.75), scale=getattr(prior, name))
        assert np.quantile(found[f"sd_{name}"], (0.25, 0.5, 0.75)) == pytest.approx(wanted, rel=0.12), name
    assert found["overall"].mean() == pytest.approx(prior.center, abs=0.05)
    assert found["overall"].std() == pytest.approx(prior.overall, rel=0.1)
    assert found["slope"].std() == pytest.approx(prior.slope, rel=0.1)


@pytest.mark.verify
def test_what_a_simulation_was_made_with_is_found_again():
    level, category, size = several(480)
    rng = np.random.default_rng(4)
    mu = np.array([0.2, 0.9, 0.5, 1.3])
    y = mu[level["enhancement"]] - 0.15 * size + rng.normal(0, 0.2, 12)[level["benchmark"]]
    y += rng.normal(0, 0.15, 480)
    open_above = rng.uniform(size=480) < 0.4  # these are known only to lie above where they do
    low, high = np.where(open_above, y - rng.exponential(0.3, 480), y), np.where(open_above, INF, y)
    o = observed(low, high, level=level, size=size)
    found = fitting.chain(Design(o, category), Censored(o), Settings(warmup=300, draws=1_500), 1)
    middle, sd = found["mu"].mean(axis=0), found["mu"].std(axis=0)
    assert (np.abs(middle - mu) < 3 * sd).all() and (sd < 0.3).all()
    assert (np.abs(found["slopes"].mean(axis=0) + 0.15) < 0.1).all()
    assert 0.1 < np.median(found["sd_residual"]) < 0.16  # of Student's t, so less than the deviation


def test_one_level_without_priors_is_what_scipy_fits_to_censored_data():
    rng = np.random.default_rng(2)
    y = rng.normal(0.6, 0.4, 300)
    kind = rng.integers(0, 4, 300)  # exact, open above, open below, between
    low = np.select([kind == 0, kind == 1, kind == 3], [y, y - 0.2, np.floor(y * 4) / 4], -INF)
    high = np.select([kind == 0, kind == 2, kind == 3], [y, y + 0.1, np.floor(y * 4) / 4 + 0.25], INF)
    seen = Censored(observed(low, high))

    def loss(p):
        return -seen.log_mean(np.full(300, p[0]), np.full(300, math.exp(p[1]))).sum()

    found = minimize(loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9}).x
    between = np.stack([low, high], 1)[kind == 3]
    wanted = stats.norm.fit(
        stats.CensoredData(
            uncensored=y[kind == 0], right=low[kind == 1], left=high[kind == 2], interval=between
        )
    )
    assert (found[0], math.exp(found[1])) == pytest.approx(wanted, abs=1e-3)


def test_chains_that_differ_are_told_from_those_that_agree():
    rng = np.random.default_rng(0)
    same = {"mu": rng.normal(size=(4, 500, 2))}
    found = fitting.diagnostics(same)
    assert found["r_hat"] < 1.01 and found["effective_draws"] > 1000
    other = {"mu": same["mu"] + np.arange(4)[:, None, None]}
    assert fitting.diagnostics(other)["r_hat"] > 1.5
