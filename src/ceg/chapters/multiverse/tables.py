"""The multiverse in data frames: its choices, what breaks a conclusion, how far each enhancement moves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.evidence.assumptions import COUNTING, ERRORS, THRESHOLDS
from ceg.evidence.assumptions import choices as choices_of
from ceg.formatting import part
from ceg.multiverse import specifications
from ceg.multiverse.conclusions import SHARES, Conclusion
from ceg.multiverse.specifications import STANDING, STANDING_OPTIONS, Factor
from ceg.multiverse.survey import Multiverse
from ceg.multiverse.varied_headline import Shares
from ceg.survey import survey
from sphinx_fresh.show import Column


def _columns(*columns: Column) -> dict[str, Column]:
    return {column.key: column for column in columns}


CHOICES = _columns(
    Column("choice", "Choice"),
    Column("what", "What is decided"),
    Column("options", "Options, with their weight", "wide"),
)
LEFT_OUT = _columns(
    Column("combination", "Combination", "wide"),
    Column("part", "Of all", "right", "of all combinations; one may fall under several lines"),
    Column("what", "What is done"),
    Column("reason", "Reason", "note"),
)
BREAKS = _columns(
    Column("conclusion", "Conclusion"),
    Column("change", "Changed"),
    Column("becomes", "Verdict"),
)
HEADINGS = dict(zip(STANDING_OPTIONS, ("Headline", "Median", "Rising"), strict=True))
"""What stands for an enhancement, as the heading of a column."""

RISING = "medians that leave out flat baselines"
BY_WAY = {
    key: Column(key, heading, "right", RISING if heading == "Rising" else "")
    for key, heading in HEADINGS.items()
}
PAIRS = _columns(Column("pair", "Pair")) | BY_WAY
OTHERS = _columns(Column("conclusion", "Conclusion")) | BY_WAY
EXCEEDS = _columns(Column("name", "Enhancement")) | BY_WAY
MOVES = _columns(
    Column("name", "Enhancement"),
    Column("number", "Number moved by"),
    Column("number_share", "Share", "right", "of the variance of the logarithm of the number"),
    Column("verdict", "Verdict moved by"),
    Column("verdict_share", "Share", "right", "of the variance of whether it exceeds the threshold"),
)

DECIDED = {
    "compute_rule": "how the training compute of a model is counted",
    "transform": "the scale on which scores rise in a straight line",
    "estimate_order": "whether the curve goes from model to model, or straight through all",
    "baseline_prompt": "which prompt the models without the enhancement get",
    "aggregation": "one answer to a question, or a vote over several",
    "charge_finetuning": "whether the cost of fine-tuning lowers the gain",
    "min_points": "how many models a line needs, and how far it is followed past the last",
    "gpt35_flop": "which end of the estimate of GPT-3.5's compute holds",
    "gpt4_flop": "which end of the estimate of GPT-4's compute holds",
    "provenance_admitted": "whether scores known at second hand are used",
    "include_cross_family": "whether models of other families may serve as yardstick",
    STANDING: "which comparison stands for an enhancement",
}
"""What each choice decides, by its first key."""

KEYS = {
    "compute_rule": "training compute",
    "compute_optimal_law": "scaling law",
    "estimate_order": "curve",
    "extrapolate_from": "followed from",
    "min_points": "a line needs",
    "max_extrapolation_oom": "followed for",
    "provenance_admitted": "scores admitted",
}
"""What readers see for a single key that a rule names."""

ERRING = {
    "count_probability": "probability asked for: {:.0%}",
    "width_printed": "printed compute off by a factor of {:g}",
    "width_6nd": "counted compute off by a factor of {:g}",
    "width_estimated": "inferred compute off by a factor of {:g}",
    "compute_error_shared": "share of that error common to a family: {:.0%}",
    "unknown_error": "unknown sampling error: {:g}% of the maximum",
    "family_spread": "families apart by {:g} in the logit",
    "enhanced_run": "the enhanced run: {}",
}
"""A choice about errors or counting at one of its options, in words."""


def counting(book: Analysis) -> pd.DataFrame:
    """How many surveyed headlines exceed each threshold: as the book counts, then with one option changed.

    The options are those about errors and counting.
    """
    rows = [("as the book counts", *_counts(book))]
    for key in (*COUNTING, *ERRORS):
        for option in choices_of(book.evidence.folder)[key].options:
            if option != getattr(book.assumptions, key):
                changed = replace(book, assumptions=book.assumptions.but(**{key: option}))
                rows.append((ERRING[key].format(option), *_counts(changed)))
    return pd.DataFrame(rows, columns=["change", "large", "very_large"])


def _counts(book: Analysis) -> list[str]:
    pairs = [(row.name, e) for row, e in survey.headlines(book) if row.in_survey]
    return [survey.count(pairs, getattr(book.assumptions, t)).share for t in THRESHOLDS]


def choices(factors: Iterable[Factor]) -> pd.DataFrame:
    """Every choice: what it decides, its options and their weights, in words."""
    return pd.DataFrame(
        {
            "choice": f.title,
            "what": DECIDED.get(f.name, ""),
            "options": "; ".join(f"{f.label(i)} {part(w)}" for i, w in enumerate(f.weights)),
        }
        for f in factors
    )


def left_out(multiverse: Multiverse) -> pd.DataFrame:
    """Each rule: which combinations it takes out or counts once, what part of all they are, and why."""
    options = specifications.options(multiverse.analysis.evidence.folder)
    return pd.DataFrame(
        {
            "combination": ", ".join(_named(key, some) for key, some in rule.when.items()),
            "what": "counted once" if rule.same_as_default else "left out",
            "part": part(n / whole),
            "reason": rule.reason,
        }
        for rule, n, whole in specifications.left_out(options)
    )


PICKED = "any comparison"
"""What stands for an enhancement when its headline is picked at random."""


def _named(key: str, some: Iterable[object]) -> str:
    return f"{KEYS.get(key, key)}: {' or '.join(specifications.said(key, value) for value in some)}"


def shares(found: Iterable[Conclusion], varied: Mapping[str, Shares] | None = None) -> pd.DataFrame:
    """In which share of the specifications each conclusion holds, is undetermined and fails.

    By what stands for an enhancement: three rows for each. low, high: the range of the share that holds over
    weightings. varied: conclusion -> the shares when the headline is picked at random, which come first.
    """
    rows = []
    for c in found:
        picked = (varied or {}).get(c.name)
        for verdict in SHARES if picked else ():
            share = formatting.six(getattr(picked, verdict))
            rows.append((c.short, c.statement, PICKED, verdict, share, None, None))
        for level in range(len(c.factors[-1].levels)):
            within = [formatting.six(round(end, 9)) for end in c.range("holds", **{STANDING: level})]
            stands_for = c.factors[-1].label(level)
            for verdict in SHARES:
                share = formatting.six(round(c.share(verdict, **{STANDING: level}), 9))
                rows.append((c.short, c.statement, stands_for, verdict, share, *within))
    columns = ["short", "conclusion", "stands_for", "verdict", "share", "low", "high"]
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


def breaks(found: Iterable[Conclusion], most: int = 2) -> pd.DataFrame:
    """The least sets of changes from the defaults that end in another verdict, those of one choice first.

    Of up to so many choices; a conclusion that none of them changes has a row that says so.
    """
    rows = []
    for c in found:
        factors = {f.name: f for f in c.factors}
        for changes, verdict in c.breaks(most):
            said = [f"{factors[name].title}: {factors[name].label(level)}" for name, level in changes.items()]
            rows.append((c.short, " and ".join(said), f"{c.by_default} → {verdict}"))
        if not c.breaks(most):
            none = f"no change of up to {formatting.counted(most)} choices"
            rows.append((c.short, none if c.varied else "no choice bears on it", f"stays: {c.by_default}"))
    return pd.DataFrame(rows, columns=["conclusion", "change", "becomes"])


def pairs(found: Sequence[Conclusion]) -> pd.DataFrame:
    """A row for each category above another: in what share of the specifications its median gains more.

    Both ways round; a way that holds nowhere is left out. Those that hold most often by headlines come first.
    """
    rows = []
    for c in found:
        first, second = c.short.split(" above ")
        for above, below, word in ((first, second, "holds"), (second, first, "fails")):
            held = [c.share(word, **{STANDING: level}) for level in range(len(STANDING_OPTIONS))]
            if max(held) > 1e-9:
                rows.append((f"{above} above {below}", *held))
    frame = pd.DataFrame(rows, columns=["pair", *STANDING_OPTIONS])
    frame = frame.sort_values(list(STANDING_OPTIONS), ascending=False, kind="stable", ignore_index=True)
    return _in_words(frame)


def others(found: Iterable[Conclusion]) -> pd.DataFrame:
    """A row a conclusion: in what share of the specifications it holds, by what stands for an enhancement."""
    rows = [
        (c.short, *(c.share("holds", **{STANDING: level}) for level in range(len(STANDING_OPTIONS))))
        for c in found
    ]
    return _in_words(pd.DataFrame(rows, columns=["conclusion", *STANDING_OPTIONS]))


def exceeding(numbers: pd.DataFrame) -> pd.DataFrame:
    """A row an enhancement: in what share of the specifications it surely exceeds the threshold.

    By what stands for it. numbers: as ``specification_curves.numbers`` gives them.
    """
    labels = numbers["stands_for"].unique()
    frame = numbers.pivot(index="name", columns="stands_for", values="exceeds")[labels]
    frame = frame.set_axis(STANDING_OPTIONS, axis=1).sort_values(
        list(STANDING_OPTIONS), ascending=False, kind="stable"
    )
    return _in_words(frame.reset_index())


def _in_words(frame: pd.DataFrame) -> pd.DataFrame:
    shares = list(STANDING_OPTIONS)
    return frame.assign(**frame[shares].map(part))


def by_way(by_option: pd.DataFrame, claims: Mapping[str, str]) -> pd.DataFrame:
    """A row an option, a column for a conclusion by one way to stand: the share in which it holds.

    claims: name of a conclusion -> what its columns are called. A column in which nothing differs is left
    out.
    """
    some = by_option[by_option["conclusion"].isin(claims)]
    column = some["conclusion"].map(claims) + ", " + some["stands_for"]
    row = some["choice"] + ": " + some["option"]
    frame = some.assign(row=row, column=column).pivot(index="row", columns="column", values="share")
    frame = frame.loc[row.unique(), column.unique()]
    differs = frame.max() - frame.min() > 1e-9
    return frame.loc[:, differs].map(part).rename_axis("option").reset_index()


def moves(multiverse: Multiverse, shares: pd.DataFrame) -> pd.DataFrame:
    """A row an enhancement: which choice moves its number most, which one its verdict, each with its share.

    shares: as ``variance_chart.shares`` gives them.
    """
    most = shares.sort_values("total", ascending=False, kind="stable").drop_duplicates(
        ["enhancement", "what"]
    )
    rows = []
    for key in multiverse.standing:
        row = {"name": multiverse.analysis.evidence.enhancements[key].name}
        for what in ("number", "verdict"):
            found = most.query("enhancement == @key and what == @what")
            row[what] = found["choice"].iloc[0] if len(found) else "nothing"
            row[f"{what}_share"] = part(found["total"].iloc[0]) if len(found) else ""
        rows.append(row)
    order = ["number", "verdict", "name"]
    return pd.DataFrame(rows).sort_values(order, kind="stable", ignore_index=True)


def ranged(conclusion: Conclusion, level: int) -> str:
    """The share in which a conclusion holds, with its range over weightings: 61% (19% to 95%).

    level: what stands for an enhancement, by its place in ``specifications.STANDING_OPTIONS``.
    """
    share = part(conclusion.share("holds", **{STANDING: level}))
    low, high = map(part, conclusion.range("holds", **{STANDING: level}))
    return share if low == high == share else f"{share} ({low} to {high})"
