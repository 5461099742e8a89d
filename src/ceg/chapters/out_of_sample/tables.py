"""What was foretold of the evidence held out, and what is found, in data frames."""

from collections.abc import Mapping

import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.prose import wording
from ceg.typical import derived
from ceg.typical.observations import REFERENCE, Observations

TESTS = {
    "bbh": "Chain of thought on BIG-bench hard",
    "gsm8k": "Chain of thought on GSM8K",
    "voting": "Majority voting on GSM8K",
}
"""The three tests. The first is blind; of the others a few gains had been seen before."""

UNLIKELY = 0.05
"""Probability of what a bound says, under which the bound contradicts the prediction."""

COLUMNS = [
    *("comparison", "test", "enhancement", "benchmark", "model", "family", "log10_flop", "kind", "gain"),
    *("says", "low", "quartile_low", "middle", "quartile_high", "high", "rank", "rank_shown", "agrees"),
    *("outside", "score", "score_any"),
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


def compared(book: Analysis, held: Analysis, o: Observations) -> pd.DataFrame:
    """A row for each comparison held out that says something; none where no typical gains are computed.

    o: the observations of ``held``.
    """
    gains, posterior = derived.typical(book), derived.posterior(book)
    if gains is None or posterior is None:
        words = {"comparison", "test", "enhancement", "benchmark", "model", "family", "kind", "says"}
        types = {name: "str" if name in words else float for name in COLUMNS}
        return pd.DataFrame(columns=COLUMNS).astype(types | {"outside": bool})
    from ceg.typical import predictive  # and scipy with it

    found = predictive.judged(held, o, posterior, gains["log10_flop"]).reset_index()
    found["test"] = [_test(held, c) for c in found["comparison"]]
    cases = [held.case(c) for c in found["comparison"]]
    measured = held.evidence.benchmarks
    found["enhancement"] = [c.comparison.enhancement for c in cases]
    found["benchmark"] = [_short(measured[c.enhanced.result.benchmark].name) for c in cases]
    found["model"] = [c.enhanced.model.model for c in cases]
    found["family"] = [c.enhanced.model.family for c in cases]
    found["log10_flop"] = o.size + REFERENCE
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
    return found[COLUMNS]


def _test(held: Analysis, comparison: str) -> str:
    row = held.evidence.comparisons[comparison]
    if row.enhancement == "majority-voting":
        return "voting"
    return "gsm8k" if row.enhanced.startswith("gsm8k") else "bbh"


def _short(name: str) -> str:
    """A benchmark's name without its source and its collection."""
    return name.removesuffix(" (Ruan et al.)").removeprefix("BBH ")


def by_test(frame: pd.DataFrame) -> pd.DataFrame:
    """A row for each of ``TESTS``: how many comparisons, where values lie, what bounds say, and the scores.

    Index test. Columns: comparisons, values; inside_50 and inside_90, shares of values; shown_90, the same
    among values that the models could show; below and above, values under and over the 90% range; bounds and
    unlikely, bounds; middle_foretold and middle_found, medians over values, CEGs; score and score_any, means.
    """
    rows = {}
    for test in TESTS:
        some = frame[frame["test"] == test]
        values, bounds = some[some["rank"].notna()], some[some["agrees"].notna()]
        rank = values["rank"]
        rows[test] = {
            "comparisons": len(some),
            "values": len(values),
            "inside_50": rank.between(0.25, 0.75).mean(),
            "inside_90": rank.between(UNLIKELY, 1 - UNLIKELY).mean(),
            "shown_90": values["rank_shown"].between(UNLIKELY, 1 - UNLIKELY).mean(),
            "below": int((rank < UNLIKELY).sum()),
            "above": int((rank > 1 - UNLIKELY).sum()),
            "bounds": len(bounds),
            "unlikely": int((bounds["agrees"] < UNLIKELY).sum()),
            "middle_foretold": values["middle"].median(),
            "middle_found": values["gain"].median(),
            "score": some["score"].mean(),
            "score_any": some["score_any"].mean(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("test")


def shown(found: pd.DataFrame) -> pd.DataFrame:
    """``by_test`` as a table says it."""
    return pd.DataFrame(
        {
            "test": [TESTS[test] for test in found.index],
            "middle": [
                f"{_times(a)} · {_times(b)}"
                for a, b in zip(found["middle_foretold"], found["middle_found"], strict=True)
            ],
            "values": found["values"].to_list(),
            "inside_50": [_part(v) for v in found["inside_50"]],
            "inside_90": [_part(v) for v in found["inside_90"]],
            "bounds": [f"{n} of {of}" for n, of in zip(found["unlikely"], found["bounds"], strict=True)],
            "score": [
                f"{_score(a)} · {_score(b)}" for a, b in zip(found["score"], found["score_any"], strict=True)
            ],
        }
    )


def middles(row: Mapping[str, float] | pd.Series) -> str:
    """The middle of the values of a test, foretold and found, in a sentence. row: of ``by_test``."""
    if not row["values"]:
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
    """Of comparisons with a value or a bound: how many there are, and how many lie outside, by the way."""
    told = frame[frame["kind"] != ""]
    outside = told[told["outside"]]
    below = int(_below(outside).sum())
    return {"told": len(told), "outside": len(outside), "below": below, "above": len(outside) - below}


def outside(count: Mapping[str, int]) -> str:
    """How many lie outside what was foretold, and on which side. count: as ``counts`` gives it."""
    found, below = count["outside"], count["below"]
    side = "all below" if below == found else "all above" if not below else f"{below} of them below"
    return f"{found} of {count['told']} gains lie outside" + (f", {side}" if found > 1 else "")


def samples(book: Analysis) -> float:
    """How many answers vote in the book's comparisons of majority voting, at the median."""
    rows = book.comparisons[book.comparisons["enhancement"] == "majority-voting"]
    return float(book.results["samples"][rows["enhanced"]].median())


def silent(o: Observations) -> Mapping[str, int]:
    """How many of the comparisons held out say nothing, by the reason."""
    found: dict[str, int] = {}
    for (_, reason), number in o.left_out.items():
        found[reason] = found.get(reason, 0) + number
    return found
