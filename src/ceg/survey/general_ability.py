"""What tuning is worth in general ability: its step on a capability factor, in compute of the base's family.

The factor is fitted on base models alone, so that tuning cannot bend the yardstick; then the ability theta is
read off for tuned models too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ceg.evidence.csv_cells import records, value
from ceg.evidence.descriptor import descriptor
from ceg.evidence.files import find_data, shown
from ceg.evidence.problems import InputError, Problem, quoted
from ceg.survey.capability_factor import LEAST_SIZES, fit, interval, logits, slopes

FOLDER = "general-ability"
"""The folder in ``data/`` of the Data Package that this rests on."""

ANCHORS = "meta-llama/Llama-2-7b-hf", "meta-llama/Llama-2-70b-hf"
"""The base models at which theta is 0 and 1: they differ by ten times the training compute."""

LEAST_BENCHMARKS, DRAWS = 4, 1000
"""Scores above chance that a model needs to have a value, and draws of benchmarks and items."""


class Tables(NamedTuple):
    """The package's tables. scores: a row a model, a column a benchmark of the factor, in percent.

    epoch: the published capability index.
    """

    models: pd.DataFrame
    benchmarks: pd.DataFrame
    scores: pd.DataFrame
    pairs: pd.DataFrame
    epoch: pd.DataFrame
    outside: pd.DataFrame
    """Scores on the benchmarks that are not in the factor, as ``scores``."""


@dataclass(frozen=True)
class Gains:
    """The gains of the pairs, in their order, and what they rest on.

    pairs: with shift (in theta), gain, low, high, and gain_... by each benchmark alone. families: fitted and
    pooled slope with its error, in theta for ten times the compute. benchmarks: with the factor's slope,
    difficulty and misfit. models: with theta, scored and held. draws: log10 gains, draws x pairs with a gain.
    """

    pairs: pd.DataFrame
    families: pd.DataFrame
    benchmarks: pd.DataFrame
    models: pd.DataFrame
    draws: np.ndarray

    @property
    def median(self) -> tuple[float, float, float]:
        """The median gain of the pairs with its interval."""
        low, high = interval(np.nanmedian(self.draws, axis=1), len(self.benchmarks))
        return float(np.nanmedian(self.pairs["gain"].to_numpy(float))), 10**low, 10**high


def read(folder: Path | None = None) -> Tables:
    """The tables of the package; folder: the book's ``general-ability`` if left out.

    Raises InputError for a cell that is not of its type or names a row that is not there.
    """
    folder = folder or find_data() / FOLDER
    schemas = {r["name"]: r["schema"] for r in descriptor(folder)["resources"]}
    rows = {name: _rows(folder / f"{name}.csv", schema["fields"]) for name, schema in schemas.items()}
    problems = [p for name, schema in schemas.items() for p in _lost(folder / f"{name}.csv", schema, rows)]
    named = {row["model"] for row in rows["models"]}
    if absent := [name for name in ANCHORS if name not in named]:
        file, fix = shown(folder / "models.csv"), "put the row back: ability is 0 and 1 at these two"
        problems.append(Problem(file, f"no row {absent[0]}", " and ".join(ANCHORS), fix))
    if problems:
        raise InputError(problems)
    models = pd.DataFrame(rows["models"]).set_index("model")
    benchmarks = pd.DataFrame(rows["benchmarks"]).set_index("benchmark")
    given = {(row["model"], row["benchmark"]): row["score"] for row in rows["scores"]}
    inside, outside = (
        pd.DataFrame({b: [given.get((m, b), np.nan) for m in models.index] for b in some}, models.index)
        for some in (
            [row["benchmark"] for row in rows["benchmarks"] if row["in_factor"]],
            [row["benchmark"] for row in rows["benchmarks"] if not row["in_factor"]],
        )
    )
    return Tables(
        models, benchmarks, inside, pd.DataFrame(rows["pairs"]), pd.DataFrame(rows["index"]), outside
    )


def _rows(path: Path, fields: list[dict]) -> list[dict[str, Any]]:
    """The rows of a table, their cells as the descriptor types them; numbers that are not known are NaN."""
    found = []
    for number, (line, cells) in enumerate(records(path, [field["name"] for field in fields]), 2):
        values = [value(path, number, f, cell, line) for f, cell in zip(fields, cells, strict=True)]
        found.append(
            {
                f["name"]: np.nan if v is None and f["type"] in ("number", "integer") else v
                for f, v in zip(fields, values, strict=True)
            }
        )
    return found


def _lost(path: Path, schema: dict, rows: dict[str, list[dict]]) -> Iterator[Problem]:
    """Where a row names another that is not there."""
    for key in schema.get("foreignKeys", ()):
        field, table, target = key["fields"], key["reference"]["resource"], key["reference"]["fields"]
        known = {row[target] for row in rows[table]} | {None}
        for number, row in enumerate(rows[path.stem], 2):
            if row[field] not in known:
                allowed = f"a {target} of {table}.csv"
                yield Problem(shown(path), quoted(row[field]), allowed, "correct the name", number, field)


def gains(tables: Tables, draws: int = DRAWS, alike: bool = True, seed: int = 0) -> Gains:
    """The gain of each pair, NaN where there is none; benchmarks and items are drawn again ``draws`` times.

    alike: see ``capability_factor.fit``.
    """
    marks = tables.benchmarks.loc[tables.scores.columns]
    seen = logits(tables.scores.to_numpy(), marks["chance"].to_numpy(float), marks["items"].to_numpy(float))
    models = tables.models.assign(held=seen.held.sum(axis=1))
    models["scored"] = np.isfinite(seen.value).sum(axis=1) - models["held"]
    known = models["scored"].to_numpy() >= LEAST_BENCHMARKS
    plain = known & ~models["tuned"].to_numpy(bool)
    yardstick = fit(seen.value[plain], seen.error[plain], alike)
    low, high = yardstick.ability(seen.value, seen.error)[models.index.get_indexer(pd.Index(ANCHORS))]
    yardstick = yardstick.anchored(low, high)
    models["theta"] = np.where(known, yardstick.ability(seen.value, seen.error), np.nan)

    some = models.loc[plain & models["training_flop"].notna().to_numpy()]
    sizes = some.groupby("family", sort=False)["training_flop"].nunique()
    names = list(sizes.index[sizes >= LEAST_SIZES])
    ladder = some.loc[some["family"].isin(names).to_numpy()]
    family = np.array([names.index(f) for f in ladder["family"]])
    log_flop = np.log10(ladder["training_flop"].to_numpy(float))
    at = models.index.get_indexer(ladder.index)
    point = slopes(models["theta"].to_numpy(float)[None, at], log_flop, family)

    pairs = tables.pairs.copy()
    tuned, base = (models.index.get_indexer(pd.Index(pairs[column])) for column in ("tuned", "base"))
    pairs["family"] = list(models["family"].to_numpy()[base])
    valid = np.isin(pairs["family"], names) & known[tuned] & known[base]
    of = [names.index(f) if ok else 0 for f, ok in zip(pairs["family"], valid, strict=True)]
    shifts = replace(yardstick, difficulty=np.zeros(len(marks)))  # a change of logits -> one of theta
    unsure = np.sqrt((seen.error[tuned] ** 2 + seen.error[base] ** 2) / 2)
    change = seen.value[tuned] - seen.value[base]
    pairs["shift"] = shifts.ability(change, unsure)
    per_decade = np.where(valid, point.pooled[0, of], np.nan)
    pairs["gain"] = 10 ** (pairs["shift"] / per_decade)
    pairs[[f"gain_{b}" for b in marks.index]] = 10 ** (shifts.each(change) / per_decade[:, None])

    rng = np.random.default_rng(seed)
    weight = rng.multinomial(len(marks), np.full(len(marks), 1 / len(marks)), size=draws)[:, None, :]
    used = np.unique([*at, *tuned, *base])
    error = seen.error[used]
    drawn = seen.value[used] + rng.standard_normal((draws, *error.shape)) * error
    at, tuned, base = (np.searchsorted(used, rows) for rows in (at, tuned, base))
    line = slopes(yardstick.ability(drawn[:, at], error[at], weight), log_flop, family)
    slope = (line.pooled + rng.standard_normal(line.pooled.shape) * line.error)[:, of]
    shift = shifts.ability(drawn[:, tuned] - drawn[:, base], unsure, weight)
    limitless = np.where(slope > 0, 0, np.sign(shift) * np.inf)  # compute does not raise ability in the draw
    log_gains = np.where(slope > 0, shift / np.where(slope > 0, slope, 1), limitless)[:, valid]
    pairs.loc[valid, ["low", "high"]] = 10 ** np.array([interval(g, len(marks)) for g in log_gains.T])

    columns = {"family": names, "models": np.bincount(family), "fitted": point.fitted[0]}
    families = pd.DataFrame(columns | {"slope": point.pooled[0], "error": point.error[0]})
    marks = marks.assign(slope=yardstick.slope, difficulty=yardstick.difficulty, misfit=yardstick.misfit)
    return Gains(pairs, families, marks, models, log_gains)
