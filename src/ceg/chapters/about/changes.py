"""What moved between two analyses, and which change moved it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.chapters.about.results import Result, results
from ceg.estimator.gain import Estimate
from ceg.evidence import assumptions as choices
from ceg.evidence.tables import find_data
from ceg.prose import wording

KINDS = ("conclusion", "reported", "headline", "break-even", "comparison")
"""Kinds of results.

What is said of all surveyed enhancements, the paper's values beside ours, headline estimates, what these cost
beside a bigger model, and all other estimates.
"""

CHANGES = ("added", "removed", "status", "value", "bounds", "costs", "flags")
"""How a result can differ, the weightiest first: a result has the first that applies."""

FIELDS = (
    *("kind", "name", "label", "change", "status_before", "status_after", "before", "after"),
    *("ceg_before", "ceg_after", "lower_bound_before", "lower_bound_after"),
    *("upper_bound_before", "upper_bound_after", "ratio", "causes"),
)
"""The fields of ``row``."""

TOGETHER = "together"
"""The cause of a result that no single change moves, only several at once."""


@dataclass(frozen=True)
class Setting:
    """An assumption that differs."""

    key: str
    before: object
    after: object


@dataclass(frozen=True)
class Move:
    """A result that differs.

    ratio: after over before, of like with like: points, else the same bound; None otherwise.

    ``causes``: the changes each of which alone changes it as much (its status, if that changed); ``together``
    if none does.
    """

    change: str
    before: Result | None
    after: Result | None
    ratio: float | None
    causes: tuple[str, ...] = ()

    @property
    def result(self) -> Result:
        """The result as it is now, or as it was if it is no longer there."""
        return self.after or self.before


@dataclass(frozen=True)
class Comparison:
    """Two analyses compared.

    The assumptions that differ, the moves in order of weight, and the number of results of each kind.
    """

    settings: tuple[Setting, ...]
    moves: tuple[Move, ...]
    totals: Mapping[str, int]

    def of(self, *kinds: str) -> list[Move]:
        """The moves of some kinds."""
        return [m for m in self.moves if m.result.kind in kinds]


def settings(before: choices.Assumptions, after: choices.Assumptions) -> tuple[Setting, ...]:
    """The assumptions that differ, in the order of the file."""
    old, new = asdict(before), asdict(after)
    return tuple(Setting(key, old[key], new[key]) for key in choices.KEYS if old[key] != new[key])


def compare(before: Analysis, after: Analysis, headlines_only: bool = False) -> Comparison:
    """What differs, each result with the changes that alone move it: an assumption's key, or ``data``."""
    new = results(after, headlines_only)
    differ = settings(before.assumptions, after.assumptions)
    alone = {s.key: replace(before, assumptions=before.assumptions.but(**{s.key: s.after})) for s in differ}
    if before.evidence is not after.evidence and before.evidence.digests() != after.evidence.digests():
        alone["data"] = replace(before, evidence=after.evidence)
    old = results(before, headlines_only) if alone else new
    moves = list(_moves(old, new))
    if len(alone) == 1:
        moves = [replace(m, causes=tuple(alone)) for m in moves]
    elif moves:
        reached = {name: results(analysis, headlines_only) for name, analysis in alone.items()}
        moves = [replace(m, causes=_causes(m, old, reached)) for m in moves]
    order = {key: i for i, key in enumerate([*new, *old])}
    moves.sort(key=lambda m: _weight(m, order))
    totals = {kind: sum(r.kind == kind for r in new.values()) for kind in KINDS}
    return Comparison(differ, tuple(moves), totals)


def from_defaults(analysis: Analysis) -> Comparison:
    """What the assumptions of an analysis move, against the book's defaults on the same evidence."""
    return compare(replace(analysis, assumptions=choices.defaults(analysis.evidence.folder)), analysis)


def alternatives(analysis: Analysis) -> list[tuple[choices.Choice, object, Comparison]]:
    """Every other option, alone, of each assumption that can change a headline.

    (choice, option, what it moves among the headlines, from the defaults).
    """
    known = choices.choices(analysis.evidence.folder)
    plain = replace(analysis, assumptions=choices.defaults(analysis.evidence.folder))

    def under(**changed: object) -> Comparison:
        return compare(plain, replace(plain, assumptions=plain.assumptions.but(**changed)), True)

    return [
        (c, option, under(**{c.key: option}))
        for c in known.values()
        if c.key not in choices.BEYOND
        for option in c.options[1:]
    ]


def finding(found: Comparison) -> str:
    """One sentence: which assumptions differ from the defaults."""
    said = [
        f"{s.key} is {choices.written(s.after)} (default {choices.written(s.before)})" for s in found.settings
    ]
    if not said:
        return "Every assumption is at its default."
    return f"Built with other assumptions than the book's defaults: {', '.join(said)}."


def banner(folder: Path) -> str | None:
    """What every page says if the assumptions of the book in ``folder`` are not its defaults, else None."""
    data = find_data(folder)
    differ = settings(choices.defaults(data), choices.load(data))
    return finding(Comparison(differ, (), {})) if differ else None


def summary(found: Comparison) -> dict[str, str]:
    """Kind -> how many of its results moved, and of how many: 3 of 27.

    Under ``status``: how many of all results changed theirs.
    """
    counts = {kind: f"{len(found.of(kind))} of {found.totals[kind]}" for kind in KINDS}
    return counts | {"status": str(sum(m.change in ("added", "removed", "status") for m in found.moves))}


def row(move: Move) -> dict[str, object]:
    """A move as a flat record of the ``FIELDS``."""
    r = move.result

    def both(*fields: str) -> list[object]:
        return [getattr(side, f, None) for f in fields for side in (move.before, move.after)]

    known = (*both("status"), *words(move), *both("point", "lower", "upper"))
    found = (r.kind, r.name, r.label, move.change, *known, move.ratio, move.causes)
    return dict(zip(FIELDS, found, strict=True))


def words(move: Move) -> tuple[str, str]:
    """The result before and after, as a cell says it.

    In words of what changed: the gain, the bracket or the costs.
    """
    return _words(move.before, move.change), _words(move.after, move.change) + members(move)


def members(move: Move) -> str:
    """Which enhancements a count gained and lost: ``; no longer: LATS``; empty if none."""
    old, new = (r.members if r else () for r in (move.before, move.after))
    gained, lost = [n for n in new if n not in old], [n for n in old if n not in new]
    return "".join(
        f"; {word}: {formatting.listed(names)}"
        for word, names in (("now", gained), ("no longer", lost))
        if names
    )


def _words(result: Result | None, change: str) -> str:
    if result is None:
        return "absent"
    if change == "bounds":
        return wording.bracket(Estimate(lower_bound=result.lower, upper_bound=result.upper))
    if change == "costs":
        once, runtime = result.costs
        return f"one-time {formatting.percent(once)}, runtime {formatting.multiple(runtime)}"
    if change == "flags":
        return ", ".join(result.flags).replace("_", " ") or "no flags"
    status = result.status.replace("-", " ")
    return f"{result.says} ({status})" if change == "status" and status not in result.says else result.says


def _moves(old: Mapping, new: Mapping) -> Iterable[Move]:
    for key in [*new, *(k for k in old if k not in new)]:
        before, after = old.get(key), new.get(key)
        change = difference(before, after)
        if change:
            yield Move(change, before, after, _ratio(before, after))


def difference(before: Result | None, after: Result | None) -> str | None:
    """How two results differ, one of ``CHANGES``; None if they do not, to nine digits."""
    if before is None or after is None:
        return None if before is after else "removed" if after is None else "added"
    if before.status != after.status:
        return "status"
    if before.kind in ("conclusion", "reported", "break-even"):
        return None if (before.says, before.members) == (after.says, after.members) else "value"
    bounds = ((before.lower, after.lower), (before.upper, after.upper))
    same_bounds = all(_same(x, y) for x, y in bounds)
    if not _same(before.point, after.point) or (before.status == "bound" and not same_bounds):
        return "value"
    if not same_bounds:
        return "bounds"
    if not all(_same(x, y) for x, y in zip(before.costs, after.costs, strict=True)):
        return "costs"
    return None if before.flags == after.flags else "flags"


def _same(x: float | None, y: float | None) -> bool:
    return x is y if x is None or y is None else math.isclose(x, y, rel_tol=1e-9)


def _ratio(before: Result | None, after: Result | None) -> float | None:
    if before is None or after is None or before.status != after.status:
        return None
    for name in ("point", "lower", "upper"):
        x, y = getattr(before, name), getattr(after, name)
        if x and y and not _same(x, y):
            return y / x
    return None


def _causes(move: Move, old: Mapping, reached: Mapping[str, Mapping]) -> tuple[str, ...]:
    key = (move.result.kind, move.result.name)
    weight = CHANGES.index(move.change)
    found = {name: difference(old.get(key), there.get(key)) for name, there in reached.items()}
    alone = tuple(name for name, change in found.items() if change and CHANGES.index(change) <= weight)
    return alone or (TOGETHER,)


def _weight(move: Move, order: Mapping[tuple[str, str], int]) -> Sequence[int]:
    """Changed statuses first, then headlines before the rest; then as in the file."""
    result = move.result
    return (
        CHANGES.index(move.change) > CHANGES.index("status"),
        KINDS.index(result.kind),
        CHANGES.index(move.change),
        order[result.kind, result.name],
    )
