"""What moved, as tables."""

from collections.abc import Sequence

from ceg import formatting
from ceg.analysis.analysis import Analysis
from ceg.chapters.about import changes
from ceg.chapters.about.changes import Comparison, Move
from ceg.evidence.assumptions import written
from sphinx_fresh.show import Column, Table


def settings(found: Comparison, *, name: str, caption: str) -> Table | None:
    """The assumptions that differ; None if none does."""
    columns = [Column("key", "Assumption"), Column("value", "Here"), Column("default", "Default")]
    rows = [[s.key, written(s.after), written(s.before)] for s in found.settings]
    return Table(name, caption, columns, rows) if rows else None


def moves(found: Sequence[Move], *, name: str, caption: str, searchable: bool = False) -> Table | None:
    """Results that moved: before, after, ratio, and by which change; None if none did."""
    columns = [
        Column("result", "Result", "wide"),
        Column("change", "What changed"),
        Column("before", "Before"),
        Column("after", "After"),
        Column("ratio", "Ratio", "right", "after over before: points, else the same bound"),
        Column("causes", "By", "left", f"each moves it alone; {changes.TOGETHER}: none does alone"),
    ]
    rows = []
    for m in found:
        r, (before, after) = m.result, changes.words(m)
        label = f"{r.label}: {r.name}" if r.kind in ("headline", "comparison") else r.label
        ratio = "" if m.ratio is None else formatting.times(m.ratio)
        rows.append([label, m.change, before, after, ratio, ", ".join(m.causes)])
    return Table(name, caption, columns, rows, searchable=searchable) if rows else None


def alternatives(analysis: Analysis, *, name: str, caption: str) -> Table:
    """What each other option of each assumption moves alone, from the defaults, among the headlines."""
    columns = [
        Column("key", "Assumption"),
        Column("option", "Other option", "left", "the default in brackets"),
        Column("moved", "Headline CEGs moved", "right", "another status or another value"),
        Column(
            "beside",
            "Headlines otherwise moved",
            "right",
            "only the bracket beside a point, a cost or a flag is another",
        ),
        Column("statuses", "Headlines with another status", "note"),
        Column("counts", "Surveyed that exceed the thresholds, by headline", "note"),
    ]
    rows = []
    for choice, option, found in changes.alternatives(analysis):
        headlines = found.of("headline")
        statuses = [m for m in headlines if m.change == "status"]
        gains = [m for m in headlines if m.change in ("status", "value")]
        counts = [
            " → ".join(changes.words(m))
            for m in found.of("conclusion")
            if m.result.name.endswith("by headline")
        ]
        rows.append(
            [
                choice.key,
                f"{written(option)} ({written(choice.options[0])})",
                f"{len(gains)} of {found.totals['headline']}",
                str(len(headlines) - len(gains)),
                ", ".join(
                    f"{m.result.label} ({_plain(m.before.status)} → {_plain(m.after.status)})"
                    for m in statuses
                ),
                ". ".join(counts),
            ]
        )
    return Table(name, caption, columns, rows)


def _plain(status: str) -> str:
    return status.replace("-", " ")
