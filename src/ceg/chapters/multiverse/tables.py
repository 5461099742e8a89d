"""The multiverse in data frames: its choices, what breaks a conclusion, how far each enhancement moves."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.evidence.assumptions import COUNTING, ERRORS, THRESHOLDS, written
from ceg.evidence.assumptions import choices as choices_of
from ceg.formatting import part
from ceg.multiverse import distribution, specifications
from ceg.multiverse.conclusions import SHARES, Conclusion
from ceg.multiverse.specifications import STANDING, STANDING_OPTIONS, Factor
from ceg.multiverse.survey import Multiverse
from ceg.survey import survey
from sphinx_fresh.show import Column


def _columns(*columns: Column) -> dict[str, Column]:
    return {column.key: column for column in columns}


CHOICES = _columns(
    Column("choice", "Choice"),
    Column("keys", "Assumptions"),
    Column("options", "Options, with their weight", "wide"),
)
LEFT_OUT = _columns(
    Column("combination", "Combination", "wide"),
    Column("what", "What is done"),
    Column("part", "Of all combinations", "right", "one combination may fall under several lines"),
    Column("reason", "Reason", "wide"),
)
BREAKS = _columns(
    Column("conclusion", "Conclusion"),
    Column("default", "By default"),
    Column("change", "Changed", "wide"),
    Column("becomes", "It then"),
)
PAIRS = _columns(
    Column("pair", "Pair"),
    Column("default", "By default"),
    *(
        Column(key, heading, "right", "holds (5% to 95% over weightings) · fails")
        for key, heading in zip(STANDING_OPTIONS, ("Headline", "Median", "Median, rising"), strict=True)
    ),
)


COUNTING_COLUMNS = _columns(
    Column("key", "Assumption"),
    Column("option", "Option", "left", "the default first"),
    Column("large", "Exceed the large threshold", "right"),
    Column("very_large", "Exceed the very large one", "right"),
)


def counting(book: Analysis) -> pd.DataFrame:
    """How many surveyed headlines exceed each threshold, with each option about errors and counting alone."""
    rows = []
    for key in (*COUNTING, *ERRORS):
        for option in choices_of(book.evidence.folder)[key].options:
            changed = replace(book, assumptions=book.assumptions.but(**{key: option}))
            pairs = [(row.name, e) for row, e in survey.headlines(changed) if row.in_survey]
            counts = [survey.count(pairs, getattr(changed.assumptions, t)).share for t in THRESHOLDS]
            rows.append((key, written(option), *counts))
    return pd.DataFrame(rows, columns=["key", "option", "large", "very_large"])


def enhancement_columns(threshold: float) -> dict[str, Column]:
    """The headings of ``enhancements``."""
    return _columns(
        Column("name", "Enhancement"),
        Column("stands", "By its"),
        Column("point", "Point", "right", "share of specifications"),
        Column("bound", "Bound only", "right"),
        Column("none", "No estimate", "right"),
        Column("middle", "Points: median", "right"),
        Column("range", "5% to 95%", "right", "quantiles of the points over the specifications"),
        Column("ends", "least to greatest", "right"),
        Column("exceeds", f"Exceeds {threshold:g}x", "right", "share of specifications"),
        Column("open", "Undetermined", "right"),
        Column("below", "Does not", "right"),
    )


def choices(factors: Iterable[Factor]) -> pd.DataFrame:
    """Every choice with its options and their weights, in words."""
    return pd.DataFrame(
        {
            "choice": f.title,
            "keys": ", ".join(f.keys) if f.name != STANDING else "none",
            "options": "; ".join(f"{f.label(i)} {part(w)}" for i, w in enumerate(f.weights)),
        }
        for f in factors
    )


def left_out(multiverse: Multiverse) -> pd.DataFrame:
    """Each rule: which combinations it takes out or counts once, what part of all they are, and why."""
    options = specifications.options(multiverse.analysis.evidence.folder)
    return pd.DataFrame(
        {
            "combination": " with ".join(f"{k}: {' or '.join(map(str, v))}" for k, v in rule.when.items()),
            "what": "counted once" if rule.same_as_default else "left out",
            "part": part(n / whole),
            "reason": rule.reason,
        }
        for rule, n, whole in specifications.left_out(options)
    )


def shares(found: Iterable[Conclusion]) -> pd.DataFrame:
    """In which share of the specifications each conclusion holds, is undetermined and fails.

    By what stands for an enhancement: three rows for each. holds_5_to_95: the range of the share that holds
    over weightings.
    """
    rows = []
    for c in found:
        for level in range(len(c.factors[-1].levels)):
            low, high = map(part, c.range("holds", **{STANDING: level}))
            within = "not varied" if not c.varied else low if low == high else f"{low} to {high}"
            stands_for = c.factors[-1].label(level)
            for verdict in SHARES:
                share = formatting.six(round(c.share(verdict, **{STANDING: level}), 9))
                rows.append((c.short, c.statement, stands_for, verdict, share, within))
    columns = ["short", "conclusion", "stands_for", "verdict", "share", "holds_5_to_95"]
    return pd.DataFrame(rows, columns=columns)


def by_option(found: Iterable[Conclusion]) -> pd.DataFrame:
    """In which share of the specifications with each option each conclusion holds.

    By what stands for an enhancement.
    """
    rows = []
    for c in found:
        *factors, standing = c.factors
        for f in factors:
            for i in range(len(f.levels)):
                for level in range(len(standing.levels)):
                    share = c.share("holds", **{f.name: i, STANDING: level})
                    rows.append((f.title, f.label(i), c.name, standing.label(level), share))
    return pd.DataFrame(rows, columns=["choice", "option", "conclusion", "stands_for", "share"])


def breaks(found: Iterable[Conclusion], most: int = 3) -> pd.DataFrame:
    """The least sets of changes from the defaults that end in another verdict, those of one choice first."""
    rows = []
    for c in found:
        factors = {f.name: f for f in c.factors}
        for changes, verdict in c.breaks(most):
            said = [f"{factors[name].title}: {factors[name].label(level)}" for name, level in changes.items()]
            becomes = "is undetermined" if verdict == "undetermined" else verdict
            rows.append((c.short, c.by_default, " and ".join(said), becomes))
        if not c.breaks(most):
            none = f"no change of up to {formatting.counted(most)} choices"
            change = none if c.varied else "not varied: no choice bears on it"
            rows.append((c.short, c.by_default, change, "stays"))
    return pd.DataFrame(rows, columns=["conclusion", "default", "change", "becomes"])


def pairs(found: Sequence[Conclusion]) -> pd.DataFrame:
    """Every pair of categories: in what share of specifications the first lies above or below the second."""
    rows = []
    for c in found:
        row = {"pair": c.short, "default": c.by_default}
        for level, (stands_for,) in enumerate(c.factors[-1].levels):
            row[stands_for] = f"{ranged(c, level)} · {part(c.share('fails', **{STANDING: level}))}"
        rows.append(row)
    return pd.DataFrame(rows)


def ranged(conclusion: Conclusion, level: int) -> str:
    """The share in which a conclusion holds, with its range over weightings: 61% (19% to 95%).

    level: what stands for an enhancement, by its place in ``specifications.STANDING_OPTIONS``.
    """
    share = part(conclusion.share("holds", **{STANDING: level}))
    low, high = map(part, conclusion.range("holds", **{STANDING: level}))
    return share if low == high == share else f"{share} ({low} to {high})"


def enhancements(multiverse: Multiverse) -> pd.DataFrame:
    """Each enhancement's headline and medians over the specifications, in words."""
    threshold = multiverse.analysis.assumptions.threshold_large
    *factors, standing = multiverse.factors
    weights = [f.weights for f in factors]
    rows = []
    for key, outcomes in multiverse.standing.items():
        for level, made in enumerate(outcomes):
            d = distribution.distribution(key, made, weights, threshold)
            low, _, middle, _, high = d.quantiles
            rows.append(
                {
                    "name": multiverse.analysis.evidence.enhancements[key].name,
                    "stands": standing.label(level),
                    "middle": formatting.times(middle, 2) if middle else "",
                    "range": _ends(low, high),
                    "ends": _ends(d.least, d.greatest),
                    "point": part(d.point),
                    "bound": part(d.bound),
                    "none": part(d.no_estimate),
                    "exceeds": part(d.exceeds),
                    "open": part(d.undetermined),
                    "below": part(d.below),
                }
            )
    return pd.DataFrame(rows)


def _ends(low: float | None, high: float | None) -> str:
    return "" if low is None else f"{formatting.significant(low)}–{formatting.significant(high)}x"
