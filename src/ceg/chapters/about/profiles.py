"""An enhancement on one page: what it is, its gain, all its comparisons, its cost, what could be wrong."""

import math
from pathlib import Path

from ceg import formatting
from ceg.analysis import analysis as analyses
from ceg.analysis import provenance
from ceg.analysis.analysis import Analysis
from ceg.estimator.gain import Estimate
from ceg.evidence import tables as evidence
from ceg.evidence.rows import Enhancement
from ceg.exhibits.tables import BEST, FLAGS, LEAST, STATUSES, gain_cells
from ceg.exhibits.theme import CATEGORY, INK, MUTED, RULE
from ceg.prose import wording
from ceg.survey import survey
from ceg.survey.survey import Entry
from sphinx_fresh.show import FONT, Column, Figure, Table

LONG = 25
"""Comparisons above which the table is one to search in."""

DOUBTS = {
    "flat_baseline": "bigger plain models do no better on the test, so no amount of compute can be named",
    "floor": "a score lies at what guessing gives",
    "ceiling": "a score lies at the most that can be had",
    "metric_mismatch": "the enhanced and the plain model were scored in different ways",
    "cross_family": "the plain models are of another family",
    "oracle_feedback": "the enhanced model was told whether its answer was right",
    "speculative_compute": "a model's training compute was never published",
    "single_baseline": "there is one plain model only",
}
"""What a flag of a comparison says, for readers."""


def profile(enhancement: str) -> list[str | Figure | Table]:
    """The page's parts, below its title."""
    book = analyses.open(enhancements=enhancement, tables=["sources"])
    entry, row = survey.entry(book, enhancement), book.evidence.enhancements[enhancement]
    parts = [
        f"{formatting.literal(row.description.strip())} {{cite:p}}`{row.source}`",
        _gain(book, entry),
        _strip(book, entry),
        _cost(entry),
        _doubts(book, entry),
        _table(book, entry),
    ]
    return [part for part in parts if part]


def write_pages(folder: Path) -> None:
    """Make the book beside a data folder have a page for each enhancement that is shown, and no other.

    A page that is right already stays as it is. Nothing is done where there is no book.
    """
    pages = folder.parent / "book" / "enhancements"
    if not pages.is_dir():
        return
    rows = evidence.load(folder).enhancements.values()
    wanted = {f"{e.enhancement}.md": _page(e).encode() for e in rows if e.in_survey or e.added}
    for path in pages.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        path = pages / name
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)


def _page(row: Enhancement) -> str:
    title = formatting.literal(row.name)
    label = f"(profile-{row.enhancement})="
    return f"{label}\n\n# {title}\n\n```{{made}} {__name__}:profile\n{row.enhancement}\n```\n"


def _gain(book: Analysis, entry: Entry) -> str:
    e = entry.headline
    if e is None:
        reason = entry.enhancement.no_estimate_reason or "no comparison stands for it"
        return f"**No gain can be given:** {formatting.literal(reason)}"
    on = formatting.literal(_measured_on(book, e))
    worth = f"it is worth {wording.gain_link(e, _about(e))} the training compute"
    said = f"**On the test that stands for it ({on}) {worth}.** In full: {wording.sure(e)}."
    if len(entry.usable) > 1:
        spread, middle = wording.spread(survey.span(entry.estimates)), wording.short(entry.central)
        number = f"the {len(entry.usable)} of {len(entry.estimates)} comparisons that give a number"
        said += f" Over {number}: {spread}; the median is {middle}."
    return said


def _about(e: Estimate) -> str:
    """A gain in words: about 19x, at least 13x."""
    if e.ceg is not None:
        return f"about {formatting.times(e.ceg, 2)}"
    if e.lower_bound:
        return f"at least {formatting.rounded_down(e.lower_bound, 2)}x"
    return f"at most {formatting.rounded_up(e.upper_bound, 2)}x" if e.upper_bound else wording.short(e)


def _measured_on(book: Analysis, e: Estimate) -> str:
    enhanced = book.evidence.results[book.evidence.comparisons[e.comparison_id].enhanced]
    return f"{book.evidence.benchmarks[enhanced.benchmark].name}, {enhanced.model}"


def _cost(entry: Entry) -> str:
    e = entry.headline
    if e is None:
        return ""
    once = "What it costs to make is not known."
    if e.one_time_fraction is not None:
        share = f"To make it costs {formatting.percent(e.one_time_fraction)} of the model's training compute."
        once = share if e.one_time_fraction else "Nothing is trained to make it."
    each = "What an answer costs is not known."
    if e.runtime_multiple is not None:
        each = f"An answer costs {formatting.multiple(e.runtime_multiple)} the compute of one without it."
    return f"{once} {each}"


def _doubts(book: Analysis, entry: Entry) -> str:
    flags = [flag for e in entry.estimates for flag in e.flags]
    found = [
        f"In {flags.count(flag)} of {len(entry.estimates)} comparisons {words}."
        for flag, words in DOUBTS.items()
        if flag in flags
    ]
    if entry.contested:
        found.insert(0, f"Contested: {formatting.literal(entry.contested)}")
    if entry.chosen_to_match:
        found.append(
            "The comparison that stands for it was picked because it matches a value that the paper reports."
        )
    if entry.enhancement.note:
        found.append(formatting.literal(entry.enhancement.note))
    return "What could be wrong:\n\n" + "\n".join(f"- {each}" for each in found) if found else ""


def _table(book: Analysis, entry: Entry) -> Table | None:
    if not entry.estimates:
        return None
    rows = []
    for e in entry.estimates:
        least, best = gain_cells(e)
        comparison = book.evidence.comparisons[e.comparison_id]
        enhanced = book.evidence.results[comparison.enhanced]
        where = f"{book.evidence.sources[enhanced.source].label}, {enhanced.locator}"
        said = (_measured_on(book, e), least, best, wording.status(e), enhanced.provenance, where)
        rows.append(said)
    columns = [
        Column("on", "Test and model"),
        LEAST,
        BEST,
        Column("status", "Status", tags=STATUSES | FLAGS),
        Column("grade", "Known", "left", "how the score was read"),
        Column("source", "Score from", "note"),
    ]
    name = entry.enhancement.enhancement
    caption = f"Every comparison of {formatting.literal(entry.enhancement.name)}."
    return Table(f"tbl-profile-{name}", caption, columns, rows, searchable=len(rows) > LONG)


WIDTH, LEFT, RIGHT = 400, 14, 386
WIDE, TALLEST = 10, 160
"""Of the strip, in pixels: its width, the ends of its axis, the room of a mark, the most of a stack."""

TICKS = (0.01, 0.1, 1, 5, 20, 100, 1000, 10_000, 100_000)


def _strip(book: Analysis, entry: Entry) -> Figure | None:
    """All comparisons with a number on one log axis: dots are estimates, triangles bounds."""
    some = sorted(entry.usable, key=_value)
    if not some:
        return None
    colour = CATEGORY[entry.enhancement.category]
    ends = [math.log10(_value(e)) for e in (some[0], some[-1])]
    low, high = min(ends[0], 0) - 0.2, max(ends[1], 1) + 0.2

    def place(log10_ceg: float) -> float:
        return LEFT + (RIGHT - LEFT) * (log10_ceg - low) / (high - low)

    marks, stacks = [], dict[int, int]()
    for e in some:
        x = place(math.log10(_value(e)))
        slot = round(x / WIDE)
        stacks[slot] = stacks.get(slot, 0) + 1
        marks.append((x, stacks[slot], e))
    up = min(WIDE, TALLEST / max(stacks.values()))
    base = 24 + up * max(stacks.values())
    loss = f'x="{LEFT}" y="8" width="{place(0) - LEFT:.1f}" height="{base - 8:.1f}"'
    parts = [f'<rect {loss} fill="{RULE}" opacity="0.3"/>']
    for tick in (t for t in TICKS if low <= math.log10(t) <= high):
        x = place(math.log10(tick))
        parts.append(f'<path d="M{x:.1f},8 V{base + 4:.1f}" stroke="{RULE}"/>')
        parts.append(_text(x, base + 19, formatting.times(tick), "middle"))
    parts += [_mark(x, base - up * (n - 0.5), e, colour, min(4.0, 0.6 * up)) for x, n, e in marks]
    parts.append(_text(RIGHT, base + 38, "gain (times the training compute)", "end"))
    size = f'viewBox="0 0 {WIDTH} {base + 46:.0f}" width="{WIDTH}" height="{base + 46:.0f}"'
    drawn = f'xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" font-size="12"'
    name, ends = entry.enhancement.name, f"from {wording.short(some[0])} to {wording.short(some[-1])}"
    return Figure(
        name=f"fig-profile-{entry.enhancement.enhancement}",
        caption="Every comparison with a number. Larger: the one that stands for it. Shaded: losses.",
        description=f"{name}: gains of {len(some)} comparisons, {ends}.",
        columns=("comparison", "status", "ceg", "lower_bound", "upper_bound"),
        rows=[
            (e.comparison, e.status, *(formatting.six(v) for v in (e.ceg, e.lower_bound, e.upper_bound)))
            for e in some
        ],
        svg=f'<svg {drawn} style="max-width:100%">{"".join(parts)}</svg>',
        numbered=False,
        sources=provenance.behind(book, [e.comparison for e in some]),
    )


def _value(e: Estimate) -> float:
    return e.ceg or e.lower_bound or e.upper_bound or math.nan


def _mark(x: float, y: float, e: Estimate, colour: str, size: float) -> str:
    size = 7.0 if e.headline else size
    said = f"<title>{wording.short(e)}</title>"
    line = f'fill="{colour}" stroke="{INK if e.headline else colour}"'
    if e.ceg is not None:
        line = line if e.status == "interpolated" else f'fill="none" stroke="{colour}" stroke-width="1.5"'
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size * 0.8:.1f}" {line}>{said}</circle>'
    side = 1 if e.lower_bound else -1
    back, tip = x - side * size, x + side * size
    path = f"M{back:.1f},{y - size:.1f} L{tip:.1f},{y:.1f} L{back:.1f},{y + size:.1f} Z"
    return f'<path d="{path}" {line}>{said}</path>'


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{MUTED}">{words}</text>'
