"""What was foretold of the evidence held out, and what is found, in data frames."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.prose import wording
from ceg.typical import derived
from ceg.typical.observations import Observations

if TYPE_CHECKING:
    from ceg.typical.predictive import Windowed

TESTS = {
    "bbh": "Chain of thought on BIG-bench hard",
    "gsm8k": "Chain of thought on GSM8K",
    "voting": "Majority voting on GSM8K",
}
"""The three tests. The first is blind; of the others a few gains had been seen before."""

UNLIKELY = 0.05
"""Probability of what a bound says, under which the bound contradicts the prediction."""

COLUMNS = [
    *("comparison", "test", "benchmark", "model", "family", "kind", "gain"),
    *("says", "low", "quartile_low", "middle", "quartile_high", "high", "rank", "rank_shown", "agrees"),
    *("outside", "score", "score_any", "score_none"),
]
"""What ``compared`` has.

- kind: of ``KINDS``, what its draws mostly are. gain: the estimate, or the bound
- low to high: ends and middle of the prediction as CEGs; rank, agrees and the scores as in
  ``predictive.judged``
- outside: whether a value lies outside the 90% range, or a bound is unlikely
"""

ENDS = ["low", "quartile_low", "middle", "quartile_high", "high"]
DOWNLOAD = ["comparison", "model", "benchmark", "kind", "gain", *ENDS, "rank", "agrees", "score", "outside"]
"""What the tables under the figures have."""

KINDS = {"value": "value", "floor": "at least", "ceiling": "at most"}


class Compared(NamedTuple):
    """Predictions and what is found: a row for each comparison, ``COLUMNS``; and both held to the windows."""

    frame: pd.DataFrame
    windowed: "Windowed | None"


def compared(book: Analysis, held: Analysis, o: Observations) -> Compared:
    """Of each comparison held out that says something; no rows where no typical gains are computed.

    o: the observations of ``held``.
    """
    gains, posterior = derived.typical(book), derived.posterior(book)
    if gains is None or posterior is None:
        words = {"comparison", "test", "benchmark", "model", "family", "kind", "says"}
        types = {name: "str" if name in words else float for name in COLUMNS}
        return Compared(pd.DataFrame(columns=COLUMNS).astype(types | {"outside": bool}), None)
    from ceg.typical import predictive  # and scipy with it

    found, windowed = predictive.judged(held, o, posterior, gains["log10_flop"])
    found = found.reset_index()
    found["test"] = [_test(held, c) for c in found["comparison"]]
    cases = [held.case(c) for c in found["comparison"]]
    measured = held.evidence.benchmarks
    found["benchmark"] = [_short(measured[c.enhanced.result.benchmark].name) for c in cases]
    found["model"] = [c.enhanced.model.model for c in cases]
    found["family"] = [c.enhanced.model.family for c in cases]
    found["kind"] = ""
    for column, kind in KINDS.items():
        found.loc[found[column].notna(), "kind"] = kind
    estimates = [held.estimate(c) for c in found["comparison"]]
    bounds = [e.lower_bound or e.upper_bound for e in estimates]
    found["gain"] = [
        e.ceg if kind == "value" or not bound else bound
        for e, kind, bound in zip(estimates, found["kind"], bounds, strict=True)
    ]
    found["says"] = [wording.short(e) for e in estimates]
    found[ENDS] = 10 ** found[ENDS]
    unlikely = ~found["rank"].between(UNLIKELY, 1 - UNLIKELY) & found["rank"].notna()
    found["outside"] = unlikely | (found["agrees"] < UNLIKELY)
    return Compared(found[COLUMNS], windowed)


def _test(held: Analysis, comparison: str) -> str:
    row = held.evidence.comparisons[comparison]
    if row.enhancement == "majority-voting":
        return "voting"
    return "gsm8k" if row.enhanced.startswith("gsm8k") else "bbh"


def _short(name: str) -> str:
    """A benchmark's name without its source and its collection."""
    return name.removesuffix(" (Ruan et al.)").removeprefix("BBH ")


def by_test(found: Compared) -> pd.DataFrame:
    """A row for each of ``TESTS``; index test.

    - comparisons, bounds; unlikely, of the bounds
    - between, values between the smallest and the biggest model without the enhancement; between_90, share of
      these in the range, cut to what could be found
    - middle and beyond, foretold and found: median gain as a CEG and share beyond the biggest model, with all
      comparisons held to what their models can show
    """
    frame, rows = found.frame, {}
    for test in TESTS:
        which = (frame["test"] == test).to_numpy()
        some = frame[which]
        bounds, between = some[some["agrees"].notna()], some["rank_shown"].dropna()
        rows[test] = {
            "comparisons": len(some),
            "bounds": len(bounds),
            "unlikely": int((bounds["agrees"] < UNLIKELY).sum()),
            "between": len(between),
            "between_90": between.between(UNLIKELY, 1 - UNLIKELY).mean(),
            **dict.fromkeys(("middle_foretold", "middle_found", "beyond_foretold", "beyond_found"), math.nan),
        }
        if found.windowed is not None and len(some):
            (middle,), (foretold,) = found.windowed.quantiles(which, (0.5,))
            beyond, again = found.windowed.beyond(which)
            rows[test] |= {"middle_found": 10**middle, "middle_foretold": 10**foretold}
            rows[test] |= {"beyond_found": beyond, "beyond_foretold": again.mean()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("test")


def shown(found: pd.DataFrame) -> pd.DataFrame:
    """``by_test`` as a table says it."""
    return pd.DataFrame(
        {
            "test": [TESTS[test] for test in found.index],
            "middle_foretold": found["middle_foretold"].map(_times).to_list(),
            "middle_found": found["middle_found"].map(_times).to_list(),
            "beyond_foretold": found["beyond_foretold"].map(_part).to_list(),
            "beyond_found": found["beyond_found"].map(_part).to_list(),
            "inside": [f"{_part(row.between_90)} of {row.between}" for row in found.itertuples()],
            "bounds": [f"{n} of {of}" for n, of in zip(found["unlikely"], found["bounds"], strict=True)],
        }
    )


OTHERS = ("score_any", "score_none")
"""What a prediction is compared with: one that does not know which enhancement it is, and one of no gain."""

DID = {
    "own is better": "did better than",
    "own is worse": "did worse than",
    "no clear difference": "did no better than",
}
"""How the enhancement's own did, in a sentence."""


def scores(found: Compared, seed: int = 0, draws: int = 2000) -> pd.DataFrame:
    """By how much the enhancement's own prediction scores better than ``OTHERS``, with 90% intervals.

    Families are drawn again, as their models share baselines. Columns: test, own, and for each of ``OTHERS``
    the mean with its difference from own in words, and these words (``_is``).
    """
    rng, rows = np.random.default_rng(seed), []
    for test, name in TESTS.items():
        some = found.frame[found.frame["test"] == test]
        row = {"test": name, "own": _score(some["score"].mean())}
        for other in OTHERS:
            row[other], row[f"{other}_is"] = formatting.NONE, ""
            if len(some):
                each = (some["score"] - some[other]).groupby(some["family"]).agg(["sum", "size"])
                again = each.to_numpy()[rng.integers(len(each), size=(draws, len(each)))].sum(axis=1)
                low, high = np.quantile(again[:, 0] / again[:, 1], (UNLIKELY, 1 - UNLIKELY))
                sign = "own is better" if low > 0 else "own is worse" if high < 0 else "no clear difference"
                row[other], row[f"{other}_is"] = f"{_score(some[other].mean())}: {sign}", sign
        rows.append(row)
    return pd.DataFrame(rows)


def middles(row: Mapping[str, float] | pd.Series) -> str:
    """The median gain of a test, foretold and found, in a sentence. row: of ``by_test``."""
    if not row["comparisons"]:
        return ""
    foretold, found = row["middle_foretold"], row["middle_found"]
    way = "higher, at" if found > 1.2 * foretold else "lower, at" if found < foretold / 1.2 else "found at"
    return f"the middle gain was foretold at {_times(foretold)} and is {way} {_times(found)}"


def _times(value: float) -> str:
    return formatting.NONE if pd.isna(value) else formatting.times(value, 2)


def _score(value: float) -> str:
    return formatting.NONE if pd.isna(value) else f"{value:.2f}"


def _part(share: float) -> str:
    return formatting.NONE if pd.isna(share) else formatting.part(share)


def contradicted(frame: pd.DataFrame) -> pd.DataFrame:
    """What lies outside, the least likely first, as a table says it."""
    some = frame[frame["outside"]].copy()
    chance = some["agrees"].fillna(pd.concat([some["rank"], 1 - some["rank"]], axis=1).min(axis=1))
    some = some.assign(chance=chance).sort_values(["chance", "comparison"], kind="stable")
    ends = zip(some["low"], some["high"], strict=True)
    return pd.DataFrame(
        {
            "model": some["model"],
            "test": some["benchmark"] + some["test"].map({"voting": ", voting"}).fillna(""),
            "found": some["says"],
            "foretold": [f"{_times(a)} to {_times(b)}" for a, b in ends],
            "way": ["below" if b else "above" for b in _below(some)],
        }
    )


def _below(frame: pd.DataFrame) -> pd.Series:
    """Whether what is found is less than was foretold."""
    return (frame["rank"] < 0.5) | (frame["kind"] == "at most")


def counts(frame: pd.DataFrame) -> Mapping[str, int]:
    """Of comparisons with a value or a bound: how many there are, lie outside, and lie below."""
    told = frame[frame["kind"] != ""]
    outside = told[told["outside"]]
    below = int(_below(outside).sum())
    return {"told": len(told), "outside": len(outside), "below": below}


def outside(count: Mapping[str, int]) -> str:
    """How many lie outside what was foretold, and on which side. count: as ``counts`` gives it."""
    found, below = count["outside"], count["below"]
    side = "all below" if below == found else "all above" if not below else f"{below} of them below"
    side = f", {side}" if found > 1 else ""
    return f"{found} of {count['told']} gains lie outside what was foretold{side}"


def samples(book: Analysis) -> float:
    """How many answers vote in the book's comparisons of majority voting, at the median."""
    rows = book.comparisons[book.comparisons["enhancement"] == "majority-voting"]
    return float(book.results["samples"][rows["enhanced"]].median())


def against(row: Mapping[str, float] | pd.Series) -> str:
    """Whether more or fewer gains than foretold lie beyond the biggest model. row: of ``by_test``."""
    more = row["beyond_found"] - row["beyond_foretold"]
    return (
        "more than foretold" if more > 0.05 else "less than foretold" if more < -0.05 else "what was foretold"
    )


def most_often(frame: pd.DataFrame) -> str:
    """The test on which most gains lie outside, with their number: "10 of them in dyck languages"."""
    outside = frame[frame["outside"]]["benchmark"].value_counts()
    return f"{outside.iloc[0]} of them in {outside.index[0]}" if len(outside) and outside.iloc[0] > 1 else ""


def known(book: Analysis, held: Analysis) -> list[str]:
    """Names of tests held out that the book's own comparisons of the same enhancements have too."""
    ours = book.comparisons[book.comparisons["enhancement"].isin(list(held.evidence.enhancements))]
    names = {book.evidence.benchmarks[b].name.lower() for b in book.results["benchmark"][ours["enhanced"]]}
    theirs = dict.fromkeys(_short(b.name) for b in held.evidence.benchmarks.values())
    return [name for name in theirs if name.lower() in names]


def silent(o: Observations) -> Mapping[str, int]:
    """How many of the comparisons held out say nothing, by the reason."""
    found: dict[str, int] = {}
    for (_, reason), number in o.left_out.items():
        found[reason] = found.get(reason, 0) + number
    return found
