"""The multiverse in tables: its choices, what it leaves out, what breaks a conclusion, each one's spread."""

from collections.abc import Sequence

import numpy as np

from ceg import formatting
from ceg.multiverse import distribution, specifications
from ceg.multiverse.conclusions import Conclusion
from ceg.multiverse.specifications import STANDING, Factor
from ceg.multiverse.survey import Multiverse
from sphinx_fresh.show import Column, Table


def choices(factors: Sequence[Factor], *, name: str, caption: str) -> Table:
    """Every choice with its options and their weights."""
    columns = [
        Column("choice", "Choice"),
        Column("keys", "Assumptions"),
        Column("options", "Options, with their weight", "wide"),
    ]
    rows = []
    for f in factors:
        options = "; ".join(f"{f.label(i)} {formatting.part(w)}" for i, w in enumerate(f.weights))
        rows.append([f.title, ", ".join(f.keys) if f.name != STANDING else "none", options])
    return Table(name, caption, columns, rows)


def left_out(multiverse: Multiverse, *, name: str, caption: str) -> Table:
    """Each rule: which combinations it takes out or counts once, what part of all they are, and why."""
    columns = [
        Column("combination", "Combination", "wide"),
        Column("what", "What is done"),
        Column("part", "Of all combinations", "right", "one combination may fall under several lines"),
        Column("reason", "Reason", "wide"),
    ]
    rows = []
    for rule, n, whole in specifications.left_out(
        specifications.options(multiverse.analysis.evidence.folder)
    ):
        when = " with ".join(f"{k}: {' or '.join(map(str, v))}" for k, v in rule.when.items())
        done = "counted once" if rule.same_as_default else "left out"
        rows.append([when, done, formatting.part(n / whole), rule.reason])
    return Table(name, caption, columns, rows)


def breaks(found: Sequence[Conclusion], *, name: str, caption: str, most: int = 3) -> Table:
    """The least sets of changes from the defaults that end in another verdict, those of one choice first."""
    columns = [
        Column("conclusion", "Conclusion"),
        Column("default", "By default"),
        Column("change", "Changed", "wide"),
        Column("becomes", "It then"),
    ]
    rows = []
    for c in found:
        sets = c.breaks(most)
        titles = {f.name: f for f in c.factors}
        for changes, word in sets:
            said = " and ".join(
                f"{titles[n].title}: {titles[n].label(level)}" for n, level in changes.items()
            )
            rows.append([c.short, c.by_default, said, _then(word)])
        if not sets:
            said = (
                f"no change of up to {formatting.counted(most)} choices"
                if c.varied
                else "not varied: no choice bears on it"
            )
            rows.append([c.short, c.by_default, said, "stays"])
    return Table(name, caption, columns, rows)


def pairs(found: Sequence[Conclusion], *, name: str, caption: str) -> Table:
    """Every pair of categories: in what share of specifications the first lies above or below the second."""
    standing = found[0].factors[-1]
    columns = [
        Column("pair", "Pair"),
        Column("default", "By default"),
        *(
            Column(
                standing.levels[i][0],
                standing.label(i).capitalize(),
                "right",
                "holds (5% to 95% over weightings) · fails",
            )
            for i in range(len(standing.levels))
        ),
    ]
    rows = []
    for c in found:
        cells = []
        for level in range(len(standing.levels)):
            at = {standing.name: level}
            cells.append(f"{ranged(c, **at)} · {formatting.part(c.share('fails', **at))}")
        rows.append([c.short, c.by_default, *cells])
    return Table(name, caption, columns, rows)


def ranged(conclusion: Conclusion, **levels: int) -> str:
    """The share in which a conclusion holds, with its range over weightings: 61% (19% to 95%)."""
    share = formatting.part(conclusion.share("holds", **levels))
    low, high = map(formatting.part, conclusion.range("holds", **levels))
    return share if low == high == share else f"{share} ({low} to {high})"


def _then(word: str) -> str:
    return "is undetermined" if word == "undetermined" else word


def within_options(found: Sequence[Conclusion], *, name: str, caption: str, matters: float = 0.05) -> Table:
    """A row an option: the share of its specifications in which each conclusion holds.

    With headlines and with medians.

    Only choices between whose options some share differs by ``matters``; the others are named in the note.
    """
    columns = [
        Column("choice", "Choice"),
        Column("option", "Option"),
        *(Column(c.name, c.short, "right", "headline · median · median of rising baselines") for c in found),
    ]
    rows, still = [], []
    stands = found[0].factors[-1]
    for f in found[0].factors[:-1]:
        levels = range(len(f.levels))
        held = np.array(
            [
                [
                    [c.share("holds", **{f.name: i, stands.name: s}) for s in range(len(stands.levels))]
                    for c in found
                ]
                for i in levels
            ]
        )
        if np.ptp(held, axis=0).max() < matters:
            still.append(f.title)
        else:
            rows += [
                [f.title, f.label(i), *(" · ".join(map(formatting.part, row)) for row in held[i])]
                for i in levels
            ]
    note = (
        (
            f"No share differs by {formatting.percent(matters)} or more between the options of: "
            f"{', '.join(still)}."
        )
        if still
        else ""
    )
    return Table(name, caption, columns, rows, note=note)


def enhancements(multiverse: Multiverse, *, name: str, caption: str) -> Table:
    """Each enhancement's headline and median over the specifications."""
    threshold = multiverse.analysis.assumptions.threshold_large
    columns = [
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
    ]
    weights = [f.weights for f in multiverse.factors[:-1]]
    rows = []
    for key in multiverse.standing:
        for level, made in enumerate(multiverse.standing[key]):
            d = distribution.distribution(key, made, weights, threshold)
            low, middle, high = (d.quantiles[distribution.QUANTILES.index(q)] for q in (0.05, 0.5, 0.95))
            rows.append(
                [
                    multiverse.analysis.evidence.enhancements[key].name,
                    multiverse.factors[-1].label(level),
                    *map(formatting.part, (d.point, d.bound, d.no_estimate)),
                    formatting.times(middle, 2) if middle else "",
                    _ends(low, high),
                    _ends(d.least, d.greatest),
                    *map(formatting.part, (d.exceeds, d.undetermined, d.below)),
                ]
            )
    return Table(name, caption, columns, rows)


def _ends(low: float | None, high: float | None) -> str:
    return "" if low is None else f"{formatting.significant(low)}–{formatting.significant(high)}x"
