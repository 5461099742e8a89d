"""Whether the model of typical gains can be trusted: bench/typical.md, data/derived/typical_gain_check.json.

Calibration on simulated data, what the model predicts of data it has and has not seen, and what becomes of
its results under other priors and other choices. Run by ``make typical-check``; needs the extra ``typical``.
"""

import argparse
import dataclasses
import json
import math
import multiprocessing
import os
import resource
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ceg.analysis import analysis
from ceg.typical import derived
from ceg.typical.fingerprint import fingerprint
from ceg.typical.model import EFFECTS, Censored, Design, Priors, Settings
from ceg.typical.observations import Atoms, Observations, observations, thinned
from ceg.typical.predictive import PRECISIONS, rank_within, seen, windowed, windows
from ceg.typical.sampler import Chain
from ceg.typical.summary import Posterior

SHORT = Settings(chains=1, warmup=300, draws=700)
"""How the fits of this check are made: one chain each, as many as there are processors at once."""

SIMULATIONS = 100
RANKS = 20
"""Draws that a true value is ranked among; ranks are put into seven bins of three."""

FOLDS = 10
SEED = 7

NAMED = ("few-shot", "chain-of-thought", "majority-voting", "instructgpt", "retro", "toolformer", "minerva")
"""Enhancements of the survey whose typical gain is followed through the choices."""


def drawn_for(o: Observations, category: dict[str, str], settings: Settings, number: int = 0) -> dict:
    """One chain, with the expectation of every comparison."""
    return Chain(Design(o, category), Censored(o, settings.width), settings, number).run(means=True)


# Calibration: parameters from the prior, data from the parameters, ranks of the parameters in the posterior.

ERROR = 0.15
"""Standard error of a simulated value, in orders of magnitude."""


def simulated(rng: np.random.Generator) -> tuple[Observations, dict[str, str], dict[str, Any]]:
    """A book of 6 enhancements of 3 categories, 4 benchmarks each, 3 comparisons each; and what it was made
    with, from the prior. Each value is drawn again with its error; draws beyond a window are ends.
    """
    e, b, c = 6, 4, 3
    i = np.arange(e * b * c)
    level = {"enhancement": i // (b * c), "benchmark": i // c, "family": i // (b * c) * 2 + i % 2}
    level |= {"model": i % 9, "baseline": i % 5}
    names = {g: tuple(f"{g} {k}" for k in range(int(at.max()) + 1)) for g, at in level.items()}
    category = {name: str(k % 3) for k, name in enumerate(names["enhancement"])}
    nothing = np.full(i.size, -math.inf), np.full(i.size, math.inf)
    book = Observations(
        tuple(map(str, i)),
        level,
        names,
        np.tile([-1.0, 0.0, 1.0], i.size // 3),
        np.zeros(i.size, bool),
        Atoms(i, *nothing, np.zeros(i.size), np.ones(i.size)),
        Counter(),
    )
    design, priors = Design(book, category), Priors()
    sd = {g: abs(rng.normal(0, getattr(priors, g))) for g in (*EFFECTS, "unequal", "residual")}
    spread = sd["benchmark"] * np.exp(sd["unequal"] * rng.standard_normal(e))
    beta = rng.standard_normal(design.order.size)
    beta[:2] = priors.center + priors.overall * beta[0], priors.slope * beta[1]
    for g, block in design.block.items():
        beta[block] *= spread[design.of] if g == "benchmark" else sd[g]
    y = design.x @ beta + sd["residual"] * rng.standard_t(4, i.size)
    value = y + ERROR * rng.standard_normal(i.size)
    first, last = rng.uniform(-1.0, 0.0, i.size), rng.uniform(0.5, 1.5, i.size)  # beyond, nothing is seen
    atoms = []
    for each, least, most in zip(value, first, last, strict=True):
        drawn = each + ERROR * rng.standard_normal(400)
        ends = np.where(drawn < least, -math.inf, drawn), np.where(drawn > most, math.inf, drawn)
        low, high = np.where(drawn > most, most, ends[0]), np.where(drawn < least, least, ends[1])
        atoms.append(thinned(low, high))
    sizes = [one[0].size for one in atoms]
    together = Atoms(np.repeat(i, sizes), *(np.concatenate([one[k] for one in atoms]) for k in range(4)))
    slopes = beta[1] + beta[design.block["slopes"]]
    truth = {"overall": beta[0], "slope": beta[1], "mu": design.tried_mean(beta), "slopes": slopes}
    truth |= {"spread": spread} | {f"sd_{g}": value for g, value in sd.items()}
    return dataclasses.replace(book, atoms=together), category, truth


def ranks(seed: int) -> dict[str, int]:
    """Of the true values among ``RANKS`` posterior draws of a simulation."""
    o, category, truth = simulated(np.random.default_rng([SEED, seed]))
    drawn = drawn_for(o, category, SHORT, seed)
    some = ((np.arange(RANKS) + 0.5) / RANKS * SHORT.draws).astype(int)
    first = {name: np.atleast_1d(value)[0] for name, value in truth.items()}
    return {n: int((drawn[n][some].reshape(RANKS, -1)[:, 0] < value).sum()) for n, value in first.items()}


def calibration(workers: "Workers", record: dict[str, Any]) -> list[str]:
    """The table of ranks, and whether they are uniform."""
    found, most = pd.DataFrame(workers.map(ranks, list(range(SIMULATIONS)))), []
    lines = [
        f"{len(found)} simulated books of 6 enhancements with 12 comparisons each, made from the prior. "
        "As in the book, a comparison is a mixture of values, floors and ceilings where its draws disagree. "
        "Ranks of the true value among "
        f"{RANKS} draws of the posterior are uniform if the sampler and the likelihood are right. "
        "p: chi-squared, seven bins.",
        "",
        "| parameter | mean rank (10 expected) | p | inside the 50% interval | inside the 90% |",
        "|---|--:|--:|--:|--:|",
    ]
    for name in found:
        r = found[name]
        p = stats.chisquare(np.bincount(r // 3, minlength=7)).pvalue
        inside = [float(r.between(a, RANKS - a).mean()) for a in (5, 1)]
        most.append(inside[1])
        lines.append(f"| {name} | {r.mean():.1f} | {p:.2f} | {inside[0]:.0%} | {inside[1]:.0%} |")
    record["calibration"] = {"simulated": len(found), "inside_90": [min(most), max(most)]}
    return lines


# What the model predicts of the data.


def predicted(drawn: dict[str, np.ndarray], rng: np.random.Generator, some: int = 200) -> np.ndarray:
    """Gains as the model has them, one for each comparison and draw, (some, n)."""
    pick = ((np.arange(some) + 0.5) / some * len(drawn["mean"])).astype(int)
    mean, scale = drawn["mean"][pick], drawn["sd_residual"][pick][:, None]
    return mean + scale * rng.standard_t(4, mean.shape)


def seen_and_replicated(o: Observations, drawn: dict[str, np.ndarray], record: dict[str, Any]) -> list[str]:
    """Posterior predictive check: gains held to what the models of each comparison can show."""
    rng = np.random.default_rng(SEED)
    w = windowed(o, windows(analysis.open(), o), predicted(drawn, rng).T, rng)
    e, names = o.level["enhancement"], o.names["enhancement"]
    rows = [("all", np.ones(len(o.comparison), bool))]
    rows += [(names[i], e == i) for i in np.argsort(-np.bincount(e)) if (e == i).sum() >= 20]
    lines = [
        "Gains held to the window that the models of a comparison can show (from the smallest to the biggest "
        "unenhanced one), as seen and as the fitted model replicates them: share beyond the biggest, share "
        "below 1x, quartiles.",
        "",
        "| enhancement | n | beyond, seen | replicated (90%) | below 1x, seen | replicated (90%) "
        "| quartiles, seen | replicated |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, some in rows:
        cells, kept = [f"{some.sum()}"], {"comparisons": int(some.sum())}
        for key, (seen_share, again) in (("beyond", w.beyond(some)), ("below_1x", w.losses(some))):
            low, high = map(float, np.quantile(again, (0.05, 0.95)))
            kept[key] = [seen_share, low, high]
            cells += [f"{seen_share:.0%}", f"{low:.0%} to {high:.0%}"]
        cells += [" · ".join(f"{10**v:.2g}" for v in end) for end in w.quantiles(some, (0.25, 0.5, 0.75))]
        record.setdefault("replicated", {})[name] = kept
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def without(o: Observations, held: np.ndarray) -> Observations:
    """The same comparisons, of which those that ``held`` says are not observed."""
    a, mine = o.atoms, held[o.atoms.of]
    low, high = np.where(mine, -math.inf, a.low), np.where(mine, math.inf, a.high)
    return dataclasses.replace(o, atoms=dataclasses.replace(a, low=low, high=high))


def fold(number: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is predicted of the comparisons of left-out benchmarks, and of these benchmarks."""
    o, category = book_data()
    tasks = [name.split(" ", 1)[1] for name in o.names["benchmark"]]
    known = {task: k for k, task in enumerate(dict.fromkeys(tasks))}
    shuffled = np.random.default_rng(SEED).permutation(len(known)) % FOLDS
    held = np.array([shuffled[known[t]] for t in tasks])[o.level["benchmark"]] == number
    drawn = drawn_for(without(o, held), category, SHORT, number)
    return scored(o, drawn, held), scored_tests(o, drawn, held)


def scored(o: Observations, drawn: dict[str, np.ndarray], held: np.ndarray) -> pd.DataFrame:
    """Predictions of the held-out comparisons: score, rank of a point among all draws and among those that
    would be points, probability beyond a bound.
    """
    likely, known, rng = Censored(o), seen(o), np.random.default_rng(SEED)
    pick = np.arange(0, len(drawn["mean"]), 10)
    each = [
        likely.log_mean(drawn["mean"][i], np.full(held.size, drawn["sd_residual"][i] / math.sqrt(p)))
        for i in pick
        for p in PRECISIONS
    ]
    score = np.logaddexp.reduce(np.array(each), axis=0) - math.log(len(each))
    y, rows, (first, last) = predicted(drawn, rng, 700), [], windows(analysis.open(), o)
    for j in np.flatnonzero(held):
        value, error, floor, _ = known.iloc[j]
        row = {"score": score[j]}
        if not math.isnan(value):
            again = y[:, j] + error * rng.standard_normal(y.shape[0])
            row["rank"] = float((again < value).mean())
            row["rank_shown"] = rank_within(again, value, first[j], last[j])
        elif not math.isnan(floor):
            row["beyond"] = float((y[:, j] > floor).mean())
        rows.append(row)
    return pd.DataFrame(rows, columns=["score", "rank", "rank_shown", "beyond"])


def scored_tests(o: Observations, drawn: dict[str, np.ndarray], held: np.ndarray) -> pd.DataFrame:
    """The event that is printed as a typical gain: the mean of an enhancement's models on a new benchmark.

    A row for each benchmark of an enhancement that was left out: rank of that mean where all its comparisons
    have values, else the probability beyond the mean of values and floors, where one is a floor;
    neither where a comparison is neither value nor floor.
    """
    p = Posterior.of(o.names["enhancement"], {n: v[None] for n, v in drawn.items()})
    rows, model, known = [], o.level["model"], seen(o).reset_index()
    for b in np.unique(o.level["benchmark"][held]):
        members = np.flatnonzero(o.level["benchmark"] == b)
        ends = known["value"][members].fillna(known["floor"][members])
        if ends.isna().any():
            rows.append({})
            continue
        mean = float(ends.groupby(model[members]).mean().mean())
        new = p.new_benchmark(p.enhancement[o.level["enhancement"][members[0]]])
        whole = known["value"][members].notna().all()
        share = float((new < mean).mean())
        rows.append({"rank": share} if whole else {"beyond": 1 - share})
    return pd.DataFrame(rows, columns=["rank", "beyond"])


def cross_validation(workers: "Workers", record: dict[str, Any]) -> list[str]:
    """Ten folds by benchmark."""
    each, tests = (pd.concat(parts) for parts in zip(*workers.map(fold, list(range(FOLDS))), strict=True))
    lines = [
        f"{FOLDS} folds by the name of the benchmark, in all enhancements at once. Points: comparisons "
        "with a value in nine of ten draws. Bounds: open above in most draws; the probability that the "
        "model gives to a gain beyond them should be high, and rarely under 5%. The second row has points "
        "between the smallest and the biggest unenhanced model, and asks where they lie among such. "
        "Tests: the mean of an enhancement's models on a benchmark that was left out, which is what a "
        "typical gain foretells; the printed range leaves out what single models add. Left out are tests "
        "with a comparison that is neither value nor floor.",
        "",
        "| what is predicted | all | points | in the 50% | in the 90% | bounds | mean probability beyond "
        "| under 5% |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, rank, beyond in (
        ("comparisons", each["rank"], each["beyond"]),
        ("comparisons, among points", each["rank_shown"], each["beyond"]),
        ("tests", tests["rank"], tests["beyond"]),
    ):
        total, rank, beyond = len(rank), rank.dropna(), beyond.dropna()
        middle, most = (float(rank.between(q, 1 - q).mean()) for q in (0.25, 0.05))
        lines.append(
            f"| {name} | {total} | {len(rank)} | {middle:.0%} | {most:.0%} | {len(beyond)} | "
            f"{beyond.mean():.0%} | {(beyond < 0.05).mean():.0%} |"
        )
        record.setdefault("folds", {})[name] = {
            "all": total,
            "points": len(rank),
            "inside_50": middle,
            "inside_90": most,
            "bounds": len(beyond),
            "unlikely_bounds": float((beyond < 0.05).mean()),
        }
    return [*lines, "", f"Mean log likelihood of {len(each)} comparisons: {each['score'].mean():.3f}."]


# What becomes of the results under other choices.


ONE_ALONE = "one comparison a test and baselines"


def choices() -> dict[str, tuple[dict, Settings]]:
    """Name -> what observations are asked for, and settings."""
    made: dict[str, tuple[dict, Settings]] = {"as it is": ({}, SHORT)}
    for name in (*EFFECTS, "unequal", "residual", "slope", "overall"):
        for by in (0.5, 2.0):
            priors = Priors().scaled(**{name: by})
            made[f"prior of {name} x{by:g}"] = {}, dataclasses.replace(SHORT, priors=priors)
    flat = Priors().scaled(slope=0.01, slopes=0.01)
    made["no slopes with size"] = {}, dataclasses.replace(SHORT, priors=flat)
    made["normal residual"] = {}, dataclasses.replace(SHORT, student=False)
    for width in (0.5, 2.0):
        made[f"open ends spread over {width:g}"] = {}, dataclasses.replace(SHORT, width=width)
    made["without contested rows"] = {"contested": False}, SHORT
    made[ONE_ALONE] = {}, SHORT
    made["flat baselines by their upper bounds"] = {"flat": True}, SHORT
    made["12 normal laws for values"] = {"values": 12}, SHORT
    made["another seed"] = {}, dataclasses.replace(SHORT, seed=SHORT.seed + 1)
    return made


def repeated(o: Observations) -> np.ndarray:
    """Which comparisons share their test and baselines with one picked at random, (n,).

    At random, as the first in the file is mostly of the smallest model.
    """
    book, known, found = analysis.open(), set(), np.zeros(len(o.comparison), bool)
    for j in np.random.default_rng(SEED).permutation(len(o.comparison)):
        models = frozenset(s.model.model for s in book.case(o.comparison[j]).baselines)
        key = int(o.level["benchmark"][j]), models
        found[j] = key in known
        known.add(key)
    return found


def refit(name: str) -> tuple[str, pd.DataFrame]:
    """Median gain, its probability above 5, spread and loss by enhancement, under one of the choices."""
    asked, settings = choices()[name]
    o, category = book_data(**asked)
    o = without(o, repeated(o)) if name == ONE_ALONE else o
    drawn = {n: v[None] for n, v in drawn_for(o, category, settings).items()}
    p = Posterior.of(o.names["enhancement"], drawn)
    rows = {
        e: {
            "mu": float(np.median(p.mu[:, i])),
            "above": float((p.mu[:, i] > math.log10(5)).mean()),
            "halved": float((p.mu[:, i] / 2 > math.log10(5)).mean()),
            "spread": float(np.median(p.between(e))),
            "loss": float((p.new_benchmark(e) < 0).mean()),
        }
        for i, e in enumerate(p.enhancement)
    }
    return name, pd.DataFrame.from_dict(rows, orient="index")


def sensitivity(workers: "Workers", record: dict[str, Any]) -> list[str]:
    """A row a choice."""
    found = dict(workers.map(refit, list(choices())))
    base = found["as it is"]
    surveyed = [e.enhancement for e in analysis.open().evidence.enhancements.values() if e.in_survey]
    lines = [
        "Median gains under other priors and choices, from one short chain each; the last row says what such "
        "a "
        "chain is off by. Moved: the greatest change of a median, as a factor, and of which enhancement. "
        "Above "
        "5x: enhancements whose median gain is, with probability 0.9.",
        "",
        f"| choice | {' | '.join(NAMED)} | moved | above 5x |",
        f"|---|{'--:|' * len(NAMED)}---|--:|",
    ]
    for name, f in found.items():
        shift = (f["mu"] - base["mu"]).dropna()
        worst = shift.abs().idxmax()
        cells = [f"{10 ** f['mu'][e]:.2g}" for e in NAMED]
        moved = f"{10 ** abs(shift[worst]):.2f} {worst}" if name != "as it is" else ""
        lines.append(f"| {name} | {' | '.join(cells)} | {moved} | {(f['above'] >= 0.9).sum()} |")
        of_survey = f.index.isin(surveyed)
        record.setdefault("choices", {})[name] = {
            "median": {e: float(10**v) for e, v in f["mu"].items()},
            "p_above_5x": {e: float(v) for e, v in f["above"][of_survey].items()},
            "moved": float(10 ** abs(shift[worst])),
            "most": worst if name != "as it is" else "",
        }
    halved = (base["halved"] >= 0.9).sum()
    return [
        *lines,
        "",
        "Selection: with every logarithm halved, as the chapter on the safety buffer may (`published_gains: "
        f"shrunk`), {halved} enhancements have a median gain above 5x with that probability, and "
        f"{(base['above'] >= 0.9).sum()} without.",
    ]


# The plain curve.


def turnbull(o: Observations, some: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Probabilities on a grid by self-consistency (Turnbull), benchmarks weighing alike, (g,)."""
    a = o.atoms
    mine = some[a.of] & ~(np.isinf(a.low) & np.isinf(a.high))
    benchmark = o.level["benchmark"]
    count = np.bincount(benchmark[some], minlength=benchmark.max() + 1)
    half = (grid[1] - grid[0]) / 2
    wide = half + a.sd[mine][:, None]  # a value with its error
    low, high = np.clip((a.low[mine], a.high[mine]), grid[0], grid[-1])
    inside = (grid >= low[:, None] - wide) & (grid <= high[:, None] + wide)
    weight = a.weight[mine] / count[benchmark[a.of[mine]]]
    p = np.full(grid.size, 1 / grid.size)
    for _ in range(500):
        joint = inside * p
        p = (weight[:, None] * joint / joint.sum(axis=1, keepdims=True)).sum(axis=0) / weight.sum()
    return p


def curves(o: Observations, kept: Posterior, record: dict[str, Any]) -> list[str]:
    """Quartiles of the non-parametric curve beside those of the model."""
    grid = np.arange(-7.0, 7.0, 0.05)
    lines = [
        "Turnbull's curve treats comparisons as independent and leans on nothing; above its greatest closed "
        "value it is undefined. Quartiles over comparisons, benchmarks weighing alike; the model's are of a "
        "new "
        "comparison, the models that were tried weighing alike.",
        "",
        "| enhancement | n | Turnbull, quartiles | model, quartiles |",
        "|---|--:|--:|--:|",
    ]
    e = o.level["enhancement"]
    for i in np.argsort(-np.bincount(e)):
        some = e == i
        if some.sum() < 15:
            continue
        name = o.names["enhancement"][i]
        reached = np.cumsum(turnbull(o, some, grid))
        plain = [10 ** grid[min(np.searchsorted(reached, q), grid.size - 1)] for q in (0.25, 0.5, 0.75)]
        new = kept.new_comparison(name)
        ours = 10 ** np.quantile(new, (0.25, 0.5, 0.75))
        record.setdefault("curves", {})[name] = [float(plain[1]), float(ours[1])]
        said = (" · ".join(f"{v:.2g}" for v in values) for values in (plain, ours))
        lines.append(f"| {name} | {some.sum()} | {' | '.join(said)} |")
    return lines


# Running all of it.


_known: dict[tuple, tuple[Observations, dict[str, str]]] = {}


def book_data(**asked: Any) -> tuple[Observations, dict[str, str]]:
    """The observations, and the category of each enhancement; once in a process."""
    key = tuple(sorted(asked.items()))
    if key not in _known:
        book = analysis.open()
        category = {e.enhancement: e.category for e in book.evidence.enhancements.values()}
        _known[key] = observations(book, **asked), category
    return _known[key]


class Workers:
    """Processes that work off lists; what they need of the data is worked out before they are forked."""

    def __init__(self, count: int):
        self.count = count

    def map(self, function: Callable, work: list) -> list:
        """The function of each, in order."""
        with multiprocessing.get_context("fork").Pool(self.count, maxtasksperchild=1) as pool:
            return pool.map(function, work, chunksize=1)


def main() -> None:
    """Run the parts that are asked for (all), and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=None, help="parts to run; then nothing is written")
    only = parser.parse_args().only
    begun, workers = time.monotonic(), Workers(len(os.sched_getaffinity(0)))
    for asked in [{}, *(a for a, _ in choices().values() if a)]:
        book_data(**asked)

    record: dict[str, Any] = {"of": fingerprint(analysis.open())}
    checks: dict[str, Callable[[], list[str]]] = {
        "calibration": lambda: ["## Calibration by simulation", "", *calibration(workers, record)],
        "predictive": lambda: predictive(record),
        "folds": lambda: ["## Benchmarks left out", "", *cross_validation(workers, record)],
        "sensitivity": lambda: ["## Other priors and choices", "", *sensitivity(workers, record)],
    }
    lines = ["# Whether the typical gains can be trusted", ""]
    for name, check in checks.items():
        if only is None or name in only:
            before = time.monotonic()
            lines += [*check(), "", f"({time.monotonic() - before:,.0f} s)", ""]
            print("\n".join(lines), flush=True) if only else print(
                f"{name}: {time.monotonic() - before:,.0f} s", flush=True
            )
    peak = (
        max(resource.getrusage(w).ru_maxrss for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    )
    lines.append(
        f"Written by `make typical-check` in {(time.monotonic() - begun) / 60:,.0f} minutes on "
        f"{workers.count} processors, at most {peak:,.0f} MB in a process."
    )
    if only is None:
        Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        found = json.loads(json.dumps(record), parse_float=lambda v: float(f"{float(v):.4g}"))
        place = analysis.open().evidence.folder / derived.DERIVED / derived.CHECK
        place.write_text(f"{json.dumps(found, indent=1)}\n", encoding="utf-8")


def predictive(record: dict[str, Any]) -> list[str]:
    """What the kept posterior and the model say of the data that it has seen."""
    book, (o, category) = analysis.open(), book_data()
    kept = derived.posterior(book)
    assert kept is not None, derived.NOT_COMPUTED
    drawn = drawn_for(o, category, SHORT)
    return [
        *("## Seen and replicated", "", *seen_and_replicated(o, drawn, record)),
        *("", "## The plain curve", "", *curves(o, kept, record)),
    ]


if __name__ == "__main__":
    main()
