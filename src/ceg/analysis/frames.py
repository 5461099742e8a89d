"""The tables of the evidence and the estimates as pandas DataFrames: ``book.results``, ``book.estimates()``.

A frame has the columns of its table and those that its rows are looked up by: a result has its model's
training compute and its benchmark's unit. The primary key is the index. Text is ``str``, a number
``float64``, a whole number ``Int64``, and a word from a fixed list ``category``, in the order of
``data/datapackage.json``; a list of ids is a tuple. What is not known is missing (``NaN`` or ``NA``).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ceg.estimator.gain import STATUSES, Estimate
from ceg.evidence.descriptor import schema

if TYPE_CHECKING:
    import pandas as pd  # at run time only a page that asks for a frame imports it

DTYPES = {"string": "str", "number": "float64", "integer": "Int64", "boolean": "bool", "list": "object"}
"""Type of a field in the descriptor -> dtype of its column."""

OF_MODEL = ["family", "parameters", "training_flop", "certainty"]
"""Columns of ``models`` that results have too."""

OF_BENCHMARK = ["benchmark_name", "domain", "scale", "unit", "higher_is_better", "chance", "maximum"]
"""Columns of ``benchmarks`` that results have too."""

OF_COMPARISON = ["enhancement_name", "category", "model", "benchmark", "benchmark_name", "domain"]
"""Columns of ``comparisons`` that estimates have too."""

OF_ESTIMATE = {
    f.name: {bool: "bool", int: "Int64", float | None: "float64", bool | None: "boolean"}.get(f.type, "str")
    for f in dataclasses.fields(Estimate)
    if f.name not in ("assumptions", "steps")
} | {"rows": "object"}
"""Field of ``Estimate`` -> dtype of its column."""


class Frames:
    """The tables and the estimates of an analysis as DataFrames, each time a copy of one's own."""

    @property
    def models(self) -> pd.DataFrame:
        """Sets of pre-trained weights. Index ``model``.

        ``training_flop`` is under the assumptions, ``reported_flop`` what the data has.
        """
        return _kept(self, _models)

    @property
    def benchmarks(self) -> pd.DataFrame:
        """Measured quantities: task, subset, metric and protocol. Index ``benchmark``."""
        return _kept(self, _benchmarks)

    @property
    def results(self) -> pd.DataFrame:
        """Scores of one model and variant on one benchmark. Index ``result``.

        With the model's ``training_flop`` and family, and the benchmark's name, scale, unit, direction,
        chance and maximum. ``items`` are the benchmark's where the result has none of its own.
        """
        return _kept(self, _results)

    @property
    def enhancements(self) -> pd.DataFrame:
        """Post-training enhancements. Index ``enhancement``."""
        return _kept(self, _enhancements)

    @property
    def comparisons(self) -> pd.DataFrame:
        """Enhanced results, each set against its baselines. Index ``comparison``.

        With the enhancement's name and category, the enhanced result's model and benchmark, and the values
        of both costs. ``baseline`` is a tuple of ids: ``explode("baseline")`` gives a row for each.
        """
        return _kept(self, _comparisons)

    @property
    def costs(self) -> pd.DataFrame:
        """What an enhancement costs, once or at each query. Index ``cost``.

        With the model's family, parameters and ``training_flop``, where the cost is of one model.
        """
        return _kept(self, _costs)

    @property
    def claims(self) -> pd.DataFrame:
        """Numbers that the paper states. Index ``claim``, with the enhancement's name."""
        return _kept(self, _claims)

    def estimates(self, of: str | Iterable[Estimate | str] | None = None) -> pd.DataFrame:
        """What each comparison says. Index ``comparison``.

        Columns: ``enhancement``, ``enhancement_name``, ``category``, ``model``, ``benchmark``,
        ``benchmark_name``, ``domain`` (mathematics, code, …) and the fields of ``Estimate``: ``status``,
        ``ceg``, ``lower_bound``, ``upper_bound`` and more. ``flags`` are separated by spaces. The intervals
        are missing unless they have been worked out:
        ``book.estimates(ceg.with_intervals(book, book.estimate_all("webgpt")))``.

        of: an enhancement, the ids of comparisons, or estimates that have been made; default: every
        comparison.

        Raises InputError where there is no such enhancement or comparison.
        """
        analysis: Any = self
        if of is None or isinstance(of, str):
            return _kept(self, lambda _: _estimates(analysis, analysis.estimate_all(of)), "estimates", of)
        return _estimates(analysis, [analysis.estimate(e) if isinstance(e, str) else e for e in of])


def _kept(analysis: Any, make: Callable[[Any], pd.DataFrame], *key: object) -> pd.DataFrame:
    """A copy of the frame that ``make`` gives, which is worked out once."""
    key = key or (make.__name__,)
    return analysis.once("frame", *key, make=lambda: make(analysis)).copy()


def _models(analysis: Any) -> pd.DataFrame:
    frame = _table(analysis, "models").rename(columns={"training_flop": "reported_flop"})
    flop = [analysis.training_flop(model) or float("nan") for model in frame.index]
    frame.insert(list(frame.columns).index("reported_flop"), "training_flop", flop)
    return frame


def _benchmarks(analysis: Any) -> pd.DataFrame:
    return _table(analysis, "benchmarks")


def _results(analysis: Any) -> pd.DataFrame:
    frame = _table(analysis, "results").join(analysis.models[OF_MODEL], on="model")
    measured = analysis.benchmarks.rename(columns={"name": "benchmark_name"})
    frame["items"] = frame["items"].fillna(frame["benchmark"].map(measured["items"]))
    return frame.join(measured[OF_BENCHMARK], on="benchmark")


def _enhancements(analysis: Any) -> pd.DataFrame:
    return _table(analysis, "enhancements")


def _comparisons(analysis: Any) -> pd.DataFrame:
    methods = analysis.enhancements.rename(columns={"name": "enhancement_name"})
    frame = _table(analysis, "comparisons").join(methods[["enhancement_name", "category"]], on="enhancement")
    frame = frame.join(analysis.results[["model", "benchmark", "benchmark_name", "domain"]], on="enhanced")
    for column, cost in (("one_time_fraction", "one_time_cost"), ("runtime_multiple", "runtime_cost")):
        frame[column] = frame[cost].map(analysis.costs["value"])
    return frame


def _costs(analysis: Any) -> pd.DataFrame:
    return _table(analysis, "costs").join(analysis.models[OF_MODEL[:-1]], on="model")


def _claims(analysis: Any) -> pd.DataFrame:
    methods = analysis.enhancements.rename(columns={"name": "enhancement_name"})
    return _table(analysis, "paper_claims").join(methods[["enhancement_name"]], on="enhancement")


def _estimates(analysis: Any, found: Iterable[Estimate]) -> pd.DataFrame:
    frame = of_estimates(list(found), OF_ESTIMATE).set_index("comparison")
    frame, first = frame.join(analysis.comparisons[OF_COMPARISON]), ["enhancement", *OF_COMPARISON]
    return frame.loc[:, [*first, *frame.columns.drop(first)]]


def of_estimates(found: Sequence[Estimate], fields: Iterable[str]) -> pd.DataFrame:
    """Some fields of estimates, a row each; the keys of ``OF_ESTIMATE`` are those that there are."""
    import pandas as pd

    columns = {name: pd.Series([getattr(e, name) for e in found], dtype=OF_ESTIMATE[name]) for name in fields}
    columns["flags"] = pd.Series([" ".join(e.flags) for e in found], dtype="str")
    columns["status"] = columns["status"].astype(pd.CategoricalDtype(STATUSES))
    return pd.DataFrame(columns)


def _table(analysis: Any, name: str) -> pd.DataFrame:
    """A table of the evidence, its primary key as the index."""
    import pandas as pd

    described = schema(analysis.evidence.folder, name)
    rows = getattr(analysis.evidence, name).values()
    columns = {}
    for field in described["fields"]:
        values = [getattr(row, field["name"]) for row in rows]
        column = pd.Series(values, dtype=DTYPES[field["type"]])
        if words := field.get("constraints", {}).get("enum"):
            known = dict.fromkeys([*words, *(v for v in values if v is not None)])
            column = column.astype(pd.CategoricalDtype(list(known)))
        columns[field["name"]] = column
    return pd.DataFrame(columns).set_index(described["primaryKey"][0])
