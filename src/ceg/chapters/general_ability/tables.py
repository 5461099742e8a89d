"""What the chapter shows of the gains in general ability: rows of its chart, and its tables."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from ceg import formatting
from ceg.survey.general_ability import Gains, Tables
from sphinx_fresh.show import Column

SOURCE = "Ruan et al. 2024"
DOWNLOAD = ["name", "base_name", "family", "gain", "low", "high"]
"""What the table under the figure has of a pair."""

FAMILIES = {
    "family": "Family",
    "models": Column("models", "Sizes", "right"),
    "benchmarks": Column("benchmarks", "Benchmarks", "right", "scored for each of its models, at least"),
    "pairs": Column("pairs", "Tuned models", "right"),
    "fitted": Column("fitted", "Slope alone", "right", "ability for ten times the compute, by this family"),
    "slope": Column("slope", "Slope used", "right", "the same, drawn to the slopes of the other families"),
    "error": Column("error", "Its error", "right", "standard error"),
}


def rows(found: Gains) -> pd.DataFrame:
    """A row for each pair that has a gain, the greatest first, as ``gain_rows.chart`` takes them."""
    some = found.pairs.dropna(subset="gain").sort_values("gain", ascending=False, kind="stable")
    columns = ["name", "base_name", "family", "tuned"]
    frame = some[columns].assign(**some[["gain", "low", "high"]].map(formatting.six)).reset_index(drop=True)
    short = frame["gain"].map(lambda gain: formatting.times(gain, 2))
    within = [formatting.interval(low, high) for low, high in zip(frame["low"], frame["high"], strict=True)]
    says = short + " (90% interval " + within + ") over " + frame["base_name"]
    marks = {"comparison": frame["tuned"], "value": frame["gain"], "shape": "point", "observed": np.nan}
    return frame.assign(**marks, short=short, says=says, source=SOURCE, provenance="verified")


def changes(tables: Tables, found: Gains) -> pd.DataFrame:
    """Percentage points that each tuned model has more than its base: pairs x benchmarks, in their order."""
    scores = tables.scores.join(tables.outside)[list(tables.benchmarks.index)]
    tuned, base = (scores.loc[list(found.pairs[column])].to_numpy() for column in ("tuned", "base"))
    return pd.DataFrame(tuned - base, list(found.pairs["name"]), scores.columns)


def each(tables: Tables, found: Gains) -> tuple[pd.DataFrame, dict[str, str | Column]]:
    """A row for each pair: its base, its gain, and its change on each benchmark; and the columns."""
    points = changes(tables, found).map(signed)
    pairs = found.pairs.assign(
        short=found.pairs["gain"].map(lambda gain: formatting.times(gain, 2)),
        within=[
            "" if math.isnan(p.gain) else formatting.interval(p.low, p.high) for p in found.pairs.itertuples()
        ],
        **{benchmark: points[benchmark].to_list() for benchmark in points},
    )
    heads = {b: Column(b, name, "right") for b, name in tables.benchmarks["name"].items()}
    said = {"short": Column("short", "Gain", "right"), "within": Column("within", "90% interval", "right")}
    order = pairs.sort_values("gain", ascending=False, kind="stable")
    return order, {"name": "Tuned model", "base_name": "Base model"} | said | heads


def benchmarks(tables: Tables, found: Gains) -> pd.DataFrame:
    """A row for each benchmark: its slope in the factor, how tuning moves it, and the gain by it alone."""
    points, gain, made = changes(tables, found), found.pairs, []
    for name, row in tables.benchmarks.iterrows():
        change, inside = points[name].dropna(), name in found.benchmarks.index
        made.append(
            {
                "name": row["name"],
                "slope": formatting.significant(found.benchmarks["slope"][name]) if inside else "not in it",
                "median": signed(change.median()),
                "up": f"{(change > 0).sum()} of {len(change)}",
                "gain": formatting.times(gain[f"gain_{name}"].median(), 2) if inside else "not known",
            }
        )
    return pd.DataFrame(made)


def families(tables: Tables, found: Gains) -> pd.DataFrame:
    """A row for each family with a slope, those with tuned models first."""
    base = found.models[found.models["training_flop"].notna() & ~found.models["tuned"]]
    scored = tables.scores.loc[base.index].notna().sum(axis=1).groupby(base["family"]).min()
    frame = found.families.assign(
        benchmarks=found.families["family"].map(scored),
        pairs=[int((found.pairs["family"] == family).sum()) for family in found.families["family"]],
    )
    frame[["fitted", "slope", "error"]] = frame[["fitted", "slope", "error"]].map(formatting.significant)
    return frame.sort_values("pairs", ascending=False, kind="stable")


def falling(tables: Tables, found: Gains, benchmark: str) -> int:
    """In how many of the families with a slope the score on a benchmark falls as compute rises."""
    scores = tables.scores.join(tables.outside)[benchmark]
    base = found.models[found.models["training_flop"].notna() & ~found.models["tuned"]]
    slopes = []
    for family in found.families["family"]:
        own = base.index[base["family"] == family]
        compute = np.log10(base.loc[own, "training_flop"].to_numpy(float))
        slopes.append(np.polyfit(compute, scores[own].to_numpy(float), 1)[0])
    return int((np.array(slopes) < 0).sum())


def signed(value: float) -> str:
    """A change in points with its sign and one decimal; nothing where there is none."""
    return "" if math.isnan(value) else f"{value:+.1f}".replace("-", "−")


class Published(NamedTuple):
    """What the published index says: of base models in both, and of tuned models beside their base."""

    shared: int
    correlation: float
    steps: dict[str, float]
    """Tuned model -> points of the index more than its base."""
    gain: float
    """CEG of the tuned Llama 2 70B by the slope of the index over the Llama 2 family."""


def published(tables: Tables, found: Gains) -> Published:
    """The index beside the factor fitted here."""
    epoch = tables.epoch.set_index("published")
    both = epoch.dropna(subset="model").join(found.models["theta"], on="model").dropna(subset="theta")
    tuned = epoch.dropna(subset="tuned_from")
    steps = {name: row["index"] - epoch["index"][row["tuned_from"]] for name, row in tuned.iterrows()}
    llama = epoch[epoch.index.str.startswith("Llama-2-")].dropna(subset="training_flop")
    slope = np.polyfit(np.log10(llama["training_flop"].to_numpy(float)), llama["index"].to_numpy(float), 1)[0]
    own = next(name for name, row in tuned.iterrows() if row["tuned_from"] in llama.index)
    ranks = both[["theta", "index"]].rank()
    return Published(len(both), float(ranks.corr().iloc[0, 1]), steps, float(10 ** (steps[own] / slope)))
