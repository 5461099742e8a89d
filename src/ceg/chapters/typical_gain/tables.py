"""Typical gains in data frames: beside the headlines, and what they do to the main finding."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import SAYING
from ceg.prose import wording
from ceg.survey import survey
from ceg.survey.survey import Entry
from ceg.typical import derived

COLUMNS = [
    *("enhancement", "name", "period", "typical_low", "typical_quartile_low", "typical"),
    *(
        "typical_quartile_high",
        "typical_high",
        "p_loss",
        "spread",
        "slope_low",
        "slope",
        "slope_high",
        "comparisons",
        "benchmarks",
    ),
    *("share_bounds", "headline_value", "headline_shape", "headline_says", "typical_short", "says"),
]
"""What ``beside_headlines`` has, also where nothing is computed."""

WAYS = {
    "headline": "its headline",
    "median": "the median of its comparisons",
    "typical": "its typical gain",
}
"""What a gain can be judged by."""


def beside_headlines(book: Analysis, entries: Sequence[Entry]) -> pd.DataFrame:
    """A row for each enhancement in the fit: its typical gain, and its headline where it has one."""
    gains = derived.typical(book)
    if gains is None:
        return pd.DataFrame(columns=COLUMNS)
    known = {e.enhancement.enhancement: e for e in entries}
    frame = gains[gains["typical"].notna() & gains.index.isin(list(known))].reset_index()
    heads = [known[name].headline for name in frame["enhancement"]]
    said = [e if e and e.status in SAYING else None for e in heads]
    frame["name"] = [known[name].enhancement.name for name in frame["enhancement"]]
    frame["period"] = ["survey" if known[n].enhancement.in_survey else "other" for n in frame["enhancement"]]
    frame["headline_value"] = [e and (e.ceg or e.lower_bound or e.upper_bound) for e in said]
    frame["headline_value"] = frame["headline_value"].astype(float)
    frame["headline_shape"] = [_shape(e) for e in said]
    frame["headline_says"] = [wording.short(e) if e else formatting.NONE for e in said]
    frame["typical_short"] = [formatting.times(v, 2) for v in frame["typical"]]
    low, high = (frame[end].map(lambda v: formatting.times(v, 2)) for end in ("typical_low", "typical_high"))
    frame["says"] = frame["typical_short"] + " (90% of new benchmarks: " + low + " to " + high + ")"
    return frame[COLUMNS]


def _shape(estimate) -> str:
    if estimate is None:
        return ""
    if estimate.ceg:
        return "point" if estimate.status == "interpolated" else "beyond"
    return "least" if estimate.lower_bound else "most"


def shown(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as a table says it, the greatest typical gain first."""
    some = frame.sort_values("typical", ascending=False, kind="stable")
    between = zip(some["typical_low"], some["typical_high"], strict=True)
    return pd.DataFrame(
        {
            "name": some["name"],
            "typical": some["typical_short"],
            "range": [f"{formatting.times(a, 2)} to {formatting.times(b, 2)}" for a, b in between],
            "loss": some["p_loss"].map(formatting.part),
            "headline": some["headline_says"],
            "slope": [
                formatting.times(10**s, 2) if low > 0 or high < 0 else "unclear"
                for s, low, high in zip(some["slope"], some["slope_low"], some["slope_high"], strict=True)
            ],
            "comparisons": [
                f"{n}, {formatting.part(share)} bounds" if share else str(n)
                for n, share in zip(some["comparisons"], some["share_bounds"], strict=True)
            ],
        }
    )


def conclusions(book: Analysis, entries: Sequence[Entry], thresholds: Sequence[float]) -> pd.DataFrame:
    """How many enhancements exceed each threshold, by what a gain is judged by; rows as in ``WAYS``.

    Columns: way, and for each threshold how many do, and of how many. Typical gains are missing where they
    are not computed.
    """
    gains = derived.of(book, [e.enhancement.enhancement for e in entries])
    sure = book.assumptions.count_probability
    rows = []
    for way, said in WAYS.items():
        row = {"way": said}
        for x in thresholds:
            if way == "typical":
                row[f"over_{x:g}"] = derived.count(gains, x, sure)
            else:
                of = [(e.enhancement.name, e.headline if way == "headline" else e.central) for e in entries]
                count = survey.count(of, x)
                row[f"over_{x:g}"] = count.share
        rows.append(row)
    return pd.DataFrame(rows)


def exceeding(book: Analysis, entries: Sequence[Entry], threshold: float) -> str:
    """Which typical gains very likely exceed a threshold, in a sentence; "" if none."""
    gains = derived.of(book, [e.enhancement.enhancement for e in entries])
    if gains.empty:
        return ""
    found = derived.verdicts(gains, threshold, book.assumptions.count_probability)
    names = [e.enhancement.name for e in entries if found.get(e.enhancement.enhancement) == "exceeds"]
    return f"By the typical gain they are {formatting.listed(names)}." if names else ""


def verdicts(book: Analysis, entries: Sequence[Entry], threshold: float) -> dict[str, int]:
    """How many typical gains very likely exceed a threshold, fail, or are undetermined."""
    gains = derived.of(book, [e.enhancement.enhancement for e in entries])
    found = (
        [] if gains.empty else list(derived.verdicts(gains, threshold, book.assumptions.count_probability))
    )
    return {said: found.count(said) for said in ("exceeds", "fails", "undetermined")}


PARTS = {
    "category": "Between categories",
    "enhancement": "Between the enhancements of a category",
    "benchmark": "Between the tests of an enhancement (the middle one's)",
    "unequal": "How far that differs between enhancements (in its logarithm)",
    "family": "Between families of models",
    "model": "Between enhanced models",
    "baseline": "Between the biggest models without it",
    "residual": "What is left",
    "slopes": "Between the slopes with size",
}
"""The standard deviations of the model."""


def spreads(about: Mapping[str, Any]) -> pd.DataFrame:
    """Of each standard deviation: the scale of its prior, and what the data make of it.

    about: as ``derived.about`` gives it; empty where nothing is computed.
    """
    if not about:
        return pd.DataFrame(columns=["what", "prior", "found"])
    priors, found = about["settings"]["priors"], about["spreads"]
    rows = []
    for key, what in PARTS.items():
        low, middle, high = (formatting.significant(v, 2) for v in found[f"sd_{key}"])
        rows.append({"what": what, "prior": f"{priors[key]:g}", "found": f"{middle} ({low} to {high})"})
    return pd.DataFrame(rows)


def left_out(gains: pd.DataFrame | None) -> dict[str, int]:
    """How many comparisons are left out, by the reason."""
    if gains is None:
        return {}
    named = {c.removeprefix("left_out_").replace("_", " "): c for c in gains if c.startswith("left_out_")}
    return {reason: int(gains[column].sum()) for reason, column in named.items()}
